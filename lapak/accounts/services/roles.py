"""Staff and their roles."""

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from lapak.accounts.errors import EmailTaken
from lapak.accounts.models import Caseload, Person, RoleGrant
from lapak.core.actor import Role
from lapak.core.clock import WIB, now
from lapak.core.errors import Invalid
from lapak.core.ids import BusinessId, PersonId
from lapak.registry.identifiers import check_name


@transaction.atomic
def hire(*, email: str, name: str, password: str) -> PersonId:
    """Make an account for a member of staff, who sets up the second factor at the first sign-in.

    Its roles are granted apart. Raises: Invalid (`email_form`, `password_weak`), EmailTaken.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as wrong:
        raise Invalid(field="email", reason="email_form") from wrong
    person = Person(email=address, name=check_name(name, limit=150), is_staff=True)
    try:
        validate_password(password, user=person)
    except ValidationError as weak:
        raise Invalid(field="password", reason="password_weak", why=" ".join(weak.messages)) from weak
    if Person.objects.filter(email=address).exists():
        raise EmailTaken
    person.set_password(password)
    person.save(force_insert=True)
    # The sign-in library asks for a verified address before it lets a second factor be set up.
    EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
    return PersonId(person.pk)


@transaction.atomic
def grant_role(
    *,
    person_id: PersonId,
    role: Role,
    region_code: str = "",
    nation: bool = False,
    partner: str = "",
    granted_by: PersonId | None = None,
) -> None:
    """Give a role from now on. Twice is once.

    An officer has a region's code or the nation, a partner its slug, a trainer neither. Raises: Invalid.
    """
    wanted = {Role.OFFICER: nation != bool(region_code), Role.PARTNER: bool(partner), Role.TRAINER: True}
    if not wanted.get(role, False):
        raise Invalid(field="role", reason="scope_missing")
    RoleGrant.objects.get_or_create(
        person_id=person_id,
        role=role,
        region_code=region_code,
        partner=partner,
        until=None,
        defaults={"nation": nation, "since": now(), "granted_by_id": granted_by},
    )


def end_role(*, person_id: PersonId, role: Role, region_code: str = "", partner: str = "") -> None:
    """Take a role away from now on."""
    held = RoleGrant.objects.filter(
        person_id=person_id, role=role, region_code=region_code, partner=partner, until=None
    )
    held.update(until=now())


@transaction.atomic
def take_on(*, trainer_id: PersonId, business_id: BusinessId) -> None:
    """From today a trainer looks after a business. Twice is once."""
    Caseload.objects.get_or_create(
        trainer_id=trainer_id,
        business_id=business_id,
        until=None,
        defaults={"since": now().astimezone(WIB).date()},
    )


def let_go_of(*, trainer_id: PersonId, business_id: BusinessId) -> None:
    """From today a trainer does not look after a business any more."""
    cases = Caseload.objects.filter(trainer_id=trainer_id, business_id=business_id, until=None)
    cases.update(until=now().astimezone(WIB).date())
