"""API keys: made, shown once, recognised, revoked."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from lapak.accounts.selectors import actor_of
from lapak.api.models import ApiKey
from lapak.core.actor import Role
from lapak.core.clock import now
from lapak.core.crypto import blind_index
from lapak.core.errors import Invalid, NotFound, NotYours
from lapak.core.ids import PersonId

MARK = "lapak"
NOTE_USE_EVERY = timedelta(minutes=1)  # "last used" is for people; a write for each request would be for nobody


@dataclass(frozen=True, kw_only=True)
class KeyRow:
    """A key to look at. prefix: how it begins, to tell keys apart; the rest is known to its holder alone."""

    key_id: UUID
    person_id: PersonId
    name: str
    prefix: str
    role: Role
    writes: bool
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@transaction.atomic
def make_key(*, person_id: PersonId, name: str, role: Role, writes: bool = False) -> tuple[KeyRow, str]:
    """A new key and its whole text, which nobody can read again. Raises: Invalid (no name, or a role not held).

    The role is asked for anew each time the key is used.
    """
    if not name.strip() or len(name) > 80:
        raise Invalid(field="name", reason="name_missing" if not name.strip() else "name_long", limit=80)
    try:
        actor_of(person_id=person_id, role=role)
    except NotYours as not_held:
        raise Invalid(field="role", reason="role_not_held") from not_held
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    made = ApiKey.objects.create(
        person_id=person_id, name=name.strip(), prefix=prefix, digest=_digest(secret), role=role, writes=writes,
        created_at=now(),
    )  # fmt: skip
    return _row(made), f"{MARK}_{prefix}_{secret}"


def keys_of(*, person_id: PersonId) -> list[KeyRow]:
    """The keys of a person, revoked ones too, newest first."""
    return [_row(key) for key in ApiKey.objects.filter(person_id=person_id).order_by("-created_at", "-pk")]


def revoke_key(*, prefix: str) -> KeyRow:
    """End a key, at once. Twice is once. Raises: NotFound."""
    ApiKey.objects.filter(prefix=prefix, revoked_at=None).update(revoked_at=now())
    found = ApiKey.objects.filter(prefix=prefix).first()
    if found is None:
        raise NotFound(prefix=prefix)
    return _row(found)


def key_of(text: str) -> KeyRow | None:
    """The live key behind a text; None for one that never was, was changed or was revoked. Notes its use."""
    mark, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    found = ApiKey.objects.filter(prefix=prefix, revoked_at=None).first() if mark == MARK else None
    # Compared also where no key was found, so that the time taken says nothing.
    same = hmac.compare_digest(found.digest if found else "", _digest(secret))
    if found is None or not same:
        return None
    at = now()
    unnoted = Q(last_used_at=None) | Q(last_used_at__lt=at - NOTE_USE_EVERY)
    if found.last_used_at is None or found.last_used_at < at - NOTE_USE_EVERY:
        ApiKey.objects.filter(unnoted, pk=found.pk).update(last_used_at=at)
    return _row(found)


def _digest(secret: str) -> str:
    return blind_index(secret, field="api_key")


def _row(key: ApiKey) -> KeyRow:
    return KeyRow(
        key_id=key.pk, person_id=PersonId(key.person_id), name=key.name, prefix=key.prefix, role=Role(key.role),
        writes=key.writes, created_at=key.created_at, last_used_at=key.last_used_at, revoked_at=key.revoked_at,
    )  # fmt: skip
