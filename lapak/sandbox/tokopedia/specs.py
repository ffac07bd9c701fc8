"""Reads a product as a seller sends it and refuses what the market would refuse."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from html.parser import HTMLParser
from sqlite3 import Row
from typing import Any

from lapak.sandbox.fields import Fields
from lapak.sandbox.tokopedia import market
from lapak.sandbox.tokopedia.gateway import Call, Refused
from lapak.sandbox.tokopedia.market import Attribute, Category
from lapak.sandbox.tokopedia.reference import leaf, must_be_v2

# What a product keeps, as it was sent.
KEPT = (
    "title",
    "description",
    "category_id",
    "brand_id",
    "main_images",
    "package_weight",
    "package_dimensions",
    "product_attributes",
    "is_cod_allowed",
    "minimum_order_quantity",
    "external_product_id",
    "delivery_option_ids",
    "is_pre_owned",
)
HTML_ESCAPE = re.compile(r"&(#\d+|#x[0-9a-f]+|[a-z]+);", re.IGNORECASE)
REPEATED = re.compile(r"(.)\1{9}")
WEIGHT_KG = re.compile(r"\d{1,4}(\.\d{1,3})?")
LENGTH_CM = re.compile(r"[1-9]\d{0,3}")
PRICE = re.compile(r"\d{1,12}")


@dataclass(frozen=True)
class Sku:
    """One variant as it was sent. `sku_id` 0 is a new one; price and stock are None where an edit left them out."""

    sku_id: int
    seller_sku: str
    price_idr: int | None
    stock: int | None
    more: dict[str, Any] = field(default_factory=dict)


def is_picture(call: Call, uri: str) -> None:
    """Refuse a picture that was not uploaded."""
    if call.core.store.row("SELECT 1 FROM tokopedia_image WHERE uri = ?", uri) is None:
        raise Refused(12_019_009, "product image list is invalid")


def checked_spec(call: Call, sent: dict[str, Any]) -> tuple[dict[str, Any], list[str], list[str]]:
    """What is worth keeping of a product, its listing platforms, warnings. Raises Refused at the first mistake."""
    fields = Fields(sent)
    must_be_v2(fields)
    _check_title(fields)
    _check_description(fields)
    category = leaf(fields.whole("category_id"))
    platforms = _platforms(call, fields, category)
    pictures = [one.text("uri") for one in fields.each("main_images", low=0, high=1000)]
    if not pictures:
        raise Refused(12_052_028, "Main product image is required")
    if len(pictures) > market.IMAGES[1]:
        raise Refused(12_019_009, "product image list is invalid")
    for uri in pictures:
        is_picture(call, uri)
    _check_parcel(category, fields)
    _check_properties(category, fields)
    if "minimum_order_quantity" in fields:
        fields.whole("minimum_order_quantity", low=market.MINIMUM_ORDER[0], high=market.MINIMUM_ORDER[1])
    fields.text("external_product_id", default="", most=999)
    if fields.flag("is_pre_owned", default=False) and platforms != [market.TOKOPEDIA]:
        raise Refused(12_052_910, "`is_pre_owned` is applicable only if TOKOPEDIA is the sole listing platform.")
    spec, warnings = {name: sent[name] for name in KEPT if sent.get(name) not in (None, "", [])}, []
    if "brand_id" in fields and fields.whole("brand_id") not in market.BRANDS:
        brand = spec.pop("brand_id")
        warnings.append(
            f"The [brand_id]:{brand} field is incorrect and has been automatically cleared by the system."
            " Reason: [Brand does not exist]. You can edit it later."
        )
    return spec, platforms, warnings


def _check_title(fields: Fields) -> None:
    title = fields.text("title", default="")
    if not title:
        raise Refused(12_052_261, "product name is empty")
    if not market.TITLE_CHARS[0] <= len(title) <= market.TITLE_CHARS[1]:
        raise Refused(12_052_051, "The product name exceed max limit characters")
    if (
        HTML_ESCAPE.search(title)
        or REPEATED.search(title)
        or not any(letter.isalnum() for letter in title)
        or any(unicodedata.category(letter) in ("Cc", "So", "Cs") for letter in title)
    ):
        raise Refused(
            12_052_931,
            "The title must follow these formatting rules: it cannot contain HTML escape characters, emojis, or ASCII"
            " control characters. It also cannot consist solely of symbols, nor can it have more than 9 consecutive"
            " repeated characters.",
        )


class _Pictures(HTMLParser):
    """Collects where the <img> tags of a description point to."""

    def __init__(self) -> None:
        super().__init__()
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called by the parser for every opening tag."""
        if tag == "img":
            self.sources.append(dict(attrs).get("src") or "")


