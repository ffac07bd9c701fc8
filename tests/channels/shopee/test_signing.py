"""Signatures by known answers, computed here by hand from the documents and not by our own functions."""

import hashlib
import hmac
import json
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
import time_machine

from lapak.channels.kit import load
from lapak.channels.kit.errors import PushForged
from lapak.channels.kit.protocol import AsksConsent, PushesOrders
from lapak.channels.shopee.auth import sign
from tests.channels.shopee.shop import SETTINGS, scene_of, shop

AT = 1_790_812_800


def by_hand(base: str, key: str = "kunci-mitra-rahasia") -> str:
    return hmac.new(key.encode("utf-8"), base.encode("utf-8"), hashlib.sha256).hexdigest()


def test_a_signature_is_the_published_algorithm_over_plain_text() -> None:
    # RFC 4231 test case 2: the key is text, the answer is known to the world.
    answer = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert sign("Jefe", "what do ya want for nothing?") == answer


@pytest.mark.parametrize("prefix", ["", "/shopee", "/a/b"])
def test_a_shop_call_signs_the_path_without_what_our_host_puts_before_it(tmp_path: Path, prefix: str) -> None:
    scene = scene_of(
        tmp_path,
        f"""[[call]]
does = "GET {prefix}/api/v2/shop/get_shop_info"
answer = '{{"error": "", "shop_name": "Dapur"}}'
""",
    )
    with time_machine.travel(AT, tick=False):
        shop(scene, host=f"https://shopee.scene{prefix}/").profile()
    asked = dict(parse_qsl(scene.requests[0].url.query.decode()))
    base = f"2001887/api/v2/shop/get_shop_info{AT}rahasia-akses-4471778899"
    assert asked == {
        "partner_id": "2001887",
        "timestamp": str(AT),
        "access_token": "rahasia-akses-4471",
        "shop_id": "778899",
        "sign": by_hand(base),
    }


def test_a_public_call_signs_without_token_and_shop() -> None:
    seen: list[httpx2.Request] = []

    def play(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        told = {"access_token": "a", "refresh_token": "r", "expire_in": 14400, "error": ""}
        return httpx2.Response(200, text=json.dumps(told))

    application = load.application("shopee", settings=SETTINGS, transport=httpx2.MockTransport(play))
    assert isinstance(application, AsksConsent)
    with time_machine.travel(AT, tick=False):
        application.exchange({"code": "kode", "shop_id": "778899"})
    asked = dict(parse_qsl(seen[0].url.query.decode()))
    assert asked["sign"] == by_hand(f"2001887/api/v2/auth/token/get{AT}")
    assert "access_token" not in asked
    assert json.loads(seen[0].content) == {"code": "kode", "shop_id": 778899, "partner_id": 2001887}


def test_the_signed_consent_page_carries_our_state_inside_the_redirect() -> None:
    application = load.application("shopee", settings={**SETTINGS, "host": "https://shopee.scene/shopee"})
    assert isinstance(application, AsksConsent)
    with time_machine.travel(AT, tick=False):
        url = urlsplit(application.consent_url(redirect="https://lapak.example/back?x=1", state="a b&c"))
    asked = dict(parse_qsl(url.query))
    assert (url.netloc, url.path) == ("shopee.scene", "/shopee/api/v2/shop/auth_partner")
    assert asked.pop("redirect") == "https://lapak.example/back?x=1&state=a+b%26c"
    assert asked == {
        "partner_id": "2001887",
        "timestamp": str(AT),
        "sign": by_hand(f"2001887/api/v2/shop/auth_partner{AT}"),
    }


def test_the_newer_consent_page_is_unsigned_and_knows_state() -> None:
    application = load.application("shopee", settings={**SETTINGS, "auth_url": "https://open.shopee.com/auth"})
    assert isinstance(application, AsksConsent)
    url = urlsplit(application.consent_url(redirect="https://lapak.example/back", state="a b&c"))
    assert (url.netloc, url.path) == ("open.shopee.com", "/auth")
    assert dict(parse_qsl(url.query)) == {
        "auth_type": "seller",
        "partner_id": "2001887",
        "redirect_uri": "https://lapak.example/back",
        "response_type": "code",
        "state": "a b&c",
    }


@pytest.mark.parametrize("told", [14_400, 13_859, AT + 14_400])
def test_the_end_of_a_token_is_read_as_seconds_or_as_a_moment(told: int) -> None:
    def play(request: httpx2.Request) -> httpx2.Response:
        body = {"access_token": "a", "refresh_token": "r", "expire_in": told, "error": ""}
        return httpx2.Response(200, text=json.dumps(body))

    application = load.application("shopee", settings=SETTINGS, transport=httpx2.MockTransport(play))
    assert isinstance(application, AsksConsent)
    with time_machine.travel(AT, tick=False):
        grant = application.exchange({"code": "kode", "shop_id": "778899"})
    assert grant.expires_at.timestamp() == (told if told > AT else AT + told)


BODY = b'{"code":3,"shop_id":778899,"data":{"ordersn":"X","status":"UNPAID"}}'
URL = "https://lapak.example/hooks/shopee"


def pushes(**settings: str) -> PushesOrders:
    application = load.application("shopee", settings={**SETTINGS, **settings})
    assert isinstance(application, PushesOrders)
    return application


def test_a_push_is_signed_with_its_own_key_or_else_with_the_partner_key() -> None:
    base = f"{URL}|{BODY.decode()}"
    pushes().verify(headers={"authorization": by_hand(base)}, body=BODY, url=URL)
    own = pushes(push_key="kunci-dorong")
    own.verify(headers={"authorization": by_hand(base, "kunci-dorong")}, body=BODY, url=URL)
    with pytest.raises(PushForged):
        own.verify(headers={"authorization": by_hand(base)}, body=BODY, url=URL)


def test_the_address_in_the_console_counts_and_not_what_a_proxy_made_of_it() -> None:
    signed = {"authorization": by_hand(f"{URL}|{BODY.decode()}")}
    pushes(push_url=URL).verify(headers=signed, body=BODY, url="http://127.0.0.1:8000/hooks/shopee")
    with pytest.raises(PushForged):
        pushes().verify(headers=signed, body=BODY, url="http://127.0.0.1:8000/hooks/shopee")


def test_a_signature_over_the_body_alone_counts_only_when_it_is_switched_on() -> None:
    signed = {"authorization": by_hand(BODY.decode())}
    pushes(push_body_only="yes").verify(headers=signed, body=BODY, url=URL)
    with pytest.raises(PushForged):
        pushes().verify(headers=signed, body=BODY, url=URL)


def test_the_same_data_written_otherwise_is_forged() -> None:
    signed = {"authorization": by_hand(f"{URL}|{BODY.decode()}")}
    with pytest.raises(PushForged):
        pushes().verify(headers=signed, body=json.dumps(json.loads(BODY)).encode(), url=URL)
