"""The main job: an owner joins, brings a sheet, connects a practice Shopee, publishes, sells, climbs the ladder."""

import itertools
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection

import lapak
from lapak.accounts.selectors import actor_of
from lapak.accounts.services import ask_code, enter_code, join, own
from lapak.catalog.selectors import products_of, shortages_of
from lapak.catalog.services import import_products
from lapak.catalog.types import ImportResult
from lapak.channels.kit.load import manifest
from lapak.config.demo.errors import DemoStuck
from lapak.config.practice import PracticeShopee
from lapak.core.actor import Actor
from lapak.core.ids import BusinessId, ProductId, ShopId
from lapak.orders.selectors import orders_of
from lapak.orders.services import accept_order, ask_ready
from lapak.reference.selectors import search_regions
from lapak.registry.selectors import rungs_of
from lapak.registry.services import register_business
from lapak.shops import services as shops
from lapak.shops.selectors import listings_of
from lapak.shops.types import ListingPhase
from lapak.workflows import publish_product

EXAMPLES = Path(lapak.__file__).resolve().parent.parent / "examples"
ORDERS = 24
PATIENCE_S = 60.0
Say = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Story:
    """Whose story it is."""

    owner_name: str
    phone: str
    business: str
    place: str  # as an owner would type it
    kbli_code: str
    shop_name: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """How far a story has come."""

    actor: Actor
    business_id: BusinessId
    shop_id: ShopId
    shop_external_id: str
    product_ids: tuple[ProductId, ...]


def play(story: Story, *, orders: int = ORDERS, say: Say) -> dict[str, Any]:
    """Play a story to its end. Returns the facts of `lapak demo --once --json`. Raises DemoStuck with the reason."""
    began = time.monotonic()
    practice = PracticeShopee(settings.LAPAK_SANDBOX_URL)
    actor, business_id = sign_up(story, practice)
    say(f"{story.business}: joined, code read on the practice phone")
    imported = bring_sheet(actor, business_id)
    say(f"{imported.counts.created} products from a spreadsheet, {imported.counts.photos} photos")
    told = open_shop(story, practice, actor, business_id)
    publish_all(told)
    listed = await_live(told)
    say(f"{listed} products live on the practice Shopee, seen there")
    sold_units = sell(told, practice, wanted=orders, seed=story.phone)
    await_orders(told, orders)
    say(f"{orders} orders bought and received, {sold_units} units")
    pack(told, count=3)
    return facts(told, practice, units_sold=sold_units, seconds=time.monotonic() - began)


def sign_up(story: Story, practice: PracticeShopee) -> tuple[Actor, BusinessId]:
    """Phone, one-time code, business: as the join form does it."""
    before = len(practice.messages(story.phone))
    asked = ask_code(phone=story.phone, address="127.0.0.1")
    arrived = _wait(lambda: practice.messages(story.phone)[before:], "the one-time code on the practice phone")
    (code, *_) = re.findall(r"(?<!\d)\d{6}(?!\d)", str(arrived[-1]["text"])) or [""]
    person = enter_code(request_id=asked.request_id, code=code)
    person_id = join(phone=story.phone, name=story.owner_name)
    assert person is None or person.person_id == person_id
    (region, *_) = search_regions(text=story.place, limit=1)
    business_id = register_business(
        actor_person=person_id, name=story.business, region_code=region.code, kbli_code=story.kbli_code,
        phone=story.phone,
    )  # fmt: skip
    own(person_id=person_id, business_id=business_id)
    return actor_of(person_id=person_id), business_id


def bring_sheet(actor: Actor, business_id: BusinessId) -> ImportResult:
    """The example sheet with its photos, in one go."""
    sheet = next(iter(sorted(EXAMPLES.glob("*/produk.xlsx"))), None)
    if sheet is None:
        raise DemoStuck(step=f"the example sheet in {EXAMPLES}")
    return import_products(
        actor=actor, business_id=business_id, file=sheet.read_bytes(), filename=sheet.name, dry_run=False,
        photos={path.name: path.read_bytes() for path in sorted((sheet.parent / "foto").glob("*.jpg"))},
    )  # fmt: skip


def open_shop(story: Story, practice: PracticeShopee, actor: Actor, business_id: BusinessId) -> Told:
    """Over to the platform's consent page, and back."""
    url, state = shops.begin_consent(
        actor=actor, business_id=business_id, channel="shopee",
        return_to=f"{settings.LAPAK_PUBLIC_URL}/toko/shopee/kembali",
    )  # fmt: skip
    answer = practice.agree(url, shop_name=story.shop_name)
    shop_id = shops.finish_consent(
        actor=actor, business_id=business_id, channel="shopee", answer=answer, expected_state=state
    )
    products = products_of(actor=actor, business_id=business_id, limit=500)
    return Told(
        actor=actor, business_id=business_id, shop_id=shop_id, shop_external_id=answer["shop_id"],
        product_ids=tuple(row.product_id for row in products),
    )  # fmt: skip


