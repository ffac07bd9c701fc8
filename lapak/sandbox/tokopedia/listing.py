"""Products of a practice shop as the seller's app reads them."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any

from lapak.sandbox.tokopedia import market
from lapak.sandbox.tokopedia.gateway import Call, Refused, api
from lapak.sandbox.tokopedia.media import image_url
from lapak.sandbox.tokopedia.products import DELETED, STATUSES, product_of, settle, skus_of
from lapak.sandbox.tokopedia.reference import paged

FILTER_MOST = 10


@api("POST", "/product/202502/products/search")
def search_products(call: Call) -> dict[str, Any]:
    """Products in short, newest first.

    ALL leaves out what is deleted. A status is looked for on the named platforms, else on the first the product is on.
    """
    settle(call.core)
    body = call.body
    status = body.one_of("status", ("ALL", *STATUSES), default="ALL")
    audit = body.text("audit_status", default="")
    platforms = body.texts("listing_platforms", low=0, high=2)
    if platforms and status == "ALL":
        raise Refused(12_052_910, "Specify a `status` other than ALL when filtering by listing platforms.")
    seller_skus, sku_ids = body.texts("seller_skus", low=0, high=1000), body.texts("sku_ids", low=0, high=1000)
    if len(seller_skus) > FILTER_MOST:
        raise Refused(12_019_027, "The maximum count of “seller_skus” in the search filter is 10.")
    if len(sku_ids) > FILTER_MOST:
        raise Refused(12_019_087, "The number of SKU IDs exceeds the limit of 10")
    rows = call.core.store.rows(
        "SELECT * FROM tokopedia_product WHERE shop_id = ? AND (? = '' OR audit = ?) AND created BETWEEN ? AND ?"
        " AND updated BETWEEN ? AND ? ORDER BY product_id DESC",
        call.shop_id,
        audit,
        audit,
        body.whole("create_time_ge", default=0),
        body.whole("create_time_le", default=2**40),
        body.whole("update_time_ge", default=0),
        body.whole("update_time_le", default=2**40),
    )

    def fits(row: Row) -> bool:
        statuses = json.loads(row["statuses"])
        if status == "ALL" and DELETED in statuses.values():
            return False
        if status != "ALL" and any(statuses.get(name) != status for name in platforms or list(statuses)[:1]):
            return False
        skus = skus_of(call.core, row["product_id"])
        return (not seller_skus or any(one["seller_sku"] in seller_skus for one in skus)) and (
            not sku_ids or any(str(one["sku_id"]) in sku_ids for one in skus)
        )

    found, page = paged(call.query, [row for row in rows if fits(row)])
    return {"products": [_short(call, row) for row in found], **page}


def _short(call: Call, row: Row) -> dict[str, Any]:
    return {
        "id": str(row["product_id"]),
        "title": json.loads(row["spec"])["title"],
        **_standing(row),
        "skus": [
            {
                "id": str(sku["sku_id"]),
                "seller_sku": sku["seller_sku"],
                "price": {"currency": "IDR", "tax_exclusive_price": str(sku["price_idr"])},
                "inventory": [{"warehouse_id": str(call.shop["warehouse_id"]), "quantity": sku["stock"]}],
                "status_info": {"status": "NORMAL"},
            }
            for sku in skus_of(call.core, row["product_id"])
        ],
        "sales_regions": ["ID"],
        "is_not_for_sale": False,
        "has_draft": bool(row["version"]) and "ACTIVATE" in json.loads(row["statuses"]).values(),
    }


def _standing(row: Row) -> dict[str, Any]:
    """Status on TikTok (left out when not listed there), on Tokopedia, and of the audit."""
    statuses: dict[str, str] = json.loads(row["statuses"])
    shown: dict[str, Any] = {"status": statuses[market.TIKTOK]} if market.TIKTOK in statuses else {}
    return shown | {
        "integrated_platform_statuses": [
            {"platform": name, "status": one} for name, one in statuses.items() if name == market.TOKOPEDIA
        ],
        "audit": {"status": row["audit"], "pre_approved_reasons": []},
        "create_time": row["created"],
        "update_time": row["updated"],
    }


@api("GET", "/product/202309/products/{product_id}")
def get_product(call: Call) -> dict[str, Any]:
    """One product in full: the live version, or with `return_under_review_version=true` the one in audit."""
    row = product_of(call, call.ids["product_id"])
    spec = json.loads(row["spec"])
    if row["version"] and call.query.text("return_under_review_version", default="false") == "true":
        spec = json.loads(row["version"])["spec"]
    standing = _standing(row)
    if "status" in standing:
        standing["product_status"] = standing["status"]
    category = market.CATEGORIES[int(spec["category_id"])]
    brand = int(spec["brand_id"]) if "brand_id" in spec else 0
    known = {one.attribute_id: one for one in market.attributes_of(category)}
    shown = {
        "id": str(row["product_id"]),
        "title": spec["title"],
        "description": spec["description"],
        **standing,
        "category_chains": _chain(category.category_id),
        "main_images": [_image(call, one["uri"]) for one in spec["main_images"]],
        "package_weight": spec["package_weight"],
        "product_attributes": [
            {
                "id": str(one["id"]),
                "name": known[int(one["id"])].name,
                "values": [_value(known[int(one["id"])].value_ids(), value) for value in one.get("values") or ()],
            }
            for one in spec.get("product_attributes", [])
        ],
        "audit_failed_reasons": _failures(row),
        "is_cod_allowed": spec.get("is_cod_allowed", False),
        "is_not_for_sale": False,
        "has_draft": False,
        "external_product_id": spec.get("external_product_id", ""),
        "minimum_order_quantity": spec.get("minimum_order_quantity", 1),
        "skus": [_sku(call, one) for one in skus_of(call.core, row["product_id"])],
    }
    if "package_dimensions" in spec:
        shown["package_dimensions"] = spec["package_dimensions"]
    return shown | ({"brand": {"id": str(brand), "name": market.BRANDS[brand]}} if brand else {})


def _chain(category_id: int) -> list[dict[str, Any]]:
    chain = []
    while category_id:
        one = market.CATEGORIES[category_id]
        chain.append(
            {"id": str(one.category_id), "parent_id": str(one.parent_id), "local_name": one.name, "is_leaf": one.leaf}
        )
        category_id = one.parent_id
    return chain[::-1]


def _image(call: Call, uri: str) -> dict[str, Any]:
    row = call.core.store.row("SELECT width_px, height_px FROM tokopedia_image WHERE uri = ?", uri)
    assert row is not None  # pictures are checked when a product is sent, and never removed
    url = image_url(call.request, uri)
    return {"uri": uri, "urls": [url], "thumb_urls": [url], "width": row["width_px"], "height": row["height_px"]}


def _value(offered: dict[int, str], value: dict[str, Any]) -> dict[str, str]:
    number = int(value.get("id") or 0)
    return {"id": str(number), "name": offered[number] if number else value["name"]}


def _failures(row: Row) -> list[dict[str, Any]]:
    if row["audit"] != "FAILED":
        return []
    return [
        {
            "listing_platform": name,
            "position": "Product",
            "reasons": [row["reason"]],
            "suggestions": ["Ubah nama atau deskripsi, lalu kirim lagi."],
        }
        for name in json.loads(row["statuses"])
    ]


def _sku(call: Call, sku: Row) -> dict[str, Any]:
    more = json.loads(sku["more"])
    price = str(sku["price_idr"])
    return {
        "id": str(sku["sku_id"]),
        "seller_sku": sku["seller_sku"],
        "external_sku_id": more["external_sku_id"],
        "price": {"currency": "IDR", "tax_exclusive_price": price, "sale_price": price},
        "inventory": [{"warehouse_id": str(call.shop["warehouse_id"]), "quantity": sku["stock"]}],
        "status_info": {"status": "NORMAL"},
        "sales_attributes": [
            {
                "id": str(one["id"]),
                "name": one["name"],
                "value_id": str(one["value_id"]),
                "value_name": one["value_name"],
                **({"sku_img": _image(call, one["uri"])} if one["uri"] else {}),
            }
            for one in more["sales_attributes"]
        ],
    }
