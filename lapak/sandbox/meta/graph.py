"""The door of the Graph API: tokens and proofs, parameters however they are sent, and how it words a refusal."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lapak.sandbox.body import BadBody, json_object
from lapak.sandbox.faults import Fired
from lapak.sandbox.fields import BadField, Fields
from lapak.sandbox.platform import Core

VERSION = re.compile(r"v\d{1,2}\.\d")
BODY_BYTES_MOST = 28 * 1024 * 1024
HTTP_UNAUTHORIZED = 401
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
# Code of a limit -> how the usage header calls what was used up.
LIMIT_TYPES = {
    80001: "pages",
    80002: "instagram",
    80006: "messenger",
    80008: "whatsapp_business_management",
    80009: "catalog_management",
    80014: "catalog_batch",
}


class GraphRefused(Exception):
    """Graph says no: a code of its documents, the sentence a developer reads, and perhaps a subcode."""

    def __init__(self, code: int, message: str, *, subcode: int = 0, kind: str = "OAuthException") -> None:
        super().__init__(message)
        self.code, self.message, self.subcode, self.kind = code, message, subcode, kind


def refusal(
    code: int, message: str, *, subcode: int = 0, kind: str = "OAuthException", status: int = 400
) -> JSONResponse:
    """The error envelope. Graph answers 400 also when it throttles; the code decides, not the status."""
    error: dict[str, Any] = {"message": f"(#{code}) {message}", "type": kind, "code": code}
    if subcode:
        error["error_subcode"] = subcode
    error |= {"is_transient": code in (1, 2, 4), "fbtrace_id": secrets.token_urlsafe(9)}
    return JSONResponse({"error": error}, status_code=status)


class Params(Fields):
    """Parameters of one call from query, form and JSON together; a list or object may be written as JSON text."""

    def wrong(self, name: str, why: str) -> Exception:
        """Parameter errors are code 100."""
        return GraphRefused(100, f"Param {name} {why}")

    def whole(self, name: str, *, default: int | None = None, low: int = 0, high: int = 2**63 - 1) -> int:
        """A whole number, also as text."""
        return super().whole(name, default=default, low=low, high=high)

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        """true or false, also as text."""
        value = self.values.get(name)
        if value in ("true", "1", 1):
            return True
        if value in ("false", "0", 0):
            return False
        return super().flag(name, default=default)

    def fields(self) -> set[str]:
        """The names in `fields`, without what is nested in them."""
        text = re.sub(r"\{[^{}]*\}", "", self.text("fields", default=""))
        return {name.strip() for name in text.split(",") if name.strip()}


@dataclass(frozen=True)
class Sent:
    """A file of a multipart form."""

    name: str
    media_type: str
    raw: bytes


@dataclass(frozen=True, kw_only=True)
class Call:
    """One accepted call: which platform's mount it came by, the node it names and its parameters."""

    core: Core
    request: Request
    slug: str
    node: str
    token: str
    params: Params
    files: dict[str, Sent]

    @property
    def path(self) -> str:
        """The path after the mount, for the switches."""
        return self.request.url.path.removeprefix(f"/{self.slug}")


Handler = Callable[[Call], Awaitable[dict[str, Any] | Response]]
Tokens = Callable[[Core], Sequence[str]]


def answered(slug: str, tokens: Tokens, handler: Handler) -> Callable[[Core, Request], Awaitable[Response]]:
    """The door around a handler. `tokens` names those that are good at this mount."""

    async def answer(core: Core, request: Request) -> Response:
        try:
            if not VERSION.fullmatch(request.path_params["version"]):
                raise GraphRefused(100, "Unknown path components", kind="GraphMethodException")
            values, files = await _sent(request)
            token = _bearer(request, values)
            node = request.path_params.get("node", "me")
            _check_token(core, request, slug, token, tokens(core), values, node)
            for name in ("access_token", "appsecret_proof"):
                values.pop(name, None)
            given = await handler(
                Call(core=core, request=request, slug=slug, node=node, token=token, params=Params(values), files=files)
            )
        except BadBody as fault:
            return refusal(100, str(fault))
        except BadField as fault:
            return refusal(100, f"Param {fault}")
        except GraphRefused as fault:
            status = HTTP_UNAUTHORIZED if fault.code in (102, 190) else 400
            return refusal(fault.code, fault.message, subcode=fault.subcode, kind=fault.kind, status=status)
        return given if isinstance(given, Response) else JSONResponse(given)

    return answer


