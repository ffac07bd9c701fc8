"""Messages sent to the practice platform, which other hands wrote from the same documents, under its faults."""

import threading
import time
from itertools import count

import httpx2
import pytest

from lapak.channels.kit import load
from lapak.channels.kit.errors import (
    ChannelBusy,
    ChannelFault,
    KeysRefused,
    NotUnderstood,
    OutcomeUnknown,
    TemplateRefused,
)
from lapak.channels.kit.protocol import SendsMessages, TellsOfMessages
from lapak.channels.kit.tiers import proves
from lapak.domain.chat import MessageNews, MessageStep
from tests.channels.practice import Practice

pytestmark = pytest.mark.process
numbers = count(6281200100000)


def phone() -> str:
    """A number of this test's own."""
    return f"+{next(numbers)}"


def messenger(practice: Practice, **settings: str) -> SendsMessages:
    return practice.kept(load.messenger("whatsapp", settings=practice.whatsapp(**settings)))


def received(practice: Practice, to: str) -> list[dict[str, object]]:
    told = httpx2.get(f"{practice.url}/practice/whatsapp/messages", params={"to": to.lstrip("+")})
    found: list[dict[str, object]] = told.json()["messages"]
    return found


def test_a_code_and_a_notice_arrive_on_the_phone(practice: Practice) -> None:
    to = phone()
    sends = messenger(practice)
    first = sends.send_template(to=to, template="kode_masuk", language="id", words=["482913"])
    second = sends.send_template(
        to=to, template="pesanan_baru", language="id", words=["Dapur Bu Marni", "2 Sambal\nBawang"], key="0190a1b2"
    )
    assert first != second
    chat = received(practice, to)
    assert [message["code"] for message in chat if message.get("code")] == ["482913"]
    assert len(chat) == 2


def reports(practice: Practice, key: str, *, until: MessageStep, within_s: float = 15) -> list[MessageNews]:
    """What was told of a message, by our key, until a step was seen."""
    application = practice.kept(load.application("whatsapp", settings=practice.whatsapp()))
    assert isinstance(application, TellsOfMessages)
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        found = []
        for push in [push for push in practice.pushes if push.path == "/hooks/whatsapp"]:
            application.verify(headers=push.headers, body=push.body, url="")
            found += [news for news in application.message_news(push.body) if news.key == key]
        if until in {news.step for news in found}:
            return found
        time.sleep(0.1)
    raise AssertionError(f"no report of {until} for {key}")


def test_what_became_of_a_message_is_told_under_our_key(practice: Practice) -> None:
    sent = messenger(practice).send_template(
        to=phone(), template="pesanan_baru", language="id", words=["Dapur Bu Marni", "2 Sambal"], key="kunci-baca"
    )
    found = reports(practice, "kunci-baca", until=MessageStep.READ)
    assert {news.step for news in found} == {MessageStep.SENT, MessageStep.DELIVERED, MessageStep.READ}
    assert {news.message_id for news in found} == {sent}


def test_a_message_whose_answer_was_lost_is_found_again_by_its_key(practice: Practice) -> None:
    practice.faults("whatsapp", {"kind": "timeout_after_work", "seconds": 0.1, "times": 1})
    with pytest.raises(OutcomeUnknown):
        messenger(practice).send_template(
            to=phone(), template="kode_masuk", language="id", words=["482913"], key="kunci-hilang"
        )
    assert reports(practice, "kunci-hilang", until=MessageStep.DELIVERED)


def test_a_message_that_cannot_be_delivered_says_why(practice: Practice) -> None:
    to = phone()
    practice.faults("whatsapp", {"kind": "undeliverable", "code": 131026, "times": 1, "shop_id": to.lstrip("+")})
    messenger(practice).send_template(to=to, template="kode_masuk", language="id", words=["482913"], key="kunci-gagal")
    (failed,) = [n for n in reports(practice, "kunci-gagal", until=MessageStep.FAILED) if n.step is MessageStep.FAILED]
    assert failed.reason.startswith("131026")
    assert to.lstrip("+") not in failed.reason


def test_a_template_that_does_not_exist_is_for_staff(practice: Practice) -> None:
    with pytest.raises(TemplateRefused) as caught:
        messenger(practice).send_template(to=phone(), template="tidak_ada", language="id", words=[])
    assert caught.value.told["template"] == "tidak_ada"


def test_a_withdrawn_token_is_for_staff(practice: Practice) -> None:
    with pytest.raises(KeysRefused) as caught:
        messenger(practice, token="token-lama").send_template(
            to=phone(), template="kode_masuk", language="id", words=["482913"]
        )
    assert "token-lama" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "more", "fault", "arrives"),
    [
        ("server_error", {"status": 503}, OutcomeUnknown, 0),
        ("timeout_before_work", {"seconds": 0.1}, OutcomeUnknown, 0),
        ("timeout_after_work", {"seconds": 0.1}, OutcomeUnknown, 1),
        ("half_body", {}, OutcomeUnknown, 1),
        ("not_json", {"status": 200}, NotUnderstood, 0),
        ("rate_limit", {}, ChannelBusy, 0),
    ],
)
@proves("survives_faults")
def test_whatever_breaks_nothing_is_sent_twice_by_itself(
    practice: Practice, kind: str, more: dict[str, object], fault: type[ChannelFault], arrives: int
) -> None:
    to = phone()
    practice.faults("whatsapp", {"kind": kind, "times": 1, **more})
    with pytest.raises(ChannelFault) as caught:
        messenger(practice).send_template(to=to, template="kode_masuk", language="id", words=["482913"])
    assert type(caught.value) is fault
    assert to.lstrip("+") not in str(caught.value)
    assert len(received(practice, to)) == arrives


@proves("keeps_to_the_rate")
def test_the_set_rate_is_kept_by_all_threads_together(practice: Practice) -> None:
    practice.faults("whatsapp", {"kind": "token_bucket", "rate": 25, "burst": 25})
    sends, faults = messenger(practice, calls_per_second="20", pace_wait_s="10"), list[BaseException]()
    to = [phone() for _ in range(5)]

    def work(mine: str) -> None:
        try:
            for _ in range(8):
                sends.send_template(to=mine, template="kode_masuk", language="id", words=["482913"])
        except BaseException as fault:
            faults.append(fault)

    began = time.monotonic()
    threads = [threading.Thread(target=work, args=(mine,)) for mine in to]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert time.monotonic() - began >= 0.9
    assert [len(received(practice, mine)) for mine in to] == [8] * 5
