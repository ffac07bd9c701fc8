"""A message is said once, in time, and never twice; secrets do not outlive their use."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from lapak.accounts.models import OneTimeCode
from lapak.accounts.services import ask_code, give_consent, join, withdraw_consent
from lapak.accounts.types import CodeAsked
from lapak.channels.kit.errors import ChannelBusy, NoSuchPerson, OutcomeUnknown
from lapak.core.clock import now
from lapak.core.events import deliver
from lapak.messaging.models import Message
from lapak.messaging.selectors import messages_by_state, messages_to
from lapak.messaging.services import (
    MAX_TRIES,
    SENDS_FOR,
    ask_to_send,
    drop_waiting,
    forget_old_messages,
    note_status,
    send_lane,
    send_waiting,
    wake_messages,
)
from lapak.messaging.templates import templates
from lapak.messaging.types import NOTICES, Delivered
from lapak.web.consents import BY_KEY
from tests.messaging.carrier import Carrier

pytestmark = pytest.mark.django_db
State = Message.State
PHONE = "+6281234567801"


def _ask(because: str = "order:1", **known: object) -> Message:
    facts = {"template": "pesanan_baru", "to": PHONE, "words": {"shop": "Shopee", "order": "2411, Rp45.000"}, **known}
    ask_to_send(because=because, **facts)  # type: ignore[arg-type]  # the facts are the test's own
    return Message.objects.get(because=because)


def _send(carrier: Carrier) -> None:
    for lane in Message.objects.values_list("lane", flat=True).distinct():
        send_lane(lane=lane, messenger=carrier)


def test_what_is_asked_for_twice_is_said_once() -> None:
    carrier = Carrier()
    assert ask_to_send(template="sambungan_putus", to=PHONE, words={"channel": "Shopee", "link": "/toko"}, because="x")
    assert not ask_to_send(
        template="sambungan_putus", to=PHONE, words={"channel": "Shopee", "link": "/toko"}, because="x"
    )
    _send(carrier)
    _send(carrier)
    message = Message.objects.get()
    assert [(letter.to, letter.words, letter.key) for letter in carrier.taken] == [
        (PHONE, ("Shopee", "/toko"), str(message.pk))
    ]
    assert (message.state, message.external_id) == (State.SENT, "wamid.1")


def test_a_message_lives_and_dies_with_the_transaction_that_asked_for_it() -> None:
    with transaction.atomic():
        _ask()
        transaction.set_rollback(True)
    assert not Message.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name="messaging.send").exists()


def test_asking_wakes_one_worker() -> None:
    _ask("order:1"), _ask("order:2")
    assert ProcrastinateJob.objects.filter(task_name="messaging.send").count() == 1


def test_messages_to_one_phone_go_out_in_the_order_they_were_asked_for() -> None:
    carrier = Carrier()
    for number in range(3):
        _ask(f"order:{number}", words={"shop": "Shopee", "order": str(number)})
    _send(carrier)
    assert [letter.words[1] for letter in carrier.taken] == ["0", "1", "2"]


def test_a_busy_platform_is_tried_again_later_and_not_at_once() -> None:
    carrier = Carrier(faults=[ChannelBusy(channel="WhatsApp", wait_s=40)])
    message = _ask()
    _send(carrier)
    _send(carrier)
    message.refresh_from_db()
    assert (message.state, message.tries, carrier.taken) == (State.WAITING, 1, [])
    assert message.due_at > now() + timedelta(seconds=35)
    with time_machine.travel(now() + timedelta(seconds=41)):
        assert wake_messages() == 1
        _send(carrier)
    assert len(carrier.taken) == 1


def test_what_stays_busy_is_given_up_with_the_reason() -> None:
    carrier = Carrier(faults=[ChannelBusy(channel="WhatsApp")] * (MAX_TRIES + 5))
    message = _ask()
    for _ in range(MAX_TRIES + 2):
        Message.objects.update(due_at=now())
        _send(carrier)
    message.refresh_from_db()
    assert (message.state, message.tries) == (State.PARKED, MAX_TRIES)
    assert "channel_busy" in message.fault


def test_a_phone_without_whatsapp_is_parked_and_the_next_message_goes_on() -> None:
    carrier = Carrier(faults=[NoSuchPerson(channel="WhatsApp")])
    first = _ask("order:1")
    _ask("order:2")
    _send(carrier)
    first.refresh_from_db()
    assert first.state == State.PARKED
    assert len(carrier.taken) == 1


@pytest.mark.parametrize("template", ["kode_masuk", "pesanan_baru"])
def test_a_message_whose_answer_was_lost_is_not_sent_again(template: str) -> None:
    carrier = Carrier(faults=[OutcomeUnknown(channel="WhatsApp")])
    words = {"code": "123456"} if template == "kode_masuk" else {"shop": "Shopee", "order": "1"}
    message = _ask(template=template, words=words)
    for _ in range(3):
        with time_machine.travel(now() + timedelta(hours=1)):
            wake_messages()
            _send(carrier)
    message.refresh_from_db()
    assert (message.state, carrier.taken) == (State.UNKNOWN, [])


def test_a_message_whose_worker_died_is_not_sent_again() -> None:
    carrier = Carrier(faults=[KeyboardInterrupt()])  # type: ignore[list-item]  # stands for the end of the process
    message = _ask(template="kode_masuk", words={"code": "123456"})
    with pytest.raises(KeyboardInterrupt):
        _send(carrier)
    message.refresh_from_db()
    assert message.state == State.SENDING
    _send(carrier)
    with time_machine.travel(now() + SENDS_FOR + timedelta(seconds=1)):
        assert wake_messages() == 1
        _send(carrier)
    message.refresh_from_db()
    assert (message.state, message.words_sealed, carrier.taken) == (State.UNKNOWN, "", [])


def test_a_status_settles_a_message_whose_answer_was_lost() -> None:
    message = _ask()
    _send(Carrier(faults=[OutcomeUnknown(channel="WhatsApp")]))
    assert note_status(key=str(message.pk), external_id="wamid.9", status=Delivered.DELIVERED)
    message.refresh_from_db()
    assert (message.state, message.external_id) == (State.DELIVERED, "wamid.9")


def test_statuses_only_go_forward_and_may_come_twice() -> None:
    message = _ask()
    _send(Carrier())
    for status in (Delivered.READ, Delivered.SENT, Delivered.DELIVERED, Delivered.READ):
        note_status(key="", external_id="wamid.1", status=status)
    message.refresh_from_db()
    assert message.state == State.READ
    assert not note_status(key="not-ours", external_id="wamid.404", status=Delivered.READ)
    assert not note_status(key="", external_id="", status=Delivered.READ)


def test_a_refused_delivery_is_parked_with_the_platforms_reason() -> None:
    message = _ask()
    _send(Carrier())
    note_status(key=str(message.pk), external_id="wamid.1", status=Delivered.FAILED, fault="131026")
    message.refresh_from_db()
    assert (message.state, message.fault) == (State.PARKED, "131026")


def test_what_comes_too_late_is_not_said() -> None:
    carrier = Carrier()
    message = _ask(template="kode_masuk", words={"code": "123456"}, expires_at=now() + timedelta(minutes=5))
    with time_machine.travel(now() + timedelta(minutes=6)):
        _send(carrier)
    message.refresh_from_db()
    assert (message.state, message.words_sealed, carrier.taken) == (State.LATE, "", [])


def test_secret_words_and_phones_lie_sealed_and_secrets_are_wiped_once_sent() -> None:
    message = _ask(template="kode_masuk", words={"code": "654321"})
    stored = " ".join(str(value) for value in Message.objects.values_list().get())
    assert "654321" not in stored
    assert PHONE not in stored
    _send(Carrier())
    message.refresh_from_db()
    assert message.words_sealed == ""


def test_words_that_do_not_fit_the_template_are_a_defect_of_the_caller() -> None:
    for words in ({"shop": "Shopee"}, {"shop": "Shopee", "order": ""}, {"shop": "a", "order": "b", "more": "c"}):
        with pytest.raises(ValueError, match="pesanan_baru"):
            _ask(words=words)


@pytest.mark.django_db(transaction=True)
def test_without_keys_the_lane_waits_with_the_reason(settings: Settings) -> None:
    settings.LAPAK_CHANNELS = {"whatsapp": {}}
    message = _ask()
    send_waiting.func(message.lane)
    message.refresh_from_db()
    assert (message.state, "keys_refused" in message.fault) == (State.WAITING, True)
    assert message.due_at > now() + timedelta(minutes=9)
    assert messages_by_state()["overdue"] == 0


@pytest.mark.django_db(transaction=True)
def test_a_code_that_is_asked_for_becomes_one_message_that_carries_it() -> None:
    request_id = ask_code(phone=PHONE, address="203.0.113.7").request_id
    deliver.func(CodeAsked(code_id=request_id).lane)
    deliver.func(CodeAsked(code_id=request_id).lane)
    carrier = Carrier()
    _send(carrier)
    (letter,) = carrier.taken
    assert (letter.to, letter.template, len(letter.words[0])) == (PHONE, "kode_masuk", 6)
    assert OneTimeCode.objects.get().sealed == ""


@pytest.mark.django_db(transaction=True)
def test_a_withdrawn_consent_silences_what_waits_but_not_a_code() -> None:
    person_id = join(phone=PHONE, name="Wening Astuti")
    give_consent(person_id=person_id, purpose=NOTICES, text_version="1", how="web")
    notice = _ask()
    code = _ask("code:1", template="kode_masuk", words={"code": "123456"})
    withdraw_consent(person_id=person_id, purpose=NOTICES)
    deliver.func("ConsentWithdrawn")
    notice.refresh_from_db()
    code.refresh_from_db()
    assert (notice.state, notice.fault, code.state) == (State.PARKED, "withdrawn", State.WAITING)
    assert drop_waiting(to="+6281200000000") == 0


def test_the_consent_that_notices_rest_on_is_one_people_are_asked_for() -> None:
    assert NOTICES in BY_KEY


def test_what_was_said_can_be_seen_without_the_words_and_is_forgotten_in_time() -> None:
    _ask()
    _send(Carrier())
    (row,) = messages_to(phone=PHONE)
    assert (row.template, row.state) == ("pesanan_baru", State.SENT)
    with time_machine.travel(now() + timedelta(days=89)):
        assert forget_old_messages() == 0
    with time_machine.travel(now() + timedelta(days=91)):
        assert forget_old_messages() == 1


def test_every_template_has_its_words_in_both_languages() -> None:
    for template in templates().values():
        for body in template.bodies.values():
            assert body.format(**dict.fromkeys(template.words, "§")).count("§") == len(template.words)
            assert body[0] != "{", "the platform takes no word at the beginning"
            assert body[-1] != "}", "nor at the end"


def test_a_lane_that_has_nothing_sends_nothing() -> None:
    assert send_lane(lane="0", messenger=Carrier()) is False
