"""Practice Instagram: publishing, product tags and direct messages, from the documents read on 2026-11-24.

Its catalogue is the one of practice Facebook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from lapak.sandbox.instagram import publishing, tags
from lapak.sandbox.instagram.tables import EMPTIED, TABLES
from lapak.sandbox.meta import catalogue, practice
from lapak.sandbox.meta.chat import Side
from lapak.sandbox.meta.graph import Call, Handler, account_of, answered, broken, error_of, too_many_of, unknown
from lapak.sandbox.meta.hooks import MANNERS
from lapak.sandbox.platform import Core, Door, Platform, Stall, page

SLUG = publishing.SLUG


def _callback(core: Core) -> str:
    url: str = core.store.setting("instagram.callback", core.settings.instagram.callback)
    return url


SIDE = Side(
    slug=SLUG,
    word="instagram",
    text_chars=1000,  # Instagram's own figure is 1000 bytes, which could not be confirmed
    owner=lambda core: core.settings.instagram.user_id,
    nodes=lambda core: (core.settings.instagram.user_id, core.settings.facebook.page_id, "me"),
    callback=_callback,
)


def _tokens(core: Core) -> list[str]:
    """Both doors: a token of Instagram Login, and those of Facebook Login."""
    return [core.settings.instagram.token, core.settings.facebook.token, core.settings.facebook.page_token]


async def _node(call: Call) -> dict[str, Any]:
    """The account, a container or a post."""
    core, ours = call.core, call.core.settings.instagram
    asked = call.params.fields()
    whole: dict[str, Any]
    if call.node in (ours.user_id, "me"):
        whole = {
            "id": ours.user_id,
            "user_id": ours.user_id,
            "username": ours.username,
            "account_type": "BUSINESS",
            "media_count": len(publishing.posts_of(core)),
            "shopping_product_tag_eligibility": tags.eligible(call),
        }
        asked = asked or {"id", "username"}
    elif row := core.store.row("SELECT * FROM instagram_container WHERE id = ?", call.node):
        whole = publishing.container_out(core, row)
    elif row := core.store.row("SELECT * FROM instagram_media WHERE id = ?", call.node):
        whole = publishing.media_out(core, row)
    else:
        raise unknown(call.node)
    return {name: value for name, value in whole.items() if name in asked | {"id"} and value is not None}


def _routes(core: Core) -> Sequence[BaseRoute]:
    def door(path: str, handler: Handler, method: str) -> Route:
        return page(core, path, answered(SLUG, _tokens, handler), method)

    return [
        *catalogue.routes(door),
        *SIDE.routes(door),
        door("/{version}/{node}/media", publishing.create, "POST"),
        door("/{version}/{node}/media", publishing.listed, "GET"),
        door("/{version}/{node}/media_publish", publishing.publish, "POST"),
        door("/{version}/{node}/content_publishing_limit", publishing.limit, "GET"),
        door("/{version}/{node}/available_catalogs", tags.catalogs, "GET"),
        door("/{version}/{node}/catalog_product_search", tags.search, "GET"),
        door("/{version}/{node}/product_tags", tags.tag, "POST"),
        door("/{version}/{node}/product_tags", tags.tags_of, "GET"),
        door("/{version}/{node}", _node, "GET"),
    ]


async def _state(core: Core, _request: Request) -> Response:
    """The account as the platform has it: products, containers, posts, chats, pushes."""
    containers = core.store.rows("SELECT * FROM instagram_container ORDER BY rowid")
    more = {
        "posts": publishing.posts_of(core),
        "containers": [publishing.container_out(core, row) for row in containers],
    }
    return JSONResponse(practice.common_state(core, SIDE) | more)


async def _home(core: Core, request: Request) -> Response:
    """The account as a person sees it: products and posts."""
    return core.pages.TemplateResponse(
        request,
        "meta_home.html",
        {
            "slug": SLUG,
            "name": f"@{core.settings.instagram.username}",
            "about": "Akun Instagram latihan. Pesanan dibuat lewat pesan langsung atau tautan.",
            "items": catalogue.for_sale(core),
            "posts": [one | {"picture": one["media_url"]} for one in publishing.posts_of(core)],
        },
    )


def _practice(core: Core) -> Sequence[BaseRoute]:
    return [page(core, "/state", _state), page(core, "/home", _home), *practice.routes(core, SIDE)]


def _stalls(core: Core) -> list[Stall]:
    note = f"{len(publishing.posts_of(core))} kiriman"
    home = Stall(name=f"@{core.settings.instagram.username}", url="/practice/instagram/home", note=note)
    return practice.stalls(core, SIDE, home)


PLATFORM = Platform(
    slug=SLUG,
    title="Instagram",
    tables=TABLES,
    emptied=EMPTIED,
    api_prefix="/v",
    manners=MANNERS,
    routes=_routes,
    practice=_practice,
    stalls=_stalls,
    door=Door(
        label="Nama orang latihan baru",
        field="name",
        button="Mulai pesan",
        action="/practice/instagram/people",
        method="post",
    ),
    account_of=account_of,
    error_of=error_of,
    too_many=too_many_of(80002),
    broken=broken,
)
