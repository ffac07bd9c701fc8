"""What Shopee asks of a product, read at run time for this shop and category: nothing of it is fixed in our code."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import TypeVar, cast

from lapak.channels.kit.reading import Part
from lapak.channels.shopee.client import ShopClient
from lapak.domain.listing import AttributeRule, Category

KEEP_S = 15 * 60  # rules change by the week; a connector lives for one job
BRANDS_A_PAGE = 100
MOST_PAGES = 100
NO_BRAND = 0
Known = TypeVar("Known")


@dataclass(frozen=True, kw_only=True)
class Range:
    """What a number or a length may be; None where the channel sets no bound."""

    least: int | None
    most: int | None


@dataclass(frozen=True, kw_only=True)
class Limits:
    """A category's bounds: rupiah, units, characters, pictures."""

    price_idr: Range
    stock: Range
    title: Range
    photos: Range
    description: Range
    option_name: Range
    option: Range
    size_needed: bool


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """An attribute with what sending it takes. values: name → value id. kind: 1 whole, 3 decimal, 4 date, else text."""

    rule: AttributeRule
    values: Mapping[str, int]
    many: bool
    kind: int
    month_only: bool


@dataclass(frozen=True, kw_only=True)
class Brands:
    """Brands of a category: lower-case name → (id, name as theirs)."""

    by_name: Mapping[str, tuple[int, str]]
    mandatory: bool


@dataclass(frozen=True, kw_only=True)
class ShippingChannel:
    """A way of shipping this shop has switched on. Weights in grams; 0 where there is no bound."""

    logistic_id: int
    size_id: int | None
    needs_size: bool  # the parcel's length, width and height
    least_g: int
    most_g: int


