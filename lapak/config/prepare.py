"""Bring a database and the static files to this version: migrations, rights, reference lists.

What was done last is kept as one digest in the database itself, so that a start compares one value instead of
loading Django, and a restored older dump is seen for what it is.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from lapak.config import rights
from lapak.config.errors import NotPrepared
from lapak.config.home import OWNER_ROLE, Home

PACKAGE = Path(__file__).resolve().parent.parent
BRING_TABLES = (
    "django",
    "django-allauth",
    "django-pghistory",
    "procrastinate",
)  # packages with migrations of their own
BRING_FILES = ("django", "django-allauth", "whitenoise")
LOCK = 7_203_411  # one machine prepares at a time; any number that nothing else uses


def database_digest() -> str:
    """What the database should be prepared from: our migrations, lists and rights, and others' versions."""
    files = [*PACKAGE.glob("*/migrations/*.py"), *PACKAGE.glob("reference/data/*"), Path(rights.__file__)]
    return _digest(files, BRING_TABLES)


def database_is_prepared(home: Home) -> bool:
    """Whether the database is at this version. False, too, for an empty one. Raises: psycopg.OperationalError."""
    with psycopg.connect(home.database_url(OWNER_ROLE), connect_timeout=5) as connection:
        if connection.execute("SELECT to_regclass('public.lapak_prepared')").fetchone() == (None,):
            return False
        return connection.execute("SELECT digest FROM lapak_prepared").fetchone() == (database_digest(),)


def must_be_prepared(home: Home) -> None:
    """Raises: NotPrepared, unless the database is at this version."""
    if not database_is_prepared(home):
        raise NotPrepared


def static_is_prepared(home: Home) -> bool:
    """Whether the collected static files are those of this version."""
    stamp = home.data / "static" / ".digest"
    return stamp.exists() and stamp.read_text() == _static_digest()


def prepare_database(home: Home) -> Iterator[str]:
    """Migrate, load the reference lists, give rights; yields what it does. Django must be set up as the owner."""
    from django.core.management import call_command

    from lapak.reference.services import load_reference

    with _alone(home) as owner:
        yield "migrations"
        call_command("migrate", interactive=False, verbosity=0)
        yield "reference lists"
        load_reference()
        yield "rights"
        owner.execute(
            "CREATE TABLE IF NOT EXISTS lapak_prepared"
            " (one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row), digest text NOT NULL, at timestamptz NOT NULL)"
        )
        if app_role := _app_role(home):
            rights.grant(owner, role=app_role)
        owner.execute(
            "INSERT INTO lapak_prepared (digest, at) VALUES (%s, now())"
            " ON CONFLICT (one_row) DO UPDATE SET digest = excluded.digest, at = excluded.at",
            [database_digest()],
        )


def prepare_static(home: Home) -> None:
    """Collect and compress the static files. Django must be set up."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    (home.data / "static" / ".digest").write_text(_static_digest())


@contextmanager
def _alone(home: Home) -> "Iterator[psycopg.Connection[tuple[object, ...]]]":
    with psycopg.connect(home.database_url(OWNER_ROLE), autocommit=True) as owner:
        owner.execute("SELECT pg_advisory_lock(%s)", [LOCK])  # let go when the connection ends, however it ends
        yield owner


def _app_role(home: Home) -> str:
    """The role to give rights to; empty where one role both owns and works."""
    app, owner = home.database_url(), home.database_url(OWNER_ROLE)
    return (urlsplit(app).username or "") if app != owner else ""


def _static_digest() -> str:
    files = (path for path in (PACKAGE / "web" / "static").rglob("*") if path.is_file())
    return _digest(files, BRING_FILES)


def _digest(files: Iterable[Path], packages: Iterable[str]) -> str:
    total = hashlib.sha256()
    for path in sorted(files):
        if path.is_file():
            total.update(f"{path.relative_to(PACKAGE)}\n".encode())
            total.update(path.read_bytes())
    for package in packages:
        total.update(f"{package}=={version(package)}\n".encode())
    return total.hexdigest()
