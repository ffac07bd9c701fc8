"""Products as Blibli shows them, read into plain data and kept for a moment, since they may be asked rarely."""

import time
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

import structlog

from lapak.channels.blibli.client import ShopClient
from lapak.channels.blibli.endpoints import LIST, READ
from lapak.channels.blibli.mapping import CHANNEL, LISTING_STATES, SEARCHED
from lapak.channels.kit.errors import ListingGone
from lapak.channels.kit.reading import Part
from lapak.domain.listing import ListingState

A_PAGE = 50
MOST_PAGES = 20
log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One variant. options: attribute code → value. price_idr: what buyers pay."""

    blibli_sku: str
    sku: str
    options: Mapping[str, str]
    price_idr: int | None
    stock: int | None
    buyable: bool


@dataclass(frozen=True, kw_only=True)
class Product:
    """One product. note: what Blibli wants corrected, in its words."""

    product_sku: str
    name: str
    description: str
    category: str
    brand: str
    weight: Decimal | None
    attributes: Mapping[str, str]
    items: tuple[Item, ...]
    status: str
    note: str

    @property
    def state(self) -> ListingState:
        """A status that is not in the documents is taken as "hidden": nothing is promised of it."""
        found = LISTING_STATES.get(self.status, ListingState.HIDDEN)
        if found is ListingState.LIVE and self.items and not any(item.buyable for item in self.items):
            return ListingState.HIDDEN
        return found


class Products:
    """Reads the products of one shop."""

    def __init__(self, client: ShopClient, *, keep_s: float) -> None:
        self._client, self._keep_s = client, keep_s
        self._kept: dict[str, tuple[float, Product]] = {}
        self.prices: dict[str, int] = {}  # as last seen or sent: a price may be read and set rarely

    def read(self, product_sku: str) -> Product:
        """The product as it is, or was a moment ago. Raises ListingGone; also for one that Blibli rejected for good."""
        at, known = self._kept.get(product_sku, (0.0, None))
        if known and time.monotonic() - at < self._keep_s:
            return known
        if not product_sku.replace("-", "").isalnum():
            raise ListingGone(channel=CHANNEL, listing=product_sku)
        product = product_of(self._client.call(READ, thing=product_sku).part("content"))
        self._kept[product_sku] = (time.monotonic(), product)
        self.prices |= {item.blibli_sku: item.price_idr for item in product.items if item.price_idr is not None}
        return product

    def forget(self, product_sku: str) -> None:
        """What was read is not true any more."""
        self._kept.pop(product_sku, None)

    def find(self, name: str, skus: Set[str], *, states: Sequence[str] = SEARCHED) -> Product | None:
        """The standing product of a name that carries one of our skus (any, if we know none): a list tells no skus."""
        for state in states:
            for product_sku in self._named(name, state):
                product = self.read(product_sku)
                if not skus or skus & {item.sku for item in product.items}:
                    return product
        return None

    def _named(self, name: str, state: str) -> Iterator[str]:
        wanted = name.strip().casefold()
        for page in range(MOST_PAGES):
            body = {"filter": {"state": state, "productName": name.strip()}, "paging": {"page": page, "size": A_PAGE}}
            told = self._client.call(LIST, body=body)
            for entry in told.parts("content"):
                if entry.text("name").strip().casefold() == wanted:
                    yield entry.needed("productSku")
            if page + 1 >= told.part("paging").whole("totalPage", 0):
                return


def product_of(told: Part) -> Product:
    status = told.text("state")
    if status not in LISTING_STATES:
        log.warning("channel_drift", channel=CHANNEL, what="product_state", seen=status[:40])
    return Product(
        product_sku=told.needed("productSku"),
        name=told.text("name"),
        description=told.text("description"),
        category=told.text("categoryCode"),
        brand=told.text("brand"),
        weight=told.decimal("weight"),
        attributes=_codes(told.part("attributes")),
        items=tuple(_item(entry) for entry in told.parts("items")),
        status=status,
        note=told.text("revisionNote"),
    )


def _item(told: Part) -> Item:
    price = "salePrice" if "salePrice" in told else "price"
    return Item(
        blibli_sku=told.needed("blibliSku"),
        sku=told.text("sellerSku"),
        options=_codes(told.part("variantAttribute")),
        price_idr=told.whole(price) if price in told else None,
        stock=told.whole("availableStock") if "availableStock" in told else None,
        buyable=told.flag("buyable"),
    )


def _codes(told: Part) -> dict[str, str]:
    return {name: told.text(name) for name in told.names() if name in told}
