"""Price, availability and stock of single items, without a new menu."""

from __future__ import annotations

import json
from typing import Any

from lapak.sandbox.fields import BadField, Fields
from lapak.sandbox.grab.gateway import SLUG, Call, GrabRefused
from lapak.sandbox.grab.menu import ID_CHARS, MODIFIER_CHARS, SERVICE_KEY, STOCK_MOST, settled

BATCH_MOST = 200
UPDATE_STATUS = ("AVAILABLE", "UNAVAILABLE", "UNAVAILABLETODAY")


class NoSuchItem(Exception):
    """The store's menu has no such item or modifier."""


def update(call: Call) -> None:
    """PUT /partner/v1/menu: one item by its id, or one modifier by its id and name."""
    merchant_id = call.body.text("merchantID")
    call.store(merchant_id)
    field = call.body.one_of("field", ("ITEM", "MODIFIER"))
    with call.core.store.transaction():
        try:
            if field == "ITEM":
                _update_item(call, merchant_id, call.body)
            else:
                _update_modifier(call, merchant_id)
        except NoSuchItem as fault:
            raise GrabRefused(404, str(fault), "id") from None


def update_batch(call: Call) -> dict[str, Any]:
    """PUT /partner/v1/batch/menu: up to 200 items. A bad one is named and does not spoil the others."""
    core, merchant_id = call.core, call.body.text("merchantID")
    call.store(merchant_id)
    call.body.one_of("field", ("ITEM",))
    sent = call.body.values.get("menuEntities")
    if isinstance(sent, list) and len(sent) > BATCH_MOST:
        raise GrabRefused(400, f"Batch update menu support at most {BATCH_MOST} items", "menuEntities")
    entities = call.body.each("menuEntities", high=BATCH_MOST)
    now, lock_s = core.clock.now(), core.settings.grab.item_lock_s
    ids = [entity.text("id", most=ID_CHARS) for entity in entities]
    for item_id in ids:
        row = core.store.row(
            "SELECT batched_at FROM grab_item WHERE merchant_id = ? AND item_id = ?", merchant_id, item_id
        )
        if row is not None and now - row["batched_at"] < lock_s:
            raise GrabRefused(409, f"BatchUpdate ITEM {item_id} too frequently, retry after {lock_s} seconds")
    part = core.faults.fire(
        SLUG, "partial_batch", path=call.request.url.path.removeprefix(f"/{SLUG}"), account=merchant_id
    )
    errors: list[dict[str, str]] = []
    for item_id, entity in zip(ids, entities, strict=True):
        try:
            if part is not None and part.dice.random() < float(part.more["share"]):
                raise BadField(item_id, "could not be updated, please try again")
            with core.store.transaction():
                _update_item(call, merchant_id, entity)
        except (BadField, NoSuchItem) as fault:
            errors.append({"entityID": item_id, "errMsg": str(fault)})
        else:
            core.store.run(
                "UPDATE grab_item SET batched_at = ? WHERE merchant_id = ? AND item_id = ?", now, merchant_id, item_id
            )
    status = "success" if not errors else "fail" if len(errors) == len(entities) else "partial success"
    return {"merchantID": merchant_id, "status": status, "errors": errors or None}


def _update_item(call: Call, merchant_id: str, sent: Fields) -> None:
    item_id = sent.text("id", most=ID_CHARS)
    row = call.core.store.row("SELECT * FROM grab_item WHERE merchant_id = ? AND item_id = ?", merchant_id, item_id)
    if row is None:
        raise NoSuchItem(f"item {item_id} is not found")
    _services(sent, "advancedPricings", "price", int)
    _services(sent, "purchasabilities", "purchasable", bool)
    price = sent.whole("price", default=row["price"])
    status = sent.one_of("availableStatus", UPDATE_STATUS, default="")
    stock = row["max_stock"] if sent.values.get("maxStock") is None else sent.whole("maxStock", high=STOCK_MOST)
    if "maxStock" in sent.values and stock and not status:
        status = "AVAILABLE"  # stock above zero makes the item available again
    elif status == "UNAVAILABLE" and "maxStock" not in sent.values:
        stock = None if stock is None else 0
    call.core.store.run(
        "UPDATE grab_item SET price = ?, status = ?, max_stock = ? WHERE merchant_id = ? AND item_id = ?",
        price,
        settled(status or row["status"], stock),
        stock,
        merchant_id,
        item_id,
    )


def _services(sent: Fields, name: str, value: str, kind: type) -> None:
    """Prices and switches by service: here a list, in the menu an object."""
    for entry in sent.each(name, low=0, high=20):
        if not SERVICE_KEY.fullmatch(entry.text("key")) or type(entry.values.get(value)) is not kind:
            raise BadField(name, f"must hold key and {value}")


def _update_modifier(call: Call, merchant_id: str) -> None:
    """Change a modifier in every item that has it. Price 0 counts only with isFree, a price above 0 only without."""
    sent = call.body
    modifier_id, name = sent.text("id", most=ID_CHARS), sent.text("name", most=MODIFIER_CHARS)
    price, free = sent.whole("price", default=0), sent.flag("isFree", default=False)
    status = sent.one_of("availableStatus", UPDATE_STATUS, default="")
    if price and free:
        raise BadField("isFree", "must be false when price is above 0")
    found = False
    for row in call.core.store.rows("SELECT item_id, groups FROM grab_item WHERE merchant_id = ?", merchant_id):
        groups = json.loads(row["groups"])
        for modifier in (one for group in groups for one in group["modifiers"]):
            if modifier["id"] == modifier_id and modifier["name"] == name:
                found = True
                modifier["price"] = price if price or free else modifier["price"]
                modifier["status"] = status or modifier["status"]
        call.core.store.run(
            "UPDATE grab_item SET groups = ? WHERE merchant_id = ? AND item_id = ?",
            json.dumps(groups),
            merchant_id,
            row["item_id"],
        )
    if not found:
        raise NoSuchItem(f"modifier {modifier_id} named {name} is not found")
