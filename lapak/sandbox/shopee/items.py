"""Products of a practice shop: put up, changed, read, taken down."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any

from lapak.sandbox.banned import banned_for
from lapak.sandbox.platform import Core
from lapak.sandbox.shopee import market, news
from lapak.sandbox.shopee.gateway import SLUG, Call, api
from lapak.sandbox.shopee.media import base_url, image_url
from lapak.sandbox.shopee.reading import Refused
from lapak.sandbox.shopee.specs import checked_spec, no, price_idr, seller_stock

FIRST_ITEM, FIRST_MODEL = 23_900_000_101, 148_700_000_001
NORMAL, UNLIST, BANNED, REVIEWING, SELLER_DELETE = "NORMAL", "UNLIST", "BANNED", "REVIEWING", "SELLER_DELETE"
STATUSES = (NORMAL, BANNED, UNLIST, REVIEWING, SELLER_DELETE, "SHOPEE_DELETE")


def settle(core: Core) -> None:
    """End the reviews whose time is over. Called before anything looks at items."""
    with core.store.transaction():
        now = core.clock.now()
        rows = core.store.rows(
            "SELECT item_id, shop_id, verdict, name, banned_for FROM shopee_item"
            " WHERE status = 'REVIEWING' AND review_until <= ?",
            now,
        )
        for row in rows:
            core.store.run(
                "UPDATE shopee_item SET status = verdict, updated = ? WHERE item_id = ?", int(now), row["item_id"]
            )
            if row["verdict"] == BANNED:
                _tell_ban(core, row)


def item_of(core: Core, shop_id: int, item_id: int) -> Row:
    """An item of the shop that is not deleted. Raises Refused."""
    settle(core)
    row = core.store.row("SELECT * FROM shopee_item WHERE item_id = ?", item_id)
    if row is None or row["status"] in (SELLER_DELETE, "SHOPEE_DELETE"):
        raise no("error_item_not_found", "Product not found")
    if row["shop_id"] != shop_id:
        raise no("error_item_not_belong_shop", "Item not belong to shop.")
    return row


def models_of(core: Core, item_id: int) -> list[Row]:
    """An item's rows of price and stock: one with model_id 0 when it has no variants."""
    return core.store.rows("SELECT * FROM shopee_model WHERE item_id = ? ORDER BY model_id", item_id)


def _judge(core: Core, shop_id: int, path: str, spec: dict[str, Any], wanted: str) -> tuple[str, float, str, str]:
    """Status now, end of review, status after it, and why banned."""
    reason = banned_for(f"{spec['item_name']}\n{spec['description']}")
    verdict = BANNED if reason else wanted
    if review := core.faults.fire(SLUG, "review_item", path=path, account=str(shop_id)):
        return REVIEWING, core.clock.now() + float(review.more["seconds"]), verdict, reason
    return verdict, 0.0, verdict, reason


def _tell_ban(core: Core, item: Row) -> None:
    news.tell(
        core,
        news.VIOLATION,
        item["shop_id"],
        {
            "item_id": item["item_id"],
            "item_name": item["name"],
            "item_status": BANNED,
            "deboost": False,
            "item_status_details": [violation(core, item["banned_for"])],
            "deboost_details": [],
        },
    )


def violation(core: Core, reason: str) -> dict[str, Any]:
    """Why a product is banned, as the platform words it."""
    return {
        "violation_type": "Prohibited Listing",
        "violation_reason": reason,
        "suggestion": "Ubah nama atau deskripsi, lalu simpan lagi.",
        "fix_deadline_time": 0,
        "update_time": core.clock.seconds(),
    }


def _may_refuse(call: Call) -> None:
    if fired := call.core.faults.fire(SLUG, "refuse_item", path=call.path, account=str(call.shop_id)):
        raise Refused(str(fired.more["error"]), str(fired.more["message"]))


def images(call: Call, spec: dict[str, Any]) -> dict[str, Any]:
    """Ids and addresses of a product's pictures."""
    ids = spec["image"]["image_id_list"]
    return {"image_id_list": ids, "image_url_list": [image_url(base_url(call.request), one) for one in ids]}


def _logistics(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "logistic_id": one["logistic_id"],
            "enabled": one["enabled"],
            "is_free": one.get("is_free", False),
            "logistic_name": market.CHANNELS.get(one["logistic_id"], {}).get("logistics_channel_name", ""),
            "estimated_shipping_fee": one.get("shipping_fee", 0),
        }
        for one in spec["logistic_info"]
    ]


