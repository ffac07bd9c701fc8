"""Two writers that wake one lane in the same moment."""

import threading

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from lapak.core import events
from lapak.core.ids import uuid7
from lapak.core.jobs import wake

pytestmark = pytest.mark.django_db(transaction=True)


def writers_hold(key: str) -> bool:
    """Whether a job of the lane would still have to wait for a writer."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        return bool(cursor.fetchone() == (False,))


def test_the_writer_that_finds_the_lane_just_woken_is_waited_for_too() -> None:
    """Both look before either has queued; the second's job is refused as one too many, and still its row is seen."""
    lane = str(uuid7())
    key = f"{events.deliver.name}:{lane}"
    first_woke, first_may_commit, second_woke, second_may_commit = (threading.Event() for _ in range(4))

    def first() -> None:
        with transaction.atomic():
            wake(events.deliver, lane=lane)
            first_woke.set()
            first_may_commit.wait(10)
        connection.close()

    def second() -> None:
        with transaction.atomic():
            wake(events.deliver, lane=lane)  # waits here for the first, whose job it collides with
            second_woke.set()
            second_may_commit.wait(10)
        connection.close()

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert first_woke.wait(10)
    threads[1].start()
    assert not second_woke.wait(0.3)
    first_may_commit.set()
    threads[0].join()
    assert second_woke.wait(10)
    assert writers_hold(key)
    second_may_commit.set()
    threads[1].join()
    assert not writers_hold(key)
    assert ProcrastinateJob.objects.filter(status="todo").count() == 1
