"""Platforms' calls: durable before the answer, once however often they come, and nothing kept of forged ones."""

import hashlib
import threading
from collections.abc import Mapping
from typing import cast

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from lapak.api.hooks import MAX_BYTES
from lapak.shops.models import ForgedPushes, Push
from tests.api.shopee import order_push, shop, signature

pytestmark = pytest.mark.django_db


def call(body: bytes, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Post a push, signed unless told otherwise."""
    sent = {"Authorization": signature(body)} if headers is None else dict(headers)
    answer = Client().post("/hooks/shopee", body, content_type="application/json", headers=sent)
    return cast(HttpResponse, answer)


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="shops.inbox", status="todo").count()


def test_a_push_is_kept_byte_for_byte_and_wakes_one_worker() -> None:
    ours = shop()
    body = order_push()
    answer = call(body)
    assert (answer.status_code, answer.content) == (204, b"")
    kept = Push.objects.get()
    assert bytes(kept.body) == body
    assert bytes(kept.digest) == hashlib.sha256(body).digest()
    assert kept.shop_id == ours.pk
    assert kept.done_at is None
    assert jobs() == 1


def test_a_push_that_comes_again_is_one_row_and_is_answered_alike() -> None:
    shop()
    assert [call(order_push()).status_code for _ in range(3)] == [204, 204, 204]
    assert Push.objects.count() == 1


def test_many_pushes_of_one_shop_wait_for_one_worker() -> None:
    shop()
    for number in range(5):
        assert call(order_push(order_no=f"241124{number:08d}")).status_code == 204
    assert Push.objects.count() == 5
    assert jobs() == 1


def test_a_push_for_a_shop_we_do_not_know_is_kept_and_wakes_nobody() -> None:
    assert call(order_push(shop_id="404404")).status_code == 204
    kept = Push.objects.get()
    assert kept.shop_id is None
    assert kept.done_at is not None
    assert jobs() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "0" * 64},
        {"Authorization": "Bearer x"},
        {"Authorization": "\u00e9"},
        {"Authorization": signature(order_push(), key="another-key")},
        {"Authorization": signature(order_push(), url="https://elsewhere.example/hooks/shopee")},
        {"Authorization": signature(order_push(order_no="another"))},
    ],
    ids=["none", "empty", "zeros", "scheme", "no ascii", "key", "address", "body"],
)
def test_of_a_forged_push_only_the_count_is_kept(headers: Mapping[str, str]) -> None:
    shop()
    answer = call(order_push(), headers=headers)
    assert (answer.status_code, answer.content) == (401, b"")
    call(order_push(), headers=headers)
    assert Push.objects.count() == 0
    assert jobs() == 0
    assert ForgedPushes.objects.get().count == 2


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"shop_id": {"a": []}}', b'{"shop_id": 1e400}', b"[" * 50_000],
    ids=["empty", "object", "list", "null", "bytes", "odd shop", "huge number", "deep"],
)  # fmt: skip
def test_whatever_a_signed_push_holds_it_is_kept_and_answered(body: bytes) -> None:
    assert call(body).status_code == 204
    assert bytes(Push.objects.get().body) == body


def test_the_largest_push_is_kept_and_one_byte_more_is_refused_unread() -> None:
    assert call(b"x" * MAX_BYTES).status_code == 204
    assert call(b"x" * (MAX_BYTES + 1)).status_code == 413
    assert Push.objects.count() == 1


def test_a_push_without_a_length_is_refused() -> None:
    answer = Client().generic("POST", "/hooks/shopee", b"", headers={"Transfer-Encoding": "chunked"})
    assert answer.status_code == 411


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_only_a_post_is_a_push(method: str) -> None:
    answer = Client().generic(method, "/hooks/shopee", b"{}")
    assert (answer.status_code, answer["Allow"], answer.content) == (405, "POST", b"")


def test_a_channel_that_pushes_nothing_is_not_there() -> None:
    answer = Client().post("/hooks/nowhere", b"{}", content_type="application/json")
    assert (answer.status_code, answer.content) == (404, b"")


def test_a_channel_that_never_asks_whether_we_are_there_is_not_greeted() -> None:
    answer = Client().get("/hooks/shopee", {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": ""})
    assert (answer.status_code, answer["Allow"], answer.content) == (405, "POST", b"")


@pytest.mark.django_db(transaction=True)
def test_the_same_push_many_times_at_once_is_one_row() -> None:
    shop()
    body, answers, start = order_push(), [], threading.Barrier(8)

    def send() -> None:
        start.wait(10)
        try:
            answers.append(call(body).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [204] * 8
    assert Push.objects.count() == 1
    assert jobs() == 1


@pytest.mark.django_db(transaction=True)
def test_without_a_database_the_platform_is_asked_to_call_again() -> None:
    answers: list[HttpResponse] = []

    def send() -> None:
        # This thread's own connection, led to where no server is.
        connection.settings_dict = {**connection.settings_dict, "HOST": "/nonexistent"}
        answers.append(call(order_push()))
        answers.append(call(order_push(), headers={}))

    thread = threading.Thread(target=send)
    thread.start()
    thread.join()
    assert [answer.status_code for answer in answers] == [503, 503]
    assert answers[0]["Retry-After"] == "30"
    assert call(order_push()).status_code == 204
