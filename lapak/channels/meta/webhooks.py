"""Meta's webhooks, the same for WhatsApp, Facebook and Instagram: the handshake, the signature and the envelope.

Source: "Create a webhook endpoint" (stored 2026-09-11). The signature covers the raw bytes: Meta escapes what is not
ASCII, so a body that was parsed and written again no longer fits. One post holds up to 1,000 updates.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TypeVar

import structlog

from lapak.channels.kit.errors import NotUnderstood, PushForged
from lapak.channels.kit.reading import Part

log = structlog.get_logger(__name__)

MILLISECONDS_FROM = 10**11
"""Above this a time is in milliseconds: documented as seconds, some have been seen so."""
One = TypeVar("One")


def check_signature(*, channel: str, secret: str, headers: Mapping[str, str], body: bytes) -> None:
    """Raises PushForged unless `X-Hub-Signature-256` is ours over these bytes. Without a secret nothing is believed."""
    right = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    given = headers.get("x-hub-signature-256", "")
    if not secret or not hmac.compare_digest(right.encode(), given.encode("utf-8", "replace")):
        raise PushForged(channel=channel)


def greet(*, channel: str, verify_token: str, query: Mapping[str, str]) -> str:
    """The challenge, for who asks with the word we gave Meta. Raises PushForged."""
    word = query.get("hub.verify_token", "").encode("utf-8", "replace")
    knows = verify_token and hmac.compare_digest(verify_token.encode(), word)
    if not knows or query.get("hub.mode") != "subscribe":
        raise PushForged(channel=channel)
    return query.get("hub.challenge", "")


def changes(push: Part, *, field: str) -> Iterator[Part]:
    """The `value` of every change of a kind, in all entries of a post."""
    for entry in push.parts("entry"):
        for change in entry.parts("changes"):
            if change.text("field") == field:
                yield change.part("value")


def understood(read: Callable[[Part], One], parts: Iterable[Part], *, channel: str, what: str) -> Iterator[One]:
    """Each part read; one that cannot be understood is left out and logged, so that it costs none of the others."""
    for part in parts:
        try:
            yield read(part)
        except NotUnderstood as fault:
            log.warning("channel_drift", channel=channel, what=what, field=str(fault.told.get("field")))


def moment(part: Part, name: str) -> datetime | None:
    """A time in seconds or milliseconds as an aware moment in UTC; None when it is missing."""
    number = part.whole(name, 0)
    seconds = number / 1000 if number > MILLISECONDS_FROM else number
    if not seconds:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        raise part.strange(name) from None
