"""How Lapak writes numbers, money, moments and icons on a page."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from lapak.catalog.types import VariantRow
from lapak.core.clock import now
from lapak.core.money import format_rupiah
from lapak.domain.listing import VariantSpec
from lapak.registry.types import Evidence, Rung
from lapak.web import moments, sayings
from lapak.web.once import fresh_op

register = template.Library()
WEB = Path(__file__).resolve().parent.parent


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


@register.simple_tag
def now_text() -> str:
    """`24 Nov 2026, 14.05 WIB`: when the page was made."""
    return f"{moments.day_text(now())}, {moments.hour_text(now())}"


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


register.filter("tanggal", moments.day_text)
register.filter("jam", moments.hour_text)
register.filter("kapan", moments.moment_text)
register.filter("lalu", moments.ago)
register.filter("kata_tayang", sayings.listing_saying)
register.filter("kata_toko", sayings.shop_saying)
register.filter("kata_pesanan", sayings.order_saying)
register.filter("kurang", sayings.missing_words)
register.filter("rentang_harga", sayings.price_range)
register.filter("nama_isian", sayings.field_label)


@register.filter
def stok_semua(variants: Iterable[VariantRow]) -> int:
    """Units of all choices of a product together."""
    return sum(variant.on_hand for variant in variants)


@register.filter
def stok_jual(variants: Iterable[VariantSpec]) -> int:
    """Units that would be on sale, all choices together."""
    return sum(variant.stock for variant in variants)


@register.filter
def nama(names: Mapping[str, str], key: str) -> str:
    """The name for a key; the key itself when there is none."""
    return names.get(key, key)


@register.filter
def minus(number: int, less: int) -> int:
    return number - less


@register.filter
def daun_dulu(path: str) -> str:
    """`Makanan › Keripik` → `Keripik (Makanan)`: a phone shows only the beginning of a choice."""
    above, _, leaf = path.rpartition(" › ")
    return f"{leaf} ({above})" if above else leaf


@register.filter
def bagian(part: int, whole: int) -> float | None:
    """The share of a whole, 0 to 1; None when there is no whole."""
    return part / whole if whole else None


@register.filter
def lebar(share: float | None) -> str:
    """A share as the width of a bar. A bar fills at most 60 % of its line, so that the number beside it fits."""
    return f"{(share or 0) * 60:.1f}%"


@register.filter
def nama_tangga(rung: Rung) -> str:
    """A rung in Indonesian."""
    return {**sayings.RUNGS, **sayings.EXITED}[rung]


@register.filter
def nama_bukti(evidence: Evidence) -> str:
    """How a step is known, in Indonesian."""
    return sayings.EVIDENCE[evidence]
