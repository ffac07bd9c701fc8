"""What TikTok Shop asks of a product, read at run time for this shop and category: none of it is fixed in our code."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from lapak.channels.kit.errors import ShopBlocked
from lapak.channels.kit.reading import Part
from lapak.channels.tokopedia.client import ShopClient
from lapak.channels.tokopedia.endpoints import ATTRIBUTES, BRANDS, CATEGORIES, RULES, WAREHOUSES
from lapak.channels.tokopedia.mapping import CHANNEL
from lapak.domain.listing import AttributeRule, Category

KEEP_S = 15 * 60  # rules change by the week; a connector lives for one job
TREE = "v2"  # the tree of South-East Asia
BRANDS_A_PAGE = "100"
DEEPEST = 20
Known = TypeVar("Known")


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """An attribute with what sending it takes. values: name → value id. of_variants: it tells variants apart."""

    rule: AttributeRule
    values: Mapping[str, str]
    many: bool
    number: bool
    of_variants: bool


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What a category asks beside attributes. by_hand: names of things only the seller can give, in their own app."""

    size_needed: bool
    by_hand: tuple[str, ...]


class Catalogue:
    """Asks and remembers for a quarter of an hour. platforms: a category must be on all of them."""

    def __init__(self, client: ShopClient, *, locale: str, platforms: Sequence[str]) -> None:
        self._client, self._locale, self._platforms = client, locale, platforms
        self._kept: dict[str, tuple[float, object]] = {}

    def categories(self) -> list[Category]:
        """The leaves this shop may use, with their path from the root."""
        return self._once("categories", self._read_categories)

    def is_leaf(self, category_id: str) -> bool | None:
        """Whether products may be put there; None when the tree does not have it."""
        if any(category.external_id == category_id for category in self.categories()):
            return True
        node = self._tree().get(category_id)
        return None if node is None or node.flag("is_leaf") else False

    def attributes(self, category_id: str) -> list[Attribute]:
        return self._once(f"attributes {category_id}", lambda: self._read_attributes(category_id))

    def rules(self, category_id: str) -> Rules:
        return self._once(f"rules {category_id}", lambda: self._read_rules(category_id))

    def brands(self, category_id: str, name: str) -> Mapping[str, str]:
        """Brands of a category that are found by a name: their name as shown → id."""
        return self._once(f"brands {category_id} {name}", lambda: self._read_brands(category_id, name))

    def warehouse(self) -> str:
        """Where this shop sells from: the default one, else the first. Raises ShopBlocked when it has none."""
        return self._once("warehouse", self._read_warehouse)

    def _once(self, name: str, read: Callable[[], Known]) -> Known:
        at, value = self._kept.get(name, (0.0, None))
        if value is None or time.monotonic() - at > KEEP_S:
            value = read()
            self._kept[name] = (time.monotonic(), value)
        return cast(Known, value)

    def _tree(self) -> dict[str, Part]:
        return self._once("tree", self._read_tree)

    def _read_tree(self) -> dict[str, Part]:
        """The nodes that are on every platform: a product may go only where all of them have its category."""
        trees = []
        for platform in self._platforms or [""]:
            query = {"locale": self._locale, "category_version": TREE}
            if platform:
                query["listing_platform"] = platform
            nodes = self._client.call(CATEGORIES, query=query).parts("categories")
            trees.append({node.needed("id"): node for node in nodes})
        first, *others = trees
        return {code: node for code, node in first.items() if all(code in tree for tree in others)}

    def _read_categories(self) -> list[Category]:
        nodes = self._tree()
        found = []
        for code, node in nodes.items():
            may = node.texts("permission_statuses")
            if not node.flag("is_leaf") or (may and "AVAILABLE" not in may):
                continue
            path: list[str] = []
            at = code
            while at in nodes and len(path) < DEEPEST:  # a loop in their tree must not become one of ours
                path.insert(0, nodes[at].text("local_name"))
                at = nodes[at].text("parent_id")
            found.append(Category(external_id=code, path=tuple(path)))
        return found

    def _read_attributes(self, category_id: str) -> list[Attribute]:
        query = {"locale": self._locale, "category_version": TREE}
        told = self._client.call(ATTRIBUTES, thing=category_id, query=query)
        return [_attribute(entry) for entry in told.parts("attributes")]

    def _read_rules(self, category_id: str) -> Rules:
        query = {"locale": self._locale, "category_version": TREE}
        told = self._client.call(RULES, thing=category_id, query=query)
        papers = [paper.text("name") for paper in told.parts("product_certifications") if paper.flag("is_required")]
        if told.part("size_chart").flag("is_required"):
            papers.append("tabel ukuran")
        return Rules(size_needed=told.part("package_dimension").flag("is_required"), by_hand=tuple(papers))

    def _read_brands(self, category_id: str, name: str) -> dict[str, str]:
        query = {
            "category_id": category_id,
            "category_version": TREE,
            "brand_name": name,
            "page_size": BRANDS_A_PAGE,
        }
        told = self._client.call(BRANDS, query={key: value for key, value in query.items() if value})
        return {brand.text("name"): brand.needed("id") for brand in told.parts("brands")}

    def _read_warehouse(self) -> str:
        selling = [
            place
            for place in self._client.call(WAREHOUSES).parts("warehouses")
            if place.text("type") == "SALES_WAREHOUSE" and place.text("effect_status", "ENABLED") == "ENABLED"
        ]
        if not selling:
            raise ShopBlocked(channel=CHANNEL, theirs="Toko belum punya gudang penjualan yang aktif.")
        return next((place for place in selling if place.flag("is_default")), selling[0]).needed("id")


def _attribute(told: Part) -> Attribute:
    values = {value.text("name"): value.needed("id") for value in told.parts("values")}
    own_words = told.flag("is_customizable") or not values
    of_variants = told.text("type") == "SALES_PROPERTY"
    return Attribute(
        rule=AttributeRule(
            name=told.needed("name"),
            external_id=told.needed("id"),
            # Their own spelling; the right one is read too, should they mend it.
            mandatory=not of_variants and (told.flag("is_requried") or told.flag("is_required")),
            allowed=tuple(values),
            free_text=own_words,
        ),
        values=values,
        many=told.flag("is_multiple_selection"),
        number=told.text("value_data_format") == "POSITIVE_INT_OR_DECIMAL",
        of_variants=of_variants,
    )
