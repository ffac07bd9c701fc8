"""A shop of one scene written in the test itself, or of the practice platform."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import httpx2
from PIL import Image

from lapak.channels.kit import load
from lapak.channels.kit.keeper import MemoryKeeper
from lapak.channels.kit.protocol import AsksConsent, GivesOrders, HasCategories, TakesListings
from lapak.channels.kit.scenes import Scene
from lapak.core.clock import now
from lapak.core.ids import ProductId, VariantId
from lapak.domain.connection import Grant
from lapak.domain.listing import ListingSpec, VariantSpec
from tests.channels.practice import Practice

SCENES = Path(__file__).parent / "scenes"
SETTINGS: Mapping[str, str] = {
    "host": "https://toko.scene",
    "auth_host": "https://masuk.scene",
    "service_id": "7412",
    "app_key": "6latihan4471",
    "app_secret": "rahasia-aplikasi-4471",
    "calls_per_second": "10000",
}


class Shop(TakesListings, HasCategories, GivesOrders):
    """What a Tokopedia connector is."""


def grant(*, ends_in: timedelta = timedelta(days=6)) -> Grant:
    return Grant(
        shop_external_id="778899",
        access_token="rahasia-akses-4471",
        refresh_token="rahasia-perpanjang-4471",
        expires_at=now() + ends_in,
        extra={"shop_cipher": "rahasia-sandi-toko-4471"},
    )


def scene_of(folder: Path, text: str) -> Scene:
    """A scene out of a test. It may be `like` those that lie beside the contract."""
    for shared in ("base", "none_yet"):
        (folder / f"{shared}.toml").write_text((SCENES / f"{shared}.toml").read_text())
    (folder / "scene.toml").write_text(text)
    return Scene(folder / "scene.toml")


def opened(
    settings: Mapping[str, str], keeper: MemoryKeeper, *, scene: Scene | None = None, photo: bytes = b"\xff\xd8\xff"
) -> Shop:
    connector = load.connector(
        "tokopedia",
        settings=settings,
        shop_external_id=keeper.current().shop_external_id,
        keeper=keeper,
        open_photo=lambda digest: photo,
        transport=scene.transport if scene else None,
    )
    assert isinstance(connector, TakesListings)
    assert isinstance(connector, HasCategories)
    assert isinstance(connector, GivesOrders)
    return cast(Shop, connector)  # the three checks above are what Shop says


def shop(scene: Scene, *, keeper: MemoryKeeper | None = None, **settings: str) -> Shop:
    return opened({**SETTINGS, **settings}, keeper or MemoryKeeper(grant()), scene=scene)


@cache
def photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (600, 600), "firebrick").save(file, "JPEG")
    return file.getvalue()


@dataclass(frozen=True)
class Toko:
    """The practice platform, as Tokopedia is used on it."""

    practice: Practice

    def settings(self, **changes: str) -> dict[str, str]:
        there = f"{self.practice.url}/tokopedia"
        return {
            "host": there,
            "auth_host": there,
            "consent_url": f"{there}/open/authorize",
            "service_id": "latihan-service-tokopedia",
            "app_key": "latihan-app-key-tokopedia",
            "app_secret": "latihan-app-secret-tokopedia",
            "calls_per_second": "10000",
            **changes,
        }

    def open_shop(self, name: str) -> Grant:
        """A new shop whose owner has agreed, by the consent page."""
        application = load.application("tokopedia", settings=self.settings())
        assert isinstance(application, AsksConsent)
        page = application.consent_url(redirect="", state="keadaan-77")
        assert httpx2.get(page).status_code == 200
        agreed = {
            "redirect": f"{self.practice.callback}/shops/back",
            "state": dict(parse_qsl(urlsplit(page).query))["state"],
            "shop_name": name,
            "answer": "setuju",
        }
        back = httpx2.post(f"{self.practice.url}/tokopedia/consent", data=agreed)
        answer = dict(parse_qsl(urlsplit(back.headers["location"]).query))
        assert answer["state"] == "keadaan-77"
        found = application.exchange(answer)
        application.close()
        return found

    def shop(self, found: Grant, *, keeper: MemoryKeeper | None = None, **settings: str) -> Shop:
        return self.practice.kept(opened(self.settings(**settings), keeper or MemoryKeeper(found), photo=photo()))

    def faults(self, *rules: Mapping[str, object]) -> None:
        self.practice.faults("tokopedia", *rules)

    def calls(self, path: str, *, shop: str = "") -> list[dict[str, Any]]:
        return self.practice.calls(path, account=shop, platform="tokopedia")

    def state(self, shop: str) -> dict[str, Any]:
        told = httpx2.get(f"{self.practice.url}/practice/tokopedia/state", params={"shop_id": shop})
        found: dict[str, Any] = told.json()
        return found

    def buy(self, shop: str, **what: object) -> httpx2.Response:
        return httpx2.post(f"{self.practice.url}/practice/tokopedia/buy", json={"shop_id": shop, **what})

    def revoke(self, shop: str) -> None:
        httpx2.post(f"{self.practice.url}/practice/tokopedia/{shop}/revoke").raise_for_status()

    def act(self, order: str, action: str, **told: object) -> httpx2.Response:
        return httpx2.post(f"{self.practice.url}/practice/tokopedia/orders/{order}/{action}", json=told)


def variant(
    number: int, sku: str, options: tuple[str, ...] = (), *, price_idr: int = 25_000, stock: int = 12
) -> VariantSpec:
    return VariantSpec(
        variant_id=VariantId(UUID(int=number)), sku=sku, options=options, price_idr=price_idr, stock=stock
    )


def spec(**changes: object) -> ListingSpec:
    plain = ListingSpec(
        product_id=ProductId(UUID(int=1)),
        sku="SBL-01",
        title="Sambal Bawang Bu Marni 150 g",
        description="Sambal bawang rumahan tanpa pengawet, dimasak setiap pagi di Sleman.",
        category="914568",
        attributes={"Masa Penyimpanan": "6 Bulan"},
        weight_g=200,
        photos=("9f64a747",),
        variants=(variant(1, "SBL-01"),),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # any field of the spec
