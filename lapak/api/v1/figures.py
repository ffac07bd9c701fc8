"""Where the businesses of a region stand. Every figure carries its definition and its moment."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from lapak.api.access import access_of
from lapak.api.v1.shapes import SHORT, Moment, Out
from lapak.registry import selectors
from lapak.registry.types import Rung

router = Router(tags=["figures"])
Region = Annotated[str, Query(**SHORT, description="A region's code; empty: the nation.", example="32.73")]


class Rungs(Out):
    """count: businesses whose highest rung today is this one. reached_ever: those that ever stood on it."""

    rung: Rung
    count: int
    reached_ever: int


class Exits(Out):
    """Businesses that left the ladder: sold once and not lately, or closed."""

    dormant: int
    closed: int


class Funnel(Out):
    """The ladder of a region. The counts of the rows and the exits add up to `total`."""

    rows: list[Rungs]
    exits: Exits
    total: int
    region_code: str
    as_of: Moment
    definition: str = Field(description="Name and version of the rule; see docs/methods/ladder.md.")


class ChildFunnel(Out):
    """The ladder of one region below; without a code those that are not placed so finely."""

    region_code: str
    name: str
    funnel: Funnel


class ChildFunnels(Out):
    """The ladders right below a region; they add up to its own."""

    items: list[ChildFunnel]


@router.get("/funnel", response=Funnel, summary="The ladder of a region")
def funnel(request: HttpRequest, region: Region = "") -> Funnel:
    """For officers, inside their region."""
    return Funnel.model_validate(selectors.ladder_funnel(actor=access_of(request).actor, region_code=region))


@router.get("/funnel/regions", response=ChildFunnels, summary="The ladders right below a region")
def funnel_by_region(request: HttpRequest, region: Region = "") -> ChildFunnels:
    """For officers, inside their region."""
    rows = selectors.funnel_by_region(actor=access_of(request).actor, region_code=region)
    return ChildFunnels(items=[ChildFunnel.model_validate(row) for row in rows])
