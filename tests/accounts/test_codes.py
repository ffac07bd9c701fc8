"""Signing in by code: once, soon, from the browser that asked, and never a way to learn who is registered."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import Settings

from lapak.accounts.errors import AccountStopped, CodesPaused, CodeSpent, CodeWrong, TooManyCodes
from lapak.accounts.models import OneTimeCode, Person
from lapak.accounts.selectors import demo_code, proven_phone
from lapak.accounts.services import ask_code, enter_code, forget_codes, hand_over_code, join
from lapak.accounts.services.codes import LIVES, MAX_TRIES, PER_ADDRESS
from lapak.core.clock import now
from lapak.core.errors import Invalid, NotFound
from lapak.core.ids import uuid7
from lapak.core.models import EventRow

pytestmark = pytest.mark.django_db
PHONE, HERE = "0812-3456-7801", "203.0.113.7"


def _ask(phone: str = PHONE, address: str = HERE) -> tuple[UUID, str]:
    """A request and the code that was sent for it."""
    request_id = ask_code(phone=phone, address=address).request_id
    handed = hand_over_code(code_id=request_id)
    assert handed is not None
    return request_id, handed.code


def _other(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_the_right_code_opens_and_names_the_person() -> None:
    person_id = join(phone=PHONE, name="Wening Astuti")
    request_id, code = _ask()
    person = enter_code(request_id=request_id, code=f" {code[:3]} {code[3:]} ")
    assert person is not None
    assert person.person_id == person_id


def test_somebody_new_proves_the_phone_and_can_then_join() -> None:
    request_id, code = _ask()
    assert enter_code(request_id=request_id, code=code) is None
    assert proven_phone(request_id=request_id) == "+6281234567801"
    with time_machine.travel(now() + timedelta(minutes=31)), pytest.raises(NotFound):
        proven_phone(request_id=request_id)


def test_a_phone_is_not_proven_before_its_code_was_entered() -> None:
    request_id, _ = _ask()
    with pytest.raises(NotFound):
        proven_phone(request_id=request_id)


def test_the_answer_is_the_same_for_known_and_unknown_phones() -> None:
    join(phone=PHONE, name="Wening Astuti")
    known, unknown = ask_code(phone=PHONE, address=HERE), ask_code(phone="081234567899", address=HERE)
    assert {type(known), type(unknown)} == {type(known)}
    assert EventRow.objects.filter(name="CodeAsked").count() == 2


def test_a_code_works_once() -> None:
    request_id, code = _ask()
    enter_code(request_id=request_id, code=code)
    with pytest.raises(CodeSpent):
        enter_code(request_id=request_id, code=code)


def test_a_code_does_not_work_for_another_request() -> None:
    (first, _), (_, second_code) = _ask(), _ask()
    with pytest.raises(CodeWrong):
        enter_code(request_id=first, code=second_code)
    with pytest.raises(CodeSpent):
        enter_code(request_id=uuid7(), code=second_code)


def test_a_code_is_too_old_after_five_minutes() -> None:
    request_id, code = _ask()
    with time_machine.travel(now() + LIVES), pytest.raises(CodeSpent):
        enter_code(request_id=request_id, code=code)


def test_five_wrong_tries_spend_a_code_even_for_the_right_one() -> None:
    request_id, code = _ask()
    for left in range(MAX_TRIES - 1, 0, -1):
        with pytest.raises(CodeWrong) as wrong:
            enter_code(request_id=request_id, code=_other(code))
        assert wrong.value.told["left"] == left
    with pytest.raises(CodeSpent):
        enter_code(request_id=request_id, code=_other(code))
    with pytest.raises(CodeSpent):
        enter_code(request_id=request_id, code=code)


@pytest.mark.django_db(transaction=True)
def test_guessing_at_once_gets_no_more_tries_than_guessing_in_turn() -> None:
    request_id, code = _ask()
    outcomes: list[type[Exception]] = []

    def guess() -> None:
        try:
            enter_code(request_id=request_id, code=_other(code))
        except (CodeWrong, CodeSpent) as fault:
            outcomes.append(type(fault))
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(CodeWrong) == MAX_TRIES - 1
    assert OneTimeCode.objects.get().tries == MAX_TRIES


@pytest.mark.django_db(transaction=True)
def test_asking_at_once_gets_no_more_codes_than_asking_in_turn() -> None:
    outcomes: list[str] = []

    def ask() -> None:
        try:
            ask_code(phone=PHONE, address=HERE)
            outcomes.append("sent")
        except TooManyCodes:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (outcomes.count("sent"), OneTimeCode.objects.count()) == (3, 3)


@pytest.mark.django_db(transaction=True)
def test_entering_a_code_refuses_to_run_inside_a_transaction_that_could_forget_the_try() -> None:
    from django.db import transaction

    request_id, code = _ask()
    with pytest.raises(RuntimeError), transaction.atomic():
        enter_code(request_id=request_id, code=code)


def test_the_fourth_code_waits_and_each_further_one_twice_as_long() -> None:
    start = now()
    waits = []
    with time_machine.travel(start, tick=False) as clock:
        for form in (PHONE, "+62 812 3456 7801", "wa.me/6281234567801"):
            _ask(form)
        for _ in range(8):
            with pytest.raises(TooManyCodes) as many:
                _ask()
            wait_s = many.value.told["wait_s"]
            assert isinstance(wait_s, int)
            waits.append(round(wait_s / 60))
            clock.shift(wait_s)
            _ask()
    assert waits == [10, 2, 4, 8, 16, 32, 32, 32]


def test_a_sign_in_that_worked_clears_the_count() -> None:
    for _ in range(2):
        _ask()
    request_id, code = _ask()
    enter_code(request_id=request_id, code=code)
    _ask()


def test_one_address_may_ask_for_a_whole_town_but_not_without_end() -> None:
    for at in range(PER_ADDRESS):
        ask_code(phone=f"0812 0000 {at:04}", address=HERE)
    with pytest.raises(TooManyCodes):
        ask_code(phone=PHONE, address=HERE)
    ask_code(phone=PHONE, address="198.51.100.4")


def test_addresses_of_one_ipv6_subscriber_are_one() -> None:
    for at in range(PER_ADDRESS):
        ask_code(phone=f"0812 0000 {at:04}", address=f"2001:db8:1:2::{at:x}")
    with pytest.raises(TooManyCodes):
        ask_code(phone=PHONE, address="2001:db8:1:2:ffff::1")
    ask_code(phone=PHONE, address="2001:db8:1:3::1")


def test_the_installation_sends_no_more_than_its_daily_cap(settings: Settings) -> None:
    settings.LAPAK_CODES_PER_DAY = 2
    _ask(), _ask("081234567802")
    with pytest.raises(CodesPaused):
        _ask("081234567803")


@pytest.mark.parametrize("phone", ["+1 202 555 0143", "+65 8123 4567", "021-5551234", "bukan nomor"])
def test_only_indonesian_mobile_numbers_get_a_code(phone: str) -> None:
    with pytest.raises(Invalid):
        ask_code(phone=phone, address=HERE)
    assert not OneTimeCode.objects.exists()


def test_a_stopped_account_does_not_come_in() -> None:
    join(phone=PHONE, name="Wening Astuti")
    Person.objects.update(is_active=False)
    request_id, code = _ask()
    with pytest.raises(AccountStopped):
        enter_code(request_id=request_id, code=code)


def test_the_code_is_nowhere_readable_and_gone_once_handed_over() -> None:
    request_id = ask_code(phone=PHONE, address=HERE).request_id
    handed = hand_over_code(code_id=request_id)
    assert handed is not None
    row = OneTimeCode.objects.filter(pk=request_id).values().get()
    assert handed.code not in " ".join(str(value) for key, value in row.items() if key != "id")
    assert row["sealed"] == ""
    assert HERE not in str(row)
    assert handed.code not in repr(handed)
    assert hand_over_code(code_id=request_id) is None


def test_the_demo_shows_the_code_and_nothing_else_does(settings: Settings) -> None:
    settings.LAPAK_DEMO = True
    request_id, code = _ask()
    assert demo_code(request_id=request_id) == code
    settings.LAPAK_DEMO = False
    with pytest.raises(NotFound):
        demo_code(request_id=request_id)
    settings.LAPAK_DEMO = True
    enter_code(request_id=request_id, code=code)
    with pytest.raises(NotFound):
        demo_code(request_id=request_id)


def test_old_codes_are_forgotten() -> None:
    _ask()
    assert forget_codes() == 0
    with time_machine.travel(now() + timedelta(days=3)):
        assert forget_codes() == 1


class TypedCodes(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=20))
    def test_nothing_but_the_six_digits_opens(self, typed: str) -> None:
        request_id, code = _ask(f"0812 77{len(OneTimeCode.objects.all()):06}")
        if [char for char in typed if char in "0123456789"] == list(code):
            return
        with pytest.raises((CodeWrong, CodeSpent)):
            enter_code(request_id=request_id, code=typed)
