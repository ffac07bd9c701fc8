"""The ladder's definition, version 1: where each business stands on a day, out of its events, by one query.

The words of the rule are in docs/methods/ladder.md; whoever changes one changes the other and the version.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from lapak.core.clock import WIB
from lapak.core.ids import BusinessId
from lapak.registry.types import EXITS, Exits, Funnel, FunnelRow, Rung

DEFINITION = "ladder-1"
ACTIVE_DAYS = 90

_MEMORY = 62
"""Quarters back that a run is looked for in: as many as fit a bigint. Older sales count into the last of them."""

# One pass over the events. The quarters with a sale become bits, the present quarter the lowest: four bits in a row
# are four quarters running. That keeps a million businesses to one aggregate without a sort.
_STANDING = """
WITH told AS (
    SELECT business_id,
        max(rung) FILTER (WHERE rung <= %(listed)s) AS highest,
        bool_or(rung = %(trained)s) AS trained,
        bool_or(rung = %(connected)s) AS connected,
        bool_or(rung = %(listed)s) AS listed,
        bool_or(rung = %(closed)s) AS closed,
        max(at) FILTER (WHERE rung IN (%(first_sale)s, %(active)s)) AS last_at,
        bit_or(1::bigint << least(%(quarter)s - quarter, %(memory)s))
            FILTER (WHERE rung IN (%(first_sale)s, %(active)s)) AS sold_in
    FROM registry_ladderevent WHERE at <= %(as_of)s {of_these} GROUP BY business_id
)
SELECT business.id, business.region_code,
    CASE
        WHEN told.closed THEN %(closed)s
        WHEN told.last_at IS NULL THEN coalesce(told.highest, %(registered)s)
        WHEN told.last_at < %(as_of)s - make_interval(days => %(days)s) THEN %(dormant)s
        WHEN told.sold_in & 15 = 15 OR told.sold_in & 30 = 30 THEN %(sustained)s
        ELSE %(active)s
    END AS rung,
    coalesce(told.trained, false) AS trained,
    coalesce(told.connected, false) AS connected,
    coalesce(told.listed, false) AS listed,
    told.last_at,
    coalesce(told.sold_in & (told.sold_in >> 1) & (told.sold_in >> 2) & (told.sold_in >> 3) <> 0, false)
        AS ever_sustained
FROM registry_business AS business LEFT JOIN told ON told.business_id = business.id
WHERE business.registered_at <= %(as_of)s {within}
"""


class Standing(NamedTuple):
    """Where one business stands. last_sale_at is None for one that never sold."""

    rung: Rung
    last_sale_at: datetime | None


def standing_of(business_id: BusinessId, *, as_of: datetime) -> Standing | None:
    """Where a business stands on a day; None when it was not registered then."""
    one = _sql(of_these="AND business_id = %(business_id)s", within="AND business.id = %(business_id)s")
    query = f"SELECT rung, last_at FROM ({one}) AS standing"  # noqa: S608 - our own text
    with connection.cursor() as cursor:
        cursor.execute(query, {**_facts(as_of), "business_id": business_id})
        row = cursor.fetchone()
    return Standing(Rung.at(row[0]), row[1]) if row else None


def funnels(*, region_code: str, child_length: int, as_of: datetime) -> dict[str, Funnel]:
    """child region's code → its funnel; one query over all businesses of a region.

    child_length: characters of a child's code; 0 puts the whole region under the empty code. Businesses that are not
    placed so finely are under the empty code too.
    """
    within = "AND (region_code = %(region)s OR region_code LIKE %(below)s)" if region_code else ""
    of_these = f"AND business_id IN (SELECT id FROM registry_business WHERE true {within})" if region_code else ""  # noqa: S608
    query = f"""
        SELECT CASE WHEN length(region_code) >= %(child)s THEN left(region_code, %(child)s) ELSE '' END AS child,
            rung, count(*), count(*) FILTER (WHERE trained), count(*) FILTER (WHERE connected),
            count(*) FILTER (WHERE listed), count(last_at), count(*) FILTER (WHERE ever_sustained)
        FROM ({_sql(of_these=of_these, within=within)}) AS standing GROUP BY 1, 2
    """  # noqa: S608 - our own text
    facts = {**_facts(as_of), "region": region_code, "below": f"{region_code}.%", "child": child_length}
    with connection.cursor() as cursor:
        cursor.execute(query, facts)
        rows = cursor.fetchall()
    now: dict[str, dict[Rung, int]] = defaultdict(lambda: defaultdict(int))
    ever: dict[str, dict[Rung, int]] = defaultdict(lambda: defaultdict(int))
    for child, step, count, trained, connected, listed, sold, sustained in rows:
        now[child][Rung.at(step)] += count
        reached = {
            Rung.REGISTERED: count,
            Rung.TRAINED: trained,
            Rung.CONNECTED: connected,
            Rung.LISTED: listed,
            Rung.FIRST_SALE: sold,
            Rung.ACTIVE: sold,
            Rung.SUSTAINED: sustained,
        }
        for rung, number in reached.items():
            ever[child][rung] += number
    return {
        child: funnel(region_code=child or region_code, as_of=as_of, now=counts, ever=ever[child])
        for child, counts in now.items()
    }


def funnel(*, region_code: str, as_of: datetime, now: Mapping[Rung, int], ever: Mapping[Rung, int]) -> Funnel:
    """Put counts by rung in their order; what is missing is zero."""
    return Funnel(
        rows=tuple(
            FunnelRow(rung=rung, count=now.get(rung, 0), reached_ever=ever.get(rung, 0))
            for rung in Rung
            if rung not in EXITS
        ),
        exits=Exits(dormant=now.get(Rung.DORMANT, 0), closed=now.get(Rung.CLOSED, 0)),
        total=sum(now.values()),
        region_code=region_code,
        as_of=as_of,
        definition=DEFINITION,
    )


def quarter_of(at: datetime) -> int:
    """The calendar quarter of a moment in WIB, four a year, counted from the year 0."""
    local = at.astimezone(WIB)
    return local.year * 4 + (local.month - 1) // 3


def _sql(*, of_these: str, within: str) -> str:
    return _STANDING.format(of_these=of_these, within=within)


def _facts(as_of: datetime) -> dict[str, int | str | datetime]:
    rungs: dict[str, int | str | datetime] = {rung.value: rung.step for rung in Rung}
    return {**rungs, "as_of": as_of, "days": ACTIVE_DAYS, "quarter": quarter_of(as_of), "memory": _MEMORY}
