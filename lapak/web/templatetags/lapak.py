"""How Lapak writes numbers, money, moments and icons on a page."""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from lapak.core.clock import now
from lapak.core.money import format_rupiah
from lapak.web.once import fresh_op
from lapak.web.zones import zone_name

register = template.Library()
WEB = Path(__file__).resolve().parent.parent
MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")


@cache
def _symbols() -> dict[str, str]:
    """Every drawing we have, by its id: `i-home` → its <symbol>."""
    sheets = "".join((WEB / name).read_text("utf-8") for name in ("icons.svg", "pictures.svg"))
    return {found[1]: found[0] for found in re.finditer(r'<symbol id="([^"]+)".*?</symbol>', sheets)}


def _used(context: template.Context) -> set[str]:
    """The drawings named so far while this request's page is rendered, included templates and all."""
    used: set[str] = vars(context["request"]).setdefault("drawings_used", set())
    return used


@register.simple_tag(takes_context=True)
def icon(context: template.Context, name: str, size: str = "") -> SafeString:
    """An icon beside a word. `{% icons %}` at the end of the page brings its drawing, once."""
    _used(context).add(f"i-{name}")
    return format_html('<svg class="i {}" aria-hidden="true"><use href="#i-{}"/></svg>', size, name)


@register.simple_tag(takes_context=True)
def picture(context: template.Context, name: str, size: str = "") -> SafeString:
    """A drawn product, where a photo is missing."""
    _used(context).add(f"p-{name}")
    return format_html('<svg class="pic {}" aria-hidden="true"><use href="#p-{}"/></svg>', size, name)


@register.simple_tag(takes_context=True)
def icons(context: template.Context, more: str = "") -> SafeString:
    """The drawings this page used, and those (`more`) that a part swapped in later will use."""
    names = _used(context) | {f"i-{name}" for name in more.split()}
    drawn = "".join(_symbols()[name] for name in sorted(names))
    return mark_safe(f'<svg class="vh" aria-hidden="true">{drawn}</svg>')  # noqa: S308 - drawings of our own


@register.simple_tag
def op() -> str:
    """The id of a form about to be shown; see `lapak.web.once`."""
    return fresh_op()


@register.filter
def rupiah(amount_idr: int | None) -> str:
    """45000 → `Rp45.000`; a missing amount is a dash, never a zero."""
    return "–" if amount_idr is None else format_rupiah(amount_idr)


@register.filter
def angka(number: int | None) -> str:
    """1234567 → `1.234.567`."""
    return "–" if number is None else f"{number:,}".replace(",", ".")


@register.filter
def persen(share: float | None) -> str:
    """0.524 → `52,4 %`, with a no-break space."""
    return "–" if share is None else f"{share * 100:.1f}\u00a0%".replace(".", ",")


@register.filter
def tanggal(moment: datetime | None) -> str:
    """`24 Nov 2026`, in the reader's zone."""
    if moment is None:
        return "–"
    local = timezone.localtime(moment)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


@register.filter
def jam(moment: datetime | None) -> str:
    """`14.05 WIB`, in the reader's zone."""
    return "–" if moment is None else f"{timezone.localtime(moment):%H.%M} {zone_name()}"


@register.filter
def kapan(moment: datetime | None) -> str:
    """`24 Nov 2026, 14.05 WIB`; only the time when it is today."""
    if moment is None:
        return "–"
    if timezone.localtime(moment).date() == timezone.localdate():
        return f"hari ini {jam(moment)}"
    return f"{tanggal(moment)}, {jam(moment)}"


@register.filter
def lalu(moment: datetime | None) -> str:
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
    return tanggal(moment)


@register.filter
def sebaris(parts: Iterable[str]) -> str:
    """Joins what is there with a middle dot."""
    return " · ".join(part for part in parts if part)
