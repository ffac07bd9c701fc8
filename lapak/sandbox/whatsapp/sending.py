"""POST /{version}/{phone_number_id}/messages and the few calls around it."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lapak.sandbox.meta.hooks import handshake
from lapak.sandbox.platform import Core
from lapak.sandbox.whatsapp import limits, people
from lapak.sandbox.whatsapp.approved import APPROVED
from lapak.sandbox.whatsapp.checks import SHOWN, template_of
from lapak.sandbox.whatsapp.door import body_of, check_caller, refused
from lapak.sandbox.whatsapp.graph import SLUG, GraphRefused
from lapak.sandbox.whatsapp.hooks import tell_status

OPAQUE_CHARS = 512


async def messages(core: Core, request: Request) -> Response:
    """Send a message, or mark one as read."""
    try:
        check_caller(core, request, core.settings.whatsapp.phone_number_id)
        body = await body_of(request)
        if body.get("messaging_product") != "whatsapp":
            raise GraphRefused(100, "The parameter messaging_product is required and must be whatsapp.")
        if "status" in body:
            return _mark_read(core, body)
        return JSONResponse(_send(core, body))
    except GraphRefused as fault:
        return refused(fault)


def _mark_read(core: Core, body: dict[str, Any]) -> Response:
    known = core.store.row("SELECT 1 FROM whatsapp_message WHERE id = ? AND mine", str(body.get("message_id", "")))
    if body["status"] != "read" or known is None:
        raise GraphRefused(131009, "status must be read, message_id a message you received.")
    return JSONResponse({"success": True})


def _receiver(core: Core, body: dict[str, Any]) -> tuple[str, str]:
    """What the caller wrote and the number it means."""
    if "recipient" in body:
        row = core.store.row("SELECT number FROM whatsapp_person WHERE user_id = ?", str(body["recipient"]))
        if row is None:
            raise GraphRefused(131026, "The recipient is unknown.")
        return str(body["recipient"]), row["number"]
    given = body.get("to")
    if given in (None, ""):
        raise GraphRefused(131008, "The parameter to is required.")
    number = people.digits_of(given) if isinstance(given, str) else ""
    if not number:
        raise GraphRefused(131009, "The parameter to is not a phone number.")
    return str(given), number


def _send(core: Core, body: dict[str, Any]) -> dict[str, Any]:
    if body.get("recipient_type", "individual") != "individual":
        raise GraphRefused(131009, "recipient_type must be individual.")
    given, number = _receiver(core, body)
    kind = body.get("type", "text")
    if not isinstance(kind, str) or kind not in SHOWN:
        raise GraphRefused(131051, f"Message type {kind} is not supported by the practice phone.")
    opaque = body.get("biz_opaque_callback_data", "")
    if not isinstance(opaque, str) or len(opaque) > OPAQUE_CHARS:
        raise GraphRefused(131009, f"biz_opaque_callback_data must be text of at most {OPAQUE_CHARS} characters.")
    shown, name, category = SHOWN[kind](core, body), "", "service"
    if kind == "template":
        template = template_of(body)
        name, category = template.name, template.category.lower()
        if template.category == "AUTHENTICATION" and "recipient" in body:
            raise GraphRefused(131062, "Authentication templates need a phone number.")
    elif not people.window_open(core, number):
        raise GraphRefused(131047, "More than 24 hours have passed since the recipient last replied; use a template.")
    limits.check_pair(core, number)
    if kind == "template":
        limits.check_portfolio(core, number)
    held = core.faults.fire(SLUG, "pace_template", account=number) if kind == "template" else None
    with core.store.transaction():
        person = people.person(core, number)
        fired = core.faults.fire(SLUG, "undeliverable", account=number)
        failed = int(fired.more["code"]) if fired else 0
        message_id = people.keep(
            core, number=number, mine=False, kind=kind, payload=body, shown=shown, template=name, failed=failed
        )
        for status, after_s in _course(core, failed):
            tell_status(
                core,
                message_id=message_id,
                person=person,
                status=status,
                opaque=opaque,
                category=category,
                after_s=after_s + (float(held.more["seconds"]) if held else 0.0),
                failed=failed if status == "failed" else 0,
            )
    accepted = str(held.more["status"]) if held else "accepted"
    return {
        "messaging_product": "whatsapp",
        "contacts": [{"input": given, "wa_id": number, "user_id": person["user_id"]}],
        "messages": [{"id": message_id, **({"message_status": accepted} if kind == "template" else {})}],
    }


def _course(core: Core, failed: int) -> list[tuple[str, float]]:
    """The statuses a message goes through and when. A negative `read_after_s` means nobody reads."""
    us = core.settings.whatsapp
    if failed:
        return [("sent", 0.0), ("failed", us.delivered_after_s)]
    course = [("sent", 0.0), ("delivered", us.delivered_after_s)]
    return [*course, ("read", us.read_after_s)] if us.read_after_s >= 0 else course


async def subscribe(core: Core, request: Request) -> Response:
    """Subscribe the app to the account. `override_callback_uri` is taken only after it answered the handshake."""
    try:
        check_caller(core, request, core.settings.whatsapp.account_id)
        body = await body_of(request)
        url = body.get("override_callback_uri")
        if url is not None:
            if wrong := await handshake(str(url), str(body.get("verify_token", ""))):
                raise GraphRefused(100, wrong)
            core.store.keep_setting("whatsapp.callback", str(url))
        return JSONResponse({"success": True})
    except GraphRefused as fault:
        return refused(fault)


async def templates(core: Core, request: Request) -> Response:
    """The account's approved templates."""
    try:
        check_caller(core, request, core.settings.whatsapp.account_id)
    except GraphRefused as fault:
        return refused(fault)
    return JSONResponse({"data": [one.listed() for one in APPROVED.values()]})
