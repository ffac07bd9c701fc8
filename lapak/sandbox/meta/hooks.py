"""Webhooks as Meta sends them: signed over the raw bytes, with escapes, sometimes many updates in one."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from typing import Any

import httpx2

from lapak.sandbox.platform import Core
from lapak.sandbox.pushes import Manners, is_2xx

# Failures are retried at once and then ever more rarely for seven days; the exact waits are not documented.
MANNERS = Manners(
    timeout_s=5.0, retry_after_s=(1, 30, 300, 3600, 6 * 3600, 86_400, 2 * 86_400, 3 * 86_400), received=is_2xx
)
UPDATES_MOST = 1000
BATCH = "batch"  # topic of a webhook that gathers updates


def tell(
    core: Core,
    *,
    slug: str,
    account: str,
    topic: str,
    url: str,
    secret: str,
    whole: dict[str, Any],
    after_s: float = 0.0,
) -> None:
    """Put one webhook in the outbox, or into the batch that waits there. Without a URL nobody listens."""
    if not url:
        return
    gather = core.faults.fire(slug, "push_batch", path=topic, account=account)
    if gather is not None:
        row = core.pushes.latest_waiting(slug, BATCH, url)
        if row is not None and (merged := _merged(json.loads(row["body"]), whole)):
            body = _bytes(merged)
            core.pushes.rewrite(row["id"], _headers(secret, body), body)
            return
        topic, after_s = BATCH, float(gather.more["window_s"])
    body = _bytes(whole)
    core.pushes.add(
        platform=slug,
        account=account,
        topic=topic,
        url=url,
        body=body,
        after_s=after_s,
        headers=_headers(secret, body),
    )


def _bytes(whole: dict[str, Any]) -> bytes:
    """Meta escapes non-ASCII letters and slashes, so a listener that writes the body anew fails the signature."""
    return json.dumps(whole, separators=(",", ":")).replace("/", "\\/").encode()


def _headers(secret: str, body: bytes) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}


def _updates(whole: dict[str, Any]) -> int:
    count = 0
    for entry in whole["entry"]:
        count += len(entry.get("messaging", []))
        for change in entry.get("changes", []):
            value = change["value"]
            count += sum(len(value.get(name, [])) for name in ("messages", "statuses")) or 1
    return count


def _merged(batch: dict[str, Any], more: dict[str, Any]) -> dict[str, Any] | None:
    """The batch with one update more, at each of the depths a listener must look through in turn; None when full."""
    count = _updates(batch)
    if count + _updates(more) > UPDATES_MOST:
        return None
    last, new = batch["entry"][-1], more["entry"][0]
    if count % 3 == 0 or last["id"] != new["id"] or set(last) != set(new):
        batch["entry"].append(new)
    elif "messaging" in new:
        last["messaging"] += new["messaging"]
    elif count % 3 == 1 or last["changes"][-1]["field"] != new["changes"][0]["field"]:
        last["changes"] += new["changes"]
    else:
        value, added = last["changes"][-1]["value"], new["changes"][0]["value"]
        lists = {name for name in added if isinstance(added[name], list)}
        if any(value.get(name) != added[name] for name in set(added) - lists):
            last["changes"] += new["changes"]
        else:
            for name in lists:
                value.setdefault(name, []).extend(added[name])
    return batch


async def handshake(url: str, verify_token: str) -> str:
    """Ask a listener whether it is ours. Returns what is wrong, '' when it answered as documented."""
    challenge = str(secrets.randbelow(10**10))
    asked = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": challenge}
    try:
        async with httpx2.AsyncClient(trust_env=False) as client:
            reply = await client.get(url, params=asked, timeout=MANNERS.timeout_s)
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as fault:
        return f"The callback did not answer the handshake: {type(fault).__name__}."
    if reply.status_code != 200 or reply.text != challenge:
        return "The callback must answer 200 with hub.challenge and nothing else."
    return ""
