"""Sending parcels: when a courier can come, arranging it, and the label."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from sqlite3 import Row
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from lapak.sandbox.fields import Fields
from lapak.sandbox.label import label_pdf
from lapak.sandbox.platform import Core
from lapak.sandbox.tokopedia import orders
from lapak.sandbox.tokopedia.gateway import BROKEN, SLUG, Call, Refused, api
from lapak.sandbox.tokopedia.ordering import COURIER, NOT_YOURS, WRONG_STATE, skus_in
from lapak.sandbox.tokopedia.reference import PROVIDERS, paged

# Numbers of our own, as the documents give none.
BAD_SLOT, WRONG_WAY, LABEL_NOT_READY, NO_LABEL = 21_001_111, 21_001_112, 21_001_113, 21_001_114
LABEL_S = 86_400
DOCUMENTS = ("SHIPPING_LABEL", "PACKING_SLIP", "SHIPPING_LABEL_AND_PACKING_SLIP")
LEFT = (orders.AWAITING_COLLECTION, orders.IN_TRANSIT, orders.DELIVERED, orders.COMPLETED)


def _parcel(call: Call, package_id: int) -> Row:
    """The order of a package of the calling shop. It has a package once it is to be shipped. Raises Refused."""
    orders.settle(call.core)
    row = call.core.store.row(
        "SELECT * FROM tokopedia_order WHERE package_id = ? AND shop_id = ?", package_id, call.shop_id
    )
    if row is None or row["status"] in (orders.UNPAID, orders.ON_HOLD):
        raise Refused(NOT_YOURS, "The order or package does not belong to the current seller.")
    return row


def _slots(core: Core) -> list[dict[str, Any]]:
    """Pick-up times of the next two days, Jakarta time; today's is shown and cannot be had."""
    today = datetime.fromtimestamp(core.clock.now(), orders.WIB).replace(hour=9, minute=0, second=0, microsecond=0)
    return [
        {
            "start_time": int((today + timedelta(days=n)).timestamp()),
            "end_time": int((today + timedelta(days=n, hours=6)).timestamp()),
            "avaliable": n > 0,
        }
        for n in range(3)
    ]


@api("GET", "/fulfillment/202309/packages/{package_id}/handover_time_slots")
def get_handover_time_slots(call: Call) -> dict[str, Any]:
    """How the parcel can go. `avaliable` is how they spell it."""
    _parcel(call, call.ids["package_id"])
    return {
        "can_pickup": True,
        "can_drop_off": True,
        "can_van_collection": False,
        "drop_off_point_url": "",
        "pickup_slots": _slots(call.core),
    }


@api("POST", "/fulfillment/202309/packages/{package_id}/ship")
def ship_package(call: Call) -> None:
    """Arrange the parcel: the order waits for collection and has a tracking number. Not twice."""
    _ship(call, call.ids["package_id"], call.body)


@api("POST", "/fulfillment/202309/packages/ship")
def batch_ship_packages(call: Call) -> dict[str, Any]:
    """Arrange several parcels, each on its own: failures stand in `errors` beside code 0."""
    spoilt = call.core.faults.fire(SLUG, "partial_batch", path=call.path, account=call.account)
    errors = []
    for entry in call.body.each("packages"):
        package_id = entry.whole("id")
        try:
            if spoilt is not None and spoilt.dice.random() < spoilt.more["share"]:
                raise Refused(BROKEN, "Internal error. Please try again.")
            _ship(call, package_id, entry)
        except Refused as refusal:
            detail = {"package_id": str(package_id)}
            errors.append({"code": refusal.code, "message": refusal.message, "detail": detail})
    return {"errors": errors}


def _ship(call: Call, package_id: int, wish: Fields) -> None:
    core, order = call.core, _parcel(call, package_id)
    if order["status"] != orders.AWAITING_SHIPMENT:
        raise Refused(
            WRONG_STATE, f"The package in status {orders.PACKAGE_STATUS[order['status']]} can not be shipped."
        )
    if order["shipping"] == orders.SELLER_SHIPPING:
        own = wish.maybe("self_shipment")
        if own is None:
            raise Refused(WRONG_WAY, "This package ships by seller: self_shipment is required.")
        number = own.text("tracking_number", most=50)
        if own.whole("shipping_provider_id") not in PROVIDERS:
            raise Refused(WRONG_WAY, "The shipping provider does not exist.")
    else:
        if "self_shipment" in wish:
            raise Refused(WRONG_WAY, "This package ships by TikTok: self_shipment is not supported.")
        way = wish.one_of("handover_method", ("PICKUP", "DROP_OFF"))
        slot = wish.maybe("pickup_slot")
        if way == "PICKUP" and slot is not None:
            chosen = (slot.whole("start_time"), slot.whole("end_time"))
            if chosen not in [(one["start_time"], one["end_time"]) for one in _slots(core) if one["avaliable"]]:
                raise Refused(BAD_SLOT, "The pickup slot is not available.")
        number = f"LTHTK{core.store.next_id('tokopedia_tracking', start=26_000_000_001)}"
    orders.move(
        core, order["order_id"], orders.AWAITING_COLLECTION, shipped=core.clock.seconds(), tracking_number=number
    )


