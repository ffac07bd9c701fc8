"""Practice WhatsApp: catalogue messages, carts, media, batches of updates, hidden numbers and limits."""

import hashlib
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from lapak.sandbox.app import create_app
from lapak.sandbox.settings import Settings, WhatsAppSettings
from tests.sandbox.graph import CATALOG, batch, product, wholes
from tests.sandbox.listener import Listener
from tests.sandbox.seller import jpeg
from tests.sandbox.test_whatsapp import ACCOUNT, AUTH, PHONE, RATNA, chat, code_message, say, send, subscribed


def interactive(kind: str, action: dict[str, Any], **more: Any) -> dict[str, Any]:
    whole = {"type": kind, "action": action, "body": {"text": "Silakan pilih."}} | more
    return {"type": "interactive", "interactive": {name: part for name, part in whole.items() if part is not None}}


def single(retailer_id: str = "KRP-250", catalog: str = CATALOG, **more: Any) -> dict[str, Any]:
    return interactive("product", {"catalog_id": catalog, "product_retailer_id": retailer_id}, **more)


def several(*ids: str, **more: Any) -> dict[str, Any]:
    items = [{"product_retailer_id": one} for one in ids]
    action = {"catalog_id": CATALOG, "sections": [{"title": "Camilan", "product_items": items}]}
    return interactive("product_list", action, **({"header": {"type": "text", "text": "Katalog"}} | more))


def cart(http: httpx2.Client, status: int = 201, **wish: Any) -> dict[str, Any]:
    reply = http.post("/practice/whatsapp/buy", json={"number": RATNA, "product_retailer_id": "KRP-250"} | wish)
    assert reply.status_code == status, reply.text
    return dict(reply.json())


def upload(http: httpx2.Client, raw: bytes, kind: str = "image/jpeg", **form: str) -> httpx2.Response:
    data = {"messaging_product": "whatsapp", "type": kind} | form
    files = {"file": ("foto.jpg", raw, kind)}
    return http.post(f"/whatsapp/v26.0/{PHONE}/media", data=data, files=files, headers=AUTH)


@pytest.fixture
def stocked(http: httpx2.Client) -> httpx2.Client:
    """A business with a catalogue and an open window."""
    batch(http, product(), product("KOPI-1", title="Kopi Gayo", price="45000 IDR"), mount="whatsapp")
    say(http)
    return http


def test_products_of_the_catalogue_are_shown_on_the_phone(stocked: httpx2.Client) -> None:
    assert send(stocked, single()).status_code == 200
    assert send(stocked, single(body=None)).status_code == 200
    assert send(stocked, several("KRP-250", "KOPI-1")).status_code == 200
    whole = interactive("catalog_message", {"name": "catalog_message"})
    assert send(stocked, whole).status_code == 200
    assert "Lihat barang" in stocked.get(f"/practice/whatsapp/phone/{RATNA}").text
    page = stocked.get(f"/practice/whatsapp/phone/{RATNA}/catalog").text
    assert "Kopi Gayo" in page
    assert "Rp45.000" in page


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (single("LAIN"), 131009),
        (single(catalog="1"), 131009),
        (single(header={"type": "text", "text": "Judul"}), 131009),
        (several("KRP-250", header=None), 131008),
        (several("KRP-250", header={"type": "image"}), 131009),
        (several(*["KRP-250"] * 31), 131009),
        (several(), 131009),
        (interactive("catalog_message", {"name": "catalog_message"}, body=None), 131008),
        (interactive("catalog_message", {"name": "katalog"}), 131009),
        (interactive("flow", {"name": "x"}), 131009),
    ],
)
def test_catalogue_messages_keep_to_their_rules(stocked: httpx2.Client, body: dict[str, Any], code: int) -> None:
    assert send(stocked, body).json()["error"]["code"] == code


def test_product_messages_need_an_open_window(stocked: httpx2.Client) -> None:
    stocked.put("/practice/clock", json={"ahead_s": 90_000})
    assert send(stocked, single()).json()["error"]["code"] == 131047


def test_a_cart_comes_as_an_order_with_plain_numbers(stocked: httpx2.Client, listener: Listener) -> None:
    subscribed(stocked, listener)
    lines = [{"product_retailer_id": "KRP-250", "quantity": 2}, {"item_sku": "KOPI-1"}]
    cart(stocked, lines=lines, text="Antar sore ya", name="Ratna Wulandari")
    value = wholes(listener, 1)[0]["entry"][0]["changes"][0]["value"]
    message = value["messages"][0]
    assert message["type"] == "order"
    assert message["order"] == {
        "catalog_id": CATALOG,
        "text": "Antar sore ya",
        "product_items": [
            {"product_retailer_id": "KRP-250", "quantity": 2, "item_price": 18000, "currency": "IDR"},
            {"product_retailer_id": "KOPI-1", "quantity": 1, "item_price": 45000, "currency": "IDR"},
        ],
    }
    assert value["contacts"][0]["profile"]["name"] == "Ratna Wulandari"
    state = stocked.get("/practice/whatsapp/state").json()
    assert state["items"][0]["stock"] == 12  # a cart holds no stock
    assert len(state["orders"]) == 1


