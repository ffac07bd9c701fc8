"""Practice Instagram: container, wait, publish; tags where the account may; direct messages."""

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image
from starlette.testclient import TestClient

from lapak.sandbox.app import create_app
from lapak.sandbox.settings import FacebookSettings, InstagramSettings, Settings
from tests.sandbox.graph import CATALOG, batch, product, wholes
from tests.sandbox.listener import Listener

USER = "17841400001887"
TOKEN, FACEBOOK_TOKEN = "latihan-token-instagram", "latihan-token-facebook"


def picture(size: tuple[int, int] = (640, 640), kind: str = "JPEG") -> bytes:
    raw = io.BytesIO()
    Image.new("RGB", size, "orange").save(raw, kind)
    return raw.getvalue()


PICTURES = {
    "/baik.jpg": picture(),
    "/png.png": picture(kind="PNG"),
    "/tinggi.jpg": picture((400, 900)),
    "/kecil.jpg": picture((200, 200)),
    "/lebar.jpg": picture((1600, 1600)),
}


@pytest.fixture(scope="module")
def photos() -> Iterator[str]:
    """A public media host on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            raw = PICTURES.get(self.path)
            self.send_response(200 if raw else 404)
            self.send_header("Content-Length", str(len(raw or b"")))
            self.end_headers()
            self.wfile.write(raw or b"")

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def tagging(tmp_path: Path) -> Iterator[httpx2.Client]:
    """A sandbox whose account may tag products."""
    settings = Settings(
        folder=tmp_path / "tag",
        facebook=FacebookSettings(batch_s=0),
        instagram=InstagramSettings(product_tags=True, ready_s=0),
    )
    with TestClient(create_app(settings)) as client:
        yield client


def call(
    http: httpx2.Client, method: str, path: str, body: Any = None, *, token: str = TOKEN, **query: Any
) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return http.request(method, f"/instagram/v26.0/{path}", json=body, params=query, headers=headers)


def refused(reply: httpx2.Response) -> tuple[int, int]:
    assert reply.status_code in (400, 401), reply.text
    error = reply.json()["error"]
    return error["code"], error.get("error_subcode", 0)


def container(http: httpx2.Client, photos: str, **more: Any) -> str:
    body = {"image_url": f"{photos}/baik.jpg", "caption": "Keripik baru"} | more
    reply = call(http, "POST", f"{USER}/media", {name: one for name, one in body.items() if one is not None})
    assert reply.status_code == 200, reply.text
    return str(reply.json()["id"])


def status(http: httpx2.Client, one: str) -> str:
    return str(call(http, "GET", one, fields="status_code,status").json()["status_code"])


def publish(http: httpx2.Client, one: str, **more: Any) -> httpx2.Response:
    return call(http, "POST", f"{USER}/media_publish", {"creation_id": one}, **more)


def test_a_picture_is_published_through_a_container(http: httpx2.Client, photos: str) -> None:
    one = container(http, photos)
    told = call(http, "GET", one, fields="status_code,status").json()
    assert told["status_code"] == "FINISHED"
    assert told["status"].startswith("Finished:")
    media = publish(http, one).json()["id"]
    assert status(http, one) == "PUBLISHED"
    found = call(http, "GET", f"{USER}/media", fields="caption,permalink,media_type").json()["data"]
    assert [(post["id"], post["caption"], post["media_type"]) for post in found] == [(media, "Keripik baru", "IMAGE")]
    assert "Keripik baru" in http.get("/practice/instagram/home").text


def test_a_container_must_be_waited_for_and_dies_after_a_day(photos: str, tmp_path: Path) -> None:
    settings = Settings(folder=tmp_path, instagram=InstagramSettings(ready_s=30))
    with TestClient(create_app(settings)) as http:
        one = container(http, photos)
        assert status(http, one) == "IN_PROGRESS"
        assert refused(publish(http, one)) == (9007, 2207027)
        http.put("/practice/clock", json={"ahead_s": 31})
        assert status(http, one) == "FINISHED"
        http.put("/practice/clock", json={"ahead_s": 86_500})
        assert status(http, one) == "EXPIRED"
        assert refused(publish(http, one)) == (-2, 2207020)


def test_publishing_a_container_twice_makes_two_posts(http: httpx2.Client, photos: str) -> None:
    one = container(http, photos)
    assert publish(http, one).json()["id"] != publish(http, one).json()["id"]
    assert len(http.get("/practice/instagram/state").json()["posts"]) == 2


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("png.png", (-1, 2207032)),
        ("tinggi.jpg", (36003, 2207009)),
        ("kecil.jpg", (-1, 2207032)),
        ("lebar.jpg", (-1, 2207032)),
        ("tidak-ada.jpg", (-2, 2207003)),
    ],
)
def test_only_jpegs_of_the_right_shape_are_taken(
    http: httpx2.Client, photos: str, name: str, expected: tuple[int, int]
) -> None:
    assert refused(call(http, "POST", f"{USER}/media", {"image_url": f"{photos}/{name}"})) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        {"image_url": None},
        {"image_url": "foto.jpg"},
        {"image_url": "http://127.0.0.1:9/kéripik.jpg"},
        {"caption": "c" * 2201},
        {"caption": "#a " * 31},
        {"caption": "@a " * 21},
        {"alt_text": "a" * 1001},
        {"collaborators": ["a", "b", "c", "d"]},
        {"media_type": "REELS"},
        {"is_carousel_item": True},
        {"media_type": "CAROUSEL", "children": "1"},
    ],
)
def test_a_container_keeps_to_its_limits(http: httpx2.Client, photos: str, wrong: dict[str, Any]) -> None:
    body = {"image_url": f"{photos}/baik.jpg", "caption": "Keripik"} | wrong
    sent = {name: one for name, one in body.items() if one is not None}
    assert refused(call(http, "POST", f"{USER}/media", sent))[0] == 100


def test_a_carousel_is_made_of_children_and_counted_once(http: httpx2.Client, photos: str) -> None:
    children = [container(http, photos, caption=None, is_carousel_item=True) for _ in range(2)]
    whole = call(http, "POST", f"{USER}/media", {"media_type": "CAROUSEL", "children": ",".join(children)}).json()["id"]
    assert publish(http, whole).status_code == 200
    assert refused(publish(http, children[0])) == (24, 2207008)
    found = call(http, "GET", f"{USER}/media", fields="media_type").json()["data"]
    assert [post["media_type"] for post in found] == ["CAROUSEL_ALBUM"]
    alone = container(http, photos)
    body = {"media_type": "CAROUSEL", "children": [alone, children[0]]}
    assert refused(call(http, "POST", f"{USER}/media", body)) == (24, 2207008)


def test_the_daily_quota_can_be_read_and_ends(photos: str, tmp_path: Path) -> None:
    settings = Settings(folder=tmp_path, instagram=InstagramSettings(posts_a_day=2, ready_s=0))
    with TestClient(create_app(settings)) as http:
        for _ in range(2):
            assert publish(http, container(http, photos)).status_code == 200
        path = f"{USER}/content_publishing_limit"
        told = call(http, "GET", path, fields="quota_usage,config").json()["data"][0]
        assert told == {"quota_usage": 2, "config": {"quota_total": 2, "quota_duration": 86_400}}
        third = container(http, photos)
        assert refused(publish(http, third)) == (9, 2207042)


def test_switches_refuse_and_delay_a_container(http: httpx2.Client, photos: str) -> None:
    http.put("/practice/instagram/faults", json={"kind": "refuse_item", "message": "Video rusak", "times": 1})
    one = container(http, photos)
    told = call(http, "GET", one, fields="status_code,status").json()
    assert (told["status_code"], told["status"]) == ("ERROR", "Error: Video rusak")
    assert refused(publish(http, one)) == (-1, 2207032)
    http.put("/practice/instagram/faults", json={"kind": "review_item", "seconds": 60, "times": 1})
    assert status(http, container(http, photos)) == "IN_PROGRESS"
    http.put("/practice/instagram/faults", json=[{"kind": "rate_limit", "times": 1}])
    assert refused(call(http, "GET", USER))[0] == 80002


def test_products_are_tagged_only_by_an_eligible_account(
    http: httpx2.Client, tagging: httpx2.Client, photos: str
) -> None:
    fields = {"fields": "shopping_product_tag_eligibility"}
    assert call(http, "GET", USER, token=FACEBOOK_TOKEN, **fields).json()["shopping_product_tag_eligibility"] is False
    assert refused(call(http, "GET", f"{USER}/available_catalogs", token=FACEBOOK_TOKEN))[0] == 10
    assert call(tagging, "GET", USER, **fields).json()["shopping_product_tag_eligibility"] is False
    assert call(tagging, "GET", USER, token=FACEBOOK_TOKEN, **fields).json()["shopping_product_tag_eligibility"]
    batch(tagging, product(), mount="instagram")
    found = call(
        tagging, "GET", f"{USER}/catalog_product_search", token=FACEBOOK_TOKEN, catalog_id=CATALOG, q="keripik"
    )
    product_id = found.json()["data"][0]["product_id"]
    body = {"image_url": f"{photos}/baik.jpg", "product_tags": [{"product_id": product_id, "x": 0.5, "y": 0.4}]}
    assert refused(call(tagging, "POST", f"{USER}/media", body))[0] == 10
    one = call(tagging, "POST", f"{USER}/media", body, token=FACEBOOK_TOKEN).json()["id"]
    media = publish(tagging, one, token=FACEBOOK_TOKEN).json()["id"]
    moved = {"updated_tags": [{"product_id": product_id, "x": 0.1, "y": 0.1}]}
    path = f"{media}/product_tags"
    assert call(tagging, "POST", path, moved, token=FACEBOOK_TOKEN).json() == {"success": True}
    tags = call(tagging, "GET", path, token=FACEBOOK_TOKEN).json()["data"]
    assert [(tag["product_id"], tag["x"]) for tag in tags] == [(product_id, 0.1)]
    outside = {"updated_tags": [{"product_id": product_id, "x": 1.5, "y": 0.1}]}
    assert refused(call(tagging, "POST", path, outside, token=FACEBOOK_TOKEN))[0] == 100


def test_a_direct_message_is_heard_and_answered(http: httpx2.Client, listener: Listener) -> None:
    portal = {"callback": listener.url, "verify_token": "rahasia"}
    assert http.put("/practice/instagram/portal", json=portal).status_code == 200
    call(http, "POST", f"{USER}/subscribed_apps", {"subscribed_fields": ["messages", "message_echoes"]})
    batch(http, product(), mount="instagram")
    person = http.post("/practice/instagram/buy", json={"item_sku": "KRP-250"}).json()["person"]
    whole = wholes(listener, 1)[0]
    event = whole["entry"][0]["messaging"][0]
    assert (whole["object"], whole["entry"][0]["id"], event["recipient"]["id"]) == ("instagram", USER, USER)
    assert "Keripik Singkong" in event["message"]["text"]
    body = {"recipient": {"id": person}, "message": {"text": "Siap, Kak."}}
    assert call(http, "POST", f"{USER}/messages", body).json()["recipient_id"] == person
    echo = wholes(listener, 2)[1]["entry"][0]["messaging"][0]
    assert echo["message"]["is_echo"] is True
    assert refused(call(http, "POST", f"{USER}/messages", body | {"message": {"text": "t" * 1001}}))[0] == 100
    http.put("/practice/clock", json={"ahead_s": 86_401})
    assert refused(call(http, "POST", f"{USER}/messages", body))[0] == 10
    assert "Siap, Kak." in http.get(f"/practice/instagram/person/{person}").text


def test_a_reset_of_facebook_leaves_instagram_alone(http: httpx2.Client) -> None:
    batch(http, product())
    for slug in ("facebook", "instagram"):
        http.post(f"/practice/{slug}/person/new/say", json={"text": "Halo"})
    assert http.post("/practice/facebook/reset").status_code == 200
    state = http.get("/practice/facebook/state").json()
    assert (state["items"], state["people"], state["posts"]) == ([], [], [])
    assert len(http.get("/practice/instagram/state").json()["people"]) == 1


@pytest.mark.parametrize("odd", [None, True, -1, 2**70, 1.5, "", "x", [], [1], {}, [{}]], ids=repr)
def test_odd_values_are_refused_in_graphs_words(http: httpx2.Client, photos: str, odd: Any) -> None:
    names = ("image_url", "video_url", "media_type", "caption", "is_carousel_item", "children", "alt_text")
    for name in (*names, "collaborators", "product_tags"):
        reply = call(http, "POST", f"{USER}/media", {"image_url": f"{photos}/baik.jpg", name: odd})
        assert reply.status_code == 200 or "error" in reply.json()
    assert "error" in publish(http, odd).json()
    assert http.get("/practice/instagram/home").status_code == 200
