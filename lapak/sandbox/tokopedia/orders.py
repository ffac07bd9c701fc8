"""The life of an order: every change of state happens here, with its stock and its webhooks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta, timezone
from sqlite3 import Row
from typing import Any

from lapak.sandbox.platform import Core
from lapak.sandbox.tokopedia import news

UNPAID, ON_HOLD, AWAITING_SHIPMENT, AWAITING_COLLECTION = (
    "UNPAID",
    "ON_HOLD",
    "AWAITING_SHIPMENT",
    "AWAITING_COLLECTION",
)
IN_TRANSIT, DELIVERED, COMPLETED, CANCELLED = "IN_TRANSIT", "DELIVERED", "COMPLETED", "CANCELLED"
# From where an order may go where; anything else is a mistake of the caller.
PATHS: dict[str, tuple[str, ...]] = {
    UNPAID: (ON_HOLD, CANCELLED),
    ON_HOLD: (AWAITING_SHIPMENT, CANCELLED),
    AWAITING_SHIPMENT: (AWAITING_COLLECTION, CANCELLED),
    AWAITING_COLLECTION: (IN_TRANSIT, CANCELLED),
    IN_TRANSIT: (DELIVERED,),
    DELIVERED: (COMPLETED,),
    COMPLETED: (),
    CANCELLED: (),
}
PACKAGE_STATUS = {
    UNPAID: "",
    ON_HOLD: "",
    AWAITING_SHIPMENT: "TO_FULFILL",
    AWAITING_COLLECTION: "PROCESSING",
    IN_TRANSIT: "FULFILLING",
    DELIVERED: "COMPLETED",
    COMPLETED: "COMPLETED",
    CANCELLED: "CANCELLED",
}
PENDING, SUCCESS, WITHDRAWN = (
    "CANCELLATION_REQUEST_PENDING",
    "CANCELLATION_REQUEST_SUCCESS",
    "CANCELLATION_REQUEST_CANCEL",
)
FIRST_ORDER, FIRST_PACKAGE, FIRST_LINE = 576_461_413_038_700_101, 1_152_321_127_278_700_101, 577_086_512_123_700_101
FIRST_CANCEL = 4_035_318_504_086_000_101
WIB = timezone(timedelta(hours=7))
SHIP_WITHIN_S = 2 * 86_400
COLLECT_WITHIN_S = 3 * 86_400
CANCEL_AFTER_S = 5 * 86_400
TIKTOK_SHIPPING, SELLER_SHIPPING = "TIKTOK", "SELLER"


class NotPossible(Exception):
    """The order is not in a state that allows this."""


def settle(core: Core) -> None:
    """Release the orders whose hold is over. Called before anything looks at orders."""
    with core.store.transaction():
        for row in core.store.rows(
            "SELECT order_id, hold_until FROM tokopedia_order WHERE status = ? AND hold_until <= ?",
            ON_HOLD,
            core.clock.now(),
        ):
            core.store.run(
                "UPDATE tokopedia_order SET status = ?, updated = ? WHERE order_id = ?",
                AWAITING_SHIPMENT,
                int(row["hold_until"]),
                row["order_id"],
            )


def order_of(core: Core, order_id: int, shop_id: int | None = None) -> Row | None:
    """One order, of a given shop if one is given."""
    settle(core)
    return core.store.row(
        "SELECT * FROM tokopedia_order WHERE order_id = ? AND coalesce(?, shop_id) = shop_id", order_id, shop_id
    )


def open_order(
    core: Core,
    shop_id: int,
    lines: Sequence[dict[str, Any]],
    buyer: dict[str, str],
    *,
    platform: str,
    shipping: str,
    unpaid: bool,
) -> int:
    """Write an order whose stock was taken already, inside the caller's transaction. One line for each unit."""
    now = core.clock.seconds()
    order_id = core.store.next_id("tokopedia_order", start=FIRST_ORDER)
    units = [
        {"id": core.store.next_id("tokopedia_line", start=FIRST_LINE), **line}
        for line in lines
        for _ in range(line["quantity"])
    ]
    core.store.run(
        "INSERT INTO tokopedia_order (order_id, shop_id, platform, shipping, status, created, updated, package_id,"
        " buyer, lines, total_idr) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        order_id,
        shop_id,
        platform,
        shipping,
        UNPAID,
        now,
        now,
        core.store.next_id("tokopedia_package", start=FIRST_PACKAGE),
        json.dumps(buyer),
        json.dumps(units),
        sum(unit["price_idr"] for unit in units),
    )
    _tell(core, shop_id, order_id, UNPAID)
    if not unpaid:
        pay(core, order_id)
    return order_id


def pay(core: Core, order_id: int) -> None:
    """The buyer pays: the order is held a while, in which the buyer may still cancel freely, and then to be shipped."""
    hold_s = core.settings.tokopedia.hold_s
    with core.store.transaction():
        move(core, order_id, ON_HOLD, paid=core.clock.seconds(), hold_until=core.clock.now() + hold_s)
        row = core.store.row("SELECT shop_id FROM tokopedia_order WHERE order_id = ?", order_id)
        assert row is not None  # it was moved a moment ago
        push_id = _tell(core, row["shop_id"], order_id, AWAITING_SHIPMENT, after_s=hold_s)
        core.store.run("UPDATE tokopedia_order SET hold_push = ? WHERE order_id = ?", push_id, order_id)
    settle(core)


def release(core: Core, order_id: int) -> None:
    """End the hold of an order at once. Raises NotPossible."""
    with core.store.transaction():
        order = order_of(core, order_id)
        if order is None or order["status"] != ON_HOLD:
            raise NotPossible("only an order on hold can be released")
        _forget_hold(core, order)
        move(core, order_id, AWAITING_SHIPMENT)


