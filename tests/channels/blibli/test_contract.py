"""Blibli keeps every promise of its manifest, over scenes written from the documents."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from lapak.channels.kit.contract import (
    ConnectorContract,
    GivesOrdersContract,
    HasCategoriesContract,
    TakesKeysContract,
    TakesListingsContract,
)
from lapak.domain.connection import Grant

SIGNATURE_KEY = "rahasia-tanda-tangan-4471"


class Blibli:
    slug = "blibli"
    category = "MA-1003001"
    attributes: ClassVar[Mapping[str, str]] = {"Masa Simpan": "6 Bulan", "Varian": "Original"}
    scenes = Path(__file__).parent / "scenes"
    settings: ClassVar[Mapping[str, str]] = {
        "host": "https://blibli.scene/v2/proxy",
        "client_id": "mta-api-latihan",
        "client_key": "rahasia-klien-4471",
        "quota_share": "1000",
        "quota_wait_s": "0",
        "queue_wait_s": "0",
        "detail_keep_s": "0",
        "package_cm": "20x15x10",
    }


class BlibliShop(Blibli, ConnectorContract):
    """The suites with a seller's keys."""

    def grant(self) -> Grant:
        extra = {"username": "bu.marni@toko.example", "signature_key": SIGNATURE_KEY}
        return replace(super().grant(), refresh_token="", extra=extra)

    def secrets(self) -> list[str]:
        return [secret for secret in (*super().secrets(), SIGNATURE_KEY) if secret]


class TestListings(BlibliShop, TakesListingsContract):
    pass


class TestCategories(BlibliShop, HasCategoriesContract):
    pass


class TestOrders(BlibliShop, GivesOrdersContract):
    pass


class TestKeys(Blibli, TakesKeysContract):
    pass
