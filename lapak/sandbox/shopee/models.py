"""Variants of a product, and the prices and stock of all products."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from sqlite3 import Row
from typing import Any

from lapak.sandbox.platform import Core
from lapak.sandbox.shopee import market
from lapak.sandbox.shopee.gateway import SLUG, Call, api
from lapak.sandbox.shopee.items import FIRST_MODEL, item_of, models_of
from lapak.sandbox.shopee.listing import price_info, stock_info
from lapak.sandbox.shopee.media import base_url, image_url
from lapak.sandbox.shopee.reading import Fields, Refused
from lapak.sandbox.shopee.specs import checked_tiers, no, price_idr, seller_stock, sku


def _check_place(tiers: list[dict[str, Any]], index: list[int]) -> None:
    if len(index) != len(tiers) or any(
        not 0 <= at < len(tier["options"]) for at, tier in zip(index, tiers, strict=False)
    ):
        raise no("error_model_tier_index_bound", "Invalid item tier_index.")


def _check_ratio(prices: Sequence[int]) -> None:
    if max(prices) > min(prices) * market.PRICE_RATIO_MOST:
        raise no("error_param", f"The dearest variant may cost at most {market.PRICE_RATIO_MOST} times the cheapest.")


def _places(tiers: list[dict[str, Any]], entries: list[Fields], taken: Sequence[list[int]] = ()) -> list[list[int]]:
    """The tier_index of each entry, inside the tiers and used only once."""
    places: list[list[int]] = []
    for entry in entries:
        index = entry.wholes("tier_index", high=market.TIERS_MOST)
        _check_place(tiers, index)
        if index in places or index in taken:
            raise no("error_model_duplicate_tier_variation_index", "Item have duplicate tier_index.")
        places.append(index)
    return places


def _add_models(core: Core, item_id: int, entries: list[Fields], places: list[list[int]]) -> list[dict[str, Any]]:
    written = []
    for entry, place in zip(entries, places, strict=True):
        model_id = core.store.next_id("shopee_model", start=FIRST_MODEL)
        number, price, stock = sku(entry, "model_sku"), price_idr(entry), seller_stock(entry, required=True)
        core.store.run(
            "INSERT INTO shopee_model (item_id, model_id, tier_index, sku, price_idr, stock, weight)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            item_id,
            model_id,
            json.dumps(place),
            number,
            price,
            stock,
            str(entry.number("weight")) if "weight" in entry else "",
        )
        written.append(
            {
                "tier_index": place,
                "model_id": model_id,
                "model_sku": number,
                "price_info": [{"original_price": price}],
                "seller_stock": [{"location_id": "", "stock": stock}],
            }
        )
    _check_ratio([row["price_idr"] for row in models_of(core, item_id) if row["model_id"]])
    return written


def _touch(core: Core, item_id: int, tiers: list[dict[str, Any]] | None = None) -> None:
    core.store.run(
        "UPDATE shopee_item SET updated = ?, tiers = coalesce(?, tiers) WHERE item_id = ?",
        core.clock.seconds(),
        None if tiers is None else json.dumps(tiers),
        item_id,
    )


def _tiers_out(call: Call, tiers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def option(one: dict[str, str]) -> dict[str, Any]:
        picture = {"image_id": one["image_id"], "image_url": image_url(base_url(call.request), one["image_id"])}
        return {"option": one["option"], **({"image": picture} if one["image_id"] else {})}

    return [{"name": tier["name"], "option_list": [option(one) for one in tier["options"]]} for tier in tiers]


@api("POST", "product/init_tier_variation")
def init_tier_variation(call: Call) -> dict[str, Any]:
    """Give a product variants. All former models end, whatever their ids."""
    core = call.core
    item = item_of(core, call.shop_id, call.body.whole("item_id"))
    tiers = checked_tiers(core, call.body)
    entries = call.body.each("model", high=1000)
    if len(entries) > market.MODELS_MOST:
        raise no(
            "error_model_count_over_limit", f"The count of model is too large. Should be under {market.MODELS_MOST}"
        )
    places = _places(tiers, entries)
    with core.store.transaction():
        core.store.run("DELETE FROM shopee_model WHERE item_id = ?", item["item_id"])
        models = _add_models(core, item["item_id"], entries, places)
        _touch(core, item["item_id"], tiers)
    return {"item_id": item["item_id"], "tier_variation": _tiers_out(call, tiers), "model": models}


@api("POST", "product/update_tier_variation")
def update_tier_variation(call: Call) -> None:
    """Change the tiers and keep the models named in `model_list`; those left out are deleted."""
    core = call.core
    item = item_of(core, call.shop_id, call.body.whole("item_id"))
    tiers, entries = checked_tiers(core, call.body), call.body.each("model_list")
    if len(tiers) != len(json.loads(item["tiers"])):
        raise no("error_param", "The number of tiers can only be changed by init_tier_variation.")
    places = _places(tiers, entries)
    kept = [_model(core, item["item_id"], entry.whole("model_id"))["model_id"] for entry in entries]
    with core.store.transaction():
        core.store.run(
            "DELETE FROM shopee_model WHERE item_id = ? AND model_id NOT IN (SELECT value FROM json_each(?))",
            item["item_id"],
            json.dumps(kept),
        )
        for model_id, place in zip(kept, places, strict=True):
            core.store.run(
                "UPDATE shopee_model SET tier_index = ? WHERE item_id = ? AND model_id = ?",
                json.dumps(place),
                item["item_id"],
                model_id,
            )
        _touch(core, item["item_id"], tiers)


def _model(core: Core, item_id: int, model_id: int) -> Row:
    row = core.store.row("SELECT * FROM shopee_model WHERE item_id = ? AND model_id = ?", item_id, model_id)
    if row is None:
        raise no("error_model_invalid_model_id", "Invalid model_id.")
    return row


@api("POST", "product/add_model")
def add_model(call: Call) -> dict[str, Any]:
    """More variants inside the tiers there are."""
    core = call.core
    item = item_of(core, call.shop_id, call.body.whole("item_id"))
    tiers, entries, now = json.loads(item["tiers"]), call.body.each("model_list"), models_of(core, item["item_id"])
    if not tiers:
        raise no("error_param", "The item has no variants yet: use init_tier_variation.")
    if len(now) + len(entries) > market.MODELS_MOST:
        raise no(
            "error_model_count_over_limit", f"The count of model is too large. Should be under {market.MODELS_MOST}"
        )
    places = _places(tiers, entries, [json.loads(row["tier_index"]) for row in now])
    with core.store.transaction():
        models = _add_models(core, item["item_id"], entries, places)
        _touch(core, item["item_id"])
    return {"model": models}


@api("POST", "product/update_model")
def update_model(call: Call) -> None:
    """Change the SKU or weight of models."""
    core = call.core
    item = item_of(core, call.shop_id, call.body.whole("item_id"))
    with core.store.transaction():
        for entry in call.body.each("model"):
            model = _model(core, item["item_id"], entry.whole("model_id", low=1))
            core.store.run(
                "UPDATE shopee_model SET sku = ?, weight = ? WHERE item_id = ? AND model_id = ?",
                sku(entry, "model_sku") if "model_sku" in entry else model["sku"],
                str(entry.number("weight")) if "weight" in entry else model["weight"],
                item["item_id"],
                model["model_id"],
            )
        _touch(core, item["item_id"])


@api("POST", "product/delete_model")
def delete_model(call: Call) -> None:
    """Take one variant away; the last one cannot go."""
    core = call.core
    item = item_of(core, call.shop_id, call.body.whole("item_id"))
    model = _model(core, item["item_id"], call.body.whole("model_id", low=1))
    if len(models_of(core, item["item_id"])) == 1:
        raise no("error_param", "An item with variants keeps at least one.")
    with core.store.transaction():
        core.store.run(
            "DELETE FROM shopee_model WHERE item_id = ? AND model_id = ?", item["item_id"], model["model_id"]
        )
        _touch(core, item["item_id"])


@api("GET", "product/get_model_list")
def get_model_list(call: Call) -> dict[str, Any]:
    """Tiers and models with price and stock; both lists are empty for a product without variants."""
    item = item_of(call.core, call.shop_id, call.query.whole("item_id"))
    tiers, spec = json.loads(item["tiers"]), json.loads(item["spec"])
    return {
        "tier_variation": _tiers_out(call, tiers),
        "standardise_tier_variation": [
            {
                "variation_id": 0,
                "variation_name": tier["name"],
                "variation_group_id": 0,
                "variation_option_list": [
                    {"variation_option_id": 0, "variation_option_name": one["option"], "image_id": one["image_id"]}
                    for one in tier["options"]
                ],
            }
            for tier in tiers
        ],
        "model": [
            {
                "model_id": row["model_id"],
                "tier_index": json.loads(row["tier_index"]),
                "model_sku": row["sku"],
                "model_status": "NORMAL",
                "promotion_id": 0,
                "has_promotion": False,
                "price_info": [price_info(row)],
                "stock_info_v2": stock_info(row),
                "gtin_code": "",
                "weight": row["weight"] or str(spec["weight"]),
                "pre_order": spec.get("pre_order", {"is_pre_order": False, "days_to_ship": 2}),
            }
            for row in models_of(call.core, item["item_id"])
            if row["model_id"]
        ],
    }


def _each(
    call: Call, name: str, change: Callable[[Row, Fields], dict[str, Any]], has_models: tuple[str, str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Apply a change to every named model on its own; returns the success list and the failure list."""
    core, item = call.core, item_of(call.core, call.shop_id, call.body.whole("item_id"))
    models = {row["model_id"]: row for row in models_of(core, item["item_id"])}
    entries = [(entry.whole("model_id", default=0), entry) for entry in call.body.each(name)]
    if len({model_id for model_id, _ in entries}) < len(entries):
        raise no("error_param", "Repeat model_id.")
    if 0 not in models and any(model_id == 0 for model_id, _ in entries):
        raise no(*has_models)
    spoilt = core.faults.fire(SLUG, "partial_batch", path=call.path, account=str(call.shop_id))
    done: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    for model_id, entry in entries:
        try:
            if model_id not in models:
                raise no("error_param", "Wrong model_id.")
            if spoilt and spoilt.dice.random() < spoilt.more["share"]:
                raise no("error_inner", "Our system is taking some time to respond, please try later.")
            done.append({"model_id": model_id, **change(models[model_id], entry)})
        except Refused as refusal:
            failed.append({"model_id": model_id, "failed_reason": refusal.message})
    if done:
        _touch(core, item["item_id"])
    return done, failed


