"""What an owner should mend before Blibli sees a product. Reads rules of the category, writes nothing."""

from collections import Counter
from collections.abc import Iterable

from lapak.channels.blibli.attributes import SHOWN, attribute_problems
from lapak.channels.blibli.catalogue import Catalogue
from lapak.channels.kit.load import manifest
from lapak.domain.listing import ListingSpec, Problem

FIXED = manifest("blibli").limits


def problems_of(spec: ListingSpec, catalogue: Catalogue, *, sized: bool) -> list[Problem]:
    """Every problem found, in the order of a product form. Category first: without it nothing else can be judged.

    sized: the parcel's length, width and height are known, from the product or as a usual one.
    """
    if not spec.category:
        return [Problem(code="category_missing", field="category"), *_shape(spec, sized=sized)]
    leaf = catalogue.is_leaf(spec.category)
    if leaf is not True:
        code = "category_unknown" if leaf is None else "category_not_leaf"
        return [Problem(code=code, field="category"), *_shape(spec, sized=sized)]
    return [
        *_shape(spec, sized=sized),
        *_brand(spec, catalogue),
        *attribute_problems(spec, catalogue.attributes(spec.category), most_chars=FIXED["attribute_chars"]),
    ]


def _shape(spec: ListingSpec, *, sized: bool) -> Iterable[Problem]:
    """What holds in every category."""
    if not spec.title.strip():
        yield Problem(code="title_low", field="title", limit="1")
    if len(spec.title.strip()) > FIXED["title_most"]:
        yield Problem(code="title_high", field="title", limit=str(FIXED["title_most"]))
    if not spec.description.strip():
        yield Problem(code="description_low", field="description", limit="1")
    if len(spec.description.strip()) > FIXED["description_most"]:
        yield Problem(code="description_high", field="description", limit=str(FIXED["description_most"]))
    if not spec.photos:
        yield Problem(code="photos_missing", field="photos", limit="1")
    if len(spec.photos) > FIXED["photos"]:
        yield Problem(code="photos_high", field="photos", limit=str(FIXED["photos"]))
    if spec.weight_g <= 0:
        yield Problem(code="weight_missing", field="weight_g")
    if not sized:
        yield Problem(code="size_missing", field="package_cm")
    yield from _variants(spec)


def _variants(spec: ListingSpec) -> Iterable[Problem]:
    kinds = len(spec.option_names)
    if not spec.variants:
        yield Problem(code="variants_missing", field="variants", limit="1")
    if len(spec.variants) > FIXED["variants"]:
        yield Problem(code="variants_many", field="variants", limit=str(FIXED["variants"]))
    if not kinds and len(spec.variants) > 1:
        yield Problem(code="option_names_missing", field="option_names")
    for variant in spec.variants:
        if len(variant.options) != kinds or not all(option.strip() for option in variant.options):
            yield Problem(code="option_missing", field="options", sku=variant.sku)
        if variant.price_idr < 1:
            yield Problem(code="price_low", field="price", limit="1", sku=variant.sku)
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
    found = catalogue.brands(name)
    if name.casefold() not in {one.casefold() for one in found}:
        yield Problem(code="brand_unknown", field="brand", allowed=tuple(found)[:SHOWN])
