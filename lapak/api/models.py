"""Keys of programs, and the answers kept for requests that may be repeated."""

from typing import ClassVar

from django.db import models

from lapak.core.actor import Role
from lapak.core.ids import uuid7


class ApiKey(models.Model):
    """A key with which a program acts for a person, in one role. Its secret is kept only as a keyed digest."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    role = models.CharField(
        max_length=8, choices=[(role.value, role.value) for role in Role if role is not Role.SYSTEM]
    )
    writes = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.prefix} ({self.name})"


class KeptAnswer(models.Model):
    """The answer to a request with an `Idempotency-Key`, in the transaction of what it did; for 24 hours."""

    actor = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    content_type = models.CharField(max_length=80)
    body = models.TextField()
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["actor", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
