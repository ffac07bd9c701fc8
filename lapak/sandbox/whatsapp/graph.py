"""How the Graph API words a refusal."""

from __future__ import annotations

import secrets

from starlette.responses import JSONResponse, Response

from lapak.sandbox.faults import Fired

SLUG = "whatsapp"
TITLES = {
    0: "AuthException",
    100: "Invalid parameter",
    190: "Access token has expired or is invalid",
    130429: "Rate limit hit",
    131048: "Spam rate limit hit",
    131052: "Media download error",
    131053: "Media upload error",
    131000: "Something went wrong",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131026: "Message undeliverable",
    131047: "Re-engagement message",
    131051: "Unsupported message type",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    131062: "Recipient cannot receive this message",
    132000: "Number of parameters does not match the expected number of params",
    132001: "Template name does not exist in the translation",
    132012: "Parameter format does not match format in the created template",
}


class GraphRefused(Exception):
    """WhatsApp says no: a code of its documents and the detail a developer reads."""

    def __init__(self, code: int, details: str) -> None:
        super().__init__(str(code))
        self.code, self.details = code, details


def title_of(code: int) -> str:
    """The documented title of a code."""
    return TITLES.get(code, "Error")


def refusal(code: int, details: str, status: int = 400) -> JSONResponse:
    """The error envelope."""
    return JSONResponse(
        {
            "error": {
                "message": f"(#{code}) {title_of(code)}",
                "type": "OAuthException",
                "code": code,
                "error_data": {"messaging_product": "whatsapp", "details": details},
                "fbtrace_id": secrets.token_urlsafe(12),
            }
        },
        status_code=status,
    )


def too_many(fired: Fired) -> Response:
    """Too fast: 130429 for the number, or the code the switch names (131056 for one person)."""
    return refusal(int(fired.more["code"] or 130429), "Message failed to send because of too many messages.", 429)


def broken(fired: Fired) -> Response:
    """Their fault: try again later."""
    return refusal(131000, "Message failed to send due to an unknown error.", int(fired.more["status"]))
