"""One product of the catalogue as `items_batch` sends it: what is required, how money is written, what it means."""

from __future__ import annotations

import re
from typing import Any

from lapak.sandbox.fields import BadField, Fields

# Title, description and id limits are those of Meta's published feed specification, which could not be read again.
TITLE_CHARS, DESCRIPTION_CHARS, ID_CHARS = 200, 9999, 100
PRICE = re.compile(r"(\d{1,12})(?:\.(\d{1,2}))? ([A-Z]{3})")
AVAILABILITY = (
    "in stock",
    "out of stock",
    "preorder",
    "available for order",
    "discontinued",
    "pending",
    "mark_as_sold",
    "mark_as_expired",
)
BUYABLE = ("in stock", "preorder", "available for order")
CONDITION = ("new", "refurbished", "used", "used_like_new", "used_good", "used_fair", "open_box_new", "cpo")
VISIBILITY = ("published", "staging")
WHOLE = ("inventory", "quantity_to_sell_on_facebook")
REQUIRED = ("title", "description", "availability", "condition", "price", "link")


def price_idr(text: str) -> int:
    """'15000 IDR' or '15000.00 IDR' -> 15000. Raises BadField."""
    found = PRICE.fullmatch(text)
    if found is None:
        raise BadField("price", "must be an amount, a space and an ISO currency, like 15000 IDR")
    if found[3] != "IDR":
        raise BadField("price", "must be in the catalogue's currency, IDR")
    if found[2] and int(found[2]):
        raise BadField("price", "has decimals, which IDR has not")
    return int(found[1])


def image_of(data: dict[str, Any]) -> str:
    """The main picture's URL, from either spelling; '' without one."""
    if isinstance(data.get("image_link"), str):
        return str(data["image_link"])
    images = data.get("image")
    if isinstance(images, list) and images and isinstance(images[0], dict):
        return str(images[0].get("url", ""))
    return ""


def check(data: dict[str, Any], *, whole: bool) -> None:
    """Raise BadField for the first thing that is wrong; a `whole` item must have every required field."""
    fields = Fields(data)
    if "retailer_id" in data:
        raise BadField("retailer_id", "does not belong into data; the retailer id is data.id")
    fields.text("id", most=ID_CHARS)
    for name in REQUIRED:
        if whole or name in data:
            fields.text(name)
    fields.text("title", default="", most=TITLE_CHARS)
    fields.text("description", default="", most=DESCRIPTION_CHARS)
    fields.one_of("availability", AVAILABILITY, default="")
    fields.one_of("condition", CONDITION, default="")
    fields.one_of("visibility", VISIBILITY, default="")
    fields.text("item_group_id", default="", most=ID_CHARS)
    for name in ("price", "sale_price"):
        if data.get(name) not in (None, ""):
            price_idr(fields.text(name))
    for name in WHOLE:
        fields.whole(name, default=0)
    for link in (fields.text("link", default=""), image_of(data)):
        if link and not link.startswith(("http://", "https://")):
            raise BadField("link", "and image must be absolute URLs")
    if whole and not image_of(data):
        raise BadField("image_link", "is required")


def stock_of(data: dict[str, Any]) -> int | None:
    """How many can be sold, None when the seller does not say."""
    for name in WHOLE[::-1]:
        if data.get(name) not in (None, ""):
            return int(data[name])
    return None
