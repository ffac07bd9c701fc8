"""The ladder's definition, version 1: where each business stands on a day, out of its events, by one query.

The words of the rule are in docs/methods/ladder.md; whoever changes one changes the other and the version.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from lapak.core.ids import BusinessId
from lapak.registry.types import EXITS, Exits, Funnel, FunnelRow, Rung

DEFINITION = "ladder-1"
ACTIVE_DAYS = 90
SUSTAINED_QUARTERS = 4

# Times are compared in UTC; quarters are those of the calendar in WIB.
_STANDING = """
WITH scope AS (
    SELECT id, region_code FROM registry_business
    WHERE registered_at <= %(as_of)s {within}
), steps AS (
    SELECT e.business_id,
        max(e.rung) FILTER (WHERE e.rung <= %(listed)s) AS highest,
        bool_or(e.rung = %(trained)s) AS trained,
        bool_or(e.rung = %(connected)s) AS connected,
        bool_or(e.rung = %(listed)s) AS listed,
        bool_or(e.rung = %(closed)s) AS closed
    FROM registry_ladderevent e JOIN scope ON scope.id = e.business_id
    WHERE e.at <= %(as_of)s AND e.rung NOT IN (%(first_sale)s, %(active)s)
    GROUP BY e.business_id
), quarters AS (
    SELECT e.business_id, {quarter_of_sale} AS quarter, max(e.at) AS last_at
    FROM registry_ladderevent e JOIN scope ON scope.id = e.business_id
    WHERE e.at <= %(as_of)s AND e.rung IN (%(first_sale)s, %(active)s)
    GROUP BY 1, 2
), numbered AS (
    SELECT *, quarter - row_number() OVER (PARTITION BY business_id ORDER BY quarter) AS run FROM quarters
), runs AS (
    SELECT business_id, count(*) AS length, max(quarter) AS last_quarter, max(last_at) AS last_at
    FROM numbered GROUP BY business_id, run
), sales AS (
    SELECT business_id, max(last_at) AS last_at,
        bool_or(length >= %(quarters)s) AS ever_sustained,
        bool_or(length >= %(quarters)s AND last_quarter >= {quarter_now} - 1) AS sustained
    FROM runs GROUP BY business_id
)
SELECT scope.id, scope.region_code,
    CASE
        WHEN steps.closed THEN %(closed)s
        WHEN sales.last_at IS NULL THEN coalesce(steps.highest, %(registered)s)
        WHEN sales.last_at < %(as_of)s - make_interval(days => %(days)s) THEN %(dormant)s
        WHEN sales.sustained THEN %(sustained)s
        ELSE %(active)s
    END AS rung,
    coalesce(steps.trained, false) AS trained,
    coalesce(steps.connected, false) AS connected,
    coalesce(steps.listed, false) AS listed,
    sales.last_at,
    coalesce(sales.ever_sustained, false) AS ever_sustained
FROM scope
LEFT JOIN steps ON steps.business_id = scope.id
LEFT JOIN sales ON sales.business_id = scope.id
"""
_QUARTER = "(extract(year from {at}) * 4 + extract(quarter from {at}))::int"
_WIB = "{at} AT TIME ZONE 'Asia/Jakarta'"


class Standing(NamedTuple):
    """Where one business stands. last_sale_at is None for one that never sold."""

    rung: Rung
    last_sale_at: datetime | None


def standing_of(business_id: BusinessId, *, as_of: datetime) -> Standing | None:
    """Where a business stands on a day; None when it was not registered then."""
    query = f"SELECT rung, last_at FROM ({_sql('AND id = %(business_id)s')}) AS standing"  # noqa: S608 - our own text
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
    query = f"""
        SELECT CASE WHEN length(region_code) >= %(child)s THEN left(region_code, %(child)s) ELSE '' END AS child,
            rung, count(*), count(*) FILTER (WHERE trained), count(*) FILTER (WHERE connected),
            count(*) FILTER (WHERE listed), count(last_at), count(*) FILTER (WHERE ever_sustained)
        FROM ({_sql(within)}) AS standing GROUP BY 1, 2
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


def _sql(within: str) -> str:
    return _STANDING.format(
        within=within,
        quarter_of_sale=_QUARTER.format(at=f"({_WIB.format(at='e.at')})"),
        quarter_now=_QUARTER.format(at=f"({_WIB.format(at='%(as_of)s::timestamptz')})"),
    )


def _facts(as_of: datetime) -> dict[str, int | str | datetime]:
    rungs: dict[str, int | str | datetime] = {rung.value: rung.step for rung in Rung}
    return {**rungs, "as_of": as_of, "days": ACTIVE_DAYS, "quarters": SUSTAINED_QUARTERS}
