"""Work that the platform does later: put in a queue, done when it is due, and told entry by entry."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from sqlite3 import Row
from typing import Any

from lapak.sandbox.blibli import market
from lapak.sandbox.blibli.gateway import INVALID, NOT_FOUND, SLUG, WIB_AHEAD, Answered, Call, Limit, Refused, api, paged
from lapak.sandbox.platform import Core

IN_PROGRESS, FINISHED = "IN_PROGRESS", "FINISHED"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ID_CHARS = 26
# Does one entry of an action; returns '' or why it was not done.
Work = Callable[[Core, Row, dict[str, Any]], str]
WORKS: dict[str, Work] = {}


def work(action: str) -> Callable[[Work], Work]:
    """Register who does the entries of an action."""

    def register(one: Work) -> Work:
        WORKS[action] = one
        return one

    return register


def put(call: Call, action: str, entries: list[dict[str, Any]]) -> str:
    """Queue entries: `{"value": its name in the history, "failed"?: why it will not be done, …}`. Returns an id."""
    core, now = call.core, call.core.clock.now()
    if spoilt := core.faults.fire(SLUG, "partial_batch", path=call.path, account=call.store_code):
        for entry in entries:
            if spoilt.dice.random() < spoilt.more["share"]:
                entry.setdefault("failed", "Internal error, please try again")
    queue_id = "".join(secrets.choice(ALPHABET) for _ in range(ID_CHARS))
    core.store.run(
        "INSERT INTO blibli_queue (queue_id, store_code, action, made, due, entries) VALUES (?, ?, ?, ?, ?, ?)",
        queue_id,
        call.store_code,
        action,
        now,
        now + core.settings.blibli.queue_s,
        json.dumps(entries),
    )
    do_due(core)
    return queue_id


def do_due(core: Core) -> None:
    """Do what is due, oldest first. Called before anything looks at products."""
    with core.store.transaction():
        for row in core.store.rows(
            "SELECT * FROM blibli_queue WHERE done = 0 AND due <= ? ORDER BY due, made", core.clock.now()
        ):
            history = []
            for entry in json.loads(row["entries"]):
                why = entry.get("failed") or WORKS[row["action"]](core, row, entry)
                told = {"value": entry["value"], "isSuccess": not why, "errorMessage": why or None}
                history.append(told | {"timestamp": int(row["due"] * 1000)})
            core.store.run(
                "UPDATE blibli_queue SET done = 1, history = ? WHERE queue_id = ?", json.dumps(history), row["queue_id"]
            )


def _feed(row: Row) -> dict[str, Any]:
    return {
        "requestId": row["queue_id"],
        "requestAction": row["action"],
        "status": FINISHED if row["done"] else IN_PROGRESS,
        "total": len(json.loads(row["entries"])),
        "timestamp": int(row["made"] * 1000),
    }


@api(
    "GET",
    "/mtaapi/api/businesspartner/v1/feed/detail",
    needs=("requestId", "businessPartnerCode", "channelId"),
    limit=Limit(5, 900, per="requestId"),
)
def get_queue_detail(call: Call) -> Answered:
    """One queue by its id, which is here the `requestId`: how far it is, and what became of each entry."""
    do_due(call.core)
    row = call.core.store.row(
        "SELECT * FROM blibli_queue WHERE queue_id = ? AND store_code = ? AND made > ?",
        call.query.text("requestId"),
        call.store_code,
        call.core.clock.now() - market.QUEUE_KEPT_S,
    )
    if row is None:
        raise Refused(NOT_FOUND, "Queue is not found")
    history: list[dict[str, Any]] = json.loads(row["history"])
    told: dict[str, Any] = {}
    if call.query.text("size", default="") == "0":
        history = []
    elif "size" in call.query:
        history, told = paged(call.query, history, most=market.PAGE_MOST, under="pageMetaData")
    return Answered(payload={"queueFeed": _feed(row), "queueHistory": history}, under="value", paging=told)


@api(
    "GET",
    "/mtaapi/api/businesspartner/v1/feed/list",
    needs=("requestId", "businessPartnerCode", "queueDate"),
    limit=Limit(360, 86_400),
)
def get_queue_list(call: Call) -> Answered:
    """The queues of one day, Jakarta time, newest first."""
    do_due(call.core)
    try:
        day = datetime.strptime(call.query.text("queueDate"), "%Y-%m-%d").replace(tzinfo=UTC) - WIB_AHEAD
    except ValueError:
        raise Refused(INVALID, "queueDate must be YYYY-MM-DD") from None
    rows = call.core.store.rows(
        "SELECT * FROM blibli_queue WHERE store_code = ? AND made >= ? AND made < ? AND (? = '' OR action = ?)"
        " ORDER BY made DESC",
        call.store_code,
        max(day.timestamp(), call.core.clock.now() - market.QUEUE_KEPT_S),
        day.timestamp() + 86_400,
        call.query.text("queueAction", default=""),
        call.query.text("queueAction", default=""),
    )
    status = call.query.one_of("status", (IN_PROGRESS, FINISHED), default="")
    return Answered(payload=[_feed(row) for row in rows if status in ("", _feed(row)["status"])])
