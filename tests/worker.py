"""A worker without its process: runs the jobs that wait, here and now; and a child that dies where it is told to."""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from lapak.core.clock import now
from lapak.core.events import wake_due_lanes
from lapak.core.models import Delivery
from lapak.shops import connections as shop_connections
from lapak.shops.models import Errand, Listing, Push
from lapak.shops.services import wake_inboxes, wake_looks, wake_shops


def work(*, jobs: int = 500) -> int:
    """Run every job that waits, and those they queue, oldest first. Returns how many ran."""
    for ran in range(jobs):
        job = ProcrastinateJob.objects.filter(status="todo").order_by("id").first()
        if job is None:
            return ran
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.id])
        app.tasks[job.task_name].func(**job.args)
    raise AssertionError(f"more than {jobs} jobs: something wakes itself for ever")


def time_passes() -> None:
    """What waits for its next try is due now, and the round of the timetable wakes it."""
    at = now() - timedelta(seconds=1)
    Delivery.objects.filter(done_at__isnull=True, parked_at__isnull=True).update(due_at=at)
    for model in (Listing, Errand):
        model.objects.filter(due_at__isnull=False).update(due_at=at)
    Push.objects.filter(done_at__isnull=True, parked_at__isnull=True).update(due_at=at)
    Listing.objects.filter(look_at__isnull=False).update(look_at=at)
    wake_due_lanes()
    wake_looks()
    wake_shops()
    wake_inboxes()
    work()


def dies_at(step: int, story: Callable[[], object]) -> bool:
    """Run a story in a child that is killed with SIGKILL at its n-th step. Returns whether it lived to be killed.

    A step is each moment before and after a call over the network, and before and after a commit: wherever the world
    outside and our tables can be of two minds.
    """
    connections.close_all()
    for shop_id in list(shop_connections._open):
        shop_connections.forget(shop_id)
    pid = os.fork()
    if pid == 0:
        _count_down(step)
        try:
            story()
        except BaseException:
            os._exit(3)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the story failed instead of being killed"
    return False


def _count_down(step: int) -> None:
    left = step

    def tick() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(owner: type, name: str) -> None:
        real = getattr(owner, name)

        def watched(self: Any, *args: Any, **kwargs: Any) -> Any:
            tick()
            result = real(self, *args, **kwargs)
            tick()
            return result

        setattr(owner, name, watched)

    around(httpx2.Client, "send")
    around(DatabaseWrapper, "_commit")
