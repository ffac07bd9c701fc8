"""Reads a JSON body that may be anything."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


class BadBody(ValueError):
    """The body is no JSON object made of text that can be stored."""


async def json_object(request: Request) -> dict[str, Any]:
    """The body as an object; an empty body is an empty object. Raises BadBody."""
    try:
        body = json.loads(await request.body() or b"{}", parse_constant=_no_number)
        json.dumps(body, ensure_ascii=False).encode()  # half of a surrogate pair can neither be stored nor sent back
    except (ValueError, RecursionError):
        raise BadBody("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise BadBody("The body is not a JSON object.")
    return body
