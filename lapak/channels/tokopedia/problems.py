"""What an owner should mend before TikTok Shop sees a product. Reads rules of the category, writes nothing."""

from collections import Counter
from collections.abc import Iterable

from lapak.channels.kit.load import manifest
from lapak.channels.tokopedia.attributes import SHOWN, as_html, attribute_problems
from lapak.channels.tokopedia.catalogue import Catalogue
from lapak.domain.listing import ListingSpec, Problem

FIXED = manifest("tokopedia").limits


def problems_of(spec: ListingSpec, catalogue: Catalogue, *, sized: bool) -> list[Problem]:
    """Every problem found, in the order of a product form. Category first: without it nothing else can be judged.

    sized: the parcel's length, width and height are known, from the product or as a usual one.
    """
    if not spec.category:
        return [Problem(code="category_missing", field="category"), *_shape(spec)]
    leaf = catalogue.is_leaf(spec.category)
    if leaf is not True:
        code = "category_unknown" if leaf is None else "category_not_leaf"
        return [Problem(code=code, field="category"), *_shape(spec)]
    return [
        *_shape(spec),
        *_brand(spec, catalogue),
        *attribute_problems(spec.attributes, catalogue.attributes(spec.category), most_chars=FIXED["attribute_chars"]),
        *_rules(spec, catalogue, sized=sized),
    ]


def _shape(spec: ListingSpec) -> Iterable[Problem]:
    """What holds in every category of Indonesia."""
    title = len(spec.title.strip())
    if title < FIXED["title_least"]:
        yield Problem(code="title_low", field="title", limit=str(FIXED["title_least"]))
    if title > FIXED["title_most"]:
        yield Problem(code="title_high", field="title", limit=str(FIXED["title_most"]))
    if not spec.description.strip():
        yield Problem(code="description_low", field="description", limit="1")
    if len(as_html(spec.description)) > FIXED["description_most"]:
        yield Problem(code="description_high", field="description", limit=str(FIXED["description_most"]))
    if not spec.photos:
        yield Problem(code="photos_missing", field="photos", limit="1")
    if len(spec.photos) > FIXED["photos"]:
        yield Problem(code="photos_high", field="photos", limit=str(FIXED["photos"]))
    if spec.weight_g <= 0:
        yield Problem(code="weight_missing", field="weight_g")
    yield from _variants(spec)


def _variants(spec: ListingSpec) -> Iterable[Problem]:
    kinds = len(spec.option_names)
    if kinds > FIXED["option_names"]:
        yield Problem(code="option_names_many", field="option_names", limit=str(FIXED["option_names"]))
    if not spec.variants:
        yield Problem(code="variants_missing", field="variants", limit="1")
    if len(spec.variants) > FIXED["variants"]:
        yield Problem(code="variants_many", field="variants", limit=str(FIXED["variants"]))
    if not kinds and len(spec.variants) > 1:
        yield Problem(code="option_names_missing", field="option_names")
    for variant in spec.variants:
        if len(variant.options) != kinds or not all(option.strip() for option in variant.options):
            yield Problem(code="option_missing", field="options", sku=variant.sku)
        if len(variant.sku) > FIXED["sku_chars"]:
            yield Problem(code="sku_long", field="sku", limit=str(FIXED["sku_chars"]), sku=variant.sku)
        if any(character.isspace() for character in variant.sku):
            yield Problem(code="sku_spaces", field="sku", sku=variant.sku)
        if variant.price_idr < 1:
            yield Problem(code="price_low", field="price", limit="1", sku=variant.sku)
        if variant.stock > FIXED["stock_most"]:
            yield Problem(code="stock_high", field="stock", limit=str(FIXED["stock_most"]), sku=variant.sku)
    twice = [sku for sku, count in Counter(variant.sku for variant in spec.variants).items() if count > 1]
    if twice:
        yield Problem(code="sku_twice", field="sku", limit=twice[0])
    same = [options for options, count in Counter(v.options for v in spec.variants).items() if count > 1]
    if same and kinds:
        yield Problem(code="options_twice", field="options", limit=" / ".join(same[0]))


def _brand(spec: ListingSpec, catalogue: Catalogue) -> Iterable[Problem]:
    name = spec.brand.strip()
    if not name:
        return
    found = catalogue.brands(spec.category, name)
    if name.casefold() not in {shown.casefold() for shown in found}:
        near = tuple(found) or tuple(catalogue.brands(spec.category, ""))
        yield Problem(code="brand_unknown", field="brand", allowed=near[:SHOWN])


def _rules(spec: ListingSpec, catalogue: Catalogue, *, sized: bool) -> Iterable[Problem]:
    rules = catalogue.rules(spec.category)
    if rules.size_needed and not sized:
        yield Problem(code="size_missing", field="package_cm")
    if rules.by_hand:
        yield Problem(code="papers_needed", field="category", allowed=rules.by_hand)
