"""What Grab tells a partner: with a token it gets from the partner first, by the method each news has."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from sqlite3 import Row
from typing import Any

import httpx2

from lapak.sandbox.grab.gateway import SLUG
from lapak.sandbox.platform import Core
from lapak.sandbox.pushes import Manners, is_2xx

# Grab says it tries again after anything but a 2xx; how often and when is not documented.
MANNERS = Manners(timeout_s=10.0, retry_after_s=(5, 30, 120, 600, 1800), received=is_2xx)
ORDER, STATE, MENU, MENU_RESULT, INTEGRATION = "order", "state", "menu", "menu_result", "integration"
URLS = ("token_url", "menu_url", "order_url", "state_url", "menu_result_url", "integration_url")
_METHODS = {ORDER: "POST", STATE: "PUT", MENU_RESULT: "POST", INTEGRATION: "POST"}


def portal(core: Core) -> dict[str, str]:
    """The partner's URLs and keys as typed into the portal: kept ones first, else those of the environment."""
    ours = core.settings.grab
    typed: dict[str, str] = {
        "token_url": ours.token_url,
        "menu_url": ours.menu_url,
        "order_url": ours.order_url,
        "state_url": ours.state_url,
        "menu_result_url": ours.menu_result_url,
        "integration_url": ours.integration_url,
        "client_id": ours.partner_client_id,
        "client_secret": ours.partner_client_secret,
    }
    kept: dict[str, str] = core.store.setting("grab.portal", {})
    return typed | kept


def rfc3339(at: float) -> str:
    """Unix seconds -> 2026-11-24T03:04:05Z."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def tell(core: Core, topic: str, merchant_id: str, body: dict[str, Any]) -> None:
    """Put one piece of news in the outbox, unless the portal has no URL for it."""
    url = portal(core)[f"{topic}_url"]
    if url:
        core.pushes.add(
            platform=SLUG,
            account=merchant_id,
            topic=topic,
            url=url,
            headers={"Content-Type": "application/json"},
            body=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
        )


async def deliver(core: Core, client: httpx2.AsyncClient, row: Row) -> tuple[bool, str]:
    """Send one piece of news with the partner's token."""
    reply = await call_partner(core, client, _METHODS[row["topic"]], row["url"], body=row["body"])
    return MANNERS.received(reply.status_code, reply.content), str(reply.status_code)


async def call_partner(
    core: Core,
    client: httpx2.AsyncClient,
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    query: dict[str, str] | None = None,
) -> httpx2.Response:
    """Call the partner with its token. A 401 gets a new token and one more try."""
    for fresh in (False, True):
        bearer = await _partner_token(core, client, fresh=fresh)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {bearer}"}
        reply = await client.request(
            method, url, content=body, params=query, headers=headers, timeout=MANNERS.timeout_s
        )
        if reply.status_code != 401:
            break
    return reply


async def _partner_token(core: Core, client: httpx2.AsyncClient, *, fresh: bool) -> str:
    """A token of the partner's own endpoint, kept as long as it says. Raises httpx2.HTTPError without one."""
    typed = portal(core)
    kept = core.store.setting("grab.partner_token", {})
    if not fresh and kept.get("url") == typed["token_url"] and kept["until"] > core.clock.now():
        return str(kept["token"])
    asked = {
        "client_id": typed["client_id"],
        "client_secret": typed["client_secret"],
        "grant_type": "client_credentials",
        "scope": core.settings.grab.partner_scope,
    }
    reply = await client.post(typed["token_url"], json=asked, timeout=MANNERS.timeout_s)
    reply.raise_for_status()
    try:
        given = reply.json()
        token, seconds = str(given["access_token"]), float(given["expires_in"])
        if str(given["token_type"]).lower() != "bearer":
            raise ValueError("token_type must be Bearer")
    except (ValueError, KeyError, TypeError) as fault:
        raise httpx2.DecodingError(f"the partner's token answer is wrong: {fault!r}") from None
    until = core.clock.now() + seconds
    core.store.keep_setting("grab.partner_token", {"url": typed["token_url"], "token": token, "until": until})
    return token
