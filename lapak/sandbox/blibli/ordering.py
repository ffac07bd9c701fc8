"""Orders as the seller's app reads, packs, ships and cancels them."""

from __future__ import annotations

import base64
import json
from sqlite3 import Row
from typing import Any

from lapak.sandbox.blibli import market, orders
from lapak.sandbox.blibli.gateway import (
    BY_KEY,
    INVALID,
    NEWER,
    NEWER_SHORT,
    NOT_FOUND,
    OLDER,
    Answered,
    Call,
    Limit,
    Refused,
    api,
    paged,
)
from lapak.sandbox.fields import Fields
from lapak.sandbox.label import label_pdf

STOCK_GONE = "Stok barang habis"
REASONS = (STOCK_GONE, "Harga barang salah", "Toko sedang tutup", "Permintaan pelanggan")
SORTS = {"statusFPUpdatedTimestamp": "paid", "CREATED_DATE": "created"}
COURIER = "Kurir Latihan"


def _seen(call: Call) -> list[Row]:
    """Items of the store that a seller sees: paid, and not older than a year. Newest first."""
    return call.core.store.rows(
        "SELECT * FROM blibli_order_item WHERE store_code = ? AND paid > 0 AND created > ?"
        " ORDER BY paid DESC, item_id DESC",
        call.store_code,
        call.core.clock.seconds() - market.ORDERS_KEPT_S,
    )


def wanted(call: Call, item_id: str) -> Row:
    """An item the calling store sees. Raises Refused."""
    found = next((row for row in _seen(call) if str(row["item_id"]) == item_id), None)
    if found is None:
        raise Refused(NOT_FOUND, f"Order item {item_id} is not found")
    return found


@api("POST", "/seller/v1/orders/packages/filter", needs=NEWER, limit=Limit(100, 1800))
def filter_orders(call: Call) -> Answered:
    """Items by the time they were paid (never by a later change), as packages, by page; at most so many in all."""
    asked = call.body.maybe("filter") or Fields({})
    statuses, numbers = (
        asked.texts("orderItemStatuses", low=0, high=50),
        asked.texts("orderOrOrderItemIds", low=0, high=100),
    )
    window = asked.maybe("statusFPDateRange") or Fields({})
    since, until = window.whole("start", default=0), window.whole("end", default=2**53)
    sorting = call.body.maybe("sorting") or Fields({})
    column = SORTS[sorting.one_of("by", SORTS, default="statusFPUpdatedTimestamp")]
    backwards = sorting.one_of("direction", ("ASC", "DESC"), default="DESC") == "DESC"
    rows = [
        row
        for row in _seen(call)
        if since <= row["paid"] * 1000 <= until
        and (not statuses or row["status"] in statuses)
        and (not numbers or str(row["item_id"]) in numbers or str(row["order_id"]) in numbers)
    ]
    rows.sort(key=lambda row: (row[column], row["item_id"]), reverse=backwards)
    groups: dict[tuple[int, int], list[Row]] = {}
    for row in rows[: call.core.settings.blibli.list_most]:
        # What is not packed yet has no package: the items of one order stand together.
        groups.setdefault((row["package_id"], 0 if row["package_id"] else row["order_id"]), []).append(row)
    found, paging = paged(call.body.maybe("paging") or Fields({}), list(groups.values()), most=market.ORDER_PAGE_MOST)
    return Answered(
        payload=[
            {"packageId": _package(group[0]), "orderItems": [_listed(call, row) for row in group]} for group in found
        ],
        paging=paging,
    )


def _package(row: Row) -> str | None:
    return str(row["package_id"]) if row["package_id"] else None


def _listed(call: Call, row: Row) -> dict[str, Any]:
    line, buyer = json.loads(row["line"]), json.loads(row["buyer"])
    return {
        "createdDate": row["created"] * 1000,
        "storeCode": call.store_code,
        "order": {
            "id": str(row["order_id"]),
            "itemId": str(row["item_id"]),
            "itemStatus": row["status"],
            "quantity": row["quantity"],
            "date": row["created"] * 1000,
            "customerFullName": buyer["name"],
            "statusFPUpdatedTimestamp": row["paid"] * 1000,
        },
        "product": {
            "blibliSku": row["blibli_sku"],
            "sellerSku": line["seller_sku"],
            "itemName": line["item_name"],
            "price": line["full_price_idr"],
            "finalPrice": row["price_idr"],
        },
    }


@api(
    "GET",
    "/seller/v1/orders/items/{order_item_id}",
    needs=NEWER_SHORT,
    limit=Limit(5, 1800, per="order_item_id"),
)
def get_order_item(call: Call) -> Answered:
    """One order item in full. Its quantity is 0 once it is cancelled."""
    row = wanted(call, call.ids["order_item_id"])
    buyer = json.loads(row["buyer"])
    return Answered(
        payload=_listed(call, row)
        | {
            "packageId": _package(row),
            "shipping": {
                "recipientName": buyer["name"],
                "phone": buyer["phone"],
                "address": buyer["address"],
                "city": buyer["city"],
                "state": buyer["state"],
                "zipCode": buyer["zipcode"],
                "logisticName": COURIER,
                "awbNumber": row["awb"] or None,
                "pickupPointCode": call.store["pickup_point"],
            },
            "amount": {
                "product": {"price": row["price_idr"], "total": row["price_idr"] * row["quantity"]},
                "shipping": {"cost": 0},
            },
            "cancelReason": row["reason"] or None,
            "updatedDate": row["updated"] * 1000,
        }
    )


