"""Products on pictures: only for eligible accounts, and only through Facebook Login."""

from __future__ import annotations

import json
from typing import Any

from lapak.sandbox.meta import catalogue
from lapak.sandbox.meta.graph import Call, GraphRefused, Params, unknown
from lapak.sandbox.platform import Core

MOST, POSTS_A_DAY = 20, 25
DAY_S = 86_400


def eligible(call: Call) -> bool:
    """Whether the account may tag: a switch of the sandbox, since most Indonesian shops may not."""
    return call.core.settings.instagram.product_tags and call.token != call.core.settings.instagram.token


def _must_be_eligible(call: Call) -> None:
    if not eligible(call):
        raise GraphRefused(10, "The account is not eligible for product tagging.")


def checked(call: Call, kind: str, sent: list[Params]) -> list[dict[str, Any]]:
    """The tags of one picture. Raises GraphRefused."""
    _must_be_eligible(call)
    if kind not in ("IMAGE", "REELS"):
        raise GraphRefused(100, "Stories take no product tags")
    tags = []
    for one in sent:
        product_id = one.text("product_id")
        item = next((item for item in catalogue.for_sale(call.core) if item["id"] == product_id), None)
        if item is None:
            raise GraphRefused(100, f"Product {product_id} is not in the catalogue or not approved")
        place = {name: one.number(name) for name in ("x", "y") if name in one.values}
        if kind == "IMAGE" and (len(place) < 2 or not all(0 <= value <= 1 for value in place.values())):
            raise GraphRefused(100, "Params x and y must lie between 0 and 1")
        tags.append({"product_id": product_id, "merchant_id": call.core.settings.facebook.business_id, **place})
    return tags


def used_today(core: Core) -> int:
    """Posts with tags in the last 24 h."""
    row = core.store.row(
        "SELECT count(*) AS n FROM instagram_media WHERE at > ? AND tags != '[]'", core.clock.now() - DAY_S
    )
    return int(row["n"]) if row else 0


async def catalogs(call: Call) -> dict[str, Any]:
    """The catalogues an eligible account may tag from."""
    _must_be_eligible(call)
    return {"data": [{"catalog_id": call.core.settings.facebook.catalog_id, "catalog_name": "Katalog Latihan"}]}


async def search(call: Call) -> dict[str, Any]:
    """Products of a catalogue by a word of their name."""
    _must_be_eligible(call)
    if call.params.text("catalog_id") != call.core.settings.facebook.catalog_id:
        raise unknown(call.params.text("catalog_id"))
    word = call.params.text("q", default="").lower()
    found = [one for one in catalogue.for_sale(call.core) if word in one["name"].lower()]
    return {
        "data": [
            {
                "product_id": one["id"],
                "retailer_id": one["retailer_id"],
                "product_name": one["name"],
                "image_url": one["image_url"],
                "review_status": one["review_status"],
            }
            for one in found
        ]
    }


async def tag(call: Call) -> dict[str, Any]:
    """Tag a published picture: adding is cumulative, tagging a product again moves its tag."""
    row = call.core.store.row("SELECT * FROM instagram_media WHERE id = ?", call.node)
    if row is None:
        raise unknown(call.node)
    new = checked(call, row["kind"], call.params.each("updated_tags", high=MOST))
    kept = {one["product_id"]: one for one in json.loads(row["tags"])} | {one["product_id"]: one for one in new}
    if len(kept) > MOST:
        raise GraphRefused(100, f"A post takes {MOST} product tags at most")
    call.core.store.run("UPDATE instagram_media SET tags = ? WHERE id = ?", json.dumps(list(kept.values())), row["id"])
    return {"success": True}


async def tags_of(call: Call) -> dict[str, Any]:
    """The tags of a published picture."""
    row = call.core.store.row("SELECT tags FROM instagram_media WHERE id = ?", call.node)
    if row is None:
        raise unknown(call.node)
    return {"data": json.loads(row["tags"])}
