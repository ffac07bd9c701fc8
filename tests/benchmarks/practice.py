"""Shops connected to the practice platform, each with a product on sale, and buyers. Django runs in this process."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "lapak.config.settings"
django.setup()

from lapak.config.practice import PracticeShopee  # noqa: E402  Django first
from lapak.core.actor import Actor  # noqa: E402
from lapak.core.ids import BusinessId, ShopId  # noqa: E402
from lapak.shops import services as shops  # noqa: E402
from lapak.shops.selectors import listings_of  # noqa: E402
from lapak.workflows import publish_product  # noqa: E402
from tests import make  # noqa: E402
from tests.benchmarks.house import House  # noqa: E402

STOCK = 100_000
BUYERS = 8


@dataclass(frozen=True, kw_only=True)
class Stall:
    """A connected shop with one product of two variants."""

    actor: Actor
    business_id: BusinessId
    shop_id: ShopId
    external_id: str


def open_shops(made: House, count: int) -> list[Stall]:
    """The owner's way, `count` times: consent, publish, wait until buyers see it."""
    practice = PracticeShopee(made.environ["LAPAK_SANDBOX_URL"])
    stalls = [_open(practice, number) for number in range(count)]
    until = time.monotonic() + 120
    for stall in stalls:
        while [row.phase for row in listings_of(actor=stall.actor, business_id=stall.business_id)] != ["live"]:
            assert time.monotonic() < until, "the products did not go live"
            time.sleep(0.2)
    practice.close()
    return stalls


def buy_orders(made: House, stalls: list[Stall], count: int) -> list[tuple[str, str]]:
    """(shop, order number) of so many orders of one unit, spread over the shops."""
    practice = PracticeShopee(made.environ["LAPAK_SANDBOX_URL"])

    def buy(number: int) -> tuple[str, str]:
        stall = stalls[number % len(stalls)]
        answer = practice.buy(shop_id=int(stall.external_id), model_sku=f"KTP-{number % 2}", quantity=1)
        assert answer.status_code == 201, answer.text
        return stall.external_id, str(answer.json()["order_sn"])

    with ThreadPoolExecutor(BUYERS) as buyers:
        found = list(buyers.map(buy, range(count)))
    practice.close()
    return found


def _open(practice: PracticeShopee, number: int) -> Stall:
    actor, business_id = make.owner_with_business(name=f"Keripik Bu Lastri {number}")
    product_id = make.product(actor, business_id, stock=STOCK)
    url, state = shops.begin_consent(
        actor=actor, business_id=business_id, channel="shopee",
        return_to=f"{os.environ['LAPAK_PUBLIC_URL']}/toko/shopee/kembali",
    )  # fmt: skip
    answer = practice.agree(url, shop_name=f"Keripik Bu Lastri {number}")
    shop_id = shops.finish_consent(
        actor=actor, business_id=business_id, channel="shopee", answer=answer, expected_state=state
    )
    publish_product.publish(actor=actor, shop_id=shop_id, product_ids=[product_id])
    return Stall(actor=actor, business_id=business_id, shop_id=shop_id, external_id=answer["shop_id"])
