"""Orders as the seller's app reads and cancels them."""

from __future__ import annotations

import json
from collections.abc import Callable
from sqlite3 import Row
from typing import Any

from lapak.sandbox.platform import Core
from lapak.sandbox.shopee import orders
from lapak.sandbox.shopee.gateway import Call, api
from lapak.sandbox.shopee.media import base_url, image_url
from lapak.sandbox.shopee.reading import Fields, Refused

WINDOW_S = 15 * 86_400
LISTABLE = ("UNPAID", "READY_TO_SHIP", "PROCESSED", "SHIPPED", "COMPLETED", "IN_CANCEL", "CANCELLED", "INVOICE_PENDING")
COURIER_ID, COURIER = 8003, "Reguler (Cashless)"


def wanted_order(call: Call, order_sn: str) -> Row:
    """An order of the calling shop. Raises Refused."""
    row = orders.order_of(call.core, order_sn, call.shop_id)
    if row is None:
        raise Refused("error_not_found", f"Wrong parameters, detail: order {order_sn} is not found.")
    return row


@api("GET", "order/get_order_list")
def get_order_list(call: Call) -> dict[str, Any]:
    """Order numbers in a window of at most 15 days, newest first, by cursor."""
    field = call.query.text("time_range_field")
    if field not in ("create_time", "update_time"):
        raise Refused("error_param", "Wrong parameters, detail: time_range_field.")
    since, until = call.query.whole("time_from"), call.query.whole("time_to")
    if until < since or until - since > WINDOW_S:
        raise Refused("order.order_list_invalid_time", "Start time must be earlier than end time and diff in 15days.")
    size, status = call.query.whole("page_size", low=1, high=100), call.query.text("order_status", default="")
    if status and status not in LISTABLE:
        raise Refused("error_param", "Wrong parameters, detail: order_status.")
    told = "order_status" in call.query.split("response_optional_fields")
    after_time, after_sn = _cursor(call.query.text("cursor", default=""))
    column = "created" if field == "create_time" else "updated"
    rows = call.core.store.rows(
        f"SELECT order_sn, status, {column} AS at FROM shopee_order"  # noqa: S608  one of two column names
        f" WHERE shop_id = ? AND {column} BETWEEN ? AND ? AND (? = '' OR status = ?) AND ({column}, order_sn) < (?, ?)"
        f" ORDER BY {column} DESC, order_sn DESC LIMIT ?",
        call.shop_id,
        since,
        until,
        status,
        status,
        after_time,
        after_sn,
        size + 1,
    )
    page, more = rows[:size], len(rows) > size
    return {
        "more": more,
        "next_cursor": f"{page[-1]['at']},{page[-1]['order_sn']}" if more else "",
        "order_list": [
            {"order_sn": row["order_sn"], "booking_sn": "", **({"order_status": row["status"]} if told else {})}
            for row in page
        ],
    }


def _cursor(text: str) -> tuple[int, str]:
    if not text:
        return 2**62, ""
    at, comma, order_sn = text.partition(",")
    if not comma or not at.isascii() or not at.isdigit():
        raise Refused("error_param", "Wrong parameters, detail: cursor.")
    return int(at), order_sn


@api("GET", "order/get_order_detail")
def get_order_detail(call: Call) -> dict[str, Any]:
    """Up to 50 orders. Only the default fields come unasked; unknown orders are left out."""
    numbers = call.query.split("order_sn_list")
    if not numbers:
        raise Refused("error_param", "Wrong parameters, detail: order_sn_list is required.")
    wanted = set(call.query.split("response_optional_fields", high=100))
    rows = [row for row in (orders.order_of(call.core, one, call.shop_id) for one in numbers) if row is not None]
    if not rows:
        raise Refused("error_not_found", "Wrong parameters, detail: the order is not found.")
    return {"order_list": [_detail(call, row, wanted) for row in rows]}


def _detail(call: Call, row: Row, wanted: set[str]) -> dict[str, Any]:
    buyer = json.loads(row["buyer"])
    detail = {
        "order_sn": row["order_sn"],
        "region": "ID",
        "currency": "IDR",
        "cod": False,
        "order_status": row["status"],
        "message_to_seller": buyer["message"],
        "create_time": row["created"],
        "update_time": row["updated"],
        "days_to_ship": 2,
        "ship_by_date": row["ship_by"],
    }
    asked: dict[str, Callable[[], Any]] = {
        "buyer_user_id": lambda: 500_000_000 + sum(buyer["username"].encode()),
        "buyer_username": lambda: buyer["username"],
        "recipient_address": lambda: _masked(buyer),
        "item_list": lambda: [_line(call, line) for line in json.loads(row["lines"])],
        "package_list": lambda: [_package(row)],
        "pay_time": lambda: row["paid"],
        "total_amount": lambda: row["total_idr"],
        "estimated_shipping_fee": lambda: 0,
        "actual_shipping_fee": lambda: 0,
        "actual_shipping_fee_confirmed": lambda: row["status"] == orders.COMPLETED,
        "goods_to_declare": lambda: False,
        "note": lambda: "",
        "note_update_time": lambda: 0,
        "dropshipper": lambda: "",
        "dropshipper_phone": lambda: "",
        "split_up": lambda: False,
        "buyer_cancel_reason": lambda: row["cancel_reason"] if row["cancel_by"] == "buyer" else "",
        "cancel_by": lambda: row["cancel_by"],
        "cancel_reason": lambda: row["cancel_reason"],
        "fulfillment_flag": lambda: "fulfilled_by_local_seller",
        "pickup_done_time": lambda: row["picked_up"] or 0,
        "shipping_carrier": lambda: COURIER,
        "payment_method": lambda: "Saldo Latihan",
    }
    return detail | {name: asked[name]() for name in asked if name in wanted}


