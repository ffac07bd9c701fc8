"""The people at the practice phones: who they are, what they write, and how long their window is open."""

from __future__ import annotations

import hashlib
import json
import secrets
from sqlite3 import Row
from typing import Any

from lapak.sandbox.platform import Core
from lapak.sandbox.whatsapp import hooks

WINDOW_S = 86_400
COUNTRY = "62"


def digits_of(text: str) -> str:
    """A number as the platform keeps it: +62 812-... -> 62812.... Without a plus the business's country code is put
    before it, unless it is there already. Returns '' for what is no number."""
    digits = "".join(letter for letter in text if letter.isdecimal() and letter.isascii())
    if not text.lstrip().startswith("+") and not digits.startswith(COUNTRY):
        digits = COUNTRY + digits
    return digits if 9 <= len(digits) <= 15 and not set(text) - set("+0123456789 -()") else ""


def person(core: Core, number: str, name: str = "") -> Row:
    """The person behind a number, made when first met. The id beside it is what WhatsApp gives since 2026."""
    user_id = f"ID.{int(hashlib.sha256(number.encode()).hexdigest()[:15], 16)}"
    core.store.run(
        "INSERT OR IGNORE INTO whatsapp_person (number, user_id, name) VALUES (?, ?, ?)",
        number,
        user_id,
        name or "Orang Latihan",
    )
    if name:
        core.store.run("UPDATE whatsapp_person SET name = ? WHERE number = ?", name, number)
    row = core.store.row("SELECT * FROM whatsapp_person WHERE number = ?", number)
    assert row is not None  # it was written a moment ago
    return row


def window_open(core: Core, number: str) -> bool:
    """Whether the person wrote within the last 24 hours, so that free words may be sent to them."""
    row = core.store.row("SELECT said_at FROM whatsapp_person WHERE number = ?", number)
    return row is not None and core.clock.now() - row["said_at"] < WINDOW_S


def new_id() -> str:
    """A message id as the platform writes them."""
    return f"wamid.{secrets.token_urlsafe(24)}"


def keep(
    core: Core,
    *,
    number: str,
    mine: bool,
    kind: str,
    payload: dict[str, Any],
    shown: str,
    template: str = "",
    failed: int = 0,
) -> str:
    """Write a message into the chat of a number. `mine` is from the person's side. Returns its id."""
    message_id = new_id()
    core.store.run(
        "INSERT INTO whatsapp_message (id, number, mine, at, type, payload, shown, template, failed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        message_id,
        number,
        int(mine),
        core.clock.now(),
        kind,
        json.dumps(payload),
        shown,
        template,
        failed,
    )
    return message_id


def hear(core: Core, number: str, content: dict[str, Any], *, shown: str, name: str = "", context: str = "") -> str:
    """The person sends something of any type: the window opens, the business hears. Returns the message's id."""
    with core.store.transaction():
        who = person(core, number, name)
        core.store.run("UPDATE whatsapp_person SET said_at = ? WHERE number = ?", core.clock.now(), number)
        if context:
            content = content | {"context": {"from": core.settings.whatsapp.display_number, "id": context}}
        message_id = keep(core, number=number, mine=True, kind=content["type"], payload=content, shown=shown)
        hidden = hooks.hides_number(core, number)
        sender = {"from_user_id": who["user_id"]} if hidden else {"from": number, "from_user_id": who["user_id"]}
        message = sender | {"id": message_id, "timestamp": str(core.clock.seconds()), **content}
        told = {"contacts": [hooks.contact(who, hidden=hidden)], "messages": [message]}
        hooks.tell(core, number, "message", told)
    return message_id


def say(
    core: Core,
    number: str,
    *,
    text: str,
    name: str = "",
    reply_id: str = "",
    reply_kind: str = "button_reply",
    context: str = "",
) -> str:
    """The person writes, or taps an answer (`reply_id`, its title in `text`)."""
    content: dict[str, Any] = {"type": "text", "text": {"body": text}}
    if reply_id:
        content = {
            "type": "interactive",
            "interactive": {"type": reply_kind, reply_kind: {"id": reply_id, "title": text}},
        }
    return hear(core, number, content, shown=text, name=name, context=context)
