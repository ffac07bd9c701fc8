"""Orders as the seller's app reads and cancels them."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any

from lapak.sandbox.tokopedia import market, orders
from lapak.sandbox.tokopedia.gateway import INVALID, Call, Refused, api
from lapak.sandbox.tokopedia.media import image_url
from lapak.sandbox.tokopedia.reference import PROVIDERS, paged

NOT_YOURS = 21_008_111
# The documents give no numbers for what is refused about parcels and cancellations; these are ours.
WRONG_STATE, BAD_REASON, NO_CANCELLATION = 21_001_101, 21_001_102, 21_001_103
DELIVERY_OPTION, COURIER = 7_091_146_663_229_654_101, "Reguler"
SELLER_REASONS = (
    "seller_cancel_reason_out_of_stock",
    "seller_cancel_reason_wrong_price",
    "seller_cancel_paid_reason_address_not_deliver",
    "seller_cancel_paid_reason_buyer_requested_cancellation",
)
REJECT_REASONS = {
    "seller_reject_apply_product_has_been_packed": "Produk sudah dikemas",
    "seller_reject_apply_product_has_been_shipped": "Produk sudah dikirim",
}


def wanted_order(call: Call, order_id: int) -> Row:
    """An order of the calling shop. Raises Refused."""
    row = orders.order_of(call.core, order_id, call.shop_id)
    if row is None:
        raise Refused(NOT_YOURS, "The order or package does not belong to the current seller.")
    return row


@api("POST", "/order/202309/orders/search")
def search_orders(call: Call) -> dict[str, Any]:
    """Orders in full by time of creation or change, by page. No longest window is documented."""
    orders.settle(call.core)
    body, query = call.body, call.query
    column = query.one_of("sort_field", ("create_time", "update_time"), default="create_time").removesuffix("_time")
    order = query.one_of("sort_order", ("ASC", "DESC"), default="DESC")
    status = body.one_of("order_status", (*orders.PATHS, "PARTIALLY_SHIPPING"), default="")
    shipping = body.one_of("shipping_type", (orders.TIKTOK_SHIPPING, orders.SELLER_SHIPPING), default="")
    warehouses = body.texts("warehouse_ids", low=0, high=100)
    rows = call.core.store.rows(
        "SELECT * FROM tokopedia_order WHERE shop_id = ? AND (? = '' OR status = ?) AND (? = '' OR shipping = ?)"  # noqa: S608  column and order are one of two words each
        " AND created >= ? AND created < ? AND updated >= ? AND updated < ?"
        f" ORDER BY {column}d {order}, order_id {order}",
        call.shop_id,
        status,
        status,
        shipping,
        shipping,
        body.whole("create_time_ge", default=0),
        body.whole("create_time_lt", default=2**40),
        body.whole("update_time_ge", default=0),
        body.whole("update_time_lt", default=2**40),
    )
    if warehouses and str(call.shop["warehouse_id"]) not in warehouses:
        rows = []
    if "is_buyer_request_cancel" in body.values:
        asked = body.flag("is_buyer_request_cancel")
        rows = [row for row in rows if bool(orders.asked_to_cancel(call.core, row["order_id"])) == asked]
    found, page = paged(query, rows)
    return {"orders": [_order(call, row) for row in found], **page}


@api("GET", "/order/202507/orders")
def get_order_detail(call: Call) -> dict[str, Any]:
    """Up to 50 orders, their ids joined by commas. Unknown ones are left out; when all are, the call is refused."""
    texts = [one for one in call.query.text("ids").split(",") if one]
    if not 1 <= len(texts) <= market.ORDER_IDS_MOST or not all(
        one.isascii() and one.isdigit() and len(one) < 19 for one in texts
    ):
        raise Refused(INVALID, f"invalid param error: ids must be 1 to {market.ORDER_IDS_MOST} order ids", status=400)
    rows = [row for one in texts if (row := orders.order_of(call.core, int(one), call.shop_id)) is not None]
    if not rows:
        raise Refused(NOT_YOURS, "The order or package does not belong to the current seller.")
    return {"orders": [_order(call, row) for row in rows]}


def _order(call: Call, row: Row) -> dict[str, Any]:
    buyer, status = json.loads(row["buyer"]), row["status"]
    shown: dict[str, Any] = {
        "id": str(row["order_id"]),
        "status": status,
        "commerce_platform": row["platform"],
        "create_time": row["created"],
        "update_time": row["updated"],
        "user_id": str(7_021_436_810_468_230_000 + sum(buyer["username"].encode())),
        "buyer_message": buyer["message"],
        "is_cod": False,
        "is_sample_order": False,
        "is_replacement_order": False,
        "is_on_hold_order": status == orders.ON_HOLD,
        "is_buyer_request_cancel": orders.asked_to_cancel(call.core, row["order_id"]) is not None,
        "shipping_type": row["shipping"],
        "shipping_provider": COURIER,
        "shipping_provider_id": str(next(iter(PROVIDERS))),
        "delivery_option_id": str(DELIVERY_OPTION),
        "delivery_option_name": "Standard shipping",
        "delivery_type": "HOME_DELIVERY",
        "fulfillment_type": "FULFILLMENT_BY_SELLER",
        "warehouse_id": str(call.shop["warehouse_id"]),
        "payment_method_name": "Saldo Latihan",
        "has_updated_recipient_address": False,
        "seller_note": "",
        "payment": _payment(row),
        "line_items": [_line(call, row, line) for line in json.loads(row["lines"])],
        "packages": [],
        "tracking_number": row["tracking_number"],
    }
    if row["paid"]:
        due = row["paid"] + orders.SHIP_WITHIN_S
        shown |= {
            "paid_time": row["paid"],
            "rts_sla_time": due,
            "shipping_due_time": due,
            "tts_sla_time": row["paid"] + orders.COLLECT_WITHIN_S,
            "collection_due_time": row["paid"] + orders.COLLECT_WITHIN_S,
            "cancel_order_sla_time": row["paid"] + orders.CANCEL_AFTER_S,
        }
    if row["shipped"]:
        shown["rts_time"] = row["shipped"]
    if status not in (orders.UNPAID, orders.ON_HOLD):
        shown["recipient_address"] = _address(buyer, hidden=row["shipping"] == orders.TIKTOK_SHIPPING)
        shown["packages"] = [{"id": str(row["package_id"])}]
    if status == orders.CANCELLED:
        shown |= {
            "cancel_reason": row["cancel_reason"],
            "cancellation_initiator": row["cancelled_by"],
            "cancel_time": row["updated"],
        }
    return shown


def _payment(row: Row) -> dict[str, str]:
    total, none = str(row["total_idr"]), "0"
    return {
        "currency": "IDR",
        "sub_total": total,
        "shipping_fee": none,
        "seller_discount": none,
        "platform_discount": none,
        "total_amount": total,
        "original_total_product_price": total,
        "original_shipping_fee": none,
        "shipping_fee_seller_discount": none,
        "shipping_fee_platform_discount": none,
        "tax": none,
        "buyer_service_fee": none,
        "handling_fee": none,
    }


def _stars(text: str) -> str:
    return f"{text[:1]}***{text[-1:]}" if len(text) > 2 else "***"


def _address(buyer: dict[str, str], *, hidden: bool) -> dict[str, Any]:
    """Where the parcel goes. Who ships with the platform sees name, phone and street only in part."""
    street = "***" if hidden else buyer["address"]
    levels = (("Country", "Indonesia", "L0"), ("Province", buyer["state"], "L1"), ("City", buyer["city"], "L2"))
    return {
        "name": _stars(buyer["name"]) if hidden else buyer["name"],
        "phone_number": f"(+62){buyer['phone'][2:5]}******{buyer['phone'][-2:]}"
        if hidden
        else f"(+62){buyer['phone'][2:]}",
        "full_address": f"{street}, {buyer['city']}, {buyer['state']}, {buyer['zipcode']}",
        "address_detail": street,
        "postal_code": buyer["zipcode"],
        "region_code": "ID",
        "district_info": [
            {"address_level_name": level, "address_name": name, "address_level": code} for level, name, code in levels
        ],
    }


def _line(call: Call, row: Row, line: dict[str, Any]) -> dict[str, Any]:
    """One unit: there is no quantity, two of a kind are two lines."""
    price = str(line["price_idr"])
    shown = {
        "id": str(line["id"]),
        "product_id": str(line["product_id"]),
        "sku_id": str(line["sku_id"]),
        "seller_sku": line["seller_sku"],
        "product_name": line["product_name"],
        "sku_name": line["sku_name"],
        "sku_image": image_url(call.request, line["uri"]),
        "sale_price": price,
        "original_price": price,
        "seller_discount": "0",
        "platform_discount": "0",
        "currency": "IDR",
        "display_status": row["status"],
        "is_gift": False,
        "tracking_number": row["tracking_number"],
        "shipping_provider_name": COURIER,
    }
    if orders.PACKAGE_STATUS[row["status"]]:
        shown |= {"package_id": str(row["package_id"]), "package_status": orders.PACKAGE_STATUS[row["status"]]}
    if row["status"] == orders.CANCELLED:
        shown |= {"cancel_reason": row["cancel_reason"], "cancel_user": row["cancelled_by"]}
    return shown


@api("GET", "/return_refund/202602/orders/{order_id}/aftersale_eligibility")
def get_aftersale_eligibility(call: Call) -> dict[str, Any]:
    """Whether the seller may cancel, and for which reasons."""
    order = wanted_order(call, call.ids["order_id"])
    may = orders.CANCELLED in orders.PATHS[order["status"]]
    units: dict[int, list[str]] = {}
    for line in json.loads(order["lines"]):
        units.setdefault(line["sku_id"], []).append(str(line["id"]))
    return {
        "sku_eligibility": [
            {
                "sku_id": str(sku_id),
                "line_item_eligibility": [
                    {
                        "request_type": "CANCEL",
                        "order_line_items_ids": lines,
                        "eligible": may,
                        "available_reason_names": list(SELLER_REASONS) if may else [],
                    }
                ],
            }
            for sku_id, lines in units.items()
        ]
    }


@api("POST", "/return_refund/202602/cancellations")
def cancel_order(call: Call) -> dict[str, Any]:
    """The seller gives up an order before it is shipped. Only whole orders: single items are for other countries."""
    order = wanted_order(call, call.body.whole("order_id"))
    reason, lines = call.body.text("cancel_reason"), json.loads(order["lines"])
    if reason not in SELLER_REASONS:
        raise Refused(BAD_REASON, "The cancel reason is not available for this order.")
    named = {one.whole("sku_id"): one.whole("quantity", low=1) for one in call.body.each("skus", low=0, high=100)}
    units = [line["sku_id"] for line in lines]
    wanted = set(call.body.texts("order_line_item_ids", low=0, high=1000))
    if (named and named != {one: units.count(one) for one in units}) or (
        wanted and wanted != {str(line["id"]) for line in lines}
    ):
        raise Refused(WRONG_STATE, "Partial cancellation is not supported in this market.")
    try:
        cancel_id = orders.cancel(call.core, order, role="SELLER", reason=reason)
    except orders.NotPossible:
        raise Refused(WRONG_STATE, "The order in its current status can not be cancelled.") from None
    return {"cancel_id": str(cancel_id), "cancel_status": orders.SUCCESS}


@api("POST", "/return_refund/202602/cancellations/search")
def search_cancellations(call: Call) -> dict[str, Any]:
    """Cancellations and the requests for them, newest first."""
    body = call.body
    kinds, states = body.texts("cancel_types", low=0, high=2), body.texts("cancel_status", low=0, high=4)
    order_ids, cancel_ids = body.texts("order_ids", low=0, high=100), body.texts("cancel_ids", low=0, high=100)
    rows = [
        row
        for row in call.core.store.rows(
            "SELECT c.*, o.total_idr, o.lines FROM tokopedia_cancellation c JOIN tokopedia_order o USING (order_id)"
            " WHERE o.shop_id = ? AND c.created >= ? AND c.created < ? AND c.updated >= ? AND c.updated < ?"
            " ORDER BY c.cancel_id DESC",
            call.shop_id,
            body.whole("create_time_ge", default=0),
            body.whole("create_time_lt", default=2**40),
            body.whole("update_time_ge", default=0),
            body.whole("update_time_lt", default=2**40),
        )
        if (not kinds or _kind(row) in kinds)
        and (not states or row["status"] in states)
        and (not order_ids or str(row["order_id"]) in order_ids)
        and (not cancel_ids or str(row["cancel_id"]) in cancel_ids)
    ]
    found, page = paged(call.query, rows)
    return {"cancellations": [_cancellation(row) for row in found], **page}


def _kind(row: Row) -> str:
    return "BUYER_CANCEL" if row["role"] == "BUYER" else "CANCEL"


def _cancellation(row: Row) -> dict[str, Any]:
    return {
        "cancel_id": str(row["cancel_id"]),
        "order_id": str(row["order_id"]),
        "cancel_type": _kind(row),
        "cancel_status": row["status"],
        "role": row["role"],
        "cancel_reason": row["reason"],
        "cancel_reason_text": row["reason"],
        "create_time": row["created"],
        "update_time": row["updated"],
        "refund_amount": {"currency": "IDR", "refund_total": str(row["total_idr"])},
        "seller_next_action_response": [{"action": "SELLER_RESPOND_BUYER_CANCEL"}]
        if row["status"] == orders.PENDING
        else [],
        "cancel_line_items": [
            {
                "order_line_item_id": str(line["id"]),
                "sku_id": str(line["sku_id"]),
                "sku_name": line["sku_name"],
                "product_name": line["product_name"],
                "seller_sku": line["seller_sku"],
            }
            for line in json.loads(row["lines"])
        ],
    }


def _answer(call: Call, *, approve: bool) -> None:
    request = call.core.store.row(
        "SELECT c.* FROM tokopedia_cancellation c JOIN tokopedia_order o USING (order_id)"
        " WHERE cancel_id = ? AND o.shop_id = ?",
        call.ids["cancel_id"],
        call.shop_id,
    )
    if request is None:
        raise Refused(NO_CANCELLATION, "The cancellation does not exist.")
    if request["status"] != orders.PENDING:
        wanted = orders.SUCCESS if approve else orders.WITHDRAWN
        key = f"tokopedia.answer.{request['cancel_id']}"
        sent = call.query.text("idempotency_key", default="")
        if request["status"] == wanted and sent and sent == call.core.store.setting(key, ""):
            return  # the same answer told again
        raise Refused(WRONG_STATE, "The cancellation is not waiting for the seller's answer.")
    try:
        orders.answer_request(call.core, request, approve=approve)
    except orders.NotPossible:
        raise Refused(WRONG_STATE, "The order in its current status can not be cancelled.") from None
    if "idempotency_key" in call.query:
        call.core.store.keep_setting(f"tokopedia.answer.{request['cancel_id']}", call.query.text("idempotency_key"))


@api("POST", "/return_refund/202309/cancellations/{cancel_id}/approve")
def approve_cancellation(call: Call) -> None:
    """Let the buyer go: the order ends."""
    _answer(call, approve=True)


@api("POST", "/return_refund/202309/cancellations/{cancel_id}/reject")
def reject_cancellation(call: Call) -> None:
    """Keep the order."""
    if call.body.text("reject_reason") not in REJECT_REASONS:
        raise Refused(BAD_REASON, "The reject reason is not available.")
    call.body.text("comment", default="")
    _answer(call, approve=False)


@api("GET", "/return_refund/202309/reject_reasons")
def get_reject_reasons(_call: Call) -> dict[str, Any]:
    """Why a seller may keep an order."""
    return {"reasons": [{"name": name, "text": text} for name, text in REJECT_REASONS.items()]}


def skus_in(order: Row) -> list[dict[str, Any]]:
    """The units of an order counted by SKU."""
    counted: dict[int, dict[str, Any]] = {}
    for line in json.loads(order["lines"]):
        one = counted.setdefault(line["sku_id"], {"id": str(line["sku_id"]), "name": line["sku_name"], "quantity": 0})
        one["quantity"] += 1
    return list(counted.values())
