"""The door of practice Blibli: who calls, with which keys and signature, how often, and how answers are worded."""

from __future__ import annotations

import base64
import hashlib
import hmac
import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from sqlite3 import Row
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lapak.sandbox.body import BadBody, json_object
from lapak.sandbox.faults import Fired
from lapak.sandbox.fields import BadField, Fields
from lapak.sandbox.platform import ACCOUNT, Core

SLUG = "blibli"
PROXY = "/v2/proxy"
STORE_ID = "10001"
SKEW_S = 900  # how far Signature-Time may be off; the documents do not say
BODY_MOST = 60 * 1024 * 1024
WIB_AHEAD = timedelta(hours=7)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
STORE_NAMES = ("storeCode", "businessPartnerCode", "merchantCode")
# Which query names an API needs beside requestId; the newer ones say storeCode, the older ones businessPartnerCode.
NEWER = ("requestId", "storeId", "storeCode", "username", "channelId")
NEWER_SHORT = ("requestId", "storeId", "storeCode", "username")
OLDER = ("requestId", "storeId", "businessPartnerCode", "channelId")
BY_KEY = ("requestId", "storeId", "channelId", "username")
ALL = "store"

# ERR-PA + HTTP status + three digits. 401001 and 429001 are seen with integrators; the others are ours by that pattern.
BAD_SELLER_KEY, TOO_MANY, NOT_FOUND, INVALID = "401001", "429001", "404001", "400001"
BAD_CLIENT, NO_SIGNATURE, BAD_SIGNATURE, NOT_LINKED = "401002", "401003", "401004", "403001"
BROKEN = "500001"


class Refused(Exception):
    """The platform says no: six digits (HTTP status and number) and words."""

    def __init__(self, digits: str, message: str) -> None:
        super().__init__(message)
        self.digits, self.message = digits, message


