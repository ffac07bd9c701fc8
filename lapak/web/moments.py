"""Moments and spans as people say them, in the zone of the reader's place."""

from datetime import datetime

from django.utils import timezone

from lapak.core.clock import now
from lapak.web.zones import zone_name

MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")


def day_text(moment: datetime | None) -> str:
    """`24 Nov 2026`."""
    if moment is None:
        return "–"
    local = timezone.localtime(moment)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def hour_text(moment: datetime | None) -> str:
    """`14.05 WIB`."""
    return "–" if moment is None else f"{timezone.localtime(moment):%H.%M} {zone_name()}"


def moment_text(moment: datetime | None) -> str:
    """`24 Nov 2026, 14.05 WIB`; today only the hour."""
    if moment is None:
        return "–"
    if timezone.localtime(moment).date() == timezone.localdate():
        return f"hari ini {hour_text(moment)}"
    return f"{day_text(moment)}, {hour_text(moment)}"


def ago(moment: datetime | None) -> str:
    """`3 menit lalu`; from a day on, the date."""
    if moment is None:
        return "belum pernah"
    seconds = (now() - moment).total_seconds()
    if seconds < 60:
        return "baru saja"
    if seconds < 3600:
        return f"{int(seconds // 60)} menit lalu"
    if seconds < 86_400:
        return f"{int(seconds // 3600)} jam lalu"
    return day_text(moment)
