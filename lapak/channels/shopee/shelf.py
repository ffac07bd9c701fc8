"""What a listing shows right now: stock, price, state; and hiding it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lapak.channels.kit.errors import ListingGone, ListingRefused, NotUnderstood
from lapak.channels.kit.portions import portions
from lapak.channels.shopee.client import ShopClient
from lapak.channels.shopee.items import A_CALL, Item, read_items, read_models
from lapak.channels.shopee.mapping import CHANNEL
from lapak.core.clock import now
from lapak.domain.listing import ListingRef, ListingState, ListingStatus, StockLine

UPDATE_PRICE, UPDATE_STOCK, UNLIST = (
    "/api/v2/product/update_price",
    "/api/v2/product/update_stock",
    "/api/v2/product/unlist_item",
)
LOW = 3  # units at which a number that did not arrive would soon sell what is not there
NO_MODEL = 0


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What one variant of an item should show, and what it was seen to show."""

    sku: str
    model_id: int
    price_idr: int
    stock: int
    seen_price_idr: int | None
    seen_stock: int | None


def item_number(external_id: str) -> int:
    """A listing's id as Shopee's number; ListingGone for what cannot be one."""
    if not (external_id.isascii() and external_id.isdigit() and len(external_id) <= 19):
        raise ListingGone(channel=CHANNEL, listing=external_id)
    return int(external_id)


