"""The practice side of Messenger and Instagram chats: a person writes, asks for a product, and reads the answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute

from lapak.sandbox.body import BadBody, json_object
from lapak.sandbox.fields import BadField, Fields
from lapak.sandbox.meta import catalogue, hooks
from lapak.sandbox.meta.chat import Side
from lapak.sandbox.platform import Core, Stall, page

SAY_CHARS, NAME_CHARS, QUANTITY_MOST = 2000, 80, 999


def _bad(fault: object) -> Response:
    return JSONResponse({"error": "bad_request", "message": str(fault)}, status_code=400)


def _says_form(request: Request) -> bool:
    return not request.headers.get("content-type", "").startswith("application/json")


async def _wish(request: Request) -> Fields:
    """What a form or a JSON body says. Raises BadField."""
    if _says_form(request):
        return Fields({name: str(value) for name, value in (await request.form()).items()})
    try:
        return Fields(await json_object(request))
    except BadBody as fault:
        raise BadField("body", str(fault)) from None


def routes(core: Core, side: Side) -> Sequence[BaseRoute]:
    """The practice routes of one platform's chats."""

    def chat_page(person: str) -> Response:
        return RedirectResponse(f"/practice/{side.slug}/person/{person}", status_code=303)

    async def person(core: Core, request: Request) -> Response:
        """One person's chat with the shop."""
        found = next((one for one in side.people(core) if one["id"] == request.path_params["person"]), None)
        if found is None:
            return PlainTextResponse("Orang latihan tidak ada.", status_code=404)
        return core.pages.TemplateResponse(request, "meta_chat.html", {"who": found, "slug": side.slug})

    async def say(core: Core, request: Request) -> Response:
        """A person writes or taps: {text, name?, payload?}; `person` new makes a new one."""
        try:
            wish = await _wish(request)
            name, payload = wish.text("name", default="", most=NAME_CHARS), wish.text("payload", default="", most=1000)
            text, who = wish.text("text", most=SAY_CHARS), request.path_params["person"]
        except BadField as fault:
            return _bad(fault)
        who, mid = side.say(core, "" if who == "new" else who, text, name=name, payload=payload)
        return chat_page(who) if _says_form(request) else JSONResponse({"person": who, "mid": mid})

    async def meet(core: Core, request: Request) -> Response:
        """A new person opens the chat, from the index page's form."""
        try:
            name = (await _wish(request)).text("name", most=NAME_CHARS)
        except BadField as fault:
            return _bad(fault)
        who, _ = side.say(core, "", "Halo, mau tanya.", name=name)
        return chat_page(who)

    async def buy(core: Core, request: Request) -> Response:
        """A person asks for a product in the chat: {retailer_id | item_sku, quantity?, person?, name?, note?}."""
        try:
            wish = await _wish(request)
            retailer_id = wish.text("retailer_id" if "retailer_id" in wish else "item_sku")
            quantity = wish.whole("quantity", default=1, low=1, high=QUANTITY_MOST)
            who, name = wish.text("person", default=""), wish.text("name", default="", most=NAME_CHARS)
            note = wish.text("note", default="", most=500)
        except BadField as fault:
            return _bad(fault)
        item = next((one for one in catalogue.for_sale(core) if one["retailer_id"] == retailer_id), None)
        if item is None:
            return JSONResponse({"error": "not_found", "message": "Barang ini tidak ada di toko."}, status_code=404)
        if item["left"] == 0:
            words = {"error": "sold_out", "message": f"{item['name']} sedang habis.", "left": 0}
            return JSONResponse(words, status_code=409)
        text = f"Halo, saya mau pesan {quantity} × {item['name']} ({item['url']})." + (f" {note}" if note else "")
        who, mid = side.say(core, who, text, name=name)
        if _says_form(request):
            return chat_page(who)
        return JSONResponse({"person": who, "mid": mid, "text": text, "link": item["url"]}, status_code=201)

    async def portal(core: Core, request: Request) -> Response:
        """The app's dashboard: PUT {callback, verify_token} sets the listener after the handshake; '' takes it away."""
        if request.method == "PUT":
            try:
                wish = await _wish(request)
                url, token = wish.text("callback", default="", most=2000), wish.text("verify_token", default="")
            except BadField as fault:
                return _bad(fault)
            if url and (wrong := await hooks.handshake(url, token)):
                return _bad(wrong)
            core.store.keep_setting(f"{side.slug}.callback", url)
        return side.portal(core)

    return [
        page(core, "/buy", buy, "POST"),
        page(core, "/portal", portal, "GET", "PUT"),
        page(core, "/people", meet, "POST"),
        page(core, "/person/{person}", person),
        page(core, "/person/{person}/say", say, "POST"),
    ]


def stalls(core: Core, side: Side, home: Stall) -> list[Stall]:
    """The shop's own page and its chats, for the index page."""
    return [home] + [
        Stall(
            name=one["name"],
            url=f"/practice/{side.slug}/person/{one['id']}",
            note=f"{len(one['messages'])} pesan",
        )
        for one in side.people(core)
        if one["messages"]
    ]


def common_state(core: Core, side: Side) -> dict[str, Any]:
    """What both platforms tell a test."""
    return {
        "items": catalogue.state(core),
        "people": side.people(core),
        "subscribed_fields": core.store.setting(f"{side.slug}.fields", []),
        "pushes": core.pushes.listed(side.slug),
    }
