"""Practice WhatsApp: sending, the 24-hour window, statuses, and the phone a person holds."""

import hashlib
import hmac
import json
from typing import Any

import httpx2
import pytest

from tests.sandbox.listener import Listener

PHONE, ACCOUNT, TOKEN = "620001887", "620009001", "latihan-token-whatsapp"
RATNA = "6281234567801"
AUTH = {"Authorization": f"Bearer {TOKEN}"}


def send(http: httpx2.Client, body: dict[str, Any], *, node: str = PHONE, token: str = TOKEN) -> httpx2.Response:
    whole = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": f"+{RATNA}"} | body
    headers = {"Authorization": f"Bearer {token}"}
    return http.post(f"/whatsapp/v26.0/{node}/messages", json=whole, headers=headers)


def code_message(code: str = "482913") -> dict[str, Any]:
    parameter = [{"type": "text", "text": code}]
    button = {"type": "button", "sub_type": "url", "index": "0", "parameters": parameter}
    parts = [{"type": "body", "parameters": parameter}, button]
    return {"type": "template", "template": {"name": "kode_masuk", "language": {"code": "id"}, "components": parts}}


def order_message(*texts: str) -> dict[str, Any]:
    parts = [{"type": "body", "parameters": [{"type": "text", "text": text} for text in texts]}]
    return {"type": "template", "template": {"name": "pesanan_baru", "language": {"code": "id"}, "components": parts}}


def buttons(*titles: str) -> dict[str, Any]:
    replies = [{"type": "reply", "reply": {"id": f"b-{n}", "title": title}} for n, title in enumerate(titles)]
    return {
        "type": "interactive",
        "interactive": {"type": "button", "body": {"text": "Terima pesanan ini?"}, "action": {"buttons": replies}},
    }


def rows(count: int, **row: str) -> dict[str, Any]:
    made = [{"id": f"r-{n}", "title": f"Baris {n}"} | row for n in range(count)]
    action = {"button": "Pilih", "sections": [{"title": "Menu", "rows": made}]}
    return {"type": "interactive", "interactive": {"type": "list", "body": {"text": "Menu"}, "action": action}}


def say(http: httpx2.Client, text: str = "Halo", **more: str) -> str:
    reply = http.post(f"/practice/whatsapp/phone/{RATNA}/say", json={"text": text} | more)
    assert reply.status_code == 200, reply.text
    return str(reply.json()["id"])


def chat(http: httpx2.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = http.get("/practice/whatsapp/messages", params={"to": f"+{RATNA}"}).json()["messages"]
    return found


def subscribed(http: httpx2.Client, listener: Listener) -> Listener:
    body = {"override_callback_uri": listener.url, "verify_token": "rahasia"}
    reply = http.post(f"/whatsapp/v26.0/{ACCOUNT}/subscribed_apps", json=body, headers=AUTH)
    assert reply.json() == {"success": True}
    return listener


def values(listener: Listener, count: int) -> list[dict[str, Any]]:
    return [json.loads(body)["entry"][0]["changes"][0]["value"] for _, body in listener.wait(count)]


def test_a_code_is_read_on_the_practice_phone(http: httpx2.Client) -> None:
    answer = send(http, code_message()).json()
    assert answer["contacts"][0]["wa_id"] == RATNA
    assert answer["messages"][0]["id"].startswith("wamid.")
    assert (chat(http)[0]["code"], chat(http)[0]["template"]) == ("482913", "kode_masuk")
    page = http.get(f"/practice/whatsapp/phone/{RATNA}").text
    assert "482913" in page
    assert "<b>482913</b> adalah kode masuk Anda" in page


@pytest.mark.parametrize("to", ["+62 812-3456-7801", "6281234567801", "81234567801"])
def test_one_number_may_be_written_in_several_ways(http: httpx2.Client, to: str) -> None:
    assert send(http, code_message() | {"to": to}).json()["contacts"][0]["wa_id"] == RATNA


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (order_message("Dapur Bu Ratmi"), 132000),
        (order_message("a", "b", "c"), 132000),
        (code_message() | {"to": ""}, 131008),
        (code_message() | {"to": "nomor saya"}, 131009),
        (code_message() | {"messaging_product": "sms"}, 100),
        ({"type": "template", "template": {"name": "promo", "language": {"code": "id"}}}, 132001),
        ({"type": "template", "template": {"name": "kode_masuk", "language": {"code": "en"}}}, 132001),
        ({"type": "template"}, 131008),
        ({"type": "sticker", "sticker": {"id": "1"}}, 131051),
        ({"type": "text", "text": {"body": "Halo"}}, 131047),
    ],
)
def test_a_message_outside_the_rules_is_refused_in_graphs_words(
    http: httpx2.Client, body: dict[str, Any], code: int
) -> None:
    answer = send(http, body)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["code"], error["type"]) == (code, "OAuthException")
    assert error["message"].startswith(f"(#{code})")
    assert error["error_data"]["details"]
    assert chat(http) == []


