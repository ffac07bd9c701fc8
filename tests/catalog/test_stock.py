"""The stock truth: nothing is sold that is not there, nothing happens twice, and every number can be explained."""

import threading
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum

from lapak.catalog.errors import NotEnoughStock
from lapak.catalog.models import Reservation, StockMove, Variant
from lapak.catalog.selectors import available, products_of, shortages_of, stock_book
from lapak.catalog.services import (
    archive,
    change_stock,
    cover_shortages,
    release_stock,
    reserve_stock,
    save_product,
    set_buffer,
    set_stock,
    ship_stock,
)
from lapak.catalog.types import Hold, StockLineWanted, StockReason
from lapak.core.actor import Actor, system
from lapak.core.errors import Invalid, NotFound, NotYours
from lapak.core.ids import BusinessId, OrderId, VariantId, uuid7
from lapak.core.models import EventRow
from tests.catalog.make import a_business, a_draft, a_product, the_owner, variant_ids


@pytest.fixture
def business_id(db: None) -> BusinessId:
    return a_business()


@pytest.fixture
def actor(business_id: BusinessId) -> Actor:
    return the_owner(business_id)


def an_order(business_id: BusinessId, *wanted: tuple[str, int]) -> OrderId:
    order_id = OrderId(uuid7())
    lines = [StockLineWanted(line_key=str(key), sku=sku, quantity=units) for key, (sku, units) in enumerate(wanted)]
    reserve_stock(business_id=business_id, order_id=order_id, lines=lines)
    return order_id


def numbers(variant_id: VariantId) -> tuple[int, int]:
    variant = Variant.objects.get(pk=variant_id)
    return variant.on_hand, variant.reserved


def test_an_order_reserves_and_the_rest_stays_for_sale(business_id: BusinessId) -> None:
    (variant_id,) = variant_ids(a_product(business_id, 10))
    order_id = an_order(business_id, ("SMB-BAWANG-1", 3))
    assert numbers(variant_id) == (10, 3)
    assert available(variant_ids=[variant_id]) == {variant_id: 7}
    assert Reservation.objects.get(order_id=order_id).state == Hold.HELD


def test_an_order_told_twice_reserves_once(business_id: BusinessId) -> None:
    (variant_id,) = variant_ids(a_product(business_id, 10))
    order_id, line = OrderId(uuid7()), StockLineWanted(line_key="1", sku="SMB-BAWANG-1", quantity=3)
    for _ in range(3):
        assert reserve_stock(business_id=business_id, order_id=order_id, lines=[line]) == ()
    assert numbers(variant_id) == (10, 3)
    assert EventRow.objects.filter(name="StockChanged").count() == 1


def test_what_is_not_there_is_written_down_as_short(business_id: BusinessId, actor: Actor) -> None:
    (variant_id,) = variant_ids(a_product(business_id, 2))
    order_id, line = OrderId(uuid7()), StockLineWanted(line_key="1", sku="SMB-BAWANG-1", quantity=5)
    for _ in range(2):
        (shortage,) = reserve_stock(business_id=business_id, order_id=order_id, lines=[line])
        assert (shortage.held, shortage.missing, shortage.variant_id) == (2, 3, variant_id)
    assert numbers(variant_id) == (2, 2)
    assert shortages_of(actor=actor, business_id=business_id) == [shortage]


def test_a_line_with_an_unknown_sku_is_short_and_is_covered_once_the_sku_exists(
    business_id: BusinessId, actor: Actor
) -> None:
    an_order(business_id, ("SMB-BARU-1", 2))
    (shortage,) = shortages_of(actor=actor, business_id=business_id)
    assert (shortage.variant_id, shortage.sku, shortage.missing) == (None, "SMB-BARU-1", 2)
    (variant_id,) = variant_ids(a_product(business_id, 5, sku="SMB-BARU"))
    assert cover_shortages(variant_id=variant_id) == 2
    assert shortages_of(actor=actor, business_id=business_id) == []
    assert numbers(variant_id) == (5, 2)


