"""The practice phone: a person reads the chat there and answers."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from lapak.sandbox.body import BadBody, json_object
from lapak.sandbox.fields import BadField
from lapak.sandbox.meta import catalogue
from lapak.sandbox.platform import Core, Stall
from lapak.sandbox.whatsapp import media, people, selling
from lapak.sandbox.whatsapp.graph import SLUG, GraphRefused

SAY_CHARS = 4096


def _status(core: Core, row: Row) -> str:
    """How far a message to the person has come."""
    us, age_s = core.settings.whatsapp, core.clock.now() - row["at"]
    if row["mine"]:
        return "received"
    if age_s < us.delivered_after_s:
        return "sent"
    if row["failed"]:
        return "failed"
    return "read" if 0 <= us.read_after_s <= age_s else "delivered"


def _out(core: Core, row: Row) -> dict[str, Any]:
    payload = json.loads(row["payload"])
    action = payload.get("interactive", {}).get("action", {}) if not row["mine"] else {}
    answers = [{"kind": "button_reply", **button["reply"]} for button in action.get("buttons", [])]
    rows = [one for section in action.get("sections", []) for one in section.get("rows", [])]
    answers += [{"kind": "list_reply", **one} for one in rows]
    code = ""
    if row["template"] == "kode_masuk":
        code = next(
            part["parameters"][0]["text"] for part in payload["template"]["components"] if part["type"] == "body"
        )
    return {
        "id": row["id"],
        "from_person": bool(row["mine"]),
        "number": row["number"],
        "at": row["at"],
        "type": row["type"],
        "text": row["shown"],
        "template": row["template"],
        "status": _status(core, row),
        "failed": row["failed"],
        "answers": answers,
        "sells": payload.get("interactive", {}).get("type") in ("product", "product_list", "catalog_message"),
        "code": code,
        "payload": payload,
    }


def _chat(core: Core, number: str) -> list[dict[str, Any]]:
    rows = core.store.rows("SELECT * FROM whatsapp_message WHERE number = ? ORDER BY seq", number)
    return [_out(core, row) for row in rows]


async def messages(core: Core, request: Request) -> Response:
    """The chat of one number as JSON, oldest first; of all numbers without `to`."""
    given = request.query_params.get("to", "")
    if not given:
        rows = core.store.rows("SELECT * FROM whatsapp_message ORDER BY seq DESC LIMIT 1000")
        return JSONResponse({"messages": [_out(core, row) for row in reversed(rows)]})
    # A plus in a query string is read as a space by every server, so it is put back.
    number = people.digits_of(given.replace(" ", "+", 1) if given.startswith(" ") else given)
    return JSONResponse({"messages": _chat(core, number)})


async def pick_up(_core: Core, request: Request) -> Response:
    """From the index page's form to the phone of that number; 0812 is read as people write it."""
    written = request.query_params.get("nomor", "").strip()
    number = people.digits_of("+62" + written[1:] if written.startswith("0") else written)
    if not number:
        return PlainTextResponse("Nomor ini tidak bisa dipakai.", status_code=400)
    return RedirectResponse(f"/practice/whatsapp/phone/{number}", status_code=303)


async def phone(core: Core, request: Request) -> Response:
    """The phone's page."""
    number = people.digits_of(request.path_params["digits"])
    if not number:
        return PlainTextResponse("Nomor ini tidak bisa dipakai.", status_code=404)
    chat = [message for message in _chat(core, number) if message["status"] != "failed"]
    return core.pages.TemplateResponse(
        request, "whatsapp_phone.html", {"number": number, "chat": chat, "open": people.window_open(core, number)}
    )


async def say(core: Core, request: Request) -> Response:
    """The person writes or taps. JSON {text, name?, reply_id?, reply_kind?, context?} or the page's form."""
    number = people.digits_of(request.path_params["digits"])
    is_form = not request.headers.get("content-type", "").startswith("application/json")
    try:
        sent = dict((await request.form()).items()) if is_form else await json_object(request)
    except BadBody as fault:
        return JSONResponse({"error": "bad_request", "message": str(fault)}, status_code=400)
    words = {name: sent.get(name, "") for name in ("text", "name", "reply_id", "reply_kind", "context")}
    texts = {name: word for name, word in words.items() if isinstance(word, str)}
    kind_known = texts.get("reply_kind") in ("", "button_reply", "list_reply")
    if not number or len(texts) < len(words) or not 1 <= len(texts["text"]) <= SAY_CHARS or not kind_known:
        return JSONResponse({"error": "bad_request", "message": "Kirim text (1 sampai 4096 huruf)."}, status_code=400)
    texts["reply_kind"] = texts["reply_kind"] or "button_reply"
    message_id = people.say(core, number, **texts)
    return (
        RedirectResponse(f"/practice/whatsapp/phone/{number}", status_code=303)
        if is_form
        else JSONResponse({"id": message_id})
    )


