"""Practice Messenger: people write first, the Page answers within the window, the app hears what it asked for."""

from typing import Any

import httpx2

from tests.sandbox.graph import batch, product, wholes
from tests.sandbox.listener import Listener
from tests.sandbox.test_facebook_catalogue import PAGE, PAGE_TOKEN, call, code


def told(http: httpx2.Client, listener: Listener, *fields: str) -> Listener:
    portal = {"callback": listener.url, "verify_token": "rahasia"}
    assert http.put("/practice/facebook/portal", json=portal).status_code == 200
    reply = call(http, "POST", f"{PAGE}/subscribed_apps", {"subscribed_fields": ",".join(fields or ["messages"])})
    assert reply.json() == {"success": True}
    return listener


def say(http: httpx2.Client, text: str = "Halo", person: str = "new", **more: str) -> str:
    reply = http.post(f"/practice/facebook/person/{person}/say", json={"text": text} | more)
    assert reply.status_code == 200, reply.text
    return str(reply.json()["person"])


def send(http: httpx2.Client, person: str, **more: Any) -> httpx2.Response:
    body = {"recipient": {"id": person}, "messaging_type": "RESPONSE", "message": {"text": "Siap, Kak."}} | more
    return call(http, "POST", "me/messages", body, token=PAGE_TOKEN)


def events(listener: Listener, count: int) -> list[dict[str, Any]]:
    return [one for whole in wholes(listener, count) for entry in whole["entry"] for one in entry["messaging"]]


def test_a_persons_words_reach_the_app(http: httpx2.Client, listener: Listener) -> None:
    told(http, listener)
    person = say(http, "Ada keripik? 🙂", name="Ayu Larasati")
    whole = wholes(listener, 1)[0]
    assert (whole["object"], whole["entry"][0]["id"]) == ("page", PAGE)
    event = events(listener, 1)[0]
    assert (event["sender"]["id"], event["recipient"]["id"]) == (person, PAGE)
    assert event["message"]["text"] == "Ada keripik? 🙂"
    assert event["timestamp"] > 10**12
    assert listener.came[0][1].isascii()


def test_an_app_hears_only_what_it_subscribed_to(http: httpx2.Client, listener: Listener) -> None:
    portal = {"callback": listener.url, "verify_token": "salah"}
    assert http.put("/practice/facebook/portal", json=portal).status_code == 400
    told(http, listener, "messages", "message_echoes")
    person = say(http)
    mid = send(http, person).json()["message_id"]
    found = events(listener, 2)
    assert found[1]["message"]["is_echo"] is True
    assert found[1]["message"]["mid"] == mid
    assert found[1]["sender"]["id"] == PAGE
    assert call(http, "GET", f"{PAGE}/subscribed_apps").json()["data"][0]["subscribed_fields"]
    assert call(http, "DELETE", f"{PAGE}/subscribed_apps").json() == {"success": True}
    say(http, person=person)
    assert len(http.get("/practice/facebook/pushes").json()["pushes"]) == 2
    assert code(call(http, "POST", f"{PAGE}/subscribed_apps", {"subscribed_fields": "semua"})) == 100


def test_the_page_answers_for_a_day_and_a_human_for_a_week(http: httpx2.Client) -> None:
    person = say(http)
    answer = send(http, person).json()
    assert answer["recipient_id"] == person
    http.put("/practice/clock", json={"ahead_s": 86_401})
    assert code(send(http, person)) == 10
    human = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    assert send(http, person, **human).status_code == 200
    assert code(send(http, person, messaging_type="MESSAGE_TAG", tag="CONFIRMED_EVENT_UPDATE")) == 100
    http.put("/practice/clock", json={"ahead_s": 7 * 86_400 + 1})
    assert code(send(http, person, **human)) == 10


def test_nobody_is_written_to_who_has_not_written_first(http: httpx2.Client) -> None:
    assert code(send(http, "6100001887999999")) == 100
    person = say(http)
    assert code(send(http, person, message={"text": "t" * 2001})) == 100
    assert code(send(http, person, message={})) == 100
    assert code(send(http, person, messaging_type="UTILITY")) == 100
    typing = {"recipient": {"id": person}, "sender_action": "typing_on"}
    assert call(http, "POST", f"{PAGE}/messages", typing).json() == {"recipient_id": person}


def test_quick_replies_are_tapped_on_the_page_without_javascript(http: httpx2.Client, listener: Listener) -> None:
    told(http, listener)
    person = say(http)
    replies = [{"content_type": "text", "title": "Ya, kirim", "payload": "KIRIM"}]
    assert send(http, person, message={"text": "Jadi?", "quick_replies": replies}).status_code == 200
    assert "Ya, kirim" in http.get(f"/practice/facebook/person/{person}").text
    page = http.post(f"/practice/facebook/person/{person}/say", data={"text": "Ya, kirim", "payload": "KIRIM"})
    assert page.status_code == 200
    assert events(listener, 2)[1]["message"]["quick_reply"] == {"payload": "KIRIM"}


def test_a_person_asks_for_a_product_in_the_chat(http: httpx2.Client, listener: Listener) -> None:
    told(http, listener)
    batch(http, product(), product("KOPI-1", availability="out of stock"))
    asked = http.post("/practice/facebook/buy", json={"item_sku": "KRP-250", "quantity": 2}).json()
    text = events(listener, 1)[0]["message"]["text"]
    assert text == asked["text"]
    assert "2 × Keripik Singkong Balado 250 g" in text
    assert asked["link"] == product()["link"]
    assert http.post("/practice/facebook/buy", json={"item_sku": "KOPI-1"}).status_code == 409
    assert http.post("/practice/facebook/buy", json={"item_sku": "LAIN"}).status_code == 404
    page = http.post("/practice/facebook/buy", data={"retailer_id": "KRP-250", "quantity": "3"}).text
    assert "saya mau pesan 3" in page


def test_the_chats_can_be_read_back(http: httpx2.Client) -> None:
    person = say(http, "Halo, buka jam berapa?")
    send(http, person)
    found = call(
        http, "GET", f"{PAGE}/conversations", fields="participants,message_count,messages{message,from}"
    ).json()
    assert (found["data"][0]["id"], found["data"][0]["message_count"]) == (f"t_{person}", 2)
    messages = call(http, "GET", f"t_{person}/messages").json()["data"]
    assert [one["message"] for one in messages] == ["Siap, Kak.", "Halo, buka jam berapa?"]
    assert messages[0]["from"]["id"] == PAGE
    assert code(call(http, "GET", "t_9/messages")) == 100


def test_several_events_may_come_in_one_post(http: httpx2.Client, listener: Listener) -> None:
    told(http, listener)
    http.put("/practice/facebook/faults", json={"kind": "push_batch", "window_s": 0.7})
    person = say(http, "Pesan 0")
    for n in range(1, 7):
        say(http, f"Pesan {n}", person=person)
    whole = wholes(listener, 1)[0]
    texts = [one["message"]["text"] for entry in whole["entry"] for one in entry["messaging"]]
    assert sorted(texts) == [f"Pesan {n}" for n in range(7)]
    assert 1 < len(whole["entry"]) < 7