def test_another_business_with_the_same_sku_is_not_touched(business_id: BusinessId) -> None:
    (ours,) = variant_ids(a_product(business_id, 5))
    (theirs,) = variant_ids(a_product(a_business("Warung Sebelah"), 5))
    order_id = OrderId(uuid7())
    lines = [StockLineWanted(line_key="1", sku="SMB-BAWANG-1", variant_id=theirs, quantity=1)]
    (shortage,) = reserve_stock(business_id=business_id, order_id=order_id, lines=lines)
    assert shortage.variant_id is None
    assert numbers(ours) == numbers(theirs) == (5, 0)


def test_a_cancelled_order_gives_back_once_and_cannot_ship(business_id: BusinessId) -> None:
    (variant_id,) = variant_ids(a_product(business_id, 5))
    order_id = an_order(business_id, ("SMB-BAWANG-1", 4))
    release_stock(order_id=order_id)
    release_stock(order_id=order_id)
    ship_stock(order_id=order_id)
    assert numbers(variant_id) == (5, 0)


def test_a_shipped_order_leaves_once_and_cannot_be_given_back(business_id: BusinessId) -> None:
    (variant_id,) = variant_ids(a_product(business_id, 5))
    order_id = an_order(business_id, ("SMB-BAWANG-1", 4))
    ship_stock(order_id=order_id)
    ship_stock(order_id=order_id)
    release_stock(order_id=order_id)
    assert numbers(variant_id) == (1, 0)


def test_a_short_order_that_ships_takes_what_came_in_since(business_id: BusinessId, actor: Actor) -> None:
    (variant_id,) = variant_ids(a_product(business_id, 1))
    order_id = an_order(business_id, ("SMB-BAWANG-1", 3))
    change_stock(actor=actor, variant_id=variant_id, change=5)
    ship_stock(order_id=order_id)
    assert numbers(variant_id) == (3, 0)
    assert Reservation.objects.get().held == 3


def test_given_back_units_go_to_the_oldest_order_that_is_short(business_id: BusinessId) -> None:
    (variant_id,) = variant_ids(a_product(business_id, 3))
    first = an_order(business_id, ("SMB-BAWANG-1", 3))
    second = an_order(business_id, ("SMB-BAWANG-1", 2))
    third = an_order(business_id, ("SMB-BAWANG-1", 2))
    release_stock(order_id=first)
    assert cover_shortages(variant_id=variant_id) == 3
    assert cover_shortages(variant_id=variant_id) == 0
    held = dict(Reservation.objects.values_list("order_id", "held"))
    assert (held[second], held[third]) == (2, 1)


def test_counting_fewer_than_promised_makes_the_newest_promise_short(business_id: BusinessId, actor: Actor) -> None:
    (variant_id,) = variant_ids(a_product(business_id, 6))
    first = an_order(business_id, ("SMB-BAWANG-1", 3))
    second = an_order(business_id, ("SMB-BAWANG-1", 3))
    set_stock(actor=actor, variant_id=variant_id, on_hand=4)
    assert numbers(variant_id) == (4, 4)
    (shortage,) = shortages_of(actor=actor, business_id=business_id)
    assert (shortage.order_id, shortage.held, shortage.missing) == (second, 1, 2)
    assert Reservation.objects.get(order_id=first).state == Hold.HELD


def test_only_free_units_can_be_taken_away(business_id: BusinessId, actor: Actor) -> None:
    (variant_id,) = variant_ids(a_product(business_id, 5))
    an_order(business_id, ("SMB-BAWANG-1", 4))
    assert change_stock(actor=actor, variant_id=variant_id, change=-1, reason=StockReason.SOLD) == 4
    with pytest.raises(NotEnoughStock) as caught:
        change_stock(actor=actor, variant_id=variant_id, change=-1)
    assert caught.value.told == {"free": 0, "wanted": 1}


