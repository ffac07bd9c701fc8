"""Puts a product on TikTok Shop and keeps it what it should be; twice is once, also after a kill or a lost answer.

A product is made whole, with its variants, in one call, and that call carries a key of the product, so that the same
call is done once. Search may lag behind; the key does not.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

from lapak.channels.kit.errors import KeysRefused, ListingGone, ListingRefused
from lapak.channels.kit.portions import portions
from lapak.channels.kit.protocol import OpenPhoto
from lapak.channels.kit.reading import Part
from lapak.channels.tokopedia.attributes import as_html, attribute_list, option_list, words_in
from lapak.channels.tokopedia.catalogue import TREE, Catalogue
from lapak.channels.tokopedia.client import ShopClient
from lapak.channels.tokopedia.endpoints import CREATE, EDIT, EDIT_PART, SEARCH, UPLOAD
from lapak.channels.tokopedia.mapping import CHANNEL
from lapak.channels.tokopedia.products import Product, Sku, product_of, read_product
from lapak.channels.tokopedia.shelf import VISIBLE, Offer, Shelf, price
from lapak.domain.listing import ListingRef, ListingSpec, ListingState, VariantSpec

SKUS_A_SEARCH = 50
A_PAGE = "50"
Body = dict[str, object]
Sized = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A variant of ours and the one that is it over there; None when there is none yet."""

    variant: VariantSpec
    seen: Sku | None


