"""What the business hears: statuses of its messages and words of people."""

from __future__ import annotations

from sqlite3 import Row
from typing import Any

from lapak.sandbox.meta import hooks
from lapak.sandbox.platform import Core
from lapak.sandbox.whatsapp.graph import SLUG, title_of


def callback(core: Core) -> str:
    """The listener's URL: what the app subscribed last, else what the environment says, else ''."""
    url: str = core.store.setting("whatsapp.callback", core.settings.whatsapp.callback)
    return url


def tell(core: Core, number: str, topic: str, value: dict[str, Any], *, after_s: float = 0.0) -> None:
    """Put one webhook in the outbox, unless nobody listens."""
    us = core.settings.whatsapp
    metadata = {"display_phone_number": us.display_number, "phone_number_id": us.phone_number_id}
    whole = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    hooks.tell(
        core,
        slug=SLUG,
        account=number,
        topic=topic,
        url=callback(core),
        secret=us.app_secret,
        whole={
            "object": "whatsapp_business_account",
            "entry": [{"id": us.account_id, "changes": [{"field": "messages", "value": whole}]}],
        },
        after_s=after_s,
    )


def hides_number(core: Core, number: str) -> bool:
    """Whether this person goes by a username, so that webhooks do not tell the number."""
    return core.faults.fire(SLUG, "hide_number", account=number) is not None


def contact(person: Row, *, hidden: bool) -> dict[str, Any]:
    """A person as webhooks name them: without the number when it is hidden."""
    named = {"profile": {"name": person["name"]}, "user_id": person["user_id"]}
    return named if hidden else named | {"wa_id": person["number"]}


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
    hidden = hides_number(core, person["number"])
    entry: dict[str, Any] = {
        "id": message_id,
        "status": status,
        "timestamp": str(int(core.clock.now() + after_s)),
        "recipient_id": person["user_id"] if hidden else person["number"],
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
    tell(
        core,
        person["number"],
        status,
        {"contacts": [contact(person, hidden=hidden)], "statuses": [entry]},
        after_s=after_s,
    )
