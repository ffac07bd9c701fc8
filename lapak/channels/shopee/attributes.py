"""The owner's words for a product's attributes and brand, as Shopee wants them, and what is wrong with them."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from lapak.channels.shopee.catalogue import NO_BRAND, Attribute, Brands
from lapak.domain.listing import Problem

WHOLE, DECIMAL, DATE = 1, 3, 4  # input_validation_type
SHOWN = 20  # choices shown with a problem; a list of hundreds helps nobody


def attribute_problems(given: Mapping[str, str], attributes: Sequence[Attribute]) -> list[Problem]:
    """Mandatory attributes that are missing, and values the category does not take."""
    words = {name.casefold(): value.strip() for name, value in given.items()}
    found = []
    for attribute in attributes:
        rule = attribute.rule
        value = words.get(rule.name.casefold(), "")
        field = f"attributes.{rule.name}"
        if not value:
            if rule.mandatory:
                found.append(Problem(code="attribute_missing", field=field, allowed=rule.allowed[:SHOWN]))
        elif any(_value(attribute, one) is None for one in _several(attribute, value)):
            allowed = rule.allowed[:SHOWN] or rule.unit_choices
            found.append(Problem(code="attribute_not_allowed", field=field, allowed=allowed))
    return found


def attribute_list(given: Mapping[str, str], attributes: Sequence[Attribute]) -> list[dict[str, object]]:
    """Shopee's `attribute_list`; what the category does not know, or cannot take, is left out."""
    words = {name.casefold(): value.strip() for name, value in given.items()}
    sent: list[dict[str, object]] = []
    for attribute in attributes:
        text = words.get(attribute.rule.name.casefold(), "")
        values = [value for one in _several(attribute, text) if (value := _value(attribute, one)) is not None]
        if text and values:
            sent.append({"attribute_id": int(attribute.rule.external_id), "attribute_value_list": values})
    return sent


def brand_problem(brand: str, brands: Brands) -> Problem | None:
    """A brand the category does not have, or none where it wants one."""
    if not brand.strip():
        if brands.mandatory and all(number != NO_BRAND for number, _ in brands.by_name.values()):
            return Problem(code="brand_missing", field="brand", allowed=_names(brands))
        return None
    if brand.strip().casefold() not in brands.by_name:
        return Problem(code="brand_unknown", field="brand", allowed=_names(brands))
    return None


def brand_of(brand: str, brands: Brands) -> dict[str, object]:
    """Shopee's `brand`. Without a name, or with one the category lacks, it is "No Brand", whose id is 0."""
    number, name = brands.by_name.get(brand.strip().casefold(), (NO_BRAND, "NoBrand"))
    return {"brand_id": number, "original_brand_name": name}


def _names(brands: Brands) -> tuple[str, ...]:
    return tuple(name for number, name in dict.fromkeys(brands.by_name.values()) if number != NO_BRAND)[:SHOWN]


def _several(attribute: Attribute, text: str) -> list[str]:
    """The values in a text: one, or several with commas where the attribute takes several."""
    if not attribute.many or text in attribute.values:
        return [text]
    return [one.strip() for one in text.split(",") if one.strip()]


def _value(attribute: Attribute, text: str) -> dict[str, object] | None:
    """One value as Shopee's object; None when the attribute cannot take it."""
    for name, number in attribute.values.items():
        if name.casefold() == text.casefold():
            return {"value_id": number, "original_value_name": name}
    if not attribute.rule.free_text:
        return None
    unit = ""
    if attribute.rule.unit_choices:
        match = re.fullmatch(r"(\S*\d)\s*(\D*)", text)
        units = {choice.casefold(): choice for choice in attribute.rule.unit_choices}
        if match is None or match[2].strip().casefold() not in units:
            return None
        text, unit = match[1], units[match[2].strip().casefold()]
    own = _own_word(attribute, text)
    if own is None:
        return None
    return {"value_id": 0, "original_value_name": own, **({"value_unit": unit} if unit else {})}


def _own_word(attribute: Attribute, text: str) -> str | None:
    """A value of the owner's own, in the form the attribute checks; None when it does not fit."""
    if attribute.kind == WHOLE:
        return text if re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII) else None
    if attribute.kind == DECIMAL:
        try:
            number = Decimal(text.replace(",", "."))
        except InvalidOperation:
            return None
        return str(number) if number.is_finite() else None
    if attribute.kind == DATE:
        try:
            day = datetime.strptime(text, "%m/%Y" if attribute.month_only else "%d/%m/%Y").replace(tzinfo=UTC)
        except ValueError:
            return None
        return str(int(day.timestamp()))
    return text
