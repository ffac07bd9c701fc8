"""Puts a product on Shopee and keeps it what it should be; twice is once, also after a kill or a lost answer.

There is no idempotency key, so the sku is stamped on the item: without a known id we look for it first, and an item
that was left half made (without its variants) is finished. A new item with variants starts hidden, or a buyer could
order it before its variants exist.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from lapak.channels.kit.errors import KeysRefused, ListingGone, ListingRefused
from lapak.channels.kit.protocol import OpenPhoto
from lapak.channels.shopee.attributes import attribute_list, brand_of
from lapak.channels.shopee.catalogue import Catalogue, ShippingChannel
from lapak.channels.shopee.client import ShopClient
from lapak.channels.shopee.items import Item, read_items
from lapak.channels.shopee.mapping import CHANNEL
from lapak.channels.shopee.shelf import Shelf
from lapak.channels.shopee.variants import Variants
from lapak.core.clock import now
from lapak.domain.listing import ListingRef, ListingSpec, ListingState

ADD, UPDATE = "/api/v2/product/add_item", "/api/v2/product/update_item"
SEARCH, LIST = "/api/v2/product/search_item", "/api/v2/product/get_item_list"
UPLOAD = "/api/v2/media_space/upload_image"
STANDING = ["NORMAL", "BANNED", "UNLIST", "REVIEWING"]  # every status but the deleted ones
JUST_NOW = timedelta(hours=1)  # a new item may not be searchable yet, but it is among those changed lately
PAGES = 10


class Listings:
    """Writes the items of one shop."""

    def __init__(
        self,
        client: ShopClient,
        catalogue: Catalogue,
        shelf: Shelf,
        *,
        settings: Mapping[str, str],
        open_photo: OpenPhoto,
    ) -> None:
        self._client, self._catalogue, self._shelf, self._open_photo = client, catalogue, shelf, open_photo
        self._variants = Variants(client, settings=settings)
        self._usual_cm = parcel(settings["package_cm"])
        self._sent: dict[str, str] = {}  # photo digest → image id

    def put(self, spec: ListingSpec, known: ListingRef | None) -> ListingRef:
        """Raises ListingGone when the known item was deleted over there: making it anew is the owner's choice."""
        if known:
            self._sent |= known.media
            item: Item | None = self._shelf.item(known.external_id)
        else:
            item = self._find(spec.sku)
        if item is None:
            item = self._add(spec)
        else:
            self._update(spec, item)
        variants, offers = self._variants.arrange(spec, item)
        refused = self._shelf.show(item.item_id, offers, all_stock=False)
        if refused:
            sku, words = next(iter(refused.items()))
            raise ListingRefused(channel=CHANNEL, title=spec.title, field="price_or_stock", sku=sku, theirs=words)
        if item.state in (ListingState.LIVE, ListingState.HIDDEN) and spec.listed != (item.state is ListingState.LIVE):
            self._shelf.hide(item.item_id, hidden=not spec.listed)
        return ListingRef(
            external_id=str(item.item_id),
            variants=variants,
            url=self._shelf.url(item.item_id),
            media={digest: self._sent[digest] for digest in spec.photos if digest in self._sent},
        )

    def _find(self, sku: str) -> Item | None:
        """The standing item that carries our sku; the oldest, should there be several."""
        return self._match(sku, self._searched(sku)) or self._match(sku, self._changed_lately())

    def _match(self, sku: str, item_ids: Sequence[int]) -> Item | None:
        items = read_items(self._client, item_ids) if item_ids else {}
        ours = [item for item in items.values() if item.sku == sku and item.state is not ListingState.GONE]
        return min(ours, key=lambda item: item.item_id, default=None)

    def _searched(self, sku: str) -> list[int]:
        query = {"page_size": "50", "item_sku": sku, "item_status": STANDING}
        try:
            found = self._client.read(SEARCH, query).part("response")
        except ListingGone:  # their word for "nothing found" in some answers
            return []
        return [int(number) for number in found.texts("item_id_list") if number.isdigit()]

    def _changed_lately(self) -> list[int]:
        found: list[int] = []
        offset = "0"
        for _ in range(PAGES):
            query = {
                "offset": offset,
                "page_size": "100",
                "update_time_from": str(int((now() - JUST_NOW).timestamp())),
                "update_time_to": str(int((now() + JUST_NOW).timestamp())),  # clocks differ
                "item_status": STANDING,
            }
            page = self._client.read(LIST, query).part("response")
            found += [entry.whole("item_id") for entry in page.parts("item")]
            following = page.text("next_offset")
            if not page.flag("has_next_page") or following == offset:
                break
            offset = following
        return found

    def _add(self, spec: ListingSpec) -> Item:
        first = spec.variants[0]
        shown = spec.listed and not spec.option_names
        brands = self._catalogue.brands(spec.category)
        body: dict[str, object] = {
            "item_name": spec.title.strip(),
            "description": spec.description.strip(),
            "description_type": "normal",
            "category_id": _category(spec),
            "original_price": first.price_idr,
            "seller_stock": [{"stock": first.stock}],
            "weight": _kg(spec),
            "condition": "NEW",
            "item_status": "NORMAL" if shown else "UNLIST",
            "item_sku": spec.sku,
            "image": {"image_id_list": self._images(spec)},
            "brand": brand_of(spec.brand, brands),
            "attribute_list": attribute_list(spec.attributes, self._catalogue.attributes(spec.category)),
            "logistic_info": self._logistics(spec),
        }
        size = spec.package_cm or self._usual_cm
        if size:
            body["dimension"] = dict(zip(("package_length", "package_width", "package_height"), size, strict=True))
        try:
            made = self._client.write(ADD, body).part("response")
        except ListingRefused as refused:
            if refused.told.get("their_code") == "error_repeated_mtsku" and (standing := self._find(spec.sku)):
                return standing
            raise ListingRefused(**{**refused.told, "title": spec.title}) from None
        return Item(
            item_id=made.whole("item_id"),
            sku=spec.sku,
            title=spec.title,
            description=spec.description,
            category=spec.category,
            weight_kg=None,
            image_ids=(),
            attributes=(),
            brand_id=0,
            # What counts is what Shopee made of it: it may review first.
            status=made.text("item_status") or str(body["item_status"]),
            has_model=False,
            price_idr=first.price_idr,
            stock=first.stock,
        )

    def _update(self, spec: ListingSpec, item: Item) -> None:
        """Send only what differs: Shopee judges the whole item anew at every change."""
        wanted: dict[str, tuple[object, object]] = {
            "item_name": (spec.title.strip(), item.title.strip()),
            "description": (spec.description.strip(), item.description.strip()),
            "category_id": (_category(spec), int(item.category) if item.category.isdigit() else None),
            "item_sku": (spec.sku, item.sku),
        }
        changes = {name: mine for name, (mine, theirs) in wanted.items() if mine != theirs}
        if item.weight_kg is None or item.weight_kg * 1000 != spec.weight_g:
            changes["weight"] = _kg(spec)
        images = [self._sent.get(digest, "") for digest in spec.photos]
        if images != list(item.image_ids):
            changes["image"] = {"image_id_list": self._images(spec)}
        brand = brand_of(spec.brand, self._catalogue.brands(spec.category))
        if spec.brand and brand["brand_id"] != item.brand_id:
            changes["brand"] = brand
        ours = attribute_list(spec.attributes, self._catalogue.attributes(spec.category))
        if any(attribute not in item.attributes for attribute in ours):
            named = {attribute["attribute_id"] for attribute in ours}
            changes["attribute_list"] = [*ours, *(a for a in item.attributes if a["attribute_id"] not in named)]
        if changes:
            try:
                self._client.write(UPDATE, {"item_id": item.item_id, **changes})
            except ListingRefused as refused:
                raise ListingRefused(**{**refused.told, "title": spec.title}) from None

    def _images(self, spec: ListingSpec) -> list[str]:
        for digest in dict.fromkeys(spec.photos):
            if digest not in self._sent:
                self._sent[digest] = self._upload(digest, title=spec.title)
        return [self._sent[digest] for digest in spec.photos]

    def _upload(self, digest: str, *, title: str) -> str:
        files = {"image": (f"{digest[:16]}.jpg", self._open_photo(digest), "image/jpeg")}
        reply = self._client.upload(UPLOAD, files, {"scene": "normal"}).part("response")
        one = reply.part("image_info").text("image_id")
        for entry in reply.parts("image_info_list"):
            if entry.text("error"):
                raise ListingRefused(
                    channel=CHANNEL, title=title, field="photos", theirs=entry.text("message"), photo=digest
                )
            one = one or entry.part("image_info").text("image_id")
        if not one:
            raise reply.strange("image_info")
        return one

    def _logistics(self, spec: ListingSpec) -> list[dict[str, object]]:
        """Every way of shipping the shop has on that can carry this parcel."""
        sized = bool(spec.package_cm or self._usual_cm)
        fits = [way for way in self._catalogue.shipping(sized=sized) if _carries(way, spec.weight_g)]
        if not fits:
            raise ListingRefused(channel=CHANNEL, title=spec.title, field="shipping", limit=spec.weight_g)
        return [
            {
                "logistic_id": way.logistic_id,
                "enabled": True,
                **({"size_id": way.size_id} if way.size_id is not None else {}),
            }
            for way in fits
        ]


def parcel(setting: str) -> tuple[int, int, int] | None:
    """A setting such as "20x15x10" in whole centimetres; None when it is empty. Raises KeysRefused for another text."""
    if not setting:
        return None
    sides = setting.lower().split("x")
    if len(sides) != 3 or not all(side.isascii() and side.isdigit() for side in sides):
        raise KeysRefused(channel=CHANNEL, why="settings", missing="package_cm")
    length, width, height = map(int, sides)
    return length, width, height


def _carries(way: ShippingChannel, weight_g: int) -> bool:
    return way.least_g <= weight_g and (not way.most_g or weight_g <= way.most_g)


def _kg(spec: ListingSpec) -> float:
    return float(Decimal(spec.weight_g) / 1000)


def _category(spec: ListingSpec) -> int:
    if not (spec.category.isascii() and spec.category.isdigit()):
        raise ListingRefused(channel=CHANNEL, title=spec.title, field="category")
    return int(spec.category)
