"""Joining, owning, agreeing."""

from datetime import date

from django.conf import settings
from django.db import transaction

from lapak.accounts.models import Consent, Ownership, Person
from lapak.accounts.types import BusinessOwned, ConsentGiven, ConsentWithdrawn, PersonJoined
from lapak.core.clock import WIB, now
from lapak.core.crypto import blind_index, seal
from lapak.core.errors import Invalid, NotFound
from lapak.core.events import record
from lapak.core.ids import BusinessId, PersonId
from lapak.registry.identifiers import check_name, check_nik, check_phone


@transaction.atomic
def join(*, phone: str, name: str, language: str = "id") -> PersonId:
    """Write down the person with a phone that was proven before (see `proven_phone`). Twice is once.

    A person who is here already stays as they are. Raises: Invalid.
    """
    _must_be_language(language)
    person, is_new = Person.objects.get_or_create(
        phone=check_phone(phone), defaults={"name": check_name(name, limit=150), "language": language}
    )
    person_id = PersonId(person.pk)
    if is_new:
        person.set_unusable_password()
        person.save(update_fields=["password"])
        record(PersonJoined(person_id=person_id))
    return person_id


@transaction.atomic
def revise_person(
    *, person_id: PersonId, name: str | None = None, language: str | None = None, nik: str | None = None
) -> None:
    """Change what is given about oneself and leave the rest. An empty NIK forgets it. Raises: Invalid, NotFound."""
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None:
        raise NotFound(person_id=person_id)
    if name is not None:
        person.name = check_name(name, limit=150)
    if language is not None:
        _must_be_language(language)
        person.language = language
    if nik is not None:
        number = check_nik(nik).number if nik else ""
        person.nik_sealed = seal(number, bound_to=f"person:{person.pk}:nik") if number else ""
        person.nik_index = blind_index(number, field="nik") if number else ""
    person.save()


@transaction.atomic
def own(*, person_id: PersonId, business_id: BusinessId) -> None:
    """From today this person runs the business. Twice is once."""
    _, is_new = Ownership.objects.get_or_create(
        person_id=person_id, business_id=business_id, until=None, defaults={"since": _today()}
    )
    if is_new:
        record(BusinessOwned(person_id=person_id, business_id=business_id))


def part_from(*, person_id: PersonId, business_id: BusinessId) -> None:
    """From today this person does not run the business any more."""
    Ownership.objects.filter(person_id=person_id, business_id=business_id, until=None).update(until=_today())


@transaction.atomic
def give_consent(*, person_id: PersonId, purpose: str, text_version: str, how: str) -> None:
    """A person agrees. how: `web`, `chat`, `paper`. The same words twice are once; new words replace the old."""
    alive = Consent.objects.select_for_update().filter(person_id=person_id, purpose=purpose, withdrawn_at=None).first()
    if alive and alive.text_version == text_version:
        return
    at = now()
    if alive:
        alive.withdrawn_at = at
        alive.save(update_fields=["withdrawn_at"])
    Consent.objects.create(person_id=person_id, purpose=purpose, text_version=text_version, how=how, given_at=at)
    record(ConsentGiven(person_id=person_id, purpose=purpose))


@transaction.atomic
def withdraw_consent(*, person_id: PersonId, purpose: str) -> None:
    """A person no longer agrees; whatever rests on it hears of it at once. Twice is once."""
    alive = Consent.objects.filter(person_id=person_id, purpose=purpose, withdrawn_at=None)
    if alive.update(withdrawn_at=now()):
        record(ConsentWithdrawn(person_id=person_id, purpose=purpose))


def _must_be_language(language: str) -> None:
    if language not in dict(settings.LANGUAGES):
        raise Invalid(field="language", reason="language_unknown")


def _today() -> date:
    return now().astimezone(WIB).date()
