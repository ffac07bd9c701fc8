"""A keeper of one grant in memory, for the sandbox, the contract suites and trying a channel by hand."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from lapak.domain.connection import Grant


class MemoryKeeper:
    """Keeps a grant for the threads of one process. The shops module keeps the real ones, sealed, in the database."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._lock = threading.Lock()

    def current(self) -> Grant:
        return self._grant

    @contextmanager
    def renewing(self, stale: Grant) -> Iterator["MemoryRenewal"]:  # noqa: ARG002 - part of the protocol
        with self._lock:
            yield MemoryRenewal(self)

    def keep(self, new: Grant) -> None:
        self._grant = new


class MemoryRenewal:
    """The right to renew, held while the lock is."""

    def __init__(self, keeper: MemoryKeeper) -> None:
        self._keeper = keeper
        self.grant = keeper.current()

    def keep(self, new: Grant) -> None:
        self.grant = new
        self._keeper.keep(new)
