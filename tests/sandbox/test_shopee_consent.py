"""Consent, tokens and signatures of practice Shopee."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from tests.sandbox.seller import PARTNER_ID, REDIRECT, Seller, hex_hmac


def test_a_seller_who_agrees_sends_the_app_a_code_and_the_shop(http: httpx2.Client) -> None:
    back = Seller(http).consent("Kopi Lereng Asri")
    assert set(back) == {"code", "shop_id", "state"}
    assert back["state"] == "s-1"


def test_a_seller_who_refuses_sends_no_code(http: httpx2.Client) -> None:
    assert Seller(http).consent(answer="tolak") == {"state": "s-1"}


def test_the_classic_page_opens_only_with_a_right_signature(http: httpx2.Client) -> None:
    seller, path = Seller(http), "/api/v2/shop/auth_partner"
    query = seller.query(path, public=True, redirect=REDIRECT)
    page = http.get("/shopee" + path, params=query)
    assert page.status_code == 200
    assert "Setuju, beri izin" in page.text
    assert REDIRECT in page.text
    wrong = http.get("/shopee" + path, params=query | {"sign": "0" * 64})
    assert (wrong.status_code, wrong.json()["error"]) == (403, "error_sign")


def test_the_new_page_needs_no_signature_but_a_known_partner(http: httpx2.Client) -> None:
    query: dict[str, Any] = {
        "auth_type": "seller",
        "partner_id": PARTNER_ID,
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "state": "x",
    }
    assert 'value="x"' in http.get("/shopee/auth", params=query).text
    assert http.get("/shopee/auth", params=query | {"partner_id": 1}).json()["error"] == "invalid_partner_id"
    assert (
        http.get("/shopee/auth", params=query | {"redirect_uri": "javascript:alert(1)"}).json()["error"]
        == "error_param"
    )


def test_the_redirect_keeps_its_own_query(http: httpx2.Client) -> None:
    form = {"redirect": f"{REDIRECT}?a=1", "shop_name": "Toko Uji", "answer": "setuju"}
    reply = http.post("/shopee/consent", data=form, follow_redirects=False)
    assert parse_qs(urlsplit(reply.headers["location"]).query)["a"] == ["1"]


def test_a_shop_can_be_picked_again(seller: Seller) -> None:
    again = seller.consent(name="", shop_id=seller.shop_id)
    assert int(again["shop_id"]) == seller.shop_id


def test_a_form_without_a_shop_is_shown_again_with_what_is_wrong(http: httpx2.Client) -> None:
    reply = http.post("/shopee/consent", data={"redirect": REDIRECT, "state": "s-9", "answer": "setuju"})
    assert reply.status_code == 400
    assert "Pilih satu toko" in reply.text
    assert 'value="s-9"' in reply.text


def test_a_code_works_once_and_for_its_own_shop_only(http: httpx2.Client) -> None:
    seller = Seller(http)
    back = seller.consent()
    seller.shop_id = int(back["shop_id"]) + 1
    assert seller.exchange(back["code"])["error"] == "invalid_shop_id"
    seller.shop_id = int(back["shop_id"])
    first = seller.exchange(back["code"])
    assert first["expire_in"] == 14_400
    assert first["shop_id_list"] == [seller.shop_id]
    assert "response" not in first
    assert seller.exchange(back["code"])["error"] == "invalid_code"


def test_a_code_dies_after_ten_minutes(http: httpx2.Client) -> None:
    seller = Seller(http)
    back = seller.consent()
    seller.shop_id = int(back["shop_id"])
    http.put("/practice/clock", json={"ahead_s": 601})
    path = "/api/v2/auth/token/get"
    query = seller.query(path, public=True, at=int(time.time()) + 601)
    body = {"code": back["code"], "partner_id": PARTNER_ID, "shop_id": seller.shop_id}
    assert http.post("/shopee" + path, params=query, json=body).json()["error"] == "invalid_code"


def test_a_refresh_token_works_once_and_brings_a_new_pair(seller: Seller) -> None:
    old = seller.refresh
    fresh = seller.renew()
    assert fresh["partner_id"] == PARTNER_ID
    assert fresh["refresh_token"] != old
    assert seller.renew(old)["error"] == "error_shop_refresh_token"
    seller.take(fresh)
    assert seller.get("shop/get_shop_info")["shop_name"] == "Dapur Bu Ratmi"


def test_an_unknown_refresh_token_is_refused(seller: Seller) -> None:
    assert seller.renew("salah")["error"] == "error_auth"


def test_an_access_token_expires_after_four_hours(seller: Seller) -> None:
    seller.http.put("/practice/clock", json={"ahead_s": 14_401})
    path = "/api/v2/shop/get_profile"
    query = seller.query(path, at=int(time.time()) + 14_401)
    reply = seller.http.get("/shopee" + path, params=query)
    assert (reply.status_code, reply.json()["error"]) == (403, "invalid_acceess_token")


def test_a_revoked_consent_kills_every_token(seller: Seller) -> None:
    assert seller.http.post(f"/practice/shopee/{seller.shop_id}/revoke").json()["linked"] == 0
    assert seller.get("shop/get_profile")["error"] == "invalid_acceess_token"
    assert seller.renew()["error"] == "shop_no_linked"


def test_the_signed_page_takes_a_consent_back(seller: Seller) -> None:
    path = "/api/v2/shop/cancel_auth_partner"
    page = seller.http.get("/shopee" + path, params=seller.query(path, public=True, redirect=REDIRECT))
    assert "Putuskan sambungan" in page.text
    back = seller.consent(name="", cancel="1", shop_id=seller.shop_id)
    assert back == {"shop_id": str(seller.shop_id), "state": "s-1"}
    assert seller.get("shop/get_profile")["error"] == "invalid_acceess_token"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"sign": "f" * 64}, "error_sign"),
        ({"sign": None}, "error_param"),
        ({"partner_id": 5}, "invalid_partner_id"),
        ({"partner_id": "5000000000"}, "error_param"),
        ({"access_token": "lain"}, "error_sign"),
        ({"shop_id": "x"}, "error_param"),
        ({"timestamp": None}, "error_param"),
    ],
)
def test_a_call_with_wrong_common_parameters_is_refused(seller: Seller, change: dict[str, str], error: str) -> None:
    path = "/api/v2/shop/get_profile"
    query = {name: value for name, value in (seller.query(path) | change).items() if value is not None}
    answer = seller.http.get("/shopee" + path, params=query).json()
    assert answer["error"] == error
    assert len(answer["request_id"]) == 32


@pytest.mark.parametrize("skew_s", [-301, 301])
def test_a_timestamp_five_minutes_off_is_refused(seller: Seller, skew_s: int) -> None:
    path = "/api/v2/shop/get_profile"
    query = seller.query(path, at=int(time.time()) + skew_s)
    answer = seller.http.get("/shopee" + path, params=query).json()
    assert (answer["error"], "timestamp" in answer["message"]) == ("error_param", True)


def test_the_body_is_not_part_of_the_signature_but_the_path_is(seller: Seller) -> None:
    query = seller.query("/api/v2/shop/get_profile")
    assert seller.http.get("/shopee/api/v2/shop/get_shop_info", params=query).json()["error"] == "error_sign"


def test_another_shops_token_does_not_open_this_shop(seller: Seller, http: httpx2.Client) -> None:
    other = Seller(http).connect("Batik Sekar Ayu")
    other.shop_id = seller.shop_id
    assert other.get("shop/get_profile")["error"] == "invalid_acceess_token"


def test_an_unknown_path_is_a_wrong_parameter(seller: Seller) -> None:
    assert seller.get("product/get_attributes")["error"] == "error_param"


def test_every_linked_shop_is_listed_for_the_partner(seller: Seller) -> None:
    listed = seller.get("public/get_shops_by_partner", public=True)
    assert [shop["shop_id"] for shop in listed["authed_shop_list"]] == [seller.shop_id]
    assert listed["more"] is False


def test_the_signature_matches_a_value_worked_out_by_hand() -> None:
    # HMAC-SHA256 of the guide's base string, computed with openssl dgst -sha256 -hmac.
    base = "2001887/api/v2/auth/token/get1700000000"
    assert (
        hex_hmac("latihan-partner-key-shopee", base)
        == "e66d70fb5b5d0996f1d43cce872182abe975e1399843ea366c1611a4f97cab63"
    )
