"""`lapak doctor`: look at an installation from outside and say of each thing: good, doubtful or bad, and what to do.

Nothing is started or changed. The English sentences are for operators.
"""

import http.client
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from importlib.util import find_spec
from urllib.parse import urlsplit

import psycopg

from lapak.config import postgres
from lapak.config.home import Home
from lapak.config.prepare import database_is_prepared, static_is_prepared
from lapak.core.errors import LapakError

FREE_BYTES = 2_000_000_000
SKEW_S = 60.0  # platforms refuse calls whose time is off by minutes; 5 at Shopee


class State(StrEnum):
    OK = "ok"
    DOUBTFUL = "doubtful"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One line. `do` is empty when all is well."""

    name: str
    state: State
    said: str
    do: str = ""


def examine(home: Home, *, public_url: str, sandbox_url: str) -> Iterator[Finding]:
    """Every check, in the order in which one thing needs another."""
    yield _python()
    yield from _folder(home)
    yield _secrets(home)
    if home.embedded:
        yield _binaries()
    reached = _database(home)
    yield reached
    if reached.state is State.OK:
        yield from _inside(home)
    yield _static(home)
    running = home.running.exists()
    yield _web(public_url, running=running)
    yield _sandbox(sandbox_url, running=running)
    if find_spec("pytest"):
        yield _chromium()


def _python() -> Finding:
    have = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] < (3, 14):
        return Finding("python", State.OK, have)
    return Finding("python", State.BAD, f"{have} is not supported", "make clean, then make setup PYTHON=python3.11")


def _folder(home: Home) -> Iterator[Finding]:
    if not home.data.exists():
        yield Finding("data folder", State.DOUBTFUL, f"{home.data} does not exist yet", "lapak up makes it")
        return
    probe = home.data / ".doctor"
    try:
        probe.touch()
        probe.unlink()
    except OSError as fault:
        yield Finding("data folder", State.BAD, f"{home.data}: {fault.strerror}", "give it to the user that runs Lapak")
        return
    free = shutil.disk_usage(home.data).free
    said = f"{home.data}, {free / 1e9:.1f} GB free"
    if free < FREE_BYTES:
        yield Finding("data folder", State.BAD, said, "make room, or move the folder and name it with --data")
    else:
        yield Finding("data folder", State.OK, said)


def _secrets(home: Home) -> Finding:
    file = home.data / "secrets.json"
    if not file.exists():
        return Finding("secrets", State.DOUBTFUL, "none yet", "lapak up makes them; keep a copy apart from the data")
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        return Finding("secrets", State.BAD, f"others can read {file} (mode {mode:o})", f"chmod 600 {file}")
    return Finding("secrets", State.OK, f"{file}, mode {mode:o}")


def _binaries() -> Finding:
    try:
        folder = postgres.binaries()
    except LapakError as fault:
        return Finding("postgresql", State.BAD, "no binaries", str(fault.told["why"]))
    return Finding("postgresql", State.OK, f"{postgres.major(folder)} in {folder}")


def _database(home: Home) -> Finding:
    try:
        with psycopg.connect(home.database_url(), connect_timeout=5) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.OperationalError as fault:
        why = str(fault).strip().split("\n", 1)[0]
        if home.embedded and not home.running.exists():
            return Finding("database", State.DOUBTFUL, "not running", "lapak up")
        return Finding("database", State.BAD, why, f"read {home.logs / 'postgres.log'}, or check LAPAK_DATABASE_URL")
    if version < 15:
        return Finding("database", State.BAD, f"PostgreSQL {version} is too old", "use 15 or newer")
    return Finding("database", State.OK, f"PostgreSQL {version} answers")


def _inside(home: Home) -> Iterator[Finding]:
    if not database_is_prepared(home):
        yield Finding("migrations", State.BAD, "the database is not at this version", "lapak migrate")
        return
    yield Finding("migrations", State.OK, "at this version")
    with psycopg.connect(home.database_url()) as app:
        yield _role(home, app)
        yield _worker(home, app)
        yield _parked(app)


def _role(home: Home, app: "psycopg.Connection[tuple[object, ...]]") -> Finding:
    row = app.execute(
        "SELECT current_user, rolsuper OR rolbypassrls,"
        " EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user)"
        " FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    name, mighty, owns = row or ("?", True, True)
    if mighty or owns:
        what = "is a superuser" if mighty else "owns the tables"
        do = "give the app a role of its own; the owner's goes into LAPAK_OWNER_DATABASE_URL"
        return Finding("role", State.BAD if home.embedded else State.DOUBTFUL, f"{name} {what}", do)
    return Finding("role", State.OK, f"{name} owns nothing")


def _worker(home: Home, app: "psycopg.Connection[tuple[object, ...]]") -> Finding:
    row = app.execute(
        "SELECT extract(epoch FROM now() - max(last_heartbeat))::float FROM procrastinate_workers"
    ).fetchone()
    age_s = row[0] if row else None
    if isinstance(age_s, float) and age_s < 30:
        return Finding("worker", State.OK, f"beat {age_s:.0f} s ago")
    said = "none has ever run" if age_s is None else f"last beat {age_s:.0f} s ago"
    if home.running.exists():
        return Finding("worker", State.BAD, said, f"read {home.logs / 'worker.log'}")
    return Finding("worker", State.DOUBTFUL, said, "lapak up, or lapak worker")


def _parked(app: "psycopg.Connection[tuple[object, ...]]") -> Finding:
    row = app.execute("SELECT count(*) FROM core_delivery WHERE parked_at IS NOT NULL AND done_at IS NULL").fetchone()
    count = row[0] if row else 0
    if count:
        return Finding("parked", State.DOUBTFUL, f"{count} deliveries wait for a person", "lapak jobs parked")
    return Finding("parked", State.OK, "nothing waits for a person")


def _static(home: Home) -> Finding:
    if static_is_prepared(home):
        return Finding("static files", State.OK, "at this version")
    return Finding("static files", State.DOUBTFUL, "not at this version", "lapak up, or lapak migrate")


def _web(url: str, *, running: bool) -> Finding:
    try:
        status, _ = _ask(f"{url}/health/ready")
    except OSError as fault:
        if not running:
            return Finding("web", State.DOUBTFUL, f"nobody listens at {url}", "lapak up")
        return Finding("web", State.BAD, f"{url}: {fault}", "read logs/web.log")
    if status == 200:
        return Finding("web", State.OK, f"{url} is ready")
    return Finding("web", State.BAD, f"{url}/health/ready answers {status}", "lapak migrate, then read logs/web.log")


def _sandbox(url: str, *, running: bool) -> Finding:
    try:
        _, skew_s = _ask(url)
    except OSError as fault:
        state = State.BAD if running and isinstance(fault, TimeoutError) else State.DOUBTFUL
        return Finding("practice platforms", state, f"nobody listens at {url}", "lapak up, or lapak sandbox serve")
    if abs(skew_s) > SKEW_S:
        return Finding("practice platforms", State.BAD, f"clocks differ by {skew_s:.0f} s", "set the clock (NTP)")
    return Finding("practice platforms", State.OK, f"{url} answers, clocks differ by {abs(skew_s):.0f} s")


def _chromium() -> Finding:
    found = shutil.which("chromium")
    if found:
        return Finding("chromium", State.OK, found)
    return Finding("chromium", State.DOUBTFUL, "none: browser tests are skipped", "apt-get install chromium")


def _ask(url: str) -> tuple[int, float]:
    """HTTP status, and by how many seconds the other clock is ahead of ours (0 when it does not say)."""
    parts = urlsplit(url)
    kind: Callable[..., http.client.HTTPConnection]
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    link = kind(parts.hostname or "", parts.port, timeout=5)
    try:
        link.request("GET", parts.path or "/")
        answer = link.getresponse()
        date = answer.getheader("Date")
        return answer.status, parsedate_to_datetime(date).timestamp() - time.time() if date else 0.0
    finally:
        link.close()
