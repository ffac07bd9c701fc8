"""Practice Grab: an eater orders, the partner answers, a driver comes; prices and stock of single items."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from tests.sandbox.grab_app import GrabApp, item, menu, serving, sizes


@pytest.fixture
def partner(http: httpx2.Client) -> Iterator[GrabApp]:
    with serving(http) as app:
        app.open()
        app.sync(menu(item(), item("KOPI-1", name="Kopi Gayo", modifierGroups=sizes(), maxStock=None, taxable=True)))
        yield app


@pytest.fixture
def by_hand(http: httpx2.Client) -> Iterator[GrabApp]:
    with serving(http) as app:
        app.open(accepts="MANUAL")
        app.sync()
        yield app


def states(app: GrabApp, count: int) -> list[str]:
    return [body["state"] for body in app.news("keadaan", count)]


def stock(app: GrabApp) -> tuple[str, int | None]:
    found = app.state()["items"][0]
    return found["status"], found["max_stock"]


def test_an_order_is_pushed_with_its_money_in_minor_units(partner: GrabApp) -> None:
    partner.buy(lines=[{"item_id": "KRP-250", "quantity": 2}, {"item_id": "KOPI-1", "modifiers": ["MOD-BESAR"]}])
    order = partner.news("pesanan", 1)[0]
    assert order["currency"] == {"code": "IDR", "symbol": "Rp", "exponent": 2}
    assert [(one["id"], one["quantity"], one["price"], one["tax"]) for one in order["items"]] == [
        ("KRP-250", 2, 1_800_000, 0),
        ("KOPI-1", 1, 2_500_000, 227_273),
    ]
    assert order["items"][1]["modifiers"][0]["id"] == "MOD-BESAR"
    assert order["price"]["subtotal"] == order["price"]["total"] == 6_100_000
    assert order["price"]["eaterPayment"] == order["price"]["deliveryFee"] == 0
    assert (order["receiver"], order["campaigns"], order["scheduledTime"], order["orderState"]) == (None, None, "", "")
    assert order["featureFlags"] == {
        "orderAcceptedType": "AUTO",
        "orderType": "DeliveredByGrab",
        "isMexEditOrder": False,
    }
    assert "name" not in order["items"][0]
    assert stock(partner) == ("AVAILABLE", 10)
    assert states(partner, 1) == ["ACCEPTED"]
    method = {path: method for method, path, _, _ in partner.came}
    assert (method["/pesanan"], method["/keadaan"]) == ("POST", "PUT")


def test_cash_orders_tell_what_the_eater_pays(partner: GrabApp) -> None:
    price = partner.buy(payment="CASH")["payload"]["price"]
    assert price["eaterPayment"] == price["subtotal"] + price["deliveryFee"] > price["total"]


def test_a_driver_brings_the_order_step_by_step(partner: GrabApp) -> None:
    order_id = partner.buy()["order_id"]
    partner.act(order_id, "collect", 409)
    for action in ("allocate", "arrive", "collect", "deliver"):
        partner.act(order_id, action)
    told = partner.news("keadaan", 5)
    assert [one["state"] for one in told] == [
        "ACCEPTED",
        "DRIVER_ALLOCATED",
        "DRIVER_ARRIVED",
        "COLLECTED",
        "DELIVERED",
    ]
    assert [one["driverETA"] for one in told] == [None, 420, None, None, None]
    partner.act(order_id, "cancel", 409)


def test_takeaway_tells_only_its_end(partner: GrabApp) -> None:
    order_id = partner.buy(order_type="TakeAway")["order_id"]
    partner.act(order_id, "allocate", 409)
    partner.act(order_id, "deliver")
    assert states(partner, 1) == ["DELIVERED"]


def test_a_store_that_accepts_by_hand_answers_once(by_hand: GrabApp) -> None:
    order_id = by_hand.buy()["order_id"]
    by_hand.act(order_id, "allocate", 409)
    body = {"orderID": order_id, "toState": "Accepted"}
    assert by_hand.call("POST", "v1/order/prepare", body | {"toState": "ACCEPTED"}).status_code == 400
    assert by_hand.call("POST", "v1/order/prepare", body).status_code == 204
    again = by_hand.call("POST", "v1/order/prepare", body)
    assert (again.status_code, again.json()["message"]) == (400, "invalid order state")
    other = by_hand.buy()["order_id"]
    assert stock(by_hand)[1] == 10
    rejected = by_hand.call("POST", "v1/order/prepare", {"orderID": other, "toState": "Rejected"})
    assert rejected.status_code == 204
    assert states(by_hand, 2) == ["ACCEPTED", "CANCELLED"]
    assert stock(by_hand)[1] == 11
    assert by_hand.call("POST", "v1/order/prepare", {"orderID": "9-C1", "toState": "Accepted"}).status_code == 404


def test_an_order_grab_accepted_itself_takes_no_answer(partner: GrabApp) -> None:
    body = {"orderID": partner.buy()["order_id"], "toState": "Accepted"}
    assert partner.call("POST", "v1/order/prepare", body).status_code == 400


def test_an_order_is_marked_ready_once(partner: GrabApp) -> None:
    order_id = partner.buy()["order_id"]
    body = {"orderID": order_id, "markStatus": 1}
    assert partner.call("POST", "v1/orders/mark", body | {"markStatus": 2}).status_code == 400
    assert partner.call("POST", "v1/orders/mark", body).status_code == 204
    assert partner.call("POST", "v1/orders/mark", body).json()["message"] == "order already marked ready"


def test_the_ready_time_stays_within_what_the_order_allows(partner: GrabApp) -> None:
    order = partner.buy()
    most = order["payload"]["orderReadyEstimation"]["maxOrderReadyTime"]
    body = {"orderID": order["order_id"], "newOrderReadyTime": most}
    assert partner.call("PUT", "v1/order/readytime", body).status_code == 204
    assert (
        partner.call("PUT", "v1/order/readytime", body | {"newOrderReadyTime": "2036-01-01T00:00:00Z"}).status_code
        == 400
    )
    assert partner.call("PUT", "v1/order/readytime", body | {"newOrderReadyTime": most[:-1]}).status_code == 400
    assert partner.state()["orders"][0]["payload"]["orderReadyEstimation"]["newOrderReadyTime"] == most


def test_a_store_cancels_only_after_a_driver_is_on_the_way(partner: GrabApp) -> None:
    order_id = partner.buy()["order_id"]
    body = {"orderID": order_id, "merchantID": partner.merchant_id, "cancelCode": 1001}
    early = partner.call("PUT", "v1/order/cancel", body)
    assert (early.status_code, early.json()["reason"]) == (403, "forbidden")
    assert "has not been allocated yet" in early.json()["message"]
    query = {"orderID": order_id, "merchantID": partner.merchant_id}
    asked = partner.call("GET", "v1/order/cancelable", **query).json()
    assert (asked["cancelAble"], asked["cancelReasons"]) == (False, [])
    assert asked["nonCancellationReason"] == "Order has not yet been allocated preventing cancellation"
    partner.act(order_id, "allocate")
    asked = partner.call("GET", "v1/order/cancelable", **query).json()
    assert asked["cancelAble"] is True
    assert [one["code"] for one in asked["cancelReasons"]] == [1001, 1002, 1003, 1004]
    assert partner.call("PUT", "v1/order/cancel", body | {"cancelCode": 1}).status_code == 400
    assert partner.call("PUT", "v1/order/cancel", body).json() == {
        "limitType": "not approaching limit",
        "limitTimes": 0,
    }
    assert partner.call("PUT", "v1/order/cancel", body).status_code == 409
    assert partner.news("keadaan", 3)[-1]["state"] == "CANCELLED"
    assert stock(partner) == ("AVAILABLE", 12)


def test_stores_that_accept_by_hand_and_takeaways_cannot_cancel(by_hand: GrabApp, partner: GrabApp) -> None:
    order_id = by_hand.buy()["order_id"]
    body = {"merchantID": by_hand.merchant_id, "cancelCode": 1003}
    refused = by_hand.call("PUT", "v1/order/cancel", body | {"orderID": order_id})
    assert "only stores on auto-accept" in refused.json()["message"]
    taken = partner.buy(order_type="TakeAway")["order_id"]
    body = {"merchantID": partner.merchant_id, "cancelCode": 1003}
    assert "self-pick up" in partner.call("PUT", "v1/order/cancel", body | {"orderID": taken}).json()["message"]
    assert partner.call("PUT", "v1/order/cancel", body | {"orderID": order_id}).status_code == 403


def test_too_many_cancellations_in_a_day_are_refused(partner: GrabApp) -> None:
    partner.sync(menu(item(maxStock=None)))
    body = {"merchantID": partner.merchant_id, "cancelCode": 1002}
    answers = []
    for _ in range(11):
        order_id = partner.buy()["order_id"]
        partner.act(order_id, "allocate")
        answers.append(partner.call("PUT", "v1/order/cancel", body | {"orderID": order_id}))
    assert [one.status_code for one in answers] == [200] * 10 + [403]
    assert answers[7].json() == {"limitType": "approaching the daily limit", "limitTimes": 2}
    assert "daily limit" in answers[10].json()["message"]


def test_a_store_delivers_by_itself_and_is_told_to_whom(partner: GrabApp) -> None:
    order = partner.buy(order_type="DeliveredByRestaurant")
    assert order["payload"]["receiver"]["phones"].startswith("62800")
    body = {"orderID": order["order_id"], "fromState": "Accepted", "toState": "Collected"}
    assert partner.call("POST", "v1/order/delivery", body).status_code == 204
    assert partner.call("POST", "v1/order/delivery", body).status_code == 400
    assert (
        partner.call("POST", "v1/order/delivery", body | {"fromState": "Collected", "toState": "Delivered"}).status_code
        == 204
    )
    assert states(partner, 3) == ["ACCEPTED", "COLLECTED", "DELIVERED"]


def test_an_edited_order_comes_again_under_the_same_id(partner: GrabApp) -> None:
    order_id = partner.buy(quantity=2)["order_id"]
    partner.act(order_id, "edit", lines=[{"item_id": "KRP-250", "quantity": 5}])
    first, second = partner.news("pesanan", 2)
    assert first["orderID"] == second["orderID"]
    assert second["featureFlags"]["isMexEditOrder"] is True
    assert second["price"]["total"] == 9_000_000
    assert stock(partner)[1] == 7
    partner.act(order_id, "edit", 409, lines=[{"item_id": "KRP-250", "quantity": 99}])
    assert stock(partner)[1] == 7


def test_nobody_buys_what_the_store_does_not_offer(partner: GrabApp) -> None:
    assert partner.buy(409, quantity=13) == {
        "error": "sold_out",
        "message": "Stok tidak cukup: tersisa 12.",
        "left": 12,
    }
    assert partner.buy(404, item_id="TIDAK-ADA")["error"] == "not_found"
    assert partner.buy(409, item_id="KOPI-1")["error"] == "choose_variant"
    assert partner.buy(400, item_id="KOPI-1", modifiers=["MOD-KECIL", "MOD-LAIN"])["error"] == "bad_request"
    partner.buy(quantity=12)
    assert stock(partner) == ("UNAVAILABLE", 0)
    assert partner.buy(409)["error"] == "sold_out"
    body = {"merchantID": partner.merchant_id, "isPause": True}
    assert partner.call("PUT", "v1/merchant/pause", body).status_code == 400
    assert partner.call("PUT", "v1/merchant/pause", body | {"duration": "1h"}).status_code == 204
    assert partner.buy(409)["error"] == "closed"
    status = partner.call("GET", f"v1/merchants/{partner.merchant_id}/store/status").json()
    assert (status["isOpen"], status["closeReason"]) == (False, "mex_paused")


def test_price_and_stock_of_one_item_change_without_a_menu(partner: GrabApp) -> None:
    def update(**fields: Any) -> int:
        body = {"merchantID": partner.merchant_id, "field": "ITEM", "id": "KRP-250"} | fields
        return partner.call("PUT", "v1/menu", body).status_code

    assert update(price=2_000_000) == 204
    assert update(availableStatus="UNAVAILABLE", maxStock=4) == 400
    assert update(availableStatus="HIDE") == 400
    assert update(maxStock="4") == 400
    assert update(id="LAIN") == 404
    assert update(availableStatus="UNAVAILABLE") == 204
    assert stock(partner) == ("UNAVAILABLE", 0)
    assert update(availableStatus="AVAILABLE") == 204
    assert stock(partner) == ("UNAVAILABLE", 0)  # available again only with stock above zero
    assert update(maxStock=4) == 204
    assert stock(partner) == ("AVAILABLE", 4)
    assert partner.state()["items"][0]["price"] == 2_000_000


def test_a_modifier_is_found_by_its_name_and_is_free_only_when_said(partner: GrabApp) -> None:
    def update(**fields: Any) -> int:
        body = {"merchantID": partner.merchant_id, "field": "MODIFIER", "id": "MOD-BESAR", "name": "Besar"} | fields
        return partner.call("PUT", "v1/menu", body).status_code

    def price() -> int:
        return int(partner.state()["items"][1]["groups"][0]["modifiers"][1]["price"])

    assert update(name="Raksasa") == 404
    assert update(name=None) == 400
    assert (update(price=0), price()) == (204, 700_000)
    assert update(price=5, isFree=True) == 400
    assert (update(price=0, isFree=True), price()) == (204, 0)
    assert update(availableStatus="UNAVAILABLE") == 204
    partner.buy(409, item_id="KOPI-1", modifiers=["MOD-BESAR"])


def test_a_batch_names_its_bad_items_and_saves_the_others(partner: GrabApp) -> None:
    def batch(*entities: dict[str, Any], **fields: Any) -> httpx2.Response:
        body = {"merchantID": partner.merchant_id, "field": "ITEM", "menuEntities": list(entities)} | fields
        return partner.call("PUT", "v1/batch/menu", body)

    answer = batch({"id": "KRP-250", "price": 1_900_000}, {"id": "LAIN", "price": 1}).json()
    assert (answer["status"], [one["entityID"] for one in answer["errors"]]) == ("partial success", ["LAIN"])
    assert batch({"id": "LAIN", "price": 1}).json()["status"] == "fail"
    soon = batch({"id": "KRP-250", "maxStock": 3})
    assert soon.status_code == 409
    assert soon.json()["message"] == "BatchUpdate ITEM KRP-250 too frequently, retry after 10 seconds"
    ahead_s = 211 + 200
    partner.http.put("/practice/clock", json={"ahead_s": ahead_s})
    assert batch({"id": "KRP-250", "maxStock": 3}).json() == {
        "merchantID": partner.merchant_id,
        "status": "success",
        "errors": None,
    }
    assert "at most 200" in batch(*({"id": f"I-{n}"} for n in range(201))).json()["message"]
    assert batch({"id": "KRP-250"}, field="MODIFIER").status_code == 400


def test_a_switch_fails_a_part_of_a_batch(partner: GrabApp) -> None:
    partner.sync(menu(*(item(f"I-{n}") for n in range(20))))
    partner.faults({"kind": "partial_batch", "share": 0.4, "seed": 2})
    body = {"merchantID": partner.merchant_id, "field": "ITEM"}
    entities = [{"id": f"I-{n}", "maxStock": 9} for n in range(20)]
    answer = partner.call("PUT", "v1/batch/menu", body | {"menuEntities": entities}).json()
    failed = {one["entityID"] for one in answer["errors"]}
    assert 0 < len(failed) < 20
    assert {one["item_id"] for one in partner.state()["items"] if one["max_stock"] == 9} == {
        f"I-{n}" for n in range(20)
    } - failed


def test_orders_are_listed_by_day_a_page_at_a_time_and_by_id(partner: GrabApp) -> None:
    partner.sync(menu(item(maxStock=None)))
    bought = [partner.buy()["order_id"] for _ in range(51)]
    placed_at = partner.state()["orders"][0]["placed_at"]
    day = (datetime.fromtimestamp(placed_at, UTC) + timedelta(hours=7)).date()
    query = {"merchantID": partner.merchant_id, "date": day.isoformat()}
    from_zero = [partner.call("GET", "v1/orders", page=page, **query).json() for page in (0, 1, 2)]
    assert {one["orderID"] for page in from_zero for one in page["orders"]} == set(bought)
    assert [page["more"] for page in from_zero] == [True, True, False]
    assert from_zero[0]["orders"][0]["orderState"] == "ACCEPTED"
    assert from_zero[0]["orders"][0]["submitTime"]
    found = partner.call("GET", "v1/orders", merchantID=partner.merchant_id, orderIDs=bought[:3]).json()
    assert [one["orderID"] for one in found["orders"]] == bought[:3]
    assert partner.call("GET", "v1/orders", merchantID=partner.merchant_id, orderIDs=bought[:11]).status_code == 400
    assert partner.call("GET", "v1/orders", merchantID=partner.merchant_id, date="kemarin", page="1").status_code == 400


def test_an_eater_orders_on_the_page_without_javascript(partner: GrabApp) -> None:
    stall = f"/practice/grab/{partner.merchant_id}"
    assert "Kopi Gayo" in partner.http.get(stall).text
    assert "Rp18.000" in partner.http.get(stall).text
    form = {"merchant_id": partner.merchant_id, "item_id": "KOPI-1", "modifiers": "MOD-BESAR", "quantity": "2"}
    page = partner.http.post("/practice/grab/buy", data=form).text
    assert "Terpesan." in page
    assert "Pengemudi ditemukan" in page
    order = partner.state()["orders"][0]
    assert order["payload"]["price"]["total"] == 5_000_000
    page = partner.http.post(f"/practice/grab/orders/{order['order_id']}/allocate", data={"from": "stall"}).text
    assert "Pengemudi dalam perjalanan" in page
    assert "Tidak jadi dipesan." in partner.http.post("/practice/grab/buy", data=form | {"modifiers": ""}).text
    assert "Dapur Bu Ratmi" in partner.http.get("/").text


def test_too_many_calls_and_their_faults_are_said_in_grabs_words(partner: GrabApp) -> None:
    path = f"v1/merchants/{partner.merchant_id}/store/status"
    partner.faults({"kind": "rate_limit", "times": 1}, {"kind": "server_error", "status": 503, "times": 1})
    answers = [partner.call("GET", path) for _ in range(2)]
    assert [one.status_code for one in answers] == [429, 503]
    assert all(set(one.json()) == {"target", "reason", "message"} for one in answers)


@pytest.mark.parametrize("odd", [None, True, -1, 2**70, 1.5, "", "x", [], [1], {}, [{}]], ids=repr)
def test_odd_values_are_refused_in_grabs_words(partner: GrabApp, odd: Any) -> None:
    names: tuple[str, ...] = (
        "merchantID",
        "field",
        "id",
        "price",
        "maxStock",
        "menuEntities",
        "orderID",
        "toState",
        "markStatus",
    )
    names += ("cancelCode", "newOrderReadyTime", "isPause", "duration", "partner", "name", "availableStatus")
    good = {"merchantID": partner.merchant_id, "field": "ITEM", "id": "KRP-250", "orderID": partner.buy()["order_id"]}
    for method, path in (
        ("PUT", "v1/menu"),
        ("PUT", "v1/batch/menu"),
        ("POST", "v1/order/prepare"),
        ("POST", "v1/orders/mark"),
        ("PUT", "v1/order/cancel"),
        ("PUT", "v1/order/readytime"),
        ("PUT", "v1/merchant/pause"),
        ("POST", "v1/self-serve/activation"),
    ):
        for name in names:
            answer = partner.call(method, path, good | {name: odd})
            assert answer.status_code in (200, 204) or set(answer.json()) == {"target", "reason", "message"}
    assert partner.http.get(f"/practice/grab/{partner.merchant_id}").status_code == 200
