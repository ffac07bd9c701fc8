"""What all platforms share on the practice side: index, switchboard, journal, clock, reset."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from lapak.sandbox.body import BadBody, json_object
from lapak.sandbox.faults import KINDS, BadRule
from lapak.sandbox.platform import Core, Platform

CALLS_MOST = 5000
CLOCK_MOST_S = 3650 * 86_400
WIB_AHEAD = timedelta(hours=7)
KIND_WORDS = {
    "rate_limit": "platform sibuk",
    "token_bucket": "kecepatan dibatasi",
    "server_error": "gangguan di platform",
    "not_json": "jawaban rusak",
    "half_body": "jawaban terpotong",
    "slow": "jawaban lambat",
    "timeout_before_work": "putus sebelum dikerjakan",
    "timeout_after_work": "putus setelah dikerjakan",
    "partial_batch": "sebagian gagal",
    "token_revoked": "izin dicabut",
    "refuse_item": "barang ditolak",
    "review_item": "barang diperiksa dulu",
    "undeliverable": "pesan tidak sampai",
    "push_duplicate": "kabar berulang",
    "push_reorder": "kabar terbalik",
    "push_delay": "kabar telat",
    "push_lose": "kabar hilang",
    "push_batch": "kabar digabung",
    "hide_number": "nomor disembunyikan",
    "pace_template": "templat ditahan dulu",
}
# One-button faults of the index page, in words a trainer uses.
SCENES: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "sibuk": ("Platform sibuk (429)", [{"kind": "rate_limit", "retry_after": 5, "times": 20}]),
    "lambat": ("Jawaban lambat 5 detik", [{"kind": "slow", "seconds": 5}]),
    "gangguan": ("Gangguan di platform (502)", [{"kind": "server_error", "times": 20}]),
    "putus": ("Jawaban hilang setelah dikerjakan", [{"kind": "timeout_after_work", "seconds": 30, "times": 3}]),
    "kabar-hilang": ("Kabar pesanan hilang", [{"kind": "push_lose"}]),
    "kabar-dobel": ("Kabar datang tiga kali", [{"kind": "push_duplicate", "copies": 3}]),
    "kabar-telat": ("Kabar telat satu menit", [{"kind": "push_delay", "seconds": 60}]),
    "izin-dicabut": ("Izin dicabut pada panggilan berikut", [{"kind": "token_revoked", "times": 1}]),
}


def rupiah(amount: int) -> str:
    """45000 -> Rp45.000."""
    return "Rp" + f"{amount:,}".replace(",", ".")


def jam(at: float) -> str:
    """Unix seconds -> 14.05 WIB."""
    return (datetime.fromtimestamp(at, UTC) + WIB_AHEAD).strftime("%H.%M WIB")


def bold(text: str) -> Markup:
    """*482913* -> <b>482913</b>, as the phone shows it; all else is escaped."""
    return Markup(re.sub(r"\*([^*\n]+)\*", r"<b>\1</b>", str(escape(text))))  # noqa: S704  escaped just before


FILTERS: dict[str, Callable[..., Any]] = {"rupiah": rupiah, "jam": jam, "bold": bold}


def _bad(message: str) -> Response:
    return JSONResponse({"error": "bad_request", "message": message}, status_code=400)


def routes(core: Core, platforms: Sequence[Platform]) -> list[Route]:
    """Routes that belong to no single platform."""

    async def index(request: Request) -> Response:
        return core.pages.TemplateResponse(
            request,
            "index.html",
            {
                "platforms": [
                    {
                        "slug": one.slug,
                        "title": one.title,
                        "stalls": one.stalls(core),
                        "door": one.door,
                        "rules": core.faults.rules(one.slug),
                        "pushes": core.pushes.listed(one.slug, limit=5),
                    }
                    for one in platforms
                ],
                "words": KIND_WORDS,
                "scenes": [(slug, title) for slug, (title, _) in SCENES.items()],
                "calls": core.journal.since(platform="", seq=_newest(core) - 10, limit=10)[::-1],
            },
        )

    async def calls(request: Request) -> Response:
        since, limit = request.query_params.get("since", "0"), request.query_params.get("limit", str(CALLS_MOST))
        if not since.isdecimal() or not limit.isdecimal():
            return _bad("since and limit must be whole numbers")
        found = core.journal.since(
            platform=request.query_params.get("platform", ""), seq=int(since), limit=min(int(limit), CALLS_MOST)
        )
        return JSONResponse({"calls": found, "last": found[-1]["seq"] if found else int(since)})

    async def set_clock(request: Request) -> Response:
        try:
            ahead_s = (await json_object(request)).get("ahead_s")
        except BadBody as fault:
            return _bad(str(fault))
        if isinstance(ahead_s, bool) or not isinstance(ahead_s, int | float) or not abs(ahead_s) < CLOCK_MOST_S:
            return _bad(f'send {{"ahead_s": seconds}}, less than {CLOCK_MOST_S}')
        core.clock.ahead_s = float(ahead_s)
        return JSONResponse({"now": core.clock.now(), "ahead_s": core.clock.ahead_s})

    async def health(_request: Request) -> Response:
        return JSONResponse({"ok": True, "platforms": [one.slug for one in platforms]})

    return [
        Route("/", index),
        Route("/health", health),
        Route("/practice/calls", calls),
        Route("/practice/clock", set_clock, methods=["PUT"]),
    ]


def _newest(core: Core) -> int:
    row = core.store.row("SELECT coalesce(max(seq), 0) AS seq FROM call")
    return int(row["seq"]) if row else 0


def platform_routes(core: Core, platform: Platform) -> list[Route]:
    """Switchboard, pushes and reset of one platform."""

    async def faults(request: Request) -> Response:
        if request.method == "DELETE":
            core.faults.clear(platform.slug)
        elif request.method == "PUT":
            try:
                rules = json.loads(await request.body())
            except (ValueError, RecursionError):
                return _bad("the body is not JSON")
            given = [rules] if isinstance(rules, dict) else rules
            if not isinstance(given, list) or not all(isinstance(rule, dict) for rule in given):
                return _bad("send one rule, which is added, or a list of rules, which replaces all")
            try:
                if isinstance(rules, dict):
                    core.faults.add(platform.slug, rules)
                else:
                    core.faults.replace(platform.slug, rules)
            except BadRule as fault:
                return _bad(str(fault))
        return JSONResponse({"rules": core.faults.rules(platform.slug), "kinds": KINDS})

    async def scene(request: Request) -> Response:
        chosen = str((await request.form()).get("scene", ""))
        if chosen in SCENES:
            core.faults.replace(platform.slug, SCENES[chosen][1])
        else:
            core.faults.clear(platform.slug)
        return RedirectResponse("/", status_code=303)

    async def pushes(_request: Request) -> Response:
        return JSONResponse({"pushes": core.pushes.listed(platform.slug)})

    async def reset(_request: Request) -> Response:
        with core.store.transaction():
            for table in platform.emptied:
                core.store.run(f"DELETE FROM {table}")  # noqa: S608  names from the platform's own code
            for table in ("push", "fault", "call"):
                core.store.run(f"DELETE FROM {table} WHERE platform = ?", platform.slug)  # noqa: S608  three fixed names
            core.store.forget_settings(f"{platform.slug}.")
        core.faults.clear(platform.slug)
        core.clock.ahead_s = 0.0
        return JSONResponse({"reset": platform.slug})

    return [
        Route("/faults", faults, methods=["GET", "PUT", "DELETE"]),
        Route("/scene", scene, methods=["POST"]),
        Route("/pushes", pushes),
        Route("/reset", reset, methods=["POST"]),
    ]
