"""Every fault under /api is a problem in words, never a page and never a trace."""

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from lapak.api import door
from tests.api.caller import Caller, an_owner, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def ani() -> Caller:
    return an_owner()


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/me", "/api/v1/me/", "/api/x/../y"])
def test_an_address_that_leads_nowhere_is_a_problem(path: str) -> None:
    for answer in (Client().get(path), Client().post(path, b"{}", content_type="application/json")):
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
        assert answer.json()["type"] == "urn:lapak:error:not_found"


def test_a_method_that_is_not_taken_names_those_that_are(ani: Caller) -> None:
    answer = ani.call("DELETE", "/businesses")
    assert (answer.status_code, told(answer)["code"]) == (405, "method_not_allowed")
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize("body", [b"", b"{", b"[1", b"\xff", b"nul", b"1" * 5000, b"[" * 100_000])
def test_a_body_that_is_no_json_is_a_problem(ani: Caller, body: bytes) -> None:
    sent = {"Authorization": f"Bearer {ani.key}", "Idempotency-Key": "a"}
    answer = ani.client.generic("POST", "/api/v1/businesses", body, content_type="application/json", headers=sent)
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""])
def test_a_body_of_another_type_is_refused(ani: Caller, kind: str) -> None:
    sent = {"Authorization": f"Bearer {ani.key}", "Idempotency-Key": "a"}
    answer = ani.client.generic("POST", "/api/v1/businesses", b'{"name": "x"}', content_type=kind, headers=sent)
    assert (answer.status_code, answer.json()["code"]) == (415, "media_type_unknown")
    wrong = ani.call("POST", f"/businesses/{ani.business_id}/products/import", {"file": "x"})
    assert (wrong.status_code, told(wrong)["code"]) == (415, "media_type_unknown")


def test_a_body_that_is_too_large_is_refused_unread(ani: Caller) -> None:
    for size in (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1, settings.LAPAK_UPLOAD_MAX_BYTES + 1):
        answer = ani.call("POST", "/businesses", {"name": "x" * size})
        assert (answer.status_code, told(answer)["code"]) == (413, "body_too_large")


def test_a_request_that_does_not_fit_names_every_field(ani: Caller) -> None:
    wanted = {"title": "", "variants": [{"price_idr": 5, "stok": 1}], "weight_g": "berat", "condition": "old"}
    answer = ani.call("POST", f"/businesses/{ani.business_id}/products", wanted)
    assert answer.status_code == 422
    found = {(one["field"], one["reason"]) for one in told(answer)["errors"]}
    assert found == {
        ("title", "field_bounds"),
        ("variants.0.price_idr", "field_bounds"),
        ("variants.0.stok", "field_unknown"),
        ("weight_g", "field_type"),
        ("condition", "field_choice"),
    }


def test_the_trades_own_reasons_come_with_their_words(ani: Caller) -> None:
    answer = ani.call("POST", "/businesses", {"name": "Kopi Pak Darma", "nib": "123"})
    assert answer.status_code == 422
    assert told(answer)["errors"] == [
        {"field": "nib", "reason": "nib_length", "message": "NIB terdiri dari 13 angka; yang Anda tulis 3 angka"}
    ]


def test_all_faults_of_a_product_come_at_once(ani: Caller) -> None:
    wanted = {
        "title": "Kopi", "option_names": ["Rasa"],
        "variants": [{"price_idr": 100, "sku": "a", "options": ["x"]}, {"price_idr": 100, "sku": "a", "options": []}],
    }  # fmt: skip
    answer = ani.call("POST", f"/businesses/{ani.business_id}/products", wanted)
    found = {(one["field"], one["reason"]) for one in told(answer)["errors"]}
    assert found == {("variants.1.sku", "sku_twice"), ("variants.1.options", "option_missing")}


@pytest.mark.parametrize(
    ("asked", "language"),
    [("", "id"), ("en", "en"), ("en-GB, id;q=0.3", "en"), ("fr, id;q=0.2, en;q=0.1", "id"), ("de", "id"), ("*", "id")],
)
def test_words_come_in_the_readers_language(ani: Caller, asked: str, language: str) -> None:
    answer = ani.call("GET", "/orders/00000000-0000-7000-8000-000000000000", **{"Accept-Language": asked})
    assert answer["Content-Language"] == language
    assert (
        told(answer)["title"]
        == {"id": "Yang Anda cari tidak ada.", "en": "What you look for does not exist."}[language]
    )


def test_a_defect_of_ours_is_told_in_words_and_its_trace_stays_in_the_log(
    ani: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise ZeroDivisionError("secret inside")

    monkeypatch.setattr("lapak.registry.selectors.business_row", broken)
    answer = ani.call("GET", f"/businesses/{ani.business_id}")
    assert (answer.status_code, told(answer)["code"]) == (500, "unexpected")
    assert b"secret" not in answer.content
    assert b"Traceback" not in answer.content


@pytest.mark.django_db(transaction=True)
def test_without_a_database_the_caller_is_told_to_repeat(ani: Caller) -> None:
    settings_before = connection.settings_dict
    connection.close()
    connection.settings_dict = {**settings_before, "HOST": "/nonexistent"}
    try:
        answer = ani.call("GET", "/me")
    finally:
        connection.close()
        connection.settings_dict = settings_before
    assert (answer.status_code, told(answer)["code"], answer["Retry-After"]) == (503, "service_away", "2")


def test_every_reason_the_schema_check_can_give_has_words() -> None:
    for kind, loc in (("missing", ["name"]), ("too_long", ["variants"]), ("uuid_parsing", []), ("odd", ["a", "b"])):
        field, reason, _ = door._field_fault({"type": kind, "loc": ("body", "body", *loc), "ctx": {"max_length": 3}})
        assert field == ".".join(loc) or not loc
        assert reason.startswith("field_")
