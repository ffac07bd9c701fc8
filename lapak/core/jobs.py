"""Jobs under an outbox: what is to be done lies in a table; a job only says "look there".

A *lane* is a line of work that must go in order: the inbox of one shop, the listings of one shop, the events of one
business. For each lane at most one job waits and at most one runs (procrastinate's `queueing_lock` and `lock`).
Retries, backoff and faults live in the outbox rows, never in a job.

    @lane_task("shops.inbox")
    def work_inbox(lane: str) -> bool: ...       # True: more is left, wake me again

    with transaction.atomic():
        Push.objects.create(...)
        wake(work_inbox, lane=str(shop_id))       # commits, or not, with the row
"""

from collections.abc import Callable
from functools import wraps

import structlog
from django.db import close_old_connections, connection, transaction
from procrastinate.contrib.django import app
from procrastinate.tasks import Task

log = structlog.get_logger(__name__)

LaneWork = Callable[[str], bool]
LaneTask = Task[[str], None, [str]]


def lane_task(name: str, *, queue: str = "default") -> Callable[[LaneWork], LaneTask]:
    """Make a function the one worker of its lanes. It returns whether more is left, and is then called again."""

    def register(work: LaneWork) -> LaneTask:
        @wraps(work)
        def run(lane: str) -> None:
            close_old_connections()
            try:
                _wait_for_writers(name, lane)
                if work(lane):
                    with transaction.atomic():
                        wake(task, lane=lane)
            finally:
                close_old_connections()

        task: LaneTask = app.task(name=name, queue=queue)(run)
        return task

    return register


def wake(task: LaneTask, *, lane: str) -> None:
    """See to it that a job looks at this lane after the present transaction commits.

    Must run inside the transaction that writes the outbox row. A job that waits already will see the row; one that
    runs may not, so then another is queued. A shared lock makes that safe: a job, once fetched, waits for every writer
    that may still have counted on it before it reads (see `_wait_for_writers`). All of it is one function of the
    database (migration `core.0002`), which a statement of one's own may call too, as the inbox of pushes does.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("wake() belongs inside the transaction that writes the outbox row")
    with connection.cursor() as cursor:
        cursor.execute("SELECT lapak_wake(%s, %s, %s)", [task.name, task.queue, lane])


def _wait_for_writers(name: str, lane: str) -> None:
    """Let the transactions that saw this job waiting, and so queued none, commit before we read their rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{name}:{lane}"])
