"""Official lists: regions and kinds of business."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from lapak.api.v1.shapes import NO_NUL, Out
from lapak.reference import selectors

router = Router(tags=["reference"])
Typed = Annotated[str, Query(min_length=2, max_length=100, pattern=NO_NUL, description="What people type.")]
Few = Annotated[int, Query(ge=1, le=50, description="How many at most.")]


class Region(Out):
    """A region with Kemendagri's code. level: 1 province, 2 regency or city, 3 district, 4 village."""

    code: str = Field(examples=["32.73.02"])
    level: int
    parent_code: str
    name: str
    kind: str
    path: str = Field(examples=["Kec. Coblong, Kota Bandung, Jawa Barat"])
    version: str


class Regions(Out):
    """The likeliest first."""

    items: list[Region]


class Kbli(Out):
    """A kind of business, five digits. common: often met among small businesses."""

    version: str
    code: str = Field(examples=["10794"])
    name: str
    common: bool


class Kblis(Out):
    """Those often met first."""

    items: list[Kbli]


@router.get("/reference/regions", response=Regions, summary="Find a region")
def regions(
    request: HttpRequest, q: Typed,
    level: Annotated[int | None, Query(ge=1, le=4, description="Of this level alone.")] = None, limit: Few = 10,
) -> Regions:  # fmt: skip
    """By name, with or without its kind: `kec coblong`, `kota bandung`. Near spellings where nothing else is found."""
    del request
    rows = selectors.search_regions(q, level=level, limit=limit)
    return Regions(items=[Region.model_validate(row) for row in rows])


@router.get("/reference/kbli", response=Kblis, summary="Find a kind of business")
def kbli(request: HttpRequest, q: Typed, limit: Few = 10) -> Kblis:
    """By name, everyday word (`seblak`) or the beginning of a code."""
    del request
    return Kblis(items=[Kbli.model_validate(row) for row in selectors.search_kbli(q, limit=limit)])
