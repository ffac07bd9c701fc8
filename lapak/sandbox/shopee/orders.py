"""The life of an order: every change of state happens here, with its stock and its pushes."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from sqlite3 import Row
from typing import Any

from lapak.sandbox.platform import Core
from lapak.sandbox.shopee import news

UNPAID, READY, PROCESSED, SHIPPED = "UNPAID", "READY_TO_SHIP", "PROCESSED", "SHIPPED"
RECEIVED, COMPLETED, RETRY, IN_CANCEL, CANCELLED = (
    "TO_CONFIRM_RECEIVE",
    "COMPLETED",
    "RETRY_SHIP",
    "IN_CANCEL",
    "CANCELLED",
)
# From where an order may go where; anything else is a mistake of the caller.
PATHS: dict[str, tuple[str, ...]] = {
    UNPAID: (READY, CANCELLED),
    READY: (PROCESSED, IN_CANCEL, CANCELLED),
    PROCESSED: (SHIPPED, RETRY, IN_CANCEL, CANCELLED),
    RETRY: (PROCESSED, IN_CANCEL, CANCELLED),
    SHIPPED: (RECEIVED, COMPLETED),
    RECEIVED: (COMPLETED,),
    IN_CANCEL: (READY, PROCESSED, RETRY, CANCELLED),
    COMPLETED: (),
    CANCELLED: (),
}
PACKAGE_STATUS = {
    UNPAID: "LOGISTICS_NOT_START",
    READY: "LOGISTICS_READY",
    PROCESSED: "LOGISTICS_REQUEST_CREATED",
    RETRY: "LOGISTICS_PICKUP_RETRY",
    SHIPPED: "LOGISTICS_PICKUP_DONE",
    RECEIVED: "LOGISTICS_DELIVERY_DONE",
    COMPLETED: "LOGISTICS_DELIVERY_DONE",
    CANCELLED: "LOGISTICS_REQUEST_CANCELED",
}
WIB = timezone(timedelta(hours=7))
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
SHIP_WITHIN_S = 2 * 86_400


class NotPossible(Exception):
    """The order is not in a state that allows this."""


def order_of(core: Core, order_sn: str, shop_id: int | None = None) -> Row | None:
    """One order, of a given shop if one is given."""
    return core.store.row(
        "SELECT * FROM shopee_order WHERE order_sn = ? AND coalesce(?, shop_id) = shop_id", order_sn, shop_id
    )


def open_order(
    core: Core, shop_id: int, lines: Sequence[dict[str, Any]], buyer: dict[str, str], *, unpaid: bool
) -> str:
    """Write an order whose stock was taken already, inside the caller's transaction. Returns its number."""
    now = core.clock.seconds()
    day = datetime.fromtimestamp(now, WIB).strftime("%y%m%d")
    order_sn = day + "".join(secrets.choice(ALPHABET) for _ in range(8))
    number = core.store.next_id("shopee_package", start=192_947_720_200_001)
    core.store.run(
        "INSERT INTO shopee_order (order_sn, shop_id, status, package_status, created, updated, ship_by,"
        " package_number, buyer, lines, total_idr) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        order_sn,
        shop_id,
        UNPAID,
        PACKAGE_STATUS[UNPAID],
        now,
        now,
        now + SHIP_WITHIN_S,
        f"OFG{number}",
        json.dumps(buyer),
        json.dumps(lines),
        sum(line["price_idr"] * line["quantity"] for line in lines),
    )
    for line in lines:
        _tell_reserved(core, shop_id, order_sn, line, "place_order", line["quantity"])
    _tell_status(core, shop_id, order_sn, UNPAID, now)
    if not unpaid:
        move(core, order_sn, READY, paid=now)
    return order_sn


def move(core: Core, order_sn: str, to: str, **columns: Any) -> None:
    """Bring an order into a new state, with its parcel, its stock and the pushes. Raises NotPossible."""
    with core.store.transaction():
        order = order_of(core, order_sn)
        if order is None or to not in PATHS[order["status"]]:
            raise NotPossible(f"{order['status'] if order else 'no order'} cannot become {to}")
        now = core.clock.seconds()
        parcel = PACKAGE_STATUS.get(to, order["package_status"])
        core.store.run(
            "UPDATE shopee_order SET status = ?, package_status = ?, updated = ? WHERE order_sn = ?",
            to,
            parcel,
            now,
            order_sn,
        )
        for name in ("paid", "picked_up", "tracking_number", "cancel_by", "cancel_reason", "before_cancel"):
            if name in columns:
                core.store.run(
                    f"UPDATE shopee_order SET {name} = ? WHERE order_sn = ?",  # noqa: S608  names from the line above
                    columns[name],
                    order_sn,
                )
        for line in json.loads(order["lines"]):
            if to == CANCELLED:
                _give_back(core, line, back=line["quantity"])
                _tell_reserved(core, order["shop_id"], order_sn, line, "cancel_order", -line["quantity"])
            elif to == SHIPPED:
                _give_back(core, line, back=0)
        _tell_status(core, order["shop_id"], order_sn, to, now)


def _give_back(core: Core, line: dict[str, Any], *, back: int) -> None:
    """End the reservation of a line and return so many units to sale. A variant deleted since then takes nothing."""
    core.store.run(
        "UPDATE shopee_model SET reserved = max(0, reserved - ?), stock = stock + ? WHERE item_id = ? AND model_id = ?",
        line["quantity"],
        back,
        line["item_id"],
        line["model_id"],
    )


def _tell_status(core: Core, shop_id: int, order_sn: str, status: str, now: int) -> None:
    news.tell(
        core,
        news.ORDER_STATUS,
        shop_id,
        {"ordersn": order_sn, "status": status, "completed_scenario": "", "update_time": now, "items": []},
    )


def _tell_reserved(core: Core, shop_id: int, order_sn: str, line: dict[str, Any], action: str, change: int) -> None:
    row = core.store.row(
        "SELECT reserved FROM shopee_model WHERE item_id = ? AND model_id = ?", line["item_id"], line["model_id"]
    )
    if row is not None:
        news.tell(
            core,
            news.RESERVED_STOCK,
            shop_id,
            {
                "shop_id": shop_id,
                "item_id": line["item_id"],
                "variation_id": line["model_id"],
                "action": action,
                "ordersn": order_sn,
                "update_time": core.clock.seconds(),
                "changed_values": [{"name": "reserved_stock", "old": row["reserved"] - change, "new": row["reserved"]}],
            },
        )
