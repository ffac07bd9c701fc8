"""Questions about orders. Never writes."""

from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from lapak.core.actor import Actor
from lapak.core.errors import NotFound
from lapak.core.ids import BusinessId, OrderId, ShopId, VariantId
from lapak.orders.models import Order
from lapak.orders.types import BEFORE_SALE, Desk, OrderLineRow, OrderRow, Takings

TABS = {
    "new": (Desk.NEW,),
    "working": (Desk.ACCEPTED, Desk.READY_ASKED, Desk.READY),
    "closed": (Desk.CLOSED,),
}


def orders_of(
    *, actor: Actor, business_id: BusinessId, tab: str = "", before: tuple[datetime, OrderId] | None = None,
    limit: int = 50,
) -> list[OrderRow]:  # fmt: skip
    """Orders of a business, newest first, from a place in the list on. Two queries. Raises NotYours."""
    actor.must_see(business_id)
    rows = Order.objects.filter(business_id=business_id)
    if tab:
        rows = rows.filter(desk__in=TABS[tab])
    if before:
        placed_at, order_id = before
        rows = rows.filter(Q(placed_at__lt=placed_at) | Q(placed_at=placed_at, pk__lt=order_id))
    return _rows(rows.order_by("-placed_at", "-pk")[:limit])


def order(*, actor: Actor, order_id: OrderId) -> OrderRow:
    """One order. Raises NotFound, NotYours."""
    found = _rows(Order.objects.filter(pk=order_id))
    if not found:
        raise NotFound(order_id=order_id)
    actor.must_see(found[0].business_id)
    return found[0]


def order_by_no(*, shop_id: ShopId, external_no: str) -> OrderRow | None:
    """The order with a channel's number. For workflows."""
    found = _rows(Order.objects.filter(shop_id=shop_id, external_no=external_no))
    return found[0] if found else None


def order_row(*, order_id: OrderId) -> OrderRow:
    """One order. For workflows."""
    return _rows(Order.objects.filter(pk=order_id))[0]


def desk_counts(*, actor: Actor, business_id: BusinessId) -> dict[str, int]:
    """How many orders lie in each tab of the desk: new, working, closed."""
    actor.must_see(business_id)
    counts = dict(
        Order.objects.filter(business_id=business_id).values("desk").annotate(n=Count("pk")).values_list("desk", "n")
    )
    return {tab: sum(counts.get(desk, 0) for desk in desks) for tab, desks in TABS.items()}


def takings(*, actor: Actor, business_id: BusinessId, since: datetime) -> Takings:
    """Sales since a moment, by the totals the channels gave. Raises NotYours."""
    actor.must_see(business_id)
    sold = Order.objects.filter(business_id=business_id, placed_at__gte=since).exclude(
        state__in=[state.value for state in BEFORE_SALE]
    )
    row = sold.aggregate(
        n=Count("pk"), total=Coalesce(Sum("total_idr"), 0), unknown=Count("pk", filter=Q(total_idr__isnull=True))
    )
    return Takings(orders=row["n"], total_idr=row["total"], unknown=row["unknown"])


def _rows(orders: QuerySet[Order]) -> list[OrderRow]:
    found = list(orders.prefetch_related("lines"))
    return [
        OrderRow(
            order_id=OrderId(row.pk), business_id=BusinessId(row.business_id), shop_id=ShopId(row.shop_id),
            channel=row.channel, external_no=row.external_no, state=row.state, their_state=row.their_state,
            desk=row.desk, placed_at=row.placed_at, changed_at=row.changed_at, ship_by=row.ship_by,
            total_idr=row.total_idr, buyer=row.buyer, city=row.city, note=row.note, tracking_no=row.tracking_no,
            accepted_at=row.accepted_at, fault_code=row.fault_code, amounts=row.amounts,
            lines=tuple(
                OrderLineRow(
                    line_key=line.line_key, variant_id=VariantId(line.variant_id) if line.variant_id else None,
                    sku=line.sku, title=line.title, option=line.option, quantity=line.quantity,
                    price_idr=line.price_idr,
                )
                for line in sorted(row.lines.all(), key=lambda line: line.pk)
            ),
        )
        for row in found
    ]  # fmt: skip
