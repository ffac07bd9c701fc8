"""Orders of practice Grab: what they hold, how they move, and what the partner hears of each step."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from sqlite3 import Row
from typing import Any

from lapak.sandbox.grab import news
from lapak.sandbox.grab.menu import settled
from lapak.sandbox.platform import Core
from lapak.sandbox.shoppers import person

PENDING = ""  # submitted to a store that accepts by hand, and not yet answered
ACCEPTED, ALLOCATED, ARRIVED = "ACCEPTED", "DRIVER_ALLOCATED", "DRIVER_ARRIVED"
COLLECTED, DELIVERED, FAILED, CANCELLED = "COLLECTED", "DELIVERED", "FAILED", "CANCELLED"
BY_GRAB, TAKE_AWAY, BY_RESTAURANT = "DeliveredByGrab", "TakeAway", "DeliveredByRestaurant"
ORDER_TYPES = (BY_GRAB, TAKE_AWAY, BY_RESTAURANT)
_STEPS = {
    BY_GRAB: (ACCEPTED, ALLOCATED, ARRIVED, COLLECTED, DELIVERED),
    TAKE_AWAY: (ACCEPTED, DELIVERED),
    BY_RESTAURANT: (ACCEPTED, COLLECTED, DELIVERED),
}
ENDED = (DELIVERED, FAILED, CANCELLED)
TOLD_TO_TAKE_AWAY = (DELIVERED, CANCELLED)
DRIVER_ETA_S = 420
READY_S, READY_MOST_S = 15 * 60, 45 * 60
# In which zone a store's day begins is not documented; Western Indonesia is taken.
DAY_ZONE = timedelta(hours=7)
TAX_PERCENT = 10  # PB1, for items the menu calls taxable; prices include it


class NotPossible(Exception):
    """The order is not in a state that allows this."""


def order_of(core: Core, order_id: str) -> Row | None:
    """One order, or None."""
    return core.store.row("SELECT * FROM grab_order WHERE order_id = ?", order_id)


def day_of(at: float) -> str:
    """Unix seconds -> the store's day, YYYY-MM-DD."""
    return (datetime.fromtimestamp(at, UTC) + DAY_ZONE).date().isoformat()


def submit(core: Core, store: Row, lines: list[dict[str, Any]], order_type: str, payment: str) -> str:
    """Write an order down and tell the partner. Returns its id. Runs inside the caller's transaction."""
    now, merchant_id = core.clock.now(), store["merchant_id"]
    number = core.store.next_id("grab_order", start=70_000_001)
    order_id = f"{number}-C{number * 7919 % 16**8:08X}"
    row = core.store.row(
        "SELECT count(*) AS n FROM grab_order WHERE merchant_id = ? AND day = ?", merchant_id, day_of(now)
    )
    short = f"{'GF' if store['service'] == 'food' else 'GM'}-{(row['n'] if row else 0) + 1:03d}"
    payload = {
        "orderID": order_id,
        "shortOrderNumber": short,
        "merchantID": merchant_id,
        "partnerMerchantID": store["partner_merchant_id"],
        "paymentType": payment,
        "cutlery": False,
        "orderTime": news.rfc3339(now),
        "submitTime": None,
        "completeTime": None,
        "scheduledTime": "",
        "orderState": "",
        "currency": {"code": "IDR", "symbol": "Rp", "exponent": store["exponent"]},
        "featureFlags": {"orderAcceptedType": store["accepts"], "orderType": order_type, "isMexEditOrder": False},
        "items": [_item_out(line) for line in lines],
        "campaigns": None,
        "promos": None,
        "price": priced(lines, order_type, payment, store["exponent"]),
        "dineIn": None,
        "receiver": _receiver() if order_type == BY_RESTAURANT else None,
        "orderReadyEstimation": {
            "allowChange": True,
            "estimatedOrderReadyTime": news.rfc3339(now + READY_S),
            "maxOrderReadyTime": news.rfc3339(now + READY_MOST_S),
            "newOrderReadyTime": None,
        },
        "membershipID": "",
        "discounts": None,
        "payments": None,
    }
    core.store.run(
        "INSERT INTO grab_order (order_id, merchant_id, day, state, placed_at, payload) VALUES (?, ?, ?, ?, ?, ?)",
        order_id,
        merchant_id,
        day_of(now),
        PENDING,
        now,
        json.dumps(payload),
    )
    news.tell(core, news.ORDER, merchant_id, payload)
    if store["accepts"] == "AUTO":
        move(core, order_id, ACCEPTED)
    return order_id


def _item_out(line: dict[str, Any]) -> dict[str, Any]:
    """One line as the partner sees it: no name, the price of one unit with its modifiers and tax."""
    return {
        "id": line["id"],
        "grabItemID": line["grab_item_id"],
        "quantity": line["quantity"],
        "price": line["price"],
        "tax": tax_in(line["price"] * line["quantity"], taxable=line["taxable"]),
        "specifications": line["note"],
        "outOfStockInstruction": None,
        "modifiers": [
            {
                "id": one["id"],
                "price": one["price"],
                "tax": tax_in(one["price"], taxable=line["taxable"]),
                "quantity": 1,
            }
            for one in line["modifiers"]
        ],
    }


def tax_in(amount: int, *, taxable: bool) -> int:
    """The tax inside an amount that includes it."""
    return round(amount * TAX_PERCENT / (100 + TAX_PERCENT)) if taxable else 0


