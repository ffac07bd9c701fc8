"""Pasar Contoh's keys: a bearer key for calls, and an HMAC over the raw body for pushes."""

import hashlib
import hmac

from lapak.domain.connection import Grant


def headers(grant: Grant) -> dict[str, str]:
    """What a call carries."""
    return {"Authorization": f"Bearer {grant.access_token}"}


def push_holds(*, key: str, body: bytes, signature: str) -> bool:
    """Whether they signed these bytes. Constant time; the raw bytes, never re-serialised."""
    right = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(right.encode(), signature.encode("utf-8", "replace"))
