"""The practice buyer: buys what a buyer could buy, changes their mind, receives the parcel."""

from __future__ import annotations

import json
from typing import Any

from lapak.sandbox.platform import Core
from lapak.sandbox.shopee import orders
from lapak.sandbox.shopee.items import NORMAL, settle
from lapak.sandbox.shopee.reading import Fields
from lapak.sandbox.shoppers import person

QUANTITY_MOST = 1000


class CannotBuy(Exception):
    """The stall does not sell this now. `code` is stable: not_found, not_on_sale, choose_variant, sold_out."""

    def __init__(self, code: str, message: str, left: int = 0) -> None:
        super().__init__(code)
        self.code, self.message, self.left = code, message, left


def buy(core: Core, wish: Fields) -> str:
    """Place one order of one or several lines; lowers the platform's own stock. Returns the order number.

    Raises CannotBuy, or Refused(error_param) for a wish that cannot be read.
    """
    shop_id = wish.whole("shop_id")
    wanted = wish.each("lines", high=20) if "lines" in wish else [wish]
    settle(core)
    with core.store.transaction():
        lines = [_take(core, shop_id, line) for line in wanted]
        return orders.open_order(
            core, shop_id, lines, person(wish.values.get("buyer")), unpaid=wish.flag("unpaid", default=False)
        )


def _take(core: Core, shop_id: int, wish: Fields) -> dict[str, Any]:
    quantity = wish.whole("quantity", default=1, low=1, high=QUANTITY_MOST)
    item_id, model_id = _which(core, shop_id, wish)
    item = core.store.row("SELECT * FROM shopee_item WHERE item_id = ? AND shop_id = ?", item_id, shop_id)
    model = core.store.row("SELECT * FROM shopee_model WHERE item_id = ? AND model_id = ?", item_id, model_id)
    if item is None or model is None:
        raise CannotBuy("not_found", "Barang ini tidak ada di toko.")
    if item["status"] != NORMAL:
        raise CannotBuy("not_on_sale", f"Barang ini tidak dijual sekarang ({item['status']}).")
    taken = core.store.run(
        "UPDATE shopee_model SET stock = stock - ?, reserved = reserved + ?"
        " WHERE item_id = ? AND model_id = ? AND stock >= ?",
        quantity,
        quantity,
        item_id,
        model_id,
        quantity,
    )
    if not taken:
        raise CannotBuy("sold_out", f"Stok tidak cukup: tersisa {model['stock']}.", left=model["stock"])
    spec, tiers = json.loads(item["spec"]), json.loads(item["tiers"])
    index = json.loads(model["tier_index"])
    return {
        "item_id": item_id,
        "item_name": item["name"],
        "item_sku": item["sku"],
        "model_id": model_id,
        "model_name": ",".join(tier["options"][at]["option"] for tier, at in zip(tiers, index, strict=True))
        if index
        else "",
        "model_sku": model["sku"] if model_id else "",
        "quantity": quantity,
        "price_idr": model["price_idr"],
        "weight": float(model["weight"] or spec["weight"]),
        "image_id": spec["image"]["image_id_list"][0],
        "order_item_id": item_id,
    }


def _which(core: Core, shop_id: int, wish: Fields) -> tuple[int, int]:
    """The item and model a buyer points at, by ids or by SKU."""
    if "model_sku" in wish or "item_sku" in wish:
        column = "m.sku" if "model_sku" in wish else "i.sku"
        rows = core.store.rows(
            "SELECT i.item_id, m.model_id FROM shopee_item i JOIN shopee_model m USING (item_id)"  # noqa: S608  a column name
            f" WHERE i.shop_id = ? AND i.status = 'NORMAL' AND {column} = ? ORDER BY i.item_id DESC, m.model_id",
            shop_id,
            wish.text("model_sku" if "model_sku" in wish else "item_sku"),
        )
        if not rows:
            raise CannotBuy("not_found", "Barang ini tidak ada di toko.")
        newest = [row for row in rows if row["item_id"] == rows[0]["item_id"]]
        model_id = wish.whole("model_id", default=newest[0]["model_id"] if len(newest) == 1 else -1, low=-1)
        found = rows[0]["item_id"], model_id
    else:
        item_id = wish.whole("item_id")
        only = core.store.rows("SELECT model_id FROM shopee_model WHERE item_id = ?", item_id)
        found = item_id, wish.whole("model_id", default=only[0]["model_id"] if len(only) == 1 else -1, low=-1)
    if found[1] == -1:
        raise CannotBuy("choose_variant", "Barang ini punya pilihan: sebutkan model_id.")
    return found


def act(core: Core, order_sn: str, action: str, *, at_once: bool = False) -> str:
    """Do what a buyer or courier does to an order. Returns the new status. Raises NotPossible or KeyError.

    `cancel` of a paid order only asks the seller (IN_CANCEL), unless `at_once`.
    """
    order = orders.order_of(core, order_sn)
    if order is None:
        raise KeyError(order_sn)
    now, status = core.clock.seconds(), order["status"]
    columns: dict[str, Any] = {}
    if action == "pay":
        to = orders.READY
        columns = {"paid": now}
    elif action == "pickup":
        to = orders.SHIPPED
        columns = {"picked_up": now}
    elif action == "pickup_failed":
        to = orders.RETRY
    elif action == "deliver":
        to = orders.RECEIVED
    elif action == "confirm":
        to = orders.COMPLETED
    else:
        direct = at_once or status == orders.UNPAID
        to = orders.CANCELLED if direct else orders.IN_CANCEL
        columns = {"cancel_by": "buyer", "cancel_reason": "Berubah pikiran", "before_cancel": status}
    if action == "pay" and status != orders.UNPAID:
        raise orders.NotPossible(f"{status} cannot be paid")
    orders.move(core, order_sn, to, **columns)
    return to


ACTIONS = ("pay", "cancel", "pickup", "pickup_failed", "deliver", "confirm")
