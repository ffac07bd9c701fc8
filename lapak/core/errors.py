"""One class for one fault, and each says who acts next.

`code` never changes: it keys the words people read (see `lapak.core.words`), the API's problem type and the logs.
A caller decides by `acts`, never by the text.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import ClassVar


class Acts(StrEnum):
    """Who makes the next move after a fault."""

    CLOCK = "clock"  # we try again ourselves
    OWNER = "owner"  # the business mends the product or signs in again
    STAFF = "staff"  # we look: a defect here, or a change over there


class LapakError(Exception):
    """The parent of every fault that Lapak knows by name.

    `told` holds plain facts for the words ("row", "limit", the platform's own message); never personal data.
    """

    code: ClassVar[str] = "unexpected"
    status: ClassVar[int] = 500
    acts: ClassVar[Acts] = Acts.STAFF

    def __init__(self, **told: object) -> None:
        self.told = told
        facts = ", ".join(f"{name}={value}" for name, value in told.items())
        super().__init__(f"{self.code}({facts})")


class NotYours(LapakError):
    """The actor may not see or change this. Doors answer as if it did not exist."""

    code, status, acts = "not_yours", 404, Acts.OWNER


class NotFound(LapakError):
    """There is no such thing (any more)."""

    code, status, acts = "not_found", 404, Acts.OWNER


class Invalid(LapakError):
    """What was typed cannot be used. `told`: `field`, `reason` (a code of its own), and the limits that apply."""

    code, status, acts = "invalid", 422, Acts.OWNER


def every_error(parent: type[LapakError] = LapakError) -> Iterator[type[LapakError]]:
    """Every fault defined so far, parents first. The tests walk it and demand words for each."""
    yield parent
    for child in parent.__subclasses__():
        yield from every_error(child)
