"""What practice Shopee tells the app, and how it behaves when nobody listens."""

import hashlib
import hmac
import json
import time
from typing import Any

from tests.sandbox.listener import Listener
from tests.sandbox.seller import Seller

PUSH_KEY = "latihan-push-key-shopee"


def bodies(came: list[tuple[dict[str, str], bytes]], code: int) -> list[dict[str, Any]]:
    return [whole for whole in (json.loads(body) for _, body in came) if whole["code"] == code]


def statuses(came: list[tuple[dict[str, str], bytes]]) -> list[str]:
    return [whole["data"]["status"] for whole in bodies(came, 3)]


def state_of_pushes(seller: Seller, wanted: str, within_s: float = 8.0) -> list[dict[str, Any]]:
    """The pushes, as soon as none is waiting and one has the wanted state."""
    end = time.monotonic() + within_s
    while True:
        pushes: list[dict[str, Any]] = seller.http.get("/practice/shopee/pushes").json()["pushes"]
        states = {push["state"] for push in pushes}
        if wanted in states and "waiting" not in states:
            return pushes
        assert time.monotonic() < end, pushes
        time.sleep(0.02)


def only_orders(seller: Seller) -> None:
    seller.post("push/set_app_push_config", {"set_push_config_off": [1, 2, 4, 8, 15, 16]}, public=True)


def test_a_sale_is_told_in_order_and_signed_over_url_and_body(seller: Seller, told: Listener) -> None:
    item_id = seller.add()
    order_sn = seller.buy(item_id=item_id)["order_sn"]
    seller.post("logistics/ship_order", {"order_sn": order_sn, "dropoff": {}})
    came = told.wait(5)
    assert [json.loads(body)["code"] for _, body in came] == [8, 3, 3, 3, 4]
    assert statuses(came) == ["UNPAID", "READY_TO_SHIP", "PROCESSED"]
    for headers, body in came:
        base = told.url.encode() + b"|" + body
        assert headers["Authorization"] == hmac.new(PUSH_KEY.encode(), base, hashlib.sha256).hexdigest()
    told_sale = bodies(came, 3)[1]
    assert (told_sale["shop_id"], told_sale["data"]["ordersn"]) == (seller.shop_id, order_sn)
    reserved = bodies(came, 8)[0]["data"]
    assert (reserved["action"], reserved["changed_values"]) == (
        "place_order",
        [{"name": "reserved_stock", "old": 0, "new": 1}],
    )


def test_a_callback_that_does_not_answer_is_not_taken(seller: Seller, listener: Listener) -> None:
    body = {"callback_url": "http://127.0.0.1:9/tidak-ada"}
    assert seller.post("push/set_app_push_config", body, public=True)["error"] == "error_param"
    listener.status = 500
    assert (
        seller.post("push/set_app_push_config", {"callback_url": listener.url}, public=True)["error"] == "error_param"
    )


def test_an_answer_with_a_body_counts_as_not_received(seller: Seller, told: Listener) -> None:
    only_orders(seller)
    told.body = b"ok"
    seller.add()
    seller.buy(item_sku="KRP-250", unpaid=True)
    pushes = state_of_pushes(seller, "lost")
    assert [(push["state"], push["tries"]) for push in pushes] == [("lost", 4)]


def test_a_push_is_tried_again_until_the_listener_is_back(seller: Seller, told: Listener) -> None:
    only_orders(seller)
    told.status = 503
    seller.add()
    seller.buy(item_sku="KRP-250", unpaid=True)
    told.wait(1)
    told.status = 204
    pushes = state_of_pushes(seller, "done")
    assert pushes[0]["tries"] > 1


def test_lost_pushes_can_be_fetched_until_they_are_confirmed(seller: Seller, told: Listener) -> None:
    only_orders(seller)
    seller.faults({"kind": "push_lose"})
    seller.add()
    order_sn = seller.buy(item_sku="KRP-250")["order_sn"]
    lost = seller.get("push/get_lost_push_message", public=True)["response"]
    assert [json.loads(one["data"])["data"]["status"] for one in lost["push_message_list"]] == [
        "UNPAID",
        "READY_TO_SHIP",
    ]
    assert json.loads(lost["push_message_list"][0]["data"])["data"]["ordersn"] == order_sn
    assert lost["has_next_page"] is False
    body = {"last_message_id": lost["last_message_id"]}
    assert seller.post("push/confirm_consumed_lost_push_message", body, public=True)["error"] == ""
    assert seller.get("push/get_lost_push_message", public=True)["response"]["push_message_list"] == []
    assert told.came == []


