"""Whatever happens to the stock, in whatever order and however often: every unit can be explained.

A plain model beside the real tables: after each step both say the same, and the laws of docs/methods/stock.md hold.
"""

import os
from collections import defaultdict
from dataclasses import dataclass, field

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from lapak.catalog.errors import NotEnoughStock
from lapak.catalog.models import Reservation, StockMove, Variant
from lapak.catalog.selectors import available, shortages_of
from lapak.catalog.services import (
    change_stock,
    cover_shortages,
    release_stock,
    reserve_stock,
    set_buffer,
    set_stock,
    ship_stock,
)
from lapak.catalog.types import Hold, StockLineWanted, StockReason
from lapak.core.ids import OrderId, uuid7
from tests.catalog.make import a_business, a_product, the_owner, variant_ids

VARIANTS = 3
_units = st.integers(0, 6)
_which = st.integers(0, VARIANTS - 1)
_wanted = st.lists(st.tuples(_which, st.integers(1, 4)), min_size=1, max_size=3)


@dataclass
class Line:
    """A line as the model sees it: units held of those wanted, of one variant."""

    order: OrderId
    key: str
    variant: int
    wanted: int
    held: int
    state: Hold


@dataclass
class Shelf:
    """The model: what one careful person with a notebook would know."""

    on_hand: list[int]
    buffer: list[int] = field(default_factory=lambda: [0] * VARIANTS)
    lines: list[Line] = field(default_factory=list)

    def reserved(self, variant: int) -> int:
        return sum(line.held for line in self.of(variant))

    def free(self, variant: int) -> int:
        return self.on_hand[variant] - self.reserved(variant)

    def of(self, variant: int) -> list[Line]:
        return [line for line in self.lines if line.variant == variant and line.state in (Hold.HELD, Hold.SHORT)]


