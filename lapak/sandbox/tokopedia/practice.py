"""The practice side of Tokopedia: stall page, buying, acting as buyer or courier, and the state for tests."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from lapak.sandbox.body import BadBody, json_object
from lapak.sandbox.fields import BadField, Fields
from lapak.sandbox.platform import Core, Stall
from lapak.sandbox.tokopedia import buyer, consent, news, orders
from lapak.sandbox.tokopedia.market import TIKTOK, TOKOPEDIA
from lapak.sandbox.tokopedia.products import ACTIVE, settle, skus_of

FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
ORDER_WORDS = {
    orders.UNPAID: "Belum dibayar",
    orders.ON_HOLD: "Dibayar, masih bisa dibatalkan pembeli",
    orders.AWAITING_SHIPMENT: "Menunggu dikirim",
    orders.AWAITING_COLLECTION: "Menunggu kurir",
    orders.IN_TRANSIT: "Dalam perjalanan",
    orders.DELIVERED: "Sampai, belum selesai",
    orders.COMPLETED: "Selesai",
    orders.CANCELLED: "Dibatalkan",
}
NEXT_STEPS = {
    orders.UNPAID: (("pay", "Bayar"), ("cancel", "Batalkan")),
    orders.ON_HOLD: (("release", "Lewati masa tunggu"), ("cancel", "Batalkan")),
    orders.AWAITING_SHIPMENT: (("cancel", "Minta batal"),),
    orders.AWAITING_COLLECTION: (("pickup", "Kurir mengambil"), ("cancel", "Minta batal")),
    orders.IN_TRANSIT: (("deliver", "Paket sampai"),),
    orders.DELIVERED: (("confirm", "Selesaikan"),),
}
PLATFORM_WORDS = {TIKTOK: "TikTok Shop", TOKOPEDIA: "Tokopedia"}


def _says_form(request: Request) -> bool:
    return request.headers.get("content-type", "").split(";")[0] in FORM_TYPES


async def _sent(request: Request) -> dict[str, Any]:
    """The wish of a form or of a JSON body, in one shape. Raises BadBody."""
    if not _says_form(request):
        return await json_object(request)
    texts = {name: str(value) for name, value in (await request.form()).items() if value != ""}
    return {**texts, **{name: texts[name] == "1" for name in ("unpaid", "at_once", "migrated") if name in texts}}


def _refused(status: int, error: str, message: str, **more: Any) -> Response:
    return JSONResponse({"error": error, "message": message, **more}, status_code=status)


def _stall_page(shop_id: Any, **told: str) -> Response:
    return RedirectResponse(f"/practice/tokopedia/{shop_id}?{urlencode(told)}", status_code=303)


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
    return JSONResponse(_order_out(core, order_id), status_code=201)


async def act(core: Core, request: Request) -> Response:
    """Do something to an order as its buyer or courier."""
    text, action = request.path_params["order_id"], request.path_params["action"]
    if action not in buyer.ACTIONS:
        return _refused(404, "unknown_action", f"Known: {', '.join(buyer.ACTIONS)}")
    order = orders.order_of(core, int(text)) if text.isascii() and text.isdigit() and len(text) < 19 else None
    if order is None:
        return _refused(404, "not_found", "Pesanan tidak ada.")
    try:
        at_once = Fields(await _sent(request)).flag("at_once", default=False)
        buyer.act(core, order, action, at_once=at_once)
    except (BadBody, BadField) as fault:
        return _refused(400, "bad_request", str(fault))
    except orders.NotPossible as fault:
        return _refused(409, "not_possible", str(fault))
    return _stall_page(order["shop_id"]) if _says_form(request) else JSONResponse(_order_out(core, order["order_id"]))


def _order_out(core: Core, order_id: int) -> dict[str, Any]:
    order = orders.order_of(core, order_id)
    assert order is not None  # it was written or moved a moment ago
    return _shown(core, order)


def _shown(core: Core, row: Row) -> dict[str, Any]:
    """An order as tests read it: ids as texts, lines counted by SKU."""
    counted: dict[int, dict[str, Any]] = {}
    for line in json.loads(row["lines"]):
        one = counted.setdefault(line["sku_id"], {**line, "quantity": 0})
        one["quantity"] += 1
    lines = [
        {
            "product_id": str(line["product_id"]),
            "sku_id": str(line["sku_id"]),
            **{name: line[name] for name in ("product_name", "sku_name", "seller_sku", "price_idr", "quantity")},
        }
        for line in counted.values()
    ]
    return {
        "order_id": str(row["order_id"]),
        "shop_id": str(row["shop_id"]),
        "platform": row["platform"],
        "shipping": row["shipping"],
        "status": row["status"],
        "cancel_asked": orders.asked_to_cancel(core, row["order_id"]) is not None,
        "package_id": str(row["package_id"]),
        "tracking_number": row["tracking_number"],
        "cancelled_by": row["cancelled_by"],
        "cancel_reason": row["cancel_reason"],
        "created": row["created"],
        "updated": row["updated"],
        "buyer": json.loads(row["buyer"]),
        "lines": lines,
        "total_idr": row["total_idr"],
    }


def _shelf(core: Core, shop_id: int) -> list[dict[str, Any]]:
    settle(core)
    items = []
    for row in core.store.rows("SELECT * FROM tokopedia_product WHERE shop_id = ? ORDER BY product_id", shop_id):
        spec, statuses = json.loads(row["spec"]), json.loads(row["statuses"])
        items.append(
            {
                "product_id": str(row["product_id"]),
                "title": spec["title"],
                "description": spec["description"],
                "category_id": str(spec["category_id"]),
                "uris": [one["uri"] for one in spec["main_images"]],
                "package_weight": spec["package_weight"],
                "statuses": statuses,
                "audit": row["audit"],
                "reason": row["reason"],
                "create_time": row["created"],
                "update_time": row["updated"],
                "skus": [
                    {
                        "sku_id": str(sku["sku_id"]),
                        "seller_sku": sku["seller_sku"],
                        "name": ", ".join(one["value_name"] for one in json.loads(sku["more"])["sales_attributes"]),
                        "price_idr": sku["price_idr"],
                        "stock": sku["stock"],
                        "status": statuses.get(TOKOPEDIA) or statuses[TIKTOK],
                        "committed": sku["committed"],
                    }
                    for sku in skus_of(core, row["product_id"])
                ],
            }
        )
    return items


def _sold(core: Core, shop_id: int) -> list[dict[str, Any]]:
    orders.settle(core)
    rows = core.store.rows("SELECT * FROM tokopedia_order WHERE shop_id = ? ORDER BY order_id DESC", shop_id)
    return [_shown(core, row) for row in rows]


async def state(core: Core, request: Request) -> Response:
    """The shop as the platform has it: items with statuses, price and stock of each SKU, orders, webhooks sent."""
    shop = consent.shop_of(core, request.query_params.get("shop_id", ""))
    if shop is None:
        return _refused(404, "not_found", "Toko latihan tidak ada.")
    pushes = [push for push in core.pushes.listed("tokopedia") if push["account"] == str(shop["shop_id"])]
    named = {name: shop[name] for name in ("name", "code", "migrated", "linked")}
    numbers = {"shop_id": str(shop["shop_id"]), "warehouse_id": str(shop["warehouse_id"])}
    return JSONResponse(
        {
            "shop": numbers | named,
            "items": _shelf(core, shop["shop_id"]),
            "orders": _sold(core, shop["shop_id"]),
            "pushes": pushes,
        }
    )


async def open_shop(core: Core, request: Request) -> Response:
    """Make a practice shop without a consent page: {name, migrated?} -> {shop_id}; a form is led to the stall."""
    try:
        sent = Fields(await _sent(request))
        shop_id = consent.open_shop(core, sent.text("name", default=""), migrated=sent.flag("migrated", default=True))
    except (BadBody, BadField, consent.BadName) as fault:
        return _refused(400, "bad_request", str(fault))
    return _stall_page(shop_id) if _says_form(request) else JSONResponse({"shop_id": str(shop_id)}, status_code=201)


async def revoke(core: Core, request: Request) -> Response:
    """The seller ends the consent in their own settings."""
    shop = consent.shop_of(core, request.path_params["shop_id"])
    if shop is None:
        return _refused(404, "not_found", "Toko latihan tidak ada.")
    consent.end_consent(core, shop["shop_id"])
    done = {"shop_id": str(shop["shop_id"]), "linked": 0}
    return _stall_page(shop["shop_id"]) if _says_form(request) else JSONResponse(done)


async def console(core: Core, request: Request) -> Response:
    """What the app's owner sets in the console: {redirect?, callback?}; an empty text takes it back."""
    try:
        sent = Fields(await json_object(request))
        for name in ("redirect", "callback"):
            if name in sent.values:
                url = sent.text(name, default="")
                if url and not consent.is_web(url):
                    raise BadField(name, "must be an http or https address")
                core.store.keep_setting(f"tokopedia.{name}", url)
    except (BadBody, BadField) as fault:
        return _refused(400, "bad_request", str(fault))
    return JSONResponse({"redirect": consent.redirect_url(core), "callback": news.callback(core)})


