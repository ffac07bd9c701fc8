"""The practice buyer: buys what a buyer could buy, changes their mind, receives the parcel."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any

from lapak.sandbox.fields import Fields
from lapak.sandbox.platform import Core
from lapak.sandbox.shoppers import person
from lapak.sandbox.tokopedia import market, orders
from lapak.sandbox.tokopedia.products import ACTIVE, settle

QUANTITY_MOST = 1000
LINES_MOST = 20
ACTIONS = ("pay", "release", "cancel", "pickup", "deliver", "confirm")


class CannotBuy(Exception):
    """The stall does not sell this now. `code` is stable: not_found, not_on_sale, choose_variant, sold_out."""

    def __init__(self, code: str, message: str, left: int = 0) -> None:
        super().__init__(code)
        self.code, self.message, self.left = code, message, left


def buy(core: Core, wish: Fields) -> int:
    """Place one order of one or several lines; lowers the platform's own stock. Returns the order's id.

    Raises CannotBuy, or BadField for a wish that cannot be read.
    """
    shop_id = wish.whole("shop_id")
    platform = wish.one_of("platform", market.PLATFORMS, default="")
    shipping = wish.one_of("shipping", (orders.TIKTOK_SHIPPING, orders.SELLER_SHIPPING), default=orders.TIKTOK_SHIPPING)
    wanted = wish.each("lines", high=LINES_MOST) if "lines" in wish else [wish]
    settle(core)
    with core.store.transaction():
        found = [_which(core, shop_id, line) for line in wanted]
        platform = platform or _where(found)
        lines = [_take(core, sku, line, platform) for sku, line in zip(found, wanted, strict=True)]
        return orders.open_order(
            core,
            shop_id,
            lines,
            person(wish.values.get("buyer")),
            platform=platform,
            shipping=shipping,
            unpaid=wish.flag("unpaid", default=False),
        )


def _where(found: list[Row]) -> str:
    """Where the order is placed when nobody says: on Tokopedia if all of it is sold there."""
    on_tokopedia = all(json.loads(sku["statuses"]).get(market.TOKOPEDIA) == ACTIVE for sku in found)
    return market.TOKOPEDIA if on_tokopedia else market.TIKTOK


def _which(core: Core, shop_id: int, wish: Fields) -> Row:
    """The SKU a buyer points at: by `sku_id`, by `seller_sku` (the newest), or by `product_id` if it has only one."""
    column = next((name for name in ("sku_id", "seller_sku", "product_id") if name in wish), "product_id")
    value: int | str = wish.text(column) if column == "seller_sku" else wish.whole(column)
    rows = core.store.rows(
        "SELECT s.*, p.spec, p.statuses FROM tokopedia_sku s JOIN tokopedia_product p USING (product_id)"  # noqa: S608  one of three column names
        f" WHERE p.shop_id = ? AND s.{column} = ? AND p.statuses NOT LIKE '%DELETED%' ORDER BY s.sku_id DESC",
        shop_id,
        value,
    )
    if not rows:
        raise CannotBuy("not_found", "Barang ini tidak ada di toko.")
    if column == "product_id" and len(rows) > 1:
        raise CannotBuy("choose_variant", "Barang ini punya pilihan: sebutkan sku_id.")
    on_sale = [row for row in rows if ACTIVE in json.loads(row["statuses"]).values()]
    return (on_sale or rows)[0]


def _take(core: Core, sku: Row, wish: Fields, platform: str) -> dict[str, Any]:
    quantity = wish.whole("quantity", default=1, low=1, high=QUANTITY_MOST)
    status = json.loads(sku["statuses"]).get(platform, "")
    if status != ACTIVE:
        raise CannotBuy("not_on_sale", f"Barang ini tidak dijual di {platform} sekarang ({status or 'tidak ada'}).")
    taken = core.store.run(
        "UPDATE tokopedia_sku SET stock = stock - ?, committed = committed + ? WHERE sku_id = ? AND stock >= ?",
        quantity,
        quantity,
        sku["sku_id"],
        quantity,
    )
    if not taken:
        raise CannotBuy("sold_out", f"Stok tidak cukup: tersisa {sku['stock']}.", left=sku["stock"])
    spec, attributes = json.loads(sku["spec"]), json.loads(sku["more"])["sales_attributes"]
    pictures = [one["uri"] for one in attributes if one["uri"]]
    return {
        "product_id": sku["product_id"],
        "product_name": spec["title"],
        "sku_id": sku["sku_id"],
        "sku_name": ", ".join(one["value_name"] for one in attributes),
        "seller_sku": sku["seller_sku"],
        "quantity": quantity,
        "price_idr": sku["price_idr"],
        "uri": pictures[0] if pictures else spec["main_images"][0]["uri"],
    }


def act(core: Core, order: Row, action: str, *, at_once: bool = False) -> None:
    """Do what a buyer or courier does to an order. Raises NotPossible.

    `cancel` of an order that is to be shipped only asks the seller, unless `at_once`.
    """
    order_id, status = order["order_id"], order["status"]
    if action == "pay":
        orders.pay(core, order_id)
    elif action == "release":
        orders.release(core, order_id)
    elif action == "pickup":
        orders.move(core, order_id, orders.IN_TRANSIT)
    elif action == "deliver":
        orders.move(core, order_id, orders.DELIVERED)
    elif action == "confirm":
        orders.move(core, order_id, orders.COMPLETED)
    elif at_once or status in (orders.UNPAID, orders.ON_HOLD):
        orders.cancel(core, order, role="BUYER", reason="Berubah pikiran")
    else:
        orders.ask_to_cancel(core, order, "Berubah pikiran")
