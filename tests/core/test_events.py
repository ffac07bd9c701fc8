"""The outbox: an event and its deliveries live or die with the transaction that made it true."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from lapak.core import events
from lapak.core.clock import now
from lapak.core.errors import Acts, LapakError
from lapak.core.ids import uuid7
from lapak.core.jobs import wake
from lapak.core.models import Delivery, EventRow

pytestmark = pytest.mark.django_db(transaction=True)
heard: list[object] = []


@dataclass(frozen=True, kw_only=True)
class StallOpened(events.Event):
    business_id: UUID
    name: str


class Unlucky(LapakError):
    code, acts = "unexpected", Acts.CLOCK


@pytest.fixture(autouse=True)
def _listener() -> Iterator[None]:
    heard.clear()
    events.on(StallOpened)(hear)
    yield
    events._listeners.pop("StallOpened")


def hear(event: StallOpened) -> None:
    if event.name == "unlucky":
        raise Unlucky
    if event.name == "broken":
        raise ZeroDivisionError
    heard.append(event)


def _waiting_jobs() -> int:
    return ProcrastinateJob.objects.filter(status="todo").count()


def test_an_event_cannot_be_recorded_outside_a_transaction() -> None:
    with pytest.raises(RuntimeError):
        events.record(StallOpened(business_id=uuid7(), name="x"))


def test_a_rolled_back_change_leaves_no_event_and_no_job() -> None:
    def change() -> None:
        with transaction.atomic():
            events.record(StallOpened(business_id=uuid7(), name="x"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change()
    assert EventRow.objects.count() == 0
    assert _waiting_jobs() == 0


def test_an_event_reaches_its_listener_with_its_types() -> None:
    business_id = uuid7()
    with transaction.atomic():
        events.record(StallOpened(business_id=business_id, name="Warung"))
    assert _waiting_jobs() == 1
    events.deliver.func(str(business_id))
    assert heard == [StallOpened(business_id=business_id, name="Warung")]
    assert Delivery.objects.get().done_at is not None


def test_many_events_of_one_lane_queue_one_job() -> None:
    business_id = uuid7()
    for _ in range(5):
        with transaction.atomic():
            events.record(StallOpened(business_id=business_id, name="x"))
    assert _waiting_jobs() == 1


def test_a_fault_of_the_clock_is_tried_again_later_and_others_pass() -> None:
    business_id = uuid7()
    with transaction.atomic():
        events.record(StallOpened(business_id=business_id, name="unlucky"))
        events.record(StallOpened(business_id=business_id, name="good"))
    events.deliver.func(str(business_id))
    assert [event.name for event in heard if isinstance(event, StallOpened)] == ["good"]
    late = Delivery.objects.get(done_at__isnull=True)
    assert late.parked_at is None
    assert late.due_at > now()


def test_a_broken_listener_is_parked_after_its_tries_and_stops_nothing() -> None:
    business_id = uuid7()
    with transaction.atomic():
        events.record(StallOpened(business_id=business_id, name="broken"))
        events.record(StallOpened(business_id=business_id, name="good"))
    for _ in range(events.MAX_TRIES + 1):
        Delivery.objects.filter(done_at__isnull=True).update(due_at=now())
        events.deliver.func(str(business_id))
    broken = Delivery.objects.get(done_at__isnull=True)
    assert broken.parked_at is not None
    assert len(heard) == 1
    events.retry_parked(broken.pk)
    assert events.deliveries_waiting() == {"waiting": 1, "parked": 0, "retrying": 0}


def test_old_deliveries_are_forgotten_and_their_events_stay() -> None:
    business_id = uuid7()
    for name in ("old", "new"):
        with transaction.atomic():
            events.record(StallOpened(business_id=business_id, name=name))
    events.deliver.func(str(business_id))
    Delivery.objects.filter(event__facts__name="old").update(done_at=now() - timedelta(days=31))
    assert events.forget_old_deliveries() == 1
    assert (Delivery.objects.count(), EventRow.objects.count()) == (1, 2)


def test_what_is_said_ten_times_over_is_told_once() -> None:
    business_id = uuid7()
    for name in ("x", "y", "x", "x"):
        with transaction.atomic():
            events.record(StallOpened(business_id=business_id, name=name))
    events.deliver.func(str(business_id))
    assert [event.name for event in heard if isinstance(event, StallOpened)] == ["y", "x"]
    assert Delivery.objects.filter(done_at__isnull=True).count() == 0


def test_a_job_that_starts_waits_for_writers_that_counted_on_it() -> None:
    """Without the wait, the writer's row would be missed: it saw a job waiting and so queued none."""
    lane = str(uuid7())
    with transaction.atomic():
        wake(events.deliver, lane=lane)
    wrote, may_commit = threading.Event(), threading.Event()

    def writer() -> None:
        try:
            with transaction.atomic():
                events.record(StallOpened(business_id=UUID(lane), name="late"))
                wrote.set()
                may_commit.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=writer)
    thread.start()
    assert wrote.wait(10)
    assert _waiting_jobs() == 1
    threading.Timer(0.3, may_commit.set).start()
    events.deliver.func(lane)
    thread.join()
    assert [event.name for event in heard if isinstance(event, StallOpened)] == ["late"]
