"""What every suite stands on: a channel, and one shop on it."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import ClassVar
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from lapak.channels.kit import load
from lapak.channels.kit.errors import ChannelFault
from lapak.channels.kit.keeper import MemoryKeeper
from lapak.channels.kit.protocol import Connector
from lapak.channels.kit.scenes import Scene
from lapak.channels.kit.tiers import proves
from lapak.core.clock import now
from lapak.core.errors import Acts, LapakError
from lapak.core.ids import ProductId, VariantId
from lapak.domain.connection import Grant
from lapak.domain.listing import ListingSpec, VariantSpec

PHOTO = "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a"


class ChannelContract:
    """What every suite needs to know of a channel, and what holds for all of them: secrets stay secret."""

    promise: ClassVar[str] = ""
    slug: ClassVar[str]
    settings: ClassVar[Mapping[str, str]]
    scenes: ClassVar[Path]

    @pytest.fixture(autouse=True)
    def _nothing_secret_is_said(
        self, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> Iterator[None]:
        caplog.set_level(logging.DEBUG)
        with capture_logs() as entries:
            yield
        said = caplog.text + "".join(capfd.readouterr()) + repr(entries)
        assert not self.leaks(said)

    def secrets(self) -> list[str]:
        return [value for key in load.manifest(self.slug).secret if (value := self.settings.get(key))]

    def leaks(self, text: str) -> list[str]:
        return [secret for secret in self.secrets() if secret in text]

    def scene(self, name: str, *, loose: bool = False) -> Scene:
        return Scene(self.scenes / f"{name}.toml", loose=loose)

    def check_fault(self, fault: LapakError, who: Acts) -> None:
        assert isinstance(fault, ChannelFault)
        assert fault.acts is who, fault
        assert fault.told.get("channel") == load.manifest(self.slug).name
        assert not self.leaks(str(fault) + repr(fault.told))

    def test_the_manifest_makes_this_promise(self) -> None:
        assert self.promise in load.manifest(self.slug).does


class ConnectorContract(ChannelContract):
    """One shop. Scene `profile`."""

    category: ClassVar[str] = ""
    attributes: ClassVar[Mapping[str, str]] = {}
    shop: ClassVar[str] = "778899"

    def grant(self) -> Grant:
        return Grant(
            shop_external_id=self.shop,
            access_token="rahasia-akses-4471",  # noqa: S106 - made up
            refresh_token="rahasia-perpanjang-4471",  # noqa: S106 - made up
            expires_at=now() + timedelta(hours=4),
        )

    def secrets(self) -> list[str]:
        return [*super().secrets(), self.grant().access_token, self.grant().refresh_token]

    def opened(self, scene: Scene) -> Connector:
        return load.connector(
            self.slug,
            settings=self.settings,
            shop_external_id=self.shop,
            keeper=MemoryKeeper(self.grant()),
            open_photo=lambda digest: b"\xff\xd8\xff" + digest.encode(),
            transport=scene.transport,
        )

    def plain(self) -> ListingSpec:
        """A product of one variant, which is how most owners begin."""
        return ListingSpec(
            product_id=ProductId(UUID("0190a1b2-0000-7000-8000-000000000001")),
            sku="SBL-01",
            title="Sambal Bawang Bu Marni 150 g",
            description="Sambal bawang rumahan tanpa pengawet, dimasak setiap pagi di Sleman.",
            category=self.category,
            attributes=self.attributes,
            weight_g=200,
            photos=(PHOTO,),
            variants=(_variant(1, "SBL-01", (), 25_000, 12),),
        )

    def with_options(self) -> ListingSpec:
        """The same in two flavours."""
        variants = (_variant(1, "SBL-01-P", ("Pedas",), 25_000, 12), _variant(2, "SBL-01-S", ("Sedang",), 24_000, 7))
        return replace(self.plain(), option_names=("Rasa",), variants=variants)

    @proves("redacts_secrets")
    def test_the_shop_shows_itself_and_no_secret(self) -> None:
        scene = self.scene("profile")
        connector = self.opened(scene)
        shown = connector.profile()
        assert (shown.external_id, shown.name) == (self.shop, scene.expects["name"])
        assert not self.leaks(repr(connector) + repr(vars(connector)) + repr(shown))
        connector.close()


def _variant(number: int, sku: str, options: tuple[str, ...], price_idr: int, stock: int) -> VariantSpec:
    variant_id = VariantId(UUID(int=0x0190A1B2_0000_7000_8000_000000000100 + number))
    return VariantSpec(variant_id=variant_id, sku=sku, options=options, price_idr=price_idr, stock=stock)


def texts(value: object) -> list[str]:
    """A list of texts that a scene expects."""
    assert isinstance(value, list)
    return [str(one) for one in value]
