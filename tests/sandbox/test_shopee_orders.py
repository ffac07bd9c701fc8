"""Orders of practice Shopee, from the buyer's button to the parcel and back."""

import re
import time
from typing import Any

import pytest

from tests.sandbox.seller import Seller


def window(field: str = "create_time") -> dict[str, Any]:
    now = int(time.time())
    return {"time_range_field": field, "time_from": now - 3600, "time_to": now + 3600, "page_size": 50}


def detail(seller: Seller, order_sn: str, *fields: str) -> dict[str, Any]:
    answer = seller.get("order/get_order_detail", order_sn_list=order_sn, response_optional_fields=",".join(fields))
    return dict(answer["response"]["order_list"][0])


def model(seller: Seller, n: int = 0) -> dict[str, Any]:
    return dict(seller.state()["items"][0]["models"][n])


def test_a_purchase_lowers_the_stock_and_is_in_the_list(seller: Seller) -> None:
    item_id = seller.add()
    order = seller.buy(item_id=item_id, quantity=3)
    assert re.fullmatch(r"\d{6}[A-Z0-9]{8}", order["order_sn"])
    assert (model(seller)["stock"], model(seller)["reserved"]) == (9, 3)
    listed = seller.get("order/get_order_list", **window(), response_optional_fields="order_status")["response"]
    assert listed["order_list"] == [{"order_sn": order["order_sn"], "booking_sn": "", "order_status": "READY_TO_SHIP"}]


def test_a_sold_out_product_cannot_be_bought(seller: Seller) -> None:
    seller.add(seller_stock=[{"stock": 1}])
    seller.buy(item_sku="KRP-250")
    assert seller.buy(409, item_sku="KRP-250") == {
        "error": "sold_out",
        "message": "Stok tidak cukup: tersisa 0.",
        "left": 0,
    }
    assert len(seller.state()["orders"]) == 1


def test_an_order_of_several_lines_takes_all_or_nothing(seller: Seller) -> None:
    one, two = seller.add(item_sku="A"), seller.add(item_sku="B", seller_stock=[{"stock": 1}])
    lines = [{"item_id": one, "quantity": 2}, {"item_id": two, "quantity": 2}]
    assert seller.buy(409, lines=lines)["error"] == "sold_out"
    assert [item["models"][0]["stock"] for item in seller.state()["items"]] == [12, 1]
    lines[1]["quantity"] = 1
    assert seller.buy(lines=lines)["total_idr"] == 3 * 18_000


def test_a_wish_that_cannot_be_read_is_refused(seller: Seller) -> None:
    assert seller.buy(404, item_sku="TIDAK-ADA")["error"] == "not_found"
    assert seller.buy(400, item_id="x")["error"] == "bad_request"
    assert seller.buy(400, item_id=seller.add(), quantity=0)["error"] == "bad_request"


def test_details_come_only_when_named_and_the_buyer_is_masked(seller: Seller) -> None:
    seller.add()
    buyer = {"name": "Ratna Wulandari", "phone": "6280012345678", "address": "Jl. Melati No. 9", "city": "Kota Bogor"}
    order_sn = seller.buy(item_sku="KRP-250", buyer=buyer)["order_sn"]
    assert set(detail(seller, order_sn)) == {
        *("order_sn", "region", "currency", "cod", "order_status", "message_to_seller", "create_time", "update_time"),
        *("days_to_ship", "ship_by_date"),
    }
    full = detail(seller, order_sn, "recipient_address", "item_list", "total_amount", "package_list", "buyer_username")
    assert full["recipient_address"]["name"] == "R****i"
    assert full["recipient_address"]["phone"] == "******78"
    assert "Melati" not in str(full)
    assert full["total_amount"] == 18_000
    line = full["item_list"][0]
    assert (line["item_sku"], line["model_id"], line["model_quantity_purchased"]) == ("KRP-250", 0, 1)
    assert full["package_list"][0]["logistics_status"] == "LOGISTICS_READY"


