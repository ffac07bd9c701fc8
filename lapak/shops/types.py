"""What crosses the wall of shops, and its events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lapak.core.events import Event
from lapak.core.ids import BusinessId, ListingId, ProductId, ShopId, VariantId
from lapak.domain.listing import ListingSpec, Problem


class ShopState(StrEnum):
    """Whether we may act for a shop."""

    CONNECTED = "connected"
    SIGNED_OUT = "signed_out"  # the owner must consent again; work waits and is not lost
    BLOCKED = "blocked"  # frozen by the channel
    LEFT = "left"  # disconnected by the owner


class ListingPhase(StrEnum):
    """Where a listing is on its way. What a buyer sees is `LIVE` alone."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"  # accepted, not yet seen on the channel
    IN_REVIEW = "in_review"
    LIVE = "live"
    REFUSED = "refused"
    HIDDEN = "hidden"
    GONE = "gone"
    STUCK = "stuck"  # tried too often without a reason the owner could mend: staff looks


@dataclass(frozen=True, kw_only=True)
class ShopConnected(Event):
    """A business gave us consent to act for its account."""

    business_id: BusinessId
    shop_id: ShopId
    channel: str
    external_id: str
    name: str
    url: str


@dataclass(frozen=True, kw_only=True)
class ShopSignedOut(Event):
    """A consent ended; work for the shop waits until the owner connects again."""

    business_id: BusinessId
    shop_id: ShopId
    channel: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ListingWentLive(Event):
    """Buyers see the product on the channel: seen there, not hoped."""

    business_id: BusinessId
    shop_id: ShopId
    listing_id: ListingId
    channel: str


@dataclass(frozen=True, kw_only=True)
class OrderSeen(Event):
    """A channel told a new version of an order, by push, poll or reconcile."""

    business_id: BusinessId
    shop_id: ShopId
    seen_id: int


@dataclass(frozen=True, kw_only=True)
class ErrandDone(Event):
    """The channel did what was asked for an order."""

    business_id: BusinessId
    shop_id: ShopId
    kind: str
    external_no: str
    tracking_no: str


@dataclass(frozen=True, kw_only=True)
class ErrandRefused(Event):
    """The channel will not do what was asked for an order."""

    business_id: BusinessId
    shop_id: ShopId
    kind: str
    external_no: str
    code: str


@dataclass(frozen=True, kw_only=True)
class FaultRow:
    """A fault as it is shown: its code keys the words, `told` fills them."""

    code: str
    told: Mapping[str, object] = field(default_factory=dict)
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ShopRow:
    shop_id: ShopId
    business_id: BusinessId
    channel: str
    channel_name: str
    external_id: str
    name: str
    url: str
    state: str
    connected_at: datetime
    checked_at: datetime | None
    pushed_at: datetime | None
    consent_until: datetime | None
    fault: FaultRow | None
    listings: Mapping[str, int] = field(default_factory=dict)  # phase → how many


@dataclass(frozen=True, kw_only=True)
class ListingVariantRow:
    variant_id: VariantId
    sku: str
    external_id: str
    wanted_stock: int
    wanted_price_idr: int
    seen_stock: int | None
    seen_price_idr: int | None
    their_words: str


@dataclass(frozen=True, kw_only=True)
class ListingRow:
    listing_id: ListingId
    shop_id: ShopId
    product_id: ProductId
    channel: str
    title: str
    phase: str
    url: str
    external_id: str
    their_words: str
    fault: FaultRow | None
    asked_at: datetime
    sent_at: datetime | None
    seen_at: datetime | None
    next_try_at: datetime | None
    variants: tuple[ListingVariantRow, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CategoryOption:
    category_id: str
    path: str
    sure: float  # 0…1: how much the suggestion deserves trust; 1 when the owner chose it before


@dataclass(frozen=True, kw_only=True)
class PlanItem:
    """What publishing would do with one product, before anything is sent."""

    product_id: ProductId
    title: str
    act: str  # create | change | leave
    changes: tuple[tuple[str, str, str], ...]  # (field, before, after)
    category: CategoryOption | None
    others: tuple[CategoryOption, ...]
    problems: tuple[Problem, ...]
    spec: ListingSpec


@dataclass(frozen=True, kw_only=True)
class ShopRef:
    """The little a workflow needs of a shop."""

    shop_id: ShopId
    business_id: BusinessId
    channel: str
    external_id: str
    name: str
