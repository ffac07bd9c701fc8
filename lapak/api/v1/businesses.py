"""Businesses and where they stand on the ladder."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from lapak.accounts.services import own
from lapak.api.access import access_of
from lapak.api.cursors import opened, page
from lapak.api.errors import NotForRole
from lapak.api.once import once
from lapak.api.v1.shapes import MAX_IDR, NO_NUL, SHORT, Cursor, In, Limit, Moment, Out, Page, Word
from lapak.core import actor as actors
from lapak.core.actor import Role
from lapak.core.ids import BusinessId
from lapak.registry import selectors, services
from lapak.registry.types import BusinessRow, Evidence, Rung

router = Router(tags=["businesses"])


class Business(Out):
    """A business as lists show it. Texts that are not known are empty."""

    business_id: UUID
    name: str = Field(examples=["Keripik Tempe Bu Lastri"])
    region_code: str = Field(description="Kemendagri code of its main place.", examples=["32.73.02.1001"])
    kbli_code: str = Field(examples=["10794"])
    kbli_version: str
    size_class: str = Field(description="mikro, kecil, menengah or besar (PP 7/2021).")
    nib: str
    phone: str = Field(description="E.164.", examples=["+6281234567890"])
    status: str = Field(description="open or closed.")
    registered_at: Moment


class BusinessPage(Page[Business]):
    """Businesses, newest first."""


class NewBusiness(In):
    """A business to register. What is not known may stay away; what is given is checked."""

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL, examples=["Sambal Bu Ratna"])]
    region_code: Word = Field(default="", description="From `/reference/regions`.", examples=["32.73.02"])
    kbli_code: Word = Field(default="", description="From `/reference/kbli`.", examples=["10794"])
    phone: Word = Field(default="", examples=["0812 3456 7890"])
    nib: Word = Field(default="", description="13 digits.")
    npwp: Word = Field(default="", description="15 or 16 digits. Kept sealed and never shown again.")
    address: Annotated[str, Field(max_length=300, pattern=NO_NUL)] = ""
    trade: Literal["", "producer", "reseller", "both", "service"] = ""
    capital_idr: Annotated[int, Field(ge=0, le=MAX_IDR, description="Whole rupiah.")] | None = None
    sales_idr: Annotated[int, Field(ge=0, le=MAX_IDR, description="Whole rupiah a year.")] | None = None
    since: date | None = None


class Step(Out):
    """A rung the business has reached: when first, and the best evidence of it."""

    rung: Rung
    at: Moment
    evidence: Evidence


class Ladder(Out):
    """The rungs reached, in order."""

    items: list[Step]


@router.get("/businesses", response=BusinessPage, summary="Businesses you may see")
def businesses(
    request: HttpRequest, region: Annotated[str, Query(**SHORT, description="A region's code; all below it too.")] = "",
    q: Annotated[str, Query(**SHORT, description="Part of a name, or a whole NIB or phone number.")] = "",
    cursor: Cursor = None, limit: Limit = 50,
) -> BusinessPage:  # fmt: skip
    """Newest first: owners and trainers see their own, officers those of their region."""
    rows = selectors.businesses_of(
        actor=access_of(request).actor, region_code=region, search=q, limit=limit + 1,
        before=opened(cursor, lambda key: BusinessId(UUID(key))),
    )  # fmt: skip
    shown, more = page(rows, limit, lambda row: str(row.business_id))
    return BusinessPage(items=[Business.model_validate(row) for row in shown], next=more)


@router.post("/businesses", response={201: Business}, summary="Register a business")
@once(required=True)
def register(request: HttpRequest, body: NewBusiness) -> tuple[int, Business]:
    """An owner registers a business of their own. Possible duplicates are for people to look at, nothing is merged."""
    access = access_of(request)
    if access.actor.role is not Role.OWNER:
        raise NotForRole(role=access.actor.role)
    business_id = services.register_business(actor_person=access.person_id, **body.model_dump())
    own(person_id=access.person_id, business_id=business_id)
    mine = actors.owner(access.person_id, [*access.actor.businesses, business_id])
    return 201, _shown(selectors.business_row(actor=mine, business_id=business_id))


@router.get("/businesses/{business_id}", response=Business, summary="One business")
def business(request: HttpRequest, business_id: UUID) -> Business:
    """A business in your scope; all others are not found."""
    return _shown(selectors.business_row(actor=access_of(request).actor, business_id=BusinessId(business_id)))


@router.get("/businesses/{business_id}/ladder", response=Ladder, summary="Where a business stands")
def ladder(request: HttpRequest, business_id: UUID) -> Ladder:
    """From registered to selling, each rung with its evidence; the definition is in docs/methods/ladder.md."""
    rows = selectors.rungs_of(actor=access_of(request).actor, business_id=BusinessId(business_id))
    return Ladder(items=[Step.model_validate(row) for row in rows])


def _shown(row: BusinessRow) -> Business:
    return Business.model_validate(row)
