"""An order as a channel tells it. Amounts are stored as given, never recomputed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ChannelOrderState(StrEnum):
    """The states every channel's own words are mapped to, in the order in which an order moves."""

    UNPAID = "unpaid"
    TO_SHIP = "to_ship"  # the seller must act
    ARRANGED = "arranged"  # shipment arranged, tracking number issued
    SHIPPED = "shipped"
    DONE = "done"
    CANCEL_ASKED = "cancel_asked"
    CANCELLED = "cancelled"
    RETURNED = "returned"


@dataclass(frozen=True, kw_only=True)
class ChannelOrderLine:
    """One line. external_id tells lines of one order apart; listing and variant ids are the channel's own."""

    external_id: str
    listing_external_id: str
    variant_external_id: str
    sku: str
    title: str
    option: str
    quantity: int
    price_idr: int


@dataclass(frozen=True, kw_only=True)
class ChannelOrder:
    """An order seen on a channel. Times are aware, UTC. version grows with each change the channel makes."""

    external_no: str
    state: ChannelOrderState
    placed_at: datetime
    changed_at: datetime
    total_idr: int | None  # None when the channel does not say yet
    lines: tuple[ChannelOrderLine, ...]
    buyer: str = ""  # as masked by the channel
    city: str = ""
    note: str = ""
    ship_by: datetime | None = None
    tracking_no: str = ""
    amounts: Mapping[str, str] = field(default_factory=dict)  # every amount the channel gave, under its own name
    their_state: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderHint:
    """What a push or a poll says of an order: enough to know whether to read it, never enough to believe."""

    shop_external_id: str
    external_no: str
    their_state: str = ""
    changed_at: datetime | None = None
