"""Reads a product as a seller sends it and refuses what the market would refuse."""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import Any

from lapak.sandbox.blibli import market
from lapak.sandbox.blibli.gateway import INVALID, Call, Refused
from lapak.sandbox.blibli.market import Attribute, Category
from lapak.sandbox.blibli.reference import leaf
from lapak.sandbox.fields import BadField, Fields
from lapak.sandbox.pictures import BadPicture, look

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
SIDES = ("length", "width", "height")


def _no(message: str) -> Refused:
    return Refused(INVALID, message)


def checked_product(call: Call, sent: Fields) -> dict[str, Any]:
    """A product with its variants under `productItems`, ready to be kept. Raises Refused or BadField."""
    category = leaf(sent.text("categoryCode"))
    kind = sent.whole("productType", default=1)
    spec = checked_detail(category, sent) | {
        "categoryCode": category.code,
        "productType": kind if kind in market.PRODUCT_TYPES else 1,
        "brand": _brand(sent),
        "pickupPointCode": sent.text("pickupPointCode", default=call.store["pickup_point"]),
    }
    if spec["pickupPointCode"] != call.store["pickup_point"]:
        raise _no(f"Pickup point {spec['pickupPointCode']} is not found")
    items = [checked_item(call, category, one) for one in sent.each("productItems", high=market.ITEMS_MOST)]
    check_apart(items)
    return spec | {"productItems": items}


def checked_detail(category: Category, sent: Fields) -> dict[str, Any]:
    """Name, words, measures and attributes of a product as a whole."""
    detail: dict[str, Any] = {
        "name": sent.text("name", most=market.NAME_CHARS),
        "description": sent.text("description", most=market.DESCRIPTION_CHARS),
        "uniqueSellingPoint": sent.text("uniqueSellingPoint", default="", most=market.SELLING_POINT_CHARS),
        "weight": sent.whole("weight", low=market.WEIGHT_G[0], high=market.WEIGHT_G[1]),
        "attributes": _attributes(category, sent, "attributes", variant=False, special=False),
    }
    return detail | {side: sent.whole(side, low=market.SIDE_CM[0], high=market.SIDE_CM[1]) for side in SIDES}


def _brand(sent: Fields) -> str:
    """The brand's name; a new one is taken as it is, and a code goes before a name."""
    if "brandCode" in sent:
        code = sent.text("brandCode")
        if code not in market.BRANDS:
            raise _no(f"Brand {code} is not found")
        return market.BRANDS[code]
    wanted = sent.text("brand", most=market.ATTRIBUTE_CHARS)
    # One that looks like an existing brand becomes it, and the wish for a new one is ignored.
    return next((name for name in market.BRANDS.values() if name.lower() == wanted.lower()), wanted)


def _attributes(category: Category, sent: Fields, name: str, *, variant: bool, special: bool) -> dict[str, str]:
    """`{code: value}` of the attributes that belong in this place; mandatory ones must be there."""
    given = sent.maybe(name) or Fields({})
    here = {
        one.code: one
        for one in market.ATTRIBUTES.get(category.root, ())
        if one.variant == variant and one.special == special
    }
    if strange := set(given.values) - set(here):
        raise _no(f"Attribute {', '.join(sorted(strange))} does not belong in {name} of category {category.code}")
    for code in given.values:
        _check_value(here[code], given.text(code, most=market.ATTRIBUTE_CHARS))
    if missing := [one.name for one in here.values() if one.mandatory and one.code not in given]:
        raise _no(f"Mandatory attribute is missing: {', '.join(missing)}")
    return {code: str(value) for code, value in given.values.items()}


def _check_value(attribute: Attribute, value: str) -> None:
    if value.strip() in ("", "-"):
        raise _no(f"Attribute {attribute.code} needs a value")
    if attribute.type != market.DESCRIPTIVE and value not in attribute.options:
        raise _no(f"Attribute {attribute.code} does not offer {value!r}")


def checked_item(call: Call, category: Category, sent: Fields) -> dict[str, Any]:
    """One variant."""
    price, sale = prices(sent)
    if not isinstance(pictures := sent.values.get("images"), list):
        raise BadField("images", "is required")
    if not market.IMAGES[0] <= len(pictures) <= market.IMAGES[1]:
        raise _no(f"A variant has {market.IMAGES[0]} to {market.IMAGES[1]} images")
    return {
        "sellerSku": sent.text("sellerSku", default="", most=market.SKU_CHARS),
        "upcCode": sent.text("upcCode", default="", most=market.SKU_CHARS),
        "variantAttribute": _attributes(category, sent, "variantAttribute", variant=True, special=False),
        "specialAttribute": _attributes(category, sent, "specialAttribute", variant=False, special=True),
        "price": price,
        "salePrice": sale,
        "stock": sent.whole("stock", high=market.STOCK_MOST),
        "minimumStock": sent.whole("minimumStock", default=0, high=market.STOCK_MOST),
        "buyable": sent.flag("buyable", default=True),
        "images": [_kept(call, one) for one in pictures],
    }


def prices(sent: Fields) -> tuple[int, int]:
    """`price` and `salePrice` in whole rupiah; they travel together and the sale is not dearer."""
    price, sale = sent.number("price"), sent.number("salePrice")
    if any(one != int(one) or not market.PRICE_IDR[0] <= one <= market.PRICE_IDR[1] for one in (price, sale)):
        raise _no(f"price and salePrice are whole rupiah from {market.PRICE_IDR[0]} to {market.PRICE_IDR[1]}")
    if sale > price:
        raise _no("salePrice must not be above price")
    return int(price), int(sale)


def check_apart(items: list[dict[str, Any]]) -> None:
    """Refuse variants that cannot be told apart by their attributes or their seller's SKU."""
    chosen = [tuple(sorted(one["variantAttribute"].items())) for one in items]
    named = [one["sellerSku"] for one in items if one["sellerSku"]]
    if len(set(chosen)) < len(chosen):
        raise _no("Two variants have the same variantAttribute")
    if len(set(named)) < len(named):
        raise _no("Two variants have the same sellerSku")


def _kept(call: Call, picture: Any) -> str:
    """A picture's address or the name it is kept under. An https address is believed: the sandbox fetches nothing."""
    if not isinstance(picture, str) or not picture:
        raise BadField("images", "must hold https URLs or base64")
    if picture.startswith(("http://", "https://")):
        if not picture.startswith("https://") or len(picture) > 2000:
            raise _no("An image URL must use https://")
        return picture
    if call.core.store.row("SELECT 1 FROM blibli_image WHERE name = ?", picture):
        return picture  # an edit may name what is kept already
    if picture.startswith("data:"):
        raise _no("Remove the prefix before the base64 of an image")
    try:
        raw = base64.b64decode(picture, validate=True)
        media_type, width, height = look(raw, formats=FORMATS, bytes_most=market.IMAGE_BYTES)
    except (binascii.Error, ValueError) as fault:
        said = str(fault) if isinstance(fault, BadPicture) else "An image is neither an https URL nor base64"
        raise _no(said) from None
    if min(width, height) < market.IMAGE_SIDE_PX:
        raise _no(f"An image has at least {market.IMAGE_SIDE_PX}x{market.IMAGE_SIDE_PX} pixels")
    name = f"{secrets.token_hex(16)}.{media_type.partition('/')[2]}"
    call.core.store.run("INSERT INTO blibli_image VALUES (?, ?, ?)", name, media_type, raw)
    return name
