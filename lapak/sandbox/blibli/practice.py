"""The practice side of Blibli: the seller's settings with their keys, stall page, buying, and the state for tests."""

from __future__ import annotations

import json
import secrets
from sqlite3 import Row
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from lapak.sandbox.blibli import buyer, listing, orders
from lapak.sandbox.blibli.products import ACTIVE, items_of, settle
from lapak.sandbox.body import BadBody, json_object
from lapak.sandbox.fields import BadField, Fields
from lapak.sandbox.platform import Core, Stall

FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
FIRST_STORE, FIRST_PICKUP_POINT = 70_101, 3_000_101
ITEM_WORDS = {
    orders.UNPAID: "Belum dibayar",
    orders.PAID: "Dibayar, menunggu dikemas",
    orders.READY: "Siap diambil kurir",
    orders.ASKED: "Pembeli minta batal",
    orders.CROSSING: "Dalam perjalanan",
    orders.DELIVERED: "Sampai",
    orders.CANCELLED: "Dibatalkan",
    orders.OUT_OF_STOCK: "Batal, stok habis",
}
NEXT_STEPS = {
    orders.UNPAID: (("pay", "Bayar"), ("cancel", "Batalkan")),
    orders.PAID: (("cancel", "Batalkan"),),
    orders.READY: (("pickup", "Kurir mengambil"), ("cancel", "Minta batal")),
    orders.ASKED: (("pickup", "Kurir mengambil"), ("cancel", "Batalkan")),
    orders.CROSSING: (("deliver", "Paket sampai"),),
}


def _says_form(request: Request) -> bool:
    return request.headers.get("content-type", "").split(";")[0] in FORM_TYPES


async def _sent(request: Request) -> dict[str, Any]:
    """The wish of a form or of a JSON body, in one shape. Raises BadBody."""
    if not _says_form(request):
        return await json_object(request)
    texts = {name: str(value) for name, value in (await request.form()).items() if value != ""}
    flags = ("unpaid", "at_once", "signature", "dropship", "linked")
    return {**texts, **{name: texts[name] == "1" for name in flags if name in texts}}


def _refused(status: int, error: str, message: str, **more: Any) -> Response:
    return JSONResponse({"error": error, "message": message, **more}, status_code=status)


def _stall_page(store_code: Any, **told: str) -> Response:
    return RedirectResponse(f"/practice/blibli/{store_code}?{urlencode(told)}", status_code=303)


def _store(core: Core, store_code: str) -> Row | None:
    return core.store.row("SELECT * FROM blibli_store WHERE store_code = ?", store_code)


def _keys(store: Row) -> dict[str, Any]:
    """What the seller gives to an app."""
    return {
        "shop_id": store["store_code"],
        "name": store["name"],
        "username": store["username"],
        "api_seller_key": store["seller_key"],
        "signature_key": store["signature_key"],
        "pickup_point_code": store["pickup_point"],
        "dropship": bool(store["dropship"]),
        "linked": bool(store["linked"]),
    }


async def open_store(core: Core, request: Request) -> Response:
    """A practice store with keys: {name, signature?, dropship?} -> what the seller types into an app."""
    try:
        sent = Fields(await _sent(request))
        name = sent.text("name", default="").strip()
        if not 3 <= len(name) <= 30:
            raise BadField("name", "harus 3 sampai 30 huruf")
        signed = sent.flag("signature", default=True)
        store_code = f"LTH-{core.store.next_id('blibli_store', start=FIRST_STORE)}"
        core.store.run(
            "INSERT INTO blibli_store VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
            store_code,
            name,
            f"{store_code.lower()}@toko.example",
            secrets.token_hex(32).upper(),
            _new_signature_key() if signed else "",
            f"PP-{core.store.next_id('blibli_pickup_point', start=FIRST_PICKUP_POINT)}",
            int(sent.flag("dropship", default=False)),
        )
    except (BadBody, BadField) as fault:
        return _refused(400, "bad_request", str(fault))
    store = _store(core, store_code)
    assert store is not None  # it was written a moment ago
    return _stall_page(store_code) if _says_form(request) else JSONResponse(_keys(store), status_code=201)