async def stall(core: Core, request: Request) -> Response:
    """The shop as a buyer sees it."""
    shop = consent.shop_of(core, request.path_params["shop_id"])
    if shop is None:
        return PlainTextResponse("Toko latihan tidak ada.", status_code=404)
    on_sale = [item for item in _shelf(core, shop["shop_id"]) if ACTIVE in item["statuses"].values()]
    return core.pages.TemplateResponse(
        request,
        "tokopedia_stall.html",
        {
            "shop": shop,
            "items": on_sale,
            "orders": _sold(core, shop["shop_id"])[:20],
            "words": ORDER_WORDS,
            "platforms": PLATFORM_WORDS,
            "steps": NEXT_STEPS,
            "bought": request.query_params.get("dibeli", ""),
            "failed": request.query_params.get("gagal", ""),
        },
    )


def stalls(core: Core) -> list[Stall]:
    """Practice shops for the index page."""
    rows = core.store.rows(
        "SELECT s.shop_id, s.name, s.linked, (SELECT count(*) FROM tokopedia_product p WHERE p.shop_id = s.shop_id"
        " AND p.statuses LIKE '%\"ACTIVATE\"%') AS items FROM tokopedia_shop s ORDER BY s.shop_id"
    )
    return [
        Stall(
            name=row["name"],
            url=f"/practice/tokopedia/{row['shop_id']}",
            note=f"{row['items']} barang dijual, {'tersambung' if row['linked'] else 'belum tersambung'}",
        )
        for row in rows
    ]