@api("GET", "/fulfillment/202309/packages/{package_id}")
def get_package_detail(call: Call) -> dict[str, Any]:
    """One parcel."""
    return _package(_parcel(call, call.ids["package_id"])) | {
        "package_id": str(call.ids["package_id"]),
        "package_status": orders.PACKAGE_STATUS[_parcel(call, call.ids["package_id"])["status"]],
    }


def _package(order: Row) -> dict[str, Any]:
    return {
        "id": str(order["package_id"]),
        "orders": [{"id": str(order["order_id"]), "skus": skus_in(order)}],
        "create_time": order["paid"] or order["created"],
        "update_time": order["updated"],
        "status": orders.PACKAGE_STATUS[order["status"]],
        "tracking_number": order["tracking_number"],
        "shipping_provider_name": COURIER,
        "shipping_provider_id": str(next(iter(PROVIDERS))),
        "order_line_item_ids": [str(line["id"]) for line in json.loads(order["lines"])],
    }


@api("POST", "/fulfillment/202309/packages/search")
def search_packages(call: Call) -> dict[str, Any]:
    """Parcels by time and status, newest first."""
    orders.settle(call.core)
    body = call.body
    status = body.one_of("package_status", set(orders.PACKAGE_STATUS.values()) - {""}, default="")
    rows = [
        row
        for row in call.core.store.rows(
            "SELECT * FROM tokopedia_order WHERE shop_id = ? AND created >= ? AND created < ? AND updated >= ?"
            " AND updated < ? ORDER BY order_id DESC",
            call.shop_id,
            body.whole("create_time_ge", default=0),
            body.whole("create_time_lt", default=2**40),
            body.whole("update_time_ge", default=0),
            body.whole("update_time_lt", default=2**40),
        )
        if orders.PACKAGE_STATUS[row["status"]] and status in ("", orders.PACKAGE_STATUS[row["status"]])
    ]
    found, page = paged(call.query, rows)
    return {"packages": [_package(row) for row in found], **page}


@api("GET", "/fulfillment/202309/packages/{package_id}/shipping_documents")
def get_shipping_document(call: Call) -> dict[str, Any]:
    """Where the label is, for 24 hours. It is not there the moment the parcel is arranged."""
    core, order = call.core, _parcel(call, call.ids["package_id"])
    call.query.one_of("document_type", DOCUMENTS)
    call.query.one_of("document_size", ("A5", "A6"), default="A6")
    if call.query.one_of("document_format", ("PDF", "ZPL"), default="PDF") != "PDF":
        raise Refused(NO_LABEL, "The practice platform prints PDF only.")
    if order["status"] not in LEFT or order["shipping"] != orders.TIKTOK_SHIPPING:
        raise Refused(NO_LABEL, "There is no shipping document for this package.")
    if core.clock.now() < order["shipped"] + core.settings.tokopedia.label_s:
        raise Refused(LABEL_NOT_READY, "The shipping document is not ready. Try again later.")
    until = core.clock.seconds() + LABEL_S
    base = f"{call.request.url.scheme}://{call.request.url.netloc}/tokopedia/label"
    return {
        "doc_url": f"{base}/{order['package_id']}?until={until}&for={order['tracking_number']}",
        "tracking_number": order["tracking_number"],
    }


async def serve_label(core: Core, request: Request) -> Response:
    """The label as a PDF, as long as its address is good."""
    text, until = request.path_params["package_id"], request.query_params.get("until", "")
    order = (
        core.store.row(
            "SELECT * FROM tokopedia_order WHERE package_id = ? AND tracking_number = ?",
            int(text),
            request.query_params.get("for", ""),
        )
        if text.isascii() and text.isdigit() and len(text) < 20 and int(text) < 2**63
        else None
    )
    late = not (until.isascii() and until.isdigit() and len(until) < 13 and int(until) >= core.clock.now())
    if order is None or not order["tracking_number"] or late:
        return PlainTextResponse("Label tidak ada.", status_code=404)
    buyer = json.loads(order["buyer"])
    lines = [
        f"{COURIER} - LATIHAN",
        f"Resi {order['tracking_number']}",
        f"Pesanan {order['order_id']}",
        f"Paket {order['package_id']}",
        f"Kepada {buyer['name']}",
        f"{buyer['city']}, {buyer['state']} {buyer['zipcode']}",
        *(f"{one['quantity']} x {one['name']}" for one in skus_in(order)),
    ]
    return Response(label_pdf([lines]), media_type="application/pdf")