def _new_signature_key() -> str:
    return f"latihan-signature-{secrets.token_hex(12)}"


async def keys(core: Core, request: Request) -> Response:
    """The seller's settings: {linked?, signature?, new_key?}. Each call with `new_key` ends the old seller key."""
    store = _store(core, request.path_params["store_code"])
    if store is None:
        return _refused(404, "not_found", "Toko latihan tidak ada.")
    try:
        sent = Fields(await _sent(request))
        linked = sent.flag("linked", default=bool(store["linked"]))
        signed = sent.flag("signature", default=bool(store["signature_key"]))
    except (BadBody, BadField) as fault:
        return _refused(400, "bad_request", str(fault))
    core.store.run(
        "UPDATE blibli_store SET linked = ?, signature_key = ?, seller_key = ? WHERE store_code = ?",
        int(linked),
        (store["signature_key"] or _new_signature_key()) if signed else "",
        secrets.token_hex(32).upper() if sent.values.get("new_key") else store["seller_key"],
        store["store_code"],
    )
    changed = _store(core, store["store_code"])
    assert changed is not None  # it was written a moment ago
    return _stall_page(store["store_code"]) if _says_form(request) else JSONResponse(_keys(changed))


async def revoke(core: Core, request: Request) -> Response:
    """The seller disconnects the app."""
    store = _store(core, request.path_params["store_code"])
    if store is None:
        return _refused(404, "not_found", "Toko latihan tidak ada.")
    core.store.run("UPDATE blibli_store SET linked = 0 WHERE store_code = ?", store["store_code"])
    return _stall_page(store["store_code"]) if _says_form(request) else JSONResponse({"linked": False})


async def buy(core: Core, request: Request) -> Response:
    """Buy at a stall. JSON gets the order as JSON; a form gets back to the stall's page."""
    try:
        sent = await _sent(request)
        order_id = buyer.buy(core, Fields(sent))
    except (BadBody, BadField) as fault:
        return _refused(400, "bad_request", str(fault))
    except buyer.CannotBuy as fault:
        if _says_form(request):
            return _stall_page(sent["shop_id"], gagal=fault.message)
        return _refused(404 if fault.code == "not_found" else 409, fault.code, fault.message, left=fault.left)
    if _says_form(request):
        return _stall_page(sent["shop_id"], dibeli=str(order_id))
    return JSONResponse(_order_out(orders.items_of(core, order_id)), status_code=201)


async def act(core: Core, request: Request) -> Response:
    """Do something to an order as its buyer or courier."""
    text, action = request.path_params["order_id"], request.path_params["action"]
    if action not in buyer.ACTIONS:
        return _refused(404, "unknown_action", f"Known: {', '.join(buyer.ACTIONS)}")
    items = orders.items_of(core, int(text)) if text.isascii() and text.isdigit() and len(text) < 19 else []
    if not items:
        return _refused(404, "not_found", "Pesanan tidak ada.")
    try:
        at_once = Fields(await _sent(request)).flag("at_once", default=False)
        buyer.act(core, items[0]["order_id"], action, at_once=at_once)
    except (BadBody, BadField) as fault:
        return _refused(400, "bad_request", str(fault))
    except orders.NotPossible as fault:
        return _refused(409, "not_possible", str(fault))
    order = _order_out(orders.items_of(core, items[0]["order_id"]))
    return _stall_page(items[0]["store_code"]) if _says_form(request) else JSONResponse(order)