@api("POST", "product/add_item")
def add_item(call: Call) -> dict[str, Any]:
    """Put a new product up. Sent twice it becomes two products: there is no idempotency key."""
    core, now = call.core, call.core.clock.seconds()
    _may_refuse(call)
    spec = checked_spec(core, dict(call.body.values))
    price, stock = price_idr(call.body), seller_stock(call.body)
    wanted = call.body.text("item_status", default=NORMAL)
    if wanted not in (NORMAL, UNLIST):
        raise no("error_param", "Invalid item_status.")
    with core.store.transaction():
        count = core.store.row(
            "SELECT count(*) AS n FROM shopee_item WHERE shop_id = ? AND status NOT LIKE '%DELETE'", call.shop_id
        )
        if count is not None and count["n"] >= market.ITEMS_MOST:
            raise no("error_reach_shop_item_limit", "Item published item count reaches limit.")
        status, until, verdict, reason = _judge(core, call.shop_id, call.path, spec, wanted)
        item_id = core.store.next_id("shopee_item", start=FIRST_ITEM)
        core.store.run(
            "INSERT INTO shopee_item (item_id, shop_id, status, review_until, verdict, created, updated, name, sku,"
            " spec, banned_for) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            item_id,
            call.shop_id,
            status,
            until,
            verdict,
            now,
            now,
            spec["item_name"],
            spec.get("item_sku", ""),
            json.dumps(spec),
            reason,
        )
        core.store.run(
            "INSERT INTO shopee_model (item_id, model_id, tier_index, sku, price_idr, stock)"
            " VALUES (?, 0, '[]', ?, ?, ?)",
            item_id,
            spec.get("item_sku", ""),
            price,
            stock,
        )
        if status == BANNED:
            _tell_ban(core, item_of(core, call.shop_id, item_id))
    return {
        **written(call, item_id, spec, status),
        "price_info": {"currency": "IDR", "original_price": price, "current_price": price},
        "seller_stock": [{"stock": stock}],
    }


def written(call: Call, item_id: int, spec: dict[str, Any], status: str) -> dict[str, Any]:
    """A product as the answer to writing it shows it."""
    return {
        "item_id": item_id,
        "item_name": spec["item_name"],
        "description": spec["description"],
        "weight": spec["weight"],
        "item_status": status,
        "category_id": spec["category_id"],
        "images": images(call, spec),
        "logistic_info": _logistics(spec),
        "dimension": spec.get("dimension", {}),
        "condition": spec.get("condition", "NEW"),
        "pre_order": spec.get("pre_order", {"is_pre_order": False, "days_to_ship": 2}),
        "brand": spec.get("brand", {"brand_id": 0, "original_brand_name": market.NO_BRAND}),
        "attribute": spec.get("attribute_list", []),
        "item_dangerous": spec.get("item_dangerous", 0),
    }


@api("POST", "product/update_item")
def update_item(call: Call) -> dict[str, Any]:
    """Change some fields. The whole product is checked again, so an old field may be what is refused."""
    core = call.core
    item = item_of(core, call.shop_id, call.body.whole("item_id"))
    _may_refuse(call)
    old = json.loads(item["spec"])
    if item["status"] == BANNED and not {"item_name", "description", "category_id"} & set(call.body.values):
        raise no("error_item_uneditable", "Can't edit this item. item status can not support editing.")
    spec = checked_spec(core, {**old, **call.body.values})
    wanted = call.body.text("item_status", default=UNLIST if item["status"] == UNLIST else NORMAL)
    if wanted not in (NORMAL, UNLIST):
        raise no("error_param", "Invalid item_status.")
    with core.store.transaction():
        status, until, verdict, reason = _judge(core, call.shop_id, call.path, spec, wanted)
        core.store.run(
            "UPDATE shopee_item SET status = ?, review_until = ?, verdict = ?, updated = ?, name = ?, sku = ?,"
            " spec = ?, banned_for = ? WHERE item_id = ?",
            status,
            until,
            verdict,
            core.clock.seconds(),
            spec["item_name"],
            spec.get("item_sku", ""),
            json.dumps(spec),
            reason,
            item["item_id"],
        )
        if "weight" in call.body or "dimension" in call.body:
            core.store.run("UPDATE shopee_model SET weight = '' WHERE item_id = ?", item["item_id"])
        core.store.run(
            "UPDATE shopee_model SET sku = ? WHERE item_id = ? AND model_id = 0",
            spec.get("item_sku", ""),
            item["item_id"],
        )
        if status == BANNED and item["status"] != BANNED:
            _tell_ban(core, item_of(core, call.shop_id, item["item_id"]))
    return written(call, item["item_id"], spec, status)


@api("POST", "product/unlist_item")
def unlist_item(call: Call) -> dict[str, Any]:
    """Hide products from buyers, or show them again; up to 50, each with its own result."""
    core, done, failed = call.core, [], []
    spoilt = core.faults.fire(SLUG, "partial_batch", path=call.path, account=str(call.shop_id))
    for entry in call.body.each("item_list"):
        item_id, unlist = entry.whole("item_id"), entry.flag("unlist")
        try:
            item = item_of(core, call.shop_id, item_id)
        except Refused as refusal:
            failed.append({"item_id": item_id, "failed_reason": refusal.message})
            continue
        if item["status"] in (BANNED, REVIEWING) or (spoilt and spoilt.dice.random() < spoilt.more["share"]):
            failed.append(
                {"item_id": item_id, "failed_reason": f"Item status {item['status']} can not be changed now."}
            )
            continue
        core.store.run(
            "UPDATE shopee_item SET status = ?, updated = ? WHERE item_id = ?",
            UNLIST if unlist else NORMAL,
            core.clock.seconds(),
            item_id,
        )
        done.append({"item_id": item_id, "unlist": unlist})
    return {"success_list": done, "failure_list": failed}


@api("POST", "product/delete_item")
def delete_item(call: Call) -> None:
    """Take a product away for good; it stays readable as SELLER_DELETE."""
    item = item_of(call.core, call.shop_id, call.body.whole("item_id"))
    call.core.store.run(
        "UPDATE shopee_item SET status = ?, updated = ? WHERE item_id = ?",
        SELLER_DELETE,
        call.core.clock.seconds(),
        item["item_id"],
    )
