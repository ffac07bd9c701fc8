"""What a listing shows right now: stock, price, state; and hiding it."""

from collections.abc import Mapping, Sequence, Set

from lapak.channels.blibli.client import ShopClient
from lapak.channels.blibli.endpoints import ARCHIVE, PRICE, STOCK, UNARCHIVE
from lapak.channels.blibli.mapping import CHANNEL, JUST_QUEUED
from lapak.channels.blibli.products import Item, Product, Products
from lapak.channels.blibli.queue import PENDING, Queue, queue_of
from lapak.channels.kit.errors import ListingGone, ListingRefused, NotYet
from lapak.core.clock import now
from lapak.domain.listing import ListingRef, ListingState, ListingStatus, StockLine

GONE = "Varian ini tidak ada lagi di Blibli."
REVIEW_WAIT_S = 300


class Shelf:
    """One shop's listings, after they were put there. A listing that still waits in the queue is found by it."""

    def __init__(self, client: ShopClient, products: Products, queue: Queue, *, product_url: str) -> None:
        self._client, self._products, self._queue, self._product_url = client, products, queue, product_url

    def url(self, product_sku: str) -> str:
        return self._product_url.replace("{product}", product_sku)

    def product(self, ref: ListingRef, skus: Set[str] = frozenset()) -> Product:
        """The product of a ref; one that was queued is found by the name and skus it was submitted with.

        skus: ours, where the caller knows them.
        Raises: NotYet while it waits, ListingRefused when the queue refused it, ListingGone.
        """
        if not ref.external_id.startswith(PENDING):
            return self._products.read(ref.external_id)
        skus = skus | set(ref.variants)
        outcome = self._queue.outcome(ref.external_id.removeprefix(PENDING), sku=min(skus, default=""))
        if outcome.refused:
            raise ListingRefused(channel=CHANNEL, theirs=outcome.refused)
        found = None
        if outcome.product:
            found = self._products.find(outcome.product, skus or outcome.skus, states=JUST_QUEUED)
        if found is None:
            raise NotYet(channel=CHANNEL, why="queue", wait_s=REVIEW_WAIT_S)
        return found

    def set_stock(self, ref: ListingRef, lines: Sequence[StockLine]) -> dict[str, str]:
        """Stock first, by a call that answers at once; then prices where they differ, which may be set rarely."""
        refused: dict[str, str] = {}
        numbers = self._numbers(ref, lines)
        for line in sorted(lines, key=lambda line: line.stock):
            if line.sku not in numbers:
                refused[line.sku] = GONE
            elif words := self._send_stock(ref, numbers[line.sku], line.stock):
                refused[line.sku] = words
        went = [(line, numbers[line.sku]) for line in lines if line.sku not in refused]
        prices = self._products.prices
        if any(number not in prices for _, number in went):
            self.product(ref, {line.sku for line in lines})
        for line, number in went:
            if prices.get(number) != line.price_idr and (words := self._send_price(number, line.price_idr)):
                refused[line.sku] = words
        self._products.forget(ref.external_id)
        return refused

    def _numbers(self, ref: ListingRef, lines: Sequence[StockLine]) -> dict[str, str]:
        """sku → their number of it: as it was told us, else as the product shows it."""
        told = {line.sku: line.external_id or ref.variants.get(line.sku, "") for line in lines}
        if not all(told.values()):
            shown = {item.sku: item.blibli_sku for item in self.product(ref, set(told)).items}
            told = {sku: number or shown.get(sku, "") for sku, number in told.items()}
        return {sku: number for sku, number in told.items() if number}

    def _send_stock(self, ref: ListingRef, blibli_sku: str, stock: int) -> str:
        """Returns their words when it is refused. Raises: NotYet in review, ListingGone when the whole product is."""
        try:
            self._client.call(STOCK, thing=blibli_sku, body={"availableStock": stock})
        except ListingGone:
            self.product(ref)
            return GONE
        except ListingRefused as refused:
            if self.product(ref).state is ListingState.IN_REVIEW:
                raise NotYet(channel=CHANNEL, why="in_review", wait_s=REVIEW_WAIT_S) from None
            return str(refused.told.get("theirs") or "–")
        return ""

    def _send_price(self, blibli_sku: str, price_idr: int) -> str:
        """Both prices travel together. Returns their words when they are refused."""
        try:
            self._client.call(PRICE, thing=blibli_sku, body={"price": price_idr, "salePrice": price_idr})
        except ListingRefused as refused:
            return str(refused.told.get("theirs") or "–")
        self._products.prices[blibli_sku] = price_idr
        return ""

    def send_stock(self, item: Item, stock: int) -> str:
        """Returns their words when it is refused."""
        try:
            self._client.call(STOCK, thing=item.blibli_sku, body={"availableStock": stock})
        except ListingRefused as refused:
            return str(refused.told.get("theirs") or "–")
        return ""

    def archive(self, product_sku: str, *, archived: bool) -> None:
        """Hide a product from buyers with all its variants, or bring it back; this too waits in the queue.

        Raises: ListingRefused with their words, NotYet when the queue takes its time.
        """
        reply = self._client.call(ARCHIVE if archived else UNARCHIVE, body={"productSkus": [product_sku]})
        outcome = self._queue.await_outcome(queue_of(reply))
        self._products.forget(product_sku)
        if outcome.refused:
            raise ListingRefused(channel=CHANNEL, field="listed", theirs=outcome.refused)
        if not outcome.done and not archived:
            raise NotYet(channel=CHANNEL, why="queue", wait_s=REVIEW_WAIT_S)

    def withdraw(self, ref: ListingRef) -> None:
        """Raises NotYet while it is reviewed: it can only be hidden when it is through."""
        try:
            product = self.product(ref)
        except (ListingGone, ListingRefused):
            return  # nobody sees it
        if product.state is ListingState.IN_REVIEW:
            raise NotYet(channel=CHANNEL, why="in_review", wait_s=REVIEW_WAIT_S)
        if product.state is ListingState.LIVE:
            self.archive(product.product_sku, archived=True)

    def look(self, refs: Sequence[ListingRef]) -> Mapping[str, ListingStatus]:
        return {ref.external_id: self._look(ref) for ref in refs}

    def _look(self, ref: ListingRef) -> ListingStatus:
        try:
            product = self.product(ref)
        except ListingGone:
            return ListingStatus(state=ListingState.GONE, seen_at=now())
        except ListingRefused as refused:
            return ListingStatus(
                state=ListingState.REFUSED, seen_at=now(), reason=str(refused.told.get("theirs") or "–")
            )
        except NotYet:
            if not ref.external_id.startswith(PENDING):
                raise
            return ListingStatus(state=ListingState.IN_REVIEW, seen_at=now())
        ours = {told: sku for sku, told in ref.variants.items() if told}
        shown = [(ours.get(item.blibli_sku, item.sku), item) for item in product.items]
        refused_too = product.state is ListingState.REFUSED
        return ListingStatus(
            state=product.state,
            seen_at=now(),
            reason=(product.note or product.status) if refused_too else "",
            stock={sku: item.stock for sku, item in shown if sku and item.stock is not None},
            price_idr={sku: item.price_idr for sku, item in shown if sku and item.price_idr is not None},
            url=self.url(product.product_sku),
        )
