"""Orders as TikTok Shop tells them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from math import ceil

import structlog

from lapak.channels.kit.errors import ChannelFault, NotUnderstood
from lapak.channels.kit.portions import portions
from lapak.channels.kit.reading import Part
from lapak.channels.tokopedia.client import ShopClient
from lapak.channels.tokopedia.endpoints import ORDER, ORDERS
from lapak.channels.tokopedia.mapping import CHANNEL, ORDER_STATES, is_absent
from lapak.domain.order import ChannelOrder, ChannelOrderLine, ChannelOrderState, OrderHint

MOST_PAGES = 2_000  # of one window; a token that never ends is a defect over there
ASKED_TO_CANCEL = {ChannelOrderState.TO_SHIP, ChannelOrderState.ARRANGED}
CURRENCY = "IDR"
log = structlog.get_logger(__name__)


class Orders:
    """Reads the orders of one shop. a_page, a_call: orders in a page of the list, and in a call for details."""

    def __init__(self, client: ShopClient, *, a_page: str, a_call: str) -> None:
        self._client, self._a_page, self._a_call = client, a_page, int(a_call)

    def changed(self, since: datetime, until: datetime) -> list[OrderHint]:
        """Orders changed in a window of any length, page by page; no longest window is documented."""
        found: dict[str, OrderHint] = {}
        for told in self._pages(since, until):
            number = told.needed("id")
            found[number] = OrderHint(
                shop_external_id=self._client.shop_id,
                external_no=number,
                their_state=told.text("status"),
                changed_at=told.moment("update_time"),
            )
        return list(found.values())

    def _pages(self, since: datetime, until: datetime) -> Iterator[Part]:
        body = {"update_time_ge": int(since.timestamp()), "update_time_lt": ceil(until.timestamp()) + 1}
        token, used = "", set[str]()
        for _ in range(MOST_PAGES):
            query = {"page_size": self._a_page, "sort_field": "update_time", "sort_order": "ASC"}
            if token:
                query["page_token"] = token
            page = self._client.call(ORDERS, query=query, body=body)
            yield from page.parts("orders")
            token = page.text("next_page_token")
            if not token:
                return
            if token in used:
                break
            used.add(token)
        raise NotUnderstood(channel=CHANNEL, field="next_page_token", path=ORDERS.path)

    def orders(self, external_nos: Sequence[str]) -> list[ChannelOrder]:
        """One strange order must not keep the others away: it is recorded and left out, unless asked for alone."""
        found: list[ChannelOrder] = []
        strange: list[NotUnderstood] = []
        for told in self.details(external_nos):
            try:
                found.append(order_of(told))
            except NotUnderstood as fault:
                log.warning("channel_drift", channel=CHANNEL, what="order", field=str(fault.told.get("field")))
                strange.append(fault)
        if strange and not found:
            raise strange[0]
        return found

    def details(self, external_nos: Sequence[str]) -> Iterator[Part]:
        """The raw details. An order they do not know is left out, and so is a number that is none of theirs."""
        numbers = (number for number in dict.fromkeys(external_nos) if number.isascii() and number.isdigit())
        for portion in portions(numbers, most=self._a_call):
            yield from self._details_of(portion)

    def _details_of(self, portion: list[str]) -> list[Part]:
        """One unknown number may refuse the whole call; it is found by halving, so that it keeps no other away."""
        try:
            return self._client.call(ORDER, query={"ids": ",".join(portion)}).parts("orders")
        except ChannelFault as fault:
            if not is_absent(str(fault.told.get("theirs", ""))):
                raise
        if len(portion) == 1:
            return []
        middle = len(portion) // 2
        return self._details_of(portion[:middle]) + self._details_of(portion[middle:])


def state_of(told: Part) -> ChannelOrderState | None:
    """Our state of an order; None for a status no document names. A buyer may ask to cancel until it is on its way."""
    state = ORDER_STATES.get(told.text("status"))
    if state in ASKED_TO_CANCEL and told.flag("is_buyer_request_cancel"):
        return ChannelOrderState.CANCEL_ASKED
    return state


def tracking_of(told: Part) -> str:
    """Every tracking number of an order, with commas; empty text while there is none."""
    numbers = [line.text("tracking_number") for line in told.parts("line_items")] + [told.text("tracking_number")]
    return ", ".join(dict.fromkeys(number for number in numbers if number))


def order_of(told: Part) -> ChannelOrder:
    """A detail as our order. Raises NotUnderstood for an unknown status or currency; unknown extras are ignored."""
    state = state_of(told)
    if state is None:
        raise told.strange(f"status={told.text('status')[:40]}")
    payment = told.part("payment")
    if payment.text("currency", CURRENCY) not in ("", CURRENCY):
        raise payment.strange("currency")
    placed = told.moment("create_time")
    if placed is None:
        raise told.strange("create_time")
    total = payment.decimal("total_amount")
    return ChannelOrder(
        external_no=told.needed("id"),
        state=state,
        placed_at=placed,
        changed_at=told.moment("update_time") or placed,
        total_idr=None if total is None else payment.whole("total_amount"),
        lines=tuple(_lines(told.parts("line_items"))),
        buyer=told.part("recipient_address").text("name") or told.text("buyer_nickname"),
        city=_city(told.part("recipient_address")),
        note=told.text("buyer_message"),
        ship_by=told.moment("shipping_due_time") or told.moment("rts_sla_time"),
        tracking_no=tracking_of(told),
        amounts={name: payment.text(name) for name in payment.names() if name != "currency" and name in payment},
        their_state=told.text("status"),
    )


def _lines(units: Sequence[Part]) -> Iterator[ChannelOrderLine]:
    """They tell one entry for each unit; units of one variant at one price are a line, named by its first unit."""
    lines: defaultdict[tuple[str, int], list[Part]] = defaultdict(list)
    for unit in units:
        name = "sale_price" if unit.text("sale_price") else "original_price"
        lines[unit.needed("sku_id"), unit.whole(name)].append(unit)
    for (sku_id, price_idr), same in lines.items():
        first = min(same, key=lambda unit: unit.needed("id"))
        yield ChannelOrderLine(
            external_id=first.needed("id"),
            listing_external_id=first.needed("product_id"),
            variant_external_id=sku_id,
            sku=first.text("seller_sku"),
            title=first.text("product_name"),
            option=first.text("sku_name"),
            quantity=len(same),
            price_idr=price_idr,
        )


def _city(address: Part) -> str:
    """The regency or city: the level below the province, which their levels call L2."""
    for area in address.parts("district_info"):
        if area.text("address_level") == "L2" or area.text("address_level_name").lower() in ("city", "kota"):
            return area.text("address_name")
    return ""
