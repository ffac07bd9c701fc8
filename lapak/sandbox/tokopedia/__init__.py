"""Practice Tokopedia: today TikTok Shop's Open API, written from its public documents as read on 2026-11-24."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute

from lapak.sandbox.platform import Core, Door, Platform, page
from lapak.sandbox.tokopedia import (
    consent,
    gateway,
    listing,
    media,
    news,
    ordering,
    practice,
    products,
    reference,
    shipping,
    stock,
)
from lapak.sandbox.tokopedia.tables import EMPTIED, TABLES

# Named although unused here: importing them registers their APIs with the gateway.
__all__ = ["PLATFORM", "listing", "ordering", "products", "reference", "stock"]


def _routes(core: Core) -> Sequence[BaseRoute]:
    return [
        page(core, "/open/authorize", consent.authorize),
        page(core, "/oauth/authorize", consent.authorize),
        page(core, "/consent", consent.decide, "POST"),
        page(core, "/api/v2/token/get", consent.token),
        page(core, "/api/v2/token/refresh", consent.token),
        page(core, "/file/{uri:path}", media.serve_image),
        page(core, "/label/{package_id}", shipping.serve_label),
        page(core, "/{rest:path}", gateway.answer, "GET", "POST", "PUT", "DELETE"),
    ]


def _practice(core: Core) -> Sequence[BaseRoute]:
    return [
        page(core, "/buy", practice.buy, "POST"),
        page(core, "/orders/{order_id}/{action}", practice.act, "POST"),
        page(core, "/state", practice.state),
        page(core, "/app", practice.console, "PUT"),
        page(core, "/shops", practice.open_shop, "POST"),
        page(core, "/{shop_id}/revoke", practice.revoke, "POST"),
        page(core, "/{shop_id}", practice.stall),
    ]


PLATFORM = Platform(
    slug=gateway.SLUG,
    title="Tokopedia & TikTok Shop",
    tables=TABLES,
    emptied=EMPTIED,
    api_prefix=gateway.AREAS,
    manners=news.MANNERS,
    routes=_routes,
    practice=_practice,
    stalls=practice.stalls,
    door=Door(
        label="Nama toko latihan baru",
        field="name",
        button="Buat toko",
        action="/practice/tokopedia/shops",
        method="post",
    ),
    account_of=gateway.account_of,
    error_of=gateway.error_of,
    too_many=gateway.too_many,
    broken=gateway.broken,
)
