"""The door of practice Grab: tokens, which store a call may speak for, and how refusals are worded."""

from __future__ import annotations

import hmac
import inspect
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from sqlite3 import Row
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lapak.sandbox.body import BadBody, json_object
from lapak.sandbox.faults import Fired
from lapak.sandbox.fields import BadField, Fields
from lapak.sandbox.grab.menu import Strict
from lapak.sandbox.platform import ACCOUNT, Core

SLUG = "grab"
ACTIVE = "ACTIVE"
# First part of the path -> the kind of store it serves.
SERVICES = {"grabfood": "food", "grabfood-sandbox": "food", "grabmart": "mart", "grabmart-sandbox": "mart"}
# Scope -> the kind of store it opens. Which word GrabMart's sandbox takes is told differently, so both are taken.
SCOPES = {"food.partner_api": "food", "mart.partner_api": "mart", "sandbox.mart.partner_api": "mart"}
KEY_CHARS = 32
# Grab documents these reasons; `unauthorized` and `too_many_requests` are our words for statuses it leaves unnamed.
REASONS = {400: "invalid_argument", 401: "unauthorized", 403: "forbidden", 404: "not_found", 409: "conflict"}


class GrabRefused(Exception):
    """Grab says no: an HTTP status and the sentence beside it."""

    def __init__(self, status: int, message: str, target: str = "") -> None:
        super().__init__(message)
        self.status, self.message, self.target = status, message, target


def refusal(status: int, message: str, target: str = "", reason: str = "") -> JSONResponse:
    """The error envelope."""
    words = {"target": target, "reason": reason or REASONS.get(status, "error"), "message": message}
    return JSONResponse(words, status_code=status)


@dataclass(frozen=True, kw_only=True)
class Call:
    """One accepted call for one service; `body` and `query` read themselves strictly."""

    core: Core
    request: Request
    service: str
    body: Strict
    query: Fields

    def store(self, merchant_id: str) -> Row:
        """The linked store a call names. Raises GrabRefused."""
        self.request.scope[ACCOUNT] = merchant_id
        found = self.core.store.row("SELECT * FROM grab_store WHERE merchant_id = ?", merchant_id)
        if found is None or found["service"] != self.service:
            raise GrabRefused(404, f"merchant {merchant_id} is not found", "merchantID")
        if found["status"] != ACTIVE:
            raise GrabRefused(403, f"merchant {merchant_id} is not integrated with this partner", "merchantID")
        return found


Handler = Callable[[Call], Any]


def answered(handler: Handler) -> Callable[[Core, Request], Awaitable[Response]]:
    """The door around a handler. What it returns: an object (200), a Response, or None (204 without a body)."""

    async def answer(core: Core, request: Request) -> Response:
        try:
            service = SERVICES.get(request.path_params["service"])
            if service is None:
                raise GrabRefused(404, "no such path")
            _check_token(core, request, service)
            body = Strict({} if request.method == "GET" else await json_object(request))
            given = handler(
                Call(core=core, request=request, service=service, body=body, query=Fields(request.query_params))
            )
            result = await given if inspect.isawaitable(given) else given
        except BadBody as fault:
            return refusal(400, str(fault))
        except BadField as fault:
            return refusal(400, str(fault), fault.name)
        except GrabRefused as fault:
            return refusal(fault.status, fault.message, fault.target)
        if isinstance(result, Response):
            return result
        return Response(status_code=204) if result is None else JSONResponse(result)

    return answer


def _check_token(core: Core, request: Request, service: str) -> None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    path = request.url.path.removeprefix(f"/{SLUG}")
    if core.faults.fire(SLUG, "token_revoked", path=path, account=request.query_params.get("merchantID", "")):
        core.store.run("DELETE FROM grab_token")
    row = core.store.row("SELECT scope FROM grab_token WHERE token = ? AND until > ?", token, core.clock.now())
    if scheme != "Bearer" or row is None:
        raise GrabRefused(401, "the access token is invalid or has expired")
    if service not in {SCOPES[scope] for scope in row["scope"].split()}:
        raise GrabRefused(403, f"the scope {row['scope']} does not open this path")


async def token(core: Core, request: Request) -> Response:
    """A partner gets a token from Grab. The body is JSON, not a form; there is no refresh token."""
    ours = core.settings.grab
    try:
        body = Fields(await json_object(request))
        given = [body.text(name, most=KEY_CHARS).encode() for name in ("client_id", "client_secret")]
        if body.text("grant_type") != "client_credentials":
            raise GrabRefused(400, "grant_type must be client_credentials", "grant_type")
        scopes = body.text("scope").split()
        if not scopes or not set(scopes) <= set(SCOPES):
            raise GrabRefused(400, f"scope must be of {', '.join(SCOPES)}", "scope")
    except BadBody as fault:
        return refusal(400, str(fault))
    except BadField as fault:
        return refusal(400, str(fault), fault.name)
    except GrabRefused as fault:
        return refusal(fault.status, fault.message, fault.target)
    right = [hmac.compare_digest(given[0], ours.client_id.encode())]
    right.append(hmac.compare_digest(given[1], ours.client_secret.encode()))
    if not all(right):
        return refusal(401, "client_id or client_secret is wrong")
    made = ".".join(secrets.token_urlsafe(size) for size in (24, 48, 32))  # opaque to a partner, shaped like a JWT
    core.store.run("INSERT INTO grab_token VALUES (?, ?, ?)", made, " ".join(scopes), core.clock.now() + ours.access_s)
    return JSONResponse({"access_token": made, "token_type": "Bearer", "expires_in": ours.access_s})


def too_many(_fired: Fired) -> Response:
    """The answer to a partner that is too fast."""
    return refusal(429, "Too Many Requests", reason="too_many_requests")


def broken(fired: Fired) -> Response:
    """The answer when the fault is theirs."""
    return refusal(int(fired.more["status"]), "Internal server error", reason="internal_error")
