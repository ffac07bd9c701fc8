"""Orders as Blibli tells them: a list of parcels, whose items are the unit; an order is all items of one number.

The list is asked by when an item was paid, so a later change does not come back into a window. Orders paid some days
ago are therefore looked at again every few minutes.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from lapak.channels.blibli.client import ShopClient
from lapak.channels.blibli.endpoints import ORDER_ITEM, ORDERS
from lapak.channels.blibli.mapping import CHANNEL, ORDER_STATES
from lapak.channels.kit.errors import NotUnderstood
from lapak.channels.kit.portions import portions
from lapak.channels.kit.reading import Part
from lapak.domain.order import ChannelOrder, ChannelOrderLine, ChannelOrderState, OrderHint

A_PAGE, A_CALL = 50, 20
MOST_PAGES = 200
SHORTEST = timedelta(seconds=2)  # a window that cannot be halved any more
RANK = list(ChannelOrderState)
STANDING = (ChannelOrderState.CANCELLED, ChannelOrderState.RETURNED)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An order of the list: its items, and the parcel of each that has one."""

    number: str
    items: list[Part] = field(default_factory=list)
    parcels: dict[str, str] = field(default_factory=dict)

    @property
    def their_state(self) -> str:
        """Every status among the items, in a fixed order: what an order's change is known by."""
        return "+".join(sorted({item.part("order").text("itemStatus") for item in self.items}))


class Orders:
    """Reads the orders of one shop."""

    def __init__(self, client: ShopClient, *, settings: Mapping[str, str]) -> None:
        self._client = client
        self._most = int(settings["orders_most"])
        self._back = timedelta(days=float(settings["look_back_days"]))
        self._back_every_s = float(settings["look_back_every_s"])
        self._looked_back: float | None = None

    def changed(self, since: datetime, until: datetime) -> list[OrderHint]:
        """Orders paid in the window, and now and then those paid before, since only their state tells of a change."""
        at = time.monotonic()
        if self._looked_back is None or at - self._looked_back >= self._back_every_s:
            since, self._looked_back = min(since, until - self._back), at
        seen: dict[str, Seen] = {}
        for parcel in self._window(since, until):
            _gather(seen, parcel)
        return [
            OrderHint(shop_external_id=self._client.store_code, external_no=order.number, their_state=order.their_state)
            for order in seen.values()
        ]

    def _window(self, since: datetime, until: datetime) -> Iterator[Part]:
        """A full list may have ended too early: its window is halved, and told twice rather than not at all."""
        found = list(self._pages({"statusFPDateRange": {"start": _ms(since), "end": _ms(until)}}))
        if sum(len(parcel.parts("orderItems")) for parcel in found) >= self._most and until - since > SHORTEST:
            middle = since + (until - since) / 2
            yield from self._window(since, middle)
            yield from self._window(middle, until)
        yield from found

    def _pages(self, wanted: Mapping[str, object]) -> Iterator[Part]:
        for page in range(MOST_PAGES):
            body = {
                "filter": wanted,
                "sorting": {"by": "CREATED_DATE", "direction": "ASC"},
                "paging": {"page": page, "size": A_PAGE},
            }
            told = self._client.call(ORDERS, body=body)
            yield from told.parts("content")
            if page + 1 >= told.part("paging").whole("totalPage", 0):
                return
        raise NotUnderstood(channel=CHANNEL, field="paging.totalPage", path=ORDERS.path)

    def find(self, external_nos: Sequence[str]) -> list[Seen]:
        """The orders of these numbers, in their order. One that is not there is left out."""
        numbers = [number for number in dict.fromkeys(external_nos) if number.isascii() and number.isdigit()]
        seen: dict[str, Seen] = {}
        for portion in portions(numbers, most=A_CALL):
            for parcel in self._pages({"orderOrOrderItemIds": portion}):
                _gather(seen, parcel)
        return [seen[number] for number in numbers if number in seen]

    def orders(self, external_nos: Sequence[str]) -> list[ChannelOrder]:
        """One strange order must not keep the others away: it is recorded and left out, unless asked for alone."""
        found: list[ChannelOrder] = []
        strange: list[NotUnderstood] = []
        for seen in self.find(external_nos):
            try:
                found.append(order_of(seen, [self.details(item) for item in seen.items]))
            except NotUnderstood as fault:
                log.warning("channel_drift", channel=CHANNEL, what="order", field=str(fault.told.get("field")))
                strange.append(fault)
        if strange and not found:
            raise strange[0]
        return found

    def details(self, item: Part) -> Part:
        """What the list does not tell of an item: amounts, city, tracking number. May be asked five times in 30 min."""
        return self._client.call(ORDER_ITEM, thing=item.part("order").needed("itemId")).part("content")


