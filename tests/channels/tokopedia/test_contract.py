"""Tokopedia keeps every promise of its manifest, over scenes written from the documents."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from lapak.channels.kit.contract import (
    AsksConsentContract,
    ConnectorContract,
    GivesOrdersContract,
    HasCategoriesContract,
    PushesOrdersContract,
    TakesListingsContract,
    TellsOfConsentContract,
)
from lapak.domain.connection import Grant

CIPHER = "rahasia-sandi-toko-4471"


class Tokopedia:
    slug = "tokopedia"
    category = "914568"
    attributes: ClassVar[Mapping[str, str]] = {"Masa Penyimpanan": "6 Bulan"}
    scenes = Path(__file__).parent / "scenes"
    settings: ClassVar[Mapping[str, str]] = {
        "host": "https://toko.scene",
        "auth_host": "https://masuk.scene",
        "service_id": "7412",
        "app_key": "6latihan4471",
        "app_secret": "rahasia-aplikasi-4471",
        "calls_per_second": "10000",
    }


class TokopediaShop(Tokopedia, ConnectorContract):
    """The suites with a shop's cipher, which is as secret as its tokens."""

    def grant(self) -> Grant:
        return replace(super().grant(), extra={"shop_cipher": CIPHER})

    def secrets(self) -> list[str]:
        return [*super().secrets(), CIPHER]


class TestListings(TokopediaShop, TakesListingsContract):
    pass


class TestCategories(TokopediaShop, HasCategoriesContract):
    pass


class TestOrders(TokopediaShop, GivesOrdersContract):
    pass


class TestConsent(Tokopedia, AsksConsentContract):
    redirect_in_console = True


class TestConsentNews(Tokopedia, TellsOfConsentContract):
    pass


class TestPushes(Tokopedia, PushesOrdersContract):
    def signed(self, body: bytes, *, secret: str = "") -> dict[str, str]:
        key = (secret or "rahasia-aplikasi-4471").encode()
        return {"authorization": hmac.new(key, b"6latihan4471" + body, hashlib.sha256).hexdigest()}
