"""What a product must be before it is saved. Pure: one draft in, all that is wrong out.

What one channel demands beyond this (a longer description, a category) is that channel's to say.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

from lapak.catalog.errors import Fault
from lapak.catalog.types import (
    PRICE_MAX_IDR,
    PRICE_MIN_IDR,
    STOCK_MAX,
    VARIANTS_MAX,
    WEIGHT_MAX_G,
    ProductDraft,
    VariantDraft,
)
from lapak.core.money import format_rupiah

TITLE_MAX = 255
DESCRIPTION_MAX = 5_000
SKU_MAX = 100
OPTION_NAME_MAX = 30
OPTION_MAX = 50
ATTRIBUTES_MAX = 50
ATTRIBUTE_MAX = 200

# Characters that no one types on purpose: controls, and the marks that turn the direction of the text around them
# (a name may be written in any script; these only hide what a name says).
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
_SKU = re.compile(r"[^\s]+(?: [^\s]+)*")

# P-IRT (home food): at least 15 digits, the last two the year it ends, printed 13-2. Halal: the number of the
# certificate, which starts with ID; not the number of the fatwa. BPOM: MD (made here) or ML (imported) and digits.
# Attributes of these names are checked for their form; all others are the owner's own words.
CERTIFICATES = {
    "No. P-IRT": re.compile(r"(?:P-?IRT[.:]? ?(?:No\.? ?)?)?\d{13,16}-?\d{2}", re.IGNORECASE),
    "No. Sertifikat Halal": re.compile(r"ID\d{10,20}", re.IGNORECASE),
    "No. BPOM": re.compile(r"(?:BPOM(?: RI)? )?(?:MD|ML) ?\d{9,15}", re.IGNORECASE),
}


def clean_text(text: str) -> str:
    """Composed Unicode without unseen characters and outer blanks; line ends as `\\n`."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _UNSEEN.sub("", composed).strip()


def faults_of(draft: ProductDraft) -> list[Fault]:
    """All that is wrong with a draft, product first, then variant by variant. Empty: it may be saved."""
    return [*_of_product(draft), *_of_variants(draft)]


def _of_product(draft: ProductDraft) -> Iterator[Fault]:
    if not draft.title:
        yield Fault(field="title", reason="required")
    for field, text, limit in (
        ("title", draft.title, TITLE_MAX),
        ("description", draft.description, DESCRIPTION_MAX),
        ("category_hint", draft.category_hint, 200),
        ("brand", draft.brand, 100),
    ):
        if len(text) > limit:
            yield Fault(field=field, reason="too_long", told={"limit": limit, "length": len(text)})
    yield from _sku_faults(draft.sku, None)
    if draft.weight_g < 0:
        yield Fault(field="weight_g", reason="below_zero")
    if draft.weight_g > WEIGHT_MAX_G:
        yield Fault(field="weight_g", reason="too_heavy", told={"limit_kg": WEIGHT_MAX_G // 1000})
    if len(draft.option_names) > 2:
        yield Fault(field="option_names", reason="too_many_option_names")
    for name in draft.option_names:
        if not name:
            yield Fault(field="option_names", reason="required")
        elif len(name) > OPTION_NAME_MAX:
            yield Fault(field="option_names", reason="too_long", told={"limit": OPTION_NAME_MAX, "length": len(name)})
    if len(set(map(str.casefold, draft.option_names))) < len(draft.option_names):
        yield Fault(field="option_names", reason="option_name_twice")
    if len(draft.attributes) > ATTRIBUTES_MAX:
        yield Fault(field="attributes", reason="too_many_attributes", told={"limit": ATTRIBUTES_MAX})
    for name, value in draft.attributes.items():
        if not name or not value or max(len(name), len(value)) > ATTRIBUTE_MAX:
            yield Fault(field="attributes", reason="bad_attribute", told={"name": name[:40]})
        elif name in CERTIFICATES and not CERTIFICATES[name].fullmatch(value):
            yield Fault(field="attributes", reason="bad_certificate", told={"name": name, "value": value[:40]})


def _of_variants(draft: ProductDraft) -> Iterator[Fault]:
    if not draft.variants:
        yield Fault(field="variants", reason="required")
    if len(draft.variants) > VARIANTS_MAX:
        yield Fault(field="variants", reason="too_many_variants", told={"limit": VARIANTS_MAX})
    for index, variant in enumerate(draft.variants):
        yield from _of_variant(draft, variant, index)
    yield from _twice(draft, "sku", "sku_twice", lambda variant: variant.sku)
    if len(draft.variants) > 1:
        yield from _twice(draft, "options", "options_twice", lambda variant: "\n".join(variant.options).casefold())


def _of_variant(draft: ProductDraft, variant: VariantDraft, index: int) -> Iterator[Fault]:
    yield from _sku_faults(variant.sku, index)
    if variant.price_idr < PRICE_MIN_IDR:
        told = {"limit": format_rupiah(PRICE_MIN_IDR), "typed": format_rupiah(variant.price_idr)}
        yield Fault(field="price_idr", reason="price_too_low", variant=index, told=told)
    if variant.price_idr > PRICE_MAX_IDR:
        told = {"limit": format_rupiah(PRICE_MAX_IDR), "typed": format_rupiah(variant.price_idr)}
        yield Fault(field="price_idr", reason="price_too_high", variant=index, told=told)
    for field, units in (("on_hand", variant.on_hand), ("buffer", variant.buffer)):
        if units is not None and units < 0:
            yield Fault(field=field, reason="below_zero", variant=index)
        if units is not None and units > STOCK_MAX:
            yield Fault(field=field, reason="too_many_units", variant=index, told={"limit": STOCK_MAX})
    if len(variant.options) != len(draft.option_names) or not all(variant.options):
        yield Fault(field="options", reason="option_missing", variant=index)
    for option in variant.options:
        if len(option) > OPTION_MAX:
            length = {"limit": OPTION_MAX, "length": len(option)}
            yield Fault(field="options", reason="too_long", variant=index, told=length)


def _sku_faults(sku: str, variant: int | None) -> Iterator[Fault]:
    if len(sku) > SKU_MAX:
        yield Fault(field="sku", reason="too_long", variant=variant, told={"limit": SKU_MAX, "length": len(sku)})
    elif sku and not _SKU.fullmatch(sku):
        yield Fault(field="sku", reason="bad_sku", variant=variant)


def _twice(draft: ProductDraft, field: str, reason: str, key: Callable[[VariantDraft], str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, variant in enumerate(draft.variants):
        name = key(variant)
        if name and name in seen:
            yield Fault(field=field, reason=reason, variant=index, told={"value": name.replace("\n", " / ")})
        seen.add(name)
