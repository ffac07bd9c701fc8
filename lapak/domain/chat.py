"""Words between a business and a person on a channel, and what became of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MessageStep(StrEnum):
    """What a platform says of a message we sent, in the order in which it goes. Reports come twice and out of order."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class MessageNews:
    """One report. key: our own id of the message, as we sent it along; empty when the platform does not repeat it.

    reason: of a failure, the platform's code and words, free of phone numbers.
    """

    message_id: str
    step: MessageStep
    key: str = ""
    at: datetime | None = None
    reason: str = ""
