"""The practice side of Shopee: the stall a person buys from, and the JSON a test looks at."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from lapak.sandbox.body import BadBody, json_object
from lapak.sandbox.platform import Core, Stall
from lapak.sandbox.shopee import buyer, consent, orders
from lapak.sandbox.shopee.items import models_of, settle
from lapak.sandbox.shopee.reading import Fields, Refused

FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
ORDER_WORDS = {
    orders.UNPAID: "Belum dibayar",
    orders.READY: "Dibayar, menunggu dikirim",
    orders.PROCESSED: "Kurir dipesan",
    orders.RETRY: "Kurir gagal mengambil",
    orders.SHIPPED: "Dalam perjalanan",
    orders.RECEIVED: "Sampai, belum dikonfirmasi",
    orders.COMPLETED: "Selesai",
    orders.IN_CANCEL: "Pembeli minta batal",
    orders.CANCELLED: "Dibatalkan",
}
NEXT_STEPS = {
    orders.UNPAID: (("pay", "Bayar"), ("cancel", "Batalkan")),
    orders.READY: (("cancel", "Minta batal"),),
    orders.PROCESSED: (("pickup", "Kurir mengambil"), ("pickup_failed", "Kurir gagal"), ("cancel", "Minta batal")),
    orders.RETRY: (("cancel", "Minta batal"),),
    orders.SHIPPED: (("deliver", "Paket sampai"),),
    orders.RECEIVED: (("confirm", "Konfirmasi terima"),),
}


def _says_form(request: Request) -> bool:
    return request.headers.get("content-type", "").split(";")[0] in FORM_TYPES


async def _sent(request: Request) -> dict[str, Any]:
    """The wish of a form or of a JSON body, in one shape. Raises Refused."""
    if _says_form(request):
        form = await request.form()
        texts = {name: str(value) for name, value in form.items() if value != ""}
        whole = {name: int(value) if value.isascii() and value.isdigit() else value for name, value in texts.items()}
        return {**whole, **{name: texts[name] == "1" for name in ("unpaid", "at_once") if name in texts}}
    try:
        return await json_object(request)
    except BadBody as fault:
        raise Refused("error_param", str(fault)) from None


def _stall_page(shop_id: int, **told: str) -> Response:
    return RedirectResponse(f"/practice/shopee/{shop_id}?{urlencode(told)}", status_code=303)


async def buy(core: Core, request: Request) -> Response:
    """Buy at a stall. JSON gets the order as JSON; a form gets back to the stall's page."""
    try:
        sent = await _sent(request)
        order_sn = buyer.buy(core, Fields(sent))
    except Refused as refusal:
        return JSONResponse({"error": "bad_request", "message": refusal.message}, status_code=400)
    except buyer.CannotBuy as fault:
        if _says_form(request) and isinstance(sent.get("shop_id"), int):
            return _stall_page(sent["shop_id"], gagal=fault.message)
        status = 404 if fault.code == "not_found" else 409
        return JSONResponse({"error": fault.code, "message": fault.message, "left": fault.left}, status_code=status)
    if _says_form(request):
        return _stall_page(sent["shop_id"], dibeli=order_sn)
    order = orders.order_of(core, order_sn)
    assert order is not None  # it was written a moment ago
    return JSONResponse(_order_out(order), status_code=201)


async def act(core: Core, request: Request) -> Response:
    """Do something to an order as its buyer or courier."""
    order_sn, action = request.path_params["order_sn"], request.path_params["action"]
    if action not in buyer.ACTIONS:
        return JSONResponse(
            {"error": "unknown_action", "message": f"Known: {', '.join(buyer.ACTIONS)}"}, status_code=404
        )
    try:
        sent = Fields(await _sent(request))
        buyer.act(core, order_sn, action, at_once=sent.flag("at_once", default=False))
    except Refused as refusal:
        return JSONResponse({"error": "bad_request", "message": refusal.message}, status_code=400)
    except KeyError:
        return JSONResponse({"error": "not_found", "message": "Pesanan tidak ada."}, status_code=404)
    except orders.NotPossible as fault:
        return JSONResponse({"error": "not_possible", "message": str(fault)}, status_code=409)
    order = orders.order_of(core, order_sn)
    assert order is not None  # it was moved a moment ago
    return _stall_page(order["shop_id"]) if _says_form(request) else JSONResponse(_order_out(order))


def _order_out(row: Row) -> dict[str, Any]:
    out = dict(row)
    return out | {"lines": json.loads(out["lines"]), "buyer": json.loads(out["buyer"])}


