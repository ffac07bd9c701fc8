"""Commands on API keys: with them programs act for a person."""

from argparse import Namespace

from lapak.config.commands.database import database
from lapak.core.ids import PersonId


def create(given: Namespace) -> None:
    """Make a key and show it, once: nobody can read it again."""
    with database():
        from lapak.api.keys import make_key
        from lapak.core.actor import Role

        row, key = make_key(person_id=_person(given.person), name=given.name, role=Role(given.role), writes=given.write)
    print(key)
    print(f"acts as {row.role}, {'reads and changes' if row.writes else 'reads only'}; it is not shown again")


def list_(given: Namespace) -> None:
    """One line for each key of a person, the newest first."""
    with database():
        from lapak.api.keys import keys_of

        rows = keys_of(person_id=_person(given.person))
    for row in rows:
        state = f"revoked {row.revoked_at:%Y-%m-%d}" if row.revoked_at else "live"
        used = f"used {row.last_used_at:%Y-%m-%d %H:%M}" if row.last_used_at else "never used"
        print(f"{row.prefix}  {row.role:8}  {'write' if row.writes else 'read':5}  {state}, {used}  {row.name}")


def revoke(given: Namespace) -> None:
    """End a key, at once."""
    with database():
        from lapak.api.keys import revoke_key

        row = revoke_key(prefix=given.prefix)
    print(f"{row.prefix} ({row.name}) opens nothing any more")


def _person(said: str) -> PersonId:
    """The person with a phone or an e-mail address. Raises: NotFound, Invalid."""
    from lapak.accounts.selectors import person_by_email, person_by_phone
    from lapak.core.errors import NotFound
    from lapak.registry.identifiers import check_phone

    found = person_by_email(email=said) if "@" in said else person_by_phone(phone=check_phone(said))
    if found is None:
        raise NotFound(person=said)
    return found.person_id
