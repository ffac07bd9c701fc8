"""Practice Grab (GrabFood and GrabMart), Partner API 1.1.3, written from its public documents as read on 2026-11-24."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Row

import httpx2
from starlette.requests import Request
from starlette.routing import BaseRoute

from lapak.sandbox.grab import gateway, news, ordering, practice, stores, syncing, updates
from lapak.sandbox.grab.tables import EMPTIED, TABLES
from lapak.sandbox.platform import Core, Door, Platform, page

_APIS: tuple[tuple[str, str, gateway.Handler], ...] = (
    ("POST", "v1/self-serve/activation", stores.activation),
    ("POST", "v1/merchant/menu/notification", syncing.notify),
    ("GET", "v1/merchant/menu/trace", syncing.trace),
    ("PUT", "v1/menu", updates.update),
    ("PUT", "v1/batch/menu", updates.update_batch),
    ("GET", "v1/menu/categories", stores.mart_categories),
    ("POST", "v1/order/prepare", ordering.prepare),
    ("POST", "v1/orders/mark", ordering.mark),
    ("PUT", "v1/order/readytime", ordering.ready_time),
    ("GET", "v1/order/cancelable", ordering.cancelable),
    ("PUT", "v1/order/cancel", ordering.cancel),
    ("POST", "v1/order/delivery", ordering.delivery),
    ("GET", "v1/orders", ordering.list_orders),
    ("PUT", "v1/merchant/pause", stores.pause),
    ("GET", "v1/merchants/{merchant_id}/store/status", stores.status),
)


def _routes(core: Core) -> Sequence[BaseRoute]:
    return [
        page(core, "/grabid/v1/oauth2/token", gateway.token, "POST"),
        page(core, "/activate/{token}", stores.activate, "GET", "POST"),
        *(
            page(core, f"/{{service}}/partner/{path}", gateway.answered(answer), method)
            for method, path, answer in _APIS
        ),
    ]


def _practice(core: Core) -> Sequence[BaseRoute]:
    return [
        page(core, "/buy", practice.buy, "POST"),
        page(core, "/orders/{order_id}/{action}", practice.act, "POST"),
        page(core, "/state", practice.state),
        page(core, "/portal", practice.portal, "GET", "PUT"),
        page(core, "/shops", practice.open_shop, "POST"),
        page(core, "/{merchant_id}/revoke", practice.revoke, "POST"),
        page(core, "/{merchant_id}", practice.stall),
    ]


async def _deliver(core: Core, client: httpx2.AsyncClient, push: Row) -> tuple[bool, str]:
    send = syncing.fetch if push["topic"] == news.MENU else news.deliver
    return await send(core, client, push)


def _account_of(request: Request) -> str:
    """The store named in query or path. In most calls it stands in the body, which the switches do not read."""
    if named := request.query_params.get("merchantID", ""):
        return named
    parts = request.url.path.split("/merchants/")
    return parts[1].split("/")[0] if len(parts) == 2 else ""


PLATFORM = Platform(
    slug=gateway.SLUG,
    title="Grab",
    tables=TABLES,
    emptied=EMPTIED,
    api_prefix="/grab",
    manners=news.MANNERS,
    routes=_routes,
    practice=_practice,
    stalls=practice.stalls,
    door=Door(
        label="Nama toko latihan baru", field="name", button="Buat toko", action="/practice/grab/shops", method="post"
    ),
    account_of=_account_of,
    error_of=lambda body: str(body.get("reason", "")),
    too_many=gateway.too_many,
    broken=gateway.broken,
    deliver=_deliver,
)