class Listings:
    """Writes the products of one shop."""

    def __init__(
        self,
        client: ShopClient,
        catalogue: Catalogue,
        shelf: Shelf,
        *,
        platforms: Sequence[str],
        usual_cm: Sized | None,
        open_photo: OpenPhoto,
    ) -> None:
        self._client, self._catalogue, self._shelf, self._open_photo = client, catalogue, shelf, open_photo
        self._platforms, self._usual_cm = platforms, usual_cm
        self._sent: dict[str, str] = {}  # photo digest → image uri

    def put(self, spec: ListingSpec, known: ListingRef | None) -> ListingRef:
        """Raises ListingGone when the known product was deleted over there: making it anew is the owner's choice."""
        try:
            if known:
                self._sent |= known.media
                return self._change(spec, read_product(self._client, known.external_id), known.variants)
            standing = self._find(spec)
            return self._change(spec, read_product(self._client, standing), {}) if standing else self._make(spec)
        except ListingRefused as refused:
            raise ListingRefused(**{**refused.told, "title": spec.title}) from None

    def _find(self, spec: ListingSpec) -> str:
        """The id of the standing product that carries most of our skus, the oldest should there be several."""
        ours = {variant.sku for variant in spec.variants}
        found = [product for product in self._search(spec, "ALL") if set(product.statuses.values()) != {"DELETED"}]
        shared = {product.product_id: len(ours & {sku.sku for sku in product.skus}) for product in found}
        return max(
            (number for number, count in shared.items() if count),
            key=lambda number: (shared[number], -int(number) if number.isdigit() else 0),
            default="",
        )

    def _search(self, spec: ListingSpec, status: str) -> list[Product]:
        found = []
        for skus in portions((variant.sku for variant in spec.variants), most=SKUS_A_SEARCH):
            body = {"status": status, "seller_skus": skus}
            told = self._client.call(SEARCH, query={"page_size": A_PAGE}, body=body)
            found += [product_of(entry) for entry in told.parts("products")]
        return found

    def _make(self, spec: ListingSpec) -> ListingRef:
        """Each product that was deleted over there makes the key a new one, or it would bring the old one back."""
        deleted = {product.product_id for product in self._search(spec, "DELETED")}
        body = {
            **self._whole(spec, {}),
            "skus": [self._entry(spec, Pair(variant=variant, seen=None)) for variant in spec.variants],
            "save_mode": "LISTING" if spec.listed else "AS_DRAFT",
            "external_product_id": spec.sku,
            "idempotency_key": f"lapak-{spec.product_id}-{len(deleted)}",
        }
        made = self._client.call(CREATE, body=body)
        product_id, skus = made.needed("product_id"), _skus(made)
        if spec.listed:
            # The same key may have brought back what an earlier call had made, of an older wish.
            with suppress(ListingGone):
                return self._change(spec, read_product(self._client, product_id), skus)
        return self._ref(spec, product_id, skus)

    def _change(self, spec: ListingSpec, product: Product, known: Mapping[str, str]) -> ListingRef:
        """Send only what differs: TikTok Shop judges a product anew at every edit."""
        pairs = _pairs(spec, product, known)
        reshaped = self._reshaped(spec, product, pairs)
        draft = self._shelf.status(product) == "DRAFT"
        changes = self._differences(spec, product)
        if reshaped:
            changes["skus"] = [self._entry(spec, pair) for pair in pairs]
        if draft and spec.listed:
            changes = {"title": spec.title.strip(), "save_mode": "LISTING", **changes}
        skus = {pair.variant.sku: pair.seen.sku_id for pair in pairs if pair.seen}
        if product.category and spec.category != product.category:
            whole = {**self._whole(spec, changes, product), "skus": [self._entry(spec, pair) for pair in pairs]}
            skus |= _skus(self._client.call(EDIT, thing=product.product_id, body=whole))
        elif changes:
            edit = {"category_version": TREE, **changes}
            skus |= _skus(self._client.call(EDIT_PART, thing=product.product_id, body=edit))
        if any(variant.sku not in skus for variant in spec.variants):
            skus |= {seen.sku: seen.sku_id for seen in read_product(self._client, product.product_id).skus}
        if not reshaped:
            self._offer(spec, product, pairs)
        state = self._shelf.state(product)
        if state is ListingState.HIDDEN and spec.listed and not draft:
            self._shelf.hide(product, hidden=False)
        if state in VISIBLE and not spec.listed:
            self._shelf.hide(product, hidden=True)
        return self._ref(spec, product.product_id, skus)

    def _offer(self, spec: ListingSpec, product: Product, pairs: Sequence[Pair]) -> None:
        offers = [
            Offer(sku=pair.variant.sku, price_idr=pair.variant.price_idr, stock=pair.variant.stock, seen=pair.seen)
            for pair in pairs
            if pair.seen
        ]
        refused = self._shelf.show(product, offers, all_stock=False)
        if refused:
            sku, words = next(iter(refused.items()))
            raise ListingRefused(channel=CHANNEL, title=spec.title, field="price_or_stock", sku=sku, theirs=words)

    def _reshaped(self, spec: ListingSpec, product: Product, pairs: Sequence[Pair]) -> bool:
        """Whether the variants themselves differ: come, gone, renamed, or another sku."""
        staying = [(pair.variant, pair.seen) for pair in pairs if pair.seen]
        if len(staying) != len(pairs) or len(staying) != len(product.skus):
            return True
        names = _fold(spec.option_names)
        return any(
            seen.sku != variant.sku
            or _fold(value for _, value in seen.options) != _fold(variant.options)
            or _fold(name for name, _ in seen.options) != names
            for variant, seen in staying
        )

    def _differences(self, spec: ListingSpec, product: Product) -> Body:
        changes: Body = {}
        if spec.title.strip() != product.title.strip():
            changes["title"] = spec.title.strip()
        if words_in(as_html(spec.description)) != words_in(product.description):
            changes["description"] = as_html(spec.description)
        if [self._sent.get(digest, "") for digest in spec.photos] != list(product.images):
            changes["main_images"] = self._images(spec)
        if product.weight_kg is None or product.weight_kg * 1000 != spec.weight_g:
            changes["package_weight"] = _weight(spec)
        brand = self._brand(spec)
        if brand and brand != product.brand:
            changes["brand_id"] = brand
        ours = attribute_list(spec.attributes, self._catalogue.attributes(spec.category))
        if any(attribute not in product.attributes for attribute in ours):
            changes["product_attributes"] = _with_theirs(ours, product)
        if any(platform not in product.statuses for platform in self._platforms):
            changes["listing_platforms"] = list(self._platforms)
        return changes

    def _whole(self, spec: ListingSpec, changes: Body, product: Product | None = None) -> Body:
        """All of a product but its variants. In a full edit, what is left out is lost."""
        images = changes.get("main_images") or (
            [{"uri": uri} for uri in product.images] if product else self._images(spec)
        )
        ours = attribute_list(spec.attributes, self._catalogue.attributes(spec.category))
        brand = self._brand(spec) or (product.brand if product else "")
        size = spec.package_cm or self._usual_cm
        body: Body = {
            "title": spec.title.strip(),
            "description": as_html(spec.description),
            "category_id": _category(spec),
            "category_version": TREE,
            "main_images": images,
            "package_weight": _weight(spec),
            "product_attributes": ours,
        }
        if brand:
            body["brand_id"] = brand
        if size:
            sides = {name: str(side) for name, side in zip(("length", "width", "height"), size, strict=True)}
            body["package_dimensions"] = {**sides, "unit": "CENTIMETER"}
        if self._platforms:
            body["listing_platforms"] = list(self._platforms)
        return body

    def _entry(self, spec: ListingSpec, pair: Pair) -> Body:
        """A variant as they want it, with its stock and price."""
        variant, seen = pair.variant, pair.seen
        entry: Body = {
            "seller_sku": variant.sku,
            "price": price(variant.price_idr),
            "inventory": self._shelf.inventory(seen, variant.stock),
        }
        if seen:
            entry["id"] = seen.sku_id
        if spec.option_names:
            entry["sales_attributes"] = option_list(spec, variant, self._catalogue.attributes(spec.category))
        return entry

    def _brand(self, spec: ListingSpec) -> str:
        """The id of the product's brand; empty when it has none, or the category does not know it."""
        name = spec.brand.strip()
        known = self._catalogue.brands(spec.category, name) if name else {}
        return next((number for shown, number in known.items() if shown.casefold() == name.casefold()), "")

    def _images(self, spec: ListingSpec) -> list[dict[str, str]]:
        for digest in dict.fromkeys(spec.photos):
            if digest not in self._sent:
                files = {"data": (f"{digest[:16]}.jpg", self._open_photo(digest), "image/jpeg")}
                try:
                    told = self._client.call(UPLOAD, files=files, fields={"use_case": "MAIN_IMAGE"})
                except ListingRefused as refused:
                    raise ListingRefused(**{**refused.told, "field": "photos", "photo": digest}) from None
                self._sent[digest] = told.needed("uri")
        return [{"uri": self._sent[digest]} for digest in spec.photos]

    def _ref(self, spec: ListingSpec, product_id: str, skus: Mapping[str, str]) -> ListingRef:
        return ListingRef(
            external_id=product_id,
            variants={variant.sku: skus.get(variant.sku, "") for variant in spec.variants},
            url=self._shelf.url(product_id),
            media={digest: self._sent[digest] for digest in spec.photos if digest in self._sent},
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


def _skus(told: Part) -> dict[str, str]:
    """sku → variant id of a reply that made or changed variants."""
    return {entry.text("seller_sku"): entry.needed("id") for entry in told.parts("skus") if entry.text("seller_sku")}


def _with_theirs(ours: Sequence[Mapping[str, object]], product: Product) -> list[Mapping[str, object]]:
    """Attributes the owner set over there and we do not know of stay."""
    named = {attribute["id"] for attribute in ours}
    return [*ours, *(attribute for attribute in product.attributes if attribute["id"] not in named)]


def _pairs(spec: ListingSpec, product: Product, known: Mapping[str, str]) -> list[Pair]:
    """Which of theirs is which of ours: by id or sku, else by the same options where it carries no sku of ours."""
    skus = {variant.sku for variant in spec.variants}
    unnamed = {_fold(value for _, value in seen.options): seen for seen in product.skus if seen.sku not in skus}
    pairs, taken = [], set[str]()
    for variant in spec.variants:
        seen = product.sku_of(sku=variant.sku, sku_id=known.get(variant.sku, "")) or unnamed.get(_fold(variant.options))
        if seen and seen.sku_id in taken:
            seen = None
        if seen:
            taken.add(seen.sku_id)
        pairs.append(Pair(variant=variant, seen=seen))
    return pairs


def _fold(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word.strip().casefold() for word in words)


def _weight(spec: ListingSpec) -> dict[str, str]:
    return {"value": f"{Decimal(spec.weight_g) / 1000:f}", "unit": "KILOGRAM"}


def _category(spec: ListingSpec) -> str:
    if not (spec.category.isascii() and spec.category.isdigit()):
        raise ListingRefused(channel=CHANNEL, title=spec.title, field="category")
    return spec.category
