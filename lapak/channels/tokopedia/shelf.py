"""What a product shows right now: stock, price, state; and hiding it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lapak.channels.kit.errors import ListingGone, ListingRefused
from lapak.channels.kit.portions import portions
from lapak.channels.kit.reading import Part
from lapak.channels.tokopedia.catalogue import Catalogue
from lapak.channels.tokopedia.client import ShopClient
from lapak.channels.tokopedia.endpoints import ACTIVATE, DEACTIVATE, EDIT_PART, PRICES, STOCK, Endpoint
from lapak.channels.tokopedia.mapping import CHANNEL
from lapak.channels.tokopedia.products import Product, Sku, read_product
from lapak.core.clock import now
from lapak.domain.listing import ListingRef, ListingState, ListingStatus, StockLine

LOW = 3  # units at which a number that did not arrive would soon sell what is not there
A_CALL = 100  # variants a product may have
CURRENCY = "IDR"
VISIBLE = {ListingState.LIVE, ListingState.IN_REVIEW}  # what is in review shows itself when it passes


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What one variant should show, and the variant as it was seen."""

    sku: str
    price_idr: int
    stock: int
    seen: Sku


class Shelf:
    """One shop's products, after they were put there. decides: the platform whose status counts."""

    def __init__(
        self, client: ShopClient, catalogue: Catalogue, *, decides: str, platforms: Sequence[str], product_url: str
    ) -> None:
        self._client, self._catalogue = client, catalogue
        self._platforms, self._decides, self._product_url = platforms, decides, product_url

    def url(self, product_id: str) -> str:
        return self._product_url.replace("{product}", product_id)

    def state(self, product: Product) -> ListingState:
        return product.state(self._decides)

    def status(self, product: Product) -> str:
        return product.status(self._decides)

    def set_stock(self, ref: ListingRef, lines: Sequence[StockLine]) -> dict[str, str]:
        """Sends every stock, the price only where it differs; what is nearly sold out is read back, and sent again."""
        product = read_product(self._client, ref.external_id)
        offers, refused = _offers(product, lines)
        refused |= self.show(product, offers, all_stock=True)
        late = self._too_many(product.product_id, [offer for offer in offers if offer.sku not in refused])
        if late:
            refused |= self._send_stock(product.product_id, late)
            for offer in self._too_many(product.product_id, [one for one in late if one.sku not in refused]):
                refused[offer.sku] = f"Tokopedia masih menampilkan stok {offer.seen.stock}, bukan {offer.stock}."
        return refused

    def _too_many(self, product_id: str, offers: Sequence[Offer]) -> list[Offer]:
        """The nearly sold out offers that still show more than is there; fewer only means that somebody bought."""
        low = [offer for offer in offers if offer.stock <= LOW]
        if not low:
            return []
        product = read_product(self._client, product_id)
        found = []
        for offer in low:
            seen = product.sku_of(sku=offer.sku, sku_id=offer.seen.sku_id)
            if seen and (seen.stock or 0) > offer.stock:
                found.append(Offer(sku=offer.sku, price_idr=offer.price_idr, stock=offer.stock, seen=seen))
        return found

    def show(self, product: Product, offers: Sequence[Offer], *, all_stock: bool) -> dict[str, str]:
        """Make prices and stocks what they should be. Returns sku → their words for each refused."""
        dearer = [offer for offer in offers if offer.price_idr != offer.seen.price_idr]
        stocks = [offer for offer in offers if all_stock or offer.stock != offer.seen.stock]
        refused: dict[str, str] = {}
        if dearer and self.status(product) == "ACTIVATE":
            for portion in portions(dearer, most=A_CALL):
                refused |= self._halved(portion, lambda some: self._send_prices(product.product_id, some))
        elif dearer:
            refused |= self._edit_prices(product, dearer)
        for portion in portions(stocks, most=A_CALL):
            refused |= self._halved(portion, lambda some: self._send_stock(product.product_id, some))
        return refused

    def _halved(self, offers: Sequence[Offer], send: Callable[[Sequence[Offer]], dict[str, str]]) -> dict[str, str]:
        """One line they do not take refuses the whole call; it is found by halving, so that it keeps no other away."""
        try:
            return send(offers)
        except ListingRefused as refused:
            if len(offers) == 1:
                return {offers[0].sku: str(refused.told.get("theirs") or "–")}
        middle = len(offers) // 2
        return self._halved(offers[:middle], send) | self._halved(offers[middle:], send)

    def _send_prices(self, product_id: str, offers: Sequence[Offer]) -> dict[str, str]:
        lines = [{"id": offer.seen.sku_id, "price": price(offer.price_idr)} for offer in offers]
        return self._lines(PRICES, product_id, lines, offers)

    def _send_stock(self, product_id: str, offers: Sequence[Offer]) -> dict[str, str]:
        lines = [{"id": offer.seen.sku_id, "inventory": self.inventory(offer.seen, offer.stock)} for offer in offers]
        return self._lines(STOCK, product_id, lines, offers)

    def _lines(
        self, endpoint: Endpoint, product_id: str, lines: Sequence[Mapping[str, object]], offers: Sequence[Offer]
    ) -> dict[str, str]:
        skus = {offer.seen.sku_id: offer.sku for offer in offers}
        refused: dict[str, str] = {}
        for error in self._client.batch(endpoint, {"skus": lines}, thing=product_id):
            detail = error.part("detail")
            sku = skus.get(detail.text("sku_id"))
            if sku is None:
                raise detail.strange("sku_id")
            refused[sku] = _words(error, detail)
        return refused

    def _edit_prices(self, product: Product, offers: Sequence[Offer]) -> dict[str, str]:
        """Prices of a product that is not live may only be changed by an edit, which must name every variant."""
        wanted = {offer.seen.sku_id: offer for offer in offers}
        skus = []
        for seen in product.skus:
            offer = wanted.get(seen.sku_id)
            amount = offer.price_idr if offer else seen.price_idr
            entry: dict[str, object] = {"id": seen.sku_id, "seller_sku": seen.sku}
            if seen.option_fields:
                entry["sales_attributes"] = [dict(field) for field in seen.option_fields]
            if amount is not None:
                entry["price"] = price(amount)
            if seen.units:
                entry["inventory"] = self.inventory(seen, seen.stock or 0)
            skus.append(entry)
        try:
            self._client.call(EDIT_PART, thing=product.product_id, body={"category_version": "v2", "skus": skus})
        except ListingRefused as refused:
            return {offer.sku: str(refused.told.get("theirs") or "–") for offer in offers}
        return {}

    def inventory(self, seen: Sku | None, stock: int) -> list[dict[str, object]]:
        """Every warehouse of a variant must be named: one holds all that Lapak knows of, the others nothing."""
        places = list(seen.units) if seen else []
        if len(places) > 1:
            home = self._catalogue.warehouse()
            first = home if home in places else places[0]
            return [{"warehouse_id": place, "quantity": stock if place == first else 0} for place in places]
        return [{"warehouse_id": places[0] if places else self._catalogue.warehouse(), "quantity": stock}]

    def hide(self, product: Product, *, hidden: bool) -> None:
        """Hide from buyers, or show. Raises ListingRefused with their words."""
        body: dict[str, object] = {"product_ids": [product.product_id]}
        standing = [platform for platform in self._platforms if platform in product.statuses]
        if self._platforms:
            body["listing_platforms"] = standing or list(self._platforms)
        for error in self._client.batch(DEACTIVATE if hidden else ACTIVATE, body):
            words = _words(error, error.part("detail"))
            raise ListingRefused(channel=CHANNEL, field="listed", title=product.title, theirs=words)

    def withdraw(self, ref: ListingRef) -> None:
        try:
            product = read_product(self._client, ref.external_id)
            if self.state(product) in VISIBLE:
                self.hide(product, hidden=True)
        except ListingGone:
            return

    def look(self, refs: Sequence[ListingRef]) -> Mapping[str, ListingStatus]:
        return {ref.external_id: self._look(ref) for ref in refs}

    def _look(self, ref: ListingRef) -> ListingStatus:
        try:
            product = read_product(self._client, ref.external_id)
        except ListingGone:
            return ListingStatus(state=ListingState.GONE, seen_at=now())
        ours = {told: sku for sku, told in ref.variants.items() if told}
        only = next(iter(ref.variants), "") if len(product.skus) == 1 else ""
        shown = [(ours.get(seen.sku_id) or seen.sku or only, seen) for seen in product.skus]
        return ListingStatus(
            state=self.state(product),
            seen_at=now(),
            reason=self._reason(product),
            stock={sku: seen.stock for sku, seen in shown if sku and seen.stock is not None},
            price_idr={sku: seen.price_idr for sku, seen in shown if sku and seen.price_idr is not None},
            url=self.url(product.product_id),
        )

    def _reason(self, product: Product) -> str:
        """Their words for a refusal, and the other platforms' status where it differs from the one that decides."""
        status = self.status(product)
        refused = self.state(product) is ListingState.REFUSED
        words = list(product.refusals) or ([status] if refused else [])
        words += [f"{platform}: {told}" for platform, told in product.statuses.items() if told != status]
        return " · ".join(words)


def price(amount_idr: int) -> dict[str, object]:
    """A price as they want it: text, with its currency."""
    return {"amount": str(amount_idr), "currency": CURRENCY}


def _words(error: Part, detail: Part) -> str:
    more = [extra.text("message") for extra in detail.parts("extra_errors")]
    return " · ".join(dict.fromkeys(word for word in [error.text("message"), *more] if word)) or "–"


def _offers(product: Product, lines: Sequence[StockLine]) -> tuple[list[Offer], dict[str, str]]:
    """The lines as offers; a variant that is not on the product any more is refused by itself."""
    offers: list[Offer] = []
    refused: dict[str, str] = {}
    for line in lines:
        seen = product.sku_of(sku=line.sku, sku_id=line.external_id)
        if seen is None:
            refused[line.sku] = "Varian ini tidak ada lagi di Tokopedia."
        else:
            offers.append(Offer(sku=line.sku, price_idr=line.price_idr, stock=line.stock, seen=seen))
    return offers, refused
