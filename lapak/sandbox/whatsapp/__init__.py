"""Practice WhatsApp: the Cloud API, its catalogue and carts, and people's phones; documents read on 2026-11-24."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute, Route

from lapak.sandbox.meta import catalogue
from lapak.sandbox.meta.graph import Handler, account_of, answered, error_of
from lapak.sandbox.meta.hooks import MANNERS
from lapak.sandbox.meta.tables import CATALOGUE
from lapak.sandbox.platform import Core, Door, Platform, page
from lapak.sandbox.whatsapp import graph, media, phone, selling, sending
from lapak.sandbox.whatsapp.tables import EMPTIED, TABLES


def _tokens(core: Core) -> list[str]:
    return [core.settings.whatsapp.token]


def _routes(core: Core) -> Sequence[BaseRoute]:
    def door(path: str, handler: Handler, method: str) -> Route:
        return page(core, path, answered(graph.SLUG, _tokens, handler), method)

    return [
        page(core, "/media-bytes/{media_id}", media.serve),
        page(core, "/{version}/{node}/messages", sending.messages, "POST"),
        page(core, "/{version}/{node}/media", media.upload, "POST"),
        page(core, "/{version}/{node}/subscribed_apps", sending.subscribe, "POST"),
        page(core, "/{version}/{node}/message_templates", sending.templates),
        page(core, "/{version}/{node}/whatsapp_commerce_settings", selling.commerce_settings, "GET", "POST"),
        page(core, "/{version}/{node}/product_catalogs", selling.product_catalogs, "GET", "POST", "DELETE"),
        *catalogue.routes(door),
        page(core, "/{version}/{node}", selling.node, "GET", "DELETE"),
    ]


def _practice(core: Core) -> Sequence[BaseRoute]:
    return [
        page(core, "/messages", phone.messages),
        page(core, "/state", phone.state),
        page(core, "/buy", phone.buy, "POST"),
        page(core, "/phone", phone.pick_up),
        page(core, "/phone/{digits}", phone.phone),
        page(core, "/phone/{digits}/say", phone.say, "POST"),
        page(core, "/phone/{digits}/send", phone.send, "POST"),
        page(core, "/phone/{digits}/catalog", phone.shelf),
    ]


PLATFORM = Platform(
    slug=graph.SLUG,
    title="WhatsApp",
    tables=TABLES + CATALOGUE,
    emptied=EMPTIED,
    api_prefix="/v",
    manners=MANNERS,
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
    account_of=account_of,
    error_of=error_of,
    too_many=graph.too_many,
    broken=graph.broken,
)
