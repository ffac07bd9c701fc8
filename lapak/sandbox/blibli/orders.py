"""The life of an order item: every change of state happens here, with its stock and its hint."""

from __future__ import annotations

import json
from collections.abc import Sequence
from sqlite3 import Row
from typing import Any

from lapak.sandbox.blibli import news
from lapak.sandbox.platform import Core

# UNPAID is the sandbox's own word: sellers see an item when it is paid (FP).
UNPAID, PAID, READY, CROSSING, DELIVERED = "UNPAID", "FP", "PU", "CX", "D"
CANCELLED, OUT_OF_STOCK, ASKED = "X", "OS", "CR"
# From where an item may go where; anything else is a mistake of the caller.
PATHS: dict[str, tuple[str, ...]] = {
    UNPAID: (PAID, CANCELLED),
    PAID: (READY, CANCELLED, OUT_OF_STOCK),
    READY: (CROSSING, ASKED, CANCELLED, OUT_OF_STOCK),
    ASKED: (CROSSING, CANCELLED),
    CROSSING: (DELIVERED,),
    DELIVERED: (),
    CANCELLED: (),
    OUT_OF_STOCK: (),
}
FIRST_ORDER, FIRST_ITEM, FIRST_PACKAGE = 25_100_026_101, 25_000_179_101, 10_025_101


class NotPossible(Exception):
    """The item is not in a state that allows this."""


def items_of(core: Core, order_id: int) -> list[Row]:
    """The items of an order."""
    return core.store.rows("SELECT * FROM blibli_order_item WHERE order_id = ? ORDER BY item_id", order_id)


def open_order(
    core: Core, store_code: str, lines: Sequence[dict[str, Any]], buyer: dict[str, str], *, unpaid: bool
) -> int:
    """Write an order whose stock was taken already, inside the caller's transaction: one item for each line."""
    now, order_id = core.clock.seconds(), core.store.next_id("blibli_order", start=FIRST_ORDER)
    for line in lines:
        item_id = core.store.next_id("blibli_order_item", start=FIRST_ITEM)
        core.store.run(
            "INSERT INTO blibli_order_item (item_id, order_id, store_code, status, blibli_sku, line, quantity,"
            " price_idr, buyer, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            item_id,
            order_id,
            store_code,
            UNPAID,
            line["blibli_sku"],
            json.dumps(line),
            line["quantity"],
            line["price_idr"],
            json.dumps(buyer),
            now,
            now,
        )
        if not unpaid:
            move(core, item_id, PAID)
    return order_id


def move(core: Core, item_id: int, to: str, *, reason: str = "", awb: str = "") -> None:
    """Bring an item into a new state, with its stock and the hint. Raises NotPossible."""
    with core.store.transaction():
        row = core.store.row("SELECT * FROM blibli_order_item WHERE item_id = ?", item_id)
        if row is None or to not in PATHS[row["status"]]:
            raise NotPossible(f"{row['status'] if row else 'no item'} cannot become {to}")
        now = core.clock.seconds()
        core.store.run(
            "UPDATE blibli_order_item SET status = ?, updated = ?, paid = CASE ? WHEN 'FP' THEN ? ELSE paid END,"
            " reason = CASE ? WHEN '' THEN reason ELSE ? END, awb = CASE ? WHEN '' THEN awb ELSE ? END"
            " WHERE item_id = ?",
            *(to, now, to, now, reason, reason, awb, awb, item_id),
        )
        if to in (CANCELLED, OUT_OF_STOCK):
            give_back(core, row, row["quantity"], to_sale=row["quantity"])
            core.store.run("UPDATE blibli_order_item SET quantity = 0 WHERE item_id = ?", item_id)
        elif to == CROSSING:
            give_back(core, row, row["quantity"], to_sale=0)
        if row["status"] != UNPAID or to == PAID:
            tell(core, row, to)


def give_back(core: Core, row: Row, units: int, *, to_sale: int) -> None:
    """End the reservation of units and return so many of them to sale."""
    core.store.run(
        "UPDATE blibli_item SET reserved = max(0, reserved - ?), stock = stock + ? WHERE blibli_sku = ?",
        units,
        to_sale,
        row["blibli_sku"],
    )


def tell(core: Core, row: Row, status: str) -> None:
    """The hint about an order item."""
    data = {"orderId": str(row["order_id"]), "orderItemId": str(row["item_id"]), "status": status}
    news.tell(core, news.ORDER, row["store_code"], data)
