"""Consent, tokens and signatures of practice Tokopedia."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from lapak.sandbox.app import create_app
from lapak.sandbox.settings import Settings, TokopediaSettings
from lapak.sandbox.tokopedia.gateway import sign
from tests.sandbox.tokopedia_seller import APP_KEY, APP_SECRET, UPLOAD, Toko, signature

SHOPS = "/authorization/202309/shops"


@pytest.fixture
def toko(http: httpx2.Client) -> Toko:
    return Toko(http).connect()


def words(answer: dict[str, Any]) -> str:
    return str(answer["message"])


def test_the_signature_is_the_one_of_the_official_example() -> None:
    query = [("timestamp", "1623812664"), ("app_key", "29a39d"), ("sign", "x"), ("access_token", "y")]
    assert sign("e59af819cc", SHOPS, query, b"") == "b596b73e0cc6de07ac26f036364178ab16b0a907af13d43f0a0cd2345f582dc8"


def test_a_seller_who_agrees_sends_the_app_a_code(http: httpx2.Client) -> None:
    assert set(Toko(http).consent()) == {"app_key", "code", "state"}
    assert Toko(http).consent(answer="tolak") == {"app_key": APP_KEY, "state": "s-1"}


def test_the_consent_page_knows_the_app_by_both_addresses(http: httpx2.Client) -> None:
    assert "Setuju, beri izin" in http.get("/tokopedia/open/authorize?service_id=latihan-service-tokopedia").text
    assert "Setuju, beri izin" in http.get(f"/tokopedia/oauth/authorize?app_key={APP_KEY}&state=x").text
    assert http.get("/tokopedia/open/authorize?service_id=7").json()["code"] == 36009004


def test_the_way_back_is_what_the_console_says(http: httpx2.Client) -> None:
    page = "/tokopedia/open/authorize?service_id=latihan-service-tokopedia"
    assert "SANDBOX_TOKOPEDIA_REDIRECT" in http.get(page).text
    http.put("/practice/tokopedia/app", json={"redirect": "http://127.0.0.1:9/balik"})
    assert 'name="redirect" value="http://127.0.0.1:9/balik"' in http.get(page).text
    assert http.put("/practice/tokopedia/app", json={"redirect": "javascript:x"}).status_code == 400


def test_a_form_without_a_shop_is_shown_again(http: httpx2.Client) -> None:
    form = {"redirect": "http://127.0.0.1:9/", "answer": "setuju", "state": "s-9"}
    reply = http.post("/tokopedia/consent", data=form)
    assert (reply.status_code, "Pilih satu toko" in reply.text, 'value="s-9"' in reply.text) == (400, True, True)


def test_a_code_works_once_and_for_half_an_hour(http: httpx2.Client) -> None:
    toko = Toko(http)
    code = toko.consent()["code"]
    assert toko.exchange(code)["code"] == 0
    assert toko.exchange(code)["code"] == 36004004
    late = toko.consent()["code"]
    http.put("/practice/clock", json={"ahead_s": 1801})
    assert toko.exchange(late)["code"] == 36004004


def test_tokens_say_the_moment_they_end_not_how_long_they_live(http: httpx2.Client) -> None:
    toko, now = Toko(http), time.time()
    data = toko.exchange(toko.consent()["code"])["data"]
    assert abs(data["access_token_expire_in"] - now - 7 * 86_400) < 10
    assert data["refresh_token_expire_in"] > data["access_token_expire_in"]
    assert (data["user_type"], data["seller_base_region"]) == (0, "ID")


def test_the_wrong_word_for_the_grant_is_refused(http: httpx2.Client) -> None:
    toko = Toko(http)
    code = toko.consent()["code"]
    assert toko.token("get", auth_code=code, grant_type="authorization_code")["code"] == 36004004
    assert toko.token("get", auth_code=code, grant_type="authorized_code", app_secret="x")["code"] == 36004004
    assert toko.exchange(code)["code"] == 0


def test_a_refresh_token_works_once(toko: Toko) -> None:
    old = toko.refresh
    toko.take(toko.renew())
    assert toko.refresh != old
    assert toko.renew(old)["code"] == 36004004
    assert toko.call("GET", SHOPS, cipher=False)["shops"]


def test_an_expired_access_token_is_told_from_a_wrong_one(toko: Toko) -> None:
    toko.http.put("/practice/clock", json={"ahead_s": 8 * 86_400})
    assert toko.call("GET", SHOPS, cipher=False, code=105002, at=int(time.time()) + 8 * 86_400)
    toko.take(toko.renew())
    toko.access = "TTP_x"
    wrong = toko.call("GET", SHOPS, cipher=False, code=36009004, at=int(time.time()) + 8 * 86_400)
    assert "x-tts-access-token" in words(wrong)


def test_a_wrong_signature_key_or_time_is_refused_each_in_its_words(toko: Toko) -> None:
    query = {"app_key": APP_KEY, "timestamp": str(int(time.time()))}
    headers = {"x-tts-access-token": toko.access}

    def ask(**changes: str) -> dict[str, Any]:
        sent = {"sign": signature(SHOPS, query)} | query | changes
        return dict(toko.http.get("/tokopedia" + SHOPS, params=sent, headers=headers).json())

    assert ask()["code"] == 0
    assert ask(sign="0" * 64)["code"] == 106001
    assert "required signature" in words(ask(sign=""))
    assert "`app_key`" in words(ask(app_key="lain"))
    early = toko.call("GET", SHOPS, cipher=False, code=36009004, at=int(time.time()) - 320)
    assert "earlier than 5 minutes" in words(early)
    ahead = toko.call("GET", SHOPS, cipher=False, code=36009004, at=int(time.time()) + 60)
    assert "more than 30 seconds" in words(ahead)


def test_the_body_is_signed_byte_for_byte(toko: Toko) -> None:
    path = "/product/202502/products/search"
    query = {"app_key": APP_KEY, "timestamp": str(int(time.time())), "shop_cipher": toko.cipher, "page_size": "10"}
    signed = json.dumps({"status": "ALL"}).encode()
    sent = json.dumps({"status": "ALL"}, separators=(",", ":")).encode()
    answer = toko.http.post(
        "/tokopedia" + path,
        params=query | {"sign": signature(path, query, signed)},
        content=sent,
        headers={"x-tts-access-token": toko.access},
    ).json()
    assert answer["code"] == 106001


def test_a_shop_cipher_is_refused_where_it_is_not_wanted_and_asked_for_where_it_is(toko: Toko) -> None:
    assert "not required" in words(toko.call("GET", SHOPS, code=36009004))
    assert "not required" in words(toko.call("POST", UPLOAD, code=36009004))
    assert toko.call("GET", "/logistics/202309/warehouses", cipher=False, code=106013)
    other = Toko(toko.http).connect("Batik Sekar Ayu")
    other.cipher = toko.cipher
    assert other.call("GET", "/logistics/202309/warehouses", code=106013)


def test_unknown_paths_methods_and_versions_are_told_apart(toko: Toko) -> None:
    reply = toko.raw("GET", "/product/202309/nothing")
    assert (reply.status_code, reply.json()["code"]) == (404, 36009009)
    assert toko.call("DELETE", "/product/202309/categories", code=36009010)
    assert toko.call("GET", "/product/209901/categories", code=36009014)


def test_a_revoked_shop_stays_shut_until_the_seller_agrees_again(toko: Toko) -> None:
    toko.http.post(f"/practice/tokopedia/{toko.shop_id}/revoke")
    assert toko.raw("GET", SHOPS, cipher=False).status_code == 401
    assert toko.renew()["code"] == 36004004
    toko.take(toko.exchange(toko.consent(name="", shop_id=toko.shop_id)["code"]))
    assert toko.call("GET", SHOPS, cipher=False)["shops"][0]["cipher"] == toko.cipher


@pytest.fixture
def keeping(tmp_path: Path) -> Iterator[Toko]:
    """A platform that gives the same refresh token again."""
    ours = TokopediaSettings(rotate=False)
    with TestClient(create_app(Settings(folder=tmp_path, tokopedia=ours))) as client:
        yield Toko(client).connect()


def test_a_platform_may_also_keep_the_refresh_token(keeping: Toko) -> None:
    old = keeping.refresh
    keeping.take(keeping.renew())
    assert keeping.refresh == old
    keeping.take(keeping.renew())
    assert keeping.call("GET", SHOPS, cipher=False)["shops"]


def test_no_secret_reaches_the_journal(toko: Toko) -> None:
    toko.renew()
    made = toko.http.get("/practice/calls", params={"platform": "tokopedia"}).json()["calls"]
    assert "/api/v2/token/refresh" in {call["path"] for call in made}
    assert {call["account"] for call in made} == {toko.shop_id}
    assert not any(secret in str(made) for secret in (APP_SECRET, toko.access, toko.refresh, toko.cipher))
