"""What Blibli asks of a product, read at run time for this shop and category: none of it is fixed in our code."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from lapak.channels.blibli.client import ShopClient
from lapak.channels.blibli.endpoints import ATTRIBUTES, BRANDS, CATEGORIES, PICKUP_POINTS, STORE
from lapak.channels.blibli.mapping import CHANNEL
from lapak.channels.kit.errors import ShopBlocked
from lapak.channels.kit.reading import Part
from lapak.domain.listing import AttributeRule, Category

KEEP_S = 15 * 60  # rules change by the week; a connector lives for one job
DEEPEST = 20
Known = TypeVar("Known")


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """An attribute with where it belongs: of_variants tells variants apart, special lies with each variant."""

    rule: AttributeRule
    of_variants: bool
    special: bool


@dataclass(frozen=True, kw_only=True)
class Store:
    """The shop as it shows itself. dropship: the seller ships with a courier of his own."""

    name: str
    dropship: bool
    several_points: bool
    state: str


class Catalogue:
    """Asks and remembers for a quarter of an hour. pickup_point: a setting; empty for the shop's first."""

    def __init__(self, client: ShopClient, *, pickup_point: str) -> None:
        self._client, self._point = client, pickup_point
        self._kept: dict[str, tuple[float, object]] = {}

    def store(self) -> Store:
        return self._once("store", self._read_store)

    def pickup_point(self) -> str:
        """Where couriers come to. Raises ShopBlocked when the shop has none."""
        return self._point or self._once("pickup point", self._read_pickup_point)

    def categories(self) -> list[Category]:
        """The leaves, with their path from the root."""
        return [category for category, leaf in self._tree() if leaf]

    def is_leaf(self, category_id: str) -> bool | None:
        """Whether products may be put there; None when the tree does not have it."""
        return next((leaf for category, leaf in self._tree() if category.external_id == category_id), None)

    def attributes(self, category_id: str) -> list[Attribute]:
        return self._once(f"attributes {category_id}", lambda: self._read_attributes(category_id))

    def brands(self, name: str) -> Sequence[str]:
        """Brands that are found by a name, as they write them."""
        return self._once(f"brands {name}", lambda: self._read_brands(name))

    def _once(self, name: str, read: Callable[[], Known]) -> Known:
        at, value = self._kept.get(name, (0.0, None))
        if value is None or time.monotonic() - at > KEEP_S:
            value = read()
            self._kept[name] = (time.monotonic(), value)
        return cast(Known, value)

    def _tree(self) -> list[tuple[Category, bool]]:
        return self._once("tree", lambda: list(_nodes(self._client.call(CATEGORIES).parts("content"), ())))

    def _read_store(self) -> Store:
        told = self._client.call(STORE).part("content")
        return Store(
            name=told.text("name") or told.text("storeName"),
            dropship=told.text("storeType") == "DROPSHIP",
            several_points=told.flag("multiPickupPoint"),
            state=told.text("status"),
        )

    def _read_pickup_point(self) -> str:
        told = self._client.call(PICKUP_POINTS, body={"paging": {"page": 0, "size": 50}})
        for point in told.parts("content"):
            if not point.flag("archived"):
                return point.needed("code")
        raise ShopBlocked(channel=CHANNEL, theirs="Toko belum punya titik penjemputan yang aktif.")

    def _read_attributes(self, category_id: str) -> list[Attribute]:
        told = self._client.call(ATTRIBUTES, thing=category_id).part("content")
        return [_attribute(entry) for entry in told.parts("attributes")]

    def _read_brands(self, name: str) -> Sequence[str]:
        told = self._client.call(BRANDS, query={"brandName": name, "page": "0", "size": "50"})
        return [brand.text("brandName") for brand in told.parts("content")]


def _nodes(nodes: Sequence[Part], path: tuple[str, ...]) -> Iterator[tuple[Category, bool]]:
    for node in nodes:
        here = (*path, node.text("categoryName"))
        children = node.parts("children") if len(here) < DEEPEST else []
        yield Category(external_id=node.needed("categoryCode"), path=here), not children
        yield from _nodes(children, here)


def _attribute(told: Part) -> Attribute:
    options = tuple(told.texts("options"))
    free = told.text("type").startswith("DESCRIPTIVE") or not options
    return Attribute(
        rule=AttributeRule(
            name=told.needed("name"),
            external_id=told.needed("code"),
            mandatory=told.flag("mandatory"),
            allowed=options,
            free_text=free,
        ),
        of_variants=told.flag("variantCreating"),
        special=told.flag("specialAttribute"),
    )
