"""What crosses the wall of accounts, and its events."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lapak.core.actor import Role
from lapak.core.events import Event
from lapak.core.ids import BusinessId, PersonId


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """A person. phone: E.164 or empty. email: of staff, else empty. language: `id` or `en`."""

    person_id: PersonId
    name: str
    phone: str
    email: str
    language: str
    is_staff: bool


@dataclass(frozen=True, kw_only=True)
class CodeRequest:
    """A code is on its way. request_id: kept in the asker's session; only with it the code opens anything."""

    request_id: UUID
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class CodeToSend:
    """A code for the message that carries it. Secret; handed over once. sent_by: after that it is of no use."""

    phone: str
    code: str
    language: str
    sent_by: datetime

    def __repr__(self) -> str:
        return f"CodeToSend(sent_by={self.sent_by:%Y-%m-%dT%H:%MZ})"


@dataclass(frozen=True, kw_only=True)
class RoleRow:
    """A role a person holds today, with its scope. region_code: empty for the nation, a partner or a trainer."""

    role: Role
    region_code: str
    nation: bool
    partner: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class ConsentRow:
    """A consent and what became of it."""

    purpose: str
    text_version: str
    how: str
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class CodeAsked(Event):
    """Somebody asked for a sign-in code; it waits to be sent."""

    code_id: UUID


@dataclass(frozen=True, kw_only=True)
class PersonJoined(Event):
    """A person is here for the first time."""

    person_id: PersonId


@dataclass(frozen=True, kw_only=True)
class BusinessOwned(Event):
    """A person runs a business from now on."""

    person_id: PersonId
    business_id: BusinessId


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(Event):
    """A person agreed to a purpose."""

    person_id: PersonId
    purpose: str


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(Event):
    """A person withdrew a consent; whatever rests on it stops."""

    person_id: PersonId
    purpose: str
