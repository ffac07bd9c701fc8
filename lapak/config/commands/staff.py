"""Commands on members of staff."""

import getpass
import sys
from argparse import Namespace

from lapak.config.commands.database import database


def create(given: Namespace) -> None:
    """Make an account with one role. The password is asked for, or read as one line where there is no terminal."""
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    with database():
        from django.db import transaction

        from lapak.accounts.services import grant_role, hire
        from lapak.core.actor import Role

        with transaction.atomic():
            person_id = hire(email=given.email, name=given.name, password=password)
            grant_role(
                person_id=person_id, role=Role(given.role), region_code=given.region, nation=given.nation,
                partner=given.partner,
            )  # fmt: skip
    print(f"{given.email} may sign in at /staf/masuk; the second factor is set up there")
