"""Signatures by known answers, computed here from the documents and not by our own functions."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from lapak.channels.kit import load
from lapak.channels.kit.errors import ConsentRefused, PushForged
from lapak.channels.kit.protocol import AsksConsent, PushesOrders
from lapak.channels.tokopedia.auth import sign
from tests.channels.tokopedia.shop import SETTINGS, scene_of, shop, spec

AT = 1_790_812_800
SECRET = "rahasia-aplikasi-4471"


def by_hand(path: str, pairs: str, body: str = "", secret: str = SECRET) -> str:
    text = f"{secret}{path}{pairs}{body}{secret}"
    return hmac.new(secret.encode("utf-8"), text.encode("utf-8"), hashlib.sha256).hexdigest()


def test_a_signature_is_hmac_sha256_as_the_world_knows_it() -> None:
    # RFC 4231 test case 2, with the text taken apart so that what stands around it is its own.
    key, text = "Jefe", "Jefewhat do ya want for nothing?Jefe"
    right = hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
    assert sign(secret="Jefe", path="what do ya ", query=[("want ", "for nothing?")], body=b"") == right


@given(
    query=st.lists(
        st.tuples(st.text("abcxyz_", min_size=1), st.text(max_size=20)), unique_by=lambda pair: pair[0], max_size=6
    ),
    body=st.text(max_size=40),
)
def test_the_order_of_the_query_does_not_matter_and_every_other_byte_does(
    query: list[tuple[str, str]], body: str
) -> None:
    def signed(pairs: list[tuple[str, str]], written: str) -> str:
        return sign(secret="s", path="/a/202309/b", query=pairs, body=written.encode("utf-8", "replace"))

    once = signed(query, body)
    assert once == signed(list(reversed(query)), body)
    assert once == signed([*query, ("sign", "apa saja"), ("access_token", "apa saja")], body)
    assert once != signed(query, body + "x")
    assert once != signed([*query, ("zzz9", "1")], body)


@pytest.mark.parametrize("prefix", ["", "/tokopedia", "/a/b"])
def test_a_call_signs_the_path_without_what_our_host_puts_before_it(tmp_path: Path, prefix: str) -> None:
    scene = scene_of(
        tmp_path,
        f"""[[call]]
does = "GET {prefix}/order/202507/orders"
answer = '{{"code": 0, "data": {{"orders": []}}}}'
""",
    )
    with time_machine.travel(AT, tick=False):
        opened = shop(scene, host=f"https://toko.scene{prefix}/")
        opened.orders(["576461413038785752", "576461413038785753"])
    request = scene.requests[0]
    asked = dict(parse_qsl(request.url.query.decode()))
    pairs = (
        f"app_key6latihan4471ids576461413038785752,576461413038785753shop_cipherrahasia-sandi-toko-4471timestamp{AT}"
    )
    assert asked.pop("sign") == by_hand("/order/202507/orders", pairs)
    assert asked == {
        "app_key": "6latihan4471",
        "timestamp": str(AT),
        "ids": "576461413038785752,576461413038785753",
        "shop_cipher": "rahasia-sandi-toko-4471",
    }
    assert request.headers["x-tts-access-token"] == "rahasia-akses-4471"


def test_a_body_is_signed_byte_for_byte_as_it_is_sent_and_a_page_token_as_it_is_meant(tmp_path: Path) -> None:
    scene = scene_of(
        tmp_path,
        """[[call]]
does = "POST /order/202309/orders/search"
query = { page_token = "a+b/c==" }
answer = '{"code": 0, "data": {"orders": []}}'

[[call]]
does = "POST /order/202309/orders/search"
answer = '{"code": 0, "data": {"orders": [], "next_page_token": "a+b/c=="}}'
""",
    )
    with time_machine.travel(AT, tick=False):
        shop(scene).orders_changed(datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 9, 2, tzinfo=UTC))
    last = scene.requests[1]
    asked = dict(parse_qsl(last.url.query.decode()))
    assert last.content == b'{"update_time_ge":1788220800,"update_time_lt":1788307201}'
    pairs = (
        "app_key6latihan4471page_size50page_tokena+b/c==shop_cipherrahasia-sandi-toko-4471"
        f"sort_fieldupdate_timesort_orderASCtimestamp{AT}"
    )
    assert asked["sign"] == by_hand("/order/202309/orders/search", pairs, last.content.decode())


def test_a_picture_is_sent_without_cipher_and_its_bytes_are_not_signed(tmp_path: Path) -> None:
    scene = scene_of(
        tmp_path,
        """like = "none_yet"
