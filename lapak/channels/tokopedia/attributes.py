"""The owner's words for attributes, options, brand and description, as TikTok Shop wants them."""

import html
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from lapak.channels.tokopedia.catalogue import Attribute
from lapak.domain.listing import ListingSpec, Problem, VariantSpec

SHOWN = 20  # choices shown with a problem; a list of hundreds helps nobody
Sent = dict[str, object]


def attribute_problems(given: Mapping[str, str], attributes: Sequence[Attribute], *, most_chars: int) -> list[Problem]:
    """Mandatory attributes that are missing, and values the category does not take."""
    words = {name.casefold(): value.strip() for name, value in given.items()}
    found = []
    for attribute in attributes:
        if attribute.of_variants:
            continue
        rule = attribute.rule
        value = words.get(rule.name.casefold(), "")
        field = f"attributes.{rule.name}"
        if not value:
            if rule.mandatory:
                found.append(Problem(code="attribute_missing", field=field, allowed=rule.allowed[:SHOWN]))
        elif any(_value(attribute, one) is None or len(one) > most_chars for one in _several(attribute, value)):
            found.append(Problem(code="attribute_not_allowed", field=field, allowed=rule.allowed[:SHOWN]))
    return found


def attribute_list(given: Mapping[str, str], attributes: Sequence[Attribute]) -> list[Sent]:
    """`product_attributes`; what the category does not know, or cannot take, is left out."""
    words = {name.casefold(): value.strip() for name, value in given.items()}
    sent: list[Sent] = []
    for attribute in attributes:
        text = words.get(attribute.rule.name.casefold(), "")
        values = [value for one in _several(attribute, text) if (value := _value(attribute, one)) is not None]
        if text and values and not attribute.of_variants:
            sent.append({"id": attribute.rule.external_id, "values": values})
    return sent


def option_list(spec: ListingSpec, variant: VariantSpec, attributes: Sequence[Attribute]) -> list[Sent]:
    """`sales_attributes` of a variant: by id where the category knows the name or value, by the owner's words else."""
    known = {attribute.rule.name.casefold(): attribute for attribute in attributes if attribute.of_variants}
    sent: list[Sent] = []
    for name, value in zip(spec.option_names, variant.options, strict=True):
        attribute = known.get(name.strip().casefold())
        if attribute is None:
            sent.append({"name": name.strip(), "value_name": value.strip()})
            continue
        wanted = value.strip().casefold()
        number = next((code for own, code in attribute.values.items() if own.casefold() == wanted), "")
        chosen = {"value_id": number} if number else {"value_name": value.strip()}
        sent.append({"id": attribute.rule.external_id, **chosen})
    return sent


def as_html(text: str) -> str:
    """Plain words as the HTML a description must be."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]
    return "".join(f"<p>{html.escape(block, quote=False).replace(chr(10), '<br>')}</p>" for block in blocks)


def words_in(text: str) -> str:
    """What a description says without its HTML: they re-write tags, so only the words can be compared."""
    return " ".join(html.unescape(re.sub(r"<[^<>]*>", " ", text)).split())


def _several(attribute: Attribute, text: str) -> list[str]:
    """The values in a text: one, or several with commas where the attribute takes several."""
    if not attribute.many or text in attribute.values:
        return [text]
    return [one.strip() for one in text.split(",") if one.strip()]


def _value(attribute: Attribute, text: str) -> dict[str, str] | None:
    """One value as their object; None when the attribute cannot take it."""
    for name, number in attribute.values.items():
        if name.casefold() == text.casefold():
            return {"id": number}
    if not attribute.rule.free_text:
        return None
    if attribute.number:
        try:
            number_given = Decimal(text.replace(",", "."))
        except InvalidOperation:
            return None
        return {"name": f"{number_given:f}"} if number_given.is_finite() and number_given > 0 else None
    return {"name": text}