@pytest.mark.parametrize("on_hand", [-1, 10**9])
def test_a_count_outside_the_range_is_refused(business_id: BusinessId, actor: Actor, on_hand: int) -> None:
    (variant_id,) = variant_ids(a_product(business_id, 5))
    with pytest.raises(Invalid):
        set_stock(actor=actor, variant_id=variant_id, on_hand=on_hand)
    with pytest.raises((Invalid, NotEnoughStock)):
        change_stock(actor=actor, variant_id=variant_id, change=on_hand * 10**6)


def test_a_buffer_is_kept_from_the_channels_but_not_from_an_order(business_id: BusinessId, actor: Actor) -> None:
    (variant_id,) = variant_ids(a_product(business_id, 3))
    set_buffer(actor=actor, variant_id=variant_id, buffer=2)
    assert available(variant_ids=[variant_id]) == {variant_id: 1}
    an_order(business_id, ("SMB-BAWANG-1", 3))
    assert numbers(variant_id) == (3, 3)
    assert available(variant_ids=[variant_id]) == {variant_id: 0}


def test_an_archived_product_still_serves_the_channel_that_sold_it(business_id: BusinessId, actor: Actor) -> None:
    product_id = a_product(business_id, 3)
    (variant_id,) = variant_ids(product_id)
    archive(actor=actor, product_id=product_id)
    order_id = OrderId(uuid7())
    lines = [StockLineWanted(line_key="1", sku="SMB-BAWANG-1", variant_id=variant_id, quantity=1)]
    assert reserve_stock(business_id=business_id, order_id=order_id, lines=lines) == ()
    assert products_of(actor=actor, business_id=business_id) == []


def test_an_order_that_is_rolled_back_leaves_nothing(business_id: BusinessId) -> None:
    (variant_id,) = variant_ids(a_product(business_id, 3))
    with transaction.atomic():
        an_order(business_id, ("SMB-BAWANG-1", 1))
        assert numbers(variant_id) == (3, 1)
        transaction.set_rollback(True)
    assert numbers(variant_id) == (3, 0)
    assert Reservation.objects.count() == 0


