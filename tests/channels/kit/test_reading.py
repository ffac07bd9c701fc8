"""A reply is a stranger's."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapak.channels.kit.errors import NotUnderstood
from lapak.channels.kit.reading import read_json

ODD = [b"", b"[]", b"null", b'"x"', b"{", b"\xff\xfe", b'{"a": NaN}', b'{"a": Infinity}', b"[" * 100_000, b"9" * 10_000]


@pytest.mark.parametrize("body", ODD)
def test_what_is_no_object_is_not_understood(body: bytes) -> None:
    with pytest.raises(NotUnderstood):
        read_json(body, channel="Coba")


@given(body=st.binary(max_size=300))
def test_no_bytes_whatever_crash(body: bytes) -> None:
    with suppress(NotUnderstood):
        read_json(body, channel="Coba")


def test_values_are_read_as_whichever_kind_they_come() -> None:
    told = read_json(
        b'{"id": 12, "text_id": "12", "price": 15000.0, "half": 2.5, "as_text": "7", "at": 1790812000,'
        b' "yes": true, "no": "false", "none": null, "list": [1, "a"], "deep": {"x": [{"y": 1}]}}',
        channel="Coba",
    )
    assert told.text("id") == told.text("text_id") == "12"
    assert (told.whole("price"), told.whole("half"), told.whole("as_text"), told.whole("none", 3)) == (15000, 3, 7, 3)
    assert told.moment("at") == datetime(2026, 9, 30, 23, 46, 40, tzinfo=UTC)
    assert (told.flag("yes"), told.flag("no"), told.flag("none"), told.flag("missing")) == (True, False, False, False)
    assert told.texts("list") == ["1", "a"]
    assert told.part("deep").parts("x")[0].whole("y") == 1
    assert told.part("none").text("anything") == ""
    assert "none" not in told


@pytest.mark.parametrize(
    ("body", "ask"),
    [
        ('{"a": {}}', "text"),
        ('{"a": true}', "text"),
        ('{"a": "x"}', "whole"),
        ('{"a": true}', "whole"),
        ('{"a": 1e400}', "whole"),
        ('{"a": "1e999999999"}', "whole"),
        ('{"a": 9223372036854775808}', "whole"),
        ('{"a": "NaN"}', "whole"),
        ("{}", "whole"),
        ('{"a": 99999999999999}', "moment"),
        ('{"a": "x"}', "parts"),
        ('{"a": [1]}', "parts"),
        ('{"a": []}', "part"),
        ('{"a": ""}', "needed"),
    ],
)
def test_a_value_of_another_kind_is_not_understood_and_its_place_is_told(body: str, ask: str) -> None:
    part = read_json(b'{"outer": [' + body.encode() + b"]}", channel="Coba").parts("outer")[0]
    with pytest.raises(NotUnderstood) as caught:
        getattr(part, ask)("a")
    assert caught.value.told["field"] == "outer[0].a"


def test_text_loses_what_our_database_cannot_hold() -> None:
    text = read_json(rb'{"a": "x\u0000\ud800y"}', channel="Coba").text("a")
    assert text == "x?y"
    assert text.encode()
