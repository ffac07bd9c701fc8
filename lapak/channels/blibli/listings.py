"""Puts a product on Blibli and keeps it what it should be; twice is once, also after a kill or a lost answer.

A submission waits in a queue, then for a review, and has no key that makes it once. So it is looked for first: among
the products of its name, which are told apart by our skus, and in the queue, where one that we do not know of may be
ours. While there is such a one, nothing is submitted.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lapak.channels.blibli.attributes import of_product, of_variant, places
from lapak.channels.blibli.catalogue import Catalogue
from lapak.channels.blibli.client import ShopClient
from lapak.channels.blibli.endpoints import CREATE, DETAIL, PRICE, REVISE, VARIANTS
from lapak.channels.blibli.mapping import CHANNEL, JUST_QUEUED
from lapak.channels.blibli.products import Item, Product, Products
from lapak.channels.blibli.queue import PENDING, Queue, queue_of
from lapak.channels.blibli.shelf import REVIEW_WAIT_S, Shelf
from lapak.channels.kit.errors import KeysRefused, ListingRefused, NotYet
from lapak.channels.kit.load import manifest
from lapak.channels.kit.protocol import OpenPhoto
from lapak.domain.listing import ListingRef, ListingSpec, ListingState, VariantSpec

UNKNOWN_WAIT_S = 60
MB = 1024 * 1024
Body = dict[str, object]
Sized = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A variant of ours and the one that is it over there; None when there is none yet."""

    variant: VariantSpec
    item: Item | None


