"""Up: record an event. An event is stored, and its deliveries queued, in the transaction that made it true.

@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Event):
    order_id: OrderId
    business_id: BusinessId

record(OrderPlaced(...))          # in a service, inside a transaction

@on(OrderPlaced)                   # in a workflow: one transaction, may run twice, no network
def spread_the_news(event: OrderPlaced) -> None: ...
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, TypeVar, get_type_hints
from uuid import UUID

import structlog
from django.db import connection, transaction

from lapak.core.clock import now
from lapak.core.errors import Acts, LapakError
from lapak.core.jobs import lane_task, wake
from lapak.core.models import Delivery, EventRow

log = structlog.get_logger(__name__)

MAX_TRIES = 8
BATCH = 50


@dataclass(frozen=True, kw_only=True)
class Event:
    """The parent of all events: frozen, past tense, plain facts that JSON can hold."""

    @property
    def lane(self) -> str:
        """Deliveries of one lane go in order, lanes side by side. A business is a lane."""
        business_id = getattr(self, "business_id", None)
        return str(business_id) if business_id else type(self).__name__


E = TypeVar("E", bound=Event)
_listeners: dict[str, list[str]] = {}
_calls: dict[str, tuple[type[Event], Callable[[Any], None]]] = {}


def on(kind: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Listen to an event. The listener runs in one transaction of its own, at least once, in order within a lane."""

    def register(listener: Callable[[E], None]) -> Callable[[E], None]:
        name = f"{listener.__module__}.{listener.__qualname__}"
        _listeners.setdefault(kind.__name__, []).append(name)
        _calls[name] = (kind, listener)
        return listener

    return register


def record(event: Event) -> None:
    """Write an event with its deliveries. Refuses to run outside a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("record() belongs inside the transaction that makes the event true")
    name, lane, at = type(event).__name__, event.lane, now()
    row = EventRow.objects.create(name=name, facts=_to_json(event), lane=lane, recorded_at=at)
    listeners = _listeners.get(name, [])
    if listeners:
        Delivery.objects.bulk_create(
            Delivery(event=row, listener=listener, lane=lane, due_at=at) for listener in listeners
        )
        wake(deliver, lane=lane)


@lane_task("core.deliver")
def deliver(lane: str) -> bool:
    """Tell the listeners of a lane, oldest first. A delivery counts as tried before it is told, so a kill counts."""
    claimed = _claim(lane)
    for delivery, repeats in _said_once(claimed):
        _tell(delivery, repeats)
    return len(claimed) == BATCH


def _said_once(claimed: Sequence[Delivery]) -> list[tuple[Delivery, list[int]]]:
    """Each delivery with the earlier ones of the batch that say quite the same to the same listener.

    "The stock of this product changed", ten times over, is told once, in the place of the last: listeners read what is
    true now. The repeats are done with it, in its transaction.
    """
    last: dict[tuple[str, str], list[Delivery]] = {}
    for delivery in claimed:
        same = (delivery.listener, json.dumps(delivery.event.facts, sort_keys=True))
        last.setdefault(same, []).append(delivery)
    told = sorted(last.values(), key=lambda alike: alike[-1].pk)
    return [(alike[-1], [delivery.pk for delivery in alike[:-1]]) for alike in told]


def _claim(lane: str) -> list[Delivery]:
    at = now()
    with transaction.atomic():
        waiting = Delivery.objects.select_for_update(skip_locked=True).filter(
            lane=lane, done_at__isnull=True, parked_at__isnull=True, due_at__lte=at
        )
        rows = list(waiting.order_by("pk")[:BATCH])
        for row in rows:
            row.tries += 1
            row.due_at = at + backoff(row.tries)
        Delivery.objects.bulk_update(rows, ["tries", "due_at"])
    return list(Delivery.objects.select_related("event").filter(pk__in=[row.pk for row in rows]).order_by("pk"))


def _tell(delivery: Delivery, repeats: Sequence[int] = ()) -> None:
    if delivery.tries > MAX_TRIES:
        _park(delivery, "too many tries")
        return
    call = _calls.get(delivery.listener)
    if call is None:
        _park(delivery, "no such listener in this version")
        return
    kind, listener = call
    try:
        with transaction.atomic():
            listener(_from_json(kind, delivery.event.facts))
            Delivery.objects.filter(pk__in=[delivery.pk, *repeats]).update(done_at=now(), fault="")
    except LapakError as fault:
        log.warning("listener_fault", listener=delivery.listener, event_id=delivery.event_id, code=fault.code)
        if fault.acts is Acts.CLOCK:
            Delivery.objects.filter(pk=delivery.pk).update(fault=str(fault)[:500])
        else:
            _park(delivery, str(fault))
    except Exception as bug:
        # The one fence between a defect in one listener and the other deliveries of the lane: it is logged with its
        # trace, counted, and parked after MAX_TRIES for a person to see.
        log.exception("listener_bug", listener=delivery.listener, event_id=delivery.event_id)
        Delivery.objects.filter(pk=delivery.pk).update(fault=repr(bug)[:500])


def _park(delivery: Delivery, why: str) -> None:
    log.error("delivery_parked", listener=delivery.listener, event_id=delivery.event_id, why=why)
    Delivery.objects.filter(pk=delivery.pk).update(parked_at=now(), fault=why[:500])


def backoff(tries: int) -> timedelta:
    """2, 4, 8 … seconds, at most ten minutes: how long until a try counts as failed and is made again."""
    return timedelta(seconds=min(2**tries, 600))


def wake_due_lanes() -> int:
    """Wake every lane with a delivery that is due: retries, and what a killed worker left. Returns lanes woken."""
    due = Delivery.objects.filter(done_at__isnull=True, parked_at__isnull=True, due_at__lte=now())
    lanes = list(due.values_list("lane", flat=True).distinct())
    for lane in lanes:
        with transaction.atomic():
            wake(deliver, lane=lane)
    return len(lanes)


def forget_old_deliveries(*, older_than: timedelta = timedelta(days=30)) -> int:
    """Delete deliveries long done; the events themselves stay. Returns how many."""
    gone, _ = Delivery.objects.filter(done_at__lt=now() - older_than).delete()
    return gone


def retry_parked(delivery_id: int) -> None:
    """Give a parked delivery new tries, from now."""
    Delivery.objects.filter(pk=delivery_id, parked_at__isnull=False).update(parked_at=None, tries=0, due_at=now())


def deliveries_waiting() -> dict[str, int]:
    """How many deliveries wait and how many are parked; for health and metrics."""
    open_rows = Delivery.objects.filter(done_at__isnull=True)
    return {
        "waiting": open_rows.filter(parked_at__isnull=True).count(),
        "parked": open_rows.filter(parked_at__isnull=False).count(),
        "retrying": open_rows.filter(parked_at__isnull=True, tries__gt=1).count(),
    }


def _to_json(event: Event) -> dict[str, object]:
    facts: dict[str, object] = {}
    for field in fields(event):
        value = getattr(event, field.name)
        if isinstance(value, UUID):
            value = str(value)
        elif isinstance(value, datetime):
            value = value.isoformat()
        facts[field.name] = value
    return facts


def _from_json(kind: type[Event], facts: dict[str, Any]) -> Event:
    hints = get_type_hints(kind)
    values = {}
    for field in fields(kind):
        value = facts[field.name]
        hint = getattr(hints[field.name], "__supertype__", hints[field.name])
        if hint is UUID and value is not None:
            value = UUID(value)
        elif hint is datetime and value is not None:
            value = datetime.fromisoformat(value)
        values[field.name] = value
    return kind(**values)
