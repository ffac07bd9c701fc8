"""What crosses the wall of orders, and its events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lapak.core.events import Event
from lapak.core.ids import BusinessId, OrderId, ShopId, VariantId
from lapak.domain.order import ChannelOrderState


class Desk(StrEnum):
    """What the owner did with an order here. The channel's own state is kept beside it."""

    NEW = "new"
    ACCEPTED = "accepted"
    READY_ASKED = "ready_asked"  # the channel is being told
    READY = "ready"  # shipment arranged
    CLOSED = "closed"  # done, cancelled or returned: nothing to do any more


BEFORE_SALE = frozenset({ChannelOrderState.UNPAID, ChannelOrderState.CANCELLED})
"""States in which money was not promised: an order in any other state is, or was, a sale."""

RANK = {
    ChannelOrderState.UNPAID: 0,
    ChannelOrderState.TO_SHIP: 1,
    ChannelOrderState.CANCEL_ASKED: 2,
    ChannelOrderState.ARRANGED: 3,
    ChannelOrderState.SHIPPED: 4,
    ChannelOrderState.DONE: 5,
    ChannelOrderState.CANCELLED: 6,
    ChannelOrderState.RETURNED: 7,
}
"""How far along a state is; breaks the tie between two sights of an order with the same time of change."""


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Event):
    """An order was written in the ledger for the first time."""

    business_id: BusinessId
    order_id: OrderId


@dataclass(frozen=True, kw_only=True)
class OrderSold(Event):
    """An order became a sale: paid, or to be paid on delivery, and to be shipped. Once per order."""

    business_id: BusinessId
    order_id: OrderId
    sold_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReadyAsked(Event):
    """The owner says the parcel is packed: the channel has to be asked for the shipment."""

    business_id: BusinessId
    order_id: OrderId
    shop_id: ShopId
    external_no: str


@dataclass(frozen=True, kw_only=True)
class OrderLineRow:
    """An order line with our variant, where the listing is known to us."""

    line_key: str
    variant_id: VariantId | None
    sku: str
    title: str
    option: str
    quantity: int
    price_idr: int


@dataclass(frozen=True, kw_only=True)
class OrderRow:
    """An order to look at. total_idr: as the channel gave it, None when it did not say."""

    order_id: OrderId
    business_id: BusinessId
    shop_id: ShopId
    channel: str
    external_no: str
    state: str
    their_state: str
    desk: str
    placed_at: datetime
    changed_at: datetime
    ship_by: datetime | None
    total_idr: int | None
    buyer: str
    city: str
    note: str
    tracking_no: str
    accepted_at: datetime | None
    fault_code: str
    amounts: Mapping[str, str]
    lines: tuple[OrderLineRow, ...]


@dataclass(frozen=True, kw_only=True)
class Takings:
    """What came in since a moment: orders that are sales, and their sum. unknown: orders whose total was not told."""

    orders: int
    total_idr: int
    unknown: int


@dataclass(frozen=True, kw_only=True)
class Written:
    """The outcome of writing a sight of an order down."""

    order_id: OrderId
    is_new: bool
    is_news: bool  # False: older than, or the same as, what we have
    state: ChannelOrderState
