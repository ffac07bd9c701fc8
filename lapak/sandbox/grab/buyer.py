"""The practice eater: orders what the store offers, changes the order, and plays the driver."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any

from lapak.sandbox.fields import BadField, Fields
from lapak.sandbox.grab import orders
from lapak.sandbox.grab.gateway import ACTIVE
from lapak.sandbox.platform import Core

QUANTITY_MOST, LINES_MOST, NOTE_CHARS = 100, 20, 300
ACTIONS = {
    "allocate": orders.ALLOCATED,
    "arrive": orders.ARRIVED,
    "collect": orders.COLLECTED,
    "deliver": orders.DELIVERED,
    "fail": orders.FAILED,
    "cancel": orders.CANCELLED,
}


class CannotBuy(Exception):
    """The store does not sell this now. `code` is stable: not_found, closed, not_on_sale, choose_variant, sold_out."""

    def __init__(self, code: str, message: str, left: int = 0) -> None:
        super().__init__(code)
        self.code, self.message, self.left = code, message, left


def buy(core: Core, wish: Fields) -> str:
    """Place one order; lowers the store's own stock. Returns the order id. Raises CannotBuy or BadField."""
    merchant_id = wish.text("merchant_id")
    order_type = wish.one_of("order_type", orders.ORDER_TYPES, default=orders.BY_GRAB)
    payment = wish.one_of("payment", ("CASH", "CASHLESS"), default="CASHLESS")
    with core.store.transaction():
        store = core.store.row("SELECT * FROM grab_store WHERE merchant_id = ?", merchant_id)
        if store is None:
            raise CannotBuy("not_found", "Toko latihan tidak ada.")
        if store["status"] != ACTIVE or store["paused_until"] > core.clock.now():
            raise CannotBuy("closed", "Toko sedang tutup.")
        return orders.submit(core, store, _lines(core, merchant_id, wish), order_type, payment)


def edit(core: Core, order_id: str, wish: Fields) -> None:
    """The order gets other lines. Raises CannotBuy, NotPossible, KeyError or BadField."""
    with core.store.transaction():
        order = orders.order_of(core, order_id)
        if order is None:
            raise KeyError(order_id)
        if order["state"] in (*orders.ENDED, orders.COLLECTED):
            raise orders.NotPossible(f"{order['state']} cannot be edited")
        orders.give_back(core, order["merchant_id"], json.loads(order["payload"])["items"])
        orders.edit(core, order, _lines(core, order["merchant_id"], wish))


def act(core: Core, order_id: str, action: str) -> None:
    """Do what an eater or a driver does. Raises NotPossible or KeyError."""
    if orders.order_of(core, order_id) is None:
        raise KeyError(order_id)
    orders.move(core, order_id, ACTIONS[action], message="Cancelled by eater" if action == "cancel" else "")


def _lines(core: Core, merchant_id: str, wish: Fields) -> list[dict[str, Any]]:
    wanted = wish.each("lines", high=LINES_MOST) if "lines" in wish else [wish]
    return [_line(core, merchant_id, line) for line in wanted]


def _line(core: Core, merchant_id: str, wish: Fields) -> dict[str, Any]:
    item_id, quantity = wish.text("item_id"), wish.whole("quantity", default=1, low=1, high=QUANTITY_MOST)
    row = core.store.row("SELECT * FROM grab_item WHERE merchant_id = ? AND item_id = ?", merchant_id, item_id)
    if row is None:
        raise CannotBuy("not_found", "Barang ini tidak ada di toko.")
    if row["status"] != "AVAILABLE":
        sold_out = row["max_stock"] == 0
        raise CannotBuy(
            "sold_out" if sold_out else "not_on_sale", f"Barang ini tidak dijual sekarang ({row['status']})."
        )
    chosen = _chosen(row, wish.texts("modifiers", low=0, high=100))
    left = orders.take(core, merchant_id, item_id, quantity)
    if left is not None:
        raise CannotBuy("sold_out", f"Stok tidak cukup: tersisa {left}.", left=left)
    return {
        "id": item_id,
        "grab_item_id": row["grab_item_id"],
        "quantity": quantity,
        "price": row["price"] + sum(modifier["price"] for modifier in chosen),
        "note": wish.text("note", default="", most=NOTE_CHARS),
        "taxable": json.loads(row["spec"])["taxable"],
        "modifiers": chosen,
    }


def offered(row: Row) -> list[dict[str, Any]]:
    """The groups of an item with what can be chosen now."""
    groups = [group for group in json.loads(row["groups"]) if group["status"] == "AVAILABLE"]
    return [
        group | {"modifiers": [one for one in group["modifiers"] if one["status"] == "AVAILABLE"]} for group in groups
    ]


def _chosen(row: Row, ids: list[str]) -> list[dict[str, Any]]:
    """The modifiers a buyer names, within the bounds of each group."""
    chosen = []
    for group in json.loads(row["groups"]):
        now = next((one for one in offered(row) if one["id"] == group["id"]), None)
        picked = [one for one in (now["modifiers"] if now else []) if one["id"] in ids]
        if len(picked) < group["min"] and len(now["modifiers"] if now else []) < group["min"]:
            raise CannotBuy("not_on_sale", f"Pilihan {group['name']} sedang habis.")
        if not group["min"] <= len(picked) <= group["max"]:
            raise CannotBuy("choose_variant", f"Pilih {group['min']} sampai {group['max']} dari {group['name']}.")
        chosen += picked
    if len({one["id"] for one in chosen}) < len(set(ids)):
        raise BadField("modifiers", "names a choice this item does not have")
    return chosen