async def _sent(request: Request) -> tuple[dict[str, Any], dict[str, Sent]]:
    """All parameters, and the files beside them."""
    values: dict[str, Any] = dict(request.query_params)
    files: dict[str, Sent] = {}
    kind = request.headers.get("content-type", "").split(";")[0]
    if kind in FORM_TYPES:
        async with request.form(max_part_size=BODY_BYTES_MOST) as form:
            for name, value in form.items():
                if isinstance(value, UploadFile):
                    files[name] = Sent(value.filename or "", value.content_type or "", await value.read())
                else:
                    values[name] = value
    elif request.method != "GET":
        values |= await json_object(request)
    if len(json.dumps(values)) > BODY_BYTES_MOST:
        raise GraphRefused(1, "Please reduce the amount of data you're asking for, then retry your request")
    return {name: _unpacked(value) for name, value in values.items()}, files


def _unpacked(value: Any) -> Any:
    if not isinstance(value, str) or value[:1] not in ("[", "{"):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _bearer(request: Request, values: dict[str, Any]) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme in ("Bearer", "OAuth") and token:
        return token
    given = values.get("access_token")
    return given if isinstance(given, str) else ""


def _check_token(
    core: Core, request: Request, slug: str, token: str, good: Sequence[str], values: dict[str, Any], node: str
) -> None:
    if not token:
        raise GraphRefused(190, "An access token is required to request this resource.")
    path = request.url.path.removeprefix(f"/{slug}")
    if core.faults.fire(slug, "token_revoked", path=path, account=node):
        raise GraphRefused(190, "The session was invalidated because the user changed their password.", subcode=460)
    if not any(hmac.compare_digest(token.encode(), one.encode()) for one in good):
        raise GraphRefused(190, "Invalid OAuth access token - Cannot parse access token")
    proof, ours = values.get("appsecret_proof"), core.settings.facebook
    if proof is None and not ours.require_proof:
        return
    right = hmac.new(ours.app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
    if not isinstance(proof, str) or not hmac.compare_digest(proof.encode(), right.encode()):
        what = "Invalid appsecret_proof provided in the API argument"
        raise GraphRefused(
            100,
            what if proof is not None else "API calls from the server require an appsecret_proof argument",
            kind="GraphMethodException",
        )


def unknown(node: str) -> GraphRefused:
    """An object that does not exist or is not the caller's."""
    return GraphRefused(
        100,
        f"Unsupported request. Object with ID '{node}' does not exist, cannot be loaded due to missing permissions,"
        " or does not support this operation",
        subcode=33,
        kind="GraphMethodException",
    )


def too_many_of(default: int) -> Callable[[Fired], Response]:
    """How a mount says 'too fast': code, and in the usage header the minutes until it may go on."""

    def answer(fired: Fired) -> Response:
        code = int(fired.more["code"] or default)
        reply = refusal(code, "There have been too many calls to this account. Wait a bit and try again.")
        minutes = -(-int(fired.more["retry_after"] or 60) // 60)
        used = {"call_count": 100, "total_cputime": 25, "total_time": 30, "estimated_time_to_regain_access": minutes}
        if code == 4:
            reply.headers["X-App-Usage"] = json.dumps({"call_count": 100, "total_cputime": 25, "total_time": 30})
        else:
            kind = LIMIT_TYPES.get(code, "pages")
            reply.headers["X-Business-Use-Case-Usage"] = json.dumps({"practice": [{"type": kind} | used]})
        return reply

    return answer


def broken(fired: Fired) -> Response:
    """Their fault: try again later."""
    message = "An unexpected error has occurred. Please retry your request later."
    return refusal(2, message, status=int(fired.more["status"]))


def error_of(body: dict[str, object]) -> str:
    """The code in an answer, '' when it is a success."""
    error = body.get("error")
    return str(error.get("code", "")) if isinstance(error, dict) else ""


def account_of(request: Request) -> str:
    """The node after the version."""
    parts = request.url.path.removeprefix(request.scope.get("root_path", "")).split("/")
    return parts[2] if len(parts) > 2 else ""