[[call]]
does = "POST /product/202309/products"
answer = '{"code": 0, "data": {"product_id": "1729001", "skus": [{"id": "5001", "seller_sku": "SBL-01"}]}}'

[[call]]
does = "GET /product/202309/products/1729001"
answer = '{"code": 12052048, "message": "Product not found", "data": null}'
""",
    )
    with time_machine.travel(AT, tick=False):
        shop(scene).put(spec())
    upload = next(request for request in scene.requests if request.url.path.endswith("/images/upload"))
    asked = dict(parse_qsl(upload.url.query.decode()))
    assert asked == {
        "app_key": "6latihan4471",
        "timestamp": str(AT),
        "sign": by_hand("/product/202309/images/upload", f"app_key6latihan4471timestamp{AT}"),
    }
    assert upload.headers["content-type"].startswith("multipart/form-data")
    assert b'name="use_case"' in upload.content


def test_the_consent_page_is_todays_with_a_service_and_the_older_one_without() -> None:
    newer = load.application("tokopedia", settings=SETTINGS)
    older = load.application("tokopedia", settings={**SETTINGS, "service_id": ""})
    assert isinstance(newer, AsksConsent)
    assert isinstance(older, AsksConsent)
    url = urlsplit(newer.consent_url(redirect="https://lapak.example/back", state="a b&c"))
    assert (url.netloc, url.path) == ("services.tiktokshop.com", "/open/authorize")
    assert dict(parse_qsl(url.query)) == {"service_id": "7412", "state": "a b&c"}
    url = urlsplit(older.consent_url(redirect="https://lapak.example/back", state="a b&c"))
    assert (url.netloc, url.path) == ("masuk.scene", "/oauth/authorize")
    assert dict(parse_qsl(url.query)) == {"app_key": "6latihan4471", "state": "a b&c"}


@pytest.mark.parametrize(
    ("shops", "why"),
    [
        ([], "no_shop"),
        ([{"id": "1", "region": "SG", "cipher": "a"}], "no_shop"),
        ([{"id": "1", "region": "ID", "cipher": "a"}, {"id": "2", "region": "ID", "cipher": "b"}], "several_shops"),
    ],
)
def test_a_consent_that_covers_no_or_several_indonesian_shops_is_refused(shops: list[object], why: str) -> None:
    def play(request: httpx2.Request) -> httpx2.Response:
        token = {"access_token": "a", "access_token_expire_in": AT, "refresh_token": "r", "refresh_token_expire_in": AT}
        data = token if request.url.path.startswith("/api/") else {"shops": shops}
        return httpx2.Response(200, text=json.dumps({"code": 0, "data": data}))

    application = load.application("tokopedia", settings=SETTINGS, transport=httpx2.MockTransport(play))
    assert isinstance(application, AsksConsent)
    with pytest.raises(ConsentRefused) as caught:
        application.exchange({"code": "kode", "app_key": "6latihan4471"})
    assert caught.value.told["why"] == why


def test_an_answer_for_another_application_is_refused_without_a_call() -> None:
    def play(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError(request.url.path)

    application = load.application("tokopedia", settings=SETTINGS, transport=httpx2.MockTransport(play))
    assert isinstance(application, AsksConsent)
    with pytest.raises(ConsentRefused):
        application.exchange({"code": "kode", "app_key": "milik-orang-lain"})


BODY = b'{"type":1,"shop_id":"778899","data":{"order_id":"1"}}'


def test_the_same_data_written_otherwise_is_forged() -> None:
    application = load.application("tokopedia", settings=SETTINGS)
    assert isinstance(application, PushesOrders)
    signature = hmac.new(SECRET.encode(), b"6latihan4471" + BODY, hashlib.sha256).hexdigest()
    application.verify(headers={"authorization": signature}, body=BODY, url="https://mana.saja")
    with pytest.raises(PushForged):
        application.verify(
            headers={"authorization": signature}, body=json.dumps(json.loads(BODY)).encode(), url="https://mana.saja"
        )