class Shelf:
    """One shop's items, after they were put there."""

    def __init__(self, client: ShopClient, *, shop_url: str) -> None:
        self._client, self._shop_url = client, shop_url

    def url(self, item_id: int) -> str:
        return f"{self._shop_url}/product/{self._client.shop_id}/{item_id}"

    def item(self, external_id: str) -> Item:
        """The item as it is now. Raises ListingGone when it is not there, or was deleted."""
        number = item_number(external_id)
        item = read_items(self._client, [number]).get(number)
        if item is None or item.state is ListingState.GONE:
            raise ListingGone(channel=CHANNEL, listing=external_id)
        return item

    def set_stock(self, ref: ListingRef, lines: Sequence[StockLine]) -> dict[str, str]:
        """Sends every stock, the price only where it differs; what is nearly sold out is read back, and sent again."""
        item = self.item(ref.external_id)
        offers, refused = self._offers(item, lines)
        refused |= self.show(item.item_id, offers, all_stock=True)
        late = self._too_many(ref, [offer for offer in offers if offer.sku not in refused])
        if late:
            refused |= self.show(item.item_id, late, all_stock=True)
            for offer in self._too_many(ref, [offer for offer in late if offer.sku not in refused]):
                refused[offer.sku] = f"Shopee masih menampilkan stok {offer.seen_stock}, bukan {offer.stock}."
        return refused

    def _too_many(self, ref: ListingRef, offers: Sequence[Offer]) -> list[Offer]:
        """The nearly sold out offers that still show more than is there; fewer only means that somebody bought."""
        low = [offer for offer in offers if offer.stock <= LOW]
        seen = self._seen(self.item(ref.external_id)) if low else {}
        found = []
        for offer in low:
            price, stock = seen.get(offer.model_id, (offer.seen_price_idr, None))
            if stock is not None and stock > offer.stock:
                found.append(replace(offer, seen_price_idr=price, seen_stock=stock))
        return found

    def show(self, item_id: int, offers: Sequence[Offer], *, all_stock: bool) -> dict[str, str]:
        """Make prices and stocks what they should be. Returns sku → their words for each refused."""
        refused: dict[str, str] = {}
        prices = [offer for offer in offers if offer.price_idr != offer.seen_price_idr]
        stocks = [offer for offer in offers if all_stock or offer.stock != offer.seen_stock]
        for portion in portions(prices, most=A_CALL):
            price_list = [{"model_id": offer.model_id, "original_price": offer.price_idr} for offer in portion]
            refused |= self._batch(UPDATE_PRICE, item_id, "price_list", price_list, portion)
        for portion in portions(stocks, most=A_CALL):
            stock_list = [{"model_id": offer.model_id, "seller_stock": [{"stock": offer.stock}]} for offer in portion]
            refused |= self._batch(UPDATE_STOCK, item_id, "stock_list", stock_list, portion)
        return refused

    def _batch(
        self, path: str, item_id: int, name: str, lines: Sequence[Mapping[str, object]], offers: Sequence[Offer]
    ) -> dict[str, str]:
        payload = self._client.partial(path, {"item_id": item_id, name: lines})
        skus = {offer.model_id: offer.sku for offer in offers}
        refused: dict[str, str] = {}
        for failure in payload.parts("failure_list"):
            sku = skus.get(failure.whole("model_id", NO_MODEL))
            if sku is None:
                raise failure.strange("model_id")
            refused[sku] = failure.text("failed_reason") or "–"
        return refused

    def _seen(self, item: Item) -> dict[int, tuple[int | None, int | None]]:
        """model id → (price, stock) as shown; an item without models is its own, number 0."""
        if not item.has_model:
            return {NO_MODEL: (item.price_idr, item.stock)}
        models = read_models(self._client, item.item_id).models
        return {model.model_id: (model.price_idr, model.stock) for model in models}

    def _offers(self, item: Item, lines: Sequence[StockLine]) -> tuple[list[Offer], dict[str, str]]:
        """The lines as offers; a variant that is not on the item any more is refused by itself."""
        by_sku: dict[str, int] = {item.sku: NO_MODEL}
        seen: dict[int, tuple[int | None, int | None]] = {NO_MODEL: (item.price_idr, item.stock)}
        if item.has_model:
            models = read_models(self._client, item.item_id).models
            by_sku = {model.sku: model.model_id for model in models}
            seen = {model.model_id: (model.price_idr, model.stock) for model in models}
        offers: list[Offer] = []
        refused: dict[str, str] = {}
        for line in lines:
            told = line.external_id
            number = int(told) if told.isascii() and told.isdigit() else by_sku.get(line.sku, NO_MODEL)
            if number not in seen:
                number = by_sku.get(line.sku, -1)
            if number not in seen:
                refused[line.sku] = "Varian ini tidak ada lagi di Shopee."
                continue
            price, stock = seen[number]
            offers.append(
                Offer(
                    sku=line.sku,
                    model_id=number,
                    price_idr=line.price_idr,
                    stock=line.stock,
                    seen_price_idr=price,
                    seen_stock=stock,
                )
            )
        return offers, refused

    def hide(self, item_id: int, *, hidden: bool) -> None:
        """Hide from buyers, or show. Raises ListingRefused with their words (for instance during a promotion)."""
        body = {"item_list": [{"item_id": item_id, "unlist": hidden}]}
        for failure in self._client.partial(UNLIST, body).parts("failure_list"):
            raise ListingRefused(channel=CHANNEL, field="listed", theirs=failure.text("failed_reason"))

    def withdraw(self, ref: ListingRef) -> None:
        try:
            item = self.item(ref.external_id)
            if item.state is not ListingState.HIDDEN:
                self.hide(item.item_id, hidden=True)
        except ListingGone:
            return

    def look(self, refs: Sequence[ListingRef]) -> Mapping[str, ListingStatus]:
        numbers = {ref.external_id: item_number(ref.external_id) for ref in refs}
        items = read_items(self._client, list(numbers.values()))
        return {ref.external_id: self._status(ref, items.get(numbers[ref.external_id])) for ref in refs}

    def _status(self, ref: ListingRef, item: Item | None) -> ListingStatus:
        if item is None or item.state is ListingState.GONE:
            return ListingStatus(state=ListingState.GONE, seen_at=now(), reason=item.status if item else "")
        ours = {told: sku for sku, told in ref.variants.items() if told}
        if item.has_model:
            models = read_models(self._client, item.item_id).models
            shown = [(ours.get(str(m.model_id), m.sku), m.price_idr, m.stock) for m in models]
        else:
            shown = [(next(iter(ref.variants), item.sku), item.price_idr, item.stock)]
        return ListingStatus(
            state=item.state,
            seen_at=now(),
            reason=self._reason(item),
            stock={sku: stock for sku, _, stock in shown if stock is not None},
            price_idr={sku: price for sku, price, _ in shown if price is not None},
            url=self.url(item.item_id),
        )

    def _reason(self, item: Item) -> str:
        """Shopee's own words for a ban; its bare status when it gives none."""
        if item.state is not ListingState.REFUSED:
            return ""
        query = {"item_id_list": str(item.item_id)}
        try:
            told = self._client.read("/api/v2/product/get_item_violation_info", query).part("response")
        except NotUnderstood:
            return item.status  # not every application may ask this; the state itself is known
        for entry in told.parts("item_list"):
            for detail in entry.parts("item_status_details"):
                words = [detail.text(name) for name in ("violation_type", "violation_reason", "suggestion")]
                return " · ".join(word for word in words if word) or item.status
        return item.status
