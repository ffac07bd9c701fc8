"""From what happened to where a business stands: each step of the ladder with the evidence it rests on."""

from lapak.core.clock import now
from lapak.core.events import on
from lapak.orders.selectors import order_row
from lapak.orders.types import OrderSold
from lapak.registry.services import climb, note_account
from lapak.registry.types import Evidence, Rung
from lapak.shops.types import ListingWentLive, ShopConnected


@on(ShopConnected)
def connected(event: ShopConnected) -> None:
    """An account exists: the channel itself let us in."""
    at = now()
    note_account(
        business_id=event.business_id, platform=event.channel, external_id=event.external_id, handle=event.name,
        url=event.url, verified_how=Evidence.CHANNEL_API, seen_active_at=at,
    )  # fmt: skip
    climb(business_id=event.business_id, rung=Rung.CONNECTED, at=at, evidence=Evidence.CHANNEL_API,
          because=str(event.shop_id))  # fmt: skip


@on(ListingWentLive)
def listed(event: ListingWentLive) -> None:
    """A buyer can see a product: seen on the channel, not hoped."""
    climb(business_id=event.business_id, rung=Rung.LISTED, at=now(), evidence=Evidence.CHANNEL_API,
          because=str(event.shop_id))  # fmt: skip


@on(OrderSold)
def sold(event: OrderSold) -> None:
    """Each sale is evidence of being active; the first is a rung of its own."""
    order = order_row(order_id=event.order_id)
    for rung in (Rung.FIRST_SALE, Rung.ACTIVE):
        climb(business_id=event.business_id, rung=rung, at=order.placed_at, evidence=Evidence.CHANNEL_API,
              because=str(event.order_id) if rung is Rung.ACTIVE else "first sale")  # fmt: skip
