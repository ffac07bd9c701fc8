"""Practice Grab: tokens both ways, linking, and a menu that Grab fetches from the partner."""

import contextlib
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from lapak.sandbox.grab.menu import BadMenu, read_menu
from tests.sandbox.grab_app import GrabApp, item, menu, serving, sizes


@pytest.fixture
def partner(http: httpx2.Client) -> Iterator[GrabApp]:
    with serving(http) as app:
        yield app.open()


def test_a_token_takes_json_with_all_four_fields(partner: GrabApp) -> None:
    given = partner.sign_in().json()
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 604_799)
    for name in ("client_id", "client_secret", "grant_type", "scope"):
        answer = partner.sign_in(**{name: None} if name != "scope" else {"scope": ""})
        assert (answer.status_code, answer.json()["reason"], answer.json()["target"]) == (400, "invalid_argument", name)
    assert partner.sign_in(client_secret="salah").status_code == 401
    assert partner.sign_in(client_secret="x" * 33).status_code == 400
    form = partner.http.post("/grab/grabid/v1/oauth2/token", data={"client_id": "latihan-grab"})
    assert form.status_code == 400


def test_a_token_opens_only_the_paths_of_its_scope_and_dies(partner: GrabApp) -> None:
    assert partner.call("GET", "v1/menu/categories", service="grabmart", countryCode="ID").status_code == 403
    path = f"v1/merchants/{partner.merchant_id}/store/status"
    assert partner.call("GET", path).json() == {"isOpen": True, "isInSpecialOpeningHourRange": False, "closeReason": ""}
    partner.http.put("/practice/clock", json={"ahead_s": 604_800})
    assert partner.call("GET", path).status_code == 401


def test_a_revoked_token_is_refused_until_a_new_one_is_asked_for(partner: GrabApp) -> None:
    path = f"v1/merchants/{partner.merchant_id}/store/status"
    partner.faults({"kind": "token_revoked", "times": 1})
    assert [partner.call("GET", path).status_code for _ in range(2)] == [401, 401]
    partner.access = partner.sign_in().json()["access_token"]
    assert partner.call("GET", path).status_code == 200


def test_a_merchant_links_a_store_on_grabs_page(partner: GrabApp) -> None:
    asked = partner.call("POST", "v1/self-serve/activation", {"partner": {"merchantID": "toko-9"}}).json()
    page = urlsplit(asked["activationUrl"]).path
    assert "toko-9" in partner.http.get(page).text
    assert "Terhubung" in partner.http.post(page, data={"answer": "setuju", "store_name": "Batik Sekar"}).text
    told = partner.news("sambungan", 2)[-1]
    assert (told["partnerMerchantID"], told["integrationStatus"]) == ("toko-9", "ACTIVE")
    assert partner.http.get(page).status_code == 404
    status = partner.call("GET", f"v1/merchants/{told['grabMerchantID']}/store/status")
    assert status.json()["isOpen"] is True
    partner.http.post(f"/practice/grab/{told['grabMerchantID']}/revoke")
    assert partner.news("sambungan", 3)[-1]["integrationStatus"] == "INACTIVE"
    assert partner.call("GET", f"v1/merchants/{told['grabMerchantID']}/store/status").status_code == 403


def test_a_merchant_who_refuses_links_nothing(partner: GrabApp) -> None:
    asked = partner.call("POST", "v1/self-serve/activation", {"partner": {"merchantID": "toko-9"}}).json()
    page = urlsplit(asked["activationUrl"]).path
    assert partner.http.post(page, data={"answer": "setuju", "store_name": ""}).status_code == 400
    assert "Ditolak" in partner.http.post(page, data={"answer": "tolak"}).text
    assert len(partner.news("sambungan", 1)) == 1


