"""Orders of practice Blibli: bought at the stall, polled, packed, shipped, cancelled."""

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from lapak.sandbox.app import create_app
from lapak.sandbox.settings import BlibliSettings, Settings
from tests.sandbox.blibli_seller import MTA, Blibli
from tests.sandbox.listener import Listener

RATNA = {"name": "Ratna Wulandari", "phone": "6280012345678", "address": "Jl. Melati No. 9", "city": "Kota Bogor"}


@pytest.fixture
def http(tmp_path: Path) -> Iterator[httpx2.Client]:
    """A platform that queues and reviews at once and counts no calls."""
    ours = BlibliSettings(queue_s=0, review_s=0, limits=False, list_most=4)
    with TestClient(create_app(Settings(folder=tmp_path, blibli=ours))) as client:
        yield client


@pytest.fixture
def shop(http: httpx2.Client) -> Blibli:
    seller = Blibli(http).open()
    seller.add(productItems=[seller.item("KRP-B", "Balado"), seller.item("KRP-K", "Keju")])
    return seller


def test_a_purchase_lowers_the_stock_and_waits_as_fp(shop: Blibli) -> None:
    order = shop.buy(seller_sku="KRP-B", quantity=3, buyer=RATNA)
    assert (shop.variants()[0]["stock"], shop.variants()[0]["reserved"]) == (9, 3)
    (package,) = shop.listed()["content"]
    (item,) = package["orderItems"]
    assert package["packageId"] is None
    assert (item["order"]["itemStatus"], item["order"]["quantity"]) == ("FP", 3)
    assert item["order"]["id"] == order["order_id"]
    assert (item["product"]["sellerSku"], item["product"]["price"], item["product"]["finalPrice"]) == (
        "KRP-B",
        20_000,
        18_000,
    )
    detail = shop.call("GET", f"/seller/v1/orders/items/{order['items'][0]['item_id']}")["content"]
    assert detail["shipping"]["recipientName"] == "Ratna Wulandari"
    assert detail["amount"]["product"]["total"] == 54_000


def test_an_unpaid_order_is_not_seen(shop: Blibli) -> None:
    order_id = shop.buy(seller_sku="KRP-B", unpaid=True)["order_id"]
    assert shop.listed()["content"] == []
    shop.act(order_id, "pay")
    assert len(shop.listed()["content"]) == 1


def test_what_is_not_there_cannot_be_bought(shop: Blibli) -> None:
    lines = [{"seller_sku": "KRP-B"}, {"seller_sku": "KRP-K", "quantity": 13}]
    assert shop.buy(409, lines=lines) == {"error": "sold_out", "message": "Stok tidak cukup: tersisa 12.", "left": 12}
    assert [one["stock"] for one in shop.variants()] == [12, 12]
    product_sku = shop.state()["items"][0]["product_sku"]
    assert shop.buy(409, product_sku=product_sku)["error"] == "choose_variant"
    assert shop.buy(404, seller_sku="TIDAK-ADA")["error"] == "not_found"
    assert shop.buy(400, seller_sku="KRP-B", quantity=0)["error"] == "bad_request"


def test_the_window_is_of_payment_not_of_change(shop: Blibli) -> None:
    now_ms = int(time.time() * 1000)
    order = shop.buy(seller_sku="KRP-B")
    shop.http.put("/practice/clock", json={"ahead_s": 600})
    shop.act(order["order_id"], "cancel")
    at = int((time.time() + 600) * 1000)
    later = {"filter": {"statusFPDateRange": {"start": now_ms + 60_000, "end": now_ms + 900_000}}}
    path = "/seller/v1/orders/packages/filter"
    assert shop.call("POST", path, later, at_ms=at)["content"] == []
    then = {"filter": {"statusFPDateRange": {"start": now_ms - 60_000, "end": now_ms + 60_000}}}
    (package,) = shop.call("POST", path, then, at_ms=at)["content"]
    assert package["orderItems"][0]["order"]["itemStatus"] == "X"


