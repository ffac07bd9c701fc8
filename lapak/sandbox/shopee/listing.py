"""Products of a practice shop as the seller's app reads them."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any

from lapak.sandbox.shopee import market
from lapak.sandbox.shopee.gateway import Call, api
from lapak.sandbox.shopee.items import (
    BANNED,
    NORMAL,
    REVIEWING,
    STATUSES,
    UNLIST,
    images,
    models_of,
    settle,
    violation,
    written,
)
from lapak.sandbox.shopee.reference import leaf
from lapak.sandbox.shopee.specs import no


@api("GET", "product/get_item_list")
def get_item_list(call: Call) -> dict[str, Any]:
    """Ids, status and time of change, by page; `item_status` may be repeated."""
    settle(call.core)
    offset, size = call.query.whole("offset", default=0), call.query.whole("page_size", low=1, high=100)
    since = call.query.whole("update_time_from", default=0)
    until = call.query.whole("update_time_to", default=2**40)
    statuses = call.query.split("item_status")
    if not statuses or any(status not in STATUSES for status in statuses):
        raise no("error_param", "Invalid item_status.")
    rows = call.core.store.rows(
        "SELECT item_id, status, updated FROM shopee_item WHERE shop_id = ? AND updated BETWEEN ? AND ?"
        " AND status IN (SELECT value FROM json_each(?)) ORDER BY item_id DESC",
        call.shop_id,
        since,
        until,
        json.dumps(statuses),
    )
    more = offset + size < len(rows)
    return {
        "item": [
            {
                "item_id": row["item_id"],
                "item_status": row["status"],
                "update_time": row["updated"],
                "tag": {"kit": False},
            }
            for row in rows[offset : offset + size]
        ],
        "total_count": len(rows),
        "has_next_page": more,
        "next_offset": offset + size if more else 0,
    }


def _known(call: Call) -> list[Row]:
    settle(call.core)
    found = (
        call.core.store.row("SELECT * FROM shopee_item WHERE item_id = ? AND shop_id = ?", number, call.shop_id)
        for number in call.query.split_wholes("item_id_list")
    )
    return [row for row in found if row is not None]


@api("GET", "product/get_item_base_info")
def get_item_base_info(call: Call) -> dict[str, Any]:
    """Up to 50 products in full; price and stock only of those without variants. Unknown ids are left out."""
    return {"item_list": [_base_info(call, row) for row in _known(call)]}


def _base_info(call: Call, row: Row) -> dict[str, Any]:
    spec, models = json.loads(row["spec"]), models_of(call.core, row["item_id"])
    has_model = bool(models) and models[0]["model_id"] != 0
    category = leaf(spec["category_id"])
    names = {one.attribute_id: one for one in market.ATTRIBUTES.get(category.root, ())}
    info = {
        **written(call, row["item_id"], spec, row["status"]),
        "item_sku": row["sku"],
        "create_time": row["created"],
        "update_time": row["updated"],
        "weight": str(spec["weight"]),
        "has_model": has_model,
        "deboost": False,
        "has_promotion": False,
        "image": images(call, spec),
        "gtin_code": spec.get("gtin_code", ""),
        "description_type": "normal",
        "attribute_list": [
            {
                **one,
                "original_attribute_name": names[one["attribute_id"]].name,
                "is_mandatory": names[one["attribute_id"]].mandatory,
            }
            for one in spec.get("attribute_list", [])
        ],
    }
    del info["images"], info["attribute"]
    if not has_model:
        info |= {"price_info": [price_info(models[0])], "stock_info_v2": stock_info(models[0])}
    return info


def price_info(model: Row) -> dict[str, Any]:
    """Prices as Shopee lists them; the practice market has no tax and no promotion."""
    price = model["price_idr"]
    return {
        "currency": "IDR",
        "original_price": price,
        "current_price": price,
        "inflated_price_of_original_price": price,
        "inflated_price_of_current_price": price,
    }


def stock_info(model: Row) -> dict[str, Any]:
    """Seller stock is what can still be sold; units in orders not yet shipped are reported as reserved."""
    return {
        "summary_info": {"total_reserved_stock": model["reserved"], "total_available_stock": model["stock"]},
        "seller_stock": [{"location_id": market.LOCATION, "stock": model["stock"], "if_saleable": True}],
        "shopee_stock": [],
    }


@api("GET", "product/get_item_violation_info")
def get_item_violation_info(call: Call) -> dict[str, Any]:
    """Why products are banned."""
    return {
        "item_list": [
            {
                "item_id": row["item_id"],
                "item_name": row["name"],
                "item_status": row["status"],
                "deboost": False,
                "item_status_details": [violation(call.core, row["banned_for"])] if row["status"] == BANNED else [],
                "deboost_details": [],
            }
            for row in _known(call)
        ]
    }


@api("GET", "product/search_item")
def search_item(call: Call) -> dict[str, Any]:
    """Ids by part of the name or by exact SKU. `offset` is the text the last page gave."""
    settle(call.core)
    name, wanted = call.query.text("item_name", default=""), call.query.text("item_sku", default="")
    offset, size = call.query.whole("offset", default=0), call.query.whole("page_size", low=1, high=100)
    if not name and not wanted and "attribute_status" not in call.query:
        raise no("error_param", "Give item_name, item_sku or attribute_status.")
    statuses = call.query.split("item_status") or [NORMAL, BANNED, UNLIST, REVIEWING]
    rows = call.core.store.rows(
        "SELECT item_id FROM shopee_item WHERE shop_id = ? AND (? = '' OR instr(lower(name), lower(?)))"
        " AND (? = '' OR sku = ?) AND status IN (SELECT value FROM json_each(?)) ORDER BY item_id DESC",
        call.shop_id,
        name,
        name,
        wanted,
        wanted,
        json.dumps(statuses),
    )
    more = offset + size < len(rows)
    return {
        "item_id_list": [row["item_id"] for row in rows[offset : offset + size]],
        "total_count": len(rows),
        "next_offset": str(offset + size) if more else "",
    }
