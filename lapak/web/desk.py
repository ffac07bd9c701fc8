"""Who sits at the page: the person, what they may see, and the business or region it is about."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from lapak.accounts.selectors import actor_of
from lapak.accounts.types import PersonRow
from lapak.core.actor import Actor, Role
from lapak.core.ids import BusinessId
from lapak.orders.selectors import count_new
from lapak.registry.selectors import business_row
from lapak.registry.types import BusinessRow
from lapak.web.zones import zone_of

P = ParamSpec("P")
CHOSEN = "usaha"


@dataclass(frozen=True)
class Desk:
    """An owner at work on one business. room: the first word of the address, for the bar."""

    actor: Actor
    business: BusinessRow
    room: str

    @property
    def business_id(self) -> BusinessId:
        return self.business.business_id

    @cached_property
    def new_orders(self) -> int:
        """Orders that wait for an answer; the number on the bar."""
        return count_new(actor=self.actor, business_id=self.business_id)
