"""Who sits at the page: the person, what they may see, and the business or region it is about."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from lapak.accounts.guards import missing_step
from lapak.accounts.selectors import actor_of
from lapak.core.actor import Actor, Role
from lapak.core.errors import NotYours
from lapak.core.ids import BusinessId, PersonId
from lapak.orders.selectors import desk_counts
from lapak.registry.selectors import business_row
from lapak.registry.types import BusinessRow
from lapak.web.faults import forbidden
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
        return desk_counts(actor=self.actor, business_id=self.business_id)["new"]


def signed_in(request: HttpRequest) -> PersonId:
    """Whose session this is. Raises: NotYours when it is nobody's."""
    if request.user.pk is None:
        raise NotYours
    return PersonId(request.user.pk)


def desk_of(request: HttpRequest) -> Desk | None:
    """The desk of whoever is signed in; None for one who owns no business.

    With several businesses it is the one chosen in this session, else the oldest. Times are told in its zone.
    """
    if not request.user.is_authenticated:
        return None
    actor = actor_of(person_id=signed_in(request), role=Role.OWNER)
    if not actor.businesses:
        return None
    chosen = next((one for one in actor.businesses if str(one) == request.session.get(CHOSEN)), min(actor.businesses))
    business = business_row(actor=actor, business_id=chosen)
    timezone.activate(zone_of(business.region_code))
    desk = Desk(actor, business, request.path.split("/")[1])
    vars(request)["desk"] = desk  # the page's frame reads it from the request
    return desk


def for_owner(
    view: Callable[Concatenate[HttpRequest, Desk, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page of an owner: others are sent to sign in, or to the form that makes them one. Never kept by a cache."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        desk = desk_of(request)
        if desk is None:
            return redirect("board" if request.user.is_staff else "join_business")
        return _private(view(request, desk, *args, **kwargs))

    return guarded


def for_officer(
    view: Callable[Concatenate[HttpRequest, Actor, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page of an officer who signed in with password and code. Never kept by a cache."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        first = missing_step(request)
        if first:
            return first
        try:
            actor = actor_of(person_id=signed_in(request), role=Role.OFFICER)
        except NotYours:
            return forbidden(request)
        return _private(view(request, actor, *args, **kwargs))

    return guarded


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """After signing in the person is where they wanted to be; a form that was sent is not sent again."""
    wanted = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
    return redirect(f"{reverse('sign_in')}?{urlencode({'next': wanted})}")


def _private(answer: HttpResponse) -> HttpResponse:
    answer.headers.setdefault("Cache-Control", "private, no-cache")
    return answer
