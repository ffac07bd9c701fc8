"""The practice buyer: buys what a buyer could buy, changes their mind, receives the parcel."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any

from lapak.sandbox.blibli import orders
from lapak.sandbox.blibli.products import ACTIVE, settle
from lapak.sandbox.fields import Fields
from lapak.sandbox.platform import Core
from lapak.sandbox.shoppers import person

QUANTITY_MOST = 1000
LINES_MOST = 20
# Action -> the state it brings the items of an order to; `cancel` depends on where they are.
STEPS = {"pay": orders.PAID, "pickup": orders.CROSSING, "deliver": orders.DELIVERED}
ACTIONS = (*STEPS, "cancel")


class CannotBuy(Exception):
    """The stall does not sell this now. `code` is stable: not_found, not_on_sale, choose_variant, sold_out."""

    def __init__(self, code: str, message: str, left: int = 0) -> None:
        super().__init__(code)
        self.code, self.message, self.left = code, message, left


def buy(core: Core, wish: Fields) -> int:
    """Place one order with an item for each line; lowers the platform's own stock. Returns the order's id.

    Raises CannotBuy, or BadField for a wish that cannot be read.
    """
    store_code = wish.text("shop_id")
    wanted = wish.each("lines", high=LINES_MOST) if "lines" in wish else [wish]
    settle(core)
    with core.store.transaction():
        lines = [_take(core, store_code, line) for line in wanted]
        who = person(wish.values.get("buyer"))
        return orders.open_order(core, store_code, lines, who, unpaid=wish.flag("unpaid", default=False))


def _which(core: Core, store_code: str, wish: Fields) -> Row:
    """The variant a buyer points at: by `blibli_sku`, `seller_sku` (the newest), or `product_sku` if it has one."""
    column = next((name for name in ("blibli_sku", "seller_sku", "product_sku") if name in wish), "product_sku")
    rows = core.store.rows(
        "SELECT i.*, p.state, p.spec FROM blibli_item i JOIN blibli_product p USING (product_sku)"  # noqa: S608  one of three column names
        f" WHERE p.store_code = ? AND i.{column} = ? ORDER BY i.blibli_sku DESC",
        store_code,
        wish.text(column),
    )
    if not rows:
        raise CannotBuy("not_found", "Barang ini tidak ada di toko.")
    if column == "product_sku" and len(rows) > 1:
        raise CannotBuy("choose_variant", "Barang ini punya pilihan: sebutkan blibli_sku.")
    return next((row for row in rows if row["state"] == ACTIVE), rows[0])


def _take(core: Core, store_code: str, wish: Fields) -> dict[str, Any]:
    quantity, item = wish.whole("quantity", default=1, low=1, high=QUANTITY_MOST), _which(core, store_code, wish)
    if item["state"] != ACTIVE or not item["buyable"]:
        raise CannotBuy("not_on_sale", f"Barang ini tidak dijual sekarang ({item['state']}).")
    taken = core.store.run(
        "UPDATE blibli_item SET stock = stock - ?, reserved = reserved + ? WHERE blibli_sku = ? AND stock >= ?",
        quantity,
        quantity,
        item["blibli_sku"],
        quantity,
    )
    if not taken:
        raise CannotBuy("sold_out", f"Stok tidak cukup: tersisa {item['stock']}.", left=item["stock"])
    chosen = ", ".join(json.loads(item["more"])["variantAttribute"].values())
    name = json.loads(item["spec"])["name"]
    return {
        "blibli_sku": item["blibli_sku"],
        "seller_sku": item["seller_sku"],
        "item_name": f"{name} - {chosen}" if chosen else name,
        "quantity": quantity,
        "full_price_idr": item["price_idr"],
        "price_idr": item["sale_price_idr"],
    }


def act(core: Core, order_id: int, action: str, *, at_once: bool = False) -> None:
    """Do what a buyer or courier does to the items of an order that still live. Raises NotPossible.

    `cancel` of what is ready for the courier only asks (CR), unless `at_once`.
    """
    living = [row for row in orders.items_of(core, order_id) if orders.PATHS[row["status"]]]
    if not living:
        raise orders.NotPossible("nothing of this order is left to change")
    with core.store.transaction():
        for row in living:
            asks = row["status"] == orders.READY and not at_once
            to = STEPS.get(action) or (orders.ASKED if asks else orders.CANCELLED)
            orders.move(core, row["item_id"], to, reason="Berubah pikiran" if action == "cancel" else "")