def test_the_list_pages_and_ends_at_its_most(shop: Blibli) -> None:
    made = [shop.buy(seller_sku="KRP-B")["order_id"] for _ in range(6)]
    page = shop.listed({"page": 0, "size": 3})
    assert page["paging"] == {"pageNumber": 0, "totalPage": 2, "totalRecord": 4}
    rest = shop.listed({"page": 1, "size": 3})["content"]
    seen = [one["orderItems"][0]["order"]["id"] for one in [*page["content"], *rest]]
    assert seen == made[:1:-1]
    body = {"filter": {"orderOrOrderItemIds": [made[0]]}, "sorting": {"by": "CREATED_DATE", "direction": "ASC"}}
    path = "/seller/v1/orders/packages/filter"
    assert len(shop.call("POST", path, body)["content"]) == 1
    assert shop.call("POST", path, {"paging": {"page": 0, "size": 51}}, error="400001")
    assert shop.call("POST", path, {"sorting": {"by": "harga"}}, error="400001")


def test_a_parcel_goes_its_way(shop: Blibli) -> None:
    order = shop.buy(lines=[{"seller_sku": "KRP-B"}, {"seller_sku": "KRP-K"}], buyer=RATNA)
    first, second = (item["item_id"] for item in order["items"])
    combined = shop.call("GET", f"{MTA}/v1/order/getCombineShipping", query={"orderItemNo": first})["value"]
    assert {one["orderItemNo"] for one in combined["combineShippingItems"]} == {first, second}
    package = shop.pack(first, second)
    assert shop.pack(first, error="400001") == ""
    label = f"/seller/v1/orders/{package}/shippingLabel"
    assert shop.call("GET", label, error="400001")
    awb = shop.fulfill(package)["content"]["awbNo"]
    assert awb.startswith("LTHBB")
    assert shop.fulfill(package, error="400001")
    assert base64.b64decode(shop.call("GET", label)["content"]["shippingLabel"]).startswith(b"%PDF")
    (found,) = shop.listed(orderItemStatuses=["PU"])["content"]
    assert (found["packageId"], len(found["orderItems"])) == (package, 2)
    assert shop.act(order["order_id"], "deliver", 409)["error"] == "not_possible"
    shop.act(order["order_id"], "pickup")
    assert {one["status"] for one in shop.act(order["order_id"], "deliver")["items"]} == {"D"}
    assert [(one["stock"], one["reserved"]) for one in shop.variants()] == [(11, 0), (11, 0)]


def test_parcels_of_two_buyers_are_not_combined(shop: Blibli) -> None:
    one = shop.buy(seller_sku="KRP-B", buyer=RATNA)["items"][0]["item_id"]
    two = shop.buy(seller_sku="KRP-B", buyer=RATNA | {"name": "Bagus Prakoso"})["items"][0]["item_id"]
    assert shop.pack(one, two, error="400001") == ""


def test_a_store_that_drops_parcels_off_names_the_airway_bill(http: httpx2.Client) -> None:
    shop = Blibli(http).open(dropship=True)
    shop.add()
    package = shop.pack(shop.buy(seller_sku="KRP-250")["items"][0]["item_id"])
    assert shop.fulfill(package, error="400001")
    shop.fulfill(package, awb="RESI-1")
    assert shop.state()["orders"][0]["items"][0]["awb"] == "RESI-1"


