"""Windows without gaps, lines that keep their names, and strange orders that keep nobody else waiting."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapak.channels.kit.errors import NotUnderstood, OrderMoved, ShipmentByHand
from lapak.channels.shopee.mapping import LISTING_STATES, ORDER_STATES
from lapak.channels.shopee.orders import windows
from tests.channels.shopee.shop import scene_of, shop

moments = st.integers(1_577_836_800, 1_893_456_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(since=moments, length=st.timedeltas(timedelta(0), timedelta(days=400)))
def test_windows_cover_every_moment_and_none_is_too_long(since: datetime, length: timedelta) -> None:
    found = list(windows(since, since + length))
    assert [*[end for _, end in found[:-1]]] == [start for start, _ in found[1:]]
    assert all(timedelta(0) < end - start <= timedelta(days=15) for start, end in found)
    if length:
        assert (found[0][0], found[-1][1]) == (since, since + length)
    else:
        assert not found


def test_every_documented_status_has_a_state() -> None:
    documented = (
        "UNPAID READY_TO_SHIP PROCESSED SHIPPED TO_CONFIRM_RECEIVE COMPLETED RETRY_SHIP IN_CANCEL CANCELLED TO_RETURN "
        "INVOICE_PENDING PENDING"
    )
    assert set(ORDER_STATES) == set(documented.split())
    assert set(LISTING_STATES) == {"NORMAL", "BANNED", "UNLIST", "REVIEWING", "SELLER_DELETE", "SHOPEE_DELETE"}


def detail(*orders: str) -> str:
    return f"""[[call]]
does = "GET /api/v2/order/get_order_detail"
again = true
answer = '{{"error": "", "response": {{"order_list": [{", ".join(orders)}]}}}}'
"""


def order(number: str, status: str = "READY_TO_SHIP", **more: str) -> str:
    fields = {
        "order_sn": f'"{number}"',
        "order_status": f'"{status}"',
        "create_time": "1790812000",
        "item_list": '[{"item_id": 1, "model_quantity_purchased": 1, "model_original_price": 25000}]',
        **more,
    }
    return "{" + ", ".join(f'"{name}": {value}' for name, value in fields.items()) + "}"


@pytest.mark.parametrize(
    "strange",
    [
        order("B", "MENUNGGU_DRONE"),
        order("B", currency='"SGD"'),
        order("B", create_time="null"),
        order("B", item_list='[{"item_id": 1, "model_quantity_purchased": 0, "model_original_price": 1}]'),
        order("B", item_list='[{"item_id": 1, "model_quantity_purchased": 1}]'),
    ],
)
def test_a_strange_order_is_left_out_of_many_and_told_of_alone(tmp_path: Path, strange: str) -> None:
    many = shop(scene_of(tmp_path, detail(order("A"), strange, order("C")))).orders(["A", "B", "C"])
    assert [one.external_no for one in many] == ["A", "C"]
    with pytest.raises(NotUnderstood):
        shop(scene_of(tmp_path, detail(strange))).orders(["B"])


def test_lines_keep_their_names_whatever_order_they_come_in(tmp_path: Path) -> None:
    first = (
        '{"item_id": 1, "model_id": 5, "line_item_id": 71, "model_quantity_purchased": 1, "model_original_price": 9}'
    )
    second = (
        '{"item_id": 1, "model_id": 5, "line_item_id": 72, "model_quantity_purchased": 3, "model_original_price": 9}'
    )
    one = shop(scene_of(tmp_path, detail(order("A", item_list=f"[{first}, {second}]")))).orders(["A"])[0]
    other = shop(scene_of(tmp_path, detail(order("A", item_list=f"[{second}, {first}]")))).orders(["A"])[0]
    assert {line.external_id: line.quantity for line in one.lines} == {
        line.external_id: line.quantity for line in other.lines
    }
    assert len(one.lines) == 2


def test_a_part_of_a_rupiah_is_rounded_for_us_and_kept_as_it_was_given(tmp_path: Path) -> None:
    item = '[{"item_id": 1, "model_quantity_purchased": 2, "model_discounted_price": 12499.50}]'
    told = order("A", item_list=item, total_amount="24999.00")
    (found,) = shop(scene_of(tmp_path, detail(told))).orders(["A"])
    assert (found.lines[0].price_idr, found.total_idr) == (12_500, 24_999)
    assert found.amounts == {"total_amount": "24999.00", "item_list.0.model_discounted_price": "12499.50"}


def test_more_than_fifty_orders_are_asked_in_portions(tmp_path: Path) -> None:
    scene = scene_of(tmp_path, detail())
    shop(scene).orders([f"N{number}" for number in range(120)] + ["N1", ""])
    asked = [request.url.params["order_sn_list"].split(",") for request in scene.requests]
    assert [len(numbers) for numbers in asked] == [50, 50, 20]


def test_one_number_shopee_does_not_know_keeps_no_other_away(tmp_path: Path) -> None:
    def asked(numbers: str, answer: str) -> str:
        return f"""[[call]]
