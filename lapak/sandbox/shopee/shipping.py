"""Sending parcels: what a courier needs, arranging it, tracking number and label."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from sqlite3 import Row
from typing import Any

from starlette.responses import Response

from lapak.sandbox.label import label_pdf
from lapak.sandbox.shopee import market, news, orders
from lapak.sandbox.shopee.gateway import Call, api
from lapak.sandbox.shopee.ordering import COURIER, COURIER_ID, wanted_order
from lapak.sandbox.shopee.reading import Fields, Refused

ADDRESS_ID = 234
LABELS = ("NORMAL_AIR_WAYBILL", "THERMAL_AIR_WAYBILL", "NORMAL_JOB_AIR_WAYBILL", "THERMAL_JOB_AIR_WAYBILL")
PACKAGES = {0: tuple(orders.PATHS), 1: (orders.UNPAID,), 2: (orders.READY, orders.RETRY), 3: (orders.PROCESSED,)}


@api("POST", "order/search_package_list")
def search_package_list(call: Call) -> dict[str, Any]:
    """The shipping worklist: package_status 0 all, 1 pending, 2 to process, 3 processed."""
    chosen = call.body.maybe("filter") or Fields({})
    page = call.body.maybe("pagination") or Fields({})
    status = chosen.whole("package_status", default=2, high=3)
    rows, cursor, total = _page(call, PACKAGES[status], page)
    return {
        "packages_list": [
            {
                "order_sn": row["order_sn"],
                "package_number": row["package_number"],
                "logistics_channel_id": COURIER_ID,
                "product_location_id": market.LOCATION,
                "sorting_group": "",
                "is_shipment_arranged": bool(row["tracking_number"]),
            }
            for row in rows
        ],
        "pagination": {"total_count": total, "next_cursor": cursor, "more": bool(cursor)},
        "sort": {"sort_type": 1, "is_asc": True},
    }


@api("GET", "order/get_shipment_list")
def get_shipment_list(call: Call) -> dict[str, Any]:
    """Parcels ready to ship; the older worklist."""
    rows, cursor, _ = _page(call, PACKAGES[2], call.query)
    return {
        "order_list": [{"order_sn": row["order_sn"], "package_number": row["package_number"]} for row in rows],
        "more": bool(cursor),
        "next_cursor": cursor,
    }


def _page(call: Call, statuses: tuple[str, ...], page: Fields) -> tuple[list[Row], str, int]:
    """Orders in these states, oldest first; the cursor of the next page or ''; how many there are."""
    size, cursor = page.whole("page_size", default=50, low=1, high=100), page.text("cursor", default="0")
    if not cursor.isascii() or not cursor.isdigit():
        raise Refused("error_param", "Wrong parameters, detail: cursor.")
    rows = call.core.store.rows(
        "SELECT * FROM shopee_order WHERE shop_id = ? AND status IN (SELECT value FROM json_each(?))"
        " ORDER BY created, order_sn",
        call.shop_id,
        json.dumps(statuses),
    )
    start = int(cursor)
    return rows[start : start + size], str(start + size) if start + size < len(rows) else "", len(rows)


def _slots(call: Call) -> list[dict[str, Any]]:
    """Pick-up times: 9 o'clock of the next two days, Jakarta time."""
    today = datetime.fromtimestamp(call.core.clock.now(), orders.WIB).replace(hour=9, minute=0, second=0, microsecond=0)
    days = [today + timedelta(days=n) for n in (1, 2)]
    return [
        {
            "date": int(day.timestamp()),
            "time_text": "09.00-15.00",
            "pickup_time_id": day.strftime("%Y%m%d_1"),
            "flags": ["recommended"] if n == 0 else [],
        }
        for n, day in enumerate(days)
    ]


@api("GET", "logistics/get_shipping_parameter")
def get_shipping_parameter(call: Call) -> dict[str, Any]:
    """How the parcel can go: picked up (address and time) or dropped off (nothing needed)."""
    order = wanted_order(call, call.query.text("order_sn"))
    if order["status"] not in PACKAGES[2]:
        raise Refused("logistics.ship_order_not_ready_to_ship", "The order is not ready to ship.")
    return {
        "info_needed": {"pickup": ["address_id", "pickup_time_id"], "dropoff": []},
        "pickup": {
            "address_list": [
                {
                    "address_id": ADDRESS_ID,
                    "region": "ID",
                    "state": "Jawa Tengah",
                    "city": "Kota Surakarta",
                    "district": "Laweyan",
                    "town": "",
                    "address": "Jl. Latihan No. 1",
                    "zipcode": "57148",
                    "address_flag": ["default_address", "pickup_address", "return_address"],
                    "time_slot_list": _slots(call),
                }
            ]
        },
        "dropoff": {"branch_list": [], "slug_list": []},
    }


@api("POST", "logistics/ship_order")
def ship_order(call: Call) -> None:
    """Arrange the parcel: the order becomes PROCESSED and has a tracking number. Not twice."""
    core, order = call.core, wanted_order(call, call.body.text("order_sn"))
    if "package_number" in call.body.values:
        call.body.text("package_number")  # an empty one is wrong in any case
        raise Refused(
            "logistics.ship_order_not_need_pacakge_number",
            "Please don't request with package_number for this unsplit order.",
        )
    ways = [name for name in ("pickup", "dropoff", "non_integrated") if call.body.maybe(name) is not None]
    if len(ways) != 1:
        raise Refused(
            "logistics.ship_order_only_support_one_type",
            "Please select just one way to ship order: pickup or dropoff or non_integrated.",
        )
    if order["tracking_number"] and order["status"] != orders.RETRY:
        raise Refused(
            "logistics.package_already_shipped",
            "This package has already been arranged shipment and you can't call this API again.",
        )
    if order["status"] not in PACKAGES[2]:
        raise Refused("logistics.ship_order_not_ready_to_ship", "The order is not ready to ship.")
    _check_way(call, ways[0])
    number = order["tracking_number"] or f"LTH{core.store.next_id('shopee_tracking', start=260_000_000_001)}"
    with core.store.transaction():
        orders.move(core, order["order_sn"], orders.PROCESSED, tracking_number=number)
        news.tell(
            core,
            news.TRACKING_NO,
            call.shop_id,
            {
                "ordersn": order["order_sn"],
                "forder_id": order["package_number"],
                "package_number": order["package_number"],
                "tracking_no": number,
            },
        )