async def send(core: Core, request: Request) -> Response:
    """The person sends a picture, sound or paper: multipart with `file` and perhaps `caption` and `name`."""
    number = people.digits_of(request.path_params["digits"])
    async with request.form() as form:
        file, caption, name = form.get("file"), str(form.get("caption", "")), str(form.get("name", ""))
        if not number or not isinstance(file, UploadFile):
            return JSONResponse({"error": "bad_request", "message": "Kirim berkas dalam field file."}, status_code=400)
        try:
            media_id = media.keep(core, file.content_type or "", await file.read())
        except GraphRefused as fault:
            return JSONResponse({"error": "bad_request", "message": fault.details}, status_code=400)
    row = media.find(core, media_id)
    assert row is not None  # it was kept a moment ago
    kind = next(kind for kind, (types, _) in media.KINDS.items() if row["media_type"] in types)
    content = {"id": media_id, "mime_type": row["media_type"], "sha256": row["sha256"]}
    content["url"] = media.address(core, media.base_url(request), row)
    if caption and kind != "audio":
        content["caption"] = caption
    message_id = people.hear(core, number, {"type": kind, kind: content}, shown=f"[{kind}] {caption}", name=name)
    if "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(f"/practice/whatsapp/phone/{number}", status_code=303)
    return JSONResponse({"id": message_id, "media_id": media_id})


async def shelf(core: Core, request: Request) -> Response:
    """The business's catalogue as the person sees it in the chat, with a cart to send."""
    number = people.digits_of(request.path_params["digits"])
    if not number:
        return PlainTextResponse("Nomor ini tidak bisa dipakai.", status_code=404)
    return core.pages.TemplateResponse(
        request,
        "whatsapp_catalog.html",
        {
            "number": number,
            "items": selling.shelf(core),
            "cart": selling.commerce(core)["is_cart_enabled"],
            "failed": request.query_params.get("gagal", ""),
        },
    )


async def buy(core: Core, request: Request) -> Response:
    """A person sends a cart: {number, product_retailer_id | item_sku, quantity?, text?, name?} or `lines`."""
    is_form = not request.headers.get("content-type", "").startswith("application/json")
    number = ""
    try:
        wish = await selling.buy_wish(request)
        number = people.digits_of(wish.text("number"))
        if not number:
            raise BadField("number", "is not a phone number")
        message_id, order = selling.send_cart(core, number, wish)
    except BadField as fault:
        if is_form and number:
            return RedirectResponse(
                f"/practice/whatsapp/phone/{number}/catalog?gagal=Keranjang+kosong.", status_code=303
            )
        return JSONResponse({"error": "bad_request", "message": str(fault)}, status_code=400)
    except selling.CannotBuy as fault:
        if is_form:
            told = urlencode({"gagal": fault.message})
            return RedirectResponse(f"/practice/whatsapp/phone/{number}/catalog?{told}", status_code=303)
        status = 404 if fault.code == "not_found" else 409
        return JSONResponse({"error": fault.code, "message": fault.message, "left": fault.left}, status_code=status)
    if is_form:
        return RedirectResponse(f"/practice/whatsapp/phone/{number}", status_code=303)
    return JSONResponse({"id": message_id, "number": number, "order": order}, status_code=201)


async def state(core: Core, _request: Request) -> Response:
    """The account as the platform has it: catalogue, switches of the cart, carts sent, media, pushes."""
    carts = core.store.rows("SELECT * FROM whatsapp_message WHERE mine = 1 AND type = 'order' ORDER BY seq DESC")
    files = core.store.rows("SELECT id, media_type, sha256, made_at, length(bytes) AS size FROM whatsapp_media")
    return JSONResponse(
        {
            "catalog_id": selling.connected(core),
            "commerce": selling.commerce(core),
            "items": catalogue.state(core),
            "orders": [_out(core, row) for row in carts],
            "media": [dict(row) for row in files],
            "pushes": core.pushes.listed(SLUG),
        }
    )


def stalls(core: Core) -> list[Stall]:
    """Phones that have a chat, for the index page."""
    rows = core.store.rows(
        "SELECT p.number, p.name, count(m.seq) AS n FROM whatsapp_person p JOIN whatsapp_message m USING (number)"
        " GROUP BY p.number ORDER BY max(m.seq) DESC"
    )
    return [
        Stall(
            name=f"Telepon +{row['number']}",
            url=f"/practice/whatsapp/phone/{row['number']}",
            note=f"{row['name']}, {row['n']} pesan",
        )
        for row in rows
    ]
