"""A shop of one scene, written in the test itself."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast
from uuid import UUID

from lapak.channels.kit import load
from lapak.channels.kit.keeper import MemoryKeeper
from lapak.channels.kit.protocol import GivesOrders, HasCategories, TakesListings
from lapak.channels.kit.scenes import Scene
from lapak.core.clock import now
from lapak.core.ids import ProductId, VariantId
from lapak.domain.connection import Grant
from lapak.domain.listing import ListingSpec, VariantSpec

SCENES = Path(__file__).parent / "scenes"
SETTINGS: Mapping[str, str] = {
    "host": "https://shopee.scene",
    "partner_id": "2001887",
    "partner_key": "kunci-mitra-rahasia",
    "calls_per_second": "10000",
    "variant_wait_s": "0",
}


class Shop(TakesListings, HasCategories, GivesOrders):
    """What a Shopee connector is."""


def grant(*, ends_in: timedelta = timedelta(hours=4)) -> Grant:
    return Grant(
        shop_external_id="778899",
        access_token="rahasia-akses-4471",
        refresh_token="rahasia-perpanjang-4471",
        expires_at=now() + ends_in,
    )


def scene_of(folder: Path, text: str) -> Scene:
    """A scene out of a test. It may be `like` those that lie beside the contract."""
    for shared in ("base", "none_yet"):
        (folder / f"{shared}.toml").write_text((SCENES / f"{shared}.toml").read_text())
    (folder / "scene.toml").write_text(text)
    return Scene(folder / "scene.toml")


def shop(scene: Scene, *, keeper: MemoryKeeper | None = None, shop_id: str = "778899", **settings: str) -> Shop:
    opened = load.connector(
        "shopee",
        settings={**SETTINGS, **settings},
        shop_external_id=shop_id,
        keeper=keeper or MemoryKeeper(grant()),
        open_photo=lambda digest: b"\xff\xd8\xff" + digest.encode(),
        transport=scene.transport,
    )
    assert isinstance(opened, TakesListings)
    assert isinstance(opened, HasCategories)
    assert isinstance(opened, GivesOrders)
    return cast(Shop, opened)  # the three checks above are what Shop says


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
        category="100657",
        attributes={"Masa Penyimpanan": "6 Bulan"},
        weight_g=200,
        photos=("9f64a747",),
        variants=(variant(1, "SBL-01"),),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # any field of the spec