class StockMachine(RuleBasedStateMachine):
    orders = Bundle("orders")

    @initialize(stocks=st.tuples(*[_units] * VARIANTS))
    def open_shop(self, stocks: tuple[int, ...]) -> None:
        self.business_id = a_business()
        self.actor = the_owner(self.business_id)
        self.variants = variant_ids(a_product(self.business_id, *stocks))
        self.skus = list(Variant.objects.filter(pk__in=self.variants).values_list("sku", flat=True))
        self.shelf = Shelf(on_hand=list(stocks))

    @rule(target=orders, wanted=_wanted)
    def order(self, wanted: list[tuple[int, int]]) -> tuple[OrderId, list[StockLineWanted]]:
        order_id = OrderId(uuid7())
        lines = [
            StockLineWanted(line_key=str(key), sku=self.skus[variant], quantity=units)
            for key, (variant, units) in enumerate(wanted)
        ]
        short = reserve_stock(business_id=self.business_id, order_id=order_id, lines=lines)
        for key, (variant, units) in sorted(enumerate(wanted), key=lambda entry: (entry[1][0], str(entry[0]))):
            held = min(units, self.shelf.free(variant))
            state = Hold.HELD if held == units else Hold.SHORT
            self.shelf.lines.append(Line(order_id, str(key), variant, units, held, state))
        expected = {line.key: line.wanted - line.held for line in self.shelf.lines if line.order == order_id}
        assert {shortage.line_key: shortage.missing for shortage in short} == {k: v for k, v in expected.items() if v}
        return order_id, lines

    @rule(order=orders)
    def hear_of_the_order_again(self, order: tuple[OrderId, list[StockLineWanted]]) -> None:
        order_id, lines = order
        reserve_stock(business_id=self.business_id, order_id=order_id, lines=lines)

    @rule(order=orders)
    def cancel(self, order: tuple[OrderId, list[StockLineWanted]]) -> None:
        release_stock(order_id=order[0])
        for line in self._open(order[0]):
            line.state = Hold.RELEASED

    @rule(order=orders)
    def ship(self, order: tuple[OrderId, list[StockLineWanted]]) -> None:
        ship_stock(order_id=order[0])
        for line in sorted(self._open(order[0]), key=lambda line: line.variant):
            found = min(line.wanted - line.held, self.shelf.free(line.variant))
            self.shelf.on_hand[line.variant] -= line.held + found
            line.held, line.state = line.held + found, Hold.SHIPPED

    @rule(which=_which)
    def cover(self, which: int) -> None:
        free = self.shelf.free(which)
        given = cover_shortages(variant_id=self.variants[which])
        for line in self.shelf.of(which):
            found = min(line.wanted - line.held, self.shelf.free(which))
            line.held += found
            line.state = Hold.HELD if line.held == line.wanted else Hold.SHORT
        assert given == free - self.shelf.free(which)

    @rule(which=_which, units=_units)
    def count_shelf(self, which: int, units: int) -> None:
        set_stock(actor=self.actor, variant_id=self.variants[which], on_hand=units)
        too_many = self.shelf.reserved(which) - units
        for line in reversed(self.shelf.of(which)):
            cut = max(0, min(too_many, line.held))
            line.held -= cut
            too_many -= cut
            line.state = Hold.HELD if line.held == line.wanted else Hold.SHORT
        self.shelf.on_hand[which] = units

    @rule(which=_which, units=st.integers(-4, 4))
    def bring_or_take(self, which: int, units: int) -> None:
        variant_id, free = self.variants[which], self.shelf.free(which)
        if free + units < 0:
            with pytest.raises(NotEnoughStock) as refused:
                change_stock(actor=self.actor, variant_id=variant_id, change=units)
            assert refused.value.told["free"] == free
            return
        reason = StockReason.SOLD if units < 0 else None
        change_stock(actor=self.actor, variant_id=variant_id, change=units, reason=reason)
        self.shelf.on_hand[which] += units

    @rule(which=_which, units=_units)
    def keep_back(self, which: int, units: int) -> None:
        set_buffer(actor=self.actor, variant_id=self.variants[which], buffer=units)
        self.shelf.buffer[which] = units

    @invariant()
    def the_tables_say_what_the_notebook_says(self) -> None:
        if not hasattr(self, "shelf"):
            return
        rows = {row.pk: row for row in Variant.objects.filter(pk__in=self.variants)}
        for which, variant_id in enumerate(self.variants):
            on_hand, reserved = self.shelf.on_hand[which], self.shelf.reserved(which)
            assert (rows[variant_id].on_hand, rows[variant_id].reserved) == (on_hand, reserved)
            assert 0 <= reserved <= on_hand
        free = {v: max(0, self.shelf.free(which) - self.shelf.buffer[which]) for which, v in enumerate(self.variants)}
        assert available(variant_ids=self.variants) == free
        lines = {(line.order, line.key): (line.held, line.state) for line in self.shelf.lines}
        fields = ("order_id", "line_key", "held", "state")
        written = Reservation.objects.filter(business_id=self.business_id).values_list(*fields)
        assert {(order, key): (held, state) for order, key, held, state in written} == lines

    @invariant()
    def every_unit_is_in_the_book(self) -> None:
        """Received = on hand + sold + written off, and reserved is the sum over the open order lines."""
        if not hasattr(self, "shelf"):
            return
        came: dict[object, int] = defaultdict(int)
        left: dict[object, int] = defaultdict(int)
        for move in StockMove.objects.filter(variant__in=self.variants):
            (came if move.on_hand_change > 0 else left)[move.variant_id] += abs(move.on_hand_change)
        promised = dict(
            StockMove.objects.filter(variant__in=self.variants)
            .values_list("variant")
            .annotate(total=Sum("reserved_change"))
        )
        for row in Variant.objects.filter(pk__in=self.variants):
            assert came[row.pk] == row.on_hand + left[row.pk]
            assert promised.get(row.pk, 0) == row.reserved

    @invariant()
    def no_shortage_is_hidden(self) -> None:
        if not hasattr(self, "shelf"):
            return
        shown = {
            (s.order_id, s.line_key): s.missing for s in shortages_of(actor=self.actor, business_id=self.business_id)
        }
        still_open = [line for variant in range(VARIANTS) for line in self.shelf.of(variant)]
        missing = {(line.order, line.key): line.wanted - line.held for line in still_open if line.held < line.wanted}
        assert shown == missing

    def _open(self, order_id: OrderId) -> list[Line]:
        return [line for line in self.shelf.lines if line.order == order_id and line.state in (Hold.HELD, Hold.SHORT)]


@pytest.mark.django_db
def test_every_unit_can_be_explained_whatever_happens() -> None:
    """Each example has a business of its own. `LAPAK_SEEDS` asks for a longer run."""
    examples = int(os.environ.get("LAPAK_SEEDS", "20"))
    run_state_machine_as_test(
        StockMachine,
        settings=settings(
            max_examples=examples, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
