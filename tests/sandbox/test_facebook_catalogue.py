"""Practice Facebook: tokens and proofs, the catalogue in batches, posts of the Page."""

import hashlib
import hmac
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from lapak.sandbox.app import create_app
from lapak.sandbox.settings import FacebookSettings, Settings
from tests.sandbox.graph import CATALOG, TOKENS, batch, product
from tests.sandbox.seller import jpeg

PAGE = "104001887"
TOKEN, PAGE_TOKEN = TOKENS["facebook"], "latihan-token-halaman"


def call(
    http: httpx2.Client, method: str, path: str, body: Any = None, *, token: str = TOKEN, **query: Any
) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return http.request(method, f"/facebook/v26.0/{path}", json=body, params=query, headers=headers)


def code(reply: httpx2.Response) -> int:
    assert reply.status_code in (400, 401), reply.text
    return int(reply.json()["error"]["code"])


def outcome(http: httpx2.Client, handle: str, **query: Any) -> dict[str, Any]:
    reply = call(http, "GET", f"{CATALOG}/check_batch_request_status", handle=handle, **query)
    found: dict[str, Any] = reply.json()["data"][0]
    return found


def requests_of(*changes: tuple[str, dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"item_type": "PRODUCT_ITEM", "requests": [{"method": one, "data": data} for one, data in changes]} | more


def test_a_wrong_token_version_or_node_is_refused(http: httpx2.Client) -> None:
    assert code(call(http, "GET", PAGE, token="salah")) == 190
    assert code(http.get(f"/facebook/v26.0/{PAGE}")) == 190
    assert code(call(http, "GET", "999")) == 100
    assert code(http.get(f"/facebook/terbaru/{PAGE}", params={"access_token": TOKEN})) == 100
    assert http.get(f"/facebook/v26.0/{PAGE}", params={"access_token": TOKEN}).json()["id"] == PAGE


def test_a_proof_must_be_right_and_may_be_demanded(http: httpx2.Client, tmp_path: Path) -> None:
    proof = hmac.new(b"latihan-app-secret", TOKEN.encode(), hashlib.sha256).hexdigest()
    assert call(http, "GET", PAGE, appsecret_proof=proof).status_code == 200
    assert code(call(http, "GET", PAGE, appsecret_proof="0" * 64)) == 100
    settings = Settings(folder=tmp_path / "lain", facebook=FacebookSettings(require_proof=True))
    with TestClient(create_app(settings)) as strict:
        assert code(call(strict, "GET", PAGE)) == 100
        assert call(strict, "GET", PAGE, appsecret_proof=proof).status_code == 200


def test_a_page_token_comes_from_the_users_pages(http: httpx2.Client) -> None:
    found = call(http, "GET", "me/accounts").json()["data"][0]
    assert (found["id"], found["access_token"]) == (PAGE, PAGE_TOKEN)
    assert "CREATE_CONTENT" in found["tasks"]
    told = call(http, "GET", "debug_token", input_token=PAGE_TOKEN).json()["data"]
    assert (told["is_valid"], told["type"]) == (True, "PAGE")
    assert call(http, "GET", "debug_token", input_token="x").json()["data"]["is_valid"] is False


def test_a_product_written_by_batch_can_be_read(http: httpx2.Client) -> None:
    answer = batch(http, product(), product("KOPI-1", item_group_id="KOPI", availability="out of stock"))
    assert answer["validation_status"] == []
    done = outcome(http, answer["handles"][0])
    assert (done["status"], done["errors_total_count"], done["errors"]) == ("finished", 0, [])
    fields = "id,retailer_id,price,availability,review_status,image_fetch_status,inventory"
    found = call(http, "GET", f"{CATALOG}/products", fields=fields).json()["data"]
    assert [(one["retailer_id"], one["availability"]) for one in found] == [
        ("KRP-250", "in stock"),
        ("KOPI-1", "out of stock"),
    ]
    assert (found[0]["price"], found[0]["inventory"], found[0]["review_status"]) == ("18000 IDR", 12, "approved")
    assert call(http, "GET", found[0]["id"]).json()["name"] == "Keripik Singkong Balado 250 g"
    assert code(call(http, "GET", f"{CATALOG}/products", fields="harga")) == 100


def test_a_batch_is_saved_only_a_little_later(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(folder=tmp_path, facebook=FacebookSettings(batch_s=60)))) as http:
        handle = batch(http, product())["handles"][0]
        assert outcome(http, handle)["status"] == "started"
        assert call(http, "GET", f"{CATALOG}/products").json()["data"] == []
        http.put("/practice/clock", json={"ahead_s": 61})
        assert outcome(http, handle)["status"] == "finished"
        assert len(call(http, "GET", f"{CATALOG}/products").json()["data"]) == 1


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"price": "18000"}, "price must be an amount"),
        ({"price": 18000}, "price must be a string"),
        ({"price": "18000.50 IDR"}, "decimals"),
        ({"price": "18000 USD"}, "currency"),
        ({"availability": "ada"}, "availability"),
        ({"condition": "baru"}, "condition"),
        ({"title": "t" * 201}, "title"),
        ({"retailer_id": "KRP-250"}, "retailer_id does not belong"),
        ({"link": "toko.example"}, "absolute URLs"),
        ({"inventory": -1}, "inventory"),
    ],
)
def test_a_malformed_item_is_named_with_status_200_and_spoils_nothing_else(
    http: httpx2.Client, wrong: dict[str, Any], word: str
) -> None:
    answer = batch(http, product(), product("BURUK") | wrong)
    assert [one["retailer_id"] for one in answer["validation_status"]] == ["BURUK"]
    assert word in answer["validation_status"][0]["errors"][0]["message"]
    found = call(http, "GET", f"{CATALOG}/products").json()["data"]
    assert [one["retailer_id"] for one in found] == ["KRP-250"]


