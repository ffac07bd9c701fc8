"""Shopee keeps every promise of its manifest, over scenes written from the documents."""

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from lapak.channels.kit.contract import (
    AsksConsentContract,
    GivesOrdersContract,
    HasCategoriesContract,
    PushesOrdersContract,
    TakesListingsContract,
    TellsOfConsentContract,
)


class Shopee:
    slug = "shopee"
    category = "100657"
    attributes: ClassVar[Mapping[str, str]] = {"Masa Penyimpanan": "6 Bulan"}
    scenes = Path(__file__).parent / "scenes"
    settings: ClassVar[Mapping[str, str]] = {
        "host": "https://shopee.scene",
        "partner_id": "2001887",
        "partner_key": "kunci-mitra-rahasia",
        "push_key": "kunci-dorong-rahasia",
        "calls_per_second": "10000",
        "variant_wait_s": "0",
    }


class TestListings(Shopee, TakesListingsContract):
    pass


class TestCategories(Shopee, HasCategoriesContract):
    pass


class TestOrders(Shopee, GivesOrdersContract):
    pass


class TestConsent(Shopee, AsksConsentContract):
    pass


class TestConsentNews(Shopee, TellsOfConsentContract):
    pass


class TestPushes(Shopee, PushesOrdersContract):
    def signed(self, body: bytes, *, secret: str = "") -> dict[str, str]:
        base = self.push_url.encode() + b"|" + body
        return {
            "authorization": hmac.new((secret or "kunci-dorong-rahasia").encode(), base, hashlib.sha256).hexdigest()
        }
