"""Faults of the registry."""

from lapak.core.errors import Acts, LapakError


class AlreadyClosed(LapakError):
    """The business was closed before. `told`: `name`."""

    code, status, acts = "already_closed", 409, Acts.OWNER
