"""Businesses and their units. (The registry's owner completes this file.)"""

from django.db import models

from lapak.core.ids import uuid7


class Business(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    region_code = models.CharField(max_length=13, blank=True)

    def __str__(self) -> str:
        return self.name
