"""Questions about messages."""

from django.db.models import Count

from lapak.core.clock import now
from lapak.core.crypto import blind_index
from lapak.messaging.models import Message
from lapak.messaging.types import MessageRow

State = Message.State


def messages_to(*, phone: str, limit: int = 20) -> list[MessageRow]:
    """What was said to a phone (E.164) and what became of it, the newest first."""
    rows = Message.objects.filter(to_index=phone_index(phone)).order_by("-asked_at", "-pk")[:limit]
    return [
        MessageRow(
            message_id=row.pk,
            template=row.template,
            state=row.state,
            tries=row.tries,
            asked_at=row.asked_at,
            sent_at=row.sent_at,
            fault=row.fault,
        )
        for row in rows
    ]


def messages_by_state() -> dict[str, int]:
    """How many messages stand in each state; for health and metrics. `overdue`: waiting and due."""
    counted = Message.objects.values_list("state").annotate(Count("pk"))
    overdue = Message.objects.filter(state=State.WAITING, due_at__lte=now()).count()
    return {**{state.value: 0 for state in State}, **dict(counted), "overdue": overdue}


def phone_index(phone: str) -> str:
    """The keyed digest by which messages to a phone are found."""
    return blind_index(phone, field="phone")
