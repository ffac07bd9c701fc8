"""Practice Shopee, Open Platform API v2, written from its public documents as read on 2026-11-24."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute

from lapak.sandbox.platform import Core, Door, Platform, page
from lapak.sandbox.shopee import (
    consent,
    gateway,
    items,
    listing,
    media,
    models,
    news,
    ordering,
    practice,
    reference,
    shipping,
)
from lapak.sandbox.shopee.tables import EMPTIED, TABLES

# Named although unused here: importing them registers their APIs with the gateway.
__all__ = ["PLATFORM", "items", "listing", "models", "ordering", "reference", "shipping"]


def _routes(core: Core) -> Sequence[BaseRoute]:
    return [
        page(core, "/api/v2/shop/auth_partner", consent.auth_partner),
        page(core, "/api/v2/shop/cancel_auth_partner", consent.cancel_auth_partner),
        page(core, "/api/v2/{rest:path}", gateway.answer, "GET", "POST"),
        page(core, "/auth", consent.auth),
        page(core, "/consent", consent.decide, "POST"),
        page(core, "/file/{image_id}", media.serve_image),
    ]


def _practice(core: Core) -> Sequence[BaseRoute]:
    return [
        page(core, "/buy", practice.buy, "POST"),
        page(core, "/orders/{order_sn}/{action}", practice.act, "POST"),
        page(core, "/state", practice.state),
        page(core, "/shops", practice.open_shop, "POST"),
        page(core, "/{shop_id}/revoke", practice.revoke, "POST"),
        page(core, "/{shop_id}", practice.stall),
    ]


PLATFORM = Platform(
    slug=gateway.SLUG,
    title="Shopee",
    tables=TABLES,
    emptied=EMPTIED,
    api_prefix="/api/",
    manners=news.MANNERS,
    routes=_routes,
    practice=_practice,
    stalls=practice.stalls,
    door=Door(
        label="Nama toko latihan baru", field="name", button="Buat toko", action="/practice/shopee/shops", method="post"
    ),
    account_of=lambda request: request.query_params.get("shop_id", ""),
    error_of=lambda body: str(body.get("error", "")),
    too_many=gateway.too_many,
    broken=gateway.broken,
)
