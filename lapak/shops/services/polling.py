"""Polling and reconciling: what finds the orders that pushes lost. Push is the fast path; this is the truth."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from lapak.channels.kit.protocol import GivesOrders
from lapak.core.clock import now
from lapak.core.errors import LapakError
from lapak.core.ids import ShopId
from lapak.core.jobs import lane_task, wake
from lapak.domain.order import OrderHint
from lapak.shops import connections
from lapak.shops.faults import note_on_shop
from lapak.shops.models import Reconciliation, SeenOrder, Shop
from lapak.shops.services.inbox import take_in
from lapak.shops.types import ShopState

OVERLAP = timedelta(minutes=15)  # clocks differ and channels show an order late
FIRST_LOOK = timedelta(days=1)
RECONCILE_WINDOW = timedelta(days=3)
SHOPS_A_ROUND = 500


@lane_task("shops.poll")
def poll_shop(lane: str) -> bool:
    """Ask a shop what changed since the last look, with an overlap, and take in what we have not seen."""
    shop_id = ShopId(UUID(lane))
    shop = Shop.objects.get(pk=shop_id)
    if shop.state != ShopState.CONNECTED:
        return False
    until = now()
    since = (shop.polled_until - OVERLAP) if shop.polled_until else shop.connected_at - FIRST_LOOK
    try:
        _look_for_orders(shop_id, since, until)
    except LapakError as fault:
        note_on_shop(shop_id, fault)
        return False
    Shop.objects.filter(pk=shop_id).update(polled_until=until, checked_at=now())
    return False


@lane_task("shops.reconcile")
def reconcile_shop(lane: str) -> bool:
    """Compare three days of a shop's orders with ours, once a day, and keep the result."""
    shop_id = ShopId(UUID(lane))
    if Shop.objects.filter(pk=shop_id).exclude(state=ShopState.CONNECTED).exists():
        return False
    until = now()
    since = until - RECONCILE_WINDOW
    try:
        theirs, missing = _look_for_orders(shop_id, since, until)
    except LapakError as fault:
        note_on_shop(shop_id, fault)
        return False
    Reconciliation.objects.create(
        shop_id=shop_id, since=since, until=until, theirs=theirs, missing=missing, ran_at=now()
    )
    return False


def _look_for_orders(shop_id: ShopId, since: datetime, until: datetime) -> tuple[int, int]:
    """Take in every order of the window that we do not have as it is. Returns (orders there, orders quite unknown)."""
    link = connections.connector(shop_id)
    if not isinstance(link, GivesOrders):
        return 0, 0
    hints = {hint.external_no: hint for hint in link.orders_changed(since, until)}
    latest = dict(
        SeenOrder.objects.filter(shop_id=shop_id, external_no__in=list(hints))
        .values("external_no")
        .annotate(last=Max("pk"))
        .values_list("external_no", "last")
    )
    states = dict(SeenOrder.objects.filter(pk__in=latest.values()).values_list("external_no", "facts__their_state"))
    news = [no for no, hint in hints.items() if _is_news(hint, states.get(no))]
    if news:
        take_in(shop_id, news)
    return len(hints), sum(no not in latest for no in hints)


def _is_news(hint: OrderHint, known_state: str | None) -> bool:
    """A list that names no state gives no reason to believe that nothing changed."""
    return known_state is None or not hint.their_state or hint.their_state != known_state


def wake_polls(*, every: timedelta = timedelta(minutes=1)) -> int:
    """Wake the poll of each connected shop that was not polled lately, the longest ago first. Returns how many."""
    due = Shop.objects.filter(state=ShopState.CONNECTED).exclude(polled_until__gt=now() - every)
    shop_ids = list(due.order_by("polled_until").values_list("pk", flat=True)[:SHOPS_A_ROUND])
    for shop_id in shop_ids:
        with transaction.atomic():
            wake(poll_shop, lane=str(shop_id))
    return len(shop_ids)


def wake_reconciles(*, every: timedelta = timedelta(hours=24)) -> int:
    """Wake the reconciliation of each connected shop that had none for a day. Returns how many."""
    fresh = Reconciliation.objects.filter(ran_at__gt=now() - every).values("shop_id")
    due = Shop.objects.filter(state=ShopState.CONNECTED).exclude(pk__in=fresh)
    shop_ids = list(due.values_list("pk", flat=True)[:SHOPS_A_ROUND])
    for shop_id in shop_ids:
        with transaction.atomic():
            wake(reconcile_shop, lane=str(shop_id))
    return len(shop_ids)