def test_another_shop_cannot_read_the_order(seller: Seller) -> None:
    seller.add()
    order_sn = seller.buy(item_sku="KRP-250")["order_sn"]
    other = Seller(seller.http).connect("Batik Sekar Ayu")
    assert other.get("order/get_order_detail", order_sn_list=order_sn)["error"] == "error_not_found"
    assert other.get("order/get_order_list", **window())["response"]["order_list"] == []


def test_the_cursor_gives_every_order_once(seller: Seller) -> None:
    seller.add(seller_stock=[{"stock": 50}])
    made = {seller.buy(item_sku="KRP-250")["order_sn"] for _ in range(5)}
    seen, cursor, more = [], "", True
    while more:
        page = seller.get("order/get_order_list", **window("update_time") | {"page_size": 2}, cursor=cursor)["response"]
        seen += [order["order_sn"] for order in page["order_list"]]
        cursor, more = page["next_cursor"], page["more"]
    assert len(seen) == 5
    assert set(seen) == made


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"time_from": 0, "time_to": 15 * 86_400 + 1}, "order.order_list_invalid_time"),
        ({"time_from": 10, "time_to": 5}, "order.order_list_invalid_time"),
        ({"order_status": "TO_CONFIRM_RECEIVE"}, "error_param"),
        ({"page_size": 101}, "error_param"),
        ({"time_range_field": "pay_time"}, "error_param"),
        ({"cursor": "kemarin"}, "error_param"),
    ],
)
def test_a_wrong_window_is_refused(seller: Seller, change: dict[str, Any], error: str) -> None:
    assert seller.get("order/get_order_list", **window() | change)["error"] == error


def test_an_order_walks_from_payment_to_the_end(seller: Seller) -> None:
    seller.add()
    order_sn = seller.buy(item_sku="KRP-250", unpaid=True)["order_sn"]
    assert seller.post("logistics/ship_order", {"order_sn": order_sn, "dropoff": {}})["error"] == (
        "logistics.ship_order_not_ready_to_ship"
    )
    seller.act(order_sn, "pay")
    seller.act(order_sn, "pickup", 409)
    need = seller.get("logistics/get_shipping_parameter", order_sn=order_sn)["response"]
    address = need["pickup"]["address_list"][0]
    pickup = {"address_id": address["address_id"], "pickup_time_id": address["time_slot_list"][0]["pickup_time_id"]}
    assert seller.post("logistics/ship_order", {"order_sn": order_sn, "pickup": pickup})["error"] == ""
    again = seller.post("logistics/ship_order", {"order_sn": order_sn, "pickup": pickup})
    assert again["error"] == "logistics.package_already_shipped"
    number = seller.get("logistics/get_tracking_number", order_sn=order_sn)["response"]["tracking_number"]
    assert number.startswith("LTH")
    states = [seller.act(order_sn, action)["status"] for action in ("pickup", "deliver", "confirm")]
    assert states == ["SHIPPED", "TO_CONFIRM_RECEIVE", "COMPLETED"]
    assert (model(seller)["stock"], model(seller)["reserved"]) == (11, 0)


@pytest.mark.parametrize(
    ("way", "error"),
    [
        ({}, "logistics.ship_order_only_support_one_type"),
        ({"pickup": {}, "dropoff": {}}, "logistics.ship_order_only_support_one_type"),
        ({"pickup": {}}, "logistics.ship_order_need_address_pickup_time"),
        ({"pickup": {"address_id": 1, "pickup_time_id": "x"}}, "logistics.address_not_found"),
        ({"pickup": {"address_id": 234, "pickup_time_id": "x"}}, "logistics.ship_order_pickup_time_invalid"),
        ({"non_integrated": {}}, "logistics.ship_order_unsupport_non_integrated"),
        ({"dropoff": {}, "package_number": "OFG1"}, "logistics.ship_order_not_need_pacakge_number"),
        ({"dropoff": {}, "package_number": ""}, "error_param"),
    ],
)
def test_a_parcel_needs_exactly_one_possible_way(seller: Seller, way: dict[str, Any], error: str) -> None:
    seller.add()
    order_sn = seller.buy(item_sku="KRP-250")["order_sn"]
    assert seller.post("logistics/ship_order", {"order_sn": order_sn} | way)["error"] == error