def test_grab_fetches_the_menu_with_a_token_of_the_partner(partner: GrabApp) -> None:
    result = partner.sync(menu(item(), item("KOPI-1", name="Kopi Gayo", modifierGroups=sizes())))
    assert (result["status"], result["errors"], result["partnerMerchantID"]) == ("SUCCESS", [], "toko-7")
    statuses = [one["status"] for one in partner.news("hasil", 3)]
    assert statuses == ["QUEUEING", "PROCESSING", "SUCCESS"]
    assert len({one["requestID"] for one in partner.news("hasil", 3)}) == 3
    method, _, query, _ = next(one for one in partner.came if one[1] == "/menu")
    assert (method, query) == ("GET", {"merchantID": partner.merchant_id, "partnerMerchantID": "toko-7"})
    assert partner.token_asks[0]["client_id"] == "latihan-mitra-grab"
    assert len(partner.token_asks) == 1
    items = partner.state()["items"]
    assert [(one["item_id"], one["price"], one["max_stock"]) for one in items] == [
        ("KRP-250", 1_800_000, 12),
        ("KOPI-1", 1_800_000, 12),
    ]
    trace = partner.call("GET", "v1/merchant/menu/trace", merchantID=partner.merchant_id).json()
    assert (trace["code"], trace["errors"]) == ("Success", [])


def test_a_token_the_partner_no_longer_takes_is_renewed_once(partner: GrabApp) -> None:
    partner.sync()
    partner.token = "mitra-2"
    partner.sync()
    assert len(partner.token_asks) == 2


def test_two_notifications_within_two_minutes_are_a_conflict(partner: GrabApp) -> None:
    body = {"merchantID": partner.merchant_id}
    first = partner.call("POST", "v1/merchant/menu/notification", body)
    assert (first.status_code, first.content) == (204, b"")
    again = partner.call("POST", "v1/merchant/menu/notification", body)
    assert (again.status_code, again.json()["reason"]) == (409, "conflict")
    assert "retry after 120 seconds" in again.json()["message"]
    partner.http.put("/practice/clock", json={"ahead_s": 121})
    assert partner.call("POST", "v1/merchant/menu/notification", body).status_code == 204
    assert partner.call("POST", "v1/merchant/menu/notification", {"merchantID": "1-CYLAIN"}).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"name": "n" * 81}, "name may have at most 80"),
        ({"description": "d" * 301}, "description may have at most 300"),
        ({"price": 18000.5}, "price must be a whole number"),
        ({"price": None}, "price is required"),
        ({"price": "1800000"}, "price must be a whole number"),
        ({"maxStock": 10_000_000}, "maxStock must lie between"),
        ({"availableStatus": "UNAVAILABLE"}, "maxStock must be 0"),
        ({"availableStatus": "ADA"}, "availableStatus must be one of"),
        ({"barcode": "123"}, "barcode must be a GTIN"),
        ({"photos": ["keripik.jpg"]}, "photos must be public URLs"),
        ({"sellingTimeID": "ST-9"}, "sellingTimeID is not among"),
        ({"advancedPricing": [{"key": "Delivery_OnDemand_GrabApp", "price": 1}]}, "advancedPricing must be an object"),
        ({"modifierGroups": [sizes()[0] | {"modifiers": []}]}, "modifiers must have 1 to 100"),
    ],
)
def test_a_bad_item_is_left_out_and_named(partner: GrabApp, wrong: dict[str, Any], word: str) -> None:
    result = partner.sync(menu(item(), item("BURUK", **wrong)))
    assert result["status"] == "SUCCESS"
    assert re.search(rf"item BURUK: .*{word}", result["errors"][0]), result["errors"]
    assert [one["item_id"] for one in partner.state()["items"]] == ["KRP-250"]
    trace = partner.call("GET", "v1/merchant/menu/trace", merchantID=partner.merchant_id).json()
    assert trace["code"] == "PartialSuccess"
    assert trace["sections"][0]["categories"][0]["items"][0]["id"] == "BURUK"


