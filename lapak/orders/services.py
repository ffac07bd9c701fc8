"""Verbs of the order ledger. Each is safe to repeat."""

from collections.abc import Sequence

from django.db import transaction

from lapak.core.actor import Actor
from lapak.core.clock import now
from lapak.core.errors import NotFound
from lapak.core.events import record
from lapak.core.ids import BusinessId, OrderId, ShopId, uuid7
from lapak.domain.order import ChannelOrder, ChannelOrderState
from lapak.orders.errors import OrderNotOpen
from lapak.orders.models import Order, OrderLine
from lapak.orders.types import BEFORE_SALE, RANK, Desk, OrderLineRow, OrderPlaced, OrderSold, ReadyAsked, Written

OVER = frozenset({ChannelOrderState.DONE, ChannelOrderState.CANCELLED, ChannelOrderState.RETURNED})


@transaction.atomic(savepoint=False)  # called for each order: a listener fails as a whole anyway
def place_order(
    *, business_id: BusinessId, shop_id: ShopId, channel: str, seen: ChannelOrder, lines: Sequence[OrderLineRow]
) -> Written:
    """Write an order in the ledger once, however often the channel tells us of it; old news never overwrites new."""
    order, is_new = Order.objects.select_for_update().get_or_create(
        shop_id=shop_id, external_no=seen.external_no,  # the unique key: push, poll and retry meet here
        defaults={"id": uuid7(), "business_id": business_id, "channel": channel, "state": seen.state,
                  "their_state": seen.their_state, "placed_at": seen.placed_at, "changed_at": seen.changed_at,
                  "written_at": now(), "desk": _desk_of(seen.state, Desk.NEW), **_facts(seen)},
    )  # fmt: skip
    order_id = OrderId(order.pk)
    before = ChannelOrderState(order.state)
    is_news = is_new or (seen.changed_at, RANK[seen.state]) > (order.changed_at, RANK[before])
    if is_new:
        OrderLine.objects.bulk_create(
            OrderLine(
                order=order, line_key=line.line_key, variant_id=line.variant_id, sku=line.sku, title=line.title[:300],
                option=line.option[:200], quantity=line.quantity, price_idr=line.price_idr,
            )
            for line in lines
        )  # fmt: skip
        record(OrderPlaced(business_id=business_id, order_id=order_id))
    elif is_news:
        order.state, order.their_state, order.changed_at = seen.state, seen.their_state, seen.changed_at
        order.desk = _desk_of(seen.state, Desk(order.desk))
        for name, value in (_facts(seen) | {"tracking_no": seen.tracking_no or order.tracking_no}).items():
            setattr(order, name, value)  # a channel may tell the number in one place and not in another
        order.save()
    if is_news and seen.state not in BEFORE_SALE and (is_new or before is ChannelOrderState.UNPAID):
        record(OrderSold(business_id=business_id, order_id=order_id, sold_at=seen.placed_at))
    state = seen.state if is_news else before
    return Written(order_id=order_id, is_new=is_new, is_news=is_news, state=state)


@transaction.atomic
def accept_order(*, actor: Actor, order_id: OrderId) -> None:
    """The owner will fulfil it. Pressed twice is once. Raises: NotFound, NotYours, OrderNotOpen."""
    order = _order_to_run(actor, order_id)
    if order.desk == Desk.NEW:
        if order.state != ChannelOrderState.TO_SHIP:
            raise OrderNotOpen(external_no=order.external_no)
        order.desk, order.accepted_at = Desk.ACCEPTED, now()
        order.save(update_fields=["desk", "accepted_at"])
    elif order.desk == Desk.CLOSED:
        raise OrderNotOpen(external_no=order.external_no)


@transaction.atomic
def ask_ready(*, actor: Actor, order_id: OrderId) -> None:
    """The parcel is packed: have the channel arrange the shipment. Accepts the order too if that was skipped."""
    order = _order_to_run(actor, order_id)
    if order.desk in (Desk.READY_ASKED, Desk.READY):
        return
    if order.desk == Desk.CLOSED or order.state != ChannelOrderState.TO_SHIP:
        raise OrderNotOpen(external_no=order.external_no)
    order.desk, order.accepted_at, order.fault_code = Desk.READY_ASKED, order.accepted_at or now(), ""
    order.save(update_fields=["desk", "accepted_at", "fault_code"])
    record(
        ReadyAsked(
            business_id=BusinessId(order.business_id), order_id=order_id, shop_id=ShopId(order.shop_id),
            external_no=order.external_no,
        )
    )  # fmt: skip


@transaction.atomic
def note_ready(*, shop_id: ShopId, external_no: str, tracking_no: str) -> None:
    """The channel arranged the shipment."""
    order = Order.objects.select_for_update().get(shop_id=shop_id, external_no=external_no)
    order.tracking_no = tracking_no or order.tracking_no
    if order.desk == Desk.READY_ASKED:
        order.desk = Desk.READY
    order.save(update_fields=["desk", "tracking_no"])


@transaction.atomic
def note_not_ready(*, shop_id: ShopId, external_no: str, code: str) -> None:
    """The channel would not arrange the shipment: back on the owner's desk, with the reason."""
    order = Order.objects.select_for_update().get(shop_id=shop_id, external_no=external_no)
    if order.desk == Desk.READY_ASKED:
        order.desk, order.fault_code = Desk.ACCEPTED, code
        order.save(update_fields=["desk", "fault_code"])


def _order_to_run(actor: Actor, order_id: OrderId) -> Order:
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is None:
        raise NotFound(order_id=order_id)
    actor.must_run(BusinessId(order.business_id))
    return order


def _desk_of(state: ChannelOrderState, desk: Desk) -> Desk:
    """The channel moves the desk too: shipment arranged over there is ready here, and what is over leaves the desk."""
    if state in OVER:
        return Desk.CLOSED
    if state in (ChannelOrderState.ARRANGED, ChannelOrderState.SHIPPED):
        return Desk.READY
    return desk


def _facts(seen: ChannelOrder) -> dict[str, object]:
    return {
        "ship_by": seen.ship_by, "total_idr": seen.total_idr, "amounts": dict(seen.amounts),
        "buyer": seen.buyer[:120], "city": seen.city[:120], "note": seen.note, "tracking_no": seen.tracking_no,
    }  # fmt: skip
