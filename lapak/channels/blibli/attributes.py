"""The owner's words for attributes and options, as Blibli wants them, and what is wrong with them."""

from collections.abc import Mapping, Sequence

from lapak.channels.blibli.catalogue import Attribute
from lapak.domain.listing import ListingSpec, Problem, VariantSpec

SHOWN = 20  # choices shown with a problem; a list of hundreds helps nobody
Codes = dict[str, str]


def places(option_names: Sequence[str], attributes: Sequence[Attribute]) -> list[Attribute | None]:
    """For each kind of choice the attribute that tells variants apart by it: of the same name, else the next free."""
    telling = [attribute for attribute in attributes if attribute.of_variants]
    found: list[Attribute | None] = []
    for name in option_names:
        same = next((one for one in telling if one.rule.name.casefold() == name.strip().casefold()), None)
        found.append(same)
        if same:
            telling.remove(same)
    return [one or (telling.pop(0) if telling else None) for one in found]


def attribute_problems(spec: ListingSpec, attributes: Sequence[Attribute], *, most_chars: int) -> list[Problem]:
    """Mandatory attributes that are missing, values that are not offered, choices the category cannot tell apart."""
    words = _by_name(spec.attributes)
    chosen = places(spec.option_names, attributes)
    found = []
    for attribute in attributes:
        if attribute in chosen:
            continue
        rule = attribute.rule
        value = words.get(rule.name.casefold(), "")
        field = f"attributes.{rule.name}"
        if not value:
            if rule.mandatory:
                found.append(Problem(code="attribute_missing", field=field, allowed=rule.allowed[:SHOWN]))
        elif _value(attribute, value) is None or len(value) > most_chars:
            found.append(Problem(code="attribute_not_allowed", field=field, allowed=rule.allowed[:SHOWN]))
    for place, taken in enumerate(chosen):
        if taken is None:
            telling = sum(attribute.of_variants for attribute in attributes)
            found.append(Problem(code="option_names_many", field="option_names", limit=str(telling)))
            continue
        for variant in spec.variants:
            option = variant.options[place] if place < len(variant.options) else ""
            if option and _value(taken, option) is None:
                rule = taken.rule
                field = f"attributes.{spec.option_names[place]}"
                found.append(
                    Problem(code="attribute_not_allowed", field=field, allowed=rule.allowed[:SHOWN], sku=variant.sku)
                )
    return found


def of_product(spec: ListingSpec, attributes: Sequence[Attribute]) -> Codes:
    """`attributes`: what describes the product as a whole; what the category does not know is left out."""
    return _given(spec, [one for one in attributes if not one.of_variants and not one.special])


def of_variant(spec: ListingSpec, variant: VariantSpec, attributes: Sequence[Attribute]) -> tuple[Codes, Codes]:
    """`variantAttribute` and `specialAttribute` of one variant."""
    chosen = places(spec.option_names, attributes)
    telling = _given(spec, [one for one in attributes if one.of_variants and one not in chosen])
    for attribute, option in zip(chosen, variant.options, strict=True):
        if attribute:
            telling[attribute.rule.external_id] = _value(attribute, option) or option.strip()
    return telling, _given(spec, [one for one in attributes if one.special])


def _given(spec: ListingSpec, attributes: Sequence[Attribute]) -> Codes:
    words = _by_name(spec.attributes)
    found: Codes = {}
    for attribute in attributes:
        value = _value(attribute, words.get(attribute.rule.name.casefold(), ""))
        if value:
            found[attribute.rule.external_id] = value
    return found


def _by_name(given: Mapping[str, str]) -> dict[str, str]:
    """The owner's words, found whatever their letters' case."""
    return {name.casefold(): value.strip() for name, value in given.items()}


def _value(attribute: Attribute, text: str) -> str | None:
    """A value as they write it; None when it is not offered."""
    wanted = text.strip().casefold()
    offered = next((one for one in attribute.rule.allowed if one.casefold() == wanted), None)
    return offered or (text.strip() if attribute.rule.free_text else None)