def _combinable(call: Call, row: Row) -> list[Row]:
    """Unpacked paid items of the same buyer and address: what one parcel can hold."""
    return [one for one in _seen(call) if _packable(one) and one["buyer"] == row["buyer"]]


def _packable(row: Row) -> bool:
    return row["status"] == orders.PAID and not row["package_id"]


@api("GET", "/mtaapi/api/businesspartner/v1/order/getCombineShipping", needs=(*OLDER, "orderItemNo"))
def get_combine_shipping(call: Call) -> Answered:
    """Items that can ship together with this one, itself among them."""
    row = wanted(call, call.query.text("orderItemNo"))
    combined = [{"orderNo": str(one["order_id"]), "orderItemNo": str(one["item_id"])} for one in _combinable(call, row)]
    return Answered(payload={"combineShippingItems": combined}, under="value")


@api(
    "POST",
    "/mtaapi/api/businesspartner/v1/order/createPackage",
    needs=OLDER,
    limit=Limit(7200, 86_400),
)
def create_package(call: Call) -> Answered:
    """Pack paid items of one buyer and address into one parcel. Fewer than could go together cost a second parcel."""
    rows = [wanted(call, one) for one in call.body.texts("orderItemIds", high=100)]
    if not all(_packable(row) for row in rows):
        raise Refused(INVALID, "Order item status must be FP and not in a package")
    if any(row["buyer"] != rows[0]["buyer"] for row in rows):
        raise Refused(INVALID, "Order items can not be combined")
    package_id = call.core.store.next_id("blibli_package", start=orders.FIRST_PACKAGE)
    with call.core.store.transaction():
        for row in rows:
            call.core.store.run(
                "UPDATE blibli_order_item SET package_id = ? WHERE item_id = ?", package_id, row["item_id"]
            )
    return Answered(payload={"packageId": str(package_id)}, under="value")


def _packed(call: Call) -> list[Row]:
    rows = [row for row in _seen(call) if row["package_id"] and str(row["package_id"]) == call.ids["package_id"]]
    if not rows:
        raise Refused(NOT_FOUND, f"Package {call.ids['package_id']} is not found")
    return rows


@api(
    "POST",
    "/seller/v1/orders/regular/{package_id}/fulfill",
    needs=BY_KEY,
    limit=Limit(5, 86_400, per="package_id"),
)
def fulfill_regular(call: Call) -> Answered:
    """The parcel is ready. Who drops parcels off names the airway bill; else the courier comes and brings one."""
    rows = [row for row in _packed(call) if row["status"] == orders.PAID]
    if not rows:
        raise Refused(INVALID, "Package has no order item in status FP")
    awb = call.body.text("awbNo", default="", most=50)
    if call.store["dropship"] and not awb:
        raise Refused(INVALID, "awbNo is required for a dropship store")
    number = awb or f"LTHBB{call.core.store.next_id('blibli_awb', start=26_000_001)}"
    with call.core.store.transaction():
        for row in rows:
            orders.move(call.core, row["item_id"], orders.READY, awb=number)
    return Answered(payload={"packageId": call.ids["package_id"], "awbNo": number})


@api("GET", "/seller/v1/orders/{package_id}/shippingLabel", needs=NEWER_SHORT)
def get_shipping_label(call: Call) -> Answered:
    """The label as base64 of a PDF, once the parcel is ready."""
    rows = [row for row in _packed(call) if row["awb"]]
    if not rows:
        raise Refused(INVALID, "Package is not fulfilled yet")
    buyer = json.loads(rows[0]["buyer"])
    lines = [
        f"{COURIER} - LATIHAN",
        f"Resi {rows[0]['awb']}",
        f"Paket {call.ids['package_id']}",
        f"Kepada {buyer['name']}",
        f"{buyer['city']}, {buyer['state']} {buyer['zipcode']}",
        *(f"{row['quantity']} x {json.loads(row['line'])['item_name']}" for row in rows),
    ]
    return Answered(payload={"shippingLabel": base64.b64encode(label_pdf([lines])).decode()})


@api("GET", "/seller/v1/orders/items/cancellations/reasons", needs=NEWER)
def get_cancellation_reasons(_call: Call) -> Answered:
    """The reasons that cancel an item as a whole."""
    return Answered(payload=[{"reason": one} for one in REASONS])


@api("POST", "/seller/v1/orders/items/{order_item_id}/cancellations", needs=NEWER_SHORT)
def cancel_item(call: Call) -> Answered:
    """A listed reason, to the letter, cancels the item whatever the quantity; any other takes so many units off."""
    core, row = call.core, wanted(call, call.ids["order_item_id"])
    reason = call.body.text("reason", most=market.ATTRIBUTE_CHARS)
    units = row["quantity"]
    if reason not in REASONS:
        units = call.body.whole("cancellationQuantity", low=1, high=row["quantity"])
    may = orders.PATHS[row["status"]]
    gone = orders.OUT_OF_STOCK if reason == STOCK_GONE and orders.OUT_OF_STOCK in may else orders.CANCELLED
    if gone not in may:
        raise Refused(INVALID, f"Order item in status {row['status']} can not be cancelled")
    if units == row["quantity"]:
        orders.move(core, row["item_id"], gone, reason=reason)
    else:
        with core.store.transaction():
            orders.give_back(core, row, units, to_sale=units)
            core.store.run(
                "UPDATE blibli_order_item SET quantity = quantity - ?, updated = ? WHERE item_id = ?",
                units,
                core.clock.seconds(),
                row["item_id"],
            )
    return Answered(payload={"orderItemId": str(row["item_id"]), "cancelledQuantity": units})
