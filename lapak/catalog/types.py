"""What crosses the wall of the catalog: plain frozen data and its events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from lapak.core.events import Event
from lapak.core.ids import BusinessId, OrderId, ProductId, VariantId
from lapak.domain.listing import VariantSpec

PRICE_MIN_IDR = 100
PRICE_MAX_IDR = 1_000_000_000
STOCK_MAX = 10_000_000
WEIGHT_MAX_G = 500_000
VARIANTS_MAX = 50  # the most that Shopee takes in one product; the other channels take more
PHOTOS_MAX = 9


class Condition(StrEnum):
    """Whether a product is sold new or used."""

    NEW = "new"
    USED = "used"


class StockReason(StrEnum):
    """Why a number of the stock moved. The first five move units on hand, the rest only what is promised."""

    RECEIVED = "received"
    RETURNED = "returned"
    COUNTED = "counted"
    WRITTEN_OFF = "written_off"
    SOLD = "sold"
    RESERVED = "reserved"
    RELEASED = "released"
    COVERED = "covered"  # a shortage got units that were free again
    SHORTENED = "shortened"  # fewer units were counted than were promised: a promise became a shortage


class Hold(StrEnum):
    """Where the units of one order line stand. `short`: fewer are held than ordered; the rest must be found."""

    HELD = "held"
    SHORT = "short"
    RELEASED = "released"
    SHIPPED = "shipped"


@dataclass(frozen=True, kw_only=True)
class VariantDraft:
    """A variant as somebody wants it. on_hand, buffer: None leaves the number as it is (0 for a new variant)."""

    price_idr: int
    sku: str = ""  # empty: made from the product's
    options: tuple[str, ...] = ()
    on_hand: int | None = None
    buffer: int | None = None


@dataclass(frozen=True, kw_only=True)
class ProductDraft:
    """A product as somebody wants it. option_names: at most two; each variant has one option for each of them."""

    title: str
    variants: tuple[VariantDraft, ...]
    sku: str = ""  # empty: made from the title
    description: str = ""
    category_hint: str = ""
    brand: str = ""
    condition: Condition = Condition.NEW
    weight_g: int = 0  # 0: not weighed yet
    option_names: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class VariantRow:
    """A variant to look at. available = on_hand − reserved − buffer, never below 0. All in units."""

    variant_id: VariantId
    sku: str
    options: tuple[str, ...]
    price_idr: int
    on_hand: int
    reserved: int
    buffer: int
    available: int


@dataclass(frozen=True, kw_only=True)
class ProductRow:
    """A product to look at. missing: what no channel can do without: "photo", "description", "weight"."""

    product_id: ProductId
    business_id: BusinessId
    sku: str
    title: str
    description: str
    category_hint: str
    brand: str
    condition: Condition
    weight_g: int
    option_names: tuple[str, ...]
    attributes: Mapping[str, str]
    photo_digests: tuple[str, ...]
    variants: tuple[VariantRow, ...]
    missing: tuple[str, ...]
    revision: int
    updated_at: datetime
    archived_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ProductForChannel:
    """All a workflow needs to make a ListingSpec. The stock of a variant is what may be sold now."""

    product_id: ProductId
    business_id: BusinessId
    sku: str
    title: str
    description: str
    category_hint: str
    brand: str
    condition: Condition
    weight_g: int
    option_names: tuple[str, ...]
    attributes: Mapping[str, str]
    photos: tuple[str, ...]
    variants: tuple[VariantSpec, ...]
    revision: int
    archived: bool


@dataclass(frozen=True, kw_only=True)
class StockLineWanted:
    """One order line that wants units. variant_id when the caller knows it; else the SKU decides."""

    line_key: str
    sku: str
    quantity: int
    variant_id: VariantId | None = None


@dataclass(frozen=True, kw_only=True)
class Shortage:
    """An order line with fewer units held than ordered. variant_id None: no product of the business has this SKU."""

    order_id: OrderId
    line_key: str
    sku: str
    variant_id: VariantId | None
    quantity: int
    held: int
    since: datetime

    @property
    def missing(self) -> int:
        """Units still to be found."""
        return self.quantity - self.held


@dataclass(frozen=True, kw_only=True)
class MoveRow:
    """One line of the stock book of a variant."""

    at: datetime
    reason: StockReason
    on_hand_change: int
    reserved_change: int
    because: str


@dataclass(frozen=True, kw_only=True)
class RowNote:
    """Something about one row of a sheet. row counts from 1 as Excel does; column is the header the owner sees."""

    row: int
    column: str
    reason: str
    told: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ImportCounts:
    """What an import did. Rows add up: rows = rows_in + rows_refused. Products: created, updated, unchanged, refused.

    stock_kept: variants whose sheet repeats the number it told us before, so that sales since then are not undone.
    """

    rows: int = 0
    rows_in: int = 0
    rows_refused: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    photos: int = 0
    stock_kept: int = 0


@dataclass(frozen=True, kw_only=True)
class ImportResult:
    """The outcome of an import or of its rehearsal. refusals: why rows stayed out. notes: what to look at later.

    layout: "lapak" or "shopee". result_digest names the workbook with the refused rows; empty when all went in.
    """

    run_id: UUID
    dry_run: bool
    layout: str
    counts: ImportCounts
    refusals: tuple[RowNote, ...]
    notes: tuple[RowNote, ...]
    result_digest: str


@dataclass(frozen=True, kw_only=True)
class ImportRunRow:
    """An import that was run, to list."""

    run_id: UUID
    at: datetime
    filename: str
    dry_run: bool
    layout: str
    counts: ImportCounts
    result_digest: str


@dataclass(frozen=True, kw_only=True)
class ProductRevised(Event):
    """A product is new, changed or archived: every listing of it has to follow."""

    product_id: ProductId
    business_id: BusinessId


@dataclass(frozen=True, kw_only=True)
class StockChanged(Event):
    """What may be sold of a product changed: every other channel has to hear of it."""

    product_id: ProductId
    business_id: BusinessId
