"""POST /{version}/{phone_number_id}/messages and the few calls around it."""

from __future__ import annotations

import hmac
import re
import secrets
from typing import Any

import httpx2
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lapak.sandbox.body import BadBody, json_object
from lapak.sandbox.platform import Core
from lapak.sandbox.whatsapp import people
from lapak.sandbox.whatsapp.approved import APPROVED
from lapak.sandbox.whatsapp.checks import SHOWN, template_of
from lapak.sandbox.whatsapp.graph import SLUG, GraphRefused, refusal
from lapak.sandbox.whatsapp.hooks import MANNERS, tell_status

VERSION = re.compile(r"v\d{1,2}\.\d")
OPAQUE_CHARS = 512


def _check_caller(core: Core, request: Request, node: str) -> None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or not token:
        raise GraphRefused(0, "An access token is required to request this resource.")
    revoked = core.faults.fire(
        SLUG, "token_revoked", path=request.url.path.removeprefix("/whatsapp"), account=request.path_params["node"]
    )
    if revoked or not hmac.compare_digest(token.encode(), core.settings.whatsapp.token.encode()):
        raise GraphRefused(190, "Error validating access token.")
    if not VERSION.fullmatch(request.path_params["version"]):
        raise GraphRefused(100, "Unknown path components.")
    if request.path_params["node"] != node:
        raise GraphRefused(100, f"Object with ID '{request.path_params['node']}' does not exist.")


def _refused(fault: GraphRefused) -> Response:
    return refusal(fault.code, fault.details, 401 if fault.code in (0, 190) else 400)


async def _body(request: Request) -> dict[str, Any]:
    try:
        return await json_object(request)
    except BadBody as fault:
        raise GraphRefused(100, str(fault)) from None


async def messages(core: Core, request: Request) -> Response:
    """Send a message, or mark one as read."""
    try:
        _check_caller(core, request, core.settings.whatsapp.phone_number_id)
        body = await _body(request)
        if body.get("messaging_product") != "whatsapp":
            raise GraphRefused(100, "The parameter messaging_product is required and must be whatsapp.")
        if "status" in body:
            return _mark_read(core, body)
        return JSONResponse(_send(core, body))
    except GraphRefused as fault:
        return _refused(fault)


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
    shown, name, category = SHOWN[kind](body), "", "service"
    if kind == "template":
        template = template_of(body)
        name, category = template.name, template.category.lower()
        if template.category == "AUTHENTICATION" and "recipient" in body:
            raise GraphRefused(131062, "Authentication templates need a phone number.")
    elif not people.window_open(core, number):
        raise GraphRefused(131047, "More than 24 hours have passed since the recipient last replied; use a template.")
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
                after_s=after_s,
                failed=failed if status == "failed" else 0,
            )
    return {
        "messaging_product": "whatsapp",
        "contacts": [{"input": given, "wa_id": number, "user_id": person["user_id"]}],
        "messages": [{"id": message_id, **({"message_status": "accepted"} if kind == "template" else {})}],
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
        _check_caller(core, request, core.settings.whatsapp.account_id)
        body = await _body(request)
        url = body.get("override_callback_uri")
        if url is not None:
            await _shake_hands(str(url), str(body.get("verify_token", "")))
            core.store.keep_setting("whatsapp.callback", str(url))
        return JSONResponse({"success": True})
    except GraphRefused as fault:
        return _refused(fault)


async def _shake_hands(url: str, verify_token: str) -> None:
    challenge = str(secrets.randbelow(10**10))
    asked = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": challenge}
    try:
        async with httpx2.AsyncClient(trust_env=False) as client:
            reply = await client.get(url, params=asked, timeout=MANNERS.timeout_s)
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as fault:
        raise GraphRefused(100, f"The callback did not answer the handshake: {type(fault).__name__}.") from None
    if reply.status_code != 200 or reply.text != challenge:
        raise GraphRefused(100, "The callback must answer 200 with hub.challenge and nothing else.")


async def templates(core: Core, request: Request) -> Response:
    """The account's approved templates."""
    try:
        _check_caller(core, request, core.settings.whatsapp.account_id)
    except GraphRefused as fault:
        return _refused(fault)
    return JSONResponse({"data": [one.listed() for one in APPROVED.values()]})
