"""Signing, and the token calls. Every signature is HMAC-SHA256 over plain concatenation, in lower-case hex.

Source: Shopee Open Platform guides "API calls" (2025-11-21) and "Authorization and Authentication" (2025-10-17).
"""

import hashlib
import hmac
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from lapak.channels.kit.errors import NotUnderstood
from lapak.channels.kit.reading import Part
from lapak.core.clock import now
from lapak.domain.connection import Grant

EPOCH_SECONDS = 10**9  # `expire_in` is documented as seconds, and as a moment: above this it can only be a moment


def sign(key: str, base: str) -> str:
    """The signature of a base string. The key is used as the text it is, never hex-decoded."""
    return hmac.new(key.encode(), base.encode(), hashlib.sha256).hexdigest()


class Signer:
    """Signs calls with our application's id and key."""

    def __init__(self, *, partner_id: str, partner_key: str) -> None:
        self.partner_id, self._key = partner_id, partner_key

    def __repr__(self) -> str:
        return f"Signer(partner_id={self.partner_id!r})"

    def query(self, path: str, *, access_token: str = "", shop_id: str = "") -> list[tuple[str, str]]:
        """The common parameters of a call, for the query also when it is a POST.

        Args:
            path: as Shopee knows it ("/api/v2/…"), without anything our host setting puts before it.
            access_token, shop_id: both, or neither for a public call.
        """
        timestamp = str(int(time.time()))
        base = f"{self.partner_id}{path}{timestamp}{access_token}{shop_id}"
        query = [("partner_id", self.partner_id), ("timestamp", timestamp), ("sign", sign(self._key, base))]
        if access_token:
            query += [("access_token", access_token), ("shop_id", shop_id)]
        return query


def grant_of(reply: Part, *, shop_id: str) -> Grant:
    """The grant in a token reply, whose fields lie at the top level."""
    told = reply.whole("expire_in")
    if told <= 0:
        raise reply.strange("expire_in")
    try:
        expires_at = datetime.fromtimestamp(told, UTC) if told > EPOCH_SECONDS else now() + timedelta(seconds=told)
    except (OverflowError, ValueError, OSError):
        raise reply.strange("expire_in") from None
    return Grant(
        shop_external_id=shop_id,
        access_token=reply.needed("access_token"),
        refresh_token=reply.needed("refresh_token"),
        expires_at=expires_at,
    )


def whole_number(name: str, text: str) -> int:
    """An id of ours or theirs as the number their JSON wants. Raises NotUnderstood."""
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        raise NotUnderstood(channel="Shopee", field=name)
    return int(text)


def push_holds(*, key: str, url: str, body: bytes, signature: str, body_only: bool) -> bool:
    """Whether a push is signed with this key, over "url|body" (or, if allowed, over the body alone). Constant time."""
    bases = [url.encode() + b"|" + body, *([body] if body_only else [])]
    given = signature.encode("utf-8", "replace")
    right = [hmac.new(key.encode(), base, hashlib.sha256).hexdigest().encode() for base in bases]
    held = [hmac.compare_digest(one, given) for one in right]
    return any(held)


def says_yes(settings: Mapping[str, str], name: str) -> bool:
    """Whether a setting is switched on."""
    return settings[name].strip().lower() in {"1", "yes", "true", "on"}
