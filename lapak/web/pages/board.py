"""`/papan`: the officer's board. The ladder of a region, its exits, and every region below it."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lapak.core.actor import Actor
from lapak.reference.selectors import region
from lapak.registry.selectors import funnel_by_region, ladder_funnel
from lapak.registry.types import Funnel, Rung
from lapak.web.desk import for_officer
from lapak.web.sayings import RUNGS


@dataclass(frozen=True)
class Bar:
    """A rung of the funnel. share: of all registered, 0 to 1. on: of those on the rung before, None for the first."""

    name: str
    reached: int
    here: int
    share: float
    on: float | None
    stopped: int


@dataclass(frozen=True)
class Crumb:
    """A region above, or the present one. code: empty for the nation."""

    code: str
    name: str


@require_safe
@for_officer
def board(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`wilayah`: a region's code inside the officer's scope; without it the widest they may see."""
    code = request.GET.get("wilayah", "")
    if not code and not actor.sees_region(""):
        code = min(actor.regions, key=lambda own: (len(own), own))
    funnel = ladder_funnel(actor=actor, region_code=code)
    below = funnel_by_region(actor=actor, region_code=code)
    context = {
        "funnel": funnel, "bars": _bars(funnel), "below": [row for row in below if row.funnel.total],
        "empty": sum(1 for row in below if not row.funnel.total), "crumbs": _crumbs(actor, code), "code": code,
        "demo": settings.LAPAK_DEMO, "place": region(code).path if code else "Indonesia",
        "others": [Crumb(own, region(own).path) for own in sorted(actor.regions) if not code.startswith(own)],
        "selling": sum(row.count for row in funnel.rows if row.rung in (Rung.ACTIVE, Rung.SUSTAINED)),
    }  # fmt: skip
    return render(request, "web/board.html", context)


def _bars(funnel: Funnel) -> list[Bar]:
    """Each rung with how many ever reached it. Counts of today and exits add up to the total of the funnel."""
    bars: list[Bar] = []
    before: int | None = None
    for row in funnel.rows:
        bars.append(
            Bar(
                name=RUNGS[row.rung], reached=row.reached_ever, here=row.count,
                share=row.reached_ever / funnel.total if funnel.total else 0,
                on=row.reached_ever / before if before else None,
                stopped=max((before or 0) - row.reached_ever, 0),
            )
        )  # fmt: skip
        before = row.reached_ever
    return bars


def _crumbs(actor: Actor, code: str) -> list[Crumb]:
    """The way down to a region, from the widest this officer may see."""
    parts = code.split(".") if code else []
    codes = ["", *(".".join(parts[: at + 1]) for at in range(len(parts)))]
    return [Crumb(one, region(one).title if one else "Indonesia") for one in codes if actor.sees_region(one)]
