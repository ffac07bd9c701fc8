"""The clock of the place: Western, Central or Eastern Indonesian Time, by province (Keppres 41/1987)."""

from zoneinfo import ZoneInfo

from django.utils import timezone

WITA = ("51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76")
WIT = ("81", "82", "91", "92", "93", "94", "95", "96")
NAMES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def zone_of(region_code: str) -> ZoneInfo:
    """The zone of a Kemendagri code; WIB, the capital's, when it names no province."""
    province = region_code[:2]
    return ZoneInfo("Asia/Makassar" if province in WITA else "Asia/Jayapura" if province in WIT else "Asia/Jakarta")


def zone_name() -> str:
    """`WIB`, `WITA` or `WIT`: what stands behind a time on the page being made."""
    return NAMES.get(timezone.get_current_timezone_name(), "WIB")
