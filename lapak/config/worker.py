"""The worker: runs queued jobs in threads and keeps the timetable. Django must be set up before.

The queue is read over a connection of the worker's own; the tasks stay bound to Django's connection, so that a job
woken inside a task's transaction commits, or not, with it.
"""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import structlog
from django.conf import settings
from procrastinate.connector import BaseAsyncConnector
from procrastinate.contrib.django import DjangoApp, app
from procrastinate.contrib.django.django_connector import DjangoConnector

from lapak.config import timetable

log = structlog.get_logger(__name__)


def work() -> None:
    """Work until SIGTERM or SIGINT; jobs in hand get a few seconds to end, what is left the next worker takes up."""
    stop = threading.Event()
    clock = threading.Thread(target=timetable.keep, args=[stop], name="timetable", daemon=True)
    clock.start()
    try:
        asyncio.run(_work())
    finally:
        stop.set()
        clock.join(5)


async def _work() -> None:
    threads: int = settings.LAPAK_WORKER_THREADS
    # asyncio's own pool has cores + 4 threads, fewer than the jobs we take at a time.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(threads + 2, thread_name_prefix="job"))
    reader: BaseAsyncConnector = cast(DjangoConnector, app.connector).get_worker_connector()
    queue = DjangoApp(connector=reader, import_paths=app.import_paths)
    queue.tasks = app.tasks
    log.info("worker_starts", threads=threads, tasks=sorted(app.tasks))
    async with queue.open_async():
        await queue.run_worker_async(
            concurrency=threads,
            fetch_job_polling_interval=2.0,
            shutdown_graceful_timeout=8.0,
            update_heartbeat_interval=settings.LAPAK_WORKER_HEARTBEAT_S,
            stalled_worker_timeout=settings.LAPAK_WORKER_STALLED_S,
        )