does = "GET /api/v2/order/get_order_detail"
query = {{ order_sn_list = "{numbers}" }}
answer = '{answer}'
"""

    unknown = '{"error": "order.error_not_found", "message": "order not found"}'
    found = '{"error": "", "response": {"order_list": [%s]}}'
    scene = scene_of(
        tmp_path,
        asked("A,B,X,C", unknown)
        + asked("A,B", found % f"{order('A')}, {order('B')}")
        + asked("X,C", unknown)
        + asked("X", unknown)
        + asked("C", found % order("C")),
    )
    assert [one.external_no for one in shop(scene).orders(["A", "B", "X", "C"])] == ["A", "B", "C"]
    assert not scene.left()


def test_a_cursor_that_never_ends_is_not_followed_for_ever(tmp_path: Path) -> None:
    scene = scene_of(
        tmp_path,
        """[[call]]
does = "GET /api/v2/order/get_order_list"
again = true
answer = '{"error": "", "response": {"more": true, "next_cursor": "10", "order_list": []}}'
""",
    )
    since = datetime(2026, 9, 1, tzinfo=UTC)
    with pytest.raises(NotUnderstood):
        shop(scene).orders_changed(since, since + timedelta(days=1))
    assert len(scene.requests) == 2


def ways(needed: str, more: str = "") -> str:
    return f"""{detail(order("A", split_up="false", package_list='[{"package_number": "OFG1"}]'))}
[[call]]
does = "GET /api/v2/logistics/get_shipping_parameter"
answer = '{{"error": "", "response": {{"info_needed": {needed}{more}}}}}'
[[call]]
does = "GET /api/v2/logistics/get_tracking_number"
again = true
answer = '{{"error": "", "response": {{"tracking_number": ""}}}}'
"""


PICKUP = (
    ', "pickup": {"address_list": [{"address_id": 1, "address_flag": ["return_address"], "time_slot_list": []},'
    ' {"address_id": 2, "address_flag": ["pickup_address"], "time_slot_list": [{"pickup_time_id": "a", "flags": []},'
    ' {"pickup_time_id": "b", "flags": ["recommended"]}]}]}'
)
BRANCH = ', "dropoff": {"branch_list": [{"branch_id": 31}], "slug_list": [{"slug": "kurir"}]}'


@pytest.mark.parametrize(
    ("needed", "more", "ship_by", "sent"),
    [
        ('{"dropoff": [], "pickup": ["address_id"]}', PICKUP, "dropoff", '{"dropoff": {}}'),
        (
            '{"dropoff": [], "pickup": ["address_id", "pickup_time_id"]}',
            PICKUP,
            "pickup",
            '{"pickup": {"address_id": 2, "pickup_time_id": "b"}}',
        ),
        (
            '{"dropoff": ["sender_real_name"], "pickup": ["address_id"]}',
            PICKUP,
            "dropoff",
            '{"pickup": {"address_id": 2}}',
        ),
        ('{"dropoff": ["branch_id", "slug"]}', BRANCH, "pickup", '{"dropoff": {"branch_id": 31, "slug": "kurir"}}'),
        ('{"non_integrated": []}', "", "dropoff", '{"non_integrated": {}}'),
    ],
)
def test_the_way_of_shipping_is_one_that_is_offered_with_what_it_wants(
    tmp_path: Path, needed: str, more: str, ship_by: str, sent: str
) -> None:
    ship = f"""[[call]]
does = "POST /api/v2/logistics/ship_order"
sends = '{sent}'
answer = '{{"error": "", "request_id": "r"}}'
"""
    scene = scene_of(tmp_path, ways(needed, more) + ship)
    assert shop(scene, ship_by=ship_by).make_ready("A") == ""
    assert not scene.left()
    assert b"package_number" not in b"".join(request.content for request in scene.requests)


@pytest.mark.parametrize("needed", ['{"non_integrated": ["tracking_no"]}', '{"dropoff": ["tracking_no"]}', "{}"])
def test_what_only_the_seller_knows_is_left_to_the_seller(tmp_path: Path, needed: str) -> None:
    with pytest.raises(ShipmentByHand):
        shop(scene_of(tmp_path, ways(needed))).make_ready("A")


def test_a_parcel_arranged_meanwhile_is_success_and_a_split_order_ships_each(tmp_path: Path) -> None:
    split = order("A", split_up="true", package_list='[{"package_number": "P1"}, {"package_number": "P2"}]')
    calls = detail(split)
    for parcel, code in (("P1", "logistics.package_already_shipped"), ("P2", "")):
        calls += f"""
[[call]]
does = "GET /api/v2/logistics/get_shipping_parameter"
query = {{ package_number = "{parcel}" }}
answer = '{{"error": "", "response": {{"info_needed": {{"dropoff": []}}}}}}'
[[call]]
does = "POST /api/v2/logistics/ship_order"
sends = '{{"package_number": "{parcel}", "dropoff": {{}}}}'
answer = '{{"error": "{code}", "message": ""}}'
[[call]]
does = "GET /api/v2/logistics/get_tracking_number"
query = {{ package_number = "{parcel}" }}
answer = '{{"error": "", "response": {{"tracking_number": "SPX-{parcel}"}}}}'
"""
    scene = scene_of(tmp_path, calls)
    assert shop(scene).make_ready("A") == "SPX-P1, SPX-P2"
    assert not scene.left()


def test_an_order_that_is_not_there_has_moved(tmp_path: Path) -> None:
    with pytest.raises(OrderMoved):
        shop(scene_of(tmp_path, detail())).make_ready("TIDAK-ADA")
