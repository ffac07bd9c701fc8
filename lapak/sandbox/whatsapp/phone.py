"""The practice phone: a person reads the chat there and answers."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from lapak.sandbox.body import BadBody, json_object
from lapak.sandbox.platform import Core, Stall
from lapak.sandbox.whatsapp import people

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
    answers += [{"kind": "list_reply", **one} for section in action.get("sections", []) for one in section["rows"]]
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
