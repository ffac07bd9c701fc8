"""The switchboard: rules that make a platform misbehave in the ways real ones do.

A rule is JSON: `kind` and, as wished, `path` (a prefix of the platform's own path), `shop_id` (account), `times` (how
often it still fires), `chance` with `seed` (the same seed gives the same run), and what the kind itself needs.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import Any

from lapak.sandbox.clock import Clock
from lapak.sandbox.store import Store

TABLES = """
CREATE TABLE IF NOT EXISTS fault (
    id INTEGER PRIMARY KEY AUTOINCREMENT, platform TEXT NOT NULL, kind TEXT NOT NULL, path TEXT NOT NULL,
    account TEXT NOT NULL, left INTEGER, chance REAL NOT NULL, seed TEXT NOT NULL, asked INTEGER NOT NULL DEFAULT 0,
    fired INTEGER NOT NULL DEFAULT 0, more TEXT NOT NULL);
"""

# Kind -> the extra fields it takes and their defaults. `timeout_*` hold the line `seconds` long and then cut it.
KINDS: dict[str, dict[str, Any]] = {
    "rate_limit": {"retry_after": None, "code": None},
    "token_bucket": {"rate": 5.0, "burst": 5.0, "retry_after": None, "code": None},
    "server_error": {"status": 502},
    "not_json": {"status": 200},
    "half_body": {},
    "slow": {"seconds": 2.0},
    "timeout_before_work": {"seconds": 60.0},
    "timeout_after_work": {"seconds": 60.0},
    "partial_batch": {"share": 0.5},
    "token_revoked": {},
    "refuse_item": {"error": "product.error_busi", "message": "The item was refused."},
    "review_item": {"seconds": 30.0},
    "undeliverable": {"code": 131026},
    "push_duplicate": {"copies": 2},
    "push_reorder": {"window_s": 2.0},
    "push_delay": {"seconds": 10.0},
    "push_lose": {"findable": True},
    "push_batch": {"window_s": 2.0},
    "hide_number": {},
    "pace_template": {"status": "held_for_quality_assessment", "seconds": 30.0},
}
COMMON = {"kind", "path", "shop_id", "times", "chance", "seed"}


class BadRule(ValueError):
    """The switchboard was given a rule it does not understand; the text says which part."""


@dataclass(frozen=True)
class Fired:
    """A rule that fires now: its kind, its extra fields, and how often it could still fire before this time."""

    kind: str
    more: dict[str, Any]
    left: int | None
    dice: random.Random = field(repr=False)


class Faults:
    """All rules of all platforms, kept in the store so that they outlive a restart."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._buckets: dict[tuple[int, str], tuple[float, float]] = {}

    def rules(self, platform: str) -> list[dict[str, Any]]:
        """The rules of a platform as they were given, with `left`, `asked` and `fired` beside."""
        return [
            {
                "id": row["id"],
                "kind": row["kind"],
                "path": row["path"],
                "shop_id": row["account"],
                "left": row["left"],
                "chance": row["chance"],
                "seed": row["seed"],
                "asked": row["asked"],
                "fired": row["fired"],
                **json.loads(row["more"]),
            }
            for row in self._store.rows("SELECT * FROM fault WHERE platform = ? ORDER BY id", platform)
        ]

    def replace(self, platform: str, rules: list[dict[str, Any]]) -> None:
        """Make these the platform's only rules. Raises BadRule and then changes nothing."""
        with self._store.transaction():
            self.clear(platform)
            for rule in rules:
                self.add(platform, rule)

    def clear(self, platform: str) -> None:
        """Switch every fault of a platform off."""
        self._store.run("DELETE FROM fault WHERE platform = ?", platform)
        self._buckets.clear()

    def add(self, platform: str, rule: dict[str, Any]) -> None:
        """Switch one fault on beside the others. Raises BadRule."""
        kind = rule.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            raise BadRule(f"unknown kind {kind!r}; known: {', '.join(KINDS)}")
        if strange := set(rule) - COMMON - set(KINDS[kind]):
            raise BadRule(f"{kind} does not take {', '.join(sorted(strange))}")
        times, chance = rule.get("times"), rule.get("chance", 1.0)
        if times is not None and (not isinstance(times, int) or times < 1):
            raise BadRule("times must be a whole number from 1")
        if not isinstance(chance, int | float) or not 0 <= chance <= 1:
            raise BadRule("chance must be between 0 and 1")
        more = {name: rule.get(name, default) for name, default in KINDS[kind].items()}
        for name, default in KINDS[kind].items():
            if (
                isinstance(default, int | float)
                and not isinstance(default, bool)
                and (not isinstance(more[name], int | float) or more[name] < 0)
            ):
                raise BadRule(f"{name} must be a number from 0")
        self._store.run(
            "INSERT INTO fault (platform, kind, path, account, left, chance, seed, more)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            platform,
            kind,
            str(rule.get("path", "")),
            str(rule.get("shop_id", "")),
            times,
            float(chance),
            str(rule.get("seed", 0)),
            json.dumps(more),
        )

    def fire(self, platform: str, kind: str, *, path: str = "", account: str = "") -> Fired | None:
        """The first rule of a kind that matches and strikes now, counted down; None when nothing happens."""
        with self._store.transaction():
            rows = self._store.rows(
                "SELECT * FROM fault WHERE platform = ? AND kind = ? AND (left IS NULL OR left > 0) ORDER BY id",
                platform,
                kind,
            )
            for row in rows:
                if not path.startswith(row["path"]) or row["account"] not in ("", account):
                    continue
                dice = random.Random(f"{row['seed']}:{kind}:{row['asked']}")  # noqa: S311  repeatable, not secret
                more = json.loads(row["more"])
                self._store.run("UPDATE fault SET asked = asked + 1 WHERE id = ?", row["id"])
                if dice.random() >= row["chance"]:
                    continue
                if kind == "token_bucket" and self._may_pass(row["id"], account, more):
                    continue
                self._store.run("UPDATE fault SET fired = fired + 1, left = left - 1 WHERE id = ?", row["id"])
                return Fired(kind=kind, more=more, left=row["left"], dice=dice)
        return None

    def _may_pass(self, rule_id: int, account: str, more: dict[str, Any]) -> bool:
        """Take one drop out of the account's bucket, which fills with `rate` drops a second up to `burst`."""
        now = self._clock.now()
        level, then = self._buckets.get((rule_id, account), (float(more["burst"]), now))
        level = min(float(more["burst"]), level + max(0.0, now - then) * float(more["rate"]))
        self._buckets[rule_id, account] = (level - 1 if level >= 1 else level, now)
        return level >= 1