def test_the_worklist_shows_what_is_to_be_arranged(seller: Seller) -> None:
    seller.add()
    first, second = (seller.buy(item_sku="KRP-250")["order_sn"] for _ in range(2))
    seller.post("logistics/ship_order", {"order_sn": first, "dropoff": {}})

    def listed(status: int) -> list[str]:
        body = {"filter": {"package_status": status}, "pagination": {"page_size": 10, "cursor": ""}}
        return [one["order_sn"] for one in seller.post("order/search_package_list", body)["response"]["packages_list"]]

    assert listed(2) == [second]
    assert listed(3) == [first]
    assert sorted(listed(0)) == sorted([first, second])
    assert (
        seller.get("order/get_shipment_list", page_size=10, cursor="")["response"]["order_list"][0]["order_sn"]
        == second
    )


def test_a_label_is_a_pdf_and_only_for_arranged_parcels(seller: Seller) -> None:
    seller.add()
    order_sn = seller.buy(item_sku="KRP-250")["order_sn"]
    body = {"order_list": [{"order_sn": order_sn}]}
    early = seller.post("logistics/create_shipping_document", body)
    assert early["error"] == "common.batch_api_all_failed"
    assert early["response"]["result_list"][0]["fail_error"] == "logistics.order_status_error"
    seller.post("logistics/ship_order", {"order_sn": order_sn, "dropoff": {}})
    missing = seller.post("logistics/download_shipping_document", body)
    assert missing["error"] == "logistics.shipping_document_should_print_first"
    assert seller.post("logistics/create_shipping_document", body)["error"] == ""
    ready = seller.post("logistics/get_shipping_document_result", body)["response"]["result_list"]
    assert ready[0]["status"] == "READY"
    path = "/api/v2/logistics/download_shipping_document"
    label = seller.http.post("/shopee" + path, params=seller.query(path), json=body)
    assert label.headers["content-type"] == "application/pdf"
    assert label.content.startswith(b"%PDF-1.4")
    assert order_sn.encode() in label.content
    start = int(label.content.rsplit(b"startxref\n", 1)[1].split()[0])
    assert label.content[start:].startswith(b"xref")


def test_a_seller_who_cancels_returns_the_units_exactly_once(seller: Seller) -> None:
    item_id = seller.add()
    order_sn = seller.buy(item_id=item_id, quantity=4)["order_sn"]
    body = {"order_sn": order_sn, "cancel_reason": "OUT_OF_STOCK", "item_list": [{"item_id": item_id, "model_id": 0}]}
    assert "update_time" in seller.post("order/cancel_order", body)["response"]
    assert (model(seller)["stock"], model(seller)["reserved"]) == (12, 0)
    assert seller.post("order/cancel_order", body)["error"] == "order.error_limit"
    assert model(seller)["stock"] == 12
    assert detail(seller, order_sn, "cancel_by", "cancel_reason")["cancel_by"] == "seller"


@pytest.mark.parametrize(
    "body",
    [
        {"cancel_reason": "MALAS"},
        {"cancel_reason": "OUT_OF_STOCK"},
        {"cancel_reason": "OUT_OF_STOCK", "item_list": [{"item_id": 1, "model_id": 0}]},
    ],
)
def test_a_cancellation_needs_a_valid_reason(seller: Seller, body: dict[str, Any]) -> None:
    seller.add()
    order_sn = seller.buy(item_sku="KRP-250")["order_sn"]
    assert seller.post("order/cancel_order", {"order_sn": order_sn} | body)["error"] == "error_param"


