"""Signing, and what a token reply says.

Source: TikTok Shop Partner Center "Sign your API request", "Authorization overview 202407" (read 2026-11-24).
"""

import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from lapak.channels.kit.reading import Part
from lapak.domain.connection import Grant

CIPHER = "shop_cipher"
TOKEN_HEADER = "x-tts-access-token"  # noqa: S105 - a header's name
NOT_SIGNED = {"sign", "access_token"}
LATEST = datetime(9999, 1, 1, tzinfo=UTC)  # some refresh tokens are told to live for a century


def sign(*, secret: str, path: str, query: Sequence[tuple[str, str]], body: bytes) -> str:
    """Lower-case hex HMAC-SHA256 over secret + path + sorted key and value pairs + body + secret.

    Args:
        path: as TikTok knows it, without what our host setting puts before it. query: decoded values.
        body: exactly the bytes that are sent; empty for GET and for multipart.
    """
    pairs = "".join(f"{key}{value}" for key, value in sorted(query) if key not in NOT_SIGNED)
    text = secret.encode() + path.encode() + pairs.encode() + body + secret.encode()
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


class Signer:
    """Signs calls with our application's key."""

    def __init__(self, *, app_key: str, app_secret: str) -> None:
        self.app_key, self._secret = app_key, app_secret

    def __repr__(self) -> str:
        return f"Signer(app_key={self.app_key!r})"

    def query(
        self, path: str, asked: Mapping[str, str], *, cipher: str = "", body: bytes = b""
    ) -> list[tuple[str, str]]:
        """The whole query of a call, signed. cipher: of the shop, for calls that take it."""
        query = [("app_key", self.app_key), ("timestamp", str(int(time.time()))), *asked.items()]
        if cipher:
            query.append((CIPHER, cipher))
        return [*query, ("sign", sign(secret=self._secret, path=path, query=query, body=body))]

    def push_holds(self, *, body: bytes, signature: str) -> bool:
        """Whether a push is signed with our secret, over our key and the raw body. Constant time."""
        right = hmac.new(self._secret.encode(), self.app_key.encode() + body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(right.encode(), signature.encode("utf-8", "replace"))

    def token_query(self, **asked: str) -> list[tuple[str, str]]:
        """The query of a token call, which is not signed but carries our secret: it is never logged."""
        return [("app_key", self.app_key), ("app_secret", self._secret), *asked.items()]

    def hidden(self, text: str, *secrets: str) -> str:
        """Their words without ours."""
        for secret in (self._secret, *secrets):
            if secret:
                text = text.replace(secret, "…").replace(quote(secret, safe=""), "…")
        return text


def grant_of(data: Part, *, shop_id: str, cipher: str) -> Grant:
    """The grant in a token reply. Both ends are moments there, whatever their names say."""
    expires_at = data.moment("access_token_expire_in")
    if expires_at is None:
        raise data.strange("access_token_expire_in")
    until = data.moment("refresh_token_expire_in")
    return Grant(
        shop_external_id=shop_id,
        access_token=data.needed("access_token"),
        refresh_token=data.needed("refresh_token"),
        expires_at=expires_at,
        consent_until=min(until, LATEST) if until else None,
        extra={CIPHER: cipher},
    )