def _shelf(core: Core, shop_id: int) -> list[dict[str, Any]]:
    settle(core)
    items = []
    for row in core.store.rows("SELECT * FROM shopee_item WHERE shop_id = ? ORDER BY item_id", shop_id):
        spec, tiers = json.loads(row["spec"]), json.loads(row["tiers"])
        models = []
        for model in models_of(core, row["item_id"]):
            index = json.loads(model["tier_index"])
            chosen = [tier["options"][at]["option"] for tier, at in zip(tiers, index, strict=True)] if index else []
            models.append(
                {
                    "model_id": model["model_id"],
                    "model_sku": model["sku"],
                    "name": ", ".join(chosen),
                    "price_idr": model["price_idr"],
                    "stock": model["stock"],
                    "reserved": model["reserved"],
                }
            )
        items.append(
            {
                "item_id": row["item_id"],
                "item_name": row["name"],
                "item_sku": row["sku"],
                "item_status": row["status"],
                "banned_for": row["banned_for"],
                "description": spec["description"],
                "category_id": spec["category_id"],
                "image_ids": spec["image"]["image_id_list"],
                "weight": spec["weight"],
                "create_time": row["created"],
                "update_time": row["updated"],
                "models": models,
            }
        )
    return items


def _sold(core: Core, shop_id: int) -> list[dict[str, Any]]:
    rows = core.store.rows("SELECT * FROM shopee_order WHERE shop_id = ? ORDER BY created DESC, order_sn DESC", shop_id)
    return [_order_out(row) for row in rows]


def _shop(core: Core, text: str) -> Row | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1
    return core.store.row("SELECT * FROM shopee_shop WHERE shop_id = ?", number)


async def state(core: Core, request: Request) -> Response:
    """The shop as the platform has it: items with status, price and stock of each model, orders, pushes."""
    shop = _shop(core, request.query_params.get("shop_id", ""))
    if shop is None:
        return JSONResponse({"error": "not_found", "message": "Toko latihan tidak ada."}, status_code=404)
    pushes = [push for push in core.pushes.listed("shopee") if push["account"] == str(shop["shop_id"])]
    return JSONResponse(
        {
            "shop": dict(shop),
            "items": _shelf(core, shop["shop_id"]),
            "orders": _sold(core, shop["shop_id"]),
            "pushes": pushes,
        }
    )


async def open_shop(core: Core, request: Request) -> Response:
    """Make a practice shop without a consent page: {name} -> {shop_id}; a form is led to the stall."""
    try:
        shop_id = consent.open_shop(core, str((await _sent(request)).get("name", "")))
    except Refused as refusal:
        return JSONResponse({"error": "bad_request", "message": refusal.message}, status_code=400)
    return _stall_page(shop_id) if _says_form(request) else JSONResponse({"shop_id": shop_id}, status_code=201)


async def revoke(core: Core, request: Request) -> Response:
    """The seller ends the consent in their own settings."""
    shop = _shop(core, request.path_params["shop_id"])
    if shop is None:
        return JSONResponse({"error": "not_found", "message": "Toko latihan tidak ada."}, status_code=404)
    consent.end_consent(core, shop["shop_id"])
    return (
        _stall_page(shop["shop_id"]) if _says_form(request) else JSONResponse({"shop_id": shop["shop_id"], "linked": 0})
    )


async def stall(core: Core, request: Request) -> Response:
    """The shop as a buyer sees it."""
    shop = _shop(core, request.path_params["shop_id"])
    if shop is None:
        return PlainTextResponse("Toko latihan tidak ada.", status_code=404)
    on_sale = [item for item in _shelf(core, shop["shop_id"]) if item["item_status"] == "NORMAL"]
    return core.pages.TemplateResponse(
        request,
        "shopee_stall.html",
        {
            "shop": shop,
            "items": on_sale,
            "orders": _sold(core, shop["shop_id"])[:20],
            "words": ORDER_WORDS,
            "steps": NEXT_STEPS,
            "bought": request.query_params.get("dibeli", ""),
            "failed": request.query_params.get("gagal", ""),
        },
    )


def stalls(core: Core) -> list[Stall]:
    """Practice shops for the index page."""
    rows = core.store.rows(
        "SELECT s.shop_id, s.name, s.linked, (SELECT count(*) FROM shopee_item i WHERE i.shop_id = s.shop_id"
        " AND i.status = 'NORMAL') AS items FROM shopee_shop s ORDER BY s.shop_id"
    )
    return [
        Stall(
            name=row["name"],
            url=f"/practice/shopee/{row['shop_id']}",
            note=f"{row['items']} barang dijual, {'tersambung' if row['linked'] else 'belum tersambung'}",
        )
        for row in rows
    ]
