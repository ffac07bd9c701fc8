"""The timetable: one worker keeps it, and a defect in one entry stops no other."""

import threading

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from lapak.config.timetable import LOCK, TIMETABLE, Entry, keep, sweep_stalled_jobs
from lapak.core.events import deliver
from lapak.core.jobs import wake
from tests.config.house import eventually

pytestmark = pytest.mark.django_db(transaction=True)


def _kept(*entries: Entry) -> tuple[threading.Thread, threading.Event]:
    stop = threading.Event()
    thread = threading.Thread(target=keep, args=[stop, entries])
    thread.start()
    return thread, stop


def test_a_defect_in_one_entry_stops_no_other() -> None:
    ran = threading.Event()

    def broken() -> None:
        raise ZeroDivisionError

    thread, stop = _kept(Entry(60, broken), Entry(60, ran.set))
    assert ran.wait(10)
    stop.set()
    thread.join()


def test_while_one_worker_keeps_the_timetable_another_does_not() -> None:
    ran = threading.Event()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    thread, stop = _kept(Entry(0, ran.set))
    assert not ran.wait(1.5)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    assert ran.wait(10)
    stop.set()
    thread.join()


def test_a_job_without_a_living_worker_goes_back_once_and_gives_way_to_one_that_waits() -> None:
    for lane in ("alone", "followed"):
        with transaction.atomic():
            wake(deliver, lane=lane)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")  # by a worker that is no longer there
    with transaction.atomic():
        wake(deliver, lane="followed")
    assert sweep_stalled_jobs() == 2
    assert sweep_stalled_jobs() == 0
    left = ProcrastinateJob.objects.filter(status__in=["todo", "doing"]).order_by("lock")
    assert list(left.values_list("lock", "status")) == [
        ("core.deliver:alone", "todo"),
        ("core.deliver:followed", "todo"),
    ]


def test_every_entry_may_run_on_an_empty_installation() -> None:
    for entry in TIMETABLE:
        entry.run()


def test_stopping_takes_no_longer_than_a_blink() -> None:
    thread, stop = _kept()
    stop.set()
    assert eventually(lambda: not thread.is_alive(), within_s=5) < 5
