"""How many orders are accepted durably in a second, and how fast they reach the ledger.

Accepted: web and database run, the worker rests; each push is for another shop, so that nearly each also queues a job.
Ledger: all of Lapak runs; practice orders are pushed as fast as 16 clients can, and the worker takes them in.
"""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any, LiteralString

import psycopg

from lapak.config.home import OWNER_ROLE, Home
from tests.benchmarks import machine
from tests.benchmarks.driver import Job, Outcome
from tests.benchmarks.house import House, cpu_seconds, database_cpu_seconds, house

KEY = "latihan-push-key-shopee"
BAR_PER_SECOND, BAR_P95_MS = 500, 50
MOST_PER_SECOND = 3_000  # so many pushes are signed beforehand for each second


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much to measure."""

    runs: int = 5
    seconds: int = 20
    warm_up: int = 3
    commit_seconds: int = 5
    clients: int = 16
    shops: int = 2_000
    practice_shops: int = 10
    practice_orders: int = 2_000


QUICK = Size(runs=1, seconds=3, warm_up=1, commit_seconds=2, shops=200, practice_shops=2, practice_orders=100)


def measure(data: Path, size: Size) -> dict[str, Any]:
    """The whole measurement on a data folder of its own."""
    with house(data) as made:
        facts = {**machine.facts(made.home), "settings": machine.settings_of(made.home)}
        facts["fsyncs_per_second"] = round(machine.fsyncs_per_second(made.home.data))
        accepted = accept(made, size)
        ledger = take_in(made, size)
    return {"machine": facts, "size": asdict(size), "accepted": accepted, "ledger": ledger}


def accept(made: House, size: Size) -> dict[str, Any]:
    """Runs of pushes and, between them, runs of bare commits on the same server."""
    home = made.home
    shops = [str(900_000 + number) for number in range(size.shops)]
    insert_shops(home, shops)
    machine.prepare_commits(home)
    web = made.web()
    drive(job(made, size, shops=shops, run="WARM", seconds=size.warm_up))
    runs, all_accepted = [], 0
    for number in range(size.runs):
        commits = machine.commits_per_second(home, clients=size.clients, seconds=size.commit_seconds)
        before = cpu_seconds(web), database_cpu_seconds(home), machine.busy_seconds(), machine.children_seconds()
        outcome = drive(job(made, size, shops=shops, run=f"RUN{number}", seconds=size.seconds))
        after = cpu_seconds(web), database_cpu_seconds(home), machine.busy_seconds(), machine.children_seconds()
        assert not outcome.ran_dry, "the driver ran out of signed pushes"
        runs.append({**kept(home, outcome), **speed(outcome), "commits_per_second": round(commits)})
        count = len(outcome.latencies_ms)
        runs[-1]["share_of_commits"] = round(runs[-1]["per_second"] / commits, 3)
        web_s, database_s, busy_s, driver_s = (late - early for early, late in zip(before, after, strict=True))
        runs[-1]["web_cpu_ms"] = round(web_s * 1000 / count, 3)
        runs[-1]["database_cpu_ms"] = round(database_s * 1000 / count, 3)
        runs[-1]["cores_of_others"] = round(max(busy_s - web_s - database_s - driver_s, 0) / outcome.seconds, 2)
        all_accepted += count
    set_aside(home)
    web.stop()
    return {"runs": runs, "median": {name: round(median(run[name] for run in runs), 3) for name in runs[0]}}


def take_in(made: House, size: Size) -> dict[str, Any]:
    """Practice orders, pushed by the driver while all of Lapak runs, until the last is in the ledger."""
    made.sandbox()
    made.web()
    made.worker()
    from tests.benchmarks.practice import buy_orders, open_shops  # needs Django, and the addresses of this house

    shops = open_shops(made, size.practice_shops)
    orders = buy_orders(made, shops, size.practice_orders)
    drive(job(made, size, shops=["1"], run="WARM", seconds=size.warm_up))  # a shop nobody has: kept, and no work
    began = time.time()
    outcome = drive(job(made, size, shops=[], orders=orders, seconds=120))
    wanted = len(set(orders))
    with psycopg.connect(made.home.database_url(OWNER_ROLE), autocommit=True) as owner:
        while _one(owner, "SELECT count(*) FROM orders_order") < wanted:
            assert time.time() - began < 300, "the ledger did not fill in time"
            time.sleep(0.05)
        last = _one(owner, "SELECT extract(epoch FROM max(written_at)) FROM orders_order")
        waits = owner.execute(
            "SELECT extract(epoch FROM o.written_at - p.received_at) FROM orders_order o JOIN shops_push p"
            " ON p.shop_id = o.shop_id AND convert_from(p.body, 'UTF8')::json -> 'data' ->> 'ordersn' = o.external_no"
        ).fetchall()
        doubled = _one(owner, "SELECT count(*) - count(DISTINCT (shop_id, external_no)) FROM orders_order")
        short = _one(owner, "SELECT count(*) FROM catalog_reservation WHERE held < quantity")
        held = _one(owner, "SELECT coalesce(sum(held), 0) FROM catalog_reservation")
    seconds = sorted(float(wait) for (wait,) in waits)
    return {
        **kept(made.home, outcome), **speed(outcome), "orders": wanted, "in_ledger": wanted, "doubled_orders": doubled,
        "units_held": held, "short_lines": short, "drained_after_seconds": round(float(last) - began, 2),
        "orders_per_second": round(wanted / (float(last) - began), 1),
        "push_to_ledger_p50_seconds": round(seconds[len(seconds) // 2], 2),
        "push_to_ledger_p95_seconds": round(seconds[int(len(seconds) * 0.95)], 2),
    }  # fmt: skip


def job(
    made: House,
    size: Size,
    *,
    shops: list[str],
    seconds: float,
    run: str = "",
    orders: list[tuple[str, str]] | None = None,
) -> Job:
    return Job(
        host="127.0.0.1", port=made.port, clients=size.clients, seconds=seconds, key=KEY,
        url=f"http://127.0.0.1:{made.port}/hooks/shopee", shops=shops, run=run, orders=orders or [],
        prepare=0 if orders else int(seconds * MOST_PER_SECOND),
    )  # fmt: skip


def drive(wanted: Job) -> Outcome:
    """Run the driver as a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.driver"]
    said = subprocess.run(command, input=json.dumps(asdict(wanted)), capture_output=True, text=True, check=True)
    return Outcome(**json.loads(said.stdout))


