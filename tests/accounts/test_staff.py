"""Staff come in by password and second factor, and by nothing less."""

from pathlib import Path

import pytest
from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from lapak.accounts.errors import EmailTaken
from lapak.accounts.models import Person
from lapak.accounts.services import hire, join
from lapak.accounts.sessions import sign_in
from lapak.core.errors import Invalid
from lapak.core.ids import PersonId

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.staff_urls")]
EMAIL, PASSWORD = "ratna@dinas.example", "sawah-hijau-di-pagi-hari"


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


@pytest.fixture
def officer() -> PersonId:
    return hire(email=EMAIL, name="Ratna Prameswari", password=PASSWORD)


def _code(secret: str) -> str:
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2])))


def _log_in(client: Client, *, email: str = EMAIL, password: str = PASSWORD) -> HttpResponse:
    return client.post(reverse("account_login"), {"login": email, "password": password})  # type: ignore[return-value]


def _enrol(client: Client) -> str:
    """Set the second factor up, as its page does. Returns the secret."""
    client.get(reverse("mfa_activate_totp"))
    secret = str(client.session[SECRET_SESSION_KEY])
    answer = client.post(reverse("mfa_activate_totp"), {"code": _code(secret)})
    assert answer.status_code == 302
    return secret


def _opens(client: Client) -> bool:
    return client.get("/board").status_code == 200


def test_the_first_sign_in_leads_to_setting_the_second_factor_up_and_nowhere_else(officer: PersonId) -> None:
    client = Client()
    assert client.get("/board").headers["Location"].startswith(reverse("account_login"))
    _log_in(client)
    assert client.get("/board").headers["Location"] == reverse("mfa_activate_totp")
    _enrol(client)
    assert _opens(client)


def test_from_then_on_a_password_alone_opens_nothing(officer: PersonId) -> None:
    first = Client()
    _log_in(first)
    secret = _enrol(first)
    second = Client()
    assert _log_in(second).headers["Location"].startswith(reverse("mfa_authenticate"))
    assert not _opens(second)
    second.post(reverse("mfa_authenticate"), {"code": "000000" if _code(secret) != "000000" else "111111"})
    assert not _opens(second)
    second.post(reverse("mfa_authenticate"), {"code": _code(secret)})
    assert _opens(second)


def test_the_second_factor_cannot_be_taken_off_and_its_secret_lies_sealed(officer: PersonId) -> None:
    client = Client()
    _log_in(client)
    secret = _enrol(client)
    client.post(reverse("mfa_deactivate_totp"))
    kept = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)
    assert _opens(client)


def test_spare_codes_open_once(officer: PersonId) -> None:
    client = Client()
    _log_in(client)
    _enrol(client)
    spare = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()[0]
    for opens in (True, False):
        other = Client()
        _log_in(other)
        other.post(reverse("mfa_authenticate"), {"code": spare})
        assert _opens(other) is opens


def test_nobody_signs_up() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
    assert not get_adapter().is_open_for_signup(HttpRequest())


def test_a_wrong_password_opens_nothing_and_many_close_the_door_for_a_while(officer: PersonId) -> None:
    client = Client()
    for _ in range(5):
        _log_in(client, password="salah")
    assert _log_in(client).status_code == 200  # the form again, though the password is right now
    assert not _opens(client)
    assert "_auth_user_id" not in client.session


def test_a_person_who_came_by_phone_is_an_owner_even_when_staff_too(officer: PersonId) -> None:
    Person.objects.filter(pk=officer).update(phone="+6281234567801")
    client = Client()
    _sign_in_by_phone(client, officer)
    assert client.get("/board").headers["Location"].startswith(reverse("account_login"))
    assert "_auth_user_id" not in client.session


def test_an_owner_is_sent_home_from_a_page_for_staff() -> None:
    client = Client()
    _sign_in_by_phone(client, join(phone="081234567801", name="Wening Astuti"))
    assert client.get("/board").headers["Location"] == "/"


def test_an_owner_with_a_password_could_not_use_it_here() -> None:
    person = Person.objects.get(pk=join(phone="081234567801", name="Wening Astuti"))
    person.email = "wening@toko.example"
    person.set_password(PASSWORD)
    person.save()
    client = Client()
    _log_in(client, email="wening@toko.example")
    assert "_auth_user_id" not in client.session


def test_signing_in_changes_the_session_key(officer: PersonId) -> None:
    client = Client()
    client.get("/board")
    before = client.session.session_key
    _sign_in_by_phone(client, join(phone="081234567801", name="Wening Astuti"))
    assert client.session.session_key != before


def test_two_members_of_staff_do_not_share_an_address(officer: PersonId) -> None:
    with pytest.raises(EmailTaken):
        hire(email=EMAIL.upper(), name="Orang Lain", password=PASSWORD)


@pytest.mark.parametrize(
    ("email", "password", "reason"),
    [
        ("bukan-alamat", PASSWORD, "email_form"),
        (EMAIL, "pendek", "password_weak"),
        (EMAIL, "1234567890123", "password_weak"),
    ],
)
def test_a_weak_password_or_no_address_is_refused(email: str, password: str, reason: str) -> None:
    with pytest.raises(Invalid) as caught:
        hire(email=email, name="Ratna Prameswari", password=password)
    assert caught.value.told["reason"] == reason


def _sign_in_by_phone(client: Client, person_id: PersonId) -> None:
    """Open a session as the sign-in page does after a code."""
    request = HttpRequest()
    request.session = client.session
    sign_in(request, person_id=person_id)
    request.session.save()
    client.cookies["sessionid"] = str(request.session.session_key)
