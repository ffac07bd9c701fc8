"""The door of practice Tokopedia: who calls, with which signature, token and shop, and how answers are worded."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import inspect
import re
import secrets
import struct
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from sqlite3 import Row
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lapak.sandbox.body import BadBody, json_object
from lapak.sandbox.faults import Fired
from lapak.sandbox.fields import BadField, Fields
from lapak.sandbox.platform import ACCOUNT, Core

SLUG = "tokopedia"
# What is journalled and subject to faults; the consent page, pictures and labels are not.
AREAS = (
    "/api/",
    "/authorization/",
    "/event/",
    "/fulfillment/",
    "/logistics/",
    "/order/",
    "/product/",
    "/return_refund/",
    "/seller/",
)
PAST_S, FUTURE_S = 300, 30  # how far a timestamp may lie behind and ahead
UNSIGNED = ("sign", "access_token")

INVALID = 36009004  # one number for many mistakes of the caller: only the message tells them apart
BAD_SIGN = 106001
EXPIRED = 105002
NO_CIPHER = 106013
BAD_AUTH = 36004004
BAD_PATH, BAD_METHOD, BAD_VERSION, BAD_FORMAT = 36009009, 36009010, 36009014, 36009022
TOO_MANY, BROKEN = 36009002, 36009003
# The documents give HTTP 404 for an unknown path and 429 for too many calls. For the others this is our reading.
STATUS = {BAD_PATH: 404, TOO_MANY: 429, BAD_METHOD: 405, EXPIRED: 401, BAD_SIGN: 401, BAD_AUTH: 401}
BAD_TOKEN = "Invalid credentials. The `x-tts-access-token` header is invalid."  # noqa: S105  words, not a token


class Refused(Exception):
    """The platform says no: a code of its documents and words; `status` is the HTTP status."""

    def __init__(self, code: int, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.code, self.message = code, message
        self.status = STATUS.get(code, 400 if code == INVALID else 200) if status is None else status


@dataclass(frozen=True, kw_only=True)
class Call:
    """One accepted call. `ids` are the numbers in the path; `shop` is the row of the shop the token speaks for."""

    core: Core
    request: Request
    path: str
    ids: dict[str, int]
    shop: Row
    query: Fields
    body: Fields

    @property
    def shop_id(self) -> int:
        """The shop the token speaks for."""
        return int(self.shop["shop_id"])

    @property
    def account(self) -> str:
        """The shop as the switchboard names it."""
        return str(self.shop_id)


Answer = dict[str, Any] | None
Handler = Callable[[Call], Answer | Awaitable[Answer]]


@dataclass(frozen=True)
class Endpoint:
    """One API: its method, its path, whether the query must name a shop by its cipher, and who answers."""

    method: str
    path: str
    cipher: bool
    handler: Handler

    @property
    def pattern(self) -> re.Pattern[str]:
        """Matches the path; numbers in it by name."""
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>\\d{1,18}|[1-8]\\d{18})", self.path))

    @property
    def any_version(self) -> re.Pattern[str]:
        """As `pattern`, with whatever version."""
        return re.compile(re.sub(r"/\d{6}/", r"/\\d{6}/", self.pattern.pattern, count=1))


ENDPOINTS: list[Endpoint] = []


def api(method: str, path: str, *, cipher: bool = True) -> Callable[[Handler], Handler]:
    """Register a handler for one API."""

    def register(handler: Handler) -> Handler:
        ENDPOINTS.append(Endpoint(method, path, cipher, handler))
        return handler

    return register


def sign(secret: str, path: str, query: Iterable[tuple[str, str]], body: bytes) -> str:
    """Lower-case hex HMAC-SHA256 of secret + path + sorted key-value pairs + body + secret, keyed with the secret.

    Args:
        query: decoded pairs; `sign` and `access_token` are left out here.
        body: the bytes as sent; empty for multipart.
    """
    pairs = "".join(key + value for key, value in sorted(query) if key not in UNSIGNED)
    return hmac.new(
        secret.encode(), f"{secret}{path}{pairs}".encode() + body + secret.encode(), hashlib.sha256
    ).hexdigest()


def opaque(prefix: str, shop_id: int) -> str:
    """A secret text that callers cannot read and the sandbox can: which shop it belongs to."""
    return prefix + base64.urlsafe_b64encode(secrets.token_bytes(16) + struct.pack(">Q", shop_id)).decode()


def shop_in(text: str) -> str:
    """The shop_id in a text made by `opaque`, or ''. It proves nothing: the whole text must still be known."""
    try:
        return str(struct.unpack(">Q", base64.urlsafe_b64decode(text[-32:])[-8:])[0])
    except (binascii.Error, ValueError, struct.error):
        return ""


def account_of(request: Request) -> str:
    """The shop a request claims to speak for."""
    told = request.query_params.get("shop_cipher") or request.headers.get("x-tts-access-token")
    return shop_in(told or request.query_params.get("refresh_token") or request.query_params.get("auth_code") or "")


def _endpoint(method: str, path: str) -> tuple[Endpoint, dict[str, int]]:
    found = [(one, match) for one in ENDPOINTS if (match := one.pattern.fullmatch(path))]
    for one, match in found:
        if one.method == method:
            return one, {name: int(text) for name, text in match.groupdict().items()}
    if found:
        raise Refused(BAD_METHOD, "Invalid method. The HTTP method used is not supported by this endpoint.")
    if any(one.any_version.fullmatch(path) for one in ENDPOINTS):
        raise Refused(BAD_VERSION, "Invalid API version. The `version` value is invalid or unsupported.", status=400)
    raise Refused(BAD_PATH, "Invalid path. The specified path does not match any available endpoint.")


async def _check_signature(core: Core, request: Request, path: str, *, multipart: bool) -> None:
    query, ours = request.query_params, core.settings.tokopedia
    if not query.get("sign"):
        raise Refused(INVALID, "Missing credentials. The request does not include a required signature in the query.")
    if query.get("app_key") != ours.app_key:
        raise Refused(INVALID, "Invalid credentials. Invalid `app_key` query parameter.")
    stamp = query.get("timestamp", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 13):
        raise Refused(
            INVALID, "Invalid timestamp. The value of the `timestamp` query parameter must not be lesser than 0."
        )
    age_s = core.clock.now() - int(stamp)
    if age_s > PAST_S:
        raise Refused(
            INVALID,
            "Invalid timestamp. The value of the `timestamp` query parameter must not be earlier than 5 minutes before"
            " the current time.",
        )
    if age_s < -FUTURE_S:
        raise Refused(
            INVALID,
            "Invalid timestamp. The value of the `timestamp` query parameter must not exceed the current time by more"
            " than 30 seconds.",
        )
    body = b"" if multipart else await request.body()
    right = sign(ours.app_secret, path, query.multi_items(), body)
    if not hmac.compare_digest(right.encode(), query["sign"].encode()):
        raise Refused(BAD_SIGN, "Invalid credentials. The `sign` query parameter is invalid.")


def _check_token(core: Core, request: Request, path: str) -> Row:
    """The shop the access token speaks for."""
    token = request.headers.get("x-tts-access-token", "")
    grant = core.store.row("SELECT * FROM tokopedia_grant WHERE access = ?", token)
    if grant is not None and core.faults.fire(SLUG, "token_revoked", path=path, account=str(grant["shop_id"])):
        revoke(core, grant["shop_id"])
        grant = core.store.row("SELECT * FROM tokopedia_grant WHERE access = ?", token)
    if grant is None or grant["dead"]:
        raise Refused(INVALID, BAD_TOKEN, status=401)
    if grant["access_until"] <= core.clock.now():
        raise Refused(EXPIRED, "Expired credentials. The `access_token` or `x-tts-access-token` header has expired.")
    request.scope[ACCOUNT] = str(grant["shop_id"])
    shop = core.store.row("SELECT * FROM tokopedia_shop WHERE shop_id = ?", grant["shop_id"])
    assert shop is not None  # a grant refers to its shop
    return shop


def revoke(core: Core, shop_id: int) -> None:
    """End a shop's consent: all its tokens are dead at once."""
    with core.store.transaction():
        core.store.run("UPDATE tokopedia_shop SET linked = 0 WHERE shop_id = ?", shop_id)
        core.store.run("UPDATE tokopedia_grant SET dead = 1 WHERE shop_id = ?", shop_id)


