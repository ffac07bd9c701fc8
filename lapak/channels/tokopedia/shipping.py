"""Arranging shipment, parcel by parcel: TikTok Shop says how each may be handed over."""

from collections.abc import Iterator

from lapak.channels.kit.errors import NotUnderstood, OrderMoved, ShipmentByHand
from lapak.channels.kit.reading import Part
from lapak.channels.tokopedia.client import ShopClient
from lapak.channels.tokopedia.endpoints import SHIP, SLOTS
from lapak.channels.tokopedia.mapping import CHANNEL
from lapak.channels.tokopedia.orders import Orders, state_of, tracking_of
from lapak.domain.order import ChannelOrderState

ON_ITS_WAY = {ChannelOrderState.ARRANGED, ChannelOrderState.SHIPPED, ChannelOrderState.DONE}
WAITING = {"", "TO_FULFILL"}  # parcel statuses in which the seller must act
DROP_OFF, PICKUP = "DROP_OFF", "PICKUP"


class Shipping:
    """Ships the orders of one shop."""

    def __init__(self, client: ShopClient, orders: Orders, *, ship_by: str) -> None:
        self._client, self._orders = client, orders
        self._ways = (PICKUP, DROP_OFF) if ship_by == "pickup" else (DROP_OFF, PICKUP)

    def make_ready(self, external_no: str) -> str:
        """Arrange every parcel of an order; one that is arranged already is left as it is.

        Returns the tracking numbers with commas; empty text while there is none.
        Raises: OrderMoved (unpaid, asked to be cancelled, cancelled, or not there), ShipmentByHand.
        """
        told = self._order(external_no)
        state = self._state(told)
        if state is ChannelOrderState.TO_SHIP:
            self._ship(external_no, told)
            told = self._order(external_no)
        elif state not in ON_ITS_WAY:
            raise OrderMoved(channel=CHANNEL, order=external_no, theirs=told.text("status"))
        return tracking_of(told)

    def _ship(self, external_no: str, told: Part) -> None:
        if told.text("shipping_type") == "SELLER":
            raise ShipmentByHand(channel=CHANNEL, order=external_no)  # only the seller knows courier and number
        parcels = list(dict.fromkeys(_waiting(told)))
        if not parcels:
            raise OrderMoved(channel=CHANNEL, order=external_no, theirs=told.text("status"))
        for parcel in parcels:
            try:
                self._client.call(SHIP, thing=parcel, body=self._way(external_no, parcel))
            except OrderMoved:
                # Somebody may have arranged it in their app a moment ago, or an earlier answer of theirs was lost.
                if parcel in _waiting(self._order(external_no)):
                    raise

    def _way(self, external_no: str, parcel: str) -> dict[str, object]:
        offered = self._client.call(SLOTS, thing=parcel)
        for way in self._ways:
            if way == DROP_OFF and offered.flag("can_drop_off"):
                return {"handover_method": DROP_OFF}
            if way == PICKUP and offered.flag("can_pickup"):
                slots = [slot for slot in offered.parts("pickup_slots") if _free(slot)]
                if slots:
                    slot = {"start_time": slots[0].whole("start_time"), "end_time": slots[0].whole("end_time")}
                    return {"handover_method": PICKUP, "pickup_slot": slot}
        raise ShipmentByHand(channel=CHANNEL, order=external_no)

    def _order(self, external_no: str) -> Part:
        told = next(self._orders.details([external_no]), None)
        if told is None:
            raise OrderMoved(channel=CHANNEL, order=external_no)
        return told

    def _state(self, told: Part) -> ChannelOrderState:
        state = state_of(told)
        if state is None:
            raise NotUnderstood(channel=CHANNEL, field="status", seen=told.text("status")[:40])
        return state


def _waiting(told: Part) -> Iterator[str]:
    """Parcels the seller must still hand over. The lines know their parcel's status, the list of parcels does not."""
    lines = [line for line in told.parts("line_items") if line.text("package_id")]
    for line in lines:
        if line.text("package_status") in WAITING and line.text("display_status") != "CANCELLED":
            yield line.text("package_id")
    if not lines:
        yield from (parcel.needed("id") for parcel in told.parts("packages"))


def _free(slot: Part) -> bool:
    """Their own spelling; the right one is read too, should they mend it."""
    return slot.flag("avaliable") or slot.flag("available")
