"""A practice Shopee for the whole run, and a shop connected to it for each test."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pytest_django.fixtures import Settings

from lapak.config.practice import PracticeShopee
from lapak.core.actor import Actor
from lapak.core.ids import BusinessId, ShopId
from lapak.shops import connections
from lapak.shops import services as shops
from tests import make
from tests.practice import practice_shopee, settings_for
from tests.worker import work


@pytest.fixture(scope="session")
def platform() -> Iterator[PracticeShopee]:
    with practice_shopee() as shopee:
        yield shopee


@pytest.fixture
def shopee(platform: PracticeShopee, settings: Settings) -> Iterator[PracticeShopee]:
    """The practice platform, empty, and Lapak set to speak to it."""
    platform.http.post("/practice/shopee/reset")
    platform.faults()
    settings.LAPAK_CHANNELS = {**settings.LAPAK_CHANNELS, "shopee": settings_for(platform)}
    connections.application.cache_clear()
    yield platform
    for shop_id in list(connections._open):
        connections.forget(shop_id)
    connections.application("shopee").close()
    connections.application.cache_clear()


@dataclass
class Stall:
    """A business with a connected practice shop."""

    actor: Actor
    business_id: BusinessId
    shop_id: ShopId
    external_id: str


def connect(shopee: PracticeShopee, actor: Actor, business_id: BusinessId, *, shop_name: str) -> Stall:
    """Go the owner's way: consent page and back."""
    url, state = shops.begin_consent(
        actor=actor, business_id=business_id, channel="shopee", return_to="http://127.0.0.1:9/toko/shopee/kembali"
    )
    answer = shopee.agree(url, shop_name=shop_name)
    shop_id = shops.finish_consent(
        actor=actor, business_id=business_id, channel="shopee", answer=answer, expected_state=state
    )
    return Stall(actor, business_id, shop_id, answer["shop_id"])


@pytest.fixture
def stall(shopee: PracticeShopee, transactional_db: None) -> Stall:
    actor, business_id = make.owner_with_business()
    made = connect(shopee, actor, business_id, shop_name="Keripik Bu Lastri")
    work()
    return made
