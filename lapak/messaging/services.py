"""Saying things once: ask, send, note what became of it.

WhatsApp has no idempotency key. So a message is marked as being sent before it leaves, and one whose answer was lost
(or whose worker died) is `unknown` and never sent again by itself: a code can be asked for again, an order is in the
inbox anyway. The platform's status reports carry our id and settle most of the unknown ones.
"""

import json
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from lapak.channels.kit.errors import KeysRefused, OutcomeUnknown
from lapak.channels.kit.load import messenger as open_messenger
from lapak.channels.kit.protocol import SendsMessages
from lapak.core.clock import now
from lapak.core.crypto import open_sealed, seal
from lapak.core.errors import Acts, LapakError
from lapak.core.events import backoff
from lapak.core.ids import uuid7
from lapak.core.jobs import lane_task, wake
from lapak.messaging.models import Message
from lapak.messaging.selectors import State, phone_index
from lapak.messaging.templates import templates
from lapak.messaging.types import Delivered

log = structlog.get_logger(__name__)

CHANNEL = "whatsapp"
BATCH = 20
MAX_TRIES = 8
SENDS_FOR = timedelta(minutes=2)
"""After this a message that is being sent counts as unknown: its worker is dead, for no call takes so long."""
KEPT = timedelta(days=90)
ENDED = (State.SENT, State.DELIVERED, State.READ, State.UNKNOWN, State.PARKED, State.LATE)
_STEPS = {Delivered.SENT: State.SENT, Delivered.DELIVERED: State.DELIVERED, Delivered.READ: State.READ}


@transaction.atomic
def ask_to_send(
    *,
    template: str,
    to: str,
    words: Mapping[str, str],
    because: str,
    language: str = "id",
    expires_at: datetime | None = None,
) -> bool:
    """Have something said to a phone (E.164) once, with the transaction this is called in.

    words: by the names the template gives them. because: what makes it worth saying, e.g. `order:<id>:placed`; asking
    again with the same is nothing new. expires_at: after that it is of no use and not sent. Returns whether it is new.
    Whether the person agreed to be written to, the caller has asked.
    """
    templates()[template].in_order(words)
    message_id, at, index = uuid7(), now(), phone_index(to)
    message, is_new = Message.objects.get_or_create(
        because=because,
        defaults={
            "id": message_id,
            "template": template,
            "language": language,
            "to_sealed": seal(to, bound_to=f"message:{message_id}:to"),
            "to_index": index,
            "words_sealed": seal(json.dumps(dict(words)), bound_to=f"message:{message_id}:words"),
            "lane": index[0],
            "asked_at": at,
            "due_at": at,
            "expires_at": expires_at,
        },
    )
    if is_new:
        wake(send_waiting, lane=message.lane)
    return is_new


@lane_task("messaging.send")
def send_waiting(lane: str) -> bool:
    """Send what waits in a lane. True when more is left."""
    try:
        messenger = open_messenger(CHANNEL, settings=settings.LAPAK_CHANNELS[CHANNEL])
    except KeysRefused as fault:
        hold_lane(lane=lane, fault=fault)
        return False
    with closing(messenger):
        return send_lane(lane=lane, messenger=messenger)


def send_lane(*, lane: str, messenger: SendsMessages) -> bool:
    """Send what is due in a lane, oldest first, one at a time. Returns whether more may be left."""
    _give_up_lost(lane)
    for _ in range(BATCH):
        claimed = _claim(lane)
        if claimed is None:
            return False
        _send(claimed, messenger)
    return True


def hold_lane(*, lane: str, fault: LapakError) -> None:
    """Nothing can be sent at all (keys, settings): let the lane wait ten minutes, with the reason."""
    log.error("messages_held", lane=lane, code=fault.code)
    Message.objects.filter(lane=lane, state=State.WAITING).update(
        due_at=now() + timedelta(minutes=10), fault=str(fault)[:300]
    )


def note_status(*, key: str, external_id: str, status: Delivered, fault: str = "") -> bool:
    """Take in what the platform says of a message, by our key or its id. Twice, or late, is harmless.

    Returns whether it is a message of ours.
    """
    ours = Q(external_id=external_id) if external_id else Q(pk=None)
    with suppress(ValueError):  # no key of ours in it; the platform's id may still tell
        ours |= Q(pk=UUID(key))
    with transaction.atomic():
        message = Message.objects.select_for_update().filter(ours).first()
        if message is None:
            return False
        message.external_id = message.external_id or external_id
        if status is Delivered.FAILED:
            message.state, message.fault = State.PARKED, fault[:300]
        elif _is_ahead(message.state, _STEPS[status]):
            message.state, message.fault = _STEPS[status], ""
            message.sent_at = message.sent_at or now()
        _wipe(message)
        message.save()
    return True


