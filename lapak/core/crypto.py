"""Secrets at rest: sealed with a key that the database never sees, bound to the row they belong to.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; the key id travels in the value, so that keys can be rotated.
A blind index (HMAC-SHA-256 under a key of its own) lets an identifier be looked up without being readable.
"""

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from lapak.core.errors import LapakError


class SealBroken(LapakError):
    """A sealed value cannot be opened: its key is missing, or it was moved to another row or changed."""

    code = "seal_broken"


def seal(plain: str, *, bound_to: str) -> str:
    """Seal a text for one place, e.g. `person:<id>:nik`. Only `open_sealed` with the same `bound_to` opens it."""
    key_id, key = next(iter(_keys().items()))
    nonce = os.urandom(12)
    box = AESGCM(key).encrypt(nonce, plain.encode(), bound_to.encode())
    return f"{key_id}.{base64.urlsafe_b64encode(nonce + box).decode()}"


def open_sealed(sealed: str, *, bound_to: str) -> str:
    """The text that was sealed. Raises: SealBroken."""
    key_id, _, box = sealed.partition(".")
    key = _keys().get(key_id)
    if key is None:
        raise SealBroken(key_id=key_id)
    raw = base64.urlsafe_b64decode(box)
    try:
        return AESGCM(key).decrypt(raw[:12], raw[12:], bound_to.encode()).decode()
    except InvalidTag as broken:
        raise SealBroken(key_id=key_id) from broken


def blind_index(value: str, *, field: str) -> str:
    """A keyed digest, equal for equal values of one field. 64 hexadecimal digits."""
    key = hashlib.sha256(b"blind-index:" + settings.LAPAK_INDEX_KEY.encode()).digest()
    return hmac.new(key, f"{field}:{value}".encode(), hashlib.sha256).hexdigest()


def _keys() -> dict[str, bytes]:
    """key id → 32 bytes, the first one seals. From `LAPAK_KEYS`: `id:base64[,id:base64…]`."""
    ring: dict[str, bytes] = {}
    for entry in settings.LAPAK_KEYS.split(","):
        key_id, _, encoded = entry.partition(":")
        ring[key_id] = base64.urlsafe_b64decode(encoded)
    return ring
