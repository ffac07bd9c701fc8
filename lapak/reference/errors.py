"""Faults of the official lists."""

from lapak.core.errors import Acts, LapakError


class ListUnreadable(LapakError):
    """A list's file cannot be used. `told`: `file`, `why` (a sentence), and often `row`."""

    code, status, acts = "list_unreadable", 422, Acts.STAFF
