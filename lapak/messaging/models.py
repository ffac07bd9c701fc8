"""The outbox of messages."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lapak.core.ids import uuid7


class Message(models.Model):
    """Something to be said once to one phone.

    because: what made it worth saying; unique, so that asking twice says it once. to, words: sealed; words of a secret
    template (a sign-in code) are wiped when sent or too late. lane: messages to one phone go in order.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"  # taken by the platform
        DELIVERED = "delivered"
        READ = "read"
        UNKNOWN = "unknown"  # it may have gone out; never sent again by itself
        PARKED = "parked"  # refused or given up; `fault` says why
        LATE = "late"  # no use any more when its turn came

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    because = models.CharField(max_length=120, unique=True)
    template = models.CharField(max_length=40)
    language = models.CharField(max_length=2)
    to_sealed = models.TextField()
    to_index = models.CharField(max_length=64)
    words_sealed = models.TextField(blank=True)
    lane = models.CharField(max_length=2)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    external_id = models.CharField(max_length=120, blank=True, default="")
    fault = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["lane", "due_at"], condition=Q(state__in=["waiting", "sending"]), name="message_waiting"
            ),
            models.Index(fields=["external_id"], condition=~Q(external_id=""), name="message_external"),
            models.Index(fields=["to_index"], name="message_to"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.state} {self.pk}"
