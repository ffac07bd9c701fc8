"""What a shop may choose from: categories, attributes, rules, brands, warehouses."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any, TypeVar

from lapak.sandbox.fields import Fields
from lapak.sandbox.tokopedia import market
from lapak.sandbox.tokopedia.gateway import INVALID, Call, Refused, api
from lapak.sandbox.tokopedia.market import Attribute, Category

T = TypeVar("T")
TOKEN_HEAD = b"\xfb\xef\xff"  # makes tokens hold "+" and "/", which callers must sign decoded and send encoded
BAD_PAGE_SIZE, NO_CATEGORY, NOT_LEAF, OLD_CATEGORIES = 12_019_109, 12_052_023, 12_052_024, 12_052_217
RETURN_WAREHOUSE = 1_000_000  # how far a shop's return warehouse lies above its sales warehouse
ADDRESS = {
    "region": "Indonesia",
    "state": "Jawa Tengah",
    "city": "Kota Surakarta",
    "district": "Laweyan",
    "town": "Purwosari",
    "contact_person": "Gudang Latihan",
    "postal_code": "57148",
    "full_address": "Jl. Latihan No. 1, Purwosari, Laweyan, Kota Surakarta, Jawa Tengah 57148",
    "region_code": "ID",
    "phone_number": "(+62)800****88",
}


def paged(query: Fields, rows: Sequence[T]) -> tuple[list[T], dict[str, Any]]:
    """One page of rows, and what stands beside it: the opaque token of the next page ('' on the last) and the total."""
    size = query.whole("page_size", low=-1)
    if not 1 <= size <= market.PAGE_MOST:
        raise Refused(BAD_PAGE_SIZE, "page size is invalid")
    token = query.text("page_token", default="")
    try:
        start = int(base64.b64decode(token, validate=True)[len(TOKEN_HEAD) :].decode("ascii")) if token else 0
    except (binascii.Error, ValueError):
        start = -1
    if start < 0:
        raise Refused(INVALID, "invalid param error: page_token", status=400)
    end = start + size
    following = base64.b64encode(TOKEN_HEAD + str(end).encode()).decode() if end < len(rows) else ""
    return list(rows[start:end]), {"next_page_token": following, "total_count": len(rows)}


def leaf(category_id: int) -> Category:
    """A category products may be put in. Raises Refused."""
    found = market.CATEGORIES.get(category_id)
    if found is None:
        raise Refused(NO_CATEGORY, "Category does not exist")
    if not found.leaf:
        raise Refused(NOT_LEAF, "Category is not final category")
    return found


def must_be_v2(fields: Fields) -> None:
    """Refuse the old category tree, which is what a caller gets by saying nothing."""
    if fields.text("category_version", default="v1") != "v2":
        raise Refused(
            OLD_CATEGORIES, "All region shops must use V2 categories. Check the documentation for further details."
        )


@api("GET", "/product/202309/categories")
def get_categories(call: Call) -> dict[str, Any]:
    """The tree of one listing platform as a flat list, perhaps only what carries a word."""
    must_be_v2(call.query)
    platform = call.query.one_of("listing_platform", market.PLATFORMS, default=market.TIKTOK)
    word = call.query.text("keyword", default="").lower()
    return {
        "categories": [
            {
                "id": str(one.category_id),
                "parent_id": str(one.parent_id),
                "local_name": one.name,
                "is_leaf": one.leaf,
                "permission_statuses": ["AVAILABLE"],
            }
            for one in market.CATEGORIES.values()
            if platform in one.platforms and word in one.name.lower()
        ]
    }


@api("GET", "/product/202309/categories/{category_id}/attributes")
def get_category_attributes(call: Call) -> dict[str, Any]:
    """Product and sales properties of a leaf. `is_requried` is how they spell it."""
    must_be_v2(call.query)
    return {"attributes": [_attribute(one) for one in market.attributes_of(leaf(call.ids["category_id"]))]}


def _attribute(one: Attribute) -> dict[str, Any]:
    shown = {
        "id": str(one.attribute_id),
        "name": one.name,
        "type": "SALES_PROPERTY" if one.sales else "PRODUCT_PROPERTY",
        "is_requried": one.required,
        "is_customizable": one.custom,
        "is_multiple_selection": one.several,
        "requirement_conditions": [],
        "values": [{"id": str(number), "name": name} for number, name in one.value_ids().items()],
    }
    return shown | ({"value_data_format": "POSITIVE_INT_OR_DECIMAL"} if one.numeric else {})


@api("GET", "/product/202309/categories/{category_id}/rules")
def get_category_rules(call: Call) -> dict[str, Any]:
    """What else a leaf asks for."""
    must_be_v2(call.query)
    category = leaf(call.ids["category_id"])
    no = {"is_required": False}
    return {
        "product_certifications": [],
        "size_chart": {"is_supported": False, "is_required": False},
        "cod": {"is_supported": True},
        "package_dimension": {"is_required": category.root in market.NEEDS_DIMENSION},
        "epr": no,
        "responsible_person": no,
        "manufacturer": no,
        "allowed_special_product_types": [],
        "fees": [],
        "seller_sku": no,
    }


@api("GET", "/product/202309/brands")
def get_brands(call: Call) -> dict[str, Any]:
    """Brands whose name carries a word, by page. None of them needs an authorization here."""
    word = call.query.text("brand_name", default="").lower()
    if "category_id" in call.query:
        leaf(call.query.whole("category_id"))
    rows, page = paged(call.query, [(number, name) for number, name in market.BRANDS.items() if word in name.lower()])
    return {
        "brands": [
            {
                "id": str(number),
                "name": name,
                "authorized_status": "UNAUTHORIZED",
                "is_t1_brand": False,
                "brand_status": "UNAVAILABLE",
            }
            for number, name in rows
        ],
        **page,
    }


@api("GET", "/logistics/202309/warehouses")
def get_warehouses(call: Call) -> dict[str, Any]:
    """One place to sell from, one to return to."""
    sales = call.shop["warehouse_id"]
    return {
        "warehouses": [
            {
                "id": str(number),
                "name": name,
                "effect_status": "ENABLED",
                "type": kind,
                "sub_type": "DOMESTIC_WAREHOUSE",
                "is_default": kind == "SALES_WAREHOUSE",
                "address": ADDRESS,
            }
            for number, name, kind in (
                (sales, "Gudang utama", "SALES_WAREHOUSE"),
                (sales + RETURN_WAREHOUSE, "Alamat retur", "RETURN_WAREHOUSE"),
            )
        ]
    }


@api("GET", "/logistics/202309/delivery_options/{delivery_option_id}/shipping_providers")
def get_shipping_providers(_call: Call) -> dict[str, Any]:
    """Who may carry parcels the seller ships without the platform."""
    return {"shipping_providers": [{"id": str(number), "name": name} for number, name in PROVIDERS.items()]}


PROVIDERS = {6_617_675_021_119_438_101: "Kurir Latihan", 6_617_675_021_119_438_102: "Antar Sendiri"}
