"""What WhatsApp tells of our messages reaches them: once, in whatever order, and from nobody else."""

import hashlib
import hmac
import json
from itertools import permutations

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lapak.channels.kit.errors import OutcomeUnknown
from lapak.messaging.models import Message
from lapak.messaging.services import ask_to_send, send_lane
from lapak.shops.models import ForgedPushes, Push
from tests.messaging.carrier import Carrier

pytestmark = pytest.mark.django_db
State = Message.State
PHONE = "+6281234567801"


def sent_message(*, lost: bool = False) -> Message:
    """A notice that went out; lost: whose answer never came."""
    ask_to_send(
        template="pesanan_baru", to=PHONE, words={"shop": "Shopee", "order": "2 Sambal Bawang"}, because="order:1"
    )
    message = Message.objects.get()
    send_lane(lane=message.lane, messenger=Carrier(faults=[OutcomeUnknown(channel="WhatsApp") if lost else None]))
    message.refresh_from_db()
    return message


def report(step: str, *, message_id: str = "wamid.1", key: str = "", **more: object) -> dict[str, object]:
    told: dict[str, object] = {"id": message_id, "status": step, "timestamp": "1795500060", "recipient_id": "6281"}
    return {**told, **({"biz_opaque_callback_data": key} if key else {}), **more}


def post(*statuses: dict[str, object]) -> bytes:
    """The body Meta would post for these reports, escaped as Meta escapes."""
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "620001887"}, "statuses": statuses}
    entry = {"id": "620009001", "changes": [{"value": value, "field": "messages"}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).replace("/", "\\/").encode()


def call(body: bytes, *, signature: str | None = None) -> HttpResponse:
    secret = settings.LAPAK_CHANNELS["whatsapp"]["app_secret"]
    signed = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": signed if signature is None else signature}
    answer: HttpResponse = Client().post(  # type: ignore[assignment]  # the test client's answer is one
        "/hooks/whatsapp", body, content_type="application/json", headers=headers
    )
    return answer


def test_a_report_settles_a_message_whose_answer_was_lost() -> None:
    message = sent_message(lost=True)
    assert message.state == State.UNKNOWN
    answer = call(post(report("delivered", message_id="wamid.9", key=str(message.pk))))
    assert (answer.status_code, answer.content) == (204, b"")
    message.refresh_from_db()
    assert (message.state, message.external_id) == (State.DELIVERED, "wamid.9")
    assert not Push.objects.exists(), "a report is not kept: it holds a phone number and is settled"


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "read"])))
def test_reports_in_any_order_and_twice_end_alike(order: tuple[str, ...]) -> None:
    message = sent_message()
    for step in (*order, *order):
        assert call(post(report(step))).status_code == 204
    message.refresh_from_db()
    assert message.state == State.READ


def test_a_failure_told_later_parks_the_message_with_their_reason() -> None:
    message = sent_message()
    errors = [{"code": 131026, "title": "Message undeliverable", "error_data": {"details": "6281234567801 left"}}]
    call(post(report("failed", errors=errors)))
    message.refresh_from_db()
    assert (message.state, message.fault) == (State.PARKED, "131026 … left")


def test_one_report_nobody_understands_costs_none_of_the_others() -> None:
    message = sent_message()
    assert call(post({"id": 7.5}, report("vanished"), report("delivered"), {"status": "read"})).status_code == 204
    message.refresh_from_db()
    assert message.state == State.DELIVERED


def test_a_thousand_reports_in_one_post_are_one_commit() -> None:
    message = sent_message()
    body = post(*(report("sent", message_id=f"wamid.{number}") for number in range(2, 1001)), report("read"))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert call(body).status_code == 204
    message.refresh_from_db()
    assert message.state == State.READ
    assert sum("FOR UPDATE" in query["sql"] for query in asked) == 1000


@pytest.mark.parametrize("signature", ["", "sha256=", "sha256=" + "0" * 64, "0" * 64, "sha1=abc", "\u00e9"])
def test_a_forged_report_changes_nothing_and_is_counted(signature: str) -> None:
    message = sent_message()
    answer = call(post(report("failed")), signature=signature)
    assert (answer.status_code, answer.content) == (401, b"")
    message.refresh_from_db()
    assert message.state == State.SENT
    assert ForgedPushes.objects.get(channel="whatsapp").count == 1


def test_the_same_words_written_otherwise_are_forged() -> None:
    body = post(report("read", recipient_id="Wéning/😀"))
    secret = settings.LAPAK_CHANNELS["whatsapp"]["app_secret"]
    signed = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    assert call(json.dumps(json.loads(body), ensure_ascii=False).encode(), signature=signed).status_code == 401


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{}", b"\xff", b'{"entry": 7}', b"[" * 50_000])
def test_whatever_a_signed_post_holds_it_is_answered_so_that_it_does_not_come_for_days(body: bytes) -> None:
    assert call(body).status_code == 204


def test_meta_is_greeted_by_the_word_we_gave_it() -> None:
    ours = settings.LAPAK_CHANNELS["whatsapp"]["verify_token"]
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": ours}
    answer = Client().get("/hooks/whatsapp", asked)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"1158201444", "text/plain")
    assert Client().get("/hooks/whatsapp", {**asked, "hub.verify_token": "tebakan"}).status_code == 403
    assert Client().get("/hooks/whatsapp").status_code == 405
