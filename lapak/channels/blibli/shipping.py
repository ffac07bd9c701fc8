"""Arranging shipment: items that can go together are packed into one parcel, and the parcel is handed over."""

from collections.abc import Sequence

from lapak.channels.blibli.catalogue import Catalogue
from lapak.channels.blibli.client import ShopClient
from lapak.channels.blibli.endpoints import COMBINE, FULFIL, PACK
from lapak.channels.blibli.mapping import CHANNEL, ORDER_STATES
from lapak.channels.blibli.orders import Orders, Seen, state_of, tracking_of
from lapak.channels.kit.errors import OrderMoved, ShipmentByHand
from lapak.channels.kit.reading import Part
from lapak.domain.order import ChannelOrderState

ON_ITS_WAY = {ChannelOrderState.ARRANGED, ChannelOrderState.SHIPPED, ChannelOrderState.DONE}


class Shipping:
    """Ships the orders of one shop."""

    def __init__(self, client: ShopClient, catalogue: Catalogue, orders: Orders) -> None:
        self._client, self._catalogue, self._orders = client, catalogue, orders

    def make_ready(self, external_no: str) -> str:
        """Pack and hand over what waits; what is arranged already is left as it is.

        Returns the airway bills with commas; empty text while there is none.
        Raises: OrderMoved (asked to be cancelled, cancelled, or not there), ShipmentByHand.
        """
        seen = self._seen(external_no)
        state = state_of(seen)
        if state is ChannelOrderState.TO_SHIP:
            self._ship(external_no, seen)
            seen = self._seen(external_no)
        elif state not in ON_ITS_WAY:
            raise OrderMoved(channel=CHANNEL, order=external_no, theirs=seen.their_state)
        moving = [item for item in seen.items if ORDER_STATES.get(_status(item)) in ON_ITS_WAY]
        return tracking_of([self._orders.details(item) for item in moving])

    def _ship(self, external_no: str, seen: Seen) -> None:
        if self._catalogue.store().dropship:
            raise ShipmentByHand(channel=CHANNEL, order=external_no)  # the airway bill is of the seller's own courier
        waiting = _waiting(seen)
        unpacked = [number for number in waiting if not seen.parcels[number]]
        while unpacked:
            parcel, packed = self._pack(unpacked[0])
            seen.parcels.update({number: parcel for number in packed if number in seen.parcels})
            unpacked = [number for number in unpacked if number not in packed]
        for parcel in dict.fromkeys(seen.parcels[number] for number in waiting):
            try:
                self._client.call(FULFIL, thing=parcel, body={"awbNo": ""})
            except OrderMoved:
                # An earlier answer of theirs was lost, or somebody did it in Seller Center a moment ago.
                again = self._seen(external_no)
                if parcel in {again.parcels[number] for number in _waiting(again)}:
                    raise

    def _pack(self, item_id: str) -> tuple[str, Sequence[str]]:
        """All that Blibli says can go together goes together, or shipping is charged twice; also of other orders.

        Returns: the parcel, and the items in it.
        """
        told = self._client.call(COMBINE, thing=item_id, query={"orderItemNo": item_id}).part("value")
        together = [entry.needed("orderItemNo") for entry in told.parts("combineShippingItems")]
        items = list(dict.fromkeys([item_id, *together]))
        return self._client.call(PACK, body={"orderItemIds": items}).part("value").needed("packageId"), items

    def _seen(self, external_no: str) -> Seen:
        found = self._orders.find([external_no])
        if not found:
            raise OrderMoved(channel=CHANNEL, order=external_no)
        return found[0]


def _waiting(seen: Seen) -> list[str]:
    """The items the seller must still hand over."""
    ready = [item for item in seen.items if ORDER_STATES.get(_status(item)) is ChannelOrderState.TO_SHIP]
    return [item.part("order").needed("itemId") for item in ready]


def _status(item: Part) -> str:
    return item.part("order").text("itemStatus")
