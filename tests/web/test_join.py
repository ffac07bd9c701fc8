"""Joining and signing in: a code, four screens, and nothing asked twice."""

import pytest
from django.test import Client

from lapak.accounts.models import OneTimeCode
from lapak.accounts.selectors import consents_of, person_by_phone, person_row
from lapak.core.crypto import open_sealed
from lapak.reference.models import Kbli, Region
from lapak.registry.selectors import businesses_of
from tests import make
from tests.web.conftest import Visit

# A code's tries must survive whatever comes after, so the service wants a transaction of its own.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _lists() -> None:
    """The few official rows these screens need."""
    Kbli.objects.create(
        version="2020", code="10794", level=5, name="Industri Kerupuk, Keripik", common=True, search=" keripik kerupuk"
    )
    for code, level, parent, kind, name in (
        ("32", 1, "", "", "Jawa Barat"),
        ("32.73", 2, "32", "Kota", "Bandung"),
        ("32.73.02", 3, "32.73", "Kec.", "Coblong"),
    ):  # fmt: skip
        Region.objects.create(
            code=code, level=level, parent_code=parent, kind=kind, name=name, path=f"{kind} {name}", version="2025",
            key=name.lower(), search=f" {name.lower()} bandung",
        )  # fmt: skip


def code_sent() -> str:
    row = OneTimeCode.objects.latest("asked_at")
    return open_sealed(row.sealed, bound_to=f"code:{row.pk}")


def wrong_code() -> str:
    return f"{(int(code_sent()) + 1) % 1_000_000:06}"


def join_until_business(client: Client, phone: str = "0812 7000 0001") -> None:
    answer = client.post("/gabung/1", {"name": "Lastri Wahyuni", "phone": phone})
    assert answer["Location"] == "/gabung/kode"
    answer = client.post("/gabung/kode", {"code": code_sent()})
    assert answer["Location"] == "/usaha-baru"


def test_four_screens_make_an_owner_with_a_business_and_their_consent() -> None:
    client = Client()
    join_until_business(client)
    found = client.post("/gabung/2", {"name": "Keripik Bu Lastri", "sells": "keripik", "buat": "cari"})
    assert 'value="10794"' in found.content.decode()
    told = {"name": "Keripik Bu Lastri", "sells": "keripik", "kbli_code": "10794", "buat": "lanjut"}
    assert client.post("/gabung/2", told)["Location"] == "/gabung/3"
    found = client.post("/gabung/3", {"place": "coblong", "buat": "cari"})
    assert 'value="32.73.02"' in found.content.decode()
    told = {"place": "coblong", "region_code": "32.73.02", "buat": "lanjut"}
    assert client.post("/gabung/3", told)["Location"] == "/gabung/4"
    assert client.post("/gabung/4", {}).status_code == 422  # without consent nothing is kept
    answers = [client.post("/gabung/4", {"agree": "on", "op": "z"})["Location"] for _ in range(2)]
    assert answers == ["/", "/"]
    person = person_by_phone(phone="+6281270000001")
    assert person is not None
    assert [row.purpose for row in consents_of(person_id=person.person_id)] == ["programme"]
    assert "Halo, Lastri Wahyuni" in client.get("/").content.decode()
    assert client.get("/data-saya").content.decode().count("Keripik Bu Lastri") >= 1


def test_whoever_comes_too_early_is_led_to_the_screen_that_is_missing() -> None:
    client = Client()
    assert client.get("/gabung/3")["Location"] == "/gabung/1"
    join_until_business(client)
    assert client.get("/gabung/4")["Location"] == "/gabung/2"


def test_a_wrong_code_says_how_many_tries_are_left_and_keeps_the_person_out() -> None:
    client = Client()
    client.post("/gabung/1", {"name": "Lastri Wahyuni", "phone": "081270000002"})
    answer = client.post("/gabung/kode", {"code": wrong_code()})
    assert answer.status_code == 422
    assert "mencoba 4 kali" in answer.content.decode()
    assert client.get("/data-saya")["Location"].startswith("/masuk")


def test_a_code_opens_nothing_in_another_browser() -> None:
    first, second = Client(), Client()
    first.post("/gabung/1", {"name": "Lastri Wahyuni", "phone": "081270000003"})
    stolen = code_sent()
    second.post("/gabung/1", {"name": "Orang Lain", "phone": "081270000004"})
    assert second.post("/gabung/kode", {"code": stolen}).status_code == 422


def test_one_who_has_joined_signs_in_and_is_where_they_wanted_to_be() -> None:
    actor, business_id = make.owner_with_business()
    (row,) = businesses_of(actor=actor)
    assert row.business_id == business_id
    assert actor.person_id is not None
    phone = person_row(person_id=actor.person_id).phone
    for wanted, led_to in (("/produk", "/produk"), ("https://jahat.example/", "/"), ("//jahat.example", "/")):
        client = Client()
        assert client.get("/produk")["Location"] == "/masuk?next=%2Fproduk"
        client.post("/masuk", {"phone": phone, "next": wanted})
        assert client.post("/masuk/kode", {"code": code_sent()})["Location"] == led_to


def test_one_who_has_not_joined_goes_on_to_join_without_another_code() -> None:
    client = Client()
    client.post("/masuk", {"phone": "081270000005"})
    assert client.post("/masuk/kode", {"code": code_sent()})["Location"] == "/gabung/1"
    count = OneTimeCode.objects.count()
    answer = client.post("/gabung/1", {"name": "Lastri Wahyuni", "phone": "+6281270000005"})
    assert answer["Location"] == "/gabung/2"
    assert OneTimeCode.objects.count() == count


def test_too_many_codes_are_refused_beside_the_field() -> None:
    client = Client()
    for _ in range(3):
        client.post("/masuk", {"phone": "081270000006"})
    answer = client.post("/masuk", {"phone": "081270000006"})
    assert answer.status_code == 422
    assert "menit lagi" in answer.content.decode()
    assert 'value="081270000006"' in answer.content.decode()


def test_a_consent_is_withdrawn_as_easily_as_it_was_given(visit: Visit) -> None:
    assert visit.actor.person_id is not None
    visit.post("/data-saya", {"buat": "setuju", "tujuan": "whatsapp_news"})
    visit.post("/data-saya", {"buat": "tarik", "tujuan": "whatsapp_news"})
    (row,) = consents_of(person_id=visit.actor.person_id)
    assert row.withdrawn_at is not None
