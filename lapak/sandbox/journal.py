"""What was asked of the platforms, so that a test can say "one refresh call" or "not before Retry-After"."""

from __future__ import annotations

from typing import Any

from lapak.sandbox.store import Store

TABLES = """
CREATE TABLE IF NOT EXISTS call (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, platform TEXT NOT NULL, method TEXT NOT NULL,
    path TEXT NOT NULL, account TEXT NOT NULL, status INTEGER NOT NULL, error TEXT NOT NULL, fault TEXT NOT NULL);
"""
KEPT = 20_000


class Journal:
    """The last 20,000 calls. Query strings and bodies are left out: they carry tokens."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def note(
        self, *, at: float, platform: str, method: str, path: str, account: str, status: int, error: str, fault: str
    ) -> None:
        """Write one call down. `status` 0 means that no answer was given; `fault` names the switch that interfered."""
        seq = self._store.insert(
            "INSERT INTO call (at, platform, method, path, account, status, error, fault)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            at,
            platform,
            method,
            path,
            account,
            status,
            error,
            fault,
        )
        if seq % 500 == 0:
            self._store.run("DELETE FROM call WHERE seq <= ?", seq - KEPT)

    def since(self, *, platform: str, seq: int, limit: int) -> list[dict[str, Any]]:
        """Calls after a number, oldest first; an empty platform means all."""
        rows = self._store.rows(
            "SELECT * FROM call WHERE seq > ? AND (? = '' OR platform = ?) ORDER BY seq LIMIT ?",
            seq,
            platform,
            platform,
            limit,
        )
        return [dict(row) for row in rows]
