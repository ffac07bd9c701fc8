"""What crosses the wall of messaging."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

NOTICES = "whatsapp_news"
"""The purpose of the consent to notices on WhatsApp. Sign-in codes need none: they are asked for."""


class Delivered(StrEnum):
    """What the platform says of a message, in the order in which it goes."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class MessageRow:
    """What became of a message. Words and phone are not in it."""

    message_id: UUID
    template: str
    state: str
    tries: int
    asked_at: datetime
    sent_at: datetime | None
    fault: str
