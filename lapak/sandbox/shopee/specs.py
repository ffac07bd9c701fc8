"""Reads a product as a seller sends it and refuses what the market would refuse."""

from __future__ import annotations

import math
from typing import Any

from lapak.sandbox.platform import Core
from lapak.sandbox.shopee import market
from lapak.sandbox.shopee.market import Attribute, Category
from lapak.sandbox.shopee.reading import Fields, Refused
from lapak.sandbox.shopee.reference import leaf

# What an item keeps, as it was sent. `item_name`, `item_sku`, price and stock have columns of their own.
KEPT = (
    "description",
    "weight",
    "category_id",
    "image",
    "logistic_info",
    "attribute_list",
    "brand",
    "condition",
    "pre_order",
    "dimension",
    "item_dangerous",
    "wholesale",
    "gtin_code",
    "video_upload_id",
    "item_name",
    "item_sku",
)


def no(code: str, message: str) -> Refused:
    """A refusal of the product service; its codes carry the service's name."""
    return Refused(f"product.{code}", message)


def price_idr(fields: Fields) -> int:
    """`original_price` in whole rupiah: decimals are rounded, as the documents say of Indonesia."""
    price = math.floor(fields.number("original_price") + 0.5)
    if price < market.PRICE_IDR[0]:
        raise no("error_price_exceed_min_limitt", "Original_price is less than min price limit.")
    if price > market.PRICE_IDR[1]:
        raise no("error_price_exceed_max_limitt", "Original_price is bigger than max price limit.")
    return price


def seller_stock(fields: Fields, *, required: bool = False) -> int:
    """The one entry of `seller_stock`; the practice market has no warehouses."""
    entries = fields.each("seller_stock", low=1 if required else 0, high=1)
    if not entries:
        return 0
    if entries[0].text("location_id", default=market.LOCATION) != market.LOCATION:
        raise no("error_auth", "You do not have right to use seller location_id, please only fill seller_stock filed.")
    return entries[0].whole("stock", low=market.STOCK[0], high=market.STOCK[1])


def sku(fields: Fields, name: str) -> str:
    """A seller's own number, at most 100 characters."""
    text = fields.text(name, default="")
    if len(text) > market.SKU_CHARS_MOST:
        raise no(
            "error_param", f"Parameter is not match the constraints, {name} is longer than {market.SKU_CHARS_MOST}."
        )
    return text


def checked_spec(core: Core, sent: dict[str, Any]) -> dict[str, Any]:
    """The fields of a product worth keeping, all of them checked. Raises Refused at the first that is wrong."""
    fields = Fields(sent)
    name = fields.text("item_name")
    if len(name) < market.TITLE_CHARS[0]:
        raise no("error_item_name_is_too_short", "Item_name length is less than min limit.")
    if len(name) > market.TITLE_CHARS[1]:
        raise no("error_title_exceeds_max_length", "The length of item_name is bigger than max limit.")
    description = fields.text("description")
    if len(description) < market.DESCRIPTION_CHARS[0]:
        raise no("error_desc_length_min_limit", "Description length is less than the min limit.")
    if len(description) > market.DESCRIPTION_CHARS[1]:
        raise no("error_desc_length_max_limit", "Description length is bigger than the max limit.")
    category = leaf(fields.whole("category_id"))
    _check_images(core, fields)
    _check_parcel(fields)
    _check_attributes(category, fields)
    _check_brand(category, fields)
    if fields.text("condition", default="NEW") not in ("NEW", "USED"):
        raise no("error_param", "Invalid condition.")
    sku(fields, "item_sku")
    _check_pre_order(fields)
    return {key: sent[key] for key in KEPT if sent.get(key) is not None}


def _check_images(core: Core, fields: Fields) -> None:
    image = fields.maybe("image")
    if image is None:
        raise no("error_param", "Wrong parameters, detail: image is required.")
    ids = image.texts("image_id_list", low=0, high=1000)
    if not market.IMAGES[0] <= len(ids) <= market.IMAGES[1]:
        raise no(
            "error_image_num_min", f"The number of images must lie between {market.IMAGES[0]} and {market.IMAGES[1]}."
        )
    for image_id in ids:
        check_image(core, image_id)


def check_image(core: Core, image_id: str) -> None:
    """Refuse a picture that was never uploaded."""
    if core.store.row("SELECT 1 FROM shopee_image WHERE image_id = ?", image_id) is None:
        raise no("error_param", f"Image not exist. {image_id}")


def _check_parcel(fields: Fields) -> None:
    weight_kg = fields.number("weight")
    if weight_kg <= 0:
        raise no("error_param", "Invalid Weight.")
    dimension = fields.maybe("dimension")
    if dimension is not None:
        for side in ("package_height", "package_length", "package_width"):
            dimension.whole(side, low=1, high=1000)
    offered = fields.each("logistic_info", low=0)
    for entry in offered:
        entry.whole("logistic_id")
    chosen = [entry for entry in offered if entry.flag("enabled")]
    if not chosen:
        raise no("error_invalid_logistic_info", "invalid logistic info , at least one channel must be enabled")
    for entry in chosen:
        number = entry.whole("logistic_id")
        channel = market.CHANNELS.get(number)
        if channel is None or not channel["enabled"] or channel["mask_channel_id"]:
            raise no("error_invalid_logistic_info", f"invalid logistic info , channel {number} cannot be used")
        limit = channel["weight_limit"]
        if not limit["item_min_weight"] <= weight_kg <= limit["item_max_weight"]:
            raise no("error_invalid_logistic_info", f"invalid logistic info , weight does not fit channel {number}")
        if channel["fee_type"] == "SIZE_INPUT" and dimension is None:
            raise no("error_param", "dimension is required")
        if channel["fee_type"] == "CUSTOM_PRICE" and entry.number("shipping_fee") < 0:
            raise no("error_invalid_logistic_info", f"invalid logistic info , shipping_fee of channel {number}")


