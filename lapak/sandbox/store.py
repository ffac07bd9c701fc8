"""One SQLite file holds all state. Writes are short transactions, so a killed process loses nothing acknowledged."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CORE_TABLES = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sequence (name TEXT PRIMARY KEY, last INTEGER NOT NULL);
"""


class Store:
    """The sandbox's tables over one connection, used from one event loop and therefore by one caller at a time."""

    def __init__(self, file: Path, tables: Iterable[str]) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Starlette's test client builds the app in one thread and runs its loop in another; the loop is the only user.
        self._db = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=5)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")  # safe against kill -9; a power cut may cost a moment
        self._db.execute("PRAGMA foreign_keys = ON")
        for script in (CORE_TABLES, *tables):
            self._db.executescript(script)

    def close(self) -> None:
        """Write the log back into the file and let go of it."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. A transaction inside another joins it. Never await inside."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def run(self, sql: str, *values: Any) -> int:
        """Execute one statement; returns the number of rows it touched."""
        return self._db.execute(sql, values).rowcount

    def insert(self, sql: str, *values: Any) -> int:
        """Execute one INSERT; returns the new row's id."""
        return int(self._db.execute(sql, values).lastrowid or 0)

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """All rows of a question."""
        return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """The first row of a question, or None."""
        found: sqlite3.Row | None = self._db.execute(sql, values).fetchone()
        return found

    def next_id(self, name: str, *, start: int) -> int:
        """The next number of a series. A number once given never returns, not even after a reset."""
        with self.transaction():
            self.run("INSERT OR IGNORE INTO sequence VALUES (?, ?)", name, start - 1)
            self.run("UPDATE sequence SET last = last + 1 WHERE name = ?", name)
            row = self.row("SELECT last FROM sequence WHERE name = ?", name)
        assert row is not None
        return int(row["last"])

    def setting(self, name: str, default: Any) -> Any:
        """A value kept under a name (any JSON), or the default."""
        row = self.row("SELECT value FROM setting WHERE name = ?", name)
        return default if row is None else json.loads(row["value"])

    def keep_setting(self, name: str, value: Any) -> None:
        """Keep a JSON value under a name."""
        self.run(
            "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name,
            json.dumps(value),
        )

    def forget_settings(self, prefix: str) -> None:
        """Drop every kept value whose name begins so."""
        self.run("DELETE FROM setting WHERE substr(name, 1, ?) = ?", len(prefix), prefix)