def test_a_listed_reason_cancels_whole_and_any_other_in_part(shop: Blibli) -> None:
    item_id = shop.buy(seller_sku="KRP-B", quantity=5)["items"][0]["item_id"]
    path = f"/seller/v1/orders/items/{item_id}/cancellations"
    reasons = [one["reason"] for one in shop.call("GET", "/seller/v1/orders/items/cancellations/reasons")["content"]]
    assert "Stok barang habis" in reasons
    shop.call("POST", path, {"reason": "stok barang habis", "cancellationQuantity": 2})
    assert (shop.variants()[0]["stock"], shop.variants()[0]["reserved"]) == (9, 3)
    assert shop.call("POST", path, {"reason": "lain", "cancellationQuantity": 4}, error="400001")
    shop.call("POST", path, {"reason": "Stok barang habis", "cancellationQuantity": 1})
    assert (shop.variants()[0]["stock"], shop.variants()[0]["reserved"]) == (12, 0)
    detail = shop.call("GET", f"/seller/v1/orders/items/{item_id}")["content"]
    assert (detail["order"]["itemStatus"], detail["order"]["quantity"]) == ("OS", 0)
    assert shop.call("POST", path, {"reason": "Stok barang habis"}, error="400001")


def test_a_buyer_leaves_before_the_parcel_is_ready_and_asks_afterwards(shop: Blibli) -> None:
    early = shop.buy(seller_sku="KRP-B")
    assert shop.act(early["order_id"], "cancel")["items"][0]["status"] == "X"
    late = shop.buy(seller_sku="KRP-B")
    shop.fulfill(shop.pack(late["items"][0]["item_id"]))
    assert shop.act(late["order_id"], "cancel")["items"][0]["status"] == "CR"
    assert shop.act(late["order_id"], "cancel")["items"][0]["status"] == "X"
    assert (shop.variants()[0]["stock"], shop.variants()[0]["reserved"]) == (12, 0)
    assert shop.act(late["order_id"], "cancel", 409)["error"] == "not_possible"


def test_another_store_cannot_read_or_pack_the_order(shop: Blibli) -> None:
    item_id = shop.buy(seller_sku="KRP-B")["items"][0]["item_id"]
    other = Blibli(shop.http).open("Batik Sekar Ayu")
    assert other.call("GET", f"/seller/v1/orders/items/{item_id}", error="404001")
    assert other.pack(item_id, error="404001") == ""
    assert other.listed()["content"] == []


def test_an_order_is_hinted_at(tmp_path: Path, listener: Listener) -> None:
    ours = BlibliSettings(queue_s=0, review_s=0, callback=listener.url)
    with TestClient(create_app(Settings(folder=tmp_path, blibli=ours))) as client:
        shop = Blibli(client).open()
        shop.add()
        order = shop.buy(seller_sku="KRP-250")
        hint = json.loads(listener.wait(2)[1][1])
        assert (hint["event"], hint["storeCode"]) == ("ORDER_STATUS", shop.store_code)
        assert hint["data"] == {
            "orderId": order["order_id"],
            "orderItemId": order["items"][0]["item_id"],
            "status": "FP",
        }


def test_the_stall_works_by_its_forms(shop: Blibli) -> None:
    sku = shop.variants()[0]["blibli_sku"]
    form = {"shop_id": shop.store_code, "blibli_sku": sku, "quantity": "2"}
    assert "Terbeli." in shop.http.post("/practice/blibli/buy", data=form).text
    assert "Tidak jadi dibeli." in shop.http.post("/practice/blibli/buy", data=form | {"quantity": "99"}).text
    order_id = shop.state()["orders"][0]["order_id"]
    page = shop.http.post(f"/practice/blibli/orders/{order_id}/cancel", data={"from": "stall"}).text
    assert "Dibatalkan" in page
    page = shop.http.post(f"/practice/blibli/{shop.store_code}/keys", data={"linked": "0"}).text
    assert "Izinkan aplikasi" in page
    assert "Dapur Bu Ratmi" in shop.http.get("/").text


def test_a_reset_empties_the_platform_and_never_gives_an_id_twice(shop: Blibli) -> None:
    before = shop.buy(seller_sku="KRP-B")["order_id"]
    assert shop.http.post("/practice/blibli/reset").status_code == 200
    assert shop.state()["error"] == "not_found"
    fresh = Blibli(shop.http).open()
    fresh.add()
    assert fresh.store_code != shop.store_code
    assert int(fresh.buy(seller_sku="KRP-250")["order_id"]) > int(before)
