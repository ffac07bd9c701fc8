"""What the business hears: statuses of its messages and words of people, signed over the raw body."""

from __future__ import annotations

import hashlib
import hmac
import json
from sqlite3 import Row
from typing import Any

from lapak.sandbox.platform import Core
from lapak.sandbox.pushes import Manners, is_2xx
from lapak.sandbox.whatsapp.graph import SLUG, title_of

# Failures are retried at once and then ever more rarely for seven days; the exact waits are not documented.
MANNERS = Manners(
    timeout_s=5.0, retry_after_s=(1, 30, 300, 3600, 6 * 3600, 86_400, 2 * 86_400, 3 * 86_400), received=is_2xx
)


def callback(core: Core) -> str:
    """The listener's URL: what the app subscribed last, else what the environment says, else ''."""
    url: str = core.store.setting("whatsapp.callback", core.settings.whatsapp.callback)
    return url


def tell(core: Core, number: str, topic: str, value: dict[str, Any], *, after_s: float = 0.0) -> None:
    """Put one webhook in the outbox, unless nobody listens."""
    url, us = callback(core), core.settings.whatsapp
    if not url:
        return
    whole = {
        "object": "whatsapp_business_account",
        "entry": [
            {
                "id": us.account_id,
                "changes": [
                    {
                        "field": "messages",
                        "value": {
                            "messaging_product": "whatsapp",
                            "metadata": {
                                "display_phone_number": us.display_number,
                                "phone_number_id": us.phone_number_id,
                            },
                            **value,
                        },
                    }
                ],
            }
        ],
    }
    # Meta escapes non-ASCII letters and slashes, so a listener that writes the body anew fails the signature.
    body = json.dumps(whole, separators=(",", ":")).replace("/", "\\/").encode()
    digest = hmac.new(us.app_secret.encode(), body, hashlib.sha256).hexdigest()
    core.pushes.add(
        platform=SLUG,
        account=number,
        topic=topic,
        url=url,
        body=body,
        after_s=after_s,
        headers={"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"},
    )


def contact(person: Row) -> dict[str, Any]:
    """A person as webhooks name them."""
    return {"profile": {"name": person["name"]}, "wa_id": person["number"], "user_id": person["user_id"]}


def tell_status(
    core: Core,
    *,
    message_id: str,
    person: Row,
    status: str,
    opaque: str,
    category: str,
    after_s: float,
    failed: int = 0,
) -> None:
    """One status of a message we took: sent, delivered, read or failed."""
    entry: dict[str, Any] = {
        "id": message_id,
        "status": status,
        "timestamp": str(int(core.clock.now() + after_s)),
        "recipient_id": person["number"],
        "pricing": {"billable": category != "service", "pricing_model": "PMP", "type": "regular", "category": category},
    }
    if opaque:
        entry["biz_opaque_callback_data"] = opaque
    if failed:
        entry["errors"] = [
            {
                "code": failed,
                "title": title_of(failed),
                "message": title_of(failed),
                "error_data": {"details": title_of(failed)},
            }
        ]
    # Since numbers may be hidden, a status names its receiver under contacts too (public clients of 2026 rely on it).
    tell(core, person["number"], status, {"contacts": [contact(person)], "statuses": [entry]}, after_s=after_s)
