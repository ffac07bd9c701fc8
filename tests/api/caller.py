"""A program that calls the API with a key."""

import json
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client

from lapak.api.keys import make_key
from lapak.core.actor import Actor, Role
from lapak.core.ids import BusinessId, PersonId
from tests import make


@dataclass
class Caller:
    """One key. business_id: of the owner it was made for."""

    actor: Actor
    business_id: BusinessId
    key: str
    client: Client = field(default_factory=Client)

    def call(self, method: str, path: str, body: object = None, *, once: str = "", **headers: str) -> HttpResponse:
        """Send JSON to a path below `/api/v1`. once: the idempotency key; a POST without one gets a fresh one."""
        sent = {"Authorization": f"Bearer {self.key}", **headers}
        if method in ("POST", "PUT"):
            sent["Idempotency-Key"] = once or str(uuid4())
        data = b"" if body is None else json.dumps(body).encode()
        answer = self.client.generic(method, f"/api/v1{path}", data, content_type="application/json", headers=sent)
        return cast(HttpResponse, answer)

    def get(self, path: str, **headers: str) -> Any:
        """The JSON of a GET that must succeed."""
        answer = self.call("GET", path, **headers)
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)


def an_owner(name: str = "Keripik Tempe Bu Lastri", *, writes: bool = True) -> Caller:
    """An owner with one business and a key."""
    actor, business_id = make.owner_with_business(name=name)
    return Caller(actor, business_id, a_key(actor.person_id, Role.OWNER, writes=writes))


def a_key(person_id: PersonId | None, role: Role, *, writes: bool = True) -> str:
    assert person_id is not None
    _, key = make_key(person_id=person_id, name="kasir", role=role, writes=writes)
    return key


def told(answer: HttpResponse) -> dict[str, Any]:
    """The JSON of an answer."""
    found: dict[str, Any] = json.loads(answer.content)
    return found