def _check_cipher(endpoint: Endpoint, shop: Row, sent: str | None) -> None:
    if not endpoint.cipher and sent is not None:
        raise Refused(
            INVALID, "Unexpected identifier. The `shop_cipher` query parameter is not required for this request."
        )
    if endpoint.cipher and sent != shop["cipher"]:
        raise Refused(
            NO_CIPHER, "Missing identifier. The `shop_cipher` query parameter is required to identify the target shop."
        )


async def answer(core: Core, request: Request) -> Response:
    """Answer any API call in the platform's envelope."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    multipart = request.headers.get("content-type", "").lower().startswith("multipart/form-data")
    try:
        endpoint, ids = _endpoint(request.method, path)
        await _check_signature(core, request, path, multipart=multipart)
        shop = _check_token(core, request, path)
        _check_cipher(endpoint, shop, request.query_params.get("shop_cipher"))
        given = endpoint.handler(
            Call(
                core=core,
                request=request,
                path=path,
                ids=ids,
                shop=shop,
                query=Fields(dict(request.query_params)),
                body=Fields({} if multipart or request.method == "GET" else await json_object(request)),
            )
        )
        return envelope(data=(await given if inspect.isawaitable(given) else given) or {})
    except Refused as refusal:
        return envelope(code=refusal.code, message=refusal.message, status=refusal.status)
    except BadBody:
        return envelope(
            code=BAD_FORMAT,
            message="Invalid request format. The request body format must be `application/json` for structured data"
            " or `multipart/form-data` for binary files.",
            status=400,
        )
    except BadField as fault:
        return envelope(code=INVALID, message=f"invalid param error: {fault}", status=400)


def envelope(
    *, code: int = 0, message: str = "Success", data: dict[str, Any] | None = None, status: int = 200
) -> JSONResponse:
    """The platform's answer: code, message and request_id always, data when there is any."""
    body = {"code": code, "message": message, "request_id": secrets.token_hex(16).upper()}
    return JSONResponse(body if data is None else body | {"data": data}, status_code=status)


def error_of(body: dict[str, object]) -> str:
    """The error code in an answer, '' for a success."""
    return "" if body.get("code") in (0, None) else str(body["code"])


def too_many(fired: Fired) -> Response:
    """The answer to a caller that is too fast."""
    message = "Too many requests. You've made too many requests in a short period of time."
    return envelope(code=int(fired.more["code"] or TOO_MANY), message=message, status=429)


def broken(fired: Fired) -> Response:
    """The answer when the fault is theirs."""
    return envelope(code=BROKEN, message="Internal error. Please try again.", status=int(fired.more["status"]))
