"""Orders of several items, strange ones that keep nobody waiting, and parcels that are packed and handed over once."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapak.channels.blibli.mapping import LISTING_STATES, ORDER_STATES, SEARCHED
from lapak.channels.kit import load
from lapak.channels.kit.errors import NotUnderstood, OrderMoved
from lapak.channels.kit.keeper import MemoryKeeper
from lapak.channels.kit.protocol import GivesOrders
from lapak.domain.order import ChannelOrderState
from tests.channels.blibli.shop import SETTINGS, grant, scene_of, shop

FILTER = "POST /v2/proxy/seller/v1/orders/packages/filter"


def test_every_known_status_has_a_state() -> None:
    assert {"FP", "PU", "CX", "BP", "D", "X", "OS", "CR"} <= set(ORDER_STATES)
    assert set(SEARCHED) <= set(LISTING_STATES)


def item(
    number: str, status: str = "FP", *, order: str = "251", quantity: int = 1, **product: object
) -> dict[str, Any]:
    return {
        "order": {"id": order, "itemId": number, "itemStatus": status, "quantity": quantity, "date": 1_790_812_000_000},
        "product": {"blibliSku": "T-1-00001-00001", "sellerSku": "S", "itemName": "Sambal", "price": 9_000, **product},
    }


def listed(*items: dict[str, Any], parcel: str | None = None, again: bool = True) -> str:
    told = {"content": [{"packageId": parcel, "orderItems": items}], "paging": {"totalPage": 1}}
    return f"[[call]]\ndoes = \"{FILTER}\"\nagain = {str(again).lower()}\nanswer = '{json.dumps(told)}'\n"


def detail(number: str, **told: object) -> str:
    path = f"/v2/proxy/seller/v1/orders/items/{number}"
    return f"[[call]]\ndoes = \"GET {path}\"\nagain = true\nanswer = '{json.dumps({'content': told})}'\n"


def answered(does: str, told: object, *, status: int = 200, sends: object = None) -> str:
    asked = f"sends = '{json.dumps(sends)}'\n" if sends else ""
    return f"[[call]]\ndoes = \"{does}\"\nstatus = {status}\n{asked}answer = '{json.dumps(told)}'\n"


@pytest.mark.parametrize(
    ("statuses", "state", "theirs"),
    [
        ("FP", ChannelOrderState.TO_SHIP, "FP"),
        ("PU FP", ChannelOrderState.TO_SHIP, "FP+PU"),
        ("X FP", ChannelOrderState.TO_SHIP, "FP+X"),
        ("D CX", ChannelOrderState.SHIPPED, "CX+D"),
        ("D X", ChannelOrderState.DONE, "D+X"),
        ("X OS", ChannelOrderState.CANCELLED, "OS+X"),
        ("CR FP", ChannelOrderState.CANCEL_ASKED, "CR+FP"),
        ("DF", ChannelOrderState.RETURNED, "DF"),
    ],
)
def test_an_order_is_as_far_as_its_last_item(
    tmp_path: Path, statuses: str, state: ChannelOrderState, theirs: str
) -> None:
    items = [item(f"{n}", status) for n, status in enumerate(statuses.split())]
    text = listed(*items) + "".join(detail(f"{n}") for n in range(len(items)))
    (order,) = shop(scene_of(tmp_path, text)).orders(["251"])
    assert (order.state, order.their_state) == (state, theirs)


@pytest.mark.parametrize(
    "strange",
    [item("2", "DRONE", order="252"), item("2", order="252", price="murah"), item("2", order="252", quantity=-1)],
)
def test_a_strange_order_is_left_out_of_many_and_told_of_alone(tmp_path: Path, strange: dict[str, Any]) -> None:
    text = listed(item("1"), strange) + detail("1") + detail("2")
    opened = shop(scene_of(tmp_path, text))
    assert [order.external_no for order in opened.orders(["251", "252"])] == ["251"]
    with pytest.raises(NotUnderstood):
        opened.orders(["252"])


def test_what_was_cancelled_keeps_no_line_and_a_total_that_is_not_told_is_not_made_up(tmp_path: Path) -> None:
    text = listed(item("1", finalPrice=8_500), item("2", "X", quantity=0))
    (order,) = shop(
        scene_of(tmp_path, text + detail("1", amount={"product": {"total": "8500.0"}}) + detail("2"))
    ).orders(["251"])
    assert [(line.external_id, line.price_idr) for line in order.lines] == [("1", 8_500)]
    assert order.total_idr is None
    assert dict(order.amounts) == {"1.product.total": "8500.0"}


@settings(max_examples=25, deadline=None)
@given(
    paid=st.lists(st.integers(0, 86_400), max_size=15),
    most=st.integers(4, 8),
    start=st.integers(1_788_220_800, 1_790_000_000),
)
def test_no_order_is_lost_where_a_list_ends_too_early(paid: list[int], most: int, start: int) -> None:
    """A platform that tells at most so many orders of a window, whatever their number."""
    moments = {f"{250_000 + place}": (start + at) * 1000 for place, at in enumerate(dict.fromkeys(paid))}

    def play(request: httpx2.Request) -> httpx2.Response:
        asked = json.loads(request.content)["filter"]["statusFPDateRange"]
        found = [number for number, at in moments.items() if asked["start"] <= at <= asked["end"]][:most]
        told = [{"packageId": None, "orderItems": [item(number, order=number)]} for number in found]
        return httpx2.Response(200, text=json.dumps({"content": told, "paging": {"totalPage": 1}}))

    opened = load.connector(
        "blibli",
        settings={**SETTINGS, "orders_most": str(most), "look_back_days": "0"},
        shop_external_id="778899",
        keeper=MemoryKeeper(grant()),
        open_photo=lambda digest: b"",
        transport=httpx2.MockTransport(play),
    )
    assert isinstance(opened, GivesOrders)
    since = datetime.fromtimestamp(start, UTC)
    hints = opened.orders_changed(since, since + timedelta(days=1))
    assert {hint.external_no for hint in hints} == set(moments)
    assert len(hints) == len(moments)
    opened.close()


STORE = answered("GET /v2/proxy/seller/v1/stores", {"content": {"storeType": "PICKUP"}})
COMBINE = "GET /v2/proxy/mta/api/businesspartner/v1/order/getCombineShipping"
PACK = "POST /v2/proxy/mta/api/businesspartner/v1/order/createPackage"
AWB = {"shipping": {"awbNumber": "LTH1"}}


def hand_over(parcel: str, *, status: int = 200) -> str:
    told = {"content": {}} if status == 200 else {"success": False, "errorMessage": "Package has no item in status FP"}
    return answered(f"POST /v2/proxy/seller/v1/orders/regular/{parcel}/fulfill", told, status=status)


def test_what_was_packed_before_is_only_handed_over(tmp_path: Path) -> None:
    text = listed(item("1"), parcel="77", again=False) + STORE + hand_over("77")
    text += listed(item("1", "PU"), parcel="77") + detail("1", **AWB)
    scene = scene_of(tmp_path, text)
    assert shop(scene).make_ready("251") == "LTH1"
    assert not scene.left()


def test_items_that_cannot_go_together_are_parcels_of_their_own(tmp_path: Path) -> None:
    text = listed(item("1"), item("2"), again=False) + STORE
    for number, parcel in (("1", "77"), ("2", "78")):
        alone = {"value": {"combineShippingItems": [{"orderItemNo": number}]}}
        text += (
            f'[[call]]\ndoes = "{COMBINE}"\nquery = {{ orderItemNo = "{number}" }}\nanswer = \'{json.dumps(alone)}\'\n'
        )
        text += answered(PACK, {"value": {"packageId": parcel}}, sends={"orderItemIds": [number]}) + hand_over(parcel)
    text += listed(item("1", "PU"), item("2", "PU")) + detail("1", **AWB) + detail("2", shipping={"awbNumber": "LTH2"})
    scene = scene_of(tmp_path, text)
    assert shop(scene).make_ready("251") == "LTH1, LTH2"
    assert not scene.left()


def test_a_parcel_somebody_else_handed_over_meanwhile_is_fine(tmp_path: Path) -> None:
    gone = listed(item("1", "PU"), parcel="77") + detail("1", **AWB)
    text = listed(item("1"), parcel="77", again=False) + STORE + hand_over("77", status=400)
    assert shop(scene_of(tmp_path, text + gone)).make_ready("251") == "LTH1"
    with pytest.raises(OrderMoved):
        shop(scene_of(tmp_path, listed(item("1"), parcel="77") + STORE + hand_over("77", status=400))).make_ready("251")


@pytest.mark.parametrize("status", ["CR", "X", "OS"])
def test_what_is_cancelled_or_asked_to_be_is_not_shipped(tmp_path: Path, status: str) -> None:
    with pytest.raises(OrderMoved) as caught:
        shop(scene_of(tmp_path, listed(item("1", status)))).make_ready("251")
    assert caught.value.told["theirs"] == status