def speed(outcome: Outcome) -> dict[str, Any]:
    """Accepted in a second, and how long the answers took."""
    took = sorted(outcome.latencies_ms)
    assert took, f"nothing was accepted: {outcome.refused}"

    def at(share: float) -> float:
        return round(took[min(int(len(took) * share), len(took) - 1)], 2)

    return {
        "per_second": round(len(took) / outcome.seconds, 1), "p50_ms": at(0.5), "p95_ms": at(0.95), "p99_ms": at(0.99),
        "longest_ms": at(1), "refused": sum(outcome.refused.values()),
    }  # fmt: skip


def kept(home: Home, outcome: Outcome) -> dict[str, int]:
    """Each accepted push against the table: there, and there once. Raises AssertionError if one is lost or doubled."""
    distinct = sorted(set(outcome.accepted))
    with psycopg.connect(home.database_url(OWNER_ROLE)) as owner:
        owner.execute("CREATE TEMP TABLE accepted (digest bytea)")
        with owner.cursor().copy("COPY accepted FROM STDIN") as copy:
            for digest in distinct:
                copy.write_row([f"\\x{digest}"])
        rows = _one(owner, "SELECT count(*) FROM accepted JOIN shops_push USING (digest)")
        twice = _one(owner, "SELECT count(*) FROM (SELECT digest FROM shops_push GROUP BY 1 HAVING count(*) > 1) d")
    found = {
        "accepted": len(outcome.accepted),
        "sent_again": outcome.repeated,
        "lost": len(distinct) - rows,
        "doubled": twice,
    }
    assert (found["lost"], found["doubled"]) == (0, 0), found
    return found


def insert_shops(home: Home, external_ids: Sequence[str]) -> None:
    """Connected shops, by SQL: what is measured does not read more of them than their number."""
    with psycopg.connect(home.database_url(OWNER_ROLE)) as owner:
        owner.execute(
            "WITH b AS (INSERT INTO registry_business (id, name, legal_form, nib, npwp_sealed, npwp_index, phone,"
            " kbli_version, kbli_code, trade, size_basis, size_rule, region_code, registered_at)"
            " VALUES (gen_random_uuid(), 'Dapur Sambal Bu Ratna', 'perorangan', '', '', '', '', '', '', '', '', '', '',"
            " now()) RETURNING id) INSERT INTO shops_shop (id, business_id, channel, external_id, name, url, state,"
            " grant_sealed, connected_at, fault_code, fault_told)"
            " SELECT gen_random_uuid(), b.id, 'shopee', shop, '', '', 'connected', '', now(), '', '{}'"
            " FROM b, unnest(%s::text[]) AS shop",
            [list(external_ids)],
        )


def set_aside(home: Home) -> None:
    """Take the pushes of the first part out of the worker's way; they were counted."""
    with psycopg.connect(home.database_url(OWNER_ROLE)) as owner:
        owner.execute("DELETE FROM shops_push")
        owner.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")
        owner.execute("DELETE FROM shops_shop")


def _one(owner: "psycopg.Connection[Any]", question: LiteralString) -> Any:
    row = owner.execute(question).fetchone()
    assert row is not None
    return row[0]