def test_the_stock_book_cannot_be_rewritten(business_id: BusinessId) -> None:
    a_product(business_id, 3)
    for rewrite in (
        lambda: StockMove.objects.update(on_hand_change=9),
        lambda: StockMove.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rewrite()
    assert StockMove.objects.get().on_hand_change == 3


def test_the_database_itself_refuses_to_promise_what_is_not_there(business_id: BusinessId) -> None:
    (variant_id,) = variant_ids(a_product(business_id, 3))
    for wrong in ({"reserved": 4}, {"on_hand": -1}, {"reserved": -1}, {"price_idr": 0}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Variant.objects.filter(pk=variant_id).update(**wrong)


def test_a_stranger_can_neither_see_nor_change_the_stock(business_id: BusinessId) -> None:
    (variant_id,) = variant_ids(a_product(business_id, 3))
    stranger = the_owner(a_business("Toko Lain"))
    with pytest.raises(NotYours):
        set_stock(actor=stranger, variant_id=variant_id, on_hand=9)
    with pytest.raises(NotYours):
        change_stock(actor=stranger, variant_id=variant_id, change=1)
    with pytest.raises(NotYours):
        shortages_of(actor=stranger, business_id=business_id)
    with pytest.raises(NotYours):
        stock_book(actor=stranger, variant_id=variant_id)
    with pytest.raises(NotFound):
        set_stock(actor=stranger, variant_id=VariantId(uuid7()), on_hand=9)
    assert numbers(variant_id) == (3, 0)


def test_the_book_tells_why_each_number_moved(business_id: BusinessId, actor: Actor) -> None:
    (variant_id,) = variant_ids(a_product(business_id, 3))
    order_id = an_order(business_id, ("SMB-BAWANG-1", 2))
    ship_stock(order_id=order_id)
    book = stock_book(actor=actor, variant_id=variant_id)
    told = [(move.reason, move.on_hand_change, move.reserved_change) for move in book]
    assert told == [(StockReason.SOLD, -2, -2), (StockReason.RESERVED, 0, 2), (StockReason.RECEIVED, 3, 0)]
    assert book[0].because == book[1].because == str(order_id)


class _Threads:
    """Real threads with a connection each; what one of them raises fails the test."""

    def __init__(self) -> None:
        self.faults: list[BaseException] = []

    def run(self, *works: object) -> None:
        threads = [threading.Thread(target=self._guarded, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert self.faults == []

    def _guarded(self, work: object) -> None:
        try:
            assert callable(work)
            work()
        except BaseException as fault:
            self.faults.append(fault)
        finally:
            connection.close()


@pytest.fixture
def threads() -> _Threads:
    return _Threads()


@pytest.mark.django_db(transaction=True)
def test_the_last_unit_is_sold_once_by_sixteen_buyers_in_two_shops(threads: _Threads) -> None:
    """200 rounds. A shop is the workflow's matter; here each of its orders comes by SKU or by variant."""
    rounds, buyers = 200, 16
    business_id = a_business()
    variants = [
        variant_id
        for number in range(4)
        for variant_id in variant_ids(a_product(business_id, *[1] * 50, sku=f"SMB-{number}"))
    ]
    assert len(variants) == rounds
    skus = dict(Variant.objects.values_list("pk", "sku"))
    gate = threading.Barrier(buyers)
    unsold: list[UUID] = []

    def buyer(number: int) -> None:
        for variant_id in variants:
            by_id = number % 2 == 0
            line = StockLineWanted(
                line_key="1", sku=skus[variant_id], variant_id=variant_id if by_id else None, quantity=1
            )
            gate.wait(60)
            short = reserve_stock(business_id=business_id, order_id=OrderId(uuid7()), lines=[line])
            unsold.extend(shortage.order_id for shortage in short)

    threads.run(*[lambda number=number: buyer(number) for number in range(buyers)])

    assert set(Variant.objects.values_list("on_hand", "reserved")) == {(1, 1)}
    held = Reservation.objects.filter(state=Hold.HELD)
    assert held.count() == held.values("variant").distinct().count() == rounds
    short_rows = Reservation.objects.filter(state=Hold.SHORT, held=0)
    assert short_rows.count() == rounds * (buyers - 1)
    assert set(short_rows.values_list("order_id", flat=True)) == set(unsold)
    shown = shortages_of(actor=system("test"), business_id=business_id)
    assert len(shown) == rounds * (buyers - 1)


@pytest.mark.django_db(transaction=True)
def test_orders_with_the_same_goods_in_any_order_never_wait_in_a_circle(threads: _Threads) -> None:
    business_id = a_business()
    actor = the_owner(business_id)
    product_id = a_product(business_id, 500, 500, 500)
    skus = [f"SMB-BAWANG-{number}" for number in (1, 2, 3)]
    variants = variant_ids(product_id)

    def buy(turn: int) -> None:
        for number in range(12):
            wanted = [(sku, 1) for sku in (skus if (turn + number) % 2 else reversed(skus))]
            order_id = an_order(business_id, *wanted)
            (ship_stock if number % 3 else release_stock)(order_id=order_id)

    def keep_shop() -> None:
        for number in range(12):
            set_stock(actor=actor, variant_id=variants[number % 3], on_hand=400 + number)
            draft = a_draft(*[300 + number] * 3, price_idr=25_000 + number)
            save_product(actor=actor, business_id=business_id, draft=draft, product_id=product_id)
            cover_shortages(variant_id=variants[number % 3])

    threads.run(*[lambda turn=turn: buy(turn) for turn in range(4)], keep_shop)
    sums = StockMove.objects.values("variant").annotate(on_hand=Sum("on_hand_change"), reserved=Sum("reserved_change"))
    for row in sums:
        assert numbers(VariantId(row["variant"])) == (row["on_hand"], row["reserved"])
        assert row["reserved"] == 0
