"""Questions about persons. None writes."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from lapak.accounts.models import Caseload, Consent, OneTimeCode, Ownership, Person, RoleGrant
from lapak.accounts.types import ConsentRow, PersonRow, RoleRow
from lapak.core.actor import Actor, Role, owner
from lapak.core.clock import WIB, now
from lapak.core.crypto import open_sealed
from lapak.core.errors import NotFound, NotYours
from lapak.core.ids import BusinessId, PersonId

PROVEN_FOR = timedelta(minutes=30)
"""How long a phone counts as proven by an entered code, so that joining can be finished without another."""


def person_row(*, person_id: PersonId) -> PersonRow:
    """A person. Raises: NotFound."""
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotFound(person_id=person_id)
    return row_of(person)


def person_by_phone(*, phone: str) -> PersonRow | None:
    """The person with this phone (E.164), if there is one."""
    person = Person.objects.filter(phone=phone).first()
    return row_of(person) if person else None


def person_by_email(*, email: str) -> PersonRow | None:
    """The member of staff who signs in with this address, if there is one."""
    person = Person.objects.filter(email=email.strip().lower()).first()
    return row_of(person) if person else None


def owners_of(*, business_id: BusinessId) -> list[PersonRow]:
    """Who runs a business today, the longest first."""
    owned = Ownership.objects.filter(_today(), business_id=business_id).select_related("person").order_by("since", "pk")
    return [row_of(ownership.person) for ownership in owned if ownership.person.is_active]


def businesses_owned(*, person_id: PersonId) -> list[BusinessId]:
    """What a person runs today, the oldest first."""
    owned = Ownership.objects.filter(_today(), person_id=person_id).order_by("since", "pk")
    return [BusinessId(pk) for pk in owned.values_list("business_id", flat=True)]


def roles_of(*, person_id: PersonId) -> list[RoleRow]:
    """The granted roles a person holds now. Owning a business is no grant and not among them."""
    held = _grants(person_id).order_by("since", "pk")
    return [
        RoleRow(
            role=Role(grant.role),
            region_code=grant.region_code,
            nation=grant.nation,
            partner=grant.partner,
            since=grant.since,
        )
        for grant in held
    ]


def actor_of(*, person_id: PersonId, role: Role | None = None) -> Actor:
    """The actor a person speaks as, with what it may see now.

    Without a role: officer, trainer or partner when granted, in this order, else owner (perhaps of nothing yet).
    Raises: NotYours when the role asked for is not held, or the account is switched off.
    """
    if not Person.objects.filter(pk=person_id, is_active=True).exists():
        raise NotYours(person_id=person_id)
    grants = list(_grants(person_id))
    held = {Role(grant.role) for grant in grants}
    chosen = role or next((r for r in (Role.OFFICER, Role.TRAINER, Role.PARTNER) if r in held), Role.OWNER)
    if chosen is Role.OWNER:
        return owner(person_id, businesses_owned(person_id=person_id))
    if chosen not in held:
        raise NotYours(person_id=person_id, role=chosen.value)
    mine = [grant for grant in grants if grant.role == chosen]
    cases = (
        Caseload.objects.filter(_today(), trainer_id=person_id) if chosen is Role.TRAINER else Caseload.objects.none()
    )
    return Actor(
        role=chosen,
        person_id=person_id,
        businesses=frozenset(BusinessId(pk) for pk in cases.values_list("business_id", flat=True)),
        regions=frozenset(grant.region_code for grant in mine if grant.region_code),
        partner=next((grant.partner for grant in mine if grant.partner), ""),
        nation=any(grant.nation for grant in mine),
    )


def consents_of(*, person_id: PersonId) -> list[ConsentRow]:
    """Every consent a person gave, also those withdrawn, the newest first."""
    given = Consent.objects.filter(person_id=person_id).order_by("-given_at", "-pk")
    columns = ("purpose", "text_version", "how", "given_at", "withdrawn_at")
    return [ConsentRow(**row) for row in given.values(*columns)]


def agrees(*, person_id: PersonId, purpose: str) -> bool:
    """Whether a consent for this purpose is alive."""
    return Consent.objects.filter(person_id=person_id, purpose=purpose, withdrawn_at=None).exists()


def proven_phone(*, request_id: UUID) -> str:
    """The phone that was proven with the code of this request within the last half hour. Raises: NotFound."""
    used = OneTimeCode.objects.filter(pk=request_id, used_at__gte=now() - PROVEN_FOR).first()
    if used is None:
        raise NotFound(request_id=request_id)
    return used.phone


def demo_code(*, request_id: UUID) -> str:
    """The code itself, so that a demonstration without phones can show it. Raises: NotFound outside a demonstration."""
    if not settings.LAPAK_DEMO:
        raise NotFound(request_id=request_id)
    waiting = OneTimeCode.objects.filter(pk=request_id, used_at=None, expires_at__gt=now()).exclude(sealed="").first()
    if waiting is None:
        raise NotFound(request_id=request_id)
    return open_sealed(waiting.sealed, bound_to=f"code:{waiting.pk}")


def row_of(person: Person) -> PersonRow:
    """A person as plain data."""
    return PersonRow(
        person_id=PersonId(person.pk),
        name=person.name,
        phone=person.phone or "",
        email=person.email or "",
        language=person.language,
        is_staff=person.is_staff,
    )


def _grants(person_id: PersonId) -> QuerySet[RoleGrant]:
    at = now()
    return RoleGrant.objects.filter(Q(until=None) | Q(until__gt=at), person_id=person_id, since__lte=at)


def _today() -> Q:
    today = now().astimezone(WIB).date()
    return Q(since__lte=today) & (Q(until=None) | Q(until__gt=today))