def _order_out(items: list[Row]) -> dict[str, Any]:
    """An order as tests read it: its items, each with its own status."""
    return {
        "order_id": str(items[0]["order_id"]),
        "shop_id": items[0]["store_code"],
        "created": items[0]["created"],
        "buyer": json.loads(items[0]["buyer"]),
        "total_idr": sum(row["price_idr"] * row["quantity"] for row in items),
        "items": [
            {
                "item_id": str(row["item_id"]),
                "status": row["status"],
                "package_id": str(row["package_id"]) if row["package_id"] else "",
                "awb": row["awb"],
                "reason": row["reason"],
                "quantity": row["quantity"],
                **{name: json.loads(row["line"])[name] for name in ("blibli_sku", "seller_sku", "item_name")},
                "price_idr": row["price_idr"],
            }
            for row in items
        ],
    }


def _shelf(core: Core, store_code: str) -> list[dict[str, Any]]:
    settle(core)
    shelf = []
    for row in core.store.rows("SELECT * FROM blibli_product WHERE store_code = ? ORDER BY product_sku", store_code):
        items = items_of(core, row["product_sku"])
        shelf.append(
            {
                "product_sku": row["product_sku"],
                "state": listing.shown_state(row, items),
                "note": row["note"],
                **json.loads(row["spec"]),
                "items": [
                    {
                        "blibli_sku": item["blibli_sku"],
                        "seller_sku": item["seller_sku"],
                        "name": ", ".join(json.loads(item["more"])["variantAttribute"].values()),
                        "images": json.loads(item["more"])["images"],
                        "price_idr": item["price_idr"],
                        "sale_price_idr": item["sale_price_idr"],
                        "stock": item["stock"],
                        "reserved": item["reserved"],
                        "buyable": bool(item["buyable"]),
                        "status": listing.shown_state(row, [item]),
                    }
                    for item in items
                ],
            }
        )
    return shelf


def _sold(core: Core, store_code: str) -> list[dict[str, Any]]:
    rows = core.store.rows(
        "SELECT DISTINCT order_id FROM blibli_order_item WHERE store_code = ? ORDER BY order_id DESC", store_code
    )
    return [_order_out(orders.items_of(core, row["order_id"])) for row in rows]


async def state(core: Core, request: Request) -> Response:
    """The store as the platform has it: items with state, price and stock of each variant, orders, hints sent."""
    store = _store(core, request.query_params.get("shop_id", ""))
    if store is None:
        return _refused(404, "not_found", "Toko latihan tidak ada.")
    pushes = [push for push in core.pushes.listed("blibli") if push["account"] == store["store_code"]]
    shelf, sold = _shelf(core, store["store_code"]), _sold(core, store["store_code"])
    return JSONResponse({"shop": _keys(store), "items": shelf, "orders": sold, "pushes": pushes})


async def stall(core: Core, request: Request) -> Response:
    """The store as a buyer sees it, and the seller's settings below."""
    store = _store(core, request.path_params["store_code"])
    if store is None:
        return PlainTextResponse("Toko latihan tidak ada.", status_code=404)
    on_sale = [item for item in _shelf(core, store["store_code"]) if item["state"] in (ACTIVE, "OOS")]
    return core.pages.TemplateResponse(
        request,
        "blibli_stall.html",
        {
            "shop": _keys(store),
            "client_id": core.settings.blibli.client_id,
            "items": on_sale,
            "orders": _sold(core, store["store_code"])[:20],
            "words": ITEM_WORDS,
            "steps": NEXT_STEPS,
            "url_of": listing.picture_url,
            "bought": request.query_params.get("dibeli", ""),
            "failed": request.query_params.get("gagal", ""),
        },
    )


def stalls(core: Core) -> list[Stall]:
    """Practice stores for the index page."""
    rows = core.store.rows(
        "SELECT s.store_code, s.name, s.linked, (SELECT count(*) FROM blibli_product p"
        " WHERE p.store_code = s.store_code AND p.state = 'ACTIVE') AS items FROM blibli_store s ORDER BY s.store_code"
    )
    return [
        Stall(
            name=row["name"],
            url=f"/practice/blibli/{row['store_code']}",
            note=f"{row['items']} barang dijual, aplikasi {'' if row['linked'] else 'tidak '}diizinkan",
        )
        for row in rows
    ]
