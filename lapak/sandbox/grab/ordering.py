"""What a partner may ask of an order: answer it, mark it, cancel it, list it."""

from __future__ import annotations

import json
from datetime import datetime
from sqlite3 import Row
from typing import Any

from lapak.sandbox.fields import BadField
from lapak.sandbox.grab import news, orders
from lapak.sandbox.grab.gateway import Call, GrabRefused

PAGE = 50  # orders on one page; the size is not documented
IDS_MOST = 10
REASONS = {
    1001: "Items are unavailable",
    1002: "I have too many orders now",
    1003: "My shop is closed",
    1004: "My shop is closing soon",
}
CANCELS_A_DAY = 10  # a daily limit is documented, its height is not
ALLOCATED_TOO_LONG_S = 30 * 60  # likewise
NEAR = 3
_STEM = "Order cannot be cancelled via this endpoint as"
_TAIL = "Please contact Grab Support for further assistance."
READY, COMPLETED = 1, 2


def _order(call: Call, *, merchant_id: str = "") -> Row:
    order_id = (call.query if call.request.method == "GET" else call.body).text("orderID")
    order = orders.order_of(call.core, order_id)
    if order is None:
        raise GrabRefused(404, f"order {order_id} is not found", "orderID")
    call.store(order["merchant_id"])
    if merchant_id and merchant_id != order["merchant_id"]:
        raise GrabRefused(403, f"{_STEM} this order does not belong to you. {_TAIL}", "orderID")
    return order


def _flags(order: Row) -> dict[str, Any]:
    flags: dict[str, Any] = json.loads(order["payload"])["featureFlags"]
    return flags


def prepare(call: Call) -> None:
    """Accept or reject. Only an order that waits for the store's answer takes one."""
    order = _order(call)
    to = call.body.one_of("toState", ("Accepted", "Rejected"))
    # What Grab answers for an order it accepted by itself is not documented: the refusal of a second answer is taken.
    if order["state"] != orders.PENDING or _flags(order)["orderAcceptedType"] != "MANUAL":
        raise GrabRefused(400, "invalid order state", "toState")
    if to == "Accepted":
        orders.move(call.core, order["order_id"], orders.ACCEPTED)
    else:
        orders.move(call.core, order["order_id"], orders.CANCELLED, code="REJECTED", message="Rejected by merchant")


def mark(call: Call) -> None:
    """The food is ready. `markStatus` 2 belongs to eating in, which the practice store does not offer."""
    order = _order(call)
    if call.body.whole("markStatus", low=READY, high=COMPLETED) == COMPLETED:
        raise GrabRefused(400, "markStatus 2 is only for dine-in orders", "markStatus")
    if order["state"] not in (orders.ACCEPTED, orders.ALLOCATED, orders.ARRIVED):
        raise GrabRefused(400, "invalid order state", "orderID")
    if order["ready"]:
        raise GrabRefused(400, "order already marked ready", "orderID")
    call.core.store.run("UPDATE grab_order SET ready = 1 WHERE order_id = ?", order["order_id"])


def ready_time(call: Call) -> None:
    """Say when the food will be ready, within what the order allows."""
    order = _order(call)
    payload = json.loads(order["payload"])
    estimation, wanted = payload["orderReadyEstimation"], _moment(call, "newOrderReadyTime")
    if order["state"] in (*orders.ENDED, orders.COLLECTED) or not estimation["allowChange"]:
        raise GrabRefused(400, "the order ready time cannot be changed", "orderID")
    if not call.core.clock.now() < wanted <= datetime.fromisoformat(estimation["maxOrderReadyTime"]).timestamp():
        raise GrabRefused(400, "newOrderReadyTime is beyond maxOrderReadyTime", "newOrderReadyTime")
    estimation["newOrderReadyTime"] = news.rfc3339(wanted)
    call.core.store.run("UPDATE grab_order SET payload = ? WHERE order_id = ?", json.dumps(payload), order["order_id"])


def _moment(call: Call, name: str) -> float:
    try:
        moment = datetime.fromisoformat(call.body.text(name))
    except ValueError:
        raise BadField(name, "must be a time of RFC 3339") from None
    if moment.tzinfo is None:
        raise BadField(name, "must carry a time zone")
    return moment.timestamp()


def delivery(call: Call) -> None:
    """The store's own courier took the food, or has delivered it."""
    order = _order(call)
    if _flags(order)["orderType"] != orders.BY_RESTAURANT:
        raise GrabRefused(400, "only for orders that the restaurant delivers", "orderID")
    words = {"Accepted": orders.ACCEPTED, "Collected": orders.COLLECTED, "Delivered": orders.DELIVERED}
    start = words[call.body.one_of("fromState", ("Accepted", "Collected"))]
    to = words[call.body.one_of("toState", ("Collected", "Delivered"))]
    if order["state"] != start:
        raise GrabRefused(400, "invalid order state", "fromState")
    try:
        orders.move(call.core, order["order_id"], to)
    except orders.NotPossible as fault:
        raise GrabRefused(400, str(fault), "toState") from None


