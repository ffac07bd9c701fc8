"""ORDER IN: whatever told us of it, an order is one order, its units are held, and every other channel hears."""

from lapak.catalog.services import release_stock, reserve_stock, ship_stock
from lapak.catalog.types import StockLineWanted
from lapak.core.events import on
from lapak.core.ids import ShopId
from lapak.domain.order import ChannelOrder, ChannelOrderState
from lapak.orders.services import note_not_ready, note_ready, place_order
from lapak.orders.types import OrderLineRow, ReadyAsked
from lapak.shops.selectors import order_seen, variants_listed
from lapak.shops.services import ask_errand
from lapak.shops.services.errands import MAKE_READY
from lapak.shops.types import ErrandDone, ErrandRefused, OrderSeen

GONE = (ChannelOrderState.CANCELLED,)
SENT = (ChannelOrderState.SHIPPED, ChannelOrderState.DONE)


@on(OrderSeen)
def write_down(event: OrderSeen) -> None:
    """The ledger first, then the stock; short stock is recorded, not hidden. Both twice is once."""
    shop, seen = order_seen(seen_id=event.seen_id)
    lines = _lines(shop.shop_id, seen)
    written = place_order(
        business_id=shop.business_id, shop_id=shop.shop_id, channel=shop.channel, seen=seen, lines=lines
    )
    if written.is_new and written.state not in GONE:
        reserve_stock(
            business_id=shop.business_id,
            order_id=written.order_id,
            lines=[
                StockLineWanted(
                    line_key=line.line_key, sku=line.sku, quantity=line.quantity, variant_id=line.variant_id
                )
                for line in lines
            ],
        )
    if written.is_news and written.state in GONE:
        release_stock(order_id=written.order_id)
    if written.is_news and written.state in SENT:
        ship_stock(order_id=written.order_id)


@on(ReadyAsked)
def ask_the_channel(event: ReadyAsked) -> None:
    """The owner packed it; the channel arranges the shipment."""
    ask_errand(shop_id=event.shop_id, kind=MAKE_READY, external_no=event.external_no)


@on(ErrandDone)
def tell_the_desk(event: ErrandDone) -> None:
    """The shipment is arranged."""
    if event.kind == MAKE_READY:
        note_ready(shop_id=event.shop_id, external_no=event.external_no, tracking_no=event.tracking_no)


@on(ErrandRefused)
def tell_the_desk_why_not(event: ErrandRefused) -> None:
    """The channel would not; the order is back on the owner's desk with the reason."""
    if event.kind == MAKE_READY:
        note_not_ready(shop_id=event.shop_id, external_no=event.external_no, code=event.code)


def _lines(shop_id: ShopId, seen: ChannelOrder) -> list[OrderLineRow]:
    """The channel's lines with our variants: by the channel's own ids where we listed it, else by SKU later."""
    keys = [(line.listing_external_id, line.variant_external_id) for line in seen.lines]
    ours = variants_listed(shop_id=shop_id, external_ids=keys)
    return [
        OrderLineRow(
            line_key=line.external_id, variant_id=ours.get(key), sku=line.sku, title=line.title, option=line.option,
            quantity=line.quantity, price_idr=line.price_idr,
        )
        for line, key in zip(seen.lines, keys, strict=True)
    ]  # fmt: skip
