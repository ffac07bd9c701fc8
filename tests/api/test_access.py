"""Who gets in, as whom, and what is told to those who do not."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from lapak.accounts.services import end_role, grant_role, hire
from lapak.api import keys
from lapak.api.models import ApiKey
from lapak.core.actor import Role
from lapak.core.clock import now
from lapak.core.errors import Invalid, NotFound
from tests.api.caller import Caller, a_key, an_owner, told

pytestmark = pytest.mark.django_db


def test_a_key_acts_for_its_owner() -> None:
    ani = an_owner()
    me = ani.get("/me")
    assert me["role"] == "owner"
    assert me["businesses"] == [str(ani.business_id)]
    assert me["key"] == "kasir"


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Bearer lapak_000000000000_x", "Basic YTpi", "Bearer \u00e9", "lapak_a_b"]
)
def test_without_a_key_that_counts_nothing_is_told(header: str) -> None:
    answer = Client().get("/api/v1/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_signed_in"


def test_a_changed_secret_is_no_key() -> None:
    ani = an_owner()
    ani.key = ani.key[:-1] + ("a" if ani.key[-1] != "a" else "b")
    assert ani.call("GET", "/me").status_code == 401


def test_a_revoked_key_opens_nothing_any_more() -> None:
    ani = an_owner()
    assert ani.call("GET", "/me").status_code == 200
    for _ in range(2):
        assert keys.revoke_key(prefix=ani.key.split("_")[1]).revoked_at is not None
    assert ani.call("GET", "/me").status_code == 401
    with pytest.raises(NotFound):
        keys.revoke_key(prefix="nobody")


def test_of_a_key_only_a_digest_is_kept() -> None:
    secret = an_owner().key.split("_", 2)[2]
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(k)::text FROM api_apikey k")
        assert secret not in cursor.fetchone()[0]


def test_the_use_of_a_key_is_noted_once_a_minute() -> None:
    ani = an_owner()
    ani.get("/me")
    first = ApiKey.objects.get().last_used_at
    ani.get("/me")
    assert ApiKey.objects.get().last_used_at == first
    ApiKey.objects.update(last_used_at=now() - timedelta(minutes=2))
    ani.get("/me")
    noted = ApiKey.objects.get().last_used_at
    assert noted is not None
    assert first is not None
    assert noted > first
    assert ani.actor.person_id is not None
    assert [row.prefix for row in keys.keys_of(person_id=ani.actor.person_id)] == [ani.key.split("_")[1]]


def test_a_key_that_reads_changes_nothing() -> None:
    ani = an_owner(writes=False)
    answer = ani.call("POST", "/businesses", {"name": "Kopi Pak Darma"})
    assert (answer.status_code, told(answer)["code"]) == (403, "key_reads_only")
    assert ani.get("/businesses")["items"][0]["name"] == "Keripik Tempe Bu Lastri"


@pytest.mark.parametrize(
    ("name", "role"), [("", Role.OWNER), ("x" * 81, Role.OWNER), ("kasir", Role.SYSTEM), ("kasir", Role.OFFICER)]
)
def test_a_key_has_a_name_and_a_role_that_its_person_holds(name: str, role: Role) -> None:
    ani = an_owner()
    assert ani.actor.person_id is not None
    with pytest.raises(Invalid):
        keys.make_key(person_id=ani.actor.person_id, name=name, role=role)


def test_a_key_ends_with_the_role_it_was_made_for() -> None:
    officer = hire(email="dinas@bandung.example", name="Rina Kusuma", password="panjang-dan-rahasia-7")
    grant_role(person_id=officer, role=Role.OFFICER, region_code="32")
    ani = an_owner()
    rina = Caller(ani.actor, ani.business_id, a_key(officer, Role.OFFICER))
    assert rina.get("/me")["regions"] == ["32"]
    end_role(person_id=officer, role=Role.OFFICER, region_code="32")
    assert rina.call("GET", "/me").status_code == 401


def test_a_browser_session_reads_and_changes_only_with_the_token_of_our_pages() -> None:
    ani = an_owner()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ApiKey.objects.get().person, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/api/v1/me").json()["businesses"] == [str(ani.business_id)]
    body = json.dumps({"name": "Kopi Pak Darma"})
    sent = {"Idempotency-Key": "a"}
    refused = browser.post("/api/v1/businesses", body, content_type="application/json", headers=sent)
    assert (refused.status_code, refused.json()["code"]) == (403, "form_token_missing")
    token = "a" * 32
    browser.cookies["csrftoken"] = token
    sent["X-CSRFToken"] = token
    done = browser.post("/api/v1/businesses", body, content_type="application/json", headers=sent)
    assert done.status_code == 201


def test_a_session_of_nobody_is_nobody() -> None:
    browser = Client()
    browser.cookies["sessionid"] = "x" * 32
    assert browser.get("/api/v1/me").status_code == 401
    assert browser.post("/api/v1/businesses", "{}", content_type="application/json").status_code == 401
