"""The practice side of Grab: the stall an eater orders from, the portal's fields, and the JSON a test looks at."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from lapak.sandbox.body import BadBody, json_object
from lapak.sandbox.fields import BadField, Fields
from lapak.sandbox.grab import buyer, news, orders, stores
from lapak.sandbox.grab.gateway import ACTIVE, SLUG
from lapak.sandbox.platform import Core, Stall

FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
URL_CHARS = 2000
WORDS = {
    orders.PENDING: "Menunggu jawaban toko",
    orders.ACCEPTED: "Diterima toko",
    orders.ALLOCATED: "Pengemudi dalam perjalanan",
    orders.ARRIVED: "Pengemudi di toko",
    orders.COLLECTED: "Diantar",
    orders.DELIVERED: "Sampai",
    orders.FAILED: "Gagal diantar",
    orders.CANCELLED: "Dibatalkan",
}
LABELS = {
    "allocate": "Pengemudi ditemukan",
    "arrive": "Pengemudi tiba",
    "collect": "Pengemudi mengambil",
    "deliver": "Pesanan sampai",
    "cancel": "Batalkan",
    "fail": "Gagal diantar",
}
_NEXT: dict[str, dict[str, tuple[str, ...]]] = {
    orders.BY_GRAB: {
        orders.PENDING: ("cancel",),
        orders.ACCEPTED: ("allocate", "cancel"),
        orders.ALLOCATED: ("arrive", "cancel"),
        orders.ARRIVED: ("collect", "cancel"),
        orders.COLLECTED: ("deliver", "fail"),
    },
    orders.TAKE_AWAY: {orders.PENDING: ("cancel",), orders.ACCEPTED: ("deliver", "cancel")},
    orders.BY_RESTAURANT: {orders.PENDING: ("cancel",), orders.ACCEPTED: ("cancel",)},
}


def _says_form(request: Request) -> bool:
    return request.headers.get("content-type", "").split(";")[0] in FORM_TYPES


async def _sent(request: Request) -> dict[str, Any]:
    """The wish of a form or of a JSON body, in one shape. `shop_id` may stand for `merchant_id`. Raises BadField."""
    if _says_form(request):
        form = await request.form()
        sent: dict[str, Any] = {name: str(value) for name, value in form.items()}
        if str(sent.get("quantity", "")).isdecimal():
            sent["quantity"] = int(sent["quantity"])
        sent["modifiers"] = [str(value) for value in form.getlist("modifiers") if value]
        return sent
    try:
        sent = await json_object(request)
    except BadBody as fault:
        raise BadField("body", str(fault)) from None
    return {"merchant_id": sent.get("shop_id")} | sent


def _stall_page(merchant_id: str, **told: str) -> Response:
    return RedirectResponse(f"/practice/grab/{merchant_id}?{urlencode(told)}", status_code=303)


def _bad(fault: BadField) -> Response:
    return JSONResponse({"error": "bad_request", "message": str(fault)}, status_code=400)


def _cannot(fault: buyer.CannotBuy) -> Response:
    status = 404 if fault.code == "not_found" else 409
    return JSONResponse({"error": fault.code, "message": fault.message, "left": fault.left}, status_code=status)


async def buy(core: Core, request: Request) -> Response:
    """Order at a stall. JSON gets the order as JSON; a form gets back to the stall's page."""
    try:
        sent = await _sent(request)
        order_id = buyer.buy(core, Fields(sent))
    except BadField as fault:
        return _bad(fault)
    except buyer.CannotBuy as fault:
        if _says_form(request) and fault.message and _store(core, sent.get("merchant_id")):
            return _stall_page(sent["merchant_id"], gagal=fault.message)
        return _cannot(fault)
    if _says_form(request):
        return _stall_page(sent["merchant_id"], dibeli=order_id)
    return JSONResponse(_order_out(_order(core, order_id)), status_code=201)


async def act(core: Core, request: Request) -> Response:
    """Do something to an order as its eater or driver; `edit` takes `lines` like `buy`."""
    order_id, action = request.path_params["order_id"], request.path_params["action"]
    if action != "edit" and action not in buyer.ACTIONS:
        return JSONResponse(
            {"error": "unknown_action", "message": f"Known: edit, {', '.join(buyer.ACTIONS)}"}, status_code=404
        )
    try:
        if action == "edit":
            buyer.edit(core, order_id, Fields(await _sent(request)))
        else:
            buyer.act(core, order_id, action)
    except BadField as fault:
        return _bad(fault)
    except buyer.CannotBuy as fault:
        return _cannot(fault)
    except KeyError:
        return JSONResponse({"error": "not_found", "message": "Pesanan tidak ada."}, status_code=404)
    except orders.NotPossible as fault:
        return JSONResponse({"error": "not_possible", "message": str(fault)}, status_code=409)
    order = _order(core, order_id)
    return _stall_page(order["merchant_id"]) if _says_form(request) else JSONResponse(_order_out(order))


def _order(core: Core, order_id: str) -> Row:
    order = orders.order_of(core, order_id)
    assert order is not None  # it was written or moved a moment ago
    return order


def _order_out(order: Row) -> dict[str, Any]:
    return {
        "order_id": order["order_id"],
        "merchant_id": order["merchant_id"],
        "state": order["state"] or "PENDING",
        "ready": bool(order["ready"]),
        "placed_at": order["placed_at"],
        "payload": json.loads(order["payload"]),
    }


def _store(core: Core, merchant_id: object) -> Row | None:
    return core.store.row("SELECT * FROM grab_store WHERE merchant_id = ?", str(merchant_id))


