"""What the shared core asks of a platform folder, and what it gives to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from sqlite3 import Row

import httpx2
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.templating import Jinja2Templates

from lapak.sandbox.clock import Clock
from lapak.sandbox.faults import Faults, Fired
from lapak.sandbox.journal import Journal
from lapak.sandbox.pushes import Manners, Pushes
from lapak.sandbox.settings import Settings
from lapak.sandbox.store import Store

ACCOUNT = "lapak.sandbox.account"  # key of the ASGI scope: a handler may name the account its caller speaks for


@dataclass(frozen=True, kw_only=True)
class Core:
    """The shared parts, handed to every platform. `closing` is set when the server is asked to end."""

    settings: Settings
    store: Store
    clock: Clock
    faults: Faults
    journal: Journal
    pushes: Pushes
    pages: Jinja2Templates
    closing: asyncio.Event


@dataclass(frozen=True, kw_only=True)
class Stall:
    """A practice shop or phone as the index page lists it."""

    name: str
    url: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Door:
    """The one-field form by which the index page opens a new shop or phone of a platform."""

    label: str
    field: str
    button: str
    action: str
    method: str


@dataclass(frozen=True, kw_only=True)
class Platform:
    """One stand-in: its tables, its routes and its way of saying the faults the gate can cause.

    Attributes:
        tables: SQL that makes its tables; emptied: names of the tables a reset empties, perhaps with a WHERE.
        routes: the platform itself, mounted at /<slug>; practice: mounted at /practice/<slug>.
        api_prefix: path prefix, or prefixes, (after the mount) of what is journalled and subject to faults.
        stalls: its shops or phones for the index page; door: how a new one is opened there.
        account_of: the shop or number a request speaks for, "" when none.
        error_of: the error code in an answer's parsed JSON, "" when it is a success.
        too_many, broken: the platform's own words for "slow down" and for "our fault".
        deliver: sends one stored push in the platform's own way; without it a push is a POST of its body.
    """

    slug: str
    title: str
    tables: str
    emptied: Sequence[str]
    api_prefix: str | tuple[str, ...]
    manners: Manners
    routes: Callable[[Core], Sequence[BaseRoute]]
    practice: Callable[[Core], Sequence[BaseRoute]]
    stalls: Callable[[Core], Sequence[Stall]]
    door: Door
    account_of: Callable[[Request], str]
    error_of: Callable[[dict[str, object]], str]
    too_many: Callable[[Fired], Response]
    broken: Callable[[Fired], Response]
    deliver: Callable[[Core, httpx2.AsyncClient, Row], Awaitable[tuple[bool, str]]] | None = None


def page(core: Core, path: str, answer: Callable[[Core, Request], Awaitable[Response]], *methods: str) -> Route:
    """A route whose answer is given the shared core; GET unless other methods are named."""

    async def endpoint(request: Request) -> Response:
        return await answer(core, request)

    return Route(path, endpoint, methods=list(methods) or ["GET"])