def test_a_cart_opens_the_window(http: httpx2.Client) -> None:
    batch(http, product(), mount="whatsapp")
    assert send(http, single()).json()["error"]["code"] == 131047
    cart(http)
    assert send(http, single()).status_code == 200


def test_what_is_not_there_cannot_be_put_into_a_cart(stocked: httpx2.Client) -> None:
    assert cart(stocked, 404, product_retailer_id="LAIN")["error"] == "not_found"
    assert cart(stocked, 400, quantity=100)["error"] == "bad_request"
    assert cart(stocked, 400, number="")["error"] == "bad_request"
    batch(stocked, product(availability="out of stock"), mount="whatsapp")
    assert cart(stocked, 409)["error"] == "sold_out"
    path = f"/whatsapp/v26.0/{PHONE}/whatsapp_commerce_settings"
    assert stocked.post(path, params={"is_cart_enabled": "false"}, headers=AUTH).json() == {"success": True}
    found = stocked.get(path, headers=AUTH).json()["data"][0]
    assert found == {"id": CATALOG, "is_cart_enabled": False, "is_catalog_visible": True}
    assert cart(stocked, 409, product_retailer_id="KOPI-1")["error"] == "closed"


def test_an_account_without_a_catalogue_shows_no_products(stocked: httpx2.Client) -> None:
    path = f"/whatsapp/v26.0/{ACCOUNT}/product_catalogs"
    assert stocked.get(path, headers=AUTH).json()["data"][0]["id"] == CATALOG
    assert stocked.post(path, json={"catalog_id": "1"}, headers=AUTH).json()["error"]["code"] == 100
    assert stocked.delete(path, params={"catalog_id": CATALOG}, headers=AUTH).json() == {"success": True}
    assert send(stocked, single()).json()["error"]["code"] == 131009
    assert stocked.post(path, json={"catalog_id": CATALOG}, headers=AUTH).json() == {"success": True}
    assert send(stocked, single()).status_code == 200


def test_a_person_sends_a_cart_on_the_page_without_javascript(stocked: httpx2.Client) -> None:
    form = {"number": RATNA, "jumlah-KRP-250": "3", "jumlah-KOPI-1": "0", "text": "Cepat ya"}
    assert "Keranjang: 3 × Keripik" in stocked.post("/practice/whatsapp/buy", data=form).text
    empty = stocked.post("/practice/whatsapp/buy", data=form | {"jumlah-KRP-250": "0"}).text
    assert "Keranjang belum terkirim." in empty


def test_a_picture_goes_up_and_comes_down_only_with_the_token(stocked: httpx2.Client) -> None:
    raw = jpeg()
    media_id = upload(stocked, raw).json()["id"]
    told = stocked.get(f"/whatsapp/v26.0/{media_id}", headers=AUTH).json()
    assert (told["mime_type"], told["file_size"]) == ("image/jpeg", len(raw))
    assert told["sha256"] == hashlib.sha256(raw).hexdigest()
    assert stocked.get(told["url"]).status_code == 401
    assert stocked.get(told["url"], headers=AUTH).content == raw
    assert send(stocked, {"type": "image", "image": {"id": media_id, "caption": "Keripik baru"}}).status_code == 200
    stocked.put("/practice/clock", json={"ahead_s": 400})
    assert stocked.get(told["url"], headers=AUTH).status_code == 404
    assert stocked.delete(f"/whatsapp/v26.0/{media_id}", headers=AUTH).json() == {"success": True}
    assert stocked.get(f"/whatsapp/v26.0/{media_id}", headers=AUTH).json()["error"]["code"] == 100


@pytest.mark.parametrize(
    "body",
    [
        {"type": "image", "image": {"id": "1"}},
        {"type": "image", "image": {}},
        {"type": "image", "image": {"link": "keripik.jpg"}},
        {"type": "image", "image": {"link": "https://toko.example/a.jpg", "caption": "c" * 1025}},
        {"type": "audio", "audio": {"link": "https://toko.example/a.mp3", "caption": "c"}},
    ],
)
def test_media_messages_keep_to_their_rules(stocked: httpx2.Client, body: dict[str, Any]) -> None:
    assert send(stocked, body).json()["error"]["code"] in (131009, 131053)


