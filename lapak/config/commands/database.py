"""Commands on the database, and what every command needs that asks it something."""

import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from lapak.config.home import APP_ROLE, OWNER_ROLE, Home


def set_up_django(*, role: str) -> None:
    """Load Django for this process, connected as a role."""
    import django

    os.environ["LAPAK_DATABASE_ROLE"] = role
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lapak.config.settings")
    django.setup()


@contextmanager
def database() -> Iterator[Home]:
    """A prepared database and Django over it, for the length of a command. Raises: NotPrepared, DatabaseUnavailable."""
    from lapak.config import postgres
    from lapak.config.prepare import must_be_prepared

    home = Home.from_env()
    with postgres.running(home):
        must_be_prepared(home)
        set_up_django(role=APP_ROLE)
        yield home


def migrate(given: Namespace) -> None:
    """Migrations, reference lists, rights and static files, as the owner of the tables."""
    from lapak.config import postgres
    from lapak.config.prepare import prepare_database, prepare_static

    home = Home.from_env()
    with postgres.running(home):
        set_up_django(role=OWNER_ROLE)
        for step in prepare_database(home):
            if not given.quiet:
                print(f"{step} …", flush=True)
        prepare_static(home)
    if not given.quiet:
        print("ready")
