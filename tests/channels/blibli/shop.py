"""A shop of one scene written in the test itself, or of the practice platform."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import httpx2
from PIL import Image

from lapak.channels.blibli.auth import grant_of
from lapak.channels.kit import load
from lapak.channels.kit.keeper import MemoryKeeper
from lapak.channels.kit.protocol import GivesOrders, HasCategories, TakesKeys, TakesListings
from lapak.channels.kit.scenes import Scene
from lapak.core.ids import ProductId, VariantId
from lapak.domain.connection import Grant
from lapak.domain.listing import ListingSpec, VariantSpec
from tests.channels.practice import Practice

SCENES = Path(__file__).parent / "scenes"
SETTINGS: Mapping[str, str] = {
    "host": "https://blibli.scene/v2/proxy",
    "client_id": "mta-api-latihan",
    "client_key": "rahasia-klien-4471",
    "quota_share": "1000",
    "quota_wait_s": "0",
    "queue_wait_s": "0",
    "detail_keep_s": "0",
    "package_cm": "20x15x10",
}


class Shop(TakesListings, HasCategories, GivesOrders):
    """What a Blibli connector is."""


def grant(*, signature_key: str = "rahasia-tanda-tangan-4471") -> Grant:
    return grant_of(
        store_code="778899",
        username="bu.marni@toko.example",
        seller_key="rahasia-akses-4471",
        signature_key=signature_key,
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
        "blibli",
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


def shop(scene: Scene, *, keeper: MemoryKeeper | None = None, photo: bytes = b"\xff\xd8\xff", **settings: str) -> Shop:
    return opened({**SETTINGS, **settings}, keeper or MemoryKeeper(grant()), scene=scene, photo=photo)


@cache
def photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (800, 800), "firebrick").save(file, "JPEG")
    return file.getvalue()


@dataclass(frozen=True)
class Toko:
    """The practice platform, as Blibli is used on it."""

    practice: Practice

    def settings(self, **changes: str) -> dict[str, str]:
        return {
            "host": f"{self.practice.url}/blibli/v2/proxy",
            "client_id": "latihan-client-blibli",
            "client_key": "latihan-client-key-blibli",
            "quota_share": "1000",
            "quota_wait_s": "0",
            "queue_tries": "20",
            "queue_wait_s": "0.1",
            "detail_keep_s": "0",
            "package_cm": "20x15x10",
            **changes,
        }

    def new_store(self, name: str, **how: object) -> dict[str, Any]:
        """A store whose seller has made keys and connected our application; what the seller then copies."""
        made = httpx2.post(f"{self.practice.url}/practice/blibli/shops", json={"name": name, **how})
        found: dict[str, Any] = made.raise_for_status().json()
        return found

    def typed(self, store: Mapping[str, Any]) -> dict[str, str]:
        named = {"store_code": "shop_id", "username": "username", "api_seller_key": "api_seller_key"}
        return {ours: str(store[theirs]) for ours, theirs in named.items()} | {
            "signature_key": str(store["signature_key"] or "")
        }

    def open_shop(self, name: str, **how: object) -> Grant:
        """A new shop whose owner has typed its keys."""
        return self.join(self.new_store(name, **how))

    def join(self, store: Mapping[str, Any]) -> Grant:
        application = load.application("blibli", settings=self.settings())
        assert isinstance(application, TakesKeys)
        try:
            return application.exchange_keys(self.typed(store))
        finally:
            application.close()

    def keys(self, shop: str, **changes: object) -> dict[str, Any]:
        """What the seller changes in Seller Center: the connection, the signature, a new key."""
        told = httpx2.post(f"{self.practice.url}/practice/blibli/{shop}/keys", json=changes).raise_for_status()
        found: dict[str, Any] = told.json()
        return found

    def shop(self, found: Grant, *, keeper: MemoryKeeper | None = None, **settings: str) -> Shop:
        return self.practice.kept(opened(self.settings(**settings), keeper or MemoryKeeper(found), photo=photo()))

    def faults(self, *rules: Mapping[str, object]) -> None:
        self.practice.faults("blibli", *rules)

    def calls(self, path: str, *, shop: str = "") -> list[dict[str, Any]]:
        return self.practice.calls(path, account=shop, platform="blibli")

    def state(self, shop: str) -> dict[str, Any]:
        told = httpx2.get(f"{self.practice.url}/practice/blibli/state", params={"shop_id": shop})
        found: dict[str, Any] = told.json()
        return found

    def buy(self, shop: str, **what: object) -> httpx2.Response:
        return httpx2.post(f"{self.practice.url}/practice/blibli/buy", json={"shop_id": shop, **what})

    def act(self, order: str, action: str, **told: object) -> httpx2.Response:
        return httpx2.post(f"{self.practice.url}/practice/blibli/orders/{order}/{action}", json=told)


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
        category="MA-1003001",
        attributes={"Masa Simpan": "6 Bulan", "Varian": "Original"},
        weight_g=200,
        photos=("9f64a747",),
        variants=(variant(1, "SBL-01"),),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # any field of the spec