def test_files_of_other_kinds_or_too_heavy_are_not_taken(http: httpx2.Client) -> None:
    assert upload(http, b"x", "image/gif").json()["error"]["code"] == 100
    assert upload(http, b"x" * (5 * 1024 * 1024 + 1)).json()["error"]["code"] == 131053
    assert upload(http, b"x", messaging_product="sms").json()["error"]["code"] == 100


def test_a_photo_of_a_person_reaches_the_business(http: httpx2.Client, listener: Listener) -> None:
    subscribed(http, listener)
    raw = jpeg()
    sent = {"file": ("foto.jpg", raw, "image/jpeg")}
    reply = http.post(f"/practice/whatsapp/phone/{RATNA}/send", data={"caption": "Rusak"}, files=sent)
    image = wholes(listener, 1)[0]["entry"][0]["changes"][0]["value"]["messages"][0]["image"]
    assert (image["id"], image["mime_type"], image["caption"]) == (reply.json()["media_id"], "image/jpeg", "Rusak")
    assert http.get(image["url"], headers=AUTH).content == raw


def test_many_updates_come_in_one_post_at_every_depth(http: httpx2.Client, listener: Listener) -> None:
    subscribed(http, listener)
    http.put("/practice/whatsapp/faults", json={"kind": "push_batch", "window_s": 1})
    said = [say(http, f"Pesan {n}") for n in range(9)]
    whole = wholes(listener, 1)[0]
    changes = [change for entry in whole["entry"] for change in entry["changes"]]
    messages = [one for change in changes for one in change["value"]["messages"]]
    assert sorted(one["id"] for one in messages) == sorted(said)
    assert len(whole["entry"]) > 1
    assert len(changes) > len(whole["entry"])
    assert len(messages) > len(changes)
    assert len(listener.came) == 1


def test_a_person_with_a_username_is_known_only_by_an_id(http: httpx2.Client, listener: Listener) -> None:
    subscribed(http, listener)
    http.put("/practice/whatsapp/faults", json={"kind": "hide_number", "shop_id": RATNA})
    say(http)
    value = wholes(listener, 1)[0]["entry"][0]["changes"][0]["value"]
    message, contact = value["messages"][0], value["contacts"][0]
    assert "from" not in message
    assert "wa_id" not in contact
    assert message["from_user_id"] == contact["user_id"]
    answer = send(http, {"type": "text", "text": {"body": "Siap"}, "recipient": contact["user_id"]})
    assert answer.status_code == 200
    statuses = wholes(listener, 2)[1]["entry"][0]["changes"][0]["value"]["statuses"]
    assert statuses[0]["recipient_id"] == contact["user_id"]


def test_too_many_messages_to_one_person_must_wait_six_seconds_each(http: httpx2.Client) -> None:
    say(http)
    text = {"type": "text", "text": {"body": "Halo"}}
    assert [send(http, text).status_code for _ in range(45)] == [200] * 45
    assert send(http, text).json()["error"]["code"] == 131056
    http.put("/practice/clock", json={"ahead_s": 7})
    assert send(http, text).status_code == 200
    assert send(http, text).json()["error"]["code"] == 131056


def test_only_so_many_people_a_day_are_written_to_first(tmp_path: Path) -> None:
    settings = Settings(folder=tmp_path, whatsapp=WhatsAppSettings(messaging_limit=2))
    with TestClient(create_app(settings)) as http:
        fields = {"fields": "whatsapp_business_manager_messaging_limit"}
        found = http.get(f"/whatsapp/v26.0/{PHONE}", params=fields, headers=AUTH).json()
        assert found["whatsapp_business_manager_messaging_limit"] == "TIER_250"
        numbers = ["+6281234567801", "+6281234567802", "+6281234567803"]
        assert [send(http, code_message() | {"to": to}).status_code for to in numbers] == [200, 200, 400]
        assert send(http, code_message() | {"to": numbers[0]}).status_code == 200
        assert send(http, code_message() | {"to": numbers[2]}).json()["error"]["code"] == 131048
        http.put("/practice/clock", json={"ahead_s": 86_401})
        assert send(http, code_message() | {"to": numbers[2]}).status_code == 200


def test_a_paced_template_is_accepted_and_held(http: httpx2.Client, listener: Listener) -> None:
    subscribed(http, listener)
    http.put("/practice/whatsapp/faults", json={"kind": "pace_template", "seconds": 100, "times": 1})
    answer = send(http, code_message()).json()
    assert answer["messages"][0]["message_status"] == "held_for_quality_assessment"
    assert listener.came == []
    http.put("/practice/clock", json={"ahead_s": 101})
    listener.wait(1)
    assert chat(http)[0]["code"] == "482913"