def test_a_push_that_is_gone_is_nowhere_to_be_fetched(seller: Seller, told: Listener) -> None:
    seller.faults({"kind": "push_lose", "findable": False})
    seller.add()
    seller.buy(item_sku="KRP-250")
    assert seller.get("push/get_lost_push_message", public=True)["response"]["push_message_list"] == []
    assert told.came == []


def test_a_duplicated_push_arrives_as_often_as_the_switch_says(seller: Seller, told: Listener) -> None:
    only_orders(seller)
    seller.faults({"kind": "push_duplicate", "copies": 5, "path": "3"})
    seller.add()
    seller.buy(item_sku="KRP-250", unpaid=True)
    assert len({body for _, body in told.wait(5)}) == 1
    state_of_pushes(seller, "done")
    assert len(told.came) == 5


def test_reordered_pushes_arrive_backwards(seller: Seller, told: Listener) -> None:
    only_orders(seller)
    seller.faults({"kind": "push_reorder", "times": 2, "window_s": 0.2})
    seller.add()
    seller.buy(item_sku="KRP-250")
    assert statuses(told.wait(2)) == ["READY_TO_SHIP", "UNPAID"]


def test_a_delayed_push_waits(seller: Seller, told: Listener) -> None:
    only_orders(seller)
    seller.faults({"kind": "push_delay", "seconds": 600, "times": 1})
    seller.add()
    seller.buy(item_sku="KRP-250")
    assert statuses(told.wait(1)) == ["READY_TO_SHIP"]
    seller.http.put("/practice/clock", json={"ahead_s": 601})
    assert statuses(told.wait(2)) == ["READY_TO_SHIP", "UNPAID"]


def test_a_blocked_shop_and_a_code_switched_off_are_not_told(seller: Seller, told: Listener) -> None:
    config = {"blocked_shop_id_list": [seller.shop_id]}
    seller.post("push/set_app_push_config", config, public=True)
    seller.add()
    seller.buy(item_sku="KRP-250")
    assert seller.http.get("/practice/shopee/pushes").json()["pushes"] == []


def test_the_buyer_never_waits_for_the_listener(seller: Seller, told: Listener) -> None:
    seller.faults({"kind": "push_delay", "seconds": 60})
    seller.add()
    began = time.monotonic()
    seller.buy(item_sku="KRP-250")
    assert time.monotonic() - began < 2
    assert told.came == []


def test_consent_given_and_taken_back_is_told(seller: Seller, told: Listener) -> None:
    other = Seller(seller.http).connect("Batik Sekar Ayu")
    seller.http.post(f"/practice/shopee/{other.shop_id}/revoke")
    came = [json.loads(body) for _, body in told.wait(2)]
    assert [(one["code"], one["data"]["shop_id"], one["partner_id"]) for one in came] == [
        (1, other.shop_id, 2001887),
        (2, other.shop_id, 2001887),
    ]
    assert "shop_id" not in came[0]


def test_a_ban_is_told(seller: Seller, told: Listener) -> None:
    item_id = seller.add(description="Barang bagus, hubungi WA untuk harga khusus ya.")
    ban = bodies(told.wait(1), 16)[0]["data"]
    assert (ban["item_id"], ban["item_status"]) == (item_id, "BANNED")


def test_confirming_lost_pushes_leaves_those_still_on_their_way(seller: Seller, told: Listener) -> None:
    only_orders(seller)
    seller.faults({"kind": "push_delay", "seconds": 60, "times": 1})
    seller.add()
    first = seller.buy(item_sku="KRP-250", unpaid=True)["order_sn"]
    seller.faults({"kind": "push_lose"})
    seller.act(first, "pay")
    last = seller.get("push/get_lost_push_message", public=True)["response"]["last_message_id"]
    seller.post("push/confirm_consumed_lost_push_message", {"last_message_id": last}, public=True)
    seller.http.put("/practice/clock", json={"ahead_s": 61})
    assert statuses(told.wait(1)) == ["UNPAID"]
