"""Keeps to the rate: one bucket for each (channel, shop), shared by all connectors of this process.

Channels rarely publish a number, so the rate is a setting; each worker process keeps its own bucket, so set the
rate to the allowed one divided by the processes.
"""

import threading
import time
from collections import OrderedDict
from math import ceil

from lapak.channels.kit.errors import ChannelBusy

MOST_SHOPS = 10_000  # buckets kept; a shop not called for long starts afresh, which only lets one burst through


class Pace:
    """A token bucket (as GCRA: one number instead of a filling thread)."""

    def __init__(self, *, channel: str, per_second: float, burst: int = 1) -> None:
        self._channel, self.per_second = channel, per_second
        self._gap_s = 1 / per_second
        self._slack_s = (burst - 1) * self._gap_s
        self._due = 0.0
        self._lock = threading.Lock()

    def take(self, *, at_most_s: float) -> None:
        """Wait for the next free place. Raises ChannelBusy (with `wait_s`) at once when that is too long."""
        with self._lock:
            now = time.monotonic()
            wait_s = max(0.0, self._due - self._slack_s - now)
            if wait_s > at_most_s:
                raise ChannelBusy(channel=self._channel, wait_s=ceil(wait_s), why="pace")
            self._due = max(self._due, now) + self._gap_s
        if wait_s:
            time.sleep(wait_s)

    def hold(self, wait_s: float) -> None:
        """The channel said when to come back: nobody calls before."""
        with self._lock:
            self._due = max(self._due, time.monotonic() + wait_s + self._slack_s)

    def heed(self, busy: ChannelBusy) -> None:
        """Hold for as long as a busy channel said, if it did."""
        wait_s = busy.told.get("wait_s")
        if isinstance(wait_s, int):
            self.hold(wait_s)


_paces: OrderedDict[tuple[str, str], Pace] = OrderedDict()
_paces_lock = threading.Lock()


def pace_of(channel: str, shop: str, *, per_second: float, burst: int | None = None) -> Pace:
    """The bucket of a shop on a channel. Another rate starts afresh.

    burst: calls let through at once; None: those of one second.
    """
    with _paces_lock:
        key = (channel, shop)
        if key not in _paces or _paces[key].per_second != per_second:
            at_once = int(per_second) if burst is None else burst
            _paces[key] = Pace(channel=channel, per_second=per_second, burst=max(1, at_once))
            if len(_paces) > MOST_SHOPS:
                _paces.popitem(last=False)
        _paces.move_to_end(key)
        return _paces[key]
