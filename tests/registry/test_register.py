"""A business is written down once, with its place and its first rung; what is typed is checked."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from lapak.core.actor import Actor, Role, owner, system
from lapak.core.clock import now
from lapak.core.errors import Invalid, NotFound, NotYours
from lapak.core.ids import BusinessId, PersonId, uuid7
from lapak.core.models import EventRow
from lapak.registry.errors import AlreadyClosed
from lapak.registry.models import AccountLink, Business, ChannelAccount, EstablishmentLink, LadderEvent
from lapak.registry.selectors import (
    business_file,
    business_row,
    businesses_of,
    likely_duplicates,
    rungs_of,
)
from lapak.registry.services import (
    climb,
    close_business,
    note_account,
    note_merchant,
    register_business,
    revise_business,
)
from lapak.registry.types import Evidence, Rung, Size

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("official_lists")]
SELF = system("test")


def _register(name: str = "Keripik Bu Wening", **known: str) -> BusinessId:
    facts = {"region_code": "32.73.02", "kbli_code": "10794", "phone": "0812-3456-7801", **known}
    return register_business(actor_person=PersonId(uuid7()), name=name, **facts)  # type: ignore[arg-type]  # texts only


def test_a_new_business_stands_on_the_first_rung_and_says_so() -> None:
    business_id = _register()
    row = business_row(actor=SELF, business_id=business_id)
    assert (row.name, row.phone, row.status) == ("Keripik Bu Wening", "+6281234567801", "open")
    assert [(rung.rung, rung.evidence) for rung in rungs_of(actor=SELF, business_id=business_id)] == [
        (Rung.REGISTERED, Evidence.OWNER_WORD)
    ]
    assert set(EventRow.objects.values_list("name", flat=True)) == {"BusinessRegistered", "RungReached"}


@pytest.mark.parametrize(
    ("field", "typed", "reason"),
    [
        ("name", "  ", "name_missing"),
        ("region_code", "99.99", "region_unknown"),
        ("region_code", "32", "region_wide"),
        ("kbli_code", "99999", "kbli_unknown"),
        ("phone", "022-4201234", "phone_not_mobile"),
        ("nib", "123", "nib_length"),
    ],
)
def test_what_cannot_be_right_is_refused_with_its_field_and_leaves_nothing(field: str, typed: str, reason: str) -> None:
    with pytest.raises(Invalid) as caught, transaction.atomic():
        _register(**{field: typed})
    assert (caught.value.told["field"], caught.value.told["reason"]) == (field, reason)
    assert not Business.objects.exists()


def test_the_npwp_is_kept_sealed_and_found_by_its_index() -> None:
    business_id = _register(npwp="01.312.166.0-091.000")
    stored = Business.objects.get(pk=business_id)
    assert "013121660" not in stored.npwp_sealed
    assert business_file(actor=SELF, business_id=business_id).has_npwp
    matches = likely_duplicates(name="Lain Sekali", npwp="0013121660091000")
    assert [(match.business_id, match.why) for match in matches] == [(business_id, ("npwp",))]


def test_an_owner_sees_only_their_own_and_an_officer_only_their_region() -> None:
    own, other = _register(), _register("Batik Sekar Arum", region_code="32.04")
    mine = owner(PersonId(uuid7()), [own])
    city = Actor(role=Role.OFFICER, regions=frozenset({"32.73"}))
    assert [row.business_id for row in businesses_of(actor=mine)] == [own]
    assert [row.business_id for row in businesses_of(actor=city, region_code="32.73")] == [own]
    for actor in (mine, city):
        with pytest.raises(NotYours):
            business_row(actor=actor, business_id=other)
    with pytest.raises(NotYours):
        businesses_of(actor=city, region_code="32")
    with pytest.raises(NotYours):
        businesses_of(actor=Actor(role=Role.PARTNER, partner="pasar"))
    with pytest.raises(NotFound):
        business_row(actor=SELF, business_id=BusinessId(uuid7()))


def test_an_officers_region_does_not_reach_into_one_whose_code_begins_alike() -> None:
    _register()
    assert businesses_of(actor=Actor(role=Role.OFFICER, regions=frozenset({"32.7"})), region_code="32.7") == []


def test_the_list_goes_on_where_the_last_page_ended() -> None:
    ids = [_register(f"Warung {at}") for at in range(5)][::-1]
    first = businesses_of(actor=SELF, limit=3)
    second = businesses_of(actor=SELF, limit=3, before=first[-1].business_id)
    assert [row.business_id for row in first + second] == ids


def test_a_business_is_found_by_part_of_its_name_by_phone_and_by_nib() -> None:
    business_id = _register(nib="9120001234567")
    _register("Batik Sekar Arum", phone="081234567802")
    for typed in ("wening", "0812 3456 7801", "+62 812 3456 7801", "9120001234567"):
        assert [row.business_id for row in businesses_of(actor=SELF, search=typed)] == [business_id], typed


def test_a_change_keeps_the_old_row_with_who_changed_it() -> None:
    business_id = _register()
    person = PersonId(uuid7())
    revise_business(actor=owner(person, [business_id]), business_id=business_id, name="Keripik Wening Jaya")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT past.name, context.metadata->>'person', context.metadata->>'why'"
            " FROM registry_businesspast past JOIN pghistory_context context ON context.id = past.pgh_context_id"
        )
        assert cursor.fetchall() == [("Keripik Bu Wening", str(person), "revise_business")]
        cursor.execute("UPDATE registry_business SET name = 'Diam-diam'")
        cursor.execute("SELECT count(*) FROM registry_businesspast WHERE name = 'Keripik Wening Jaya'")
        assert cursor.fetchone() == (1,)


def test_a_move_ends_the_old_establishment_and_keeps_it() -> None:
    business_id = _register()
    revise_business(actor=SELF, business_id=business_id, region_code="32.04", address="Jl. Melati 4")
    places = EstablishmentLink.objects.filter(business_id=business_id).order_by("pk").select_related("establishment")
    assert [(link.establishment.region_code, link.until is None) for link in places] == [
        ("32.73.02", False),
        ("32.04", True),
    ]
    assert business_file(actor=SELF, business_id=business_id).address == "Jl. Melati 4"


def test_sizes_by_capital_and_by_sales_are_both_told_when_they_differ() -> None:
    business_id = _register()
    revise_business(actor=SELF, business_id=business_id, capital_idr=900_000_000, sales_idr=3_000_000_000)
    size = business_file(actor=SELF, business_id=business_id).size
    assert (size.size, size.by_sales, size.differ) == (Size.MIKRO, Size.KECIL, True)
    assert business_row(actor=SELF, business_id=business_id).size_class == "mikro"


def test_a_closed_business_cannot_be_changed() -> None:
    business_id = _register()
    close_business(
        actor=SELF, business_id=business_id, on=date(2026, 1, 5), evidence=Evidence.OWNER_WORD, because="chat"
    )
    assert business_row(actor=SELF, business_id=business_id).status == "closed"
    with pytest.raises(AlreadyClosed):
        revise_business(actor=SELF, business_id=business_id, name="Buka Lagi")


def test_a_step_told_twice_is_one_step() -> None:
    business_id = _register()
    for _ in range(3):
        climb(
            business_id=business_id, rung=Rung.ACTIVE, at=now(), evidence=Evidence.CHANNEL_API, because="order-1"
        )  # fmt: skip
    assert LadderEvent.objects.filter(business_id=business_id, rung=Rung.ACTIVE.step).count() == 1


def test_better_evidence_of_a_step_is_kept_beside_the_first_and_weaker_is_not() -> None:
    business_id, at = _register(), now()
    steps = [(Evidence.CHAT, "chat"), (Evidence.TRAINER_NOTE, "note"), (Evidence.CHANNEL_API, "shop")]
    told = [
        climb(business_id=business_id, rung=Rung.CONNECTED, at=at, evidence=evidence, because=because)
        for evidence, because in steps
    ]
    assert told == [True, False, True]
    row = rungs_of(actor=SELF, business_id=business_id)[-1]
    assert (row.rung, row.at, row.evidence) == (Rung.CONNECTED, at, Evidence.CHANNEL_API)


def test_an_earlier_first_sale_found_later_moves_the_date() -> None:
    business_id, at = _register(), now()
    for because, when in (("b", at), ("a", at - timedelta(days=9)), ("c", at)):
        climb(business_id=business_id, rung=Rung.ACTIVE, at=when, evidence=Evidence.CHANNEL_API, because=because)
    reached = {row.rung: row.at for row in rungs_of(actor=SELF, business_id=business_id)}
    assert reached[Rung.FIRST_SALE] == at - timedelta(days=9)


def test_computed_rungs_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="follows from the sales"):
        climb(business_id=_register(), rung=Rung.SUSTAINED, at=now(), evidence=Evidence.CHAT, because="x")


@pytest.mark.parametrize("wish", ["UPDATE registry_ladderevent SET evidence = 1", "DELETE FROM registry_ladderevent"])
def test_the_ladder_cannot_be_changed_even_by_raw_sql(wish: str) -> None:
    _register()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(wish)
    assert LadderEvent.objects.count() == 1


def test_an_account_told_twice_is_one_and_keeps_its_best_evidence() -> None:
    business_id, at = _register(), now()
    note_account(
        business_id=business_id, platform="shopee", external_id="99", handle="wening", verified_how=Evidence.OWNER_WORD
    )
    note_account(
        business_id=business_id, platform="shopee", external_id="99", verified_how=Evidence.CHANNEL_API,
        seen_active_at=at,
    )  # fmt: skip
    (account,) = business_file(actor=SELF, business_id=business_id).accounts
    assert (account.handle, account.verified_how, account.seen_active_at) == ("wening", Evidence.CHANNEL_API, at)


def test_an_account_of_two_businesses_is_one_account_linked_twice() -> None:
    first, second = _register(), _register("Keripik Pak Wening", phone="081234567802")
    for business_id in (first, second, first):
        note_account(business_id=business_id, platform="shopee", external_id="99", verified_how=Evidence.CHANNEL_API)
        note_merchant(business_id=business_id, nmid="ID 1020304050607")
    assert (ChannelAccount.objects.count(), AccountLink.objects.count()) == (1, 2)


def test_likely_duplicates_come_with_the_fields_that_agree() -> None:
    business_id = _register(nib="9120001234567")
    _register("Batik Sekar Arum", phone="081234567802")
    matches = likely_duplicates(
        name="KERIPIK BU WENNING", phone="+6281234567801", nib="9120001234567", region_code="32.73.02"
    )
    assert [(match.business_id, match.why) for match in matches] == [(business_id, ("nib", "phone", "name"))]
    assert [m.why for m in likely_duplicates(name="keripik bu weneng", region_code="32.73")] == [("name",)]
    assert likely_duplicates(name="Keripik Bu Wening", region_code="32.04") == []
    assert likely_duplicates(name="Toko Baru", phone="", nib="") == []