def _check_way(call: Call, way: str) -> None:
    if way == "non_integrated":
        raise Refused(
            "logistics.ship_order_unsupport_non_integrated", "This order does not support ship with non_integrated."
        )
    pickup = call.body.maybe("pickup")
    if way != "pickup" or pickup is None:
        return
    if "address_id" not in pickup or "pickup_time_id" not in pickup:
        raise Refused(
            "logistics.ship_order_need_address_pickup_time", "Parameter address_id and pickup_time_id are required."
        )
    if pickup.whole("address_id") != ADDRESS_ID:
        raise Refused("logistics.address_not_found", "Address is not found.")
    if pickup.text("pickup_time_id") not in [slot["pickup_time_id"] for slot in _slots(call)]:
        raise Refused(
            "logistics.ship_order_pickup_time_invalid", "Invalid pickup time id. Please check the pick up time id."
        )


@api("GET", "logistics/get_tracking_number")
def get_tracking_number(call: Call) -> dict[str, Any]:
    """The tracking number, empty as long as nothing is arranged."""
    order = wanted_order(call, call.query.text("order_sn"))
    return {"tracking_number": order["tracking_number"], "plp_number": "", "hint": ""}


def _per_order(call: Call, act: Callable[[Row, Fields], dict[str, Any]]) -> dict[str, Any]:
    """Do something to each named order on its own; the call fails only when every one failed."""
    entries, results = call.body.each("order_list"), []
    for entry in entries:
        order_sn = entry.text("order_sn")
        try:
            order = wanted_order(call, order_sn)
            results.append({"order_sn": order_sn, "package_number": order["package_number"], **act(order, entry)})
        except Refused as refusal:
            results.append({"order_sn": order_sn, "fail_error": refusal.code, "fail_message": refusal.message})
    failed = [{"order_sn": one["order_sn"]} for one in results if "fail_error" in one]
    if len(failed) == len(results):
        raise Refused(
            "common.batch_api_all_failed",
            "Failed, please check result_list for more details.",
            {"response": {"result_list": results}},
        )
    return {"result_list": results}


def _label_type(entry: Fields, default: str) -> str:
    kind = entry.text("shipping_document_type", default=default)
    if kind not in LABELS:
        raise Refused(
            "logistics.shipping_document_type_invalid",
            "The shipping_document_type is not invalid. Please check the shipping_document_type.",
        )
    return kind


@api("POST", "logistics/create_shipping_document")
def create_shipping_document(call: Call) -> dict[str, Any]:
    """Order a label for up to 50 parcels that are arranged and not yet picked up."""

    def act(order: Row, entry: Fields) -> dict[str, Any]:
        if order["status"] != orders.PROCESSED:
            raise Refused("logistics.order_status_error", "Order status does not support awb printing.")
        if "tracking_number" in entry and entry.text("tracking_number") != order["tracking_number"]:
            raise Refused("logistics.tracking_number_invalid", "The tracking number is invalid.")
        kind = _label_type(entry, LABELS[0])
        call.core.store.run("UPDATE shopee_order SET label = ? WHERE order_sn = ?", kind, order["order_sn"])
        news.tell(
            call.core,
            news.SHIPPING_DOCUMENT,
            call.shop_id,
            {"ordersn": order["order_sn"], "package_number": order["package_number"], "status": "READY"},
        )
        return {}

    return _per_order(call, act)


def _printed(order: Row) -> None:
    if not order["label"]:
        raise Refused(
            "logistics.shipping_document_should_print_first",
            f"The package can not print now, please create shipping document first.Detail: {order['order_sn']}",
        )


@api("POST", "logistics/get_shipping_document_result")
def get_shipping_document_result(call: Call) -> dict[str, Any]:
    """READY for every label that was ordered."""

    def act(order: Row, _entry: Fields) -> dict[str, Any]:
        _printed(order)
        return {"status": "READY"}

    return _per_order(call, act)


@api("POST", "logistics/download_shipping_document")
def download_shipping_document(call: Call) -> Response:
    """The labels as one PDF, a page for each parcel."""
    pages = []
    for entry in call.body.each("order_list"):
        order = wanted_order(call, entry.text("order_sn"))
        _printed(order)
        buyer = json.loads(order["buyer"])
        pages.append(
            [
                f"{COURIER} - LATIHAN",
                f"Resi {order['tracking_number']}",
                f"Pesanan {order['order_sn']}",
                f"Paket {order['package_number']}",
                f"Kepada {buyer['name']}",
                f"{buyer['city']}, {buyer['state']} {buyer['zipcode']}",
                *(
                    f"{line['quantity']} x {line['item_name']} {line['model_name']}"
                    for line in json.loads(order["lines"])
                ),
            ]
        )
    return Response(
        label_pdf(pages),
        media_type="application/pdf",
        headers={"Content-Disposition": 'attachment; filename="label.pdf"'},
    )