def _hidden(text: str) -> str:
    """First and last letter with stars between, as for an app not cleared for personal data."""
    return f"{text[:1]}****{text[-1:]}" if len(text) > 2 else "****"


def _masked(buyer: dict[str, str]) -> dict[str, Any]:
    return {
        "name": _hidden(buyer["name"]),
        "phone": f"******{buyer['phone'][-2:]}",
        "town": "",
        "district": "****",
        "city": buyer["city"],
        "state": buyer["state"],
        "region": "ID",
        "zipcode": buyer["zipcode"],
        "full_address": f"****, {buyer['city']}, {buyer['state']}, ID, {buyer['zipcode']}",
        "geolocation": {},
    }


def _line(call: Call, line: dict[str, Any]) -> dict[str, Any]:
    return {
        "item_id": line["item_id"],
        "item_name": line["item_name"],
        "item_sku": line["item_sku"],
        "model_id": line["model_id"],
        "model_name": line["model_name"],
        "model_sku": line["model_sku"],
        "model_quantity_purchased": line["quantity"],
        "model_original_price": line["price_idr"],
        "model_discounted_price": line["price_idr"],
        "wholesale": False,
        "weight": line["weight"],
        "add_on_deal": False,
        "promotion_type": "",
        "promotion_id": 0,
        "order_item_id": line["order_item_id"],
        "line_item_id": line["order_item_id"],
        "image_info": {"image_url": image_url(base_url(call.request), line["image_id"])},
        "product_location_id": [],
        "active_qty": line["quantity"],
        "cancel_requested_qty": 0,
        "cancelled_qty": 0,
    }


def _package(row: Row) -> dict[str, Any]:
    return {
        "package_number": row["package_number"],
        "logistics_status": row["package_status"],
        "logistics_channel_id": COURIER_ID,
        "shipping_carrier": COURIER,
        "item_list": [
            {"item_id": line["item_id"], "model_id": line["model_id"], "model_quantity": line["quantity"]}
            for line in json.loads(row["lines"])
        ],
    }


@api("POST", "order/cancel_order")
def cancel_order(call: Call) -> dict[str, Any]:
    """The seller gives up an order before it is shipped; its units return to sale."""
    order, reason = wanted_order(call, call.body.text("order_sn")), call.body.text("cancel_reason")
    if reason not in ("OUT_OF_STOCK", "CUSTOMER_REQUEST", "COD_NOT_SUPPORTED"):
        raise Refused("error_param", "Wrong parameters, detail: cancel_reason.")
    if "partial_cancel_item_list" in call.body:
        raise Refused("error_param", "Wrong parameters, detail: the practice platform cancels whole orders only.")
    if reason == "OUT_OF_STOCK":
        _check_out_of_stock(order, call.body.each("item_list"))
    if order["status"] == orders.IN_CANCEL:
        raise Refused("order.error_limit", "Can not cancel this order: the buyer's request is waiting for an answer.")
    return _cancelled(call.core, order, by="seller", reason=reason)


def _check_out_of_stock(order: Row, entries: list[Fields]) -> None:
    bought = {(line["item_id"], line["model_id"]) for line in json.loads(order["lines"])}
    if any((entry.whole("item_id"), entry.whole("model_id", default=0)) not in bought for entry in entries):
        raise Refused("error_param", "Wrong parameters, detail: item_list does not match the order.")


def _cancelled(core: Core, order: Row, *, by: str, reason: str) -> dict[str, Any]:
    try:
        orders.move(core, order["order_sn"], orders.CANCELLED, cancel_by=by, cancel_reason=reason)
    except orders.NotPossible:
        raise Refused("order.error_limit", "Can not cancel this order") from None
    return {"update_time": core.clock.seconds()}


@api("POST", "order/handle_buyer_cancellation")
def handle_buyer_cancellation(call: Call) -> dict[str, Any]:
    """Answer a buyer who asked to cancel: ACCEPT ends the order, REJECT brings it back to where it was."""
    order, operation = wanted_order(call, call.body.text("order_sn")), call.body.text("operation")
    if operation not in ("ACCEPT", "REJECT"):
        raise Refused("error_param", "Wrong parameters, detail: operation.")
    if order["status"] != orders.IN_CANCEL:
        raise Refused("order.cancel_order_invalid_status", "Invalid order_status.The order status should be IN_CANCEL.")
    if operation == "ACCEPT":
        return _cancelled(call.core, order, by="buyer", reason=order["cancel_reason"])
    orders.move(call.core, order["order_sn"], order["before_cancel"], cancel_by="", cancel_reason="", before_cancel="")
    return {"update_time": call.core.clock.seconds()}