def _item_out(row: Row) -> dict[str, Any]:
    return {
        "item_id": row["item_id"],
        "grab_item_id": row["grab_item_id"],
        "category": row["category"],
        "name": row["name"],
        "price": row["price"],
        "status": row["status"],
        "max_stock": row["max_stock"],
        **json.loads(row["spec"]),
        "groups": json.loads(row["groups"]),
    }


def _items(core: Core, merchant_id: str) -> list[Row]:
    return core.store.rows("SELECT * FROM grab_item WHERE merchant_id = ? ORDER BY place", merchant_id)


def _orders(core: Core, merchant_id: str) -> list[dict[str, Any]]:
    rows = core.store.rows(
        "SELECT * FROM grab_order WHERE merchant_id = ? ORDER BY placed_at DESC, order_id DESC", merchant_id
    )
    return [_order_out(row) for row in rows]


async def state(core: Core, request: Request) -> Response:
    """The store as the platform has it: items with price (minor units), status and stock, orders, syncs, pushes."""
    query = request.query_params
    store = _store(core, query.get("merchant_id") or query.get("shop_id"))
    if store is None:
        return JSONResponse({"error": "not_found", "message": "Toko latihan tidak ada."}, status_code=404)
    merchant_id = store["merchant_id"]
    syncs = core.store.rows("SELECT * FROM grab_sync WHERE merchant_id = ? ORDER BY created, rowid", merchant_id)
    return JSONResponse(
        {
            "shop": dict(store),
            "items": [_item_out(row) for row in _items(core, merchant_id)],
            "orders": _orders(core, merchant_id),
            "syncs": [dict(row) | {"errors": json.loads(row["errors"])} for row in syncs],
            "pushes": [push for push in core.pushes.listed(SLUG) if push["account"] == merchant_id],
        }
    )


async def portal(core: Core, request: Request) -> Response:
    """The developer portal: GET shows the partner's URLs and client id, PUT changes those that are named."""
    if request.method == "PUT":
        try:
            sent = Fields(await json_object(request))
            known = (*news.URLS, "client_id", "client_secret")
            if strange := set(sent.values) - set(known):
                raise BadField(", ".join(sorted(strange)), f"is unknown; known: {', '.join(known)}")
            typed = {name: sent.text(name, default="", most=URL_CHARS) for name in known if name in sent.values}
        except BadBody as fault:
            return JSONResponse({"error": "bad_request", "message": str(fault)}, status_code=400)
        except BadField as fault:
            return _bad(fault)
        core.store.keep_setting("grab.portal", core.store.setting("grab.portal", {}) | typed)
        core.store.forget_settings("grab.partner_token")
    shown = news.portal(core)
    return JSONResponse({name: value for name, value in shown.items() if name != "client_secret"})


async def open_shop(core: Core, request: Request) -> Response:
    """Make a linked store without the activation page.

    {name, partner_merchant_id?, service? food|mart, accepts? AUTO|MANUAL, exponent?} -> {merchant_id}.
    """
    try:
        sent = Fields(await _sent(request))
        merchant_id = stores.open_store(
            core,
            name=sent.text("name"),
            partner_merchant_id=sent.text("partner_merchant_id", default="", most=64),
            service=sent.one_of("service", ("food", "mart"), default="food"),
            accepts=sent.one_of("accepts", ("AUTO", "MANUAL"), default="AUTO"),
            exponent=sent.whole("exponent", high=4) if "exponent" in sent else None,
        )
    except BadField as fault:
        return _bad(fault)
    stores.link(core, merchant_id, ACTIVE)
    return (
        _stall_page(merchant_id) if _says_form(request) else JSONResponse({"merchant_id": merchant_id}, status_code=201)
    )


async def revoke(core: Core, request: Request) -> Response:
    """The merchant ends the link in their own app."""
    store = _store(core, request.path_params["merchant_id"])
    if store is None:
        return JSONResponse({"error": "not_found", "message": "Toko latihan tidak ada."}, status_code=404)
    stores.link(core, store["merchant_id"], stores.INACTIVE)
    return _stall_page(store["merchant_id"]) if _says_form(request) else JSONResponse({"status": stores.INACTIVE})


async def stall(core: Core, request: Request) -> Response:
    """The store as an eater sees it."""
    store = _store(core, request.path_params["merchant_id"])
    if store is None:
        return PlainTextResponse("Toko latihan tidak ada.", status_code=404)
    rows = [row for row in _items(core, store["merchant_id"]) if row["status"] != "HIDE"]
    sold = _orders(core, store["merchant_id"])[:20]
    names = {row["item_id"]: row["name"] for row in rows}
    for order in sold:
        kind = order["payload"]["featureFlags"]["orderType"]
        order["steps"] = _NEXT.get(kind, {}).get("" if order["state"] == "PENDING" else order["state"], ())
    return core.pages.TemplateResponse(
        request,
        "grab_stall.html",
        {
            "store": store,
            "unit": 10 ** store["exponent"],
            "closed": store["status"] != ACTIVE or store["paused_until"] > core.clock.now(),
            "items": [_item_out(row) | {"groups": buyer.offered(row)} for row in rows],
            "orders": sold,
            "names": names,
            "words": WORDS,
            "labels": LABELS,
            "bought": request.query_params.get("dibeli", ""),
            "failed": request.query_params.get("gagal", ""),
        },
    )


def stalls(core: Core) -> list[Stall]:
    """Practice stores for the index page."""
    rows = core.store.rows(
        "SELECT s.*, (SELECT count(*) FROM grab_item i WHERE i.merchant_id = s.merchant_id) AS items"
        " FROM grab_store s ORDER BY s.rowid"
    )
    return [
        Stall(
            name=row["name"],
            url=f"/practice/grab/{row['merchant_id']}",
            note=f"{row['items']} menu, {'tersambung' if row['status'] == ACTIVE else 'belum tersambung'}",
        )
        for row in rows
    ]