@pytest.mark.parametrize(
    "whole",
    [
        {},
        [],
        b"<html>",
        menu(sellingTimes=[]),
        menu(currency={"code": "IDR", "symbol": "Rp"}),
        menu(exponent=0),
        menu(categories=[]),
        menu(categories=[menu()["categories"][0] | {"sellingTimeID": "ST-9"}]),
        menu(categories=[menu()["categories"][0]] * 2),
        menu(*(item(f"I-{n}") for n in range(301))),
        menu(merchantID="1-CYLAIN"),
        menu(sections=[], sellingTimes=None),
    ],
)
def test_a_menu_that_is_wrong_as_a_whole_changes_nothing(partner: GrabApp, whole: Any) -> None:
    partner.sync()
    result = partner.sync(whole)
    assert result["status"] == "FAILED"
    assert result["errors"]
    assert [one["item_id"] for one in partner.state()["items"]] == ["KRP-250"]


def test_an_item_keeps_its_grab_id_and_one_that_left_the_menu_is_gone(partner: GrabApp) -> None:
    partner.sync(menu(item(), item("KOPI-1")))
    first = partner.state()["items"][0]["grab_item_id"]
    partner.sync(menu(item(price=2_000_000)))
    items = partner.state()["items"]
    assert [(one["grab_item_id"], one["price"]) for one in items] == [(first, 2_000_000)]


def test_switches_refuse_an_item_or_lose_a_part_of_the_menu(partner: GrabApp) -> None:
    partner.faults({"kind": "refuse_item", "message": "Nama dilarang.", "times": 1})
    assert "Nama dilarang." in partner.sync()["errors"][0]
    partner.faults({"kind": "partial_batch", "share": 0.5, "seed": 1, "path": "/menu"})
    result = partner.sync(menu(*(item(f"I-{n}") for n in range(20))))
    assert 0 < len(result["errors"]) < 20
    assert len(partner.state()["items"]) == 20 - len(result["errors"])


def test_news_is_tried_again_until_it_is_received(partner: GrabApp) -> None:
    partner.status = 500
    partner.sync()
    assert len([one for one in partner.news("hasil", 6) if one["status"] == "QUEUEING"]) >= 2


def test_a_mart_store_counts_whole_rupiah_and_has_fixed_categories(http: httpx2.Client) -> None:
    with serving(http) as app:
        app.open(service="mart")
        listed = app.call("GET", "v1/menu/categories", service="grabmart-sandbox", countryCode="ID").json()[
            "categories"
        ]
        assert listed[0]["id"].startswith("IDITEDP")
        category = menu()["categories"][0]
        below = [{"id": "IDITEDP0101", "name": "Keripik", "items": [item(price=18000)]}]
        del category["items"]
        app.menu = menu(exponent=0, categories=[category | {"subCategories": below}])
        app.call("POST", "v1/merchant/menu/notification", {"merchantID": app.merchant_id}, service="grabmart")
        assert app.news("hasil", 3)[-1]["status"] == "SUCCESS"
        assert app.buy()["payload"]["currency"]["exponent"] == 0


@pytest.mark.parametrize("odd", [None, True, -1, 2**70, 1.5, "", "x", [], [1], {}, [{}]], ids=repr)
def test_an_odd_menu_is_refused_or_read_and_never_breaks(odd: Any) -> None:
    whole = menu(item(modifierGroups=sizes()))
    category, time_ = whole["categories"][0], whole["sellingTimes"][0]
    wrecks = [whole | {name: odd} for name in whole]
    names = (*item(), "modifierGroups", "purchasability")
    wrecks += [menu(item(modifierGroups=sizes()) | {name: odd}) for name in names]
    wrecks += [menu(categories=[category | {name: odd}]) for name in (*category, "subCategories", "nameTranslation")]
    wrecks += [menu(sellingTimes=[time_ | {name: odd}]) for name in time_]
    for wreck in wrecks:
        with contextlib.suppress(BadMenu):
            read = read_menu(wreck, merchant_id="1-CYL", service="mart", refused={})
            assert len(read.items) + len(read.errors) == 1
