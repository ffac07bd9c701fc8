"""What an owner should mend before Shopee sees a product. Reads the limits of the shop and category, writes nothing."""

from collections import Counter
from collections.abc import Iterable, Sequence

from lapak.channels.kit.load import manifest
from lapak.channels.shopee.attributes import attribute_problems, brand_problem
from lapak.channels.shopee.catalogue import Catalogue, Limits, Range
from lapak.domain.listing import ListingSpec, Problem

FIXED = manifest("shopee").limits


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
    limits = catalogue.limits(spec.category)
    brand = brand_problem(spec.brand, catalogue.brands(spec.category))
    return [
        *_shape(spec),
        *_bounds(spec, limits),
        *([brand] if brand else []),
        *attribute_problems(spec.attributes, catalogue.attributes(spec.category)),
        *_parcel(spec, limits, catalogue, sized=sized),
    ]


def _shape(spec: ListingSpec) -> Iterable[Problem]:
    """What holds in every category."""
    tiers = len(spec.option_names)
    if not spec.photos:
        yield Problem(code="photos_missing", field="photos", limit="1")
    if tiers > FIXED["option_names"]:
        yield Problem(code="option_names_many", field="option_names", limit=str(FIXED["option_names"]))
    if len(spec.variants) > FIXED["variants"]:
        yield Problem(code="variants_many", field="variants", limit=str(FIXED["variants"]))
    if not spec.variants:
        yield Problem(code="variants_missing", field="variants", limit="1")
    for variant in spec.variants:
        if len(variant.options) != tiers or not all(option.strip() for option in variant.options):
            yield Problem(code="option_missing", field="options", sku=variant.sku)
        if len(variant.sku) > FIXED["sku_chars"]:
            yield Problem(code="sku_long", field="sku", limit=str(FIXED["sku_chars"]), sku=variant.sku)
    if not tiers and len(spec.variants) > 1:
        yield Problem(code="option_names_missing", field="option_names")
    for what, values in (("options", [v.options for v in spec.variants]), ("sku", [v.sku for v in spec.variants])):
        twice = [value for value, count in Counter(values).items() if count > 1]
        if twice and (what == "sku" or tiers):
            shown = twice[0] if isinstance(twice[0], str) else " / ".join(twice[0])
            yield Problem(code=f"{what}_twice", field=what, limit=shown)
    prices = [variant.price_idr for variant in spec.variants if variant.price_idr > 0]
    if prices and max(prices) > FIXED["price_ratio"] * min(prices):
        yield Problem(code="price_ratio", field="price", limit=str(FIXED["price_ratio"]))


def _bounds(spec: ListingSpec, limits: Limits) -> Iterable[Problem]:
    """Lengths in characters, prices in rupiah, stock in units, against this category's own bounds."""
    yield from _range("title", "title", len(spec.title.strip()), limits.title)
    yield from _range("description", "description", len(spec.description.strip()), limits.description)
    if spec.photos:
        most = min(FIXED["photos"], limits.photos.most or FIXED["photos"])
        yield from _range("photos", "photos", len(spec.photos), Range(least=limits.photos.least, most=most))
    for name in spec.option_names:
        yield from _range("option_name", "option_names", len(name.strip()), limits.option_name)
    for option in dict.fromkeys(option for variant in spec.variants for option in variant.options):
        yield from _range("option", "options", len(option.strip()), limits.option)
    for variant in spec.variants:
        yield from _range("price", "price", variant.price_idr, limits.price_idr, sku=variant.sku)
        if variant.stock:  # none at all only means sold out
            yield from _range("stock", "stock", variant.stock, limits.stock, sku=variant.sku)


def _range(what: str, field: str, value: int, bounds: Range, *, sku: str = "") -> Iterable[Problem]:
    if bounds.least is not None and value < bounds.least:
        yield Problem(code=f"{what}_low", field=field, limit=str(bounds.least), sku=sku)
    if bounds.most is not None and value > bounds.most:
        yield Problem(code=f"{what}_high", field=field, limit=str(bounds.most), sku=sku)


def _parcel(spec: ListingSpec, limits: Limits, catalogue: Catalogue, *, sized: bool) -> Sequence[Problem]:
    channels = catalogue.shipping(sized=sized)
    if not channels:
        return [Problem(code="shipping_missing", field="shipping")]
    if limits.size_needed and not sized:
        return [Problem(code="size_missing", field="package_cm")]
    if spec.weight_g <= 0:
        return [Problem(code="weight_missing", field="weight_g")]
    heaviest = max((channel.most_g or spec.weight_g) for channel in channels)
    if spec.weight_g > heaviest:
        return [Problem(code="weight_high", field="weight_g", limit=str(heaviest))]
    return []