def _check_description(fields: Fields) -> None:
    description = fields.text("description", default="")
    if not description:
        raise Refused(12_052_015, "The product description is required")
    if len(description) > market.DESCRIPTION_CHARS:
        raise Refused(12_052_013, "The product description cannot exceed maximum characters")
    seen = _Pictures()
    seen.feed(description)
    if len(seen.sources) > market.DESCRIPTION_IMAGES:
        raise Refused(12_052_056, "The num of image in description cannot exceed max limit")
    if any("/tokopedia/file/" not in source for source in seen.sources):
        raise Refused(12_019_006, "product description is invalid")


def _platforms(call: Call, fields: Fields, category: Category) -> list[str]:
    chosen = fields.texts("listing_platforms", low=0, high=2) or [market.TIKTOK]
    if len(set(chosen)) < len(chosen) or not set(chosen) <= set(market.PLATFORMS):
        raise Refused(12_052_910, "Invalid input parameters. Refer to the API documentation for details.")
    if market.TOKOPEDIA in chosen and not call.shop["migrated"]:
        raise Refused(12_052_994, "seller is not toko seller")
    if not set(chosen) <= set(category.platforms):
        raise Refused(12_052_227, "the category is unauthorized or unavailable")
    return sorted(chosen)


def _check_parcel(category: Category, fields: Fields) -> None:
    weight = fields.maybe("package_weight")
    if weight is None or not WEIGHT_KG.fullmatch(weight.text("value", default="")):
        raise Refused(12_052_006, "Incorrect parcel weight format")
    if float(weight.text("value")) == 0:
        raise Refused(12_052_181, "The package weight of the product can not be zero.")
    if weight.text("unit", default="") != "KILOGRAM":
        raise Refused(12_052_916, "The package unit is not supported in the current region.")
    size = fields.maybe("package_dimensions")
    if size is None:
        if category.root in market.NEEDS_DIMENSION:
            raise Refused(12_052_116, "product package size is invalid")
        return
    for code, side in ((12_052_003, "height"), (12_052_004, "width"), (12_052_005, "length")):
        if not LENGTH_CM.fullmatch(size.text(side, default="")):
            raise Refused(code, f"Incorrect parcel {side} format")
    if size.text("unit", default="") != "CENTIMETER":
        raise Refused(12_052_916, "The package unit is not supported in the current region.")


def _check_properties(category: Category, fields: Fields) -> None:
    known = {one.attribute_id: one for one in market.attributes_of(category) if not one.sales}
    given: set[int] = set()
    for entry in fields.each("product_attributes", low=0, high=100):
        number = entry.whole("id")
        attribute = known.get(number)
        if attribute is None:
            raise Refused(12_052_240, "Do not support custom property.")
        if number in given:
            raise Refused(12_052_254, "Duplicate attribute id")
        values = entry.each("values", low=0, high=100)
        if len(values) > 1 and not attribute.several:
            raise Refused(12_052_246, f"The product attribute not support multi selected, attribute id is :{number}.")
        for value in values:
            _check_value(attribute, value)
        if values:
            given.add(number)
    if missing := [one.name for one in known.values() if one.required and one.attribute_id not in given]:
        raise Refused(12_052_104, f"property is required: {', '.join(missing)}")


def _check_value(attribute: Attribute, value: Fields) -> None:
    if "id" in value:  # an id takes priority over a name
        if value.whole("id") not in attribute.value_ids():
            raise Refused(12_052_248, "The product attribute value name or attribute value id is empty.")
        return
    name = value.text("name", default="")
    if not name:
        raise Refused(12_052_248, "The product attribute value name or attribute value id is empty.")
    if not attribute.custom:
        raise Refused(12_052_247, "Do not support custom product attribute.")
    if len(name) > market.CUSTOM_CHARS:
        raise Refused(12_052_249, f"The product attribute value name characters cannot exceed {market.CUSTOM_CHARS}")
    if attribute.numeric and not re.fullmatch(r"\d+(\.\d+)?", name):
        raise Refused(12_052_256, f"The {attribute.name} value need to be positive integers or positive decimals .")


def price_idr(fields: Fields) -> int:
    """A SKU's price in whole rupiah from `{amount, currency}`."""
    price = fields.inside("price")
    if price.text("currency") != "IDR":
        raise Refused(12_052_084, "The provided currency is not available for this shop/region.")
    amount = price.text("amount", default="")
    if not PRICE.fullmatch(amount):
        raise Refused(12_052_012, "Incorrect price format")
    if not market.PRICE_IDR[0] <= int(amount) <= market.PRICE_IDR[1]:
        raise Refused(12_052_073, "The product price is invalid")
    return int(amount)


def stock(call: Call, inventory: list[Fields]) -> int:
    """A SKU's stock: exactly one entry, for the shop's one sales warehouse."""
    if not inventory:
        raise Refused(12_019_022, "SKU must contain a valid warehouse.")
    found: int | None = None
    for entry in inventory:
        if entry.whole("warehouse_id", default=call.shop["warehouse_id"]) != call.shop["warehouse_id"]:
            raise Refused(12_052_097, "The warehouse does not exist")
        quantity = entry.whole("quantity", low=-(2**40))
        # Written as 1 to 99,999; whether 0 is taken the documents do not say, so that it is a setting.
        if not (0 if call.core.settings.tokopedia.zero_stock else 1) <= quantity <= market.STOCK_MOST:
            raise Refused(12_052_055, "The SKU inventory quantity for the warehouse must be within allowed limits.")
        if found is not None:
            raise Refused(12_052_910, "Invalid input parameters. Refer to the API documentation for details.")
        found = quantity
    assert found is not None  # there is at least one entry
    return found


