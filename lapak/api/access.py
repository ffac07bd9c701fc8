"""Who asks: a program with a key, or a person's browser with its session."""

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware
from ninja.security.apikey import APIKeyCookie
from ninja.security.http import HttpBearer

from lapak.accounts.guards import proven_as_staff
from lapak.accounts.selectors import actor_of
from lapak.api.errors import FormTokenMissing, KeyReadsOnly, NotSignedIn
from lapak.api.keys import key_of
from lapak.core.actor import Actor, Role
from lapak.core.errors import NotYours
from lapak.core.ids import PersonId

LOOKS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, kw_only=True)
class Access:
    """The person who asks and the actor they are in this request. key_name: of the key, empty for a session."""

    person_id: PersonId
    actor: Actor
    key_name: str = ""

    @property
    def key(self) -> str:
        """Names the asker in the record of repeated requests."""
        return f"{self.person_id}:{self.actor.role}"


def access_of(request: HttpRequest) -> Access:
    """Who asks. Every operation is behind the door that finds this out."""
    return cast(Access, vars(request)["auth"])


class BearerKey(HttpBearer):
    """`Authorization: Bearer lapak_…`"""

    openapi_description = "An API key, made with `lapak api-key create`."

    def authenticate(self, request: HttpRequest, token: str) -> Access:
        """The holder of a key, in the key's role with the scope of today. Raises: NotSignedIn, KeyReadsOnly."""
        key = key_of(token)
        if key is None:
            raise NotSignedIn
        try:
            actor = actor_of(person_id=key.person_id, role=key.role)
        except NotYours as gone:  # the role was taken away, or the person switched off
            raise NotSignedIn from gone
        if request.method not in LOOKS and not key.writes:
            raise KeyReadsOnly
        return Access(person_id=key.person_id, actor=actor, key_name=key.name)


class SignedIn(APIKeyCookie):
    """The session of a browser. Changes need the token of our own pages as well."""

    param_name = "sessionid"
    openapi_description = "The session of a signed-in browser; for changes also the CSRF token in `X-CSRFToken`."

    def __init__(self) -> None:
        super().__init__(csrf=False)

    def authenticate(self, request: HttpRequest, key: str | None) -> Access | None:
        """The person of the session. Raises: FormTokenMissing."""
        person = request.user
        if not key or not person.is_authenticated:
            return None
        if request.method not in LOOKS:
            _must_hold_token(request)
        person_id = PersonId(person.pk)
        # As on the pages, a member of staff who came in by phone is an owner here.
        role = None if proven_as_staff(request) else Role.OWNER
        return Access(person_id=person_id, actor=actor_of(person_id=person_id, role=role))


class _Token(CsrfViewMiddleware):
    """Django's own check, which answers with a page; here it is a fault."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponseForbidden:  # noqa: ARG002  Django's signature
        raise FormTokenMissing(why=reason)


def _must_hold_token(request: HttpRequest) -> None:
    check = _Token(_never_called)
    check.process_request(request)
    check.process_view(request, _never_called, (), {})


def _never_called(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError(request.path)