def test_a_code_needs_its_button_with_the_same_code(http: httpx2.Client) -> None:
    bare = code_message()
    del bare["template"]["components"][1]
    assert send(http, bare).json()["error"]["code"] == 132000
    other = code_message()
    other["template"]["components"][1]["parameters"] = [{"type": "text", "text": "000000"}]
    assert send(http, other).json()["error"]["code"] == 132012


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"type": "text", "text": {"body": "a" * 4097}}, 131009),
        ({"type": "text", "text": {"body": ""}}, 131008),
        (buttons("Terima", "Tolak", "Tanya", "Nanti"), 131009),
        (buttons("Terima", "Terima"), 131009),
        (buttons("Terima pesanan ini sekarang"), 131009),
        (rows(11), 131009),
        (rows(1, title="t" * 25), 131009),
        (rows(1, description="d" * 73), 131009),
    ],
)
def test_free_words_keep_to_their_limits(http: httpx2.Client, body: dict[str, Any], code: int) -> None:
    say(http)
    assert send(http, body).json()["error"]["code"] == code


def test_writing_opens_the_window_for_a_day(http: httpx2.Client) -> None:
    text = {"type": "text", "text": {"body": "Siap, Bu."}}
    say(http)
    assert send(http, text).status_code == 200
    assert send(http, rows(10)).status_code == 200
    http.put("/practice/clock", json={"ahead_s": 86_401})
    assert send(http, text).json()["error"]["code"] == 131047
    assert send(http, order_message("Dapur Bu Ratmi", "2 keripik")).status_code == 200


def test_a_wrong_token_or_number_is_refused(http: httpx2.Client) -> None:
    assert (send(http, code_message(), token="lain").status_code, chat(http)) == (401, [])
    assert send(http, code_message(), token="lain").json()["error"]["code"] == 190
    assert send(http, code_message(), node="1").json()["error"]["code"] == 100
    bare = http.post(f"/whatsapp/v26.0/{PHONE}/messages", json=code_message())
    assert (bare.status_code, bare.json()["error"]["code"]) == (401, 0)


def test_the_handshake_must_be_answered(http: httpx2.Client, listener: Listener) -> None:
    body = {"override_callback_uri": listener.url, "verify_token": "salah"}
    reply = http.post(f"/whatsapp/v26.0/{ACCOUNT}/subscribed_apps", json=body, headers=AUTH)
    assert reply.json()["error"]["code"] == 100


def test_statuses_come_in_order_signed_over_the_raw_body(http: httpx2.Client, listener: Listener) -> None:
    subscribed(http, listener)
    sent = send(http, order_message("Dapur Bu Ratmi", "2 × keripik") | {"biz_opaque_callback_data": "kotak-7"}).json()
    told = [value["statuses"][0] for value in values(listener, 3)]
    assert [one["status"] for one in told] == ["sent", "delivered", "read"]
    assert {one["id"] for one in told} == {sent["messages"][0]["id"]}
    assert {one["biz_opaque_callback_data"] for one in told} == {"kotak-7"}
    assert told[0]["pricing"]["category"] == "utility"
    assert values(listener, 1)[0]["contacts"][0]["wa_id"] == RATNA
    for headers, body in listener.came:
        digest = hmac.new(b"latihan-app-secret", body, hashlib.sha256).hexdigest()
        assert headers["X-Hub-Signature-256"] == f"sha256={digest}"
    assert chat(http)[0]["status"] == "read"


def test_words_and_taps_of_a_person_reach_the_business(http: httpx2.Client, listener: Listener) -> None:
    subscribed(http, listener)
    wamid = say(http, "Halo, ada keripik? 🙂", name="Ratna Wulandari")
    value = values(listener, 1)[0]
    assert value["contacts"][0]["profile"]["name"] == "Ratna Wulandari"
    assert value["contacts"][0]["user_id"].startswith("ID.")
    assert value["messages"][0]["id"] == wamid
    assert value["messages"][0]["text"]["body"] == "Halo, ada keripik? 🙂"
    assert listener.came[0][1].isascii()  # letters outside ASCII come escaped
    say(http, "Terima", reply_id="b-0", context="wamid.x")
    tapped = values(listener, 2)[1]["messages"][0]
    assert tapped["interactive"] == {"type": "button_reply", "button_reply": {"id": "b-0", "title": "Terima"}}
    assert tapped["context"]["id"] == "wamid.x"


