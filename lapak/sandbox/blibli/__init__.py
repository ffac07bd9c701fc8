"""Practice Blibli, Seller API, written from its public documents as read on 2026-11-24."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute

from lapak.sandbox.blibli import changes, gateway, listing, news, ordering, practice, products, queue, reference
from lapak.sandbox.blibli.tables import EMPTIED, TABLES
from lapak.sandbox.platform import Core, Door, Platform, page

# Named although unused here: importing them registers their APIs with the gateway.
__all__ = ["PLATFORM", "changes", "ordering", "products", "queue", "reference"]


def _routes(core: Core) -> Sequence[BaseRoute]:
    return [
        page(core, "/v2/proxy/{rest:path}", gateway.answer, "GET", "POST", "PUT", "DELETE"),
        page(core, "/file/{name}", listing.serve_picture),
    ]


def _practice(core: Core) -> Sequence[BaseRoute]:
    return [
        page(core, "/buy", practice.buy, "POST"),
        page(core, "/orders/{order_id}/{action}", practice.act, "POST"),
        page(core, "/state", practice.state),
        page(core, "/shops", practice.open_store, "POST"),
        page(core, "/{store_code}/keys", practice.keys, "POST"),
        page(core, "/{store_code}/revoke", practice.revoke, "POST"),
        page(core, "/{store_code}", practice.stall),
    ]


PLATFORM = Platform(
    slug=gateway.SLUG,
    title="Blibli",
    tables=TABLES,
    emptied=EMPTIED,
    api_prefix=f"{gateway.PROXY}/",
    manners=news.MANNERS,
    routes=_routes,
    practice=_practice,
    stalls=practice.stalls,
    door=Door(
        label="Nama toko latihan baru", field="name", button="Buat toko", action="/practice/blibli/shops", method="post"
    ),
    account_of=gateway.account_of,
    error_of=gateway.error_of,
    too_many=gateway.too_many,
    broken=gateway.broken,
)
