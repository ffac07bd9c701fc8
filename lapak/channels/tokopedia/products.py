"""Products as TikTok Shop shows them, read into plain data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import structlog

from lapak.channels.kit.errors import ListingGone
from lapak.channels.kit.reading import Part
from lapak.channels.tokopedia.client import ShopClient
from lapak.channels.tokopedia.endpoints import READ
from lapak.channels.tokopedia.mapping import CHANNEL, LISTING_STATES
from lapak.domain.listing import ListingState

OWN = "TIKTOK_SHOP"  # the platform whose status is the product's own; the others' stand in a list
log = structlog.get_logger(__name__)
Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Sku:
    """One variant. options: (name, value) in their order, as shown. units: warehouse → units."""

    sku_id: str
    sku: str
    options: Options
    option_fields: tuple[Mapping[str, str], ...]
    price_idr: int | None
    units: Mapping[str, int]

    @property
    def stock(self) -> int | None:
        return sum(self.units.values()) if self.units else None


@dataclass(frozen=True, kw_only=True)
class Product:
    """One product. statuses: platform → its status there, in their words; a platform it is not on is left out."""

    product_id: str
    title: str
    description: str
    category: str
    brand: str
    images: tuple[str, ...]
    attributes: tuple[Mapping[str, object], ...]
    weight_kg: Decimal | None
    skus: tuple[Sku, ...]
    statuses: Mapping[str, str]
    refusals: tuple[str, ...] = ()

    def status(self, decides: str) -> str:
        """Their status on the platform that decides, else on the first it is on."""
        return self.statuses.get(decides) or next(iter(self.statuses.values()), "")

    def state(self, decides: str) -> ListingState:
        """A status that is not in the documents is taken as "hidden": nothing is promised of it."""
        return LISTING_STATES.get(self.status(decides), ListingState.HIDDEN)

    def sku_of(self, *, sku: str, sku_id: str = "") -> Sku | None:
        """A variant by its id, else by our sku; a product of one variant made elsewhere may carry none."""
        found = next((one for one in self.skus if sku_id and one.sku_id == sku_id), None)
        return found or next((one for one in self.skus if one.sku == sku), None)


def read_product(client: ShopClient, product_id: str) -> Product:
    """Raises ListingGone when it is not there, or was deleted on every platform."""
    if not (product_id.isascii() and product_id.isdigit()):
        raise ListingGone(channel=CHANNEL, listing=product_id)
    product = product_of(client.call(READ, thing=product_id))
    if product.statuses and set(product.statuses.values()) == {"DELETED"}:
        raise ListingGone(channel=CHANNEL, listing=product_id)
    return product


def product_of(told: Part) -> Product:
    """A product of the details or of a search, which tells less."""
    leaves = [node.text("id") for node in told.parts("category_chains") if node.flag("is_leaf")]
    weight = told.part("package_weight")
    return Product(
        product_id=told.needed("id"),
        title=told.text("title"),
        description=told.text("description"),
        category=leaves[-1] if leaves else "",
        brand=told.part("brand").text("id"),
        images=tuple(image.text("uri") for image in told.parts("main_images")),
        attributes=tuple(_attribute(entry) for entry in told.parts("product_attributes")),
        weight_kg=weight.decimal("value") if weight.text("unit", "KILOGRAM") == "KILOGRAM" else None,
        skus=tuple(_sku(entry) for entry in told.parts("skus")),
        statuses=_statuses(told),
        refusals=tuple(_refusals(told.parts("audit_failed_reasons"))),
    )


def _statuses(told: Part) -> dict[str, str]:
    found = {OWN: told.text("status")}
    found |= {place.text("platform"): place.text("status") for place in told.parts("integrated_platform_statuses")}
    for status in found.values():
        if status and status not in LISTING_STATES:
            log.warning("channel_drift", channel=CHANNEL, what="product_status", seen=status[:40])
    return {platform: status for platform, status in found.items() if platform and status}


def _sku(told: Part) -> Sku:
    fields = told.parts("sales_attributes")
    price = told.part("price")
    shown = next((name for name in ("sale_price", "tax_exclusive_price", "amount") if name in price), "")
    return Sku(
        sku_id=told.needed("id"),
        sku=told.text("seller_sku"),
        options=tuple((field.text("name"), field.text("value_name")) for field in fields),
        option_fields=tuple(_option(field) for field in fields),
        price_idr=price.whole(shown) if shown else None,
        units={place.text("warehouse_id"): place.whole("quantity", 0) for place in told.parts("inventory")},
    )


def _option(field: Part) -> Mapping[str, str]:
    """An option as seen, in the form in which it is sent again: by ids, which keep what the owner set."""
    known = {name: field.text(name) for name in ("id", "value_id") if field.text(name)}
    words = {"id": ("name", field.text("name")), "value_id": ("value_name", field.text("value_name"))}
    return known | {own: text for key, (own, text) in words.items() if key not in known}


def _attribute(told: Part) -> Mapping[str, object]:
    """An attribute as seen, in the form in which it would be sent."""
    values = [
        {"id": value.text("id")} if value.text("id") else {"name": value.text("name")} for value in told.parts("values")
    ]
    return {"id": told.text("id"), "values": values}


def _refusals(reasons: Sequence[Part]) -> Iterable[str]:
    for reason in reasons:
        words = [reason.text("position"), *reason.texts("reasons"), *reason.texts("suggestions")]
        yield " · ".join(dict.fromkeys(word for word in words if word))