def checked_skus(call: Call, fields: Fields, old: list[Row]) -> list[Sku]:
    """The variants of a product. In an edit those that name a known id may leave price and stock out."""
    entries = fields.each("skus", low=0, high=1000)
    if not entries:
        raise Refused(
            12_052_902, "The SKU list is empty. Either omit the list entirely, or provide all required details."
        )
    if len(entries) > market.SKUS_MOST:
        raise Refused(12_052_050, f"A single product cannot have more than {market.SKUS_MOST} different SKUs")
    known = {row["sku_id"] for row in old}
    skus, combinations = [], []
    for entry in entries:
        sku_id = entry.whole("id", default=0)
        if sku_id and sku_id not in known:
            raise Refused(12_052_036, "The SKU ID is necessary")
        attributes = _sales_attributes(call, entry)
        if len(entries) > 1 and not attributes:
            raise Refused(12_019_019, "sale property is invalid")
        skus.append(
            Sku(
                sku_id,
                _seller_sku(entry),
                None if sku_id and "price" not in entry else price_idr(entry),
                None if sku_id and "inventory" not in entry else stock(call, entry.each("inventory", high=20)),
                {
                    "sales_attributes": attributes,
                    "external_sku_id": entry.text("external_sku_id", default="", most=999),
                },
            )
        )
        combinations.append(tuple((one["name"], one["value_name"]) for one in attributes))
    kinds = {tuple(name for name, _ in combination) for combination in combinations}
    if len(kinds) > 1:
        raise Refused(12_019_019, "sale property is invalid")
    if len(set(combinations)) < len(combinations):
        raise Refused(
            12_052_251, "Duplicated attribute values found for an attribute. Remove or modify the duplicated value."
        )
    return _with_ids(call, skus)


def _seller_sku(entry: Fields) -> str:
    text = entry.text("seller_sku", default="")
    if len(text) > market.SELLER_SKU_CHARS:
        raise Refused(12_052_054, "The seller SKU text length cannot exceed max limit characters")
    if any(letter.isspace() for letter in text):
        raise Refused(12_019_059, "seller sku is invalid")
    return text


def _sales_attributes(call: Call, entry: Fields) -> list[dict[str, Any]]:
    """`[{id, name, value_id, value_name, uri}]`, with 0 for what has no id yet."""
    given = entry.each("sales_attributes", low=0, high=100)
    if len(given) > market.KINDS_MOST:
        raise Refused(12_019_019, "sale property is invalid")
    built_in = {one.attribute_id: one for one in market.SALES}
    found = []
    for one in given:
        kind = built_in.get(one.whole("id", default=0))
        if "id" in one and kind is None:
            raise Refused(12_019_019, "sale property is invalid")
        name = kind.name if kind else one.text("name", default="")
        if not name:
            raise Refused(12_052_241, "attribute name or attribute id is empty.")
        if len(name) > market.KIND_CHARS:
            raise Refused(12_052_242, "The attribute name characters cannot exceed max_limit")
        values = kind.value_ids() if kind else {}
        number = one.whole("value_id", default=0)
        if number and number not in values:
            raise Refused(12_019_019, "sale property is invalid")
        value = values[number] if number else one.text("value_name", default="")
        if not value:
            raise Refused(12_052_248, "The sales attribute value name or attribute value id is empty.")
        if len(value) > market.VALUE_CHARS:
            raise Refused(12_052_249, f"The sales attribute value name characters cannot exceed {market.VALUE_CHARS}")
        uri = picture.text("uri") if (picture := one.maybe("sku_img")) is not None else ""
        if uri:
            is_picture(call, uri)
        attribute_id = kind.attribute_id if kind else 0
        found.append({"id": attribute_id, "name": name, "value_id": number, "value_name": value, "uri": uri})
    if len({one["name"] for one in found}) < len(found):
        raise Refused(12_052_244, "The attribute name duplicate.")
    return found


def _with_ids(call: Call, skus: list[Sku]) -> list[Sku]:
    """Give own names and values the ids the platform makes for them: one for each word in this product."""
    made: dict[tuple[str, ...], int] = {}

    def number(*words: str) -> int:
        if words not in made:
            made[words] = call.core.store.next_id("tokopedia_word", start=7_082_427_311_600_000_001)
        return made[words]

    for sku in skus:
        for one in sku.more["sales_attributes"]:
            one["id"] = one["id"] or number(one["name"])
            one["value_id"] = one["value_id"] or number(one["name"], one["value_name"])
    return skus
