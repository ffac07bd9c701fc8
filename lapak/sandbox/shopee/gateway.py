"""The door of practice Shopee: who calls, with which signature and token, and how answers and refusals are worded."""

from __future__ import annotations

import hashlib
import hmac
import inspect
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lapak.sandbox.body import BadBody, json_object
from lapak.sandbox.faults import Fired
from lapak.sandbox.platform import ACCOUNT, Core
from lapak.sandbox.shopee.reading import Fields, Query, Refused

SLUG = "shopee"
TIMESTAMP_S = 300
UINT32 = 4_294_967_295
# Shopee does not document the HTTP status of an error. Integrators widely report 403 for these and 200 for the rest.
AUTH_ERRORS = {
    "error_sign",
    "error_auth",
    "invalid_acceess_token",
    "invalid_partner_id",
    "partner_shop_no_link",
    "shop_no_linked",
    "shop_banned",
    "source_ip_undeclared",
    "error_api_permission",
}
AUTH_STATUS = 403


@dataclass(frozen=True, kw_only=True)
class Call:
    """One accepted call. `shop_id` is 0 on a public API; `query` and `body` read themselves strictly."""

    core: Core
    request: Request
    path: str
    shop_id: int
    query: Query
    body: Fields

    def speaks_for(self, shop_id: int) -> None:
        """Name the shop in the journal of a public call, whose query does not."""
        self.request.scope[ACCOUNT] = str(shop_id)


@dataclass(frozen=True)
class TopLevel:
    """An answer whose payload stands beside request_id and error instead of under `response`."""

    payload: dict[str, Any]


Answer = dict[str, Any] | TopLevel | Response | None
Handler = Callable[[Call], Answer | Awaitable[Answer]]


@dataclass(frozen=True)
class Endpoint:
    """One API: its method, whether its signature is the public or the shop one, and who answers."""

    method: str
    public: bool
    handler: Handler


ENDPOINTS: dict[str, Endpoint] = {}


def api(method: str, path: str, *, public: bool = False) -> Callable[[Handler], Handler]:
    """Register a handler for one API path."""

    def register(handler: Handler) -> Handler:
        ENDPOINTS[f"/api/v2/{path}"] = Endpoint(method, public, handler)
        return handler

    return register


def sign(key: str, base: str) -> str:
    """Lower-case hex HMAC-SHA256; the key is the literal text."""
    return hmac.new(key.encode(), base.encode(), hashlib.sha256).hexdigest()


def check_signature(core: Core, request: Request, path: str, *, public: bool) -> None:
    """Refuse a call whose common parameters are missing, too old or wrongly signed."""
    query = request.query_params
    needed = ["partner_id", "timestamp", "sign"] + ([] if public else ["access_token", "shop_id"])
    for name in needed:
        if not query.get(name):
            raise Refused("error_param", f"There is no {name} in query.")
    for name in ("partner_id", "timestamp", *(() if public else ("shop_id",))):
        if not query[name].isascii() or not query[name].isdigit():
            raise Refused("error_param", f"Invalid {name}.")
        if name != "timestamp" and int(query[name]) > UINT32:
            raise Refused("error_param", f"{name} must be an unsigned 32-bit number.")
    shopee = core.settings.shopee
    if int(query["partner_id"]) != shopee.partner_id:
        raise Refused("invalid_partner_id", "Partner_id is invalid.")
    if abs(core.clock.now() - int(query["timestamp"])) > TIMESTAMP_S:
        raise Refused("error_param", "Invalid timestamp. It has expired or lies ahead.")
    base = f"{query['partner_id']}{path}{query['timestamp']}"
    if not public:
        base += f"{query['access_token']}{query['shop_id']}"
    if not hmac.compare_digest(sign(shopee.partner_key, base).encode(), query["sign"].encode()):
        raise Refused("error_sign", "Wrong sign.")


def check_token(core: Core, path: str, shop_id: int, token: str) -> None:
    """Refuse a call whose access token is unknown, expired, revoked or another shop's."""
    if core.faults.fire(SLUG, "token_revoked", path=path, account=str(shop_id)):
        revoke(core, shop_id)
    row = core.store.row("SELECT shop_id, access_until FROM shopee_grant WHERE access = ?", token)
    if row is None or row["shop_id"] != shop_id or row["access_until"] <= core.clock.now():
        raise Refused("invalid_acceess_token", "Invalid access_token, please have a check.")


def revoke(core: Core, shop_id: int) -> None:
    """End a shop's consent: all its tokens are dead at once."""
    with core.store.transaction():
        core.store.run("UPDATE shopee_shop SET linked = 0 WHERE shop_id = ?", shop_id)
        core.store.run("UPDATE shopee_grant SET access_until = 0, refresh_until = 0 WHERE shop_id = ?", shop_id)


async def answer(core: Core, request: Request) -> Response:
    """Answer any /api/v2/ call in Shopee's envelope."""
    path = "/api/v2/" + request.path_params["rest"]
    try:
        found = ENDPOINTS.get(path)
        if found is None:
            raise Refused("error_param", "Wrong path.")
        if request.method != found.method:
            raise Refused("error_param", f"Wrong method: this API takes {found.method}.")
        check_signature(core, request, path, public=found.public)
        shop_id = 0 if found.public else int(request.query_params["shop_id"])
        if not found.public:
            check_token(core, path, shop_id, request.query_params["access_token"])
        given = found.handler(
            Call(
                core=core,
                request=request,
                path=path,
                shop_id=shop_id,
                query=Query({name: request.query_params.getlist(name) for name in request.query_params}),
                body=Fields(await _json_body(request)),
            )
        )
        result = await given if inspect.isawaitable(given) else given
    except Refused as refusal:
        return envelope(error=refusal.code, message=refusal.message, more=refusal.more)
    if isinstance(result, Response):
        return result
    if isinstance(result, TopLevel):
        return envelope(more=result.payload)
    return envelope(more={"warning": ""} | ({} if result is None else {"response": result}))


async def _json_body(request: Request) -> dict[str, Any]:
    if request.method != "POST" or request.headers.get("content-type", "").startswith("multipart/"):
        return {}
    try:
        return await json_object(request)
    except BadBody as fault:
        raise Refused("error_param", f"Wrong parameters, detail: {fault}") from None


def envelope(*, error: str = "", message: str = "", more: dict[str, Any] | None = None) -> JSONResponse:
    """Shopee's answer: request_id, error and message always, the payload beside them."""
    status = AUTH_STATUS if error in AUTH_ERRORS else 200
    return JSONResponse(
        {"request_id": secrets.token_hex(16), "error": error, "message": message, **(more or {})}, status_code=status
    )


def too_many(_fired: Fired) -> Response:
    """The answer to a caller that is too fast. That it comes with HTTP 429 is our reading; no number is published."""
    refusal = envelope(error="error_rate_limit", message="Too many requests, please try again later.")
    refusal.status_code = 429
    return refusal


def broken(fired: Fired) -> Response:
    """The answer when the fault is theirs."""
    refusal = envelope(error="error_server", message="Something wrong. Please try later.")
    refusal.status_code = int(fired.more["status"])
    return refusal
