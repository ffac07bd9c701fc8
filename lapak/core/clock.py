"""The one place that asks what time it is: aware, in UTC. Pages turn it into WIB, WITA or WIT."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)
