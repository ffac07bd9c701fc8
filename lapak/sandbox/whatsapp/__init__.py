"""Practice WhatsApp: the sending side of the Cloud API and people's phones, from the documents read on 2026-11-24."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.routing import BaseRoute

from lapak.sandbox.platform import Core, Door, Platform, page
from lapak.sandbox.whatsapp import graph, hooks, phone, sending
from lapak.sandbox.whatsapp.tables import EMPTIED, TABLES


def _routes(core: Core) -> Sequence[BaseRoute]:
    return [
        page(core, "/{version}/{node}/messages", sending.messages, "POST"),
        page(core, "/{version}/{node}/subscribed_apps", sending.subscribe, "POST"),
        page(core, "/{version}/{node}/message_templates", sending.templates),
    ]


def _practice(core: Core) -> Sequence[BaseRoute]:
    return [
        page(core, "/messages", phone.messages),
        page(core, "/phone", phone.pick_up),
        page(core, "/phone/{digits}", phone.phone),
        page(core, "/phone/{digits}/say", phone.say, "POST"),
    ]


def _account_of(request: Request) -> str:
    parts = request.url.path.removeprefix(request.scope.get("root_path", "")).split("/")
    return parts[2] if len(parts) > 2 else ""


def _error_of(body: dict[str, object]) -> str:
    error = body.get("error")
    return str(error.get("code", "")) if isinstance(error, dict) else ""


PLATFORM = Platform(
    slug=graph.SLUG,
    title="WhatsApp",
    tables=TABLES,
    emptied=EMPTIED,
    api_prefix="/v",
    manners=hooks.MANNERS,
    routes=_routes,
    practice=_practice,
    stalls=phone.stalls,
    door=Door(
        label="Nomor telepon latihan",
        field="nomor",
        button="Buka telepon",
        action="/practice/whatsapp/phone",
        method="get",
    ),
    account_of=_account_of,
    error_of=_error_of,
    too_many=graph.too_many,
    broken=graph.broken,
)
