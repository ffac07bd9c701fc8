"""Products of a practice store as the seller's app reads them."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from lapak.sandbox.blibli import market
from lapak.sandbox.blibli.gateway import NEWER, NEWER_SHORT, Answered, Call, Limit, api, paged
from lapak.sandbox.blibli.products import (
    ACTIVE,
    ARCHIVED,
    IN_PROGRESS,
    NEED_CORRECTION,
    OOS,
    SUSPENDED,
    items_of,
    product_of,
    settle,
)
from lapak.sandbox.fields import Fields
from lapak.sandbox.platform import Core

STATES = (ACTIVE, OOS, ARCHIVED, SUSPENDED, NEED_CORRECTION, IN_PROGRESS)


def picture_url(base: str, picture: str) -> str:
    """Where a picture is: its own address, or where the sandbox serves it."""
    return picture if picture.startswith("https://") else f"{base}/blibli/file/{picture}"


async def serve_picture(core: Core, request: Request) -> Response:
    """A kept picture, byte for byte."""
    row = core.store.row("SELECT media_type, bytes FROM blibli_image WHERE name = ?", request.path_params["name"])
    if row is None:
        return PlainTextResponse("Gambar tidak ada.", status_code=404)
    return Response(row["bytes"], media_type=row["media_type"], headers={"Cache-Control": "max-age=86400"})


def shown_state(row: Row, items: list[Row]) -> str:
    """ACTIVE with nothing left is called OOS."""
    return OOS if row["state"] == ACTIVE and not any(one["stock"] for one in items) else str(row["state"])


@api("POST", "/seller/v1/products/filter", needs=NEWER, limit=Limit(25, 60))
def filter_products(call: Call) -> Answered:
    """Products (not variants) in one state, newest first; unsaid, those on sale and in stock."""
    settle(call.core)
    wanted = call.body.maybe("filter") or Fields({})
    state = wanted.one_of("state", STATES, default=ACTIVE)
    product_sku, name = wanted.text("productSku", default=""), wanted.text("productName", default="").lower()
    category, point = wanted.text("categoryCode", default=""), wanted.text("pickupPointCode", default="")
    rows = []
    for row in call.core.store.rows(
        "SELECT * FROM blibli_product WHERE store_code = ? ORDER BY product_sku DESC", call.store_code
    ):
        spec, items = json.loads(row["spec"]), items_of(call.core, row["product_sku"])
        named = row["product_sku"] == product_sku if product_sku else name in spec["name"].lower()
        fits = category in ("", spec["categoryCode"]) and point in ("", spec["pickupPointCode"])
        if named and fits and shown_state(row, items) == state:
            rows.append((row, spec, items))
    found, paging = paged(call.body.maybe("paging") or Fields({}), rows, most=market.PAGE_MOST)
    return Answered(payload=[_short(row, spec, items) for row, spec, items in found], paging=paging)


def _short(row: Row, spec: dict[str, Any], items: list[Row]) -> dict[str, Any]:
    return {
        "productSku": row["product_sku"],
        "name": spec["name"],
        "categoryCode": spec["categoryCode"],
        "brand": spec["brand"],
        "state": shown_state(row, items),
        "revisionNote": row["note"] or None,
        "itemCount": len(items),
        "createdDate": row["created"] * 1000,
        "updatedDate": row["updated"] * 1000,
    }


@api("GET", "/seller/v1/products/{product_sku}", needs=NEWER_SHORT, limit=Limit(5, 1800, per="product_sku"))
def get_product(call: Call) -> Answered:
    """One product in full, with its variants and what has to be corrected."""
    row = product_of(call, call.ids["product_sku"])
    spec, items = json.loads(row["spec"]), items_of(call.core, row["product_sku"])
    base = f"{call.request.url.scheme}://{call.request.url.netloc}"
    return Answered(
        payload=_short(row, spec, items)
        | {name: spec[name] for name in spec if name not in ("name", "categoryCode", "brand")}
        | {"items": [_variant(base, spec, one) for one in items]}
    )


def _variant(base: str, spec: dict[str, Any], item: Row) -> dict[str, Any]:
    more = json.loads(item["more"])
    return {
        "blibliSku": item["blibli_sku"],
        "sellerSku": item["seller_sku"],
        "upcCode": more["upcCode"],
        "variantAttribute": more["variantAttribute"],
        "specialAttribute": more["specialAttribute"],
        "price": item["price_idr"],
        "salePrice": item["sale_price_idr"],
        "buyable": bool(item["buyable"]),
        "displayable": bool(item["buyable"]),
        "pickupPointCode": spec["pickupPointCode"],
        "availableStock": item["stock"],
        "reservedStock": item["reserved"],
        "minimumStock": item["minimum"],
        "images": [picture_url(base, one) for one in more["images"]],
    }
