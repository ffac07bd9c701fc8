"""Arranging shipment: Shopee names the ways that are open for an order, and what each wants to be told."""

from collections.abc import Mapping, Sequence

from lapak.channels.kit.errors import NotUnderstood, OrderMoved, ShipmentByHand
from lapak.channels.kit.reading import Part
from lapak.channels.shopee.client import ShopClient
from lapak.channels.shopee.mapping import CHANNEL, ORDER_STATES
from lapak.channels.shopee.orders import Orders
from lapak.domain.order import ChannelOrderState

PARAMETER, SHIP = "/api/v2/logistics/get_shipping_parameter", "/api/v2/logistics/ship_order"
TRACKING = "/api/v2/logistics/get_tracking_number"
ON_ITS_WAY = {ChannelOrderState.ARRANGED, ChannelOrderState.SHIPPED, ChannelOrderState.DONE}


class Shipping:
    """Ships the orders of one shop."""

    def __init__(self, client: ShopClient, orders: Orders, *, ship_by: str) -> None:
        self._client, self._orders = client, orders
        self._first = "pickup" if ship_by == "pickup" else "dropoff"

    def make_ready(self, external_no: str) -> str:
        """Arrange every parcel of an order; one that is arranged already is left as it is.

        Returns the tracking numbers with commas; empty text while Shopee has not given one.
        Raises: OrderMoved (unpaid, cancelled, or not there), ShipmentByHand.
        """
        told = next(self._orders.details([external_no]), None)
        if told is None:
            raise OrderMoved(channel=CHANNEL, order=external_no)
        state = ORDER_STATES.get(told.text("order_status"))
        if state is None:
            raise NotUnderstood(channel=CHANNEL, field="order_status", seen=told.text("order_status"))
        parcels = self._parcels(told)
        if state is ChannelOrderState.TO_SHIP:
            for parcel in parcels:
                self._ship(external_no, parcel)
        elif state not in ON_ITS_WAY:
            raise OrderMoved(channel=CHANNEL, order=external_no, theirs=told.text("order_status"))
        numbers = (self._tracking(external_no, parcel) for parcel in parcels)
        return ", ".join(number for number in numbers if number)

    def _parcels(self, told: Part) -> list[str]:
        """Parcel numbers of an order that was split; one without a number otherwise, where naming it is forbidden."""
        parcels = [parcel.text("package_number") for parcel in told.parts("package_list")]
        return [parcel for parcel in parcels if parcel] if told.flag("split_up") and len(parcels) > 1 else [""]

    def _ship(self, order_no: str, parcel: str) -> None:
        which = {"order_sn": order_no, **({"package_number": parcel} if parcel else {})}
        offered = self._client.read(PARAMETER, which).part("response")
        try:
            self._client.write(SHIP, {**which, **self._way(order_no, offered)})
        except OrderMoved as moved:
            if not str(moved.told.get("their_code")).endswith("package_already_shipped"):
                raise

    def _way(self, order_no: str, offered: Part) -> Mapping[str, Mapping[str, object]]:
        needed = offered.part("info_needed")
        ways = sorted((way for way in needed.names() if way in needed), key=lambda way: way != self._first)
        for way in ways:
            asked = needed.texts(way)
            found = _dropoff(offered, asked) if way == "dropoff" else None
            found = _pickup(offered, asked) if way == "pickup" else found
            if way == "non_integrated" and not asked:
                found = {}
            if found is not None:
                return {way: found}
        raise ShipmentByHand(channel=CHANNEL, order=order_no)

    def _tracking(self, order_no: str, parcel: str) -> str:
        query = {"order_sn": order_no, **({"package_number": parcel} if parcel else {})}
        return self._client.read(TRACKING, query).part("response").text("tracking_number")


def _dropoff(offered: Part, asked: Sequence[str]) -> dict[str, object] | None:
    """What a drop-off wants, when all of it can be chosen; None when only the seller knows (a name, a number)."""
    told = offered.part("dropoff")
    found: dict[str, object] = {}
    for name in asked:
        if name == "branch_id" and (branches := told.parts("branch_list")):
            found[name] = branches[0].whole("branch_id")
        elif name == "slug" and (slugs := told.parts("slug_list")):
            found[name] = slugs[0].needed("slug")
        else:
            return None
    return found


def _pickup(offered: Part, asked: Sequence[str]) -> dict[str, object] | None:
    """The shop's pickup address and the time Shopee recommends, else the first; None when there is none to choose."""
    addresses = offered.part("pickup").parts("address_list")
    if not set(asked) <= {"address_id", "pickup_time_id"} or not addresses:
        return None
    wanted = {"pickup_address", "default_address"}
    address = next((one for one in addresses if wanted & set(one.texts("address_flag"))), addresses[0])
    found: dict[str, object] = {"address_id": address.whole("address_id")}
    slots = address.parts("time_slot_list")
    if "pickup_time_id" in asked:
        if not slots:
            return None
        slot = next((one for one in slots if "recommended" in one.texts("flags")), slots[0])
        found["pickup_time_id"] = slot.needed("pickup_time_id")
    return found
