"""Our menu in Grab's words (the shape with selling times).

Grab's modifiers carry no stock, so every variant is an item of its own. An item's id is our sku, which comes back in
orders. A product that is hidden stays in the menu as HIDE; one that is sold out is UNAVAILABLE with a stock of 0.
"""

from collections.abc import Iterator, Mapping

from lapak.channels.grab.mapping import to_minor
from lapak.channels.kit.load import manifest
from lapak.domain.listing import ListingSpec, Problem, VariantSpec
from lapak.domain.menu import DAYS, Menu, MenuSection

SELLING_TIME = "jam-buka"
FROM, UNTIL = "2020-01-01 00:00:00", "2099-12-31 23:59:59"


def to_json(menu: Menu, *, exponent: int) -> dict[str, object]:
    """The menu as Grab fetches it. Prices in units of 10^-exponent rupiah; hours local, selling time UTC."""
    return {
        "merchantID": menu.shop_external_id,
        "partnerMerchantID": menu.our_shop_id,
        "currency": {"code": "IDR", "symbol": "Rp", "exponent": exponent},
        "sellingTimes": [
            {
                "id": SELLING_TIME,
                "name": "Jam buka",
                "startTime": FROM,
                "endTime": UNTIL,
                "serviceHours": {day: _hours(menu.hours, day) for day in DAYS},
            }
        ],
        "categories": [
            {
                "id": section.key,
                "name": section.name,
                "availableStatus": "AVAILABLE",
                "sellingTimeID": SELLING_TIME,
                "sequence": place,
                "items": [
                    {**item, "sequence": number}
                    for number, item in enumerate(_items(section, menu.photo_urls, exponent), start=1)
                ],
            }
            for place, section in enumerate(menu.sections, start=1)
        ],
    }


def availability(stock: int, *, listed: bool = True) -> str:
    return "HIDE" if not listed else "AVAILABLE" if stock > 0 else "UNAVAILABLE"


def problems(menu: Menu) -> Iterator[Problem]:
    """What Grab would refuse; a refused section fails the whole menu, so it is told before."""
    limits = manifest("grab").limits
    seen: set[str] = set()
    if len(menu.sections) > limits["sections"]:
        yield Problem(code="sections_many", field="category", limit=str(limits["sections"]))
    for section in menu.sections:
        if not 1 <= len(section.name) <= limits["section_chars"]:
            yield Problem(code="section_name", field="category", limit=str(limits["section_chars"]))
        if sum(len(product.variants) for product in section.products) > limits["section_products"]:
            yield Problem(code="section_full", field="category", limit=str(limits["section_products"]))
        for product in section.products:
            yield from _of_product(product, limits, menu.photo_urls)
            for variant in product.variants:
                if variant.sku in seen:
                    yield Problem(code="sku_twice", field="sku", sku=variant.sku)
                seen.add(variant.sku)


def _of_product(product: ListingSpec, limits: Mapping[str, int], photo_urls: Mapping[str, str]) -> Iterator[Problem]:
    if not product.title.strip():
        yield Problem(code="title_low", field="title", limit="1")
    if max((len(_name(product, one)) for one in product.variants), default=0) > limits["title_chars"]:
        yield Problem(code="title_high", field="title", limit=str(limits["title_chars"]))
    if len(product.description) > limits["description_chars"]:
        yield Problem(code="description_high", field="description", limit=str(limits["description_chars"]))
    if not product.variants:
        yield Problem(code="variants_missing", field="variants")
    if not any(digest in photo_urls for digest in product.photos):
        yield Problem(code="photos_missing", field="photos", limit="1")
    for variant in product.variants:
        if len(variant.sku) > limits["item_id_chars"]:
            yield Problem(code="sku_long", field="sku", limit=str(limits["item_id_chars"]), sku=variant.sku)
        if variant.price_idr < 1:
            yield Problem(code="price_low", field="price", limit="1", sku=variant.sku)
        if variant.stock > limits["stock"]:
            yield Problem(code="stock_high", field="stock", limit=str(limits["stock"]), sku=variant.sku)


def _items(section: MenuSection, photo_urls: Mapping[str, str], exponent: int) -> Iterator[dict[str, object]]:
    for product in section.products:
        photos = [photo_urls[digest] for digest in product.photos if digest in photo_urls]
        for variant in product.variants:
            yield {
                "id": variant.sku,
                "name": _name(product, variant),
                "description": product.description,
                "price": to_minor(variant.price_idr, exponent=exponent),
                "availableStatus": availability(variant.stock, listed=product.listed),
                "maxStock": max(variant.stock, 0),
                "photos": photos[:1],  # the others are not shown
            }


def _name(product: ListingSpec, variant: VariantSpec) -> str:
    return " – ".join((product.title, *variant.options))


def _hours(hours: Mapping[str, tuple[str, str]], day: str) -> dict[str, object]:
    if day not in hours:
        return {"openPeriodType": "CloseAllDay"}
    opens, closes = hours[day]
    return {"openPeriodType": "OpenPeriod", "periods": [{"startTime": opens, "endTime": closes}]}