def drop_waiting(*, to: str) -> int:
    """Say nothing more of what waits for a phone, except what it asked for itself (secrets). Returns how many."""
    kept = [template.name for template in templates().values() if template.secret]
    waiting = Message.objects.filter(to_index=phone_index(to), state=State.WAITING).exclude(template__in=kept)
    return waiting.update(state=State.PARKED, fault="withdrawn", words_sealed="")


def wake_messages() -> int:
    """Wake every lane with a message that is due; for the timetable. Returns lanes woken."""
    due = Message.objects.filter(state__in=(State.WAITING, State.SENDING), due_at__lte=now())
    lanes = list(due.values_list("lane", flat=True).distinct())
    for lane in lanes:
        with transaction.atomic():
            wake(send_waiting, lane=lane)
    return len(lanes)


def forget_old_messages() -> int:
    """Delete messages that ended 90 days ago. Returns how many."""
    count, _ = Message.objects.filter(state__in=ENDED, asked_at__lt=now() - KEPT).delete()
    return count


@dataclass(frozen=True, kw_only=True)
class _Claimed:
    message_id: UUID
    to: str
    template: str
    language: str
    words: list[str]
    tries: int


def _claim(lane: str) -> _Claimed | None:
    """Mark the next message of a lane as being sent, and copy it out. What came too late is ended on the way."""
    at = now()
    with transaction.atomic():
        due = Message.objects.select_for_update(skip_locked=True).filter(lane=lane, state=State.WAITING, due_at__lte=at)
        late = due.filter(expires_at__lte=at)
        Message.objects.filter(pk__in=[row.pk for row in late]).update(state=State.LATE, words_sealed="")
        message = due.order_by("asked_at", "pk").first()
        if message is None:
            return None
        message.state, message.tries, message.due_at = State.SENDING, message.tries + 1, at + SENDS_FOR
        message.save(update_fields=["state", "tries", "due_at"])
    words = json.loads(open_sealed(message.words_sealed, bound_to=f"message:{message.pk}:words"))
    return _Claimed(
        message_id=message.pk,
        to=open_sealed(message.to_sealed, bound_to=f"message:{message.pk}:to"),
        template=message.template,
        language=message.language,
        words=templates()[message.template].in_order(words),
        tries=message.tries,
    )


def _send(claimed: _Claimed, messenger: SendsMessages) -> None:
    """One message over the wire; no transaction is open while we wait."""
    try:
        external_id = messenger.send_template(
            to=claimed.to,
            template=claimed.template,
            language=claimed.language,
            words=claimed.words,
            key=str(claimed.message_id),
        )
    except OutcomeUnknown as fault:
        _end(claimed, State.UNKNOWN, fault=fault)
    except LapakError as fault:
        if fault.acts is Acts.CLOCK and claimed.tries < MAX_TRIES:
            _try_later(claimed, fault)
        else:
            _end(claimed, State.PARKED, fault=fault)
    else:
        _end(claimed, State.SENT, external_id=external_id)


def _try_later(claimed: _Claimed, fault: LapakError) -> None:
    asked_s = fault.told.get("wait_s")
    wait = max(backoff(claimed.tries), timedelta(seconds=asked_s if isinstance(asked_s, int) else 0))
    Message.objects.filter(pk=claimed.message_id, state=State.SENDING).update(
        state=State.WAITING, due_at=now() + wait, fault=str(fault)[:300]
    )


def _end(claimed: _Claimed, state: Message.State, *, fault: LapakError | None = None, external_id: str = "") -> None:
    if fault:
        log.warning("message_not_sent", message_id=str(claimed.message_id), state=state.value, code=fault.code)
    with transaction.atomic():
        message = Message.objects.select_for_update().get(pk=claimed.message_id)
        if message.state == State.SENDING:  # a status report may have been faster than the answer
            message.state, message.fault = state, str(fault)[:300] if fault else ""
        message.external_id = message.external_id or external_id
        if external_id:
            message.sent_at = message.sent_at or now()
        _wipe(message)
        message.save()


def _give_up_lost(lane: str) -> None:
    """Messages whose worker died while sending: they may have gone out."""
    lost = Message.objects.filter(lane=lane, state=State.SENDING, due_at__lte=now())
    for message in lost:
        log.warning("message_lost", message_id=str(message.pk))
        message.state, message.fault = State.UNKNOWN, "the worker died while sending"
        _wipe(message)
        message.save()


def _wipe(message: Message) -> None:
    """A secret is kept no longer than it is needed."""
    if templates()[message.template].secret and message.state not in (State.WAITING, State.SENDING):
        message.words_sealed = ""


def _is_ahead(state: str, wanted: Message.State) -> bool:
    order = [State.UNKNOWN, State.SENDING, State.WAITING, State.LATE, State.SENT, State.DELIVERED, State.READ]
    return state in order and order.index(State(state)) < order.index(wanted)
