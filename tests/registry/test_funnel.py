"""Where businesses stand: out of their events, on a day, by region; every business counted once."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from lapak.core.actor import Actor, Role, system
from lapak.core.errors import NotYours
from lapak.core.ids import BusinessId, uuid7
from lapak.registry.funnel import standing_of
from lapak.registry.models import Business, LadderEvent
from lapak.registry.selectors import funnel_by_region, ladder_funnel, rungs_of
from lapak.registry.services import climb, close_business
from lapak.registry.types import Evidence, Funnel, Rung

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("official_lists")]
SELF = system("test")
TODAY = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def _business(region_code: str = "32.73.02", *, days_ago: int = 600) -> BusinessId:
    return BusinessId(
        Business.objects.create(
            name="Warung", region_code=region_code, registered_at=TODAY - timedelta(days=days_ago)
        ).pk
    )


def _climb(business_id: BusinessId, rung: Rung, *days_ago: float) -> None:
    for day in days_ago:
        climb(
            business_id=business_id, rung=rung, at=TODAY - timedelta(days=day), evidence=Evidence.CHANNEL_API,
            because=str(uuid7()),
        )  # fmt: skip


def _stands(business_id: BusinessId, *, days_ago: float = 0) -> Rung:
    standing = standing_of(business_id, as_of=TODAY - timedelta(days=days_ago))
    assert standing is not None
    return standing.rung


def _adds_up(funnel: Funnel) -> bool:
    return sum(row.count for row in funnel.rows) + funnel.exits.dormant + funnel.exits.closed == funnel.total


def test_a_business_stands_on_its_highest_rung_before_it_sells() -> None:
    business_id = _business()
    assert _stands(business_id) is Rung.REGISTERED
    _climb(business_id, Rung.CONNECTED, 50)
    assert _stands(business_id) is Rung.CONNECTED  # though it was never trained
    _climb(business_id, Rung.TRAINED, 40)
    assert _stands(business_id) is Rung.CONNECTED
    _climb(business_id, Rung.LISTED, 30)
    assert _stands(business_id) is Rung.LISTED


def test_a_sale_makes_active_for_ninety_days_and_then_dormant() -> None:
    business_id = _business()
    _climb(business_id, Rung.ACTIVE, 90)
    assert _stands(business_id) is Rung.ACTIVE
    assert _stands(business_id, days_ago=-0.01) is Rung.DORMANT
    assert _stands(business_id, days_ago=90.01) is Rung.REGISTERED


def test_a_first_sale_alone_counts_as_a_sale() -> None:
    business_id = _business()
    _climb(business_id, Rung.FIRST_SALE, 10)
    assert _stands(business_id) is Rung.ACTIVE


def test_sustained_is_a_sale_in_each_of_four_quarters_running() -> None:
    business_id = _business()
    for day in (date(2026, 1, 5), date(2026, 6, 30), date(2026, 9, 15)):
        _climb(business_id, Rung.ACTIVE, (TODAY.date() - day).days)
    assert _stands(business_id) is Rung.ACTIVE
    _climb(business_id, Rung.ACTIVE, 5)
    assert _stands(business_id) is Rung.SUSTAINED


def test_a_quarter_without_a_sale_breaks_the_run_but_it_stays_reached() -> None:
    business_id = _business(days_ago=900)
    for day in (date(2025, 1, 5), date(2025, 4, 5), date(2025, 7, 5), date(2025, 10, 5), date(2026, 10, 5)):
        _climb(business_id, Rung.ACTIVE, (TODAY.date() - day).days)
    assert _stands(business_id) is Rung.ACTIVE
    row = next(row for row in ladder_funnel(actor=SELF, as_of=TODAY).rows if row.rung is Rung.SUSTAINED)
    assert (row.count, row.reached_ever) == (0, 1)


def test_sales_in_many_quarters_with_gaps_were_never_sustained() -> None:
    business_id = _business(days_ago=900)
    for day in (date(2025, 1, 5), date(2025, 4, 5), date(2025, 7, 5), date(2026, 1, 5), date(2026, 4, 5)):
        _climb(business_id, Rung.ACTIVE, (TODAY.date() - day).days)
    _climb(business_id, Rung.ACTIVE, 5)
    row = next(row for row in ladder_funnel(actor=SELF, as_of=TODAY).rows if row.rung is Rung.SUSTAINED)
    assert (row.count, row.reached_ever) == (0, 0)


def test_the_run_lasts_while_the_new_quarter_has_had_no_sale_yet() -> None:
    business_id = _business()
    for month in (2, 5, 8):
        _climb(business_id, Rung.ACTIVE, (TODAY.date() - date(2026, month, 20)).days)
    _climb(business_id, Rung.ACTIVE, (TODAY.date() - date(2025, 11, 20)).days)
    as_of_october = (TODAY.date() - date(2026, 10, 2)).days
    assert _stands(business_id, days_ago=as_of_october) is Rung.SUSTAINED


def test_a_quarter_begins_at_midnight_in_jakarta() -> None:
    business_id = _business()
    # 1 October 2026 00:30 WIB is still 30 September in UTC
    for at in ("2026-09-30T17:30+00:00", "2026-07-01T05:00+00:00", "2026-04-01T05:00+00:00", "2026-01-01T05:00+00:00"):
        climb(
            business_id=business_id, rung=Rung.ACTIVE, at=datetime.fromisoformat(at), evidence=Evidence.QRIS, because=at
        )
    assert _stands(business_id) is Rung.SUSTAINED


def test_closed_is_an_exit_whatever_was_sold_before() -> None:
    business_id = _business()
    _climb(business_id, Rung.ACTIVE, 3)
    close_business(
        actor=SELF, business_id=business_id, on=date(2026, 11, 22), evidence=Evidence.TRAINER_NOTE, because="visit"
    )
    assert _stands(business_id) is Rung.CLOSED
    assert _stands(business_id, days_ago=2.9) is Rung.ACTIVE


def test_a_business_registered_later_is_not_in_an_earlier_count() -> None:
    _business(days_ago=10)
    assert ladder_funnel(actor=SELF, as_of=TODAY - timedelta(days=11)).total == 0
    assert ladder_funnel(actor=SELF, as_of=TODAY - timedelta(days=9)).total == 1


def test_the_funnel_counts_each_business_once_and_adds_up() -> None:
    _business()
    _climb(_business(), Rung.TRAINED, 9)
    listed = _business()
    _climb(listed, Rung.CONNECTED, 9)
    _climb(listed, Rung.LISTED, 8)
    _climb(_business(), Rung.ACTIVE, 5, 4, 3)
    _climb(_business(), Rung.ACTIVE, 200)
    funnel = ladder_funnel(actor=SELF, as_of=TODAY)
    assert {row.rung: row.count for row in funnel.rows} == {
        Rung.REGISTERED: 1, Rung.TRAINED: 1, Rung.CONNECTED: 0, Rung.LISTED: 1, Rung.FIRST_SALE: 0, Rung.ACTIVE: 1,
        Rung.SUSTAINED: 0,
    }  # fmt: skip
    ever = {row.rung: row.reached_ever for row in funnel.rows}
    assert (ever[Rung.REGISTERED], ever[Rung.CONNECTED], ever[Rung.FIRST_SALE], ever[Rung.ACTIVE]) == (5, 1, 2, 2)
    assert (funnel.exits.dormant, funnel.total, _adds_up(funnel)) == (1, 5, True)
    assert funnel.definition == "ladder-1"


def test_the_regions_below_add_up_to_the_region() -> None:
    for code in ("32.73.02", "32.73.02.1003", "32.73", "32.04.05", "32.77", "31.74.01", ""):
        _climb(_business(code), Rung.ACTIVE, 3)
    nation = ladder_funnel(actor=SELF, as_of=TODAY)
    provinces = funnel_by_region(actor=SELF, as_of=TODAY)
    assert nation.total == sum(row.funnel.total for row in provinces) == 7
    assert {row.name: row.funnel.total for row in provinces if row.funnel.total} == {
        "Jawa Barat": 5, "DKI Jakarta": 1, "": 1,
    }  # fmt: skip
    city = funnel_by_region(actor=SELF, region_code="32.73", as_of=TODAY)
    assert {(row.region_code, row.funnel.total) for row in city if row.funnel.total} == {("32.73.02", 2), ("", 1)}
    assert ladder_funnel(actor=SELF, region_code="32.73", as_of=TODAY).total == 3
    assert funnel_by_region(actor=SELF, region_code="32.73.02.1003") == []
    assert len(provinces) == 39


def test_a_code_that_left_the_list_is_still_counted() -> None:
    _business("32.99.01")
    below = funnel_by_region(actor=SELF, region_code="32", as_of=TODAY)
    assert [(row.region_code, row.funnel.total) for row in below if row.funnel.total] == [("32.99", 1)]


def test_an_officer_counts_only_inside_their_region() -> None:
    city = Actor(role=Role.OFFICER, regions=frozenset({"32.73"}))
    _business("32.73.02"), _business("32.04.05")
    assert ladder_funnel(actor=city, region_code="32.73", as_of=TODAY).total == 1
    assert ladder_funnel(actor=city, region_code="32.73.02", as_of=TODAY).total == 1
    for outside in ("", "32", "32.04", "32.7"):
        with pytest.raises(NotYours):
            ladder_funnel(actor=city, region_code=outside)
        with pytest.raises(NotYours):
            funnel_by_region(actor=city, region_code=outside)
    with pytest.raises(NotYours):
        ladder_funnel(actor=Actor(role=Role.TRAINER), region_code="32.73")
    assert ladder_funnel(actor=Actor(role=Role.OFFICER, nation=True), as_of=TODAY).total == 2


def test_a_business_that_sells_shows_its_state_as_its_last_rung() -> None:
    business_id = _business()
    _climb(business_id, Rung.ACTIVE, 300, 290)
    rungs = rungs_of(actor=SELF, business_id=business_id)
    assert [row.rung for row in rungs] == [Rung.FIRST_SALE, Rung.ACTIVE, Rung.DORMANT]
    assert rungs[-1].at == TODAY - timedelta(days=290)


@pytest.mark.parametrize("query", ["nation", "children"])
def test_a_funnel_is_one_query_however_many_businesses(
    query: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        _climb(_business(), Rung.ACTIVE, 3)
    with django_assert_num_queries(1 if query == "nation" else 2):
        if query == "nation":
            ladder_funnel(actor=SELF, as_of=TODAY)
        else:
            funnel_by_region(actor=SELF, as_of=TODAY)


SALES = st.lists(st.integers(0, 800), max_size=10)
STORY = st.tuples(st.sets(st.sampled_from([Rung.TRAINED, Rung.CONNECTED, Rung.LISTED])), SALES, st.booleans())


def _by_hand(early: set[Rung], sales: list[int], closed: bool) -> Rung:
    """The rule of docs/methods/ladder.md, told again in plain Python."""
    if closed:
        return Rung.CLOSED
    if not sales:
        return max(early, key=lambda rung: rung.step, default=Rung.REGISTERED)
    if min(sales) > 90:
        return Rung.DORMANT
    days = [(TODAY - timedelta(days=day) + timedelta(hours=7)).date() for day in sales]
    quarters = {day.year * 4 + (day.month - 1) // 3 for day in days}
    this = TODAY.year * 4 + (TODAY.month - 1) // 3
    runs = ({last - back for back in range(4)} for last in (this, this - 1))
    return Rung.SUSTAINED if any(run <= quarters for run in runs) else Rung.ACTIVE


class Stories(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(STORY, min_size=1, max_size=6))
    def test_the_query_and_the_rule_agree_on_every_story(
        self, stories: list[tuple[set[Rung], list[int], bool]]
    ) -> None:
        already = LadderEvent.objects.count()
        expected: Counter[Rung] = Counter()
        for early, sales, closed in stories:
            business_id = _business(days_ago=900)
            for rung in early:
                _climb(business_id, rung, 850)
            _climb(business_id, Rung.ACTIVE, *sales)
            if closed:
                _climb(business_id, Rung.CLOSED, 1)
            expected[_by_hand(early, sales, closed)] += 1
            assert _stands(business_id) is _by_hand(early, sales, closed)
        assert already == 0
        funnel = ladder_funnel(actor=SELF, as_of=TODAY)
        counted = {row.rung: row.count for row in funnel.rows}
        counted |= {Rung.DORMANT: funnel.exits.dormant, Rung.CLOSED: funnel.exits.closed}
        assert {rung: count for rung, count in counted.items() if count} == dict(expected)
        assert _adds_up(funnel)
