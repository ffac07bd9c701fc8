"""What can go wrong while Lapak is set up, started or asked from the command line."""

from lapak.core.errors import Acts, LapakError


class AlreadyRuns(LapakError):
    """Another Lapak runs on this data folder. `told`: `folder`, `process`."""

    code, status, acts = "already_runs", 409, Acts.STAFF


class PortTaken(LapakError):
    """Somebody else listens on the port. `told`: `port`, `option`."""

    code, status, acts = "port_taken", 409, Acts.STAFF


class NotPrepared(LapakError):
    """The database has not been brought to this version of Lapak."""

    code, status, acts = "not_prepared", 503, Acts.STAFF


class StartFailed(LapakError):
    """A process of ours ended while it started. `told`: `part`, `log`, `last` (its last words)."""

    code, status, acts = "start_failed", 500, Acts.STAFF


class NotReached(LapakError):
    """Something the command needs does not answer. `told`: `what`, `url`, `why`."""

    code, status, acts = "not_reached", 503, Acts.STAFF
