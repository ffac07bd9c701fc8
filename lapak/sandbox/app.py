"""Puts the shared core and the platforms together into one ASGI application."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount, Router
from starlette.templating import Jinja2Templates

from lapak.sandbox import faults, journal, pages, pushes
from lapak.sandbox.blibli import PLATFORM as BLIBLI
from lapak.sandbox.clock import Clock
from lapak.sandbox.facebook import PLATFORM as FACEBOOK
from lapak.sandbox.gate import Gate
from lapak.sandbox.grab import PLATFORM as GRAB
from lapak.sandbox.instagram import PLATFORM as INSTAGRAM
from lapak.sandbox.platform import Core, Platform
from lapak.sandbox.settings import Settings
from lapak.sandbox.shopee import PLATFORM as SHOPEE
from lapak.sandbox.store import Store
from lapak.sandbox.tokopedia import PLATFORM as TOKOPEDIA
from lapak.sandbox.whatsapp import PLATFORM as WHATSAPP

PLATFORMS: tuple[Platform, ...] = (SHOPEE, TOKOPEDIA, BLIBLI, WHATSAPP, GRAB, FACEBOOK, INSTAGRAM)
TEMPLATES = Path(__file__).parent / "templates"


def create_app(settings: Settings) -> Starlette:
    """The whole sandbox over one SQLite file in `settings.folder`; its Core is at `app.state.core`."""
    store = Store(
        settings.folder / "sandbox.sqlite3",
        (faults.TABLES, journal.TABLES, pushes.TABLES, *(platform.tables for platform in PLATFORMS)),
    )
    clock = Clock()
    switchboard = faults.Faults(store, clock)
    templates = Jinja2Templates(directory=TEMPLATES)
    templates.env.filters |= pages.FILTERS
    core = Core(
        settings=settings,
        store=store,
        clock=clock,
        faults=switchboard,
        journal=journal.Journal(store),
        pushes=pushes.Pushes(
            store, switchboard, clock, {one.slug: one.manners for one in PLATFORMS}, settings.push_retry_scale
        ),
        pages=templates,
        closing=asyncio.Event(),
    )
    for one in PLATFORMS:
        if one.deliver is not None:
            core.pushes.deliver_by(one.slug, partial(one.deliver, core))

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        core.pushes.start()
        try:
            yield
        finally:
            await core.pushes.stop()
            store.close()

    app = Starlette(
        lifespan=lifespan,
        routes=[
            *pages.routes(core, PLATFORMS),
            *(
                Mount(f"/practice/{one.slug}", routes=[*pages.platform_routes(core, one), *one.practice(core)])
                for one in PLATFORMS
            ),
            *(Mount(f"/{one.slug}", app=Gate(Router(one.routes(core)), core, one)) for one in PLATFORMS),
        ],
    )
    app.state.core = core
    return app