def _set_price(core: Core, model: Row, entry: Fields) -> dict[str, Any]:
    price = price_idr(entry)
    core.store.run(
        "UPDATE shopee_model SET price_idr = ? WHERE item_id = ? AND model_id = ?",
        price,
        model["item_id"],
        model["model_id"],
    )
    return {"original_price": price}


def _set_stock(core: Core, model: Row, entry: Fields) -> dict[str, Any]:
    stock = seller_stock(entry, required=True)
    core.store.run(
        "UPDATE shopee_model SET stock = ? WHERE item_id = ? AND model_id = ?",
        stock,
        model["item_id"],
        model["model_id"],
    )
    return {"location_id": "", "stock": stock}


@api("POST", "product/update_price")
def update_price(call: Call) -> dict[str, Any]:
    """New prices for up to 50 models of one item."""
    core = call.core
    with core.store.transaction():
        done, failed = _each(
            call,
            "price_list",
            lambda model, entry: _set_price(core, model, entry),
            ("error_edit_item_price_for_item_has_model", "Can't edit item price directly while item has models."),
        )
        if done:
            _check_ratio([row["price_idr"] for row in models_of(core, call.body.whole("item_id"))])
    return _batch(done, failed, "error_update_price_fail", "Update price failed, please try later.")


@api("POST", "product/update_stock")
def update_stock(call: Call) -> dict[str, Any]:
    """Absolute stock for up to 50 models of one item."""
    core = call.core
    with core.store.transaction():
        done, failed = _each(
            call,
            "stock_list",
            lambda model, entry: _set_stock(core, model, entry),
            ("error_edit_item_stock_for_item_has_model", "Can't to edit item stock directly while item has models."),
        )
    return _batch(
        done,
        failed,
        "error_busi_update_stock_failed",
        "Update stock failed, please check failure_list for detailed reason",
    )


def _batch(done: list[dict[str, Any]], failed: list[dict[str, Any]], code: str, message: str) -> dict[str, Any]:
    lists = {"success_list": done, "failure_list": failed}
    if failed and not done:
        raise Refused(f"product.{code}", message, {"response": lists})
    return lists
