"""Orders told unit by unit, strange ones that keep nobody waiting, and parcels handed over the way that is open."""

import json
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lapak.channels.kit.errors import NotUnderstood, OrderMoved, ShipmentByHand
from lapak.channels.tokopedia.mapping import LISTING_STATES, ORDER_STATES
from lapak.domain.order import ChannelOrderState
from tests.channels.tokopedia.shop import scene_of, shop

A, B, C = "576461413038785751", "576461413038785752", "576461413038785753"


def test_every_documented_status_has_a_state() -> None:
    documented = (
        "UNPAID ON_HOLD AWAITING_SHIPMENT PARTIALLY_SHIPPING AWAITING_COLLECTION IN_TRANSIT DELIVERED COMPLETED "
        "CANCELLED CANCEL"
    )
    assert set(ORDER_STATES) == set(documented.split())
    assert {"DRAFT", "PENDING", "FAILED", "ACTIVATE", "FREEZE", "DELETED"} <= set(LISTING_STATES)


def unit(number: str, sku: str = "5011", price: str = "25000", **more: object) -> dict[str, object]:
    return {"id": number, "product_id": "1", "sku_id": sku, "seller_sku": f"S-{sku}", "sale_price": price, **more}


def order(number: str, status: str = "AWAITING_SHIPMENT", **more: object) -> dict[str, object]:
    told = {"id": number, "status": status, "create_time": 1790812000, "line_items": [unit("1")]}
    return {**told, "payment": {"currency": "IDR", "total_amount": "25000"}, **more}


def detail(*orders: dict[str, object], ids: str = "", again: bool = True) -> str:
    query = f'query = {{ ids = "{ids}" }}\n' if ids else ""
    return f"""
[[call]]
does = "GET /order/202507/orders"
again = {str(again).lower()}
{query}answer = '{json.dumps({"code": 0, "data": {"orders": orders}})}'
"""


def absent(ids: str) -> str:
    return f"""
[[call]]
does = "GET /order/202507/orders"
query = {{ ids = "{ids}" }}
answer = '{json.dumps({"code": 21001001, "message": "Order not found", "data": None})}'
"""


@pytest.mark.parametrize(
    "strange",
    [
        order(B, "MENUNGGU_DRONE"),
        order(B, payment={"currency": "SGD", "total_amount": "2"}),
        order(B, create_time=None),
        order(B, line_items=[unit("1", price="")]),
        order(B, line_items=[{"id": "1"}]),
    ],
)
def test_a_strange_order_is_left_out_of_many_and_told_of_alone(tmp_path: Path, strange: dict[str, object]) -> None:
    many = shop(scene_of(tmp_path, detail(order(A), strange, order(C)))).orders([A, B, C])
    assert [one.external_no for one in many] == [A, C]
    with pytest.raises(NotUnderstood):
        shop(scene_of(tmp_path, detail(strange))).orders([B])


def test_one_unknown_number_that_refuses_the_call_keeps_no_other_away(tmp_path: Path) -> None:
    text = absent(f"{A},{B},{C}") + detail(order(A), ids=A) + absent(f"{B},{C}") + absent(B) + detail(order(C), ids=C)
    scene = scene_of(tmp_path, text)
    assert [one.external_no for one in shop(scene).orders([A, B, C])] == [A, C]
    assert not scene.left()


def test_details_are_asked_in_portions_of_the_set_size(tmp_path: Path) -> None:
    text = detail(order(A), order(B), ids=f"{A},{B}") + detail(order(C), ids=C)
    scene = scene_of(tmp_path, text)
    assert len(shop(scene, orders_a_call="2").orders([A, B, C, A])) == 3
    assert len(scene.requests) == 2


def test_units_of_one_variant_at_one_price_are_a_line_whatever_order_they_come_in(tmp_path: Path) -> None:
    units = [unit("12"), unit("11"), unit("13", price="20000"), unit("14", sku="5012"), unit("15")]
    found = []
    for seed in range(5):
        random.Random(seed).shuffle(units)
        (told,) = shop(scene_of(tmp_path, detail(order(A, line_items=units)))).orders([A])
        found.append(sorted((line.external_id, line.sku, line.quantity, line.price_idr) for line in told.lines))
    assert found == [[("11", "S-5011", 3, 25_000), ("13", "S-5011", 1, 20_000), ("14", "S-5012", 1, 25_000)]] * 5


def test_a_total_that_is_not_told_is_not_made_up(tmp_path: Path) -> None:
    (told,) = shop(scene_of(tmp_path, detail(order(A, payment={"currency": "IDR"})))).orders([A])
    assert told.total_idr is None
    (told,) = shop(
        scene_of(tmp_path, detail(order(A, payment={"currency": "IDR", "total_amount": "25000.50", "tax": "1.25"})))
    ).orders([A])
    assert (told.total_idr, dict(told.amounts)) == (25_001, {"total_amount": "25000.50", "tax": "1.25"})


def test_a_page_token_that_never_ends_is_no_endless_loop(tmp_path: Path) -> None:
    page = json.dumps({"code": 0, "data": {"orders": [{"id": A}], "next_page_token": "lagi"}})
    scene = scene_of(
        tmp_path, f"[[call]]\ndoes = \"POST /order/202309/orders/search\"\nagain = true\nanswer = '{page}'\n"
    )
    with pytest.raises(NotUnderstood):
        shop(scene).orders_changed(datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 9, 2, tzinfo=UTC))
    assert len(scene.requests) == 2