def test_errors_of_saving_come_later_and_ids_only_when_asked_for(http: httpx2.Client) -> None:
    batch(http, product())
    body = requests_of(("CREATE", product()), ("DELETE", {"id": "LAIN"}), ("UPDATE", {"id": "X", "price": "5 IDR"}))
    handle = call(http, "POST", f"{CATALOG}/items_batch", body).json()["handles"][0]
    done = outcome(http, handle)
    assert [(one["line"], one["id"]) for one in done["errors"]] == [(0, "KRP-250"), (1, "LAIN"), (2, "X")]
    assert (done["errors_total_count"], done["ids_of_invalid_requests"]) == (3, [])
    asked = outcome(http, handle, load_ids_of_invalid_requests="true")
    assert asked["ids_of_invalid_requests"] == ["KRP-250", "LAIN", "X"]
    assert code(call(http, "GET", f"{CATALOG}/check_batch_request_status", handle="lain")) == 100


def test_an_update_may_name_only_what_changes_and_upsert_can_be_forbidden(http: httpx2.Client) -> None:
    batch(http, product())
    batch(http, {"id": "KRP-250", "price": "20000 IDR", "quantity_to_sell_on_facebook": 3})
    item = http.get("/practice/facebook/state").json()["items"][0]
    assert (item["price_idr"], item["stock"], item["name"]) == (20000, 3, "Keripik Singkong Balado 250 g")
    handle = batch(http, product("BARU"), allow_upsert=False)["handles"][0]
    assert outcome(http, handle)["errors_total_count"] == 1
    body = requests_of(("DELETE", {"id": "KRP-250"}))
    call(http, "POST", f"{CATALOG}/items_batch", body)
    assert http.get("/practice/facebook/state").json()["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        requests_of(),
        requests_of(("UPDATE", product()), item_type="HOTEL"),
        requests_of(*[("UPDATE", {"id": "A"})] * 5001),
        {"requests": "semua", "item_type": "PRODUCT_ITEM"},
    ],
)
def test_a_batch_that_is_none_is_refused(http: httpx2.Client, body: dict[str, Any]) -> None:
    assert code(call(http, "POST", f"{CATALOG}/items_batch", body)) == 100
    assert code(call(http, "POST", "999/items_batch", requests_of(("UPDATE", product())))) == 100


def test_products_come_a_page_at_a_time(http: httpx2.Client) -> None:
    batch(http, *(product(f"P-{n}") for n in range(5)))
    seen, after = [], ""
    while True:
        page = call(http, "GET", f"{CATALOG}/products", limit=2, **({"after": after} if after else {})).json()
        seen += [one["retailer_id"] for one in page["data"]]
        if "next" not in page["paging"]:
            break
        assert "access_token" in page["paging"]["next"]
        after = page["paging"]["cursors"]["after"]
    assert seen == [f"P-{n}" for n in range(5)]
    wanted = '{"retailer_id":{"is_any":["P-1","P-3"]}}'
    found = call(http, "GET", f"{CATALOG}/products", filter=wanted).json()["data"]
    assert [one["retailer_id"] for one in found] == ["P-1", "P-3"]
    assert code(call(http, "GET", f"{CATALOG}/products", after="x")) == 100


def test_switches_refuse_review_fail_and_lose_the_picture(http: httpx2.Client) -> None:
    def rule(**fields: Any) -> None:
        assert http.put("/practice/facebook/faults", json=[fields]).status_code == 200

    rule(kind="refuse_item", message="Dilarang.", times=1)
    handle = batch(http, product())["handles"][0]
    assert outcome(http, handle)["errors"][0]["message"] == "item Dilarang."
    rule(kind="review_item", seconds=60, times=1)
    batch(http, product())
    state = http.get("/practice/facebook/state").json()["items"][0]
    assert state["review_status"] == "pending"
    http.put("/practice/clock", json={"ahead_s": 61})
    assert http.get("/practice/facebook/state").json()["items"][0]["review_status"] == "approved"
    rule(kind="refuse_item", path="image", times=1)
    batch(http, product())
    assert http.get("/practice/facebook/state").json()["items"][0]["image_fetch_status"] == "FETCH_FAILED"
    rule(kind="partial_batch", share=0.4, seed=3)
    handle = batch(http, *(product(f"P-{n}") for n in range(20)))["handles"][0]
    assert 0 < outcome(http, handle)["errors_total_count"] < 20


