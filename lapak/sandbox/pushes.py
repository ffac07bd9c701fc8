"""News on its way to the listener: kept in the store, sent in the background, tried again as the platform documents.

A push is stored with the sale that caused it, so a killed sandbox still delivers it after a restart (perhaps twice, as
the real platforms do).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from sqlite3 import Row

import httpx2

from lapak.sandbox.clock import Clock
from lapak.sandbox.faults import Faults
from lapak.sandbox.store import Store

TABLES = """
CREATE TABLE IF NOT EXISTS push (
    id INTEGER PRIMARY KEY AUTOINCREMENT, platform TEXT NOT NULL, account TEXT NOT NULL, topic TEXT NOT NULL,
    url TEXT NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL, made_at REAL NOT NULL, due_at REAL NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0, copies INTEGER NOT NULL DEFAULT 1, answer TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'lost', 'gone')));
CREATE INDEX IF NOT EXISTS push_due ON push (state, due_at);
"""
DONE_KEPT = 20_000
LOOK_AGAIN_S = 1.0  # the clock may be set ahead at any time
log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Manners:
    """How a platform pushes: patience for an answer, waits between tries (seconds), and what it takes as received."""

    timeout_s: float
    retry_after_s: Sequence[float]
    received: Callable[[int, bytes], bool]


# Sends one stored push in a platform's own way; returns whether it was received, and the answer in a word.
Deliver = Callable[[httpx2.AsyncClient, Row], Awaitable[tuple[bool, str]]]


class Pushes:
    """The outbox of all platforms and the task that empties it."""

    def __init__(
        self, store: Store, faults: Faults, clock: Clock, manners: dict[str, Manners], retry_scale: float
    ) -> None:
        self._store, self._faults, self._clock = store, faults, clock
        self._manners, self._retry_scale = manners, retry_scale
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._own_ways: dict[str, Deliver] = {}

    def deliver_by(self, platform: str, deliver: Deliver) -> None:
        """Let a platform whose news is more than a POST send it itself."""
        self._own_ways[platform] = deliver

    def add(
        self,
        *,
        platform: str,
        account: str,
        topic: str,
        url: str,
        headers: dict[str, str],
        body: bytes,
        after_s: float = 0.0,
    ) -> int:
        """Put one push in the outbox, inside the caller's transaction; the push switches act here. Returns its id."""
        now = self._clock.now()
        state, copies, wait_s = "waiting", 1, after_s
        if lost := self._faults.fire(platform, "push_lose", path=topic, account=account):
            state = "lost" if lost.more["findable"] else "gone"
        if twice := self._faults.fire(platform, "push_duplicate", path=topic, account=account):
            copies = int(twice.more["copies"])
        if late := self._faults.fire(platform, "push_delay", path=topic, account=account):
            wait_s += float(late.more["seconds"])
        if mixed := self._faults.fire(platform, "push_reorder", path=topic, account=account):
            # With `times`, pushes made within `window_s` of one another leave backwards; else each waits by chance.
            wait_s += float(mixed.more["window_s"]) * (mixed.dice.random() if mixed.left is None else mixed.left)
        number = self._store.insert(
            "INSERT INTO push (platform, account, topic, url, headers, body, made_at, due_at, copies, state)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            platform,
            account,
            topic,
            url,
            json.dumps(headers),
            body,
            now,
            now + wait_s,
            copies,
            state,
        )
        self._wake.set()
        return number

    def latest_waiting(self, platform: str, topic: str, url: str) -> Row | None:
        """The newest push of a topic that has not been tried yet and is not due yet."""
        return self._store.row(
            "SELECT * FROM push WHERE platform = ? AND topic = ? AND url = ? AND state = 'waiting' AND tries = 0"
            " AND due_at > ? ORDER BY id DESC LIMIT 1",
            platform,
            topic,
            url,
            self._clock.now(),
        )

    def rewrite(self, number: int, headers: dict[str, str], body: bytes) -> None:
        """Give a push that waits another body, inside the caller's transaction."""
        self._store.run("UPDATE push SET headers = ?, body = ? WHERE id = ?", json.dumps(headers), body, number)

    def listed(self, platform: str, *, limit: int = 200) -> list[dict[str, object]]:
        """The newest pushes of a platform with their fate, for tests and the index page."""
        rows = self._store.rows(
            "SELECT id, account, topic, url, made_at, due_at, tries, copies, state, answer FROM push"
            " WHERE platform = ? ORDER BY id DESC LIMIT ?",
            platform,
            limit,
        )
        return [dict(row) for row in rows]

    def start(self) -> None:
        """Begin sending, in the running loop."""
        self._wake = asyncio.Event()  # belongs to the loop that runs now, not to the one that built the app
        self._task = asyncio.create_task(self._run(), name="sandbox-pushes")
        self._task.add_done_callback(_report)

    async def stop(self) -> None:
        """Stop sending; what is in the outbox stays there for the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            self._task = None

    async def _run(self) -> None:
        """Give every account with due news a task of its own, so that a slow listener holds up only itself."""
        busy: set[tuple[str, str]] = set()
        async with httpx2.AsyncClient(trust_env=False) as client, asyncio.TaskGroup() as senders:
            while True:
                self._wake.clear()
                now = self._clock.now()
                for row in self._store.rows(
                    "SELECT DISTINCT platform, account FROM push WHERE state = 'waiting' AND due_at <= ?", now
                ):
                    account = (row["platform"], row["account"])
                    if account not in busy:
                        busy.add(account)
                        senders.create_task(self._empty(client, account, busy))
                later = self._store.row(
                    "SELECT min(due_at) AS at FROM push WHERE state = 'waiting' AND due_at > ?", now
                )
                wait_s = LOOK_AGAIN_S if later is None or later["at"] is None else later["at"] - now
                # Not wait_for: before Python 3.12 it can swallow a cancellation that comes as the wait ends, and then
                # stop() waits for ever.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(min(wait_s, LOOK_AGAIN_S)):
                        await self._wake.wait()

    async def _empty(self, client: httpx2.AsyncClient, account: tuple[str, str], busy: set[tuple[str, str]]) -> None:
        """Send an account's due news one by one, so that it arrives in order unless a switch says otherwise."""
        while row := self._store.row(
            "SELECT * FROM push WHERE state = 'waiting' AND platform = ? AND account = ? AND due_at <= ?"
            " ORDER BY due_at, id LIMIT 1",
            *account,
            self._clock.now(),
        ):
            self._note(row, await asyncio.gather(*(self._send(client, row) for _ in range(row["copies"]))))
        busy.discard(account)
        self._wake.set()

    async def _send(self, client: httpx2.AsyncClient, row: Row) -> tuple[bool, str]:
        manners = self._manners[row["platform"]]
        try:
            if own := self._own_ways.get(row["platform"]):
                return await own(client, row)
            answer = await client.post(
                row["url"], content=row["body"], headers=json.loads(row["headers"]), timeout=manners.timeout_s
            )
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as fault:
            return False, type(fault).__name__
        return manners.received(answer.status_code, answer.content), str(answer.status_code)

    def _note(self, row: Row, answers: list[tuple[bool, str]]) -> None:
        told, waits = " ".join(text for _, text in answers), self._manners[row["platform"]].retry_after_s
        state, due_at = "lost", row["due_at"]
        if any(ok for ok, _ in answers):
            state = "done"
        elif row["tries"] < len(waits):
            state, due_at = "waiting", self._clock.now() + waits[row["tries"]] * self._retry_scale
        self._store.run(
            "UPDATE push SET state = ?, tries = tries + 1, copies = 1, due_at = ?, answer = ? WHERE id = ?",
            state,
            due_at,
            told,
            row["id"],
        )
        if state != "done":
            log.info("push %s of %s not received: %s", row["id"], row["platform"], told)
        if row["id"] % 500 == 0:
            self._store.run("DELETE FROM push WHERE state = 'done' AND id < ?", row["id"] - DONE_KEPT)


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (fault := task.exception()) is not None:
        log.error("pushes have stopped", exc_info=fault)


def is_2xx(status: int, _body: bytes) -> bool:
    """Any 2xx counts as received."""
    return 200 <= status < 300


def is_empty_2xx(status: int, body: bytes) -> bool:
    """Only a 2xx without a body counts as received."""
    return is_2xx(status, body) and not body