def test_an_unpaid_order_is_cancelled_at_once(seller: Seller) -> None:
    seller.add()
    order_sn = seller.buy(item_sku="KRP-250", unpaid=True)["order_sn"]
    assert seller.act(order_sn, "cancel")["status"] == "CANCELLED"
    assert model(seller)["stock"] == 12


def test_a_paid_order_waits_for_the_sellers_answer(seller: Seller) -> None:
    seller.add()
    order_sn = seller.buy(item_sku="KRP-250")["order_sn"]
    answer = {"order_sn": order_sn, "operation": "REJECT"}
    assert seller.post("order/handle_buyer_cancellation", answer)["error"] == "order.cancel_order_invalid_status"
    assert seller.act(order_sn, "cancel")["status"] == "IN_CANCEL"
    assert seller.post("order/handle_buyer_cancellation", answer)["error"] == ""
    assert detail(seller, order_sn)["order_status"] == "READY_TO_SHIP"
    seller.act(order_sn, "cancel")
    seller.post("order/handle_buyer_cancellation", answer | {"operation": "ACCEPT"})
    full = detail(seller, order_sn, "cancel_by", "buyer_cancel_reason")
    assert (full["order_status"], full["cancel_by"]) == ("CANCELLED", "buyer")
    assert model(seller)["stock"] == 12


def test_a_failed_pickup_is_arranged_again_with_the_same_number(seller: Seller) -> None:
    seller.add()
    order_sn = seller.buy(item_sku="KRP-250")["order_sn"]
    seller.post("logistics/ship_order", {"order_sn": order_sn, "dropoff": {}})
    first = seller.state()["orders"][0]["tracking_number"]
    assert seller.act(order_sn, "pickup_failed")["status"] == "RETRY_SHIP"
    assert seller.post("logistics/ship_order", {"order_sn": order_sn, "dropoff": {}})["error"] == ""
    assert seller.state()["orders"][0]["tracking_number"] == first


def test_a_person_buys_on_the_page_without_javascript(seller: Seller) -> None:
    item_id = seller.add()
    page = f"/practice/shopee/{seller.shop_id}"
    before = seller.http.get(page).text
    assert "Keripik Singkong Balado 250 g" in before
    assert "Rp18.000" in before
    form = {"shop_id": seller.shop_id, "item_id": item_id, "quantity": 2}
    bought = seller.http.post("/practice/shopee/buy", data=form)
    assert "Terbeli." in bought.text
    too_many = seller.http.post("/practice/shopee/buy", data=form | {"quantity": 500})
    assert "Stok tidak cukup: tersisa 10." in too_many.text
    order_sn = seller.state()["orders"][0]["order_sn"]
    assert (
        "Pembeli minta batal"
        in seller.http.post(f"/practice/shopee/orders/{order_sn}/cancel", data={"from": "stall"}).text
    )


def test_a_variant_is_chosen_on_the_page_by_its_name(seller: Seller) -> None:
    item_id = seller.add()
    options = [{"option": "Balado"}, {"option": "Keju"}]
    models = [{"tier_index": [n], "original_price": 20_000, "seller_stock": [{"stock": n}]} for n in (0, 1)]
    body = {"item_id": item_id, "tier_variation": [{"name": "Rasa", "option_list": options}], "model": models}
    seller.post("product/init_tier_variation", body)
    assert seller.buy(409, item_id=item_id)["error"] == "choose_variant"
    page = seller.http.get(f"/practice/shopee/{seller.shop_id}").text
    assert "Balado · Rp20.000 · habis" in page
    assert "Keju · Rp20.000 · sisa 1" in page
    ids = [one["model_id"] for one in seller.state()["items"][0]["models"]]
    order = seller.buy(item_id=item_id, model_id=ids[1])
    assert order["lines"][0]["model_name"] == "Keju"
