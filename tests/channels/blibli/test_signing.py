"""Signatures by known answers, computed here from the documents and not by our own functions."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from lapak.channels.blibli.auth import raw_text, sign, written
from lapak.channels.kit.keeper import MemoryKeeper
from tests.channels.blibli.shop import grant, scene_of, shop

AT = datetime(2020, 5, 12, 9, 28, 52, tzinfo=UTC)
KEY = "rahasia-tanda-tangan-4471"


def by_hand(text: str, key: str = KEY) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def test_the_raw_text_is_the_one_their_pages_print() -> None:
    # As printed for reading a product, and for filtering products with the hash of the page's own sample left out.
    assert raw_text(method="GET", path="/seller/v1/products/TOQ-15126-00411", body=b"", at=AT) == (
        "GET\n\n\nTue May 12 16:28:52 WIB 2020\n/seller/v1/products/TOQ-15126-00411"
    )
    body = b'{"availableStock":7}'
    assert raw_text(method="PUT", path="/seller/v1/products/X/stock", body=body, at=AT) == (
        f"PUT\n{hashlib.md5(body).hexdigest()}\napplication/json\nTue May 12 16:28:52 WIB 2020\n"
        "/seller/v1/products/X/stock"
    )


def test_a_signature_is_hmac_sha256_as_the_world_knows_it() -> None:
    # RFC 4231 test case 2.
    digest = bytes.fromhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    assert sign(key="Jefe", text="what do ya want for nothing?") == base64.b64encode(digest).decode()


@given(st.integers(946_684_800, 4_070_908_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)))
def test_a_moment_is_written_in_english_and_in_jakarta_on_every_machine(at: datetime) -> None:
    there = datetime.strptime(written(at).replace("WIB", "+0700"), "%a %b %d %H:%M:%S %z %Y")
    assert there == at


CALL = """[[call]]
does = "{does}"
again = true
answer = '{{"content": [], "paging": {{"totalPage": 0}}, "value": {{}}}}'
"""


@pytest.mark.parametrize("prefix", ["/v2/proxy", "", "/blibli/v2/proxy"])
def test_a_call_signs_the_path_without_what_our_host_puts_before_it(tmp_path: Path, prefix: str) -> None:
    path = "/seller/v1/orders/packages/filter"
    scene = scene_of(tmp_path, CALL.format(does=f"POST {prefix}{path}"))
    with time_machine.travel(AT, tick=False):
        shop(scene, host=f"https://blibli.scene{prefix}/").orders(["25100026101"])
    request = scene.requests[0]
    digest = hashlib.md5(request.content).hexdigest()
    text = f"POST\n{digest}\napplication/json\nTue May 12 16:28:52 WIB 2020\n{path}"
    assert request.headers["signature"] == by_hand(text)
    assert request.headers["signature-time"] == str(int(AT.timestamp()) * 1000)
    assert request.headers["api-seller-key"] == "rahasia-akses-4471"
    assert base64.b64decode(request.headers["authorization"].removeprefix("Basic ")) == (
        b"mta-api-latihan:rahasia-klien-4471"
    )
    asked = dict(parse_qsl(request.url.query.decode()))
    assert asked.pop("requestId").startswith("lapak-")
    assert asked == {
        "storeId": "10001",
        "channelId": "lapak",
        "username": "bu.marni@toko.example",
        "storeCode": "778899",
        "businessPartnerCode": "778899",
        "merchantCode": "778899",
    }


def test_an_older_path_is_signed_by_its_other_name_and_a_get_signs_no_kind_of_content(tmp_path: Path) -> None:
    scene = scene_of(tmp_path, CALL.format(does="GET /v2/proxy/mta/api/businesspartner/v1/product/getCategory"))
    with time_machine.travel(AT, tick=False):
        shop(scene).categories()
    text = "GET\n\n\nTue May 12 16:28:52 WIB 2020\n/mtaapi/api/businesspartner/v1/product/getCategory"
    assert scene.requests[0].headers["signature"] == by_hand(text)


def test_without_a_signature_key_nothing_is_signed(tmp_path: Path) -> None:
    scene = scene_of(tmp_path, CALL.format(does="GET /v2/proxy/mta/api/businesspartner/v1/product/getCategory"))
    shop(scene, keeper=MemoryKeeper(grant(signature_key=""))).categories()
    assert not {"signature", "signature-time"} & set(scene.requests[0].headers)


def test_no_request_id_is_used_twice(tmp_path: Path) -> None:
    scene = scene_of(tmp_path, CALL.format(does="POST /v2/proxy/seller/v1/orders/packages/filter"))
    opened = shop(scene)
    for _ in range(20):
        opened.orders(["25100026101"])
    found = [dict(parse_qsl(request.url.query.decode()))["requestId"] for request in scene.requests]
    assert len(set(found)) == 20