class Catalogue:
    """Asks and remembers for a quarter of an hour."""

    def __init__(self, client: ShopClient, *, language: str) -> None:
        self._client, self._language = client, language
        self._kept: dict[str, tuple[float, object]] = {}

    def categories(self) -> list[Category]:
        """The leaves of this shop's tree, with their path from the root."""
        return self._once("categories", self._read_categories)

    def is_leaf(self, category_id: str) -> bool | None:
        """Whether products may be put there; None when the tree does not have it."""
        if any(category.external_id == category_id for category in self.categories()):
            return True
        return None if category_id not in self._once("branches", self._read_branches) else False

    def attributes(self, category_id: str) -> list[Attribute]:
        return self._once(f"attributes {category_id}", lambda: self._read_attributes(category_id))

    def brands(self, category_id: str) -> Brands:
        return self._once(f"brands {category_id}", lambda: self._read_brands(category_id))

    def limits(self, category_id: str) -> Limits:
        return self._once(f"limits {category_id}", lambda: self._read_limits(category_id))

    def shipping(self, *, sized: bool) -> list[ShippingChannel]:
        """Ways of shipping a product may use: switched on, and real channels rather than the masks over them.

        sized: the parcel's measures are known. Without them, couriers that are documented to need them are used
        only where there is no other; whether the weight is enough is then left to Shopee.
        """
        every = self._once("shipping", self._read_shipping)
        return every if sized else [way for way in every if not way.needs_size] or every

    def _once(self, name: str, read: Callable[[], Known]) -> Known:
        at, value = self._kept.get(name, (0.0, None))
        if value is None or time.monotonic() - at > KEEP_S:
            value = read()
            self._kept[name] = (time.monotonic(), value)
        return cast(Known, value)

    def _tree(self) -> dict[str, Part]:
        reply = self._client.read("/api/v2/product/get_category", {"language": self._language})
        return {node.needed("category_id"): node for node in reply.part("response").parts("category_list")}

    def _nodes(self) -> dict[str, Part]:
        return self._once("tree", self._tree)

    def _read_branches(self) -> frozenset[str]:
        return frozenset(code for code, node in self._nodes().items() if node.flag("has_children"))

    def _read_categories(self) -> list[Category]:
        nodes = self._nodes()
        found = []
        for code, node in nodes.items():
            if node.flag("has_children"):
                continue
            path: list[str] = []
            at: str = code
            while at in nodes and len(path) < 20:  # a loop in their tree must not become one of ours
                path.insert(0, nodes[at].text("display_category_name") or nodes[at].text("original_category_name"))
                at = nodes[at].text("parent_category_id")
            found.append(Category(external_id=code, path=tuple(path)))
        return found

    def _read_attributes(self, category_id: str) -> list[Attribute]:
        query = {"category_id_list": category_id, "language": self._language}
        reply = self._client.read("/api/v2/product/get_attribute_tree", query)
        for entry in reply.part("response").parts("list"):
            if entry.text("category_id") == category_id:
                return [_attribute(node) for node in entry.parts("attribute_tree")]
        return []

    def _read_brands(self, category_id: str) -> Brands:
        names: dict[str, tuple[int, str]] = {}
        mandatory, offset = False, "0"
        for _ in range(MOST_PAGES):
            query = {
                "offset": offset,
                "page_size": str(BRANDS_A_PAGE),
                "category_id": category_id,
                "status": "1",
                "language": self._language,
            }
            page = self._client.read("/api/v2/product/get_brand_list", query).part("response")
            for brand in page.parts("brand_list"):
                known = (brand.whole("brand_id"), brand.text("original_brand_name"))
                for name in (brand.text("display_brand_name"), brand.text("original_brand_name")):
                    names[name.casefold()] = known
            mandatory = page.flag("is_mandatory")
            following = page.text("next_offset")
            if not page.flag("has_next_page") or following == offset:
                break
            offset = following
        return Brands(by_name=names, mandatory=mandatory)

    def _read_limits(self, category_id: str) -> Limits:
        told = self._client.read("/api/v2/product/get_item_limit", {"category_id": category_id}).part("response")
        return Limits(
            price_idr=_range(told.part("price_limit")),
            stock=_range(told.part("stock_limit")),
            title=_range(told.part("item_name_length_limit")),
            photos=_range(told.part("item_image_count_limit")),
            description=_range(told.part("item_description_length_limit")),
            option_name=_range(told.part("tier_variation_name_length_limit")),
            option=_range(told.part("tier_variation_option_length_limit")),
            size_needed=told.part("dimension_limit").flag("dimension_mandatory"),
        )

    def _read_shipping(self) -> list[ShippingChannel]:
        reply = self._client.read("/api/v2/logistics/get_channel_list")
        return [
            _shipping(channel)
            for channel in reply.part("response").parts("logistics_channel_list")
            if channel.flag("enabled")
            and channel.whole("mask_channel_id", 0) == 0
            and channel.text("fee_type") != "CUSTOM_PRICE"  # asks for a fee only the owner can name
        ]


def _attribute(node: Part) -> Attribute:
    info = node.part("attribute_info")
    values = {value.text("name"): value.whole("value_id") for value in node.parts("attribute_value_list")}
    input_type = info.whole("input_type", 3)
    closed = input_type in (1, 4)  # drop-downs; combo boxes (2, 5) and free text (3) take the owner's own words
    return Attribute(
        rule=AttributeRule(
            name=node.needed("name"),
            external_id=node.needed("attribute_id"),
            mandatory=node.flag("mandatory"),
            allowed=tuple(values),
            free_text=not closed,
            unit_choices=tuple(info.texts("attribute_unit_list")) if info.whole("format_type", 1) == 2 else (),
        ),
        values=values,
        many=input_type in (4, 5),
        kind=info.whole("input_validation_type", 0),
        month_only=info.whole("date_format_type", 0) == 1,
    )


def _range(told: Part) -> Range:
    least, most = told.decimal("min_limit"), told.decimal("max_limit")
    return Range(least=None if least is None else ceil(least), most=int(most) if most else None)


def _shipping(channel: Part) -> ShippingChannel:
    weights = channel.part("weight_limit")
    sizes = channel.parts("size_list") if channel.text("fee_type") == "SIZE_SELECTION" else []
    return ShippingChannel(
        logistic_id=channel.whole("logistics_channel_id"),
        size_id=sizes[0].whole("size_id") if sizes else None,
        needs_size=channel.text("fee_type") == "SIZE_INPUT",
        least_g=int((weights.decimal("item_min_weight") or 0) * 1000),
        most_g=int((weights.decimal("item_max_weight") or 0) * 1000),
    )
