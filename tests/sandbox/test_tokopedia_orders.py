"""Orders of practice Tokopedia: from the buyer's button to the parcel, its webhooks, and the switchboard."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from lapak.sandbox.app import create_app
from lapak.sandbox.settings import Settings, TokopediaSettings
from lapak.sandbox.tokopedia.gateway import ENDPOINTS
from tests.sandbox.listener import Listener
from tests.sandbox.tokopedia_seller import APP_KEY, APP_SECRET, PRODUCTS, Toko

SEARCH = "/order/202309/orders/search"
CANCEL = "/return_refund/202602/cancellations"
REASON = "seller_cancel_reason_out_of_stock"


def platform(folder: Path, callback: str = "", **more: Any) -> TestClient:
    ours = TokopediaSettings(callback=callback, **({"audit_s": 0, "hold_s": 0, "label_s": 0} | more))
    return TestClient(create_app(Settings(folder=folder, push_retry_scale=0.001, tokopedia=ours)))


@pytest.fixture
def http(tmp_path: Path) -> Iterator[httpx2.Client]:
    """A platform that audits at once, holds no order and prints at once."""
    with platform(tmp_path) as client:
        yield client


@pytest.fixture
def toko(http: httpx2.Client) -> Toko:
    seller = Toko(http).connect()
    seller.add()
    return seller


@pytest.fixture
def told(tmp_path: Path, listener: Listener) -> Iterator[tuple[Toko, Listener]]:
    """A shop with a product whose platform tells the listener."""
    with platform(tmp_path, listener.url) as client:
        seller = Toko(client).connect()
        seller.add()
        listener.wait(3)
        listener.came.clear()
        yield seller, listener


def test_an_order_has_a_line_for_each_unit(toko: Toko) -> None:
    bought = toko.buy(seller_sku="KRP-250", quantity=3)
    order = toko.order(bought["order_id"])
    assert [line["seller_sku"] for line in order["line_items"]] == ["KRP-250"] * 3
    assert len({line["id"] for line in order["line_items"]}) == 3
    assert order["payment"]["total_amount"] == "54000"
    assert (order["status"], order["commerce_platform"]) == ("AWAITING_SHIPMENT", "TOKOPEDIA")
    assert [(sku["stock"], sku["committed"]) for sku in toko.skus()] == [(9, 3)]


def test_who_ships_with_the_platform_does_not_see_the_buyer_whole(toko: Toko) -> None:
    buyer = {"name": "Ratna Wulandari", "phone": "6280012345678", "address": "Jl. Melati No. 9", "city": "Kota Bogor"}
    order = toko.order(toko.buy(seller_sku="KRP-250", buyer=buyer)["order_id"])
    assert order["recipient_address"]["name"] == "R***i"
    assert not any(word in str(order) for word in ("Melati", "12345", "Wulandari"))
    own = toko.order(toko.buy(seller_sku="KRP-250", buyer=buyer, shipping="SELLER")["order_id"])
    assert own["recipient_address"]["name"] == "Ratna Wulandari"


def test_unpaid_and_held_orders_say_not_yet_where_to(tmp_path: Path) -> None:
    with platform(tmp_path, hold_s=60) as client:
        toko = Toko(client).connect()
        toko.add()
        order_id = toko.buy(seller_sku="KRP-250", unpaid=True)["order_id"]
        unpaid = toko.order(order_id)
        assert (unpaid["status"], unpaid["packages"]) == ("UNPAID", [])
        toko.act(order_id, "pay")
        held = toko.order(order_id)
        assert (held["status"], held["is_on_hold_order"], "recipient_address" in held) == ("ON_HOLD", True, False)
        client.put("/practice/clock", json={"ahead_s": 61})
        assert toko.state()["orders"][0]["status"] == "AWAITING_SHIPMENT"


def test_a_sold_out_product_cannot_be_bought_and_lines_are_all_or_nothing(toko: Toko) -> None:
    toko.add(skus=[toko.sku("LAIN", stock=1)])
    lines = [{"seller_sku": "KRP-250"}, {"seller_sku": "LAIN", "quantity": 2}]
    assert toko.buy(409, lines=lines) == {"error": "sold_out", "message": "Stok tidak cukup: tersisa 1.", "left": 1}
    assert [sku["stock"] for sku in toko.skus()] == [12, 1]
    assert toko.buy(404, seller_sku="TIDAK-ADA")["error"] == "not_found"
    assert toko.buy(400, quantity=0, seller_sku="KRP-250")["error"] == "bad_request"


def test_a_product_with_choices_must_be_chosen(toko: Toko) -> None:
    skus = [toko.sku(f"R-{one}", sales_attributes=[{"name": "Rasa", "value_name": one}]) for one in ("Asin", "Manis")]
    made = toko.add(skus=skus)
    assert toko.buy(409, product_id=made["product_id"])["error"] == "choose_variant"
    assert toko.buy(sku_id=made["skus"][1]["id"])["lines"][0]["sku_name"] == "Manis"


def test_a_parcel_goes_its_way(toko: Toko) -> None:
    bought = toko.buy(seller_sku="KRP-250")
    order_id, package = bought["order_id"], bought["package_id"]
    slots = toko.call("GET", f"/fulfillment/202309/packages/{package}/handover_time_slots")["pickup_slots"]
    assert [slot["avaliable"] for slot in slots] == [False, True, True]
    taken = {name: slots[0][name] for name in ("start_time", "end_time")}
    assert toko.ship(package, handover_method="PICKUP", pickup_slot=taken, code=21001111)
    free = {name: slots[1][name] for name in ("start_time", "end_time")}
    toko.ship(package, handover_method="PICKUP", pickup_slot=free)
    assert toko.ship(package, code=21001101)
    assert toko.act(order_id, "deliver", 409)["error"] == "not_possible"
    for action in ("pickup", "deliver", "confirm"):
        toko.act(order_id, action)
    order = toko.order(order_id)
    assert (order["status"], order["line_items"][0]["package_status"]) == ("COMPLETED", "COMPLETED")
    assert order["tracking_number"].startswith("LTHTK")
    assert [(sku["stock"], sku["committed"]) for sku in toko.skus()] == [(11, 0)]


def test_a_seller_who_ships_alone_says_with_whom(toko: Toko) -> None:
    package = toko.buy(seller_sku="KRP-250", shipping="SELLER")["package_id"]
    who = toko.call("GET", "/logistics/202309/delivery_options/7091146663229654101/shipping_providers")
    own = {"tracking_number": "RESI-1", "shipping_provider_id": who["shipping_providers"][0]["id"]}
    assert toko.ship(package, code=21001112)
    assert toko.ship(package, self_shipment=own | {"shipping_provider_id": "5"}, code=21001112)
    toko.ship(package, self_shipment=own)
    assert toko.state()["orders"][0]["tracking_number"] == "RESI-1"


def test_the_label_is_ready_a_little_later_and_for_a_day(tmp_path: Path) -> None:
    with platform(tmp_path, label_s=30) as client:
        toko = Toko(client).connect()
        toko.add()
        package = toko.buy(seller_sku="KRP-250")["package_id"]
        path = f"/fulfillment/202309/packages/{package}/shipping_documents"
        assert toko.call("GET", path, document_type="SHIPPING_LABEL", code=21001114)
        toko.ship(package)
        assert toko.call("GET", path, document_type="SHIPPING_LABEL", code=21001113)
        client.put("/practice/clock", json={"ahead_s": 31})
        at = int(time.time()) + 31
        url = toko.call("GET", path, document_type="SHIPPING_LABEL", document_size="A6", at=at)["doc_url"]
        assert client.get(url).content.startswith(b"%PDF")
        client.put("/practice/clock", json={"ahead_s": 90_000})
        assert client.get(url).status_code == 404


def test_several_parcels_fail_each_on_its_own(toko: Toko) -> None:
    good = toko.buy(seller_sku="KRP-250")["package_id"]
    packages = [{"id": good, "handover_method": "DROP_OFF"}, {"id": "7", "handover_method": "DROP_OFF"}]
    errors = toko.call("POST", "/fulfillment/202309/packages/ship", {"packages": packages})["errors"]
    assert [error["detail"]["package_id"] for error in errors] == ["7"]
    found = toko.call("POST", "/fulfillment/202309/packages/search", {"package_status": "PROCESSING"}, page_size=10)
    assert [one["id"] for one in found["packages"]] == [good]


def test_orders_are_found_by_time_and_status_page_by_page(toko: Toko) -> None:
    made = [toko.buy(seller_sku="KRP-250")["order_id"] for _ in range(5)]
    now = int(time.time())
    window = {"update_time_ge": now - 60, "update_time_lt": now + 60}
    seen, token = [], ""
    while True:
        page = toko.call("POST", SEARCH, window, page_size=2, page_token=token, sort_field="update_time")
        seen += [order["id"] for order in page["orders"]]
        token = page["next_page_token"]
        if not token:
            break
    assert sorted(seen) == made
    assert toko.call("POST", SEARCH, {"create_time_lt": now - 60}, page_size=10)["total_count"] == 0
    toko.ship(toko.state()["orders"][0]["package_id"])
    waiting = toko.call("POST", SEARCH, {"order_status": "AWAITING_COLLECTION"}, page_size=10)
    assert [order["id"] for order in waiting["orders"]] == [made[-1]]
    assert toko.call("POST", SEARCH, {"order_status": "CANCEL"}, page_size=10, code=36009004)
    assert toko.call("POST", SEARCH, {}, code=36009004)


def test_another_shop_cannot_read_or_ship_the_order(toko: Toko) -> None:
    bought = toko.buy(seller_sku="KRP-250")
    other = Toko(toko.http).connect("Batik Sekar Ayu")
    assert other.call("GET", "/order/202507/orders", ids=bought["order_id"], code=21008111)
    assert other.ship(bought["package_id"], code=21008111)
    body = {"order_id": bought["order_id"], "cancel_reason": REASON}
    assert other.call("POST", CANCEL, body, code=21008111)


def test_a_buyer_leaves_freely_before_shipping_starts_and_asks_afterwards(toko: Toko) -> None:
    unpaid = toko.buy(seller_sku="KRP-250", unpaid=True)["order_id"]
    assert toko.act(unpaid, "cancel")["status"] == "CANCELLED"
    asked = toko.buy(seller_sku="KRP-250")["order_id"]
    assert toko.act(asked, "cancel")["cancel_asked"] is True
    assert toko.act(asked, "cancel", 409)["error"] == "not_possible"
    assert toko.order(asked)["is_buyer_request_cancel"] is True
    found = toko.call("POST", SEARCH, {"is_buyer_request_cancel": True}, page_size=10)
    assert [order["id"] for order in found["orders"]] == [asked]


def request_of(toko: Toko) -> str:
    body = {"cancel_status": ["CANCELLATION_REQUEST_PENDING"]}
    found = toko.call("POST", f"{CANCEL}/search", body, page_size=10)["cancellations"]
    return str(found[0]["cancel_id"])


def test_the_seller_answers_a_request_once(toko: Toko) -> None:
    order_id = toko.buy(seller_sku="KRP-250", quantity=2)["order_id"]
    toko.act(order_id, "cancel")
    path = f"/return_refund/202309/cancellations/{request_of(toko)}/approve"
    toko.call("POST", path, {}, idempotency_key="a-1")
    toko.call("POST", path, {}, idempotency_key="a-1")
    assert toko.call("POST", path, {}, idempotency_key="a-2", code=21001101)
    assert toko.order(order_id)["cancellation_initiator"] == "BUYER"
    assert [(sku["stock"], sku["committed"]) for sku in toko.skus()] == [(12, 0)]


def test_a_refused_request_leaves_the_order(toko: Toko) -> None:
    order_id = toko.buy(seller_sku="KRP-250")["order_id"]
    toko.act(order_id, "cancel")
    path = f"/return_refund/202309/cancellations/{request_of(toko)}/reject"
    assert toko.call("POST", path, {"reject_reason": "malas"}, code=21001102)
    reasons = toko.call("GET", "/return_refund/202309/reject_reasons")["reasons"]
    toko.call("POST", path, {"reject_reason": reasons[0]["name"]})
    assert (toko.order(order_id)["status"], toko.order(order_id)["is_buyer_request_cancel"]) == (
        "AWAITING_SHIPMENT",
        False,
    )


def test_the_seller_cancels_whole_orders_for_a_listed_reason(toko: Toko) -> None:
    bought = toko.buy(seller_sku="KRP-250", quantity=2)
    eligible = toko.call("GET", f"/return_refund/202602/orders/{bought['order_id']}/aftersale_eligibility")
    assert REASON in eligible["sku_eligibility"][0]["line_item_eligibility"][0]["available_reason_names"]
    body = {"order_id": bought["order_id"], "cancel_reason": REASON}
    assert toko.call("POST", CANCEL, body | {"cancel_reason": "stok habis"}, code=21001102)
    part = [{"sku_id": bought["lines"][0]["sku_id"], "quantity": 1}]
    assert toko.call("POST", CANCEL, body | {"skus": part}, code=21001101)
    assert toko.call("POST", CANCEL, body)["cancel_status"] == "CANCELLATION_REQUEST_SUCCESS"
    assert toko.call("POST", CANCEL, body, code=21001101)
    assert [(sku["stock"], sku["committed"]) for sku in toko.skus()] == [(12, 0)]


def bodies(came: list[tuple[dict[str, str], bytes]], kind: int) -> list[dict[str, Any]]:
    return [one for one in (json.loads(body) for _, body in came) if one["type"] == kind]


def test_webhooks_are_signed_over_key_and_body_and_come_in_order(told: tuple[Toko, Listener]) -> None:
    toko, listener = told
    toko.buy(seller_sku="KRP-250")
    came = listener.wait(3)
    for headers, body in came:
        right = hmac.new(APP_SECRET.encode(), APP_KEY.encode() + body, hashlib.sha256).hexdigest()
        assert headers["Authorization"] == right
    news = bodies(came, 1)
    assert [one["data"]["order_status"] for one in news] == ["UNPAID", "ON_HOLD", "AWAITING_SHIPMENT"]
    assert len({one["tts_notification_id"] for one in news}) == 3
    assert {one["shop_id"] for one in news} == {toko.shop_id}


def test_a_cancelled_order_is_spelt_otherwise_in_a_webhook(told: tuple[Toko, Listener]) -> None:
    toko, listener = told
    order_id = toko.buy(seller_sku="KRP-250", unpaid=True)["order_id"]
    toko.act(order_id, "cancel")
    came = listener.wait(3)
    assert bodies(came, 1)[-1]["data"]["order_status"] == "CANCEL"
    assert bodies(came, 11)[0]["data"]["cancel_status"] == "CANCELLATION_REQUEST_SUCCESS"
    assert toko.order(order_id)["status"] == "CANCELLED"


def test_a_hold_that_ends_by_a_cancellation_is_not_told_as_ended(tmp_path: Path, listener: Listener) -> None:
    with platform(tmp_path, listener.url, hold_s=0.4) as client:
        toko = Toko(client).connect()
        toko.add()
        order_id = toko.buy(seller_sku="KRP-250")["order_id"]
        toko.act(order_id, "cancel")
        toko.buy(seller_sku="KRP-250")
        waited = time.monotonic() + 5
        while not any(one["data"]["order_status"] == "AWAITING_SHIPMENT" for one in bodies(listener.came, 1)):
            assert time.monotonic() < waited
            time.sleep(0.02)
        ended = [one["data"]["order_id"] for one in bodies(listener.came, 1) if "SHIPMENT" in str(one["data"])]
        assert order_id not in ended


def test_a_verdict_is_told_when_it_is_due(tmp_path: Path, listener: Listener) -> None:
    with platform(tmp_path, listener.url) as client:
        toko = Toko(client).connect()
        product_id = toko.add(title="Tas kw super murah meriah sekali")["product_id"]
        came = listener.wait(3)
        verdict = bodies(came, 5)[0]["data"]
        assert (verdict["product_id"], verdict["status"]) == (int(product_id), "PRODUCT_AUDIT_FAILURE")
        assert verdict["suspended_reason"] == "Pelanggaran merek: barang tiruan."
        assert [one["data"]["audit"]["status"] for one in bodies(came, 37)] == ["AUDITING", "FAILED"]


def test_a_shop_may_register_an_address_of_its_own(told: tuple[Toko, Listener]) -> None:
    toko, listener = told
    path, event = "/event/202309/webhooks", {"event_type": "ORDER_STATUS_CHANGE"}
    toko.call("PUT", path, event | {"address": f"{listener.url}/sendiri"})
    assert toko.call("GET", path)["webhooks"][0]["address"] == f"{listener.url}/sendiri"
    assert toko.call("PUT", path, {"event_type": "APA", "address": "http://x/"}, code=36009004)
    assert toko.call("PUT", path, event | {"address": "http://x/" + "a" * 250}, code=36009004)
    toko.buy(seller_sku="KRP-250")
    listener.wait(3)
    urls = {push["url"] for push in toko.state()["pushes"] if push["topic"] == "1"}
    assert urls == {f"{listener.url}/sendiri"}
    toko.call("DELETE", path, event)
    assert toko.call("GET", path)["total_count"] == 0


def test_an_answer_with_a_body_is_tried_again(told: tuple[Toko, Listener]) -> None:
    toko, listener = told
    listener.body = b"ok"
    toko.buy(seller_sku="KRP-250", unpaid=True)
    first = listener.wait(2)[0][1]
    listener.body = b""
    assert [body for _, body in listener.wait(3)] == [first] * 3


def test_the_end_of_a_consent_is_told(told: tuple[Toko, Listener]) -> None:
    toko, listener = told
    toko.http.post(f"/practice/tokopedia/{toko.shop_id}/revoke")
    assert bodies(listener.wait(1), 6)[0]["shop_id"] == toko.shop_id


def test_the_platform_says_its_faults_in_its_own_words(toko: Toko) -> None:
    path = "/product/202309/products"
    toko.faults({"kind": "rate_limit", "retry_after": 7, "times": 1}, {"kind": "server_error", "times": 1})
    busy = toko.raw("POST", SEARCH, {}, page_size=1)
    assert (busy.status_code, busy.json()["code"], busy.headers["Retry-After"]) == (429, 36009002, "7")
    down = toko.raw("POST", SEARCH, {}, page_size=1)
    assert (down.status_code, down.json()["code"]) == (502, 36009003)
    toko.faults({"kind": "refuse_item", "error": "12052223", "message": "Kategori dibatasi.", "times": 1})
    assert toko.call("POST", path, toko.product(), code=12052223)["message"] == "Kategori dibatasi."
    toko.faults({"kind": "refuse_item", "times": 1})
    assert toko.call("POST", path, toko.product(), code=12052220)


def test_a_switch_strikes_only_the_named_shop(toko: Toko) -> None:
    other = Toko(toko.http).connect("Batik Sekar Ayu")
    toko.faults({"kind": "server_error", "path": "/order/", "shop_id": toko.shop_id})
    assert toko.raw("POST", SEARCH, {}, page_size=1).status_code == 502
    assert other.raw("POST", SEARCH, {}, page_size=1).status_code == 200
    assert toko.raw("GET", "/logistics/202309/warehouses").status_code == 200


def test_part_of_a_batch_fails_and_is_not_done(toko: Toko) -> None:
    skus = [toko.sku(f"R-{n}", sales_attributes=[{"name": "Rasa", "value_name": str(n)}]) for n in range(20)]
    made = toko.add(skus=skus)
    toko.faults({"kind": "partial_batch", "share": 0.5, "times": 1, "seed": 3})
    body = {"skus": [{"id": one["id"], "inventory": [{"quantity": 99}]} for one in made["skus"]]}
    errors = toko.call("POST", f"{PRODUCTS}/{made['product_id']}/inventory/update", body)["errors"]
    failed = {error["detail"]["sku_id"] for error in errors}
    assert 0 < len(failed) < 20
    stocks = {sku["sku_id"]: sku["stock"] for sku in toko.skus()}
    assert {sku_id for sku_id in (one["id"] for one in made["skus"]) if stocks[sku_id] == 12} == failed


def test_a_revoked_token_is_dead_for_calls_and_refreshes(toko: Toko) -> None:
    toko.faults({"kind": "token_revoked", "times": 1})
    assert toko.raw("POST", SEARCH, {}, page_size=1).json()["code"] == 36009004
    assert toko.renew()["code"] == 36004004


def test_a_reset_empties_the_platform_and_never_gives_an_id_twice(toko: Toko) -> None:
    before = toko.buy(seller_sku="KRP-250")
    assert toko.http.post("/practice/tokopedia/reset").status_code == 200
    assert toko.state()["error"] == "not_found"
    fresh = Toko(toko.http).connect()
    fresh.add()
    after = fresh.buy(seller_sku="KRP-250")
    assert int(after["order_id"]) > int(before["order_id"])
    assert fresh.shop_id != toko.shop_id


def test_the_stall_works_by_its_forms(toko: Toko) -> None:
    sku_id = toko.skus()[0]["sku_id"]
    form = {"shop_id": toko.shop_id, "sku_id": sku_id, "quantity": "2", "platform": "TIKTOK_SHOP"}
    reply = toko.http.post("/practice/tokopedia/buy", data=form)
    assert "Terbeli." in reply.text
    assert "lewat TikTok Shop" in reply.text
    assert "Tidak jadi dibeli." in toko.http.post("/practice/tokopedia/buy", data=form | {"quantity": "99"}).text
    order = toko.state()["orders"][0]
    toko.ship(order["package_id"])
    page = toko.http.post(f"/practice/tokopedia/orders/{order['order_id']}/pickup", data={"from": "stall"}).text
    assert "Dalam perjalanan" in page


ODD: list[Any] = [None, True, -1, 2**70, 1.5, "", "x", "\x00", [], [None], [1], ["a"], {}, {"a": 1}, [{}], [{"id": 1}]]
NAMES = (
    *("address", "cancel_reason", "category_version", "create_time_ge", "event_type", "handover_method", "ids"),
    *("is_buyer_request_cancel", "listing_platforms", "order_id", "order_ids", "order_line_item_ids", "order_status"),
    *("packages", "page_size", "page_token", "pickup_slot", "product_ids", "reject_reason", "seller_skus", "sku_ids"),
    *("self_shipment", "skus", "status", "warehouse_ids", "document_type", "category_id", "brand_name", "keyword"),
)


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:12])
def test_odd_values_are_refused_in_the_platforms_envelope(toko: Toko, odd: Any) -> None:
    item = toko.state()["items"][0]
    numbers = {"product_id": item["product_id"], "category_id": item["category_id"]}
    numbers["package_id"] = toko.buy(seller_sku="KRP-250", shipping="SELLER")["package_id"]
    good = toko.product()
    for endpoint in ENDPOINTS:
        path = endpoint.path.format_map({"order_id": "1", "cancel_id": "1", "delivery_option_id": "1"} | numbers)
        queries: dict[str, Any] = {name: str(odd) for name in NAMES} if endpoint.method == "GET" else {}
        sent: list[Any] = [dict.fromkeys(NAMES, odd)] if endpoint.method != "GET" else [None]
        if path.endswith(("/products", item["product_id"], "partial_edit")) and endpoint.method in ("POST", "PUT"):
            sent += [good | {name: odd} for name in good]
            sent += [good | {"skus": [good["skus"][0] | {name: odd}]} for name in good["skus"][0]]
            sent += [good | {"skus": [good["skus"][0] | {"sales_attributes": odd}]}]
        for body in sent:
            answer = toko.raw(endpoint.method, path, body, cipher=endpoint.cipher, **queries)
            assert {"code", "message", "request_id"} <= set(answer.json()), (path, body)
    assert toko.http.get(f"/practice/tokopedia/{toko.shop_id}").status_code == 200


@pytest.mark.parametrize("raw", [b"{", b"[]", b"1", b'"\\ud800"', b'{"a": "\\ud800"}', b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(toko: Toko, raw: bytes) -> None:
    assert toko.call("POST", PRODUCTS, raw, code=36009022)
    for path in ("buy", "shops", "orders/1/pay"):
        assert toko.http.post(f"/practice/tokopedia/{path}", content=raw).status_code in (400, 404)
    assert toko.http.put("/practice/tokopedia/app", content=raw).status_code == 400
