"""Who asks, and what they may see."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from lapak.accounts.selectors import person_row
from lapak.api.access import access_of
from lapak.api.v1.shapes import Out
from lapak.core.actor import Role

router = Router(tags=["me"])


class Me(Out):
    """The person, the role this key or session acts in, and its scope today."""

    person_id: UUID
    name: str
    language: str = Field(description="id or en.")
    role: Role
    businesses: list[UUID] = Field(description="Own businesses of an owner, the caseload of a trainer.")
    regions: list[str] = Field(description="Region codes of an officer; each covers all below it.")
    nation: bool = Field(description="Whether the whole country is in scope.")
    partner: str
    key: str = Field(description="The name of the API key; empty for a browser's session.")


@router.get("/me", response=Me, summary="Who you are here")
def me(request: HttpRequest) -> Me:
    """The scope is looked up anew with each request."""
    access = access_of(request)
    person, actor = person_row(person_id=access.person_id), access.actor
    return Me(
        person_id=person.person_id, name=person.name, language=person.language, role=actor.role,
        businesses=sorted(actor.businesses), regions=sorted(actor.regions), nation=actor.nation, partner=actor.partner,
        key=access.key_name,
    )  # fmt: skip
