"""The second channel, through the same stories as the first: nothing in them knows which it is."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from pytest_django.fixtures import Settings

from lapak.config.practice import PracticeShopee
from lapak.orders.selectors import orders_of
from lapak.orders.services import ask_ready
from lapak.shops import connections
from lapak.shops import services as shops
from lapak.shops.selectors import listings_of, shop_ref
from lapak.shops.services.polling import poll_shop
from lapak.shops.types import ListingPhase
from lapak.workflows import publish_product
from tests import make
from tests.practice import practice_shopee
from tests.worker import time_passes, work
from tests.workflows.conftest import Stall
from tests.workflows.test_receive_order import reserved

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.process]
BACK = "http://127.0.0.1:9/toko/tokopedia/kembali"


@pytest.fixture(scope="module")
def platform() -> Iterator[PracticeShopee]:
    with practice_shopee(
        SANDBOX_TOKOPEDIA_REDIRECT=BACK, SANDBOX_TOKOPEDIA_HOLD_S="0", SANDBOX_TOKOPEDIA_AUDIT_S="0"
    ) as practice:
        yield practice


@pytest.fixture
def toko(platform: PracticeShopee, settings: Settings, transactional_db: None) -> Iterator[Stall]:
    known = settings.LAPAK_CHANNELS["tokopedia"]
    there = f"{platform.url}/tokopedia"
    settings.LAPAK_CHANNELS = {
        **settings.LAPAK_CHANNELS,
        "tokopedia": {
            **known, "host": there, "auth_host": there, "consent_url": f"{there}/open/authorize",
            "calls_per_second": "1000",
        },
    }  # fmt: skip
    connections.application.cache_clear()
    actor, business_id = make.owner_with_business()
    url, state = shops.begin_consent(actor=actor, business_id=business_id, channel="tokopedia", return_to=BACK)
    answer = _agree(platform, url)
    shop_id = shops.finish_consent(
        actor=actor, business_id=business_id, channel="tokopedia", answer=answer, expected_state=state
    )
    work()
    yield Stall(actor, business_id, shop_id, shop_ref(shop_id=shop_id).external_id)
    connections.forget(shop_id)
    connections.application("tokopedia").close()
    connections.application.cache_clear()


def _agree(platform: PracticeShopee, url: str) -> dict[str, str]:
    page = platform.http.get(url)
    assert page.status_code == 200, page.text
    action = re.search(r'<form[^>]+action="([^"]+)"', page.text)
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    assert action
    form = {name: unescape(value) for name, value in hidden}
    back = platform.http.post(
        unescape(action[1]), data={**form, "shop_name": "Keripik Lastri", "answer": "setuju"}, follow_redirects=False
    )
    assert back.status_code in (302, 303), back.text
    return dict(parse_qsl(urlsplit(back.headers["location"]).query))


def test_the_same_story_sells_on_tokopedia(toko: Stall, platform: PracticeShopee) -> None:
    product_id = make.product(toko.actor, toko.business_id, attributes={"Masa Simpan": "6 bulan"})
    (item,) = publish_product.plan(actor=toko.actor, shop_id=toko.shop_id, product_ids=[product_id])
    assert item.problems == ()
    publish_product.publish(actor=toko.actor, shop_id=toko.shop_id, product_ids=[product_id])
    work()
    time_passes()
    (row,) = listings_of(actor=toko.actor, business_id=toko.business_id)
    assert (row.phase, row.fault) == (ListingPhase.LIVE, None)

    bought = platform.http.post(
        "/practice/tokopedia/buy", json={"shop_id": toko.external_id, "seller_sku": "KTP-0", "quantity": 2}
    )
    assert bought.status_code == 201, bought.text
    poll_shop.func(str(toko.shop_id))
    work()
    assert reserved(toko, product_id)["KTP-0"] == (40, 2)
    (order,) = orders_of(actor=toko.actor, business_id=toko.business_id)
    assert (order.channel, order.state) == ("tokopedia", "to_ship")
    ask_ready(actor=toko.actor, order_id=order.order_id)
    work()
    (order,) = orders_of(actor=toko.actor, business_id=toko.business_id)
    assert order.desk == "ready"
