"""The example keeps its promises too: copy this file with the folder."""

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from lapak.channels.kit.contract import PushesOrdersContract, TakesListingsContract


class Example:
    slug = "example"
    scenes = Path(__file__).parent / "scenes"
    settings: ClassVar[Mapping[str, str]] = {"host": "https://pasar.example", "push_key": "kunci-dorong-contoh"}


class TestListings(Example, TakesListingsContract):
    pass


class TestPushes(Example, PushesOrdersContract):
    def signed(self, body: bytes, *, secret: str = "") -> dict[str, str]:
        key = (secret or "kunci-dorong-contoh").encode()
        return {"x-pasar-signature": hmac.new(key, body, hashlib.sha256).hexdigest()}
