"""Faults of signing in."""

from lapak.core.errors import Acts, LapakError


class CodeWrong(LapakError):
    """The code does not fit. `told`: `left`, tries that are left for it."""

    code, status, acts = "code_wrong", 422, Acts.OWNER


class CodeSpent(LapakError):
    """The code cannot be used any more: too old, used, or tried too often; or there is none. Ask for a new one."""

    code, status, acts = "code_spent", 410, Acts.OWNER


class TooManyCodes(LapakError):
    """Too many codes for one number or from one address. `told`: `wait_s`, and `minutes` to say it."""

    code, status, acts = "too_many_codes", 429, Acts.OWNER


class CodesPaused(LapakError):
    """This installation has sent as many codes today as it is allowed to."""

    code, status, acts = "codes_paused", 503, Acts.STAFF


class AccountStopped(LapakError):
    """The phone was proven, but the person's account was switched off."""

    code, status, acts = "account_stopped", 403, Acts.OWNER


class EmailTaken(LapakError):
    """Another member of staff signs in with this address."""

    code, status, acts = "email_taken", 409, Acts.OWNER