def state_of(seen: Seen) -> ChannelOrderState:
    """Of an order whose items differ: a wish to cancel, else that of the item which is least far; a cancelled one
    counts only when nothing else is left. Raises NotUnderstood for a status no document names."""
    states = []
    for item in seen.items:
        status = item.part("order").text("itemStatus")
        if status not in ORDER_STATES:
            raise item.strange(f"itemStatus={status[:40]}")
        states.append(ORDER_STATES[status])
    open_ones = [state for state in states if state not in STANDING] or states
    if ChannelOrderState.CANCEL_ASKED in open_ones:
        return ChannelOrderState.CANCEL_ASKED
    return min(open_ones, key=RANK.index)


def order_of(seen: Seen, details: Sequence[Part]) -> ChannelOrder:
    """Amounts stay as told; the total is the sum of what each item's is told to be, since no other is."""
    first = seen.items[0].part("order")
    placed = _moment(first, "date") or _moment(seen.items[0], "createdDate")
    if placed is None:
        raise first.strange("date")
    totals = [detail.part("amount").part("product").decimal("total") for detail in details]
    amounts: dict[str, str] = {}
    for item, detail in zip(seen.items, details, strict=True):
        number = item.part("order").needed("itemId")
        for kind in ("product", "shipping"):
            told = detail.part("amount").part(kind)
            for name in told.names():
                if (amount := _amount(told, name)) is not None:
                    amounts[f"{number}.{kind}.{name}"] = amount
    known = [total for total in totals if total is not None]
    changed = [at for detail in details if (at := _moment(detail, "updatedDate"))]
    return ChannelOrder(
        external_no=seen.number,
        state=state_of(seen),
        placed_at=placed,
        changed_at=max([placed, *changed]),
        total_idr=int(sum(known)) if len(known) == len(details) else None,
        lines=tuple(_lines(seen.items)),
        buyer=first.text("customerFullName"),
        city=next((city for detail in details if (city := detail.part("shipping").text("city"))), ""),
        tracking_no=tracking_of(details),
        amounts=amounts,
        their_state=seen.their_state,
    )


def tracking_of(details: Sequence[Part]) -> str:
    """Every airway bill of an order, with commas; empty text while there is none."""
    found = [shipping.text("awbNumber") or shipping.text("awbNo") for shipping in (d.part("shipping") for d in details)]
    return ", ".join(dict.fromkeys(number for number in found if number))


def _lines(items: Sequence[Part]) -> Iterator[ChannelOrderLine]:
    """One item is one line. What was cancelled entirely keeps no quantity, so it is no line any more."""
    for item in items:
        order, product = item.part("order"), item.part("product")
        quantity = order.whole("quantity")
        if quantity < 0:
            raise order.strange("quantity")
        if quantity == 0:
            continue
        number = product.needed("blibliSku")
        yield ChannelOrderLine(
            external_id=order.needed("itemId"),
            listing_external_id=number.rpartition("-")[0],
            variant_external_id=number,
            sku=product.text("sellerSku"),
            title=product.text("itemName"),
            option="",
            quantity=quantity,
            price_idr=product.whole("finalPrice" if "finalPrice" in product else "price"),
        )


def _gather(seen: dict[str, Seen], parcel: Part) -> None:
    """Put the items of a parcel with their orders; an item told twice is one."""
    number = parcel.text("packageId")
    for item in parcel.parts("orderItems"):
        order = item.part("order")
        found = seen.setdefault(order.needed("id"), Seen(number=order.needed("id")))
        item_id = order.needed("itemId")
        if item_id not in found.parcels:
            found.items.append(item)
        found.parcels[item_id] = number


def _amount(told: Part, name: str) -> str | None:
    try:
        amount = told.decimal(name)
    except NotUnderstood:
        return None  # not an amount
    return None if amount is None else str(amount)


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _moment(told: Part, name: str) -> datetime | None:
    """Milliseconds as an aware moment; None when missing, null or 0."""
    milliseconds = told.whole(name, 0)
    if milliseconds == 0:
        return None
    try:
        return datetime.fromtimestamp(milliseconds // 1000, UTC)
    except (OverflowError, ValueError, OSError):
        raise told.strange(name) from None