class Listings:
    """Writes the products of one shop."""

    def __init__(
        self,
        client: ShopClient,
        catalogue: Catalogue,
        products: Products,
        queue: Queue,
        shelf: Shelf,
        *,
        settings: Mapping[str, str],
        open_photo: OpenPhoto,
    ) -> None:
        self._client, self._catalogue, self._products = client, catalogue, products
        self._queue, self._shelf, self._settings, self._open_photo = queue, shelf, settings, open_photo
        self._usual_cm = parcel(settings["package_cm"])

    def put(self, spec: ListingSpec, known: ListingRef | None) -> ListingRef:
        """Raises ListingGone when the known product is not there any more: making it anew is the owner's choice."""
        try:
            standing = self._standing(spec, known)
            if standing is None:
                return self._submit(spec)
            return self._change(spec, standing, known)
        except ListingRefused as refused:
            raise ListingRefused(**{**refused.told, "title": spec.title}) from None

    def _standing(self, spec: ListingSpec, known: ListingRef | None) -> Product | None:
        if known:
            try:
                return self._shelf.product(known, {variant.sku for variant in spec.variants})
            except ListingRefused:
                return None  # the queue did not take it, so it may be submitted again
        found = self._products.find(spec.title, {variant.sku for variant in spec.variants})
        if found is None and self._queue.has_unknown_submissions():
            raise NotYet(channel=CHANNEL, why="queue", wait_s=UNKNOWN_WAIT_S)
        return found

    def _submit(self, spec: ListingSpec) -> ListingRef:
        product = self._whole(spec, self._items(spec, [_new(variant) for variant in spec.variants]))
        reply = self._client.call(CREATE, body={"products": [product]})
        return self._queued(spec, queue_of(reply))

    def _queued(self, spec: ListingSpec, queue_id: str) -> ListingRef:
        """What becomes of a submission: a product in review, a refusal in their words, or a place in the queue."""
        skus = {variant.sku for variant in spec.variants}
        outcome = self._queue.await_outcome(queue_id, sku=spec.variants[0].sku)
        if outcome.refused:
            raise ListingRefused(channel=CHANNEL, theirs=outcome.refused)
        found = self._products.find(spec.title, skus, states=JUST_QUEUED) if outcome.done else None
        if found:
            return self._ref(spec, found.product_sku, {item.sku: item.blibli_sku for item in found.items})
        return self._ref(spec, f"{PENDING}{queue_id}", {})

    def _change(self, spec: ListingSpec, product: Product, known: ListingRef | None) -> ListingRef:
        """Send only what differs. What is reviewed can be changed when it is through, what is refused is revised."""
        if product.category and product.category != spec.category:
            theirs = "Kategori produk yang sudah diajukan hanya bisa diubah di Seller Center."
            raise ListingRefused(channel=CHANNEL, field="category", theirs=theirs)
        if not spec.listed:
            return self._hide(spec, product)
        if product.state is ListingState.REFUSED:
            return self._revise(spec, product)
        pairs = _pairs(spec, product, {} if known is None else known.variants, self._codes(spec))
        details = self._differences(spec, product)
        reshaped = self._reshaped(pairs, product, spec)
        new_photos = known is not None and dict(known.media) != _places(spec)
        offers = [pair for pair in pairs if pair.item and _differs(pair.variant, pair.item)]
        if product.state is ListingState.IN_REVIEW and (details or reshaped or new_photos or offers):
            raise NotYet(channel=CHANNEL, why="in_review", wait_s=REVIEW_WAIT_S)
        if product.status == "ARCHIVED":
            self._shelf.archive(product.product_sku, archived=False)
        if details:
            self._client.call(DETAIL, thing=product.product_sku, body=details)
        if reshaped or new_photos:
            body = {"productItems": self._items(spec, pairs, photos=new_photos)}
            self._client.call(VARIANTS, thing=product.product_sku, body=body)
        for pair in offers:
            self._offer(pair)
        self._products.forget(product.product_sku)
        numbers = _numbers(pairs)
        if any(variant.sku not in numbers for variant in spec.variants):
            numbers |= {item.sku: item.blibli_sku for item in self._products.read(product.product_sku).items}
        return self._ref(spec, product.product_sku, numbers)

    def _hide(self, spec: ListingSpec, product: Product) -> ListingRef:
        """What nobody is to see is archived, which changes nothing else of it."""
        if product.state is ListingState.IN_REVIEW and any(item.buyable for item in product.items):
            raise NotYet(channel=CHANNEL, why="in_review", wait_s=REVIEW_WAIT_S)
        if product.state is ListingState.LIVE:
            self._shelf.archive(product.product_sku, archived=True)
        return self._ref(spec, product.product_sku, {item.sku: item.blibli_sku for item in product.items})

    def _revise(self, spec: ListingSpec, product: Product) -> ListingRef:
        """Submit anew what Blibli wants corrected. Its own suspension of a product is for the owner to settle."""
        if product.status != "NEED_CORRECTION":
            raise ListingRefused(channel=CHANNEL, theirs=product.note or product.status)
        items = self._items(spec, [_new(variant) for variant in spec.variants])
        body = {**self._whole(spec, items), "submit": True}
        reply = self._client.call(REVISE, thing=product.product_sku, body=body)
        outcome = self._queue.await_outcome(queue_of(reply), sku=spec.variants[0].sku)
        self._products.forget(product.product_sku)
        if outcome.refused:
            raise ListingRefused(channel=CHANNEL, theirs=outcome.refused)
        return self._ref(spec, product.product_sku, {item.sku: item.blibli_sku for item in product.items})

    def _offer(self, pair: Pair) -> None:
        """Price, sku and whether it can be bought go by one call, stock by another."""
        variant, item = pair.variant, pair.item
        if item is None:
            return
        changes: Body = {}
        if item.price_idr != variant.price_idr or item.sku != variant.sku or not item.buyable:
            changes = {"price": variant.price_idr, "salePrice": variant.price_idr, "buyable": True}
        if changes and item.sku != variant.sku:
            changes["sellerSku"] = variant.sku
        try:
            if changes:
                self._client.call(PRICE, thing=item.blibli_sku, body=changes)
        except ListingRefused as refused:
            raise ListingRefused(**{**refused.told, "field": "price_or_stock", "sku": variant.sku}) from None
        words = self._shelf.send_stock(item, variant.stock) if item.stock != variant.stock else ""
        if words:
            raise ListingRefused(channel=CHANNEL, field="price_or_stock", sku=variant.sku, theirs=words)

    def _reshaped(self, pairs: Sequence[Pair], product: Product, spec: ListingSpec) -> bool:
        """Whether the variants themselves differ: come, gone, or told apart otherwise."""
        codes = self._codes(spec)
        staying = [(pair.variant, pair.item) for pair in pairs if pair.item]
        if len(staying) != len(pairs) or len(staying) != len(product.items):
            return True
        return any(_chosen(item, codes) != _fold(variant.options) for variant, item in staying)

    def _codes(self, spec: ListingSpec) -> list[str]:
        """The attribute code of each kind of choice; empty text where the category has none for it."""
        found = places(spec.option_names, self._catalogue.attributes(spec.category))
        return [one.rule.external_id if one else "" for one in found]

    def _differences(self, spec: ListingSpec, product: Product) -> Body:
        changes: Body = {}
        if spec.title.strip() != product.name.strip():
            changes["name"] = spec.title.strip()
        if self._text(spec) != product.description.strip():
            changes["description"] = self._text(spec)
        if product.weight is None or product.weight != self._weight(spec):
            changes["weight"] = _number(self._weight(spec))
        ours = of_product(spec, self._catalogue.attributes(spec.category))
        if any(product.attributes.get(code) != value for code, value in ours.items()):
            changes["attributes"] = {**product.attributes, **ours}  # what the owner set over there stays
        return changes

    def _whole(self, spec: ListingSpec, items: Sequence[Body]) -> Body:
        size = spec.package_cm or self._usual_cm
        if size is None:
            raise ListingRefused(channel=CHANNEL, field="package_cm")
        return {
            "name": spec.title.strip(),
            "brand": self._brand(spec),
            "categoryCode": spec.category,
            "productType": int(self._settings["product_type"]),
            "pickupPointCode": self._catalogue.pickup_point(),
            **dict(zip(("length", "width", "height"), size, strict=True)),
            "weight": _number(self._weight(spec)),
            "description": self._text(spec),
            "attributes": of_product(spec, self._catalogue.attributes(spec.category)),
            "productItems": list(items),
        }

    def _items(self, spec: ListingSpec, pairs: Sequence[Pair], *, photos: bool = True) -> list[Body]:
        """Variants as they want them. One that is there keeps its number; price and stock count for new ones alone."""
        attributes = self._catalogue.attributes(spec.category)
        pictures = self._pictures(spec, len(pairs))
        found: list[Body] = []
        for place, pair in enumerate(pairs):
            telling, special = of_variant(spec, pair.variant, attributes)
            entry: Body = {"sellerSku": pair.variant.sku, "variantAttribute": telling, "specialAttribute": special}
            if pair.item:
                entry["blibliSku"] = pair.item.blibli_sku
            else:
                price = pair.variant.price_idr
                entry |= {"price": price, "salePrice": price, "stock": pair.variant.stock, "buyable": spec.listed}
            if photos or not pair.item:
                entry["images"] = pictures[place]
            found.append(entry)
        return found

    def _pictures(self, spec: ListingSpec, many: int) -> list[list[str]]:
        """Every variant shows every photo; where that is too much for one call, the others show the cover alone."""
        all_of_it = [base64.b64encode(self._open_photo(digest)).decode() for digest in spec.photos]
        most = manifest("blibli").limits["request_mb"] * MB * 9 // 10
        size = sum(map(len, all_of_it))
        if size * many <= most:
            return [all_of_it] * many
        if size + sum(map(len, all_of_it[:1])) * (many - 1) > most:
            raise ListingRefused(channel=CHANNEL, field="photos", limit=most // MB)
        return [all_of_it] + [all_of_it[:1]] * (many - 1)

    def _brand(self, spec: ListingSpec) -> str:
        """The brand as they write it; without one, or with one they do not know, their word for "none"."""
        name = spec.brand.strip()
        known = self._catalogue.brands(name) if name else ()
        return next((one for one in known if one.casefold() == name.casefold()), self._settings["no_brand"])

    def _text(self, spec: ListingSpec) -> str:
        text = spec.description.strip()
        if self._settings["text_base64"].strip().lower() in {"1", "yes", "true", "on"}:
            return base64.b64encode(text.encode()).decode()
        return text

    def _weight(self, spec: ListingSpec) -> Decimal:
        return Decimal(spec.weight_g) / (1000 if self._settings["weight_unit"] == "kg" else 1)

    def _ref(self, spec: ListingSpec, external_id: str, numbers: Mapping[str, str]) -> ListingRef:
        return ListingRef(
            external_id=external_id,
            variants={variant.sku: numbers.get(variant.sku, "") for variant in spec.variants},
            url="" if external_id.startswith(PENDING) else self._shelf.url(external_id),
            media=_places(spec),
        )


def parcel(setting: str) -> Sized | None:
    """A setting such as "20x15x10" in whole centimetres; None when it is empty. Raises KeysRefused for another text."""
    if not setting:
        return None
    sides = setting.lower().split("x")
    if len(sides) != 3 or not all(side.isascii() and side.isdigit() for side in sides):
        raise KeysRefused(channel=CHANNEL, why="settings", missing="package_cm")
    length, width, height = map(int, sides)
    return length, width, height


def _places(spec: ListingSpec) -> dict[str, str]:
    """Blibli tells no id of a picture: that it was sent, and at which place, is all that can be kept."""
    return {digest: str(place) for place, digest in enumerate(spec.photos)}


def _new(variant: VariantSpec) -> Pair:
    return Pair(variant=variant, item=None)


def _differs(variant: VariantSpec, item: Item) -> bool:
    return (variant.price_idr, variant.stock, variant.sku, True) != (item.price_idr, item.stock, item.sku, item.buyable)


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _numbers(pairs: Sequence[Pair]) -> dict[str, str]:
    return {pair.variant.sku: pair.item.blibli_sku for pair in pairs if pair.item}


def _pairs(spec: ListingSpec, product: Product, known: Mapping[str, str], codes: Sequence[str]) -> list[Pair]:
    """Which of theirs is which of ours: by number or sku, else by the same choices where it carries no sku of ours."""
    skus = {variant.sku for variant in spec.variants}
    by_number = {item.blibli_sku: item for item in product.items}
    by_sku = {item.sku: item for item in product.items if item.sku in skus}
    unnamed = {_chosen(item, codes): item for item in product.items if item.sku not in skus}
    pairs, taken = [], set[str]()
    for variant in spec.variants:
        item = (
            by_sku.get(variant.sku) or by_number.get(known.get(variant.sku, "")) or unnamed.get(_fold(variant.options))
        )
        if item and item.blibli_sku in taken:
            item = None
        if item:
            taken.add(item.blibli_sku)
        pairs.append(Pair(variant=variant, item=item))
    return pairs


def _chosen(item: Item, codes: Sequence[str]) -> tuple[str, ...]:
    return _fold([item.options.get(code, "") for code in codes])


def _fold(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.strip().casefold() for word in words)