def publish_all(told: Told) -> None:
    """See the plan, then publish it. An example product with a problem is a fault of the example."""
    items = publish_product.publish(actor=told.actor, shop_id=told.shop_id, product_ids=told.product_ids)
    ill = [f"{item.title}: {problem.code}" for item in items for problem in item.problems]
    ill += [f"{item.title}: no category" for item in items if item.category is None]
    if ill:
        raise DemoStuck(step=f"publishing: {'; '.join(ill[:5])}")


def await_live(told: Told) -> int:
    """Wait until buyers see every product. Returns how many."""

    def live() -> int:
        rows = listings_of(actor=told.actor, business_id=told.business_id, shop_id=told.shop_id)
        refused = [row for row in rows if row.phase in (ListingPhase.REFUSED, ListingPhase.STUCK)]
        if refused:
            raise DemoStuck(step=f"publishing: {refused[0].title}: {refused[0].their_words}")
        count = sum(row.phase == ListingPhase.LIVE for row in rows)
        return count if count == len(told.product_ids) else 0

    return _wait(live, f"{len(told.product_ids)} products live")


def sell(told: Told, practice: PracticeShopee, *, wanted: int, seed: str) -> int:
    """Eight buyers at a time order different things. Returns the units sold."""
    shelf = [
        model["model_sku"] or item["item_sku"]
        for item in practice.state(told.shop_external_id)["items"]
        for model in item["models"] or [{"model_sku": ""}]
    ]
    draw = random.Random(seed)  # noqa: S311  the same buyers each time, not a secret
    wishes = list(itertools.islice(_wishes(draw, shelf), wanted))

    def buy(wish: tuple[str, int]) -> int:
        sku, quantity = wish
        answer = practice.buy(shop_id=int(told.shop_external_id), model_sku=sku, quantity=quantity)
        if answer.status_code != 201:
            raise DemoStuck(step=f"buying {sku}: {answer.text[:200]}")
        return quantity

    with ThreadPoolExecutor(8) as buyers:
        return sum(buyers.map(buy, wishes))


def await_orders(told: Told, wanted: int) -> None:
    """Wait until each order is in the ledger."""
    _wait(
        lambda: len(orders_of(actor=told.actor, business_id=told.business_id, limit=500)) >= wanted,
        f"{wanted} orders received",
    )


def pack(told: Told, *, count: int) -> None:
    """The owner accepts the oldest orders and has them picked up."""
    oldest = orders_of(actor=told.actor, business_id=told.business_id, tab="new", limit=500)[-count:]
    for order in oldest:
        accept_order(actor=told.actor, order_id=order.order_id)
        ask_ready(actor=told.actor, order_id=order.order_id)
    numbers = {order.order_id for order in oldest}

    def arranged() -> bool:
        rows = orders_of(actor=told.actor, business_id=told.business_id, tab="working", limit=500)
        return numbers <= {row.order_id for row in rows if row.tracking_no}

    _wait(arranged, "shipments arranged")


def facts(told: Told, practice: PracticeShopee, *, units_sold: int, seconds: float) -> dict[str, Any]:
    """What came of it, read back from both sides."""
    listings = listings_of(actor=told.actor, business_id=told.business_id)
    orders = orders_of(actor=told.actor, business_id=told.business_id, limit=500)
    variants = [
        variant
        for row in products_of(actor=told.actor, business_id=told.business_id, limit=500)
        for variant in row.variants
    ]
    theirs = {order["order_sn"] for order in practice.state(told.shop_external_id)["orders"]}
    if theirs != {order.external_no for order in orders}:
        raise DemoStuck(step="comparing the platform's orders with ours")
    known = manifest("shopee")
    return {
        "channels": {
            "shopee": {
                "listed": sum(row.phase == ListingPhase.LIVE for row in listings),
                "orders": len(orders),
                "tier": known.tier.name.lower(),
                "evidence": known.evidence.value,
            }
        },
        "units_sold": units_sold,
        "stock_left": sum(variant.on_hand - variant.reserved for variant in variants),
        "oversold": sum(row.missing for row in shortages_of(actor=told.actor, business_id=told.business_id)),
        "rungs": [row.rung.value for row in rungs_of(actor=told.actor, business_id=told.business_id)],
        "seconds": round(seconds, 1),
    }


def _wishes(draw: random.Random, shelf: Sequence[str]) -> Iterator[tuple[str, int]]:
    while True:
        yield draw.choice(shelf), draw.choice((1, 1, 1, 2, 3))


def _wait(look: Callable[[], T], what: str) -> T:
    until = time.monotonic() + PATIENCE_S
    while not (found := look()):
        if time.monotonic() > until:
            raise DemoStuck(step=what)
        time.sleep(0.1)
        connection.close_if_unusable_or_obsolete()
    return found
