"""What happens by the clock. One place, so that a search finds all of it.

An entry only looks at tables and wakes lanes; the network belongs to lanes. So the round is short, and the sweeper,
which frees what a dead worker held, never waits in the queue it sweeps.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import IntegrityError, close_old_connections, connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from lapak.accounts.services import forget_codes
from lapak.api.once import forget_old_answers
from lapak.core.clock import now
from lapak.core.events import forget_old_deliveries, wake_due_lanes
from lapak.messaging.services import forget_old_messages, wake_messages
from lapak.shops import services as shops

log = structlog.get_logger(__name__)

LOCK = 7_203_412  # of several workers one keeps the timetable at a time; any number that nothing else uses
JOBS_KEPT_H = 24


@dataclass(frozen=True)
class Entry:
    """Something to do every so many seconds. It must be safe to repeat."""

    every_s: float
    run: Callable[[], object]


def sweep_stalled_jobs() -> int:
    """Give back the jobs of workers that died: no heartbeat for `LAPAK_WORKER_STALLED_S`. Returns how many."""
    stalled = async_to_sync(app.job_manager.get_stalled_jobs)(seconds_since_heartbeat=settings.LAPAK_WORKER_STALLED_S)
    count = 0
    for job in stalled:
        if job.id is None:
            continue
        log.warning("job_stalled", job_id=job.id, task=job.task_name, lock=job.lock)
        try:
            with transaction.atomic():
                app.job_manager.retry_job_by_id(job.id, retry_at=now())
        except (UniqueViolation, IntegrityError):
            # Another job of the lane waits already and will see the same rows; this one only holds its lock.
            async_to_sync(app.job_manager.finish_job_by_id_async)(job.id, status=Status.ABORTED, delete_job=True)
        count += 1
    return count


def delete_old_jobs() -> None:
    """Forget jobs that ended a day ago; what they did is in the outbox rows."""
    async_to_sync(app.job_manager.delete_old_jobs)(
        nb_hours=JOBS_KEPT_H, include_failed=True, include_aborted=True, include_cancelled=True
    )


TIMETABLE = (
    Entry(5, sweep_stalled_jobs),
    Entry(3, wake_due_lanes),
    Entry(2, shops.wake_shops),
    Entry(3, shops.wake_inboxes),
    Entry(5, shops.wake_looks),
    Entry(10, shops.wake_polls),
    Entry(600, shops.wake_reconciles),
    Entry(3, wake_messages),
    Entry(3600, forget_old_deliveries),
    Entry(3600, shops.forget_old_pushes),
    Entry(3600, SessionStore.clear_expired),
    Entry(3600, forget_codes),
    Entry(3600, forget_old_messages),
    Entry(3600, forget_old_answers),
    Entry(3600, delete_old_jobs),
)


def keep(stop: threading.Event, entries: Sequence[Entry] = TIMETABLE) -> None:
    """Run the timetable until told to stop; for a thread of the worker."""
    due = dict.fromkeys(entries, time.monotonic())
    while not stop.wait(0.5):
        for entry in entries:
            if time.monotonic() < due[entry]:
                continue
            due[entry] = time.monotonic() + entry.every_s
            close_old_connections()
            try:
                if _is_ours():
                    entry.run()
            except Exception:
                # The fence between a defect in one entry (or a database that is away) and the others, above all the
                # sweeper: it is logged with its trace and comes round again.
                log.exception("timetable_fault", entry=entry.run.__name__)
    connection.close()


def _is_ours() -> bool:
    """Whether this worker keeps the timetable: the lock is held as long as the connection lives."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND pid = pg_backend_pid() AND classid = 0 AND objid = %s) THEN true ELSE pg_try_advisory_lock(%s) END",
            [LOCK, LOCK],
        )
        row = cursor.fetchone()
    return bool(row and row[0])