def _check_attributes(category: Category, fields: Fields) -> None:
    known = {one.attribute_id: one for one in market.ATTRIBUTES.get(category.root, ())}
    given: set[int] = set()
    for entry in fields.each("attribute_list", low=0, high=100):
        attribute = known.get(entry.whole("attribute_id"))
        if attribute is None:
            raise no("error_invalid_category_attribute", "Category and attribute not match.")
        values = entry.each("attribute_value_list", low=1, high=50)
        if len(values) > attribute.max_values:
            raise no("error_invalid_attribute_value", f"Invalid attribute value. {attribute.name} takes fewer values.")
        for value in values:
            _check_value(attribute, value)
        given.add(attribute.attribute_id)
    if missing := [one.name for one in known.values() if one.mandatory and one.attribute_id not in given]:
        raise no("error_less_required_attribute", f"Mandatory attribute information required: {', '.join(missing)}")


def _check_value(attribute: Attribute, value: Fields) -> None:
    invalid = no("error_invalid_attribute_value", f"Invalid attribute value. {attribute.name}")
    number = value.whole("value_id", default=0)
    if number:
        if attribute.input_type == market.FREE:
            raise no("error_value_id_must_equal_zero", "Value_id must equal 0.")
        if number not in attribute.value_ids():
            raise invalid
        return
    if attribute.input_type in (market.DROP_DOWN, market.SEVERAL):
        raise invalid
    text = value.text("original_value_name", default="")
    if not text:
        raise no("error_value_name_required", "Value_name is required.")
    if attribute.validation in (market.WHOLE, market.DATE) and not (text.isascii() and text.isdigit()):
        raise invalid
    if attribute.validation == market.DECIMAL and not text.replace(".", "", 1).isdecimal():
        raise invalid
    if attribute.units and value.text("value_unit", default="") not in attribute.units:
        raise invalid


def _check_brand(category: Category, fields: Fields) -> None:
    brand = fields.maybe("brand")
    if brand is None:
        if category.root in market.BRAND_MANDATORY:
            raise no("error_less_required_brand", "Brand information required")
        return
    number = brand.whole("brand_id")
    if number and number not in market.BRANDS:
        raise no("error_invalid_brand", "Invalid brand")


def _check_pre_order(fields: Fields) -> None:
    pre_order = fields.maybe("pre_order")
    if pre_order is not None and pre_order.flag("is_pre_order"):
        days = pre_order.whole("days_to_ship", high=1000)
        if not market.DAYS_TO_SHIP[0] <= days <= market.DAYS_TO_SHIP[1]:
            raise no("error_invalid_days_to_ship", "Invalid days_to_ship.")


def checked_tiers(core: Core, fields: Fields) -> list[dict[str, Any]]:
    """Variation tiers as `[{name, options: [{option, image_id}]}]`, from either spelling a seller may send."""
    tiers: list[dict[str, Any]]
    if "tier_variation" in fields:
        tiers = [
            {
                "name": tier.text("name"),
                "options": [
                    {
                        "option": option.text("option"),
                        "image_id": (option.maybe("image") or Fields({})).text("image_id", default=""),
                    }
                    for option in tier.each("option_list")
                ],
            }
            for tier in fields.each("tier_variation")
        ]
    elif "standardise_tier_variation" in fields:
        tiers = [
            {
                "name": tier.text("variation_name"),
                "options": [
                    {"option": option.text("variation_option_name"), "image_id": option.text("image_id", default="")}
                    for option in tier.each("variation_option_list")
                ],
            }
            for tier in fields.each("standardise_tier_variation")
        ]
    else:
        raise no("error_param", "Wrong parameters, detail: tier_variation or standardise_tier_variation is required.")
    if len(tiers) > market.TIERS_MOST:
        raise no("error_tier_var_too_many", f"At most {market.TIERS_MOST} tiers.")
    for depth, tier in enumerate(tiers):
        if len(tier["name"]) > market.TIER_NAME_CHARS[1]:
            raise no("error_tier_var_name_too_long", f"Tier name is longer than {market.TIER_NAME_CHARS[1]}.")
        names = [option["option"] for option in tier["options"]]
        if any(len(name) > market.OPTION_CHARS[1] for name in names):
            raise no("error_tier_opt_val_too_long", f"Option is longer than {market.OPTION_CHARS[1]}.")
        if len(set(names)) < len(names):
            raise no("error_model_duplicate_name", "Item tier_variation have duplicate name.")
        pictured = [option["image_id"] for option in tier["options"] if option["image_id"]]
        if pictured and (depth > 0 or len(pictured) < len(names)):
            raise no("error_tier_img_partial", "Option images belong to the first tier, and then to every option.")
        for image_id in pictured:
            check_image(core, image_id)
    return tiers
