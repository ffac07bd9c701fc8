"""Signing, and the grant that is made of a seller's keys.

Source: "Signature" of the Seller API documents and the raw string each page prints (read 2026-11-24).
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

from lapak.domain.connection import Grant

WIB = timezone(timedelta(hours=7))
NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # keys hold until their owner takes them back
USERNAME, SIGNATURE_KEY = "username", "signature_key"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def written(at: datetime) -> str:
    """A moment as they write it, of Jakarta and in English on every machine: Tue May 12 16:28:52 WIB 2020."""
    there = at.astimezone(WIB)
    return f"{_DAYS[there.weekday()]} {_MONTHS[there.month - 1]} {there:%d %H:%M:%S} WIB {there.year:04d}"


def raw_text(*, method: str, path: str, body: bytes, at: datetime) -> str:
    """What is signed: five lines. The hash is empty without a body, the kind of content is empty for GET.

    Args:
        path: as they sign it, without host, query and what our host setting puts before it.
    """
    digest = hashlib.md5(body, usedforsecurity=False).hexdigest() if body else ""
    return "\n".join((method, digest, "" if method == "GET" else "application/json", written(at), path))


def sign(*, key: str, text: str) -> str:
    """base64 of HMAC-SHA256."""
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


class Signer:
    """Our application's keys, and what a call carries for a seller."""

    def __init__(self, *, client_id: str, client_key: str) -> None:
        self._client_id, self._client_key = client_id, client_key

    def __repr__(self) -> str:
        return f"Signer(client_id={self._client_id!r})"

    def headers(self, grant: Grant, *, method: str, path: str, body: bytes, at: datetime) -> dict[str, str]:
        """The headers of a call; signed when the seller has a signature key."""
        pair = base64.b64encode(f"{self._client_id}:{self._client_key}".encode()).decode()
        found = {
            "authorization": f"Basic {pair}",
            "api-seller-key": grant.access_token,
            "accept": "application/json",
            "content-type": "application/json",
        }
        if key := grant.extra.get(SIGNATURE_KEY):
            found["signature"] = sign(key=key, text=raw_text(method=method, path=path, body=body, at=at))
            found["signature-time"] = str(int(at.timestamp()) * 1000)
        return found

    def hidden(self, text: str, grant: Grant) -> str:
        """Their words without our keys and the seller's."""
        for secret in (self._client_key, grant.access_token, grant.extra.get(SIGNATURE_KEY, "")):
            if secret:
                text = text.replace(secret, "…")
        return text


def grant_of(*, store_code: str, username: str, seller_key: str, signature_key: str) -> Grant:
    """A seller's keys as a grant: there is nothing to refresh, and no end."""
    extra: Mapping[str, str] = {USERNAME: username, SIGNATURE_KEY: signature_key}
    return Grant(
        shop_external_id=store_code,
        access_token=seller_key,
        refresh_token="",
        expires_at=NEVER,
        extra=extra,
    )
