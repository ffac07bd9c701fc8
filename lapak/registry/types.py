"""What crosses the registry's wall: plain frozen data and the events of a business."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum

from django.db.models import TextChoices

from lapak.core.events import Event
from lapak.core.ids import BusinessId


class Evidence(StrEnum):
    """How a step of the ladder is known, the strongest first."""

    CHANNEL_API = "channel_api"
    EXPORTED_FILE = "exported_file"
    QRIS = "qris"
    CHAT = "chat"
    OWNER_WORD = "owner_word"
    TRAINER_NOTE = "trainer_note"

    @property
    def weakness(self) -> int:
        """1 is the strongest. The number that is stored."""
        return _EVIDENCE.index(self) + 1

    @classmethod
    def of(cls, weakness: int) -> "Evidence":
        """The evidence behind a stored number."""
        return _EVIDENCE[weakness - 1]


class Rung(StrEnum):
    """The ladder from offline to selling, in order. The last two are exits."""

    REGISTERED = "registered"
    TRAINED = "trained"
    CONNECTED = "connected"
    LISTED = "listed"
    FIRST_SALE = "first_sale"
    ACTIVE = "active"
    SUSTAINED = "sustained"
    DORMANT = "dormant"
    CLOSED = "closed"

    @property
    def step(self) -> int:
        """1 for registered … 9 for closed. The number that is stored."""
        return _RUNGS.index(self) + 1

    @classmethod
    def at(cls, step: int) -> "Rung":
        """The rung behind a stored number."""
        return _RUNGS[step - 1]


_EVIDENCE = tuple(Evidence)
_RUNGS = tuple(Rung)
COMPUTED = frozenset({Rung.SUSTAINED, Rung.DORMANT})
"""Rungs that are never written: they follow from the sales (see docs/methods/ladder.md)."""
EXITS = (Rung.DORMANT, Rung.CLOSED)


class LegalForm(TextChoices):
    """How the business stands in law; `lain` is any other form."""

    PERORANGAN = "perorangan"
    PT_PERORANGAN = "pt_perorangan"
    PT = "pt"
    CV = "cv"
    FIRMA = "firma"
    KOPERASI = "koperasi"
    YAYASAN = "yayasan"
    LAIN = "lain"


class Trade(TextChoices):
    """Makes its goods, sells on those of others, both, or sells a service."""

    PRODUCER = "producer"
    RESELLER = "reseller"
    BOTH = "both"
    SERVICE = "service"


class SizeBasis(StrEnum):
    """Which figure a size class rests on."""

    CAPITAL = "capital"
    SALES = "sales"


class Size(IntEnum):
    """Size classes, smallest first; `BESAR` is beyond the programme."""

    MIKRO = 1
    KECIL = 2
    MENENGAH = 3
    BESAR = 4


@dataclass(frozen=True, kw_only=True)
class SizeClass:
    """A size class with what it rests on.

    size is None when neither figure is known. by_capital, by_sales: each answer on its own, None when not known.
    """

    size: Size | None
    basis: SizeBasis | None
    rule: str
    by_capital: Size | None
    by_sales: Size | None

    @property
    def differ(self) -> bool:
        """Whether capital and sales put the business in two classes; then both are to be shown."""
        return None not in (self.by_capital, self.by_sales) and self.by_capital != self.by_sales


@dataclass(frozen=True, kw_only=True)
class BusinessRow:
    """A business as lists show it. phone: E.164 or empty. status: `open` or `closed`. size_class: a name, or empty."""

    business_id: BusinessId
    name: str
    region_code: str
    kbli_code: str
    kbli_version: str
    size_class: str
    nib: str
    phone: str
    status: str
    registered_at: datetime


@dataclass(frozen=True, kw_only=True)
class RungRow:
    """A rung a business has reached: when first, and the best evidence of it."""

    rung: Rung
    at: datetime
    evidence: Evidence


@dataclass(frozen=True, kw_only=True)
class FunnelRow:
    """count: businesses whose highest rung today is this one. reached_ever: those that ever stood on it."""

    rung: Rung
    count: int
    reached_ever: int


@dataclass(frozen=True, kw_only=True)
class Exits:
    """Businesses that left the ladder: had a sale and none lately, or closed."""

    dormant: int
    closed: int


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """The ladder of a region on a day. The rows' counts and the exits add up to `total`.

    region_code: empty for the nation. definition: name and version of the rule (docs/methods/ladder.md).
    """

    rows: tuple[FunnelRow, ...]
    exits: Exits
    total: int
    region_code: str
    as_of: datetime
    definition: str


@dataclass(frozen=True, kw_only=True)
class RegionFunnel:
    """The funnel of one child region. region_code is empty for businesses not yet placed below the parent."""

    region_code: str
    name: str
    funnel: Funnel


@dataclass(frozen=True, kw_only=True)
class Match:
    """A business that may be the same one. why: the fields that agree, strongest first (`nib`, `phone`, `name`)."""

    business_id: BusinessId
    name: str
    region_code: str
    why: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AccountRow:
    """An account of a business on a platform, as the registry knows it."""

    platform: str
    external_id: str
    handle: str
    url: str
    opened_on: date | None
    verified_how: Evidence
    seen_active_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class BusinessFile:
    """All the registry holds of a business. has_npwp: whether one is kept; the number itself is never shown."""

    row: BusinessRow
    legal_form: str
    trade: str
    has_npwp: bool
    capital_idr: int | None
    sales_idr: int | None
    size: SizeClass
    address: str
    since: date | None
    closed_on: date | None
    accounts: tuple[AccountRow, ...]


@dataclass(frozen=True, kw_only=True)
class BusinessRegistered(Event):
    """A business was written down for the first time."""

    business_id: BusinessId


@dataclass(frozen=True, kw_only=True)
class RungReached(Event):
    """A business stands on a rung for the first time. rung: a `Rung` value."""

    business_id: BusinessId
    rung: str


@dataclass(frozen=True, kw_only=True)
class BusinessRevised(Event):
    """What is known of a business changed."""

    business_id: BusinessId