@dataclass(frozen=True, kw_only=True)
class Call:
    """One accepted call; `ids` are the names in the path, `store` the row of the store the seller key belongs to."""

    core: Core
    request: Request
    path: str
    ids: dict[str, str]
    store: Row
    query: Fields
    body: Fields

    @property
    def store_code(self) -> str:
        """The store the call speaks for."""
        return str(self.store["store_code"])


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What an API answers: its payload, under `content` (newer) or `value` (older), paging, and a request id to give.

    `request_id` replaces the caller's where the answer names a queue by it.
    """

    payload: Any
    under: str = "content"
    paging: dict[str, Any] = field(default_factory=dict)
    request_id: str = ""


Handler = Callable[[Call], Answered | Awaitable[Answered]]


@dataclass(frozen=True)
class Limit:
    """So many calls in so many seconds, counted for each store or for each value of a name in path or query."""

    calls: int
    seconds: int
    per: str = ALL


@dataclass(frozen=True)
class Endpoint:
    """One API: its method, its path as it is signed, what its query must hold, how often it may be called."""

    method: str
    path: str
    needs: tuple[str, ...]
    limit: Limit | None
    handler: Handler

    @property
    def pattern(self) -> re.Pattern[str]:
        """Matches the path; the names in it stand for one segment each."""
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path))


ENDPOINTS: list[Endpoint] = []


def api(method: str, path: str, *, needs: tuple[str, ...], limit: Limit | None = None) -> Callable[[Handler], Handler]:
    """Register a handler for one API, by its path as it is signed."""

    def register(handler: Handler) -> Handler:
        ENDPOINTS.append(Endpoint(method, path, needs, limit, handler))
        return handler

    return register


def stamp(at_ms: int) -> str:
    """The time line of a signature: `Tue May 12 16:28:52 WIB 2020`, always in English and Jakarta time."""
    at = datetime.fromtimestamp(at_ms // 1000, UTC) + WIB_AHEAD
    return f"{DAYS[at.weekday()]} {MONTHS[at.month - 1]} {at:%d %H:%M:%S} WIB {at.year}"


def sign(key: str, method: str, path: str, body: bytes, at_ms: int) -> str:
    """Base64 of HMAC-SHA256 over method, MD5 of the body, content type (none for GET), time and path, line by line."""
    told = body.replace(b"\r", b"\\r").replace(b"\n", b"\\n")  # as the platform's own client does before it hashes
    digest = hashlib.md5(told, usedforsecurity=False).hexdigest() if body else ""
    kind = "" if method == "GET" else "application/json"
    raw = "\n".join((method, digest, kind, stamp(at_ms), path))
    return base64.b64encode(hmac.new(key.encode(), raw.encode(), hashlib.sha256).digest()).decode()


def signed_path(path: str) -> str:
    """The path of a call as it is signed: what follows /proxy, and /mta told as /mtaapi."""
    rest = path.removeprefix(PROXY)
    return f"/mtaapi/{rest.removeprefix('/mta/')}" if rest.startswith("/mta/") else rest


def account_of(request: Request) -> str:
    """The store a request claims to speak for; where its query names none, only the seller key tells."""
    return next((request.query_params[name] for name in STORE_NAMES if request.query_params.get(name)), "")


def _endpoint(method: str, path: str) -> tuple[Endpoint, dict[str, str]]:
    found = [(one, match) for one in ENDPOINTS if (match := one.pattern.fullmatch(path)) and one.method == method]
    if not found:
        raise Refused(NOT_FOUND, "API not found")
    one, match = min(found, key=lambda pair: len(pair[1].groupdict()))
    return one, match.groupdict()


def _caller(core: Core, request: Request, path: str) -> Row:
    """The store whose key is shown, if client, store and consent fit."""
    ours = core.settings.blibli
    right = base64.b64encode(f"{ours.client_id}:{ours.client_key}".encode()).decode()
    kind, _, sent = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic" or not hmac.compare_digest(sent.encode(), right.encode()):
        raise Refused(BAD_CLIENT, "API client id or API client key is invalid")
    store = core.store.row("SELECT * FROM blibli_store WHERE seller_key = ?", request.headers.get("api-seller-key", ""))
    if store is None:
        raise Refused(BAD_SELLER_KEY, "API Seller Key is invalid")
    request.scope[ACCOUNT] = store["store_code"]
    if core.faults.fire(SLUG, "token_revoked", path=path, account=store["store_code"]):
        core.store.run("UPDATE blibli_store SET linked = 0 WHERE store_code = ?", store["store_code"])
    elif store["linked"]:
        return store
    raise Refused(NOT_LINKED, "The seller has not connected this API client")


def _check_query(request: Request, store: Row, needs: tuple[str, ...]) -> None:
    query = request.query_params
    if missing := [name for name in needs if not query.get(name)]:
        raise Refused(INVALID, f"Required parameter is missing: {', '.join(missing)}")
    if query.get("storeId", STORE_ID) != STORE_ID:
        raise Refused(INVALID, f"storeId must be {STORE_ID}")
    if any(query.get(name, store["store_code"]) != store["store_code"] for name in STORE_NAMES):
        raise Refused(BAD_SELLER_KEY, "API Seller Key does not belong to this store")
    if query.get("username", store["username"]) != store["username"]:
        raise Refused(BAD_SELLER_KEY, "username does not belong to this store")
    if "application/json" not in request.headers.get("accept", ""):
        raise Refused(INVALID, "Header Accept must be application/json")
    if request.method != "GET" and not request.headers.get("content-type", "").startswith("application/json"):
        raise Refused(INVALID, "Header Content-Type must be application/json")


async def _check_signature(core: Core, request: Request, store: Row, path: str) -> None:
    """Where the seller has set a signature key, every call must be signed with it; else no signature matters."""
    if not store["signature_key"]:
        return
    given, at = request.headers.get("signature", ""), request.headers.get("signature-time", "")
    if not given or not (at.isascii() and at.isdigit() and len(at) < 15):
        raise Refused(NO_SIGNATURE, "Signature and Signature-Time are required for this store")
    if abs(core.clock.now() - int(at) / 1000) > SKEW_S:
        raise Refused(BAD_SIGNATURE, "Signature-Time is too far from the current time")
    right = sign(store["signature_key"], request.method, path, await request.body(), int(at))
    if not hmac.compare_digest(right.encode(), given.encode()):
        raise Refused(BAD_SIGNATURE, "Signature is invalid")


def _count(core: Core, request: Request, endpoint: Endpoint, ids: dict[str, str], store_code: str) -> None:
    """Refuse a call above the documented number; refused calls are not counted."""
    limit = endpoint.limit
    if limit is None or not core.settings.blibli.limits:
        return
    counted = store_code if limit.per == ALL else ids.get(limit.per) or request.query_params.get(limit.per, "")
    key, now = f"{endpoint.method} {endpoint.path} {store_code} {counted}", core.clock.now()
    with core.store.transaction():
        core.store.run("DELETE FROM blibli_hit WHERE key = ? AND at <= ?", key, now - limit.seconds)
        row = core.store.row("SELECT count(*) AS n FROM blibli_hit WHERE key = ?", key)
        if row is not None and row["n"] >= limit.calls:
            raise Refused(TOO_MANY, f"Quota exceeded: {limit.calls} requests per {limit.seconds} seconds")
        core.store.run("INSERT INTO blibli_hit VALUES (?, ?)", key, now)


async def answer(core: Core, request: Request) -> Response:
    """Answer any API call in the platform's envelope."""
    called = request.url.path.removeprefix(request.scope.get("root_path", ""))
    path = signed_path(called)
    request_id = request.query_params.get("requestId", "")
    try:
        endpoint, ids = _endpoint(request.method, path)
        store = _caller(core, request, called)
        _check_query(request, store, endpoint.needs)
        if len(await request.body()) > BODY_MOST:
            raise Refused(INVALID, "The request is larger than 60 MB")
        await _check_signature(core, request, store, path)
        _count(core, request, endpoint, ids, store["store_code"])
        given = endpoint.handler(
            Call(
                core=core,
                request=request,
                path=called,
                ids=ids,
                store=store,
                query=Fields(dict(request.query_params)),
                body=Fields({} if request.method == "GET" else await json_object(request)),
            )
        )
        told = await given if inspect.isawaitable(given) else given
    except Refused as refusal:
        return refused(refusal.digits, refusal.message, request_id)
    except (BadBody, BadField) as fault:
        return refused(INVALID, str(fault), request_id)
    done = {"requestId": told.request_id or request_id, "success": True, "errorCode": None, "errorMessage": None}
    return JSONResponse(done | {told.under: told.payload} | told.paging)


