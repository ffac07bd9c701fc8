"""Pushes: stored before they are answered, understood afterwards. The order itself is always read from the channel."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction

from lapak.channels.kit.errors import ChannelFault, PushForged
from lapak.channels.kit.protocol import GivesOrders, HearsPushes, PushesOrders, TellsOfConsent, TellsOfMessages
from lapak.core.clock import now
from lapak.core.errors import LapakError
from lapak.core.events import backoff, record
from lapak.core.ids import BusinessId, ShopId
from lapak.core.jobs import lane_task, wake
from lapak.domain.order import ChannelOrder
from lapak.shops import connections
from lapak.shops.errors import OrderNotThereYet, UnknownChannel
from lapak.shops.faults import note_on_shop
from lapak.shops.models import Push, SeenOrder, Shop
from lapak.shops.orders_seen import order_to_json, version_of
from lapak.shops.types import OrderSeen, ShopState

log = structlog.get_logger(__name__)

BATCH = 50
MAX_TRIES = 8


def greet(*, channel: str, query: Mapping[str, str]) -> str:
    """Answer a platform that asks whether this address is ours. Raises UnknownChannel, PushForged."""
    application = connections.application(channel)
    if not isinstance(application, TellsOfMessages):
        raise UnknownChannel(channel=channel)
    return application.greet(query)


def check_push(*, channel: str, headers: Mapping[str, str], body: bytes, url: str) -> HearsPushes:
    """The application a push is for, once it is sure that its platform sent it.

    Raises: UnknownChannel; PushForged (counted, and nothing else of it kept).
    """
    application = connections.application(channel)
    if not isinstance(application, HearsPushes):
        raise UnknownChannel(channel=channel)
    try:
        application.verify(headers=headers, body=body, url=url)
    except PushForged:
        _count_forged(channel)
        raise
    return application


def store_push(*, channel: str, headers: Mapping[str, str], body: bytes, url: str) -> None:
    """Check a push, keep it, and have a worker look. On return it is durable.

    Raises: UnknownChannel; PushForged (counted, and nothing else of it kept).
    """
    application = check_push(channel=channel, headers=headers, body=body, url=url)
    if not isinstance(application, PushesOrders):
        raise UnknownChannel(channel=channel)
    keep_push(application=application, body=body)


def keep_push(*, application: PushesOrders, body: bytes) -> None:
    """Keep a push that was checked, and have a worker look. On return it is durable; twice is once."""
    with connection.cursor() as cursor:
        # One statement, and so one round trip and one commit: it finds the shop, keeps the push once and wakes the
        # worker of its lane. A push for a shop we do not know is kept too, marked as done.
        cursor.execute(
            """
            WITH kept AS (
                INSERT INTO shops_push (channel, shop_id, digest, body, received_at, tries, due_at, done_at, fault)
                SELECT %(channel)s, shop.id, %(digest)s, %(body)s, %(at)s, 0, %(at)s,
                    CASE WHEN shop.id IS NULL THEN %(at)s END, CASE WHEN shop.id IS NULL THEN 'unknown shop' ELSE '' END
                FROM (SELECT 1) AS one
                LEFT JOIN shops_shop AS shop ON shop.channel = %(channel)s AND shop.external_id = %(external_id)s
                ON CONFLICT (channel, digest) DO NOTHING
                RETURNING shop_id
            )
            SELECT lapak_wake(%(task)s, %(queue)s, shop_id::text) FROM kept WHERE shop_id IS NOT NULL
            """,
            {
                "channel": application.slug, "external_id": application.shop_of(body), "body": body, "at": now(),
                "digest": hashlib.sha256(body).digest(), "task": work_inbox.name, "queue": work_inbox.queue,
            },
        )  # fmt: skip


@lane_task("shops.inbox")
def work_inbox(lane: str) -> bool:
    """Understand the pushes of one shop, up to fifty at a time. True when more are waiting."""
    shop_id = ShopId(UUID(lane))
    pushes = _claim(shop_id)
    hints: dict[str, list[int]] = {}
    for push in pushes:
        if push.tries > MAX_TRIES:
            _park([push.pk], push.fault or "too many tries")
            continue
        application = connections.application(push.channel)
        assert isinstance(application, PushesOrders)
        try:
            found = application.hints(bytes(push.body))
        except ChannelFault as fault:
            _park([push.pk], str(fault))
            continue
        if not found:
            if isinstance(application, TellsOfConsent) and application.consent_news(bytes(push.body)):
                look_at_consent(shop_id)
            Push.objects.filter(pk=push.pk).update(done_at=now())
        for hint in found:
            hints.setdefault(hint.external_no, []).append(push.pk)
    if not hints:
        return len(pushes) == BATCH
    try:
        missing = take_in(shop_id, list(hints))
    except LapakError as fault:
        note_on_shop(shop_id, fault)
        Push.objects.filter(pk__in=[pk for pks in hints.values() for pk in pks]).update(fault=str(fault)[:500])
        return False
    for external_no, pks in hints.items():
        if external_no in missing:
            Push.objects.filter(pk__in=pks).update(fault=str(OrderNotThereYet(external_no=external_no)))
        else:
            Push.objects.filter(pk__in=pks).update(done_at=now(), fault="")
    return len(pushes) == BATCH


def take_in(shop_id: ShopId, external_nos: Sequence[str]) -> set[str]:
    """Read orders from the channel and keep each version once. Returns the numbers the channel does not show.

    The network comes first, then one short transaction: a kill in between only means reading again.
    """
    link = connections.connector(shop_id)
    if not isinstance(link, GivesOrders):
        raise TypeError(f"{link.slug} gives no orders")
    seen: list[ChannelOrder] = []
    for start in range(0, len(external_nos), BATCH):
        seen += link.orders(external_nos[start : start + BATCH])
    at = now()
    with transaction.atomic():
        business_id = BusinessId(Shop.objects.values_list("business_id", flat=True).get(pk=shop_id))
        for order in seen:
            row, is_new = SeenOrder.objects.get_or_create(
                shop_id=shop_id, external_no=order.external_no, version=version_of(order),
                defaults={"facts": order_to_json(order), "seen_at": at},
            )  # fmt: skip
            if is_new:
                record(OrderSeen(business_id=business_id, shop_id=shop_id, seen_id=row.pk))
        Shop.objects.filter(pk=shop_id).update(checked_at=at)
    return set(external_nos) - {order.external_no for order in seen}


def look_at_consent(shop_id: ShopId) -> None:
    """A push about the consent is a hint: the channel itself says whether it still lets us in, and until when."""
    try:
        profile = connections.connector(shop_id).profile()
    except LapakError as fault:
        note_on_shop(shop_id, fault)
    else:
        Shop.objects.filter(pk=shop_id).update(consent_until=profile.consent_until, checked_at=now())


@transaction.atomic
def _claim(shop_id: ShopId) -> list[Push]:
    at = now()
    waiting = Push.objects.select_for_update(skip_locked=True).filter(
        shop_id=shop_id, done_at__isnull=True, parked_at__isnull=True, due_at__lte=at
    )
    pushes = list(waiting.order_by("pk")[:BATCH])
    for push in pushes:
        push.tries += 1
        push.due_at = at + backoff(push.tries)
    Push.objects.bulk_update(pushes, ["tries", "due_at"])
    if pushes:
        Shop.objects.filter(pk=shop_id).update(pushed_at=max(push.received_at for push in pushes))
    return pushes


def _park(push_ids: Sequence[int], why: str) -> None:
    log.error("push_parked", pushes=list(push_ids), why=why)
    Push.objects.filter(pk__in=push_ids).update(parked_at=now(), fault=why[:500])


def _count_forged(channel: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO shops_forgedpushes (channel, day, count) VALUES (%s, %s, 1) "
            "ON CONFLICT (channel, day) DO UPDATE SET count = shops_forgedpushes.count + 1",
            [channel, now().date()],
        )


def wake_inboxes() -> int:
    """Wake every shop with a push that is due. Returns how many."""
    due = Push.objects.filter(
        done_at__isnull=True, parked_at__isnull=True, due_at__lte=now(), shop__state=ShopState.CONNECTED
    )
    shop_ids = list(due.values_list("shop_id", flat=True).distinct())
    for shop_id in shop_ids:
        with transaction.atomic():
            wake(work_inbox, lane=str(shop_id))
    return len(shop_ids)


def forget_old_pushes(*, older_than: timedelta = timedelta(days=30)) -> int:
    """Delete the bodies of pushes that are long done: they hold buyers' data. Returns how many."""
    gone, _ = Push.objects.filter(done_at__lt=now() - older_than).delete()
    return gone
