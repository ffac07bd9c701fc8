"""Who a person is, what they own, which roles they hold, what they agreed to."""

from datetime import timedelta

import pytest
import time_machine

from lapak.accounts.models import Consent, Person
from lapak.accounts.selectors import (
    actor_of,
    agrees,
    businesses_owned,
    consents_of,
    owners_of,
    person_by_phone,
    person_row,
    roles_of,
)
from lapak.accounts.services import (
    end_role,
    give_consent,
    grant_role,
    hire,
    join,
    let_go_of,
    own,
    part_from,
    revise_person,
    take_on,
    withdraw_consent,
)
from lapak.core.actor import Role
from lapak.core.clock import now
from lapak.core.crypto import open_sealed
from lapak.core.errors import Invalid, NotFound, NotYours
from lapak.core.ids import BusinessId, PersonId, uuid7
from lapak.core.models import EventRow
from lapak.registry.services import register_business
from tests.reference.lists import official_lists

__all__ = ["official_lists"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def wening() -> PersonId:
    return join(phone="0812-3456-7801", name="Wening  Astuti")


def _business(name: str = "Keripik Bu Wening") -> BusinessId:
    return register_business(actor_person=None, name=name)


def _events() -> list[str]:
    return list(EventRow.objects.order_by("pk").values_list("name", flat=True))


def test_joining_twice_with_one_phone_is_one_person(wening: PersonId) -> None:
    again = join(phone="+62 812 3456 7801", name="Nama Lain", language="en")
    row = person_row(person_id=wening)
    assert again == wening
    assert (row.name, row.phone, row.language, row.is_staff) == ("Wening Astuti", "+6281234567801", "id", False)
    assert _events() == ["PersonJoined"]
    assert not Person.objects.get().has_usable_password()


def test_a_person_is_found_by_phone_or_not_at_all(wening: PersonId) -> None:
    found = person_by_phone(phone="+6281234567801")
    assert found is not None
    assert found.person_id == wening
    assert person_by_phone(phone="+6281234567802") is None
    with pytest.raises(NotFound):
        person_row(person_id=PersonId(uuid7()))


def test_owning_has_dates_and_twice_is_once(wening: PersonId) -> None:
    first, second = _business(), _business("Batik Sekar Arum")
    for business_id in (first, second, first):
        own(person_id=wening, business_id=business_id)
    assert businesses_owned(person_id=wening) == [first, second]
    assert [row.person_id for row in owners_of(business_id=first)] == [wening]
    part_from(person_id=wening, business_id=first)
    assert businesses_owned(person_id=wening) == [second]
    assert owners_of(business_id=first) == []
    assert _events().count("BusinessOwned") == 2


def test_an_owner_acts_for_their_businesses_and_a_newcomer_for_none(wening: PersonId) -> None:
    assert actor_of(person_id=wening).businesses == frozenset()
    business_id = _business()
    own(person_id=wening, business_id=business_id)
    actor = actor_of(person_id=wening)
    assert (actor.role, actor.person_id, actor.businesses) == (Role.OWNER, wening, frozenset({business_id}))
    actor.must_run(business_id)


def test_a_role_is_held_with_its_scope_until_it_ends(wening: PersonId) -> None:
    for region in ("32.73", "32.04", "32.73"):
        grant_role(person_id=wening, role=Role.OFFICER, region_code=region)
    actor = actor_of(person_id=wening)
    assert (actor.role, actor.regions, actor.nation) == (Role.OFFICER, frozenset({"32.73", "32.04"}), False)
    end_role(person_id=wening, role=Role.OFFICER, region_code="32.73")
    assert actor_of(person_id=wening, role=Role.OFFICER).regions == frozenset({"32.04"})
    assert [role.region_code for role in roles_of(person_id=wening)] == ["32.04"]
    end_role(person_id=wening, role=Role.OFFICER, region_code="32.04")
    assert actor_of(person_id=wening).role is Role.OWNER


def test_a_national_officer_sees_every_region(wening: PersonId) -> None:
    grant_role(person_id=wening, role=Role.OFFICER, nation=True)
    assert actor_of(person_id=wening).sees_region("91.71")


def test_a_trainer_sees_the_caseload_of_today_and_changes_nothing(wening: PersonId) -> None:
    business_id = _business()
    grant_role(person_id=wening, role=Role.TRAINER)
    take_on(trainer_id=wening, business_id=business_id)
    take_on(trainer_id=wening, business_id=business_id)
    actor = actor_of(person_id=wening)
    actor.must_see(business_id)
    with pytest.raises(NotYours):
        actor.must_run(business_id)
    let_go_of(trainer_id=wening, business_id=business_id)
    assert not actor_of(person_id=wening).sees(business_id)


def test_a_partner_is_known_by_its_slug(wening: PersonId) -> None:
    grant_role(person_id=wening, role=Role.PARTNER, partner="pasar-kita")
    actor = actor_of(person_id=wening)
    assert (actor.role, actor.partner, actor.sees_region("")) == (Role.PARTNER, "pasar-kita", False)


def test_an_officer_who_owns_a_business_speaks_with_one_role_at_a_time(wening: PersonId) -> None:
    business_id = _business()
    own(person_id=wening, business_id=business_id)
    grant_role(person_id=wening, role=Role.OFFICER, region_code="32.73")
    officer, owner = actor_of(person_id=wening), actor_of(person_id=wening, role=Role.OWNER)
    assert (officer.role, owner.role) == (Role.OFFICER, Role.OWNER)
    assert officer.businesses == frozenset()
    with pytest.raises(NotYours):
        officer.must_run(business_id)


def test_a_role_that_is_not_held_cannot_be_taken(wening: PersonId) -> None:
    with pytest.raises(NotYours):
        actor_of(person_id=wening, role=Role.OFFICER)


def test_a_stopped_account_acts_for_nobody(wening: PersonId) -> None:
    Person.objects.update(is_active=False)
    with pytest.raises(NotYours):
        actor_of(person_id=wening)


@pytest.mark.parametrize(
    "scope",
    [
        {"role": Role.OFFICER},
        {"role": Role.OFFICER, "region_code": "32.73", "nation": True},
        {"role": Role.PARTNER},
        {"role": Role.OWNER},
        {"role": Role.SYSTEM},
    ],
)
def test_a_role_without_its_scope_is_not_granted(wening: PersonId, scope: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        grant_role(person_id=wening, **scope)  # type: ignore[arg-type]  # the facts are the test's own


def test_a_role_granted_later_is_not_held_before(wening: PersonId) -> None:
    with time_machine.travel(now() + timedelta(days=1)):
        grant_role(person_id=wening, role=Role.TRAINER)
    assert roles_of(person_id=wening) == []


def test_consent_is_kept_with_its_words_and_can_be_withdrawn(wening: PersonId) -> None:
    for _ in range(2):
        give_consent(person_id=wening, purpose="directory", text_version="1", how="web")
    assert agrees(person_id=wening, purpose="directory")
    give_consent(person_id=wening, purpose="directory", text_version="2", how="chat")
    assert [(row.text_version, row.withdrawn_at is None) for row in consents_of(person_id=wening)] == [
        ("2", True),
        ("1", False),
    ]
    for _ in range(2):
        withdraw_consent(person_id=wening, purpose="directory")
    assert not agrees(person_id=wening, purpose="directory")
    assert Consent.objects.count() == 2
    assert _events() == ["PersonJoined", "ConsentGiven", "ConsentGiven", "ConsentWithdrawn"]


@pytest.mark.usefixtures("official_lists")
def test_a_nik_is_kept_sealed_bound_to_its_person_and_can_be_forgotten(wening: PersonId) -> None:
    revise_person(person_id=wening, nik="3515 1445 0868 0001", name="Wening A.", language="en")
    person = Person.objects.get(pk=wening)
    assert "3515144508680001" not in person.nik_sealed
    assert open_sealed(person.nik_sealed, bound_to=f"person:{person.pk}:nik") == "3515144508680001"
    assert (person.name, person.language, len(person.nik_index)) == ("Wening A.", "en", 64)
    revise_person(person_id=wening, nik="")
    person.refresh_from_db()
    assert (person.nik_sealed, person.nik_index, person.name) == ("", "", "Wening A.")


def test_what_cannot_be_said_of_a_person_is_refused(wening: PersonId) -> None:
    for change in ({"language": "fr"}, {"name": " "}, {"name": "x" * 151}):
        with pytest.raises(Invalid):
            revise_person(person_id=wening, **change)
    with pytest.raises(NotFound):
        revise_person(person_id=PersonId(uuid7()), name="Siapa")


def test_staff_have_an_address_and_no_phone() -> None:
    row = person_row(person_id=hire(email="Ratna@Dinas.example ", name="Ratna", password="sawah-hijau-pagi"))
    assert (row.email, row.phone, row.is_staff) == ("ratna@dinas.example", "", True)