def slots(parcel: str, **offered: object) -> str:
    return f"""
[[call]]
does = "GET /fulfillment/202309/packages/{parcel}/handover_time_slots"
answer = '{json.dumps({"code": 0, "data": offered})}'
"""


def ships(parcel: str, sends: object, *, code: int = 0, message: str = "") -> str:
    return f"""
[[call]]
does = "POST /fulfillment/202309/packages/{parcel}/ship"
sends = '{json.dumps(sends)}'
answer = '{json.dumps({"code": code, "message": message, "data": {}})}'
"""


def parcels(**statuses: str) -> list[dict[str, object]]:
    return [unit(str(n), package_id=name[1:], package_status=told) for n, (name, told) in enumerate(statuses.items())]


PICKUP = {
    "pickup_slots": [
        {"start_time": 1, "end_time": 2, "avaliable": False},
        {"start_time": 3, "end_time": 4, "avaliable": True},
    ]
}
WAY = {"handover_method": "PICKUP", "pickup_slot": {"start_time": 3, "end_time": 4}}
DONE = order(A, "AWAITING_COLLECTION", line_items=[unit("1", tracking_number="JX1"), unit("2", tracking_number="JX2")])


@pytest.mark.parametrize(
    ("prefers", "offered", "sends"),
    [
        ("dropoff", {"can_drop_off": True, "can_pickup": True, **PICKUP}, {"handover_method": "DROP_OFF"}),
        ("pickup", {"can_drop_off": True, "can_pickup": True, **PICKUP}, WAY),
        ("dropoff", {"can_drop_off": False, "can_pickup": True, **PICKUP}, WAY),
        ("pickup", {"can_drop_off": True, "can_pickup": True, "pickup_slots": []}, {"handover_method": "DROP_OFF"}),
    ],
)
def test_a_parcel_goes_the_preferred_way_that_is_open(
    tmp_path: Path, prefers: str, offered: dict[str, object], sends: dict[str, object]
) -> None:
    first = detail(order(A, line_items=parcels(p1152="TO_FULFILL")), again=False)
    scene = scene_of(tmp_path, first + slots("1152", **offered) + ships("1152", sends) + detail(DONE))
    assert shop(scene, ship_by=prefers).make_ready(A) == "JX1, JX2"
    assert not scene.left()


def test_only_parcels_still_waiting_are_shipped(tmp_path: Path) -> None:
    first = detail(order(A, "PARTIALLY_SHIPPING", line_items=parcels(p1="PROCESSING", p2="TO_FULFILL")), again=False)
    open_way = slots("2", can_drop_off=True)
    scene = scene_of(tmp_path, first + open_way + ships("2", {"handover_method": "DROP_OFF"}) + detail(DONE))
    shop(scene).make_ready(A)
    assert not scene.left()


def test_a_parcel_somebody_else_arranged_meanwhile_is_fine(tmp_path: Path) -> None:
    first = detail(order(A, line_items=parcels(p1="TO_FULFILL")), again=False)
    refused = ships("1", {}, code=21001102, message="Package was shipped")
    scene = scene_of(tmp_path, first + slots("1", can_drop_off=True) + refused + detail(DONE))
    assert shop(scene).make_ready(A) == "JX1, JX2"
    still = detail(order(A, line_items=parcels(p1="TO_FULFILL")))
    scene = scene_of(tmp_path, slots("1", can_drop_off=True) + refused + still)
    with pytest.raises(OrderMoved):
        shop(scene).make_ready(A)


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (order(A, "UNPAID"), OrderMoved),
        (order(A, "ON_HOLD"), OrderMoved),
        (order(A, is_buyer_request_cancel=True), OrderMoved),
        (order(A, shipping_type="SELLER"), ShipmentByHand),
        (order(A, "MENUNGGU_DRONE"), NotUnderstood),
    ],
)
def test_what_cannot_be_shipped_from_here_says_why(
    tmp_path: Path, told: dict[str, object], kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        shop(scene_of(tmp_path, detail(told))).make_ready(A)


def test_no_way_that_is_open_is_for_the_sellers_own_app(tmp_path: Path) -> None:
    text = detail(order(A, line_items=parcels(p1="TO_FULFILL"))) + slots("1", can_drop_off=False, can_pickup=False)
    with pytest.raises(ShipmentByHand):
        shop(scene_of(tmp_path, text)).make_ready(A)


def test_a_buyer_may_ask_to_cancel_until_it_is_on_its_way(tmp_path: Path) -> None:
    for status, state in (
        ("AWAITING_SHIPMENT", ChannelOrderState.CANCEL_ASKED),
        ("AWAITING_COLLECTION", ChannelOrderState.CANCEL_ASKED),
        ("IN_TRANSIT", ChannelOrderState.SHIPPED),
        ("CANCELLED", ChannelOrderState.CANCELLED),
    ):
        text = detail(order(A, status, is_buyer_request_cancel=True))
        assert shop(scene_of(tmp_path, text)).orders([A])[0].state is state