def refused(digits: str, message: str, request_id: str = "", *, status: int = 0) -> JSONResponse:
    """A refusal in the platform's words; its HTTP status is the first three digits unless another is given."""
    body = {"requestId": request_id, "success": False, "errorCode": f"ERR-PA{digits}", "errorMessage": message}
    return JSONResponse(body, status_code=status or int(digits[:3]))


def paged(page: Fields, rows: list[Any], *, most: int, under: str = "paging") -> tuple[list[Any], dict[str, Any]]:
    """One page of rows, counted from 0, and what stands beside it."""
    number, size = page.whole("page", default=0), page.whole("size", default=10, low=1, high=most)
    total = {"totalPage": -(-len(rows) // size), "totalRecord": len(rows)}
    told = {"pageNumber": number, **total} if under == "paging" else {"pageNumber": number, "pageSize": size, **total}
    return rows[number * size : (number + 1) * size], {under: told}


def error_of(body: dict[str, object]) -> str:
    """The error code in an answer, '' for a success."""
    return str(body.get("errorCode") or "")


def too_many(fired: Fired) -> Response:
    """The answer to a caller that is too fast."""
    return refused(str(fired.more["code"] or TOO_MANY), "Quota exceeded", status=429)


def broken(fired: Fired) -> Response:
    """The answer when the fault is theirs."""
    return refused(BROKEN, "Internal server error", status=int(fired.more["status"]))
