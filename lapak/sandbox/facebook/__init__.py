"""Practice Facebook: catalogue, Page posts and Messenger of the Graph API, from the documents read on 2026-11-24.

There is no order API: it was taken away in 2026. People ask in the chat or follow the product's link."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from lapak.sandbox.facebook import nodes, posts
from lapak.sandbox.facebook.tables import EMPTIED, TABLES
from lapak.sandbox.meta import catalogue, practice
from lapak.sandbox.meta.chat import Side
from lapak.sandbox.meta.graph import Handler, account_of, answered, broken, error_of, too_many_of
from lapak.sandbox.meta.hooks import MANNERS
from lapak.sandbox.platform import Core, Door, Platform, Stall, page

SLUG = "facebook"


def _callback(core: Core) -> str:
    url: str = core.store.setting("facebook.callback", core.settings.facebook.callback)
    return url


SIDE = Side(
    slug=SLUG,
    word="page",
    text_chars=2000,  # widely told and not confirmed by the documents at hand
    owner=lambda core: core.settings.facebook.page_id,
    nodes=lambda core: (core.settings.facebook.page_id, "me"),
    callback=_callback,
)


def _tokens(core: Core) -> list[str]:
    return [core.settings.facebook.token, core.settings.facebook.page_token]


def _routes(core: Core) -> Sequence[BaseRoute]:
    def door(path: str, handler: Handler, method: str) -> Route:
        return page(core, path, answered(SLUG, _tokens, handler), method)

    return [
        page(core, "/photo/{photo_id}", posts.serve_photo),
        *catalogue.routes(door),
        *SIDE.routes(door),
        door("/{version}/{node}/accounts", nodes.accounts, "GET"),
        door("/{version}/{node}/owned_product_catalogs", nodes.catalogs, "GET"),
        door("/{version}/{node}/feed", posts.feed, "POST"),
        door("/{version}/{node}/photos", posts.photos, "POST"),
        door("/{version}/{node}/feed", posts.listed, "GET"),
        door("/{version}/{node}/posts", posts.listed, "GET"),
        door("/{version}/debug_token", nodes.debug_token, "GET"),
        door("/{version}/{node}", nodes.node, "GET"),
        door("/{version}/{node}", nodes.delete, "DELETE"),
    ]


async def _state(core: Core, _request: Request) -> Response:
    """The Page as the platform has it: products, posts, chats, pushes."""
    return JSONResponse(practice.common_state(core, SIDE) | {"posts": posts.posts_of(core)})


async def _home(core: Core, request: Request) -> Response:
    """The Page as a person sees it: products and posts."""
    seen = [one for one in posts.posts_of(core) if one["is_published"]]
    about = "Halaman Facebook latihan. Pesanan dibuat lewat obrolan atau tautan."
    return core.pages.TemplateResponse(
        request,
        "meta_home.html",
        {
            "slug": SLUG,
            "name": core.settings.facebook.page_name,
            "about": about,
            "items": catalogue.for_sale(core),
            "posts": [one | {"picture": one["full_picture"]} for one in seen],
        },
    )


def _practice(core: Core) -> Sequence[BaseRoute]:
    return [page(core, "/state", _state), page(core, "/home", _home), *practice.routes(core, SIDE)]


def _stalls(core: Core) -> list[Stall]:
    count = len(catalogue.for_sale(core))
    home = Stall(name=core.settings.facebook.page_name, url="/practice/facebook/home", note=f"{count} barang dijual")
    return practice.stalls(core, SIDE, home)


PLATFORM = Platform(
    slug=SLUG,
    title="Facebook",
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
        button="Mulai obrolan",
        action="/practice/facebook/people",
        method="post",
    ),
    account_of=account_of,
    error_of=error_of,
    too_many=too_many_of(80009),
    broken=broken,
)
