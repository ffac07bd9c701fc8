"""Where a list goes on. Opaque to the reader; inside, the key of the last row shown, so that new rows move nothing."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from lapak.api.errors import CursorBroken

Row = TypeVar("Row")
Key = TypeVar("Key")


def page(rows: Sequence[Row], limit: int, key: Callable[[Row], str]) -> tuple[Sequence[Row], str | None]:
    """Cut rows, of which one more than `limit` was asked for, to a page, with the cursor of the next one."""
    if len(rows) <= limit:
        return rows, None
    shown = rows[:limit]
    return shown, base64.urlsafe_b64encode(key(shown[-1]).encode()).decode().rstrip("=")


def opened(cursor: str | None, read: Callable[[str], Key]) -> Key | None:
    """The key in a cursor; None for the first page. Raises: CursorBroken."""
    if not cursor:
        return None
    try:
        return read(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode())
    except (binascii.Error, ValueError) as broken:
        raise CursorBroken from broken


def moment_and_id(key: str) -> tuple[datetime, UUID]:
    """For lists in the order of a time: `2026-11-24T05:00:00+00:00 <uuid>`. Raises: ValueError."""
    moment, _, found = key.partition(" ")
    at = datetime.fromisoformat(moment)
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at, UUID(found)
