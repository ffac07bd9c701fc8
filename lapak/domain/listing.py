"""A product on its way to a channel: what we want there (`spec`), where it is (`ref`), what was seen (`status`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lapak.core.ids import ProductId, VariantId


@dataclass(frozen=True, kw_only=True)
class VariantSpec:
    """One thing a buyer can put in the cart.

    options: values in the order of `ListingSpec.option_names`; empty when the product has no variants.
    price_idr: whole rupiah. stock: units a buyer may order now, already less reserved and buffer.
    """

    variant_id: VariantId
    sku: str
    options: tuple[str, ...]
    price_idr: int
    stock: int


@dataclass(frozen=True, kw_only=True)
class ListingSpec:
    """What a listing should be. All a connector needs; photos are content digests the connector opens by itself."""

    product_id: ProductId
    sku: str  # unique within the business; stamped on the channel so that a lost answer can be found again
    title: str
    description: str
    category: str  # the channel's own category id, chosen and confirmed before
    attributes: Mapping[str, str] = field(default_factory=dict)  # attribute name as the owner knows it → value
    brand: str = ""
    weight_g: int
    photos: tuple[str, ...]  # sha256 digests, the first is the cover
    option_names: tuple[str, ...] = ()  # at most two: ("Rasa", "Ukuran")
    variants: tuple[VariantSpec, ...]
    listed: bool = True  # False: keep it there, hidden from buyers
    package_cm: tuple[int, int, int] | None = None  # length, width, height of the parcel, where couriers ask for it


@dataclass(frozen=True, kw_only=True)
class ListingRef:
    """Where a listing lives on a channel. variants: sku → the channel's id of it (empty text when it has none).

    media: photo digest → the channel's id of that photo. Kept with the ref and handed back as `known`, it spares
    sending every photo again; without it all is well, only slower.
    """

    external_id: str
    variants: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    media: Mapping[str, str] = field(default_factory=dict)


class ListingState(StrEnum):
    """A listing as a buyer would see it."""

    LIVE = "live"
    IN_REVIEW = "in_review"
    REFUSED = "refused"
    HIDDEN = "hidden"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True)
class ListingStatus:
    """What was seen on the channel at a moment. stock and price: sku → units, whole rupiah, as buyers see them."""

    state: ListingState
    seen_at: datetime
    reason: str = ""  # the platform's own words, kept as they are
    stock: Mapping[str, int] = field(default_factory=dict)
    price_idr: Mapping[str, int] = field(default_factory=dict)
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class StockLine:
    """The stock and price that one variant of a listing should show from now on."""

    sku: str
    external_id: str
    stock: int
    price_idr: int


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something the owner can mend before anything is sent.

    code keys the words (`problem.<code>`); field is the product's field; limit and allowed say what would do.
    """

    code: str
    field: str
    limit: str = ""
    allowed: tuple[str, ...] = ()
    sku: str = ""


@dataclass(frozen=True, kw_only=True)
class Category:
    """A category a product may be put in. path: names from the root, as the platform shows them."""

    external_id: str
    path: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AttributeRule:
    """What a category asks of a product. allowed: values to choose from; empty means free text."""

    name: str
    external_id: str
    mandatory: bool
    allowed: tuple[str, ...] = ()
    free_text: bool = True
    unit_choices: tuple[str, ...] = ()
