"""Who calls WhatsApp's endpoints, with which token, for which node."""

from __future__ import annotations

import hmac
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from lapak.sandbox.body import BadBody, json_object
from lapak.sandbox.meta.graph import VERSION
from lapak.sandbox.platform import Core
from lapak.sandbox.whatsapp.graph import SLUG, GraphRefused, refusal


def check_caller(core: Core, request: Request, node: str = "") -> None:
    """Refuse a wrong token, version or node; without `node` any node is taken."""
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
    if node and request.path_params["node"] != node:
        raise GraphRefused(100, f"Object with ID '{request.path_params['node']}' does not exist.")


def refused(fault: GraphRefused) -> Response:
    """The answer to a refused call."""
    return refusal(fault.code, fault.details, 401 if fault.code in (0, 190) else 400)


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object of a call. Raises GraphRefused."""
    try:
        return await json_object(request)
    except BadBody as fault:
        raise GraphRefused(100, str(fault)) from None