def test_a_person_answers_on_the_page_without_javascript(http: httpx2.Client) -> None:
    page = http.post(f"/practice/whatsapp/phone/{RATNA}/say", data={"text": "Halo <b>"}).text
    assert "Halo &lt;b&gt;" in page
    send(http, buttons("Terima", "Tolak"))
    page = http.get(f"/practice/whatsapp/phone/{RATNA}").text
    assert 'name="reply_id" value="b-1"' in page
    assert http.post(f"/practice/whatsapp/phone/{RATNA}/say", data={"text": ""}).status_code == 400


def test_a_message_can_be_sent_to_the_id_that_replaces_the_number(http: httpx2.Client) -> None:
    say(http)
    user_id = send(http, code_message()).json()["contacts"][0]["user_id"]
    text = {"type": "text", "text": {"body": "Siap"}, "recipient": user_id}
    assert send(http, text).json()["contacts"][0]["wa_id"] == RATNA
    assert send(http, code_message() | {"recipient": user_id}).json()["error"]["code"] == 131062


def test_an_undeliverable_message_fails_by_webhook(http: httpx2.Client, listener: Listener) -> None:
    subscribed(http, listener)
    http.put("/practice/whatsapp/faults", json={"kind": "undeliverable", "code": 131026, "times": 1})
    assert send(http, code_message()).status_code == 200
    told = [value["statuses"][0] for value in values(listener, 2)]
    assert [one["status"] for one in told] == ["sent", "failed"]
    assert told[1]["errors"][0]["code"] == 131026


def test_faults_speak_graphs_words(http: httpx2.Client) -> None:
    http.put(
        "/practice/whatsapp/faults", json=[{"kind": "rate_limit", "times": 1}, {"kind": "token_revoked", "times": 1}]
    )
    busy = send(http, code_message())
    assert (busy.status_code, busy.json()["error"]["code"]) == (429, 130429)
    assert send(http, code_message()).json()["error"]["code"] == 190
    assert send(http, code_message()).status_code == 200
    http.put("/practice/whatsapp/faults", json={"kind": "server_error", "status": 500, "shop_id": PHONE})
    assert send(http, code_message()).json()["error"]["code"] == 131000
    made = http.get("/practice/calls", params={"platform": "whatsapp"}).json()["calls"]
    assert [call["status"] for call in made] == [429, 401, 200, 500]
    assert made[0]["account"] == PHONE


def test_only_a_message_that_came_can_be_marked_as_read(http: httpx2.Client) -> None:
    wamid = say(http)
    assert send(http, {"status": "read", "message_id": wamid}).json() == {"success": True}
    assert send(http, {"status": "read", "message_id": "wamid.lain"}).json()["error"]["code"] == 131009


def test_the_approved_templates_are_listed(http: httpx2.Client) -> None:
    listed = http.get(f"/whatsapp/v26.0/{ACCOUNT}/message_templates", headers=AUTH).json()["data"]
    assert {one["name"]: one["category"] for one in listed} == {
        "kode_masuk": "AUTHENTICATION",
        "pesanan_baru": "UTILITY",
    }


def test_a_phone_is_opened_from_the_index_by_its_number(http: httpx2.Client) -> None:
    assert "Buka telepon" in http.get("/").text
    reply = http.get("/practice/whatsapp/phone", params={"nomor": "0812-3456-7801"}, follow_redirects=False)
    assert reply.headers["location"] == f"/practice/whatsapp/phone/{RATNA}"
    assert http.get("/practice/whatsapp/phone", params={"nomor": "halo"}).status_code == 400


@pytest.mark.parametrize("odd", [None, True, 7, "x", [], [1], {}, {"type": 1}, [{}]], ids=repr)
def test_odd_messages_are_refused_in_graphs_words(http: httpx2.Client, odd: Any) -> None:
    say(http)
    good = [code_message(), buttons("Ya"), rows(2), {"type": "text", "text": {"body": "a"}}]
    for body in good:
        kind = body["type"]
        spoilt = [body | {kind: odd}, body | {"to": odd}, body | {"type": odd}, {"status": odd, "message_id": odd}]
        spoilt += [body | {kind: body[kind] | {part: odd}} for part in body[kind]]
        for message in spoilt:
            answer = send(http, message).json()
            assert "error" in answer or "messages" in answer, message
    assert http.get(f"/practice/whatsapp/phone/{RATNA}").status_code == 200
