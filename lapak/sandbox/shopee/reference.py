"""What a shop may choose from: categories, attributes, brands, limits, couriers."""

from __future__ import annotations

from typing import Any

from lapak.sandbox.shopee import market
from lapak.sandbox.shopee.gateway import Call, api
from lapak.sandbox.shopee.market import Attribute, Category
from lapak.sandbox.shopee.reading import Refused


def leaf(category_id: int) -> Category:
    """A category products may be put in. Raises Refused."""
    found = market.CATEGORIES.get(category_id)
    if found is None or not found.leaf:
        raise Refused("product.error_invalid_category", f"Invalid category ID {category_id}")
    return found


@api("GET", "product/get_category")
def get_category(_call: Call) -> dict[str, Any]:
    """The whole tree as a flat list."""
    return {
        "category_list": [
            {
                "category_id": one.category_id,
                "parent_category_id": one.parent_id,
                "original_category_name": one.name,
                "display_category_name": one.name,
                "has_children": not one.leaf,
            }
            for one in market.CATEGORIES.values()
        ]
    }


@api("GET", "product/get_attribute_tree")
def get_attribute_tree(call: Call) -> dict[str, Any]:
    """Attributes of up to 20 categories."""
    return {
        "list": [
            {
                "category_id": number,
                "attribute_tree": [_attribute(one) for one in market.ATTRIBUTES.get(leaf(number).root, ())],
            }
            for number in call.query.split_wholes("category_id_list", high=20)
        ]
    }


def _attribute(one: Attribute) -> dict[str, Any]:
    return {
        "attribute_id": one.attribute_id,
        "mandatory": one.mandatory,
        "name": one.name,
        "attribute_value_list": [
            {
                "value_id": number,
                "name": name,
                "value_unit": "",
                "child_attribute_list": [],
                "multi_lang": [{"language": "id", "value": name}],
            }
            for number, name in one.value_ids().items()
        ],
        "attribute_info": {
            "input_type": one.input_type,
            "input_validation_type": one.validation,
            "format_type": 2 if one.units else 1,
            "date_format_type": 0,
            "attribute_unit_list": list(one.units),
            "max_value_count": one.max_values,
            "support_search_value": False,
        },
        "multi_lang": [{"language": "id", "value": one.name}],
    }


@api("GET", "product/get_brand_list")
def get_brand_list(call: Call) -> dict[str, Any]:
    """Brands by page, with "No Brand" first. `status` 1 normal, 2 pending (there are none)."""
    category = leaf(call.query.whole("category_id"))
    offset, size = call.query.whole("offset"), call.query.whole("page_size", low=1, high=100)
    every = [(0, market.NO_BRAND), *market.BRANDS.items()] if call.query.whole("status", low=1, high=2) == 1 else []
    more = offset + size < len(every)
    return {
        "brand_list": [
            {"brand_id": number, "original_brand_name": name, "display_brand_name": name}
            for number, name in every[offset : offset + size]
        ],
        "has_next_page": more,
        "next_offset": offset + size if more else 0,
        "is_mandatory": category.root in market.BRAND_MANDATORY,
        "input_type": "DROP_DOWN",
    }


def _between(bounds: tuple[int, int]) -> dict[str, int]:
    return {"min_limit": bounds[0], "max_limit": bounds[1]}


@api("GET", "product/get_item_limit")
def get_item_limit(call: Call) -> dict[str, Any]:
    """The limits add_item enforces."""
    if "category_id" in call.query:
        leaf(call.query.whole("category_id"))
    return {
        "price_limit": _between(market.PRICE_IDR),
        "stock_limit": _between(market.STOCK),
        "item_name_length_limit": _between(market.TITLE_CHARS),
        "item_image_count_limit": _between(market.IMAGES),
        "item_description_length_limit": _between(market.DESCRIPTION_CHARS),
        "tier_variation_name_length_limit": _between(market.TIER_NAME_CHARS),
        "tier_variation_option_length_limit": _between(market.OPTION_CHARS),
        "item_count_limit": {"max_limit": market.ITEMS_MOST},
        "dts_limit": {"days_to_ship_limit": _between(market.DAYS_TO_SHIP), "non_pre_order_days_to_ship": 2},
        "weight_limit": {"weight_mandatory": True},
        "dimension_limit": {"dimension_mandatory": False},
        "size_chart_limit": {
            "size_chart_mandatory": False,
            "support_image_size_chart": False,
            "support_template_size_chart": False,
        },
    }


@api("GET", "logistics/get_channel_list")
def get_channel_list(_call: Call) -> dict[str, Any]:
    """Couriers of the shop. For products choose enabled ones with mask_channel_id 0."""
    return {
        "logistics_channel_list": [
            {
                "logistics_channel_id": number,
                "size_list": [],
                "force_enable": False,
                "item_max_dimension": {
                    "height": 100.0,
                    "width": 100.0,
                    "length": 100.0,
                    "unit": "cm",
                    "dimension_sum": 250.0,
                },
                "volume_limit": {},
                "logistics_description": "",
                "service_type_identifier": "",
                **channel,
            }
            for number, channel in market.CHANNELS.items()
        ]
    }
