"""Orders as Shopee tells them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import structlog

from lapak.channels.kit.errors import ChannelFault, NotUnderstood
from lapak.channels.kit.portions import portions
from lapak.channels.kit.reading import Part
from lapak.channels.shopee.client import ShopClient
from lapak.channels.shopee.items import A_CALL
from lapak.channels.shopee.mapping import CHANNEL, ORDER_STATES, is_unknown_order
from lapak.domain.order import ChannelOrder, ChannelOrderLine, OrderHint

LIST, DETAIL = "/api/v2/order/get_order_list", "/api/v2/order/get_order_detail"
WINDOW = timedelta(days=15) - timedelta(seconds=1)
A_PAGE = 100
MOST_PAGES = 1_000  # of one window: 100,000 orders in 15 days is not a small shop, but a cursor that never ends
WANTED = ",".join(
    (
        "buyer_user_id", "buyer_username", "estimated_shipping_fee", "recipient_address", "actual_shipping_fee",
        "note", "item_list", "pay_time", "split_up", "buyer_cancel_reason", "cancel_by", "cancel_reason",
        "actual_shipping_fee_confirmed", "fulfillment_flag", "pickup_done_time", "package_list", "shipping_carrier",
        "payment_method", "total_amount", "invoice_data", "order_chargeable_weight_gram", "return_request_due_date",
        "edt", "payment_info", "goods_to_declare", "note_update_time", "dropshipper", "dropshipper_phone",
        "buyer_cpf_id", "international_label",
    )
)  # fmt: skip
AMOUNTS = ("total_amount", "estimated_shipping_fee", "actual_shipping_fee", "reverse_shipping_fee")
LINE_AMOUNTS = ("model_original_price", "model_discounted_price")
log = structlog.get_logger(__name__)


class Orders:
    """Reads the orders of one shop."""

    def __init__(self, client: ShopClient) -> None:
        self._client = client

    def changed(self, since: datetime, until: datetime) -> list[OrderHint]:
        """Orders changed in a window of any length: asked in pieces of at most 15 days, each page by page."""
        found: dict[str, OrderHint] = {}
        for start, end in windows(since, until):
            for told in self._pages(start, end):
                number = told.needed("order_sn")
                found[number] = OrderHint(
                    shop_external_id=self._client.shop_id,
                    external_no=number,
                    their_state=told.text("order_status"),
                )
        return list(found.values())

    def _pages(self, start: datetime, end: datetime) -> Iterator[Part]:
        cursor, used = "", set[str]()
        for _ in range(MOST_PAGES):
            query = {
                "time_range_field": "update_time",
                "time_from": str(int(start.timestamp())),
                "time_to": str(int(end.timestamp())),
                "page_size": str(A_PAGE),
                "cursor": cursor,
                "response_optional_fields": "order_status",
            }
            page = self._client.read(LIST, query).part("response")
            yield from page.parts("order_list")
            if not page.flag("more"):
                return
            used.add(cursor)
            cursor = page.needed("next_cursor")
            if cursor in used:
                break
        raise NotUnderstood(channel=CHANNEL, field="next_cursor", path=LIST)

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
        """The raw details, at most 50 a call. An order Shopee does not know is left out."""
        for portion in portions((number for number in dict.fromkeys(external_nos) if number), most=A_CALL):
            yield from self._details_of(list(portion))

    def _details_of(self, portion: list[str]) -> list[Part]:
        """One unknown number refuses the whole call; it is found by halving, so that it keeps no other away."""
        query = {"order_sn_list": ",".join(portion), "response_optional_fields": WANTED}
        try:
            return list(self._client.read(DETAIL, query).part("response").parts("order_list"))
        except ChannelFault as fault:
            if not is_unknown_order(str(fault.told.get("their_code", ""))):
                raise
        if len(portion) == 1:
            return []
        middle = len(portion) // 2
        return self._details_of(portion[:middle]) + self._details_of(portion[middle:])


def windows(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Pieces that cover since…until, both ends included, none longer than Shopee allows."""
    start = since
    while start < until:
        end = min(start + WINDOW, until)
        yield start, end
        start = end


def order_of(told: Part) -> ChannelOrder:
    """A detail as our order. Raises NotUnderstood for an unknown status or currency; unknown extras are ignored."""
    status = told.needed("order_status")
    if status not in ORDER_STATES:
        raise told.strange(f"order_status={status[:40]}")
    if told.text("currency", "IDR") not in ("", "IDR"):
        raise told.strange("currency")
    placed = told.moment("create_time")
    if placed is None:
        raise told.strange("create_time")
    items = told.parts("item_list")
    address = told.part("recipient_address")
    amounts = {name: str(amount) for name in AMOUNTS if (amount := told.decimal(name)) is not None}
    for place, item in enumerate(items):
        for name in LINE_AMOUNTS:
            if (amount := item.decimal(name)) is not None:
                amounts[f"item_list.{place}.{name}"] = str(amount)
    return ChannelOrder(
        external_no=told.needed("order_sn"),
        state=ORDER_STATES[status],
        placed_at=placed,
        changed_at=told.moment("update_time") or placed,
        total_idr=told.whole("total_amount") if "total_amount" in told else None,
        lines=tuple(_lines(items)),
        buyer=told.text("buyer_username"),
        city=address.text("city"),
        note=told.text("message_to_seller"),
        ship_by=told.moment("ship_by_date"),
        amounts=amounts,
        their_state=status,
    )


def _lines(items: Sequence[Part]) -> Iterator[ChannelOrderLine]:
    """Lines with an id that stays the same at every reading, whatever order they come in."""
    seen: Counter[str] = Counter()
    for item in items:
        listing, model = item.needed("item_id"), item.text("model_id", "0")
        # A bundle sells the same variant twice in one order, so the line's own number belongs to the id.
        line = f"{listing}.{model}.{item.text('line_item_id') or item.text('order_item_id') or '0'}"
        seen[line] += 1
        quantity = item.whole("model_quantity_purchased")
        if quantity < 1:
            raise item.strange("model_quantity_purchased")
        price = "model_discounted_price" if "model_discounted_price" in item else "model_original_price"
        yield ChannelOrderLine(
            external_id=line if seen[line] == 1 else f"{line}.{seen[line]}",
            listing_external_id=listing,
            variant_external_id="" if model == "0" else model,
            sku=item.text("model_sku") or item.text("item_sku"),
            title=item.text("item_name"),
            option=item.text("model_name"),
            quantity=quantity,
            price_idr=item.whole(price),
        )