def _cancelled_today(call: Call, merchant_id: str) -> int:
    row = call.core.store.row(
        "SELECT count(*) AS n FROM grab_order WHERE merchant_id = ? AND day = ? AND cancel_code IS NOT NULL",
        merchant_id,
        orders.day_of(call.core.clock.now()),
    )
    return int(row["n"]) if row else 0


def _why_not(call: Call, order: Row) -> tuple[str, str]:
    """Why an order cannot be cancelled by its store, in the words of a question and of a refusal; '' when it can."""
    flags = _flags(order)
    too_long = order["allocated_at"] and call.core.clock.now() - order["allocated_at"] > ALLOCATED_TOO_LONG_S
    for stands, reason, words in (
        (
            flags["orderAcceptedType"] == "MANUAL",
            "Default Error",  # the enumeration has no word for stores that accept by hand
            "only stores on auto-accept can use this endpoint",
        ),
        (
            flags["orderType"] == orders.TAKE_AWAY,
            "Self pick-up orders cannot be cancelled",
            "it is a self-pick up order",
        ),
        (
            _cancelled_today(call, order["merchant_id"]) >= CANCELS_A_DAY,
            "Daily cancellation limit reached",
            "the daily limit for order cancellations has been reached",
        ),
        (
            order["state"] in (orders.PENDING, orders.ACCEPTED),
            "Order has not yet been allocated preventing cancellation",
            "the order has not been allocated yet",
        ),
        (
            too_long,
            "Driver has been allocated for too long",
            "the cancellation time limit has been reached since a driver has been allocated for too long",
        ),
    ):
        if stands:
            return reason, f"{_STEM} {words}. {_TAIL}"
    return "", ""


def _limits(call: Call, merchant_id: str) -> dict[str, Any]:
    left = CANCELS_A_DAY - _cancelled_today(call, merchant_id)
    near = left <= NEAR
    return {
        "limitType": "approaching the daily limit" if near else "not approaching limit",
        "limitTimes": left if near else 0,
    }


def cancelable(call: Call) -> dict[str, Any]:
    """Whether the store may cancel, and for which reasons."""
    order = _order(call, merchant_id=call.query.text("merchantID"))
    over = order["state"] in (*orders.ENDED, orders.COLLECTED)
    why = "The current status of the order does not allow cancellation" if over else _why_not(call, order)[0]
    return {
        "cancelAble": not why,
        "nonCancellationReason": why,
        **_limits(call, order["merchant_id"]),
        "cancelReasons": [] if why else [{"code": code, "reason": reason} for code, reason in REASONS.items()],
    }


def cancel(call: Call) -> dict[str, Any]:
    """The store cancels: only where Grab accepts by itself, and only once a driver is on the way."""
    order = _order(call, merchant_id=call.body.text("merchantID"))
    code = call.body.whole("cancelCode")
    if code not in REASONS:
        raise BadField("cancelCode", f"must be one of {', '.join(map(str, REASONS))}")
    if order["state"] in (*orders.ENDED, orders.COLLECTED):
        raise GrabRefused(409, "the order has ended or was collected", "orderID")
    _, why = _why_not(call, order)
    if why:
        raise GrabRefused(403, why, "orderID")
    with call.core.store.transaction():
        call.core.store.run("UPDATE grab_order SET cancel_code = ? WHERE order_id = ?", code, order["order_id"])
        orders.move(call.core, order["order_id"], orders.CANCELLED, code=str(code), message=REASONS[code])
    return _limits(call, order["merchant_id"])


def list_orders(call: Call) -> dict[str, Any]:
    """Orders of one store on one day, a page at a time, or up to 10 by their ids.

    Whether the first page is 0 or 1 is told in two ways, so both give it.
    """
    merchant_id = call.query.text("merchantID")
    call.store(merchant_id)
    ids = call.request.query_params.getlist("orderIDs")
    if len(ids) > IDS_MOST:
        raise BadField("orderIDs", f"may have at most {IDS_MOST} entries")
    if ids:
        found = [orders.order_of(call.core, order_id) for order_id in ids]
        mine = [order for order in found if order is not None and order["merchant_id"] == merchant_id]
        return {"more": False, "orders": [orders.listed(order) for order in mine]}
    day, page = call.query.text("date"), call.query.text("page")
    try:
        datetime.strptime(day, "%Y-%m-%d")  # noqa: DTZ007  a calendar day, no moment
    except ValueError:
        raise BadField("date", "must be YYYY-MM-DD") from None
    if not page.isascii() or not page.isdigit() or len(page) > 6:
        raise BadField("page", "must be a whole number")
    rows = call.core.store.rows(
        "SELECT * FROM grab_order WHERE merchant_id = ? AND day = ? ORDER BY placed_at, order_id LIMIT ? OFFSET ?",
        merchant_id,
        day,
        PAGE + 1,
        PAGE * max(0, int(page) - 1),
    )
    return {"more": len(rows) > PAGE, "orders": [orders.listed(order) for order in rows[:PAGE]]}
