"""Who asks. Every selector and service that touches a business takes an actor and lets it decide."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from lapak.core.errors import NotYours
from lapak.core.ids import BusinessId, PersonId


class Role(StrEnum):
    """What a person is in the programme. One person may hold several; an actor speaks with one at a time."""

    OWNER = "owner"
    TRAINER = "trainer"
    OFFICER = "officer"
    PARTNER = "partner"
    SYSTEM = "system"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person or process with the scope it may see.

    businesses: own business (owner) or caseload (trainer). regions: Kemendagri codes; a code covers all below it.
    partner: slug of a partner. nation: sees the whole country. A system actor is a job of ours and sees all.
    """

    role: Role
    person_id: PersonId | None = None
    businesses: frozenset[BusinessId] = field(default_factory=frozenset)
    regions: frozenset[str] = field(default_factory=frozenset)
    partner: str = ""
    nation: bool = False
    why: str = ""

    def sees(self, business_id: BusinessId, *, region_code: str = "") -> bool:
        """Whether this actor may read the business. Officers see by the region the business lies in."""
        if self.role is Role.SYSTEM or business_id in self.businesses:
            return True
        return self.role is Role.OFFICER and self.sees_region(region_code)

    def must_see(self, business_id: BusinessId, *, region_code: str = "") -> None:
        """Raises NotYours unless this actor may read the business."""
        if not self.sees(business_id, region_code=region_code):
            raise NotYours(business_id=business_id)

    def must_run(self, business_id: BusinessId) -> None:
        """Raises NotYours unless this actor may change the business: its owner, or a job of ours."""
        if not (self.role is Role.SYSTEM or (self.role is Role.OWNER and business_id in self.businesses)):
            raise NotYours(business_id=business_id)

    def sees_region(self, region_code: str) -> bool:
        """Whether figures and lists of a region are open to this actor. The nation is the empty code."""
        if self.role is Role.SYSTEM or self.nation:
            return True
        return any(region_code == own or region_code.startswith(own + ".") for own in self.regions)

    def must_see_region(self, region_code: str) -> None:
        """Raises NotYours unless the region lies inside this actor's scope."""
        if not self.sees_region(region_code):
            raise NotYours(region_code=region_code)


def system(why: str) -> Actor:
    """A job of ours; `why` names it and goes into the history."""
    return Actor(role=Role.SYSTEM, nation=True, why=why)


def owner(person_id: PersonId, businesses: Iterable[BusinessId]) -> Actor:
    """An owner with the businesses that are theirs today."""
    return Actor(role=Role.OWNER, person_id=person_id, businesses=frozenset(businesses))