def test_a_forbidden_word_rejects_a_product_with_a_reason(http: httpx2.Client) -> None:
    batch(http, product(description="Tas kw super."))
    fields = "review_status,review_rejection_reasons"
    found = call(http, "GET", f"{CATALOG}/products", fields=fields).json()["data"][0]
    assert (found["review_status"], len(found["review_rejection_reasons"])) == ("rejected", 1)
    assert http.post("/practice/facebook/buy", json={"retailer_id": "KRP-250"}).status_code == 404


def test_throttling_says_in_a_header_when_to_come_back(http: httpx2.Client) -> None:
    http.put("/practice/facebook/faults", json={"kind": "rate_limit", "code": 80014, "retry_after": 240, "times": 1})
    reply = call(http, "GET", PAGE)
    assert (reply.status_code, reply.json()["error"]["code"]) == (400, 80014)
    usage = reply.headers["X-Business-Use-Case-Usage"]
    assert '"estimated_time_to_regain_access": 4' in usage
    assert '"type": "catalog_batch"' in usage
    http.put("/practice/facebook/faults", json={"kind": "token_revoked", "times": 1})
    revoked = call(http, "GET", PAGE).json()["error"]
    assert (revoked["code"], revoked["error_subcode"]) == (190, 460)


def test_a_post_appears_once_and_its_twin_is_refused(http: httpx2.Client) -> None:
    body = {"message": "Keripik baru matang!", "link": "http://127.0.0.1:9/keripik"}
    post_id = call(http, "POST", f"{PAGE}/feed", body, token=PAGE_TOKEN).json()["id"]
    assert post_id.startswith(f"{PAGE}_")
    assert code(call(http, "POST", f"{PAGE}/feed", body, token=PAGE_TOKEN)) == 506
    found = call(http, "GET", f"{PAGE}/posts", token=PAGE_TOKEN).json()["data"]
    assert [one["id"] for one in found] == [post_id]
    assert call(http, "GET", post_id, fields="message").json() == {"id": post_id, "message": body["message"]}
    assert "Keripik baru matang!" in http.get("/practice/facebook/home").text
    assert call(http, "DELETE", post_id).json() == {"success": True}
    assert code(call(http, "GET", post_id)) == 100
    assert code(call(http, "POST", f"{PAGE}/feed", {})) == 100


def test_photos_are_staged_and_hung_on_a_post(http: httpx2.Client) -> None:
    headers = {"Authorization": f"Bearer {PAGE_TOKEN}"}
    sent = {"source": ("foto.jpg", jpeg(), "image/jpeg")}
    path = f"/facebook/v26.0/{PAGE}/photos"
    staged = http.post(path, data={"published": "false"}, files=sent, headers=headers).json()
    assert set(staged) == {"id"}
    body = {"message": "Dua foto", "attached_media": [{"media_fbid": staged["id"]}]}
    post_id = call(http, "POST", f"{PAGE}/feed", body).json()["id"]
    picture = call(http, "GET", post_id, fields="full_picture").json()["full_picture"]
    assert http.get(picture).content == jpeg()
    direct = call(http, "POST", f"{PAGE}/photos", {"url": "http://127.0.0.1:9/a.jpg", "caption": "Satu"}).json()
    assert set(direct) == {"id", "post_id"}
    broken = {"source": ("foto.jpg", b"bukan foto", "image/jpeg")}
    assert code(http.post(path, files=broken, headers=headers)) == 324


def test_a_post_can_wait_for_its_time(http: httpx2.Client) -> None:
    body = {"message": "Besok", "published": False, "scheduled_publish_time": int(time.time()) + 3600}
    assert call(http, "POST", f"{PAGE}/feed", body).status_code == 200
    assert call(http, "GET", f"{PAGE}/posts").json()["data"] == []
    http.put("/practice/clock", json={"ahead_s": 3601})
    assert len(call(http, "GET", f"{PAGE}/posts").json()["data"]) == 1
    assert code(call(http, "POST", f"{PAGE}/feed", body | {"message": "Lalu"})) == 100


@pytest.mark.parametrize("odd", [None, True, -1, 2**70, 1.5, "", "x", [], [1], {}, [{}]], ids=repr)
def test_odd_values_are_refused_in_graphs_words(http: httpx2.Client, odd: Any) -> None:
    names: tuple[str, ...] = (
        "item_type",
        "requests",
        "allow_upsert",
        "message",
        "link",
        "attached_media",
        "published",
        "url",
    )
    names += ("scheduled_publish_time", "recipient", "messaging_type", "subscribed_fields")
    good = requests_of(("UPDATE", product())) | {"message": "Halo", "recipient": {"id": "1"}}
    paths = (f"{CATALOG}/items_batch", f"{PAGE}/feed", f"{PAGE}/photos", f"{PAGE}/messages", f"{PAGE}/subscribed_apps")
    for path in paths:
        for name in names:
            reply = call(http, "POST", path, good | {name: odd})
            assert reply.status_code == 200 or "error" in reply.json()
    for name in product():
        batch(http, product() | {name: odd})
    assert http.get("/practice/facebook/home").status_code == 200
    assert http.get("/practice/facebook/state").status_code == 200
