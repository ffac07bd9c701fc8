"""The figures in words."""

from typing import Any

from tests.benchmarks.webhooks import BAR_P95_MS, BAR_PER_SECOND


def webhooks(found: dict[str, Any]) -> str:
    """docs/figures/webhooks.md"""
    at, size, machine, ledger = found["accepted"]["median"], found["size"], found["machine"], found["ledger"]
    runs = "\n".join(
        f"| {number} | {run['per_second']:.0f} | {run['p50_ms']:.1f} | {run['p95_ms']:.1f} | {run['p99_ms']:.1f} |"
        f" {run['commits_per_second']:,} | {run['share_of_commits']:.0%} | {run['accepted']:,} | {run['lost']} |"
        f" {run['doubled']} |"
        for number, run in enumerate(found["accepted"]["runs"], start=1)
    )
    met = at["per_second"] >= BAR_PER_SECOND and at["p95_ms"] <= BAR_P95_MS
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    settings = ", ".join(f"{name} {value}" for name, value in machine["settings"].items())
    return f"""# Orders by webhook: accepted, and in the ledger

Measured on {found["measured_at"]} with `{found["command"]}`, code {machine["code"]}. Written by `tests/benchmarks`.

**{at["per_second"]:.0f} pushes a second accepted durably, p95 {at["p95_ms"]:.1f} ms** (medians of {size["runs"]} runs
of {size["seconds"]} s, {size["clients"]} clients, {size["shops"]:,} shops); the bar is {BAR_PER_SECOND} a second and
{BAR_P95_MS} ms: {"met" if met else "**not met**"}. The same PostgreSQL made {at["commits_per_second"]:,.0f} one-row
commits a second with as many clients, between the runs: a push costs {1 / at["share_of_commits"]:.1f} bare commits.
Of {sum(run["accepted"] for run in found["accepted"]["runs"]):,} accepted pushes, of which
{sum(run["sent_again"] for run in found["accepted"]["runs"]):,} were sent twice on purpose, 0 were lost and 0 doubled:
each was looked up in the table by its SHA-256 after the run.

| run | pushes/s | p50 ms | p95 ms | p99 ms | commits/s | share | accepted | lost | doubled |
|---|---|---|---|---|---|---|---|---|---|
{runs}

A push is: signature checked, one row and the wake-up of the worker in one transaction, committed with fsync, answered
with 204. It took {at["web_cpu_ms"]:.2f} ms of processor time in the web server and {at["database_cpu_ms"]:.2f} ms in
the database. Here the worker rests; the driver shares the cores with what it measures, and other processes of the
machine took {at["cores_of_others"]:.2f} of a core meanwhile (a quiet machine: below 0.1).

## Until it is in the ledger

All of Lapak and the practice Shopee on the same cores: {ledger["orders"]:,} practice orders in
{size["practice_shops"]} shops, pushed by {size["clients"]} clients as fast as they were answered
({ledger["per_second"]:.0f} a second, p95 {ledger["p95_ms"]:.1f} ms). Each order is read back from the platform,
written once, its stock held, the owner told. **{ledger["orders_per_second"]:.0f} orders a second** from the first push
to the last order in the ledger ({ledger["drained_after_seconds"]:.1f} s); from push to ledger
{ledger["push_to_ledger_p50_seconds"]:.1f} s in the middle, {ledger["push_to_ledger_p95_seconds"]:.1f} s at p95.
{ledger["lost"]} lost, {ledger["doubled_orders"]} doubled, {ledger["units_held"]:,} units held,
{ledger["short_lines"]} lines short. The nation's average day is 36 orders a second.

## The machine

{machine["cores"]} cores ({machine["processor"]}), {machine["memory_gib"]} GiB, {machine["kernel"]},
{machine["file_system"]}; {machine["fsyncs_per_second"]:,} fsynced appends of 4 KiB a second by one writer; load
{machine["load_before"]} before the start. Python {machine["python"]}, PostgreSQL {machine["postgresql"]}, {versions}.
PostgreSQL's settings: {settings}. Web: granian, 2 processes of 4 threads. All over the loopback.
"""
