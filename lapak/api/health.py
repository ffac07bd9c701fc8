"""How the work behind the pages stands: for readiness, metrics and people on call. No secrets, no personal data."""

import time
from dataclasses import dataclass

from django.db import connection

from lapak.core.events import deliveries_waiting
from lapak.shops.selectors import inbox_standing

KEEP_S = 1.0  # however often it is asked, the database is asked once a second
WORKER_SILENT_S = 30.0


@dataclass(frozen=True, kw_only=True)
class Standing:
    """worker_seen_s: seconds since the last heartbeat of the liveliest worker, None when there is none.

    deliveries, pushes: how many `waiting`, `parked` (a person must look) and so on.
    """

    worker_seen_s: float | None
    deliveries: dict[str, int]
    pushes: dict[str, int]

    @property
    def worker_is_alive(self) -> bool:
        """Whether some worker has said within `WORKER_SILENT_S` that it lives."""
        return self.worker_seen_s is not None and self.worker_seen_s <= WORKER_SILENT_S


_kept: tuple[float, Standing] | None = None


def standing() -> Standing:
    """How things stand, at most `KEEP_S` old. Raises: DatabaseError."""
    global _kept
    at = time.monotonic()
    if _kept is None or at - _kept[0] > KEEP_S:
        _kept = at, _look()
    return _kept[1]


def _look() -> Standing:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp() - max(last_heartbeat)) FROM procrastinate_workers")
        (seen_s,) = cursor.fetchone()
    return Standing(
        worker_seen_s=None if seen_s is None else float(seen_s),
        deliveries=deliveries_waiting(),
        pushes=inbox_standing(),
    )
