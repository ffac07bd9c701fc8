"""The event log and the deliveries that follow from it."""

from django.db import models
from django.db.models import Q


class EventRow(models.Model):
    """Something that became true, written with the rows that made it true. Append-only."""

    name = models.TextField()
    facts = models.JSONField()
    lane = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "core_event"

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class Delivery(models.Model):
    """One listener that still has to hear of one event. Worked in order within a lane, one transaction each."""

    event = models.ForeignKey(EventRow, on_delete=models.PROTECT, related_name="deliveries")
    listener = models.TextField()
    lane = models.TextField()
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    fault = models.TextField(default="", blank=True)

    class Meta:
        db_table = "core_delivery"
        constraints = [models.UniqueConstraint(fields=["event", "listener"], name="one_delivery_per_listener")]
        indexes = [
            models.Index(
                fields=["lane", "id"],
                condition=Q(done_at__isnull=True, parked_at__isnull=True),
                name="delivery_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.listener}"