def _forget_hold(core: Core, order: Row) -> None:
    """Take the news of the hold's end back, as long as it has not left."""
    core.store.run("DELETE FROM push WHERE id = ? AND tries = 0 AND state = 'waiting'", order["hold_push"])


def move(core: Core, order_id: int, to: str, **columns: Any) -> None:
    """Bring an order into a new state, with its stock and the webhook. Raises NotPossible."""
    with core.store.transaction():
        order = order_of(core, order_id)
        if order is None or to not in PATHS[order["status"]]:
            raise NotPossible(f"{order['status'] if order else 'no order'} cannot become {to}")
        core.store.run(
            "UPDATE tokopedia_order SET status = ?, updated = ? WHERE order_id = ?", to, core.clock.seconds(), order_id
        )
        for name in ("paid", "hold_until", "shipped", "tracking_number", "cancelled_by", "cancel_reason"):
            if name in columns:
                core.store.run(
                    f"UPDATE tokopedia_order SET {name} = ? WHERE order_id = ?",  # noqa: S608  names from the line above
                    columns[name],
                    order_id,
                )
        if to == CANCELLED and order["status"] == ON_HOLD:
            _forget_hold(core, order)
        if to in (CANCELLED, IN_TRANSIT):
            for line in json.loads(order["lines"]):
                core.store.run(
                    "UPDATE tokopedia_sku SET committed = max(0, committed - 1), stock = stock + ? WHERE sku_id = ?",
                    int(to == CANCELLED),
                    line["sku_id"],
                )
        _tell(core, order["shop_id"], order_id, to)


def _tell(core: Core, shop_id: int, order_id: int, status: str, *, after_s: float = 0.0) -> int:
    """Webhook 1. It writes CANCEL where the API writes CANCELLED."""
    return news.tell(
        core,
        news.ORDER_STATUS_CHANGE,
        shop_id,
        {
            "order_id": str(order_id),
            "order_status": "CANCEL" if status == CANCELLED else status,
            "is_on_hold_order": status in (UNPAID, ON_HOLD),
            "update_time": int(core.clock.now() + after_s),
        },
        after_s=after_s,
    )


def asked_to_cancel(core: Core, order_id: int) -> Row | None:
    """The buyer's request that waits for the seller's answer."""
    return core.store.row("SELECT * FROM tokopedia_cancellation WHERE order_id = ? AND status = ?", order_id, PENDING)


def ask_to_cancel(core: Core, order: Row, reason: str) -> None:
    """The buyer asks; the order stays where it is until the seller answers. Raises NotPossible."""
    if order["status"] not in (AWAITING_SHIPMENT, AWAITING_COLLECTION) or asked_to_cancel(core, order["order_id"]):
        raise NotPossible(f"{order['status']} cannot be asked to be cancelled")
    with core.store.transaction():
        cancel_id = _write_cancellation(core, order, role="BUYER", status=PENDING, reason=reason)
        _touch(core, order)
        tell_cancellation(core, cancel_id)


def cancel(core: Core, order: Row, *, role: str, reason: str) -> int:
    """Cancel an order at once; its units return to sale. Returns the cancellation's id. Raises NotPossible."""
    with core.store.transaction():
        move(core, order["order_id"], CANCELLED, cancelled_by=role, cancel_reason=reason)
        cancel_id = _write_cancellation(core, order, role=role, status=SUCCESS, reason=reason)
        tell_cancellation(core, cancel_id)
    return cancel_id


def answer_request(core: Core, request: Row, *, approve: bool) -> None:
    """The seller answers a buyer's request. Raises NotPossible when the parcel has left meanwhile."""
    with core.store.transaction():
        order = order_of(core, request["order_id"])
        assert order is not None  # a request refers to its order
        if approve:
            move(core, order["order_id"], CANCELLED, cancelled_by="BUYER", cancel_reason=request["reason"])
        else:
            _touch(core, order)
        core.store.run(
            "UPDATE tokopedia_cancellation SET status = ?, updated = ? WHERE cancel_id = ?",
            SUCCESS if approve else WITHDRAWN,
            core.clock.seconds(),
            request["cancel_id"],
        )
        tell_cancellation(core, request["cancel_id"])


def _touch(core: Core, order: Row) -> None:
    core.store.run("UPDATE tokopedia_order SET updated = ? WHERE order_id = ?", core.clock.seconds(), order["order_id"])


def _write_cancellation(core: Core, order: Row, *, role: str, status: str, reason: str) -> int:
    cancel_id, now = core.store.next_id("tokopedia_cancellation", start=FIRST_CANCEL), core.clock.seconds()
    core.store.run(
        "INSERT INTO tokopedia_cancellation VALUES (?, ?, ?, ?, ?, ?, ?)",
        cancel_id,
        order["order_id"],
        role,
        status,
        reason,
        now,
        now,
    )
    return cancel_id


def tell_cancellation(core: Core, cancel_id: int) -> None:
    """Webhook 11."""
    row = core.store.row(
        "SELECT c.*, o.shop_id FROM tokopedia_cancellation c JOIN tokopedia_order o USING (order_id)"
        " WHERE cancel_id = ?",
        cancel_id,
    )
    assert row is not None  # it was written a moment ago
    news.tell(
        core,
        news.CANCELLATION_STATUS_CHANGE,
        row["shop_id"],
        {
            "order_id": str(row["order_id"]),
            "cancellations_role": row["role"],
            "cancel_status": row["status"],
            "cancel_id": str(cancel_id),
            "create_time": row["created"],
        },
    )