def priced(lines: list[dict[str, Any]], order_type: str, payment: str, exponent: int) -> dict[str, int]:
    """The price object. Eater payment and delivery fee are 0 unless paid in cash or delivered by the store."""
    subtotal = sum(line["price"] * line["quantity"] for line in lines)
    shown = payment == "CASH" or order_type == BY_RESTAURANT
    delivery = 10_000 * 10**exponent if shown and order_type != TAKE_AWAY else 0
    return {
        "subtotal": subtotal,
        "tax": sum(tax_in(line["price"] * line["quantity"], taxable=line["taxable"]) for line in lines),
        "merchantChargeFee": 0,
        "serviceChargeFee": 0,
        "grabFundPromo": 0,
        "merchantFundPromo": 0,
        "basketPromo": 0,
        "deliveryFee": delivery,
        "smallOrderFee": 0,
        "eaterPayment": subtotal + delivery if shown else 0,
        "total": subtotal,
    }


def _receiver() -> dict[str, Any]:
    """An invented person, as a store that delivers by itself is told."""
    who = person(None)
    return {
        "name": who["name"],
        "phones": who["phone"],
        "address": {
            "unitNumber": "",
            "deliveryInstruction": "",
            "address": f"{who['address']}, {who['city']}, {who['state']} {who['zipcode']}",
            "coordinates": {"latitude": -6.9932, "longitude": 110.4203},
        },
    }


def move(core: Core, order_id: str, to: str, *, code: str = "", message: str = "") -> None:
    """Take an order to a later state and tell the partner. An ended order never moves. Raises NotPossible."""
    order = order_of(core, order_id)
    assert order is not None  # the caller has just read it
    payload, state = json.loads(order["payload"]), order["state"]
    kind = payload["featureFlags"]["orderType"]
    steps = (PENDING, *_STEPS[kind])
    next_step = steps[steps.index(state) + 1] if state in steps and state != steps[-1] else None
    if state in ENDED or (to not in (CANCELLED, FAILED) and to != next_step):
        raise NotPossible(f"{state or 'PENDING'} cannot become {to}")
    now = core.clock.now()
    with core.store.transaction():
        core.store.run(
            "UPDATE grab_order SET state = ?, ended_at = ?, allocated_at = coalesce(allocated_at, ?)"
            " WHERE order_id = ?",
            to,
            now if to in ENDED else None,
            now if to == ALLOCATED else None,
            order_id,
        )
        if to in (CANCELLED, FAILED) and state in (PENDING, ACCEPTED, ALLOCATED, ARRIVED):
            give_back(core, order["merchant_id"], payload["items"])
        if kind != TAKE_AWAY or to in TOLD_TO_TAKE_AWAY:
            told = {
                "merchantID": order["merchant_id"],
                "partnerMerchantID": payload["partnerMerchantID"],
                "orderID": order_id,
                "state": to,
                "driverETA": DRIVER_ETA_S if to == ALLOCATED else None,
                "code": code or to,
                "message": message,
            }
            news.tell(core, news.STATE, order["merchant_id"], told)


def give_back(core: Core, merchant_id: str, items: list[dict[str, Any]]) -> None:
    """Return what an order held to the store's own count, where the store counts."""
    for item in items:
        row = core.store.row(
            "SELECT max_stock, status FROM grab_item WHERE merchant_id = ? AND item_id = ?", merchant_id, item["id"]
        )
        if row is not None and row["max_stock"] is not None:
            back = row["max_stock"] + item["quantity"]
            status = "AVAILABLE" if row["status"] == "UNAVAILABLE" else row["status"]
            _count(core, merchant_id, item["id"], back, settled(status, back))


def take(core: Core, merchant_id: str, item_id: str, quantity: int) -> int | None:
    """Lower the store's own count. Returns what is left when it is too little (nothing is taken then), else None."""
    row = core.store.row("SELECT * FROM grab_item WHERE merchant_id = ? AND item_id = ?", merchant_id, item_id)
    assert row is not None  # the caller has just read it
    if row["max_stock"] is None:
        return None
    if row["max_stock"] < quantity:
        return int(row["max_stock"])
    left = row["max_stock"] - quantity
    _count(core, merchant_id, item_id, left, settled(row["status"], left))
    return None


def _count(core: Core, merchant_id: str, item_id: str, stock: int, status: str) -> None:
    core.store.run(
        "UPDATE grab_item SET max_stock = ?, status = ? WHERE merchant_id = ? AND item_id = ?",
        stock,
        status,
        merchant_id,
        item_id,
    )


def edit(core: Core, order: Row, lines: list[dict[str, Any]]) -> None:
    """Make an order hold other lines; the partner is sent the whole order again under the same id."""
    payload = json.loads(order["payload"])
    flags = payload["featureFlags"]
    payload["items"] = [_item_out(line) for line in lines]
    payload["price"] = priced(lines, flags["orderType"], payload["paymentType"], payload["currency"]["exponent"])
    flags["isMexEditOrder"] = True
    core.store.run("UPDATE grab_order SET payload = ? WHERE order_id = ?", json.dumps(payload), order["order_id"])
    news.tell(core, news.ORDER, order["merchant_id"], payload)


def listed(order: Row) -> dict[str, Any]:
    """An order as the list shows it: with its times and its state."""
    ended = order["ended_at"]
    payload: dict[str, Any] = json.loads(order["payload"])
    return payload | {
        "submitTime": news.rfc3339(order["placed_at"]),
        "completeTime": None if ended is None else news.rfc3339(ended),
        "orderState": order["state"],
    }
