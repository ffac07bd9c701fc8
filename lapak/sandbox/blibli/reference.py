"""What a store may choose from: itself, pick-up points, categories, attributes, brands."""

from __future__ import annotations

from typing import Any

from lapak.sandbox.blibli import market
from lapak.sandbox.blibli.gateway import INVALID, NEWER, NEWER_SHORT, OLDER, Answered, Call, Limit, Refused, api, paged
from lapak.sandbox.blibli.market import Category

DAY_S = 86_400


def leaf(code: str) -> Category:
    """A category products may be put in. Raises Refused."""
    found = market.CATEGORIES.get(code)
    if found is None:
        raise Refused(INVALID, f"Category {code} is not found")
    if not found.leaf:
        raise Refused(INVALID, f"Category {code} is not the last child category")
    return found


@api("GET", "/seller/v1/stores", needs=NEWER)
def get_store(call: Call) -> Answered:
    """The store; whether it may use several pick-up points decides how products are sent."""
    store = call.store
    return Answered(
        payload={
            "storeCode": store["store_code"],
            "name": store["name"],
            "storeType": "DROPSHIP" if store["dropship"] else "PICKUP",
            "multiPickupPoint": False,
            "cnc": False,
            "status": "ACTIVE",
        }
    )


def _pickup_point(call: Call) -> dict[str, Any]:
    return {
        "code": call.store["pickup_point"],
        "name": "Gudang Latihan",
        "address": "Jl. Latihan No. 1, Laweyan, Kota Surakarta, Jawa Tengah 57148",
        "archived": False,
        "cnc": False,
    }


@api("POST", "/seller/v1/stores/pickup-points/filter", needs=NEWER)
def filter_pickup_points(call: Call) -> Answered:
    """Where the courier comes: one place for each practice store."""
    rows, paging = paged(call.body.maybe("paging") or call.body, [_pickup_point(call)], most=market.PAGE_MOST)
    return Answered(payload=rows, paging=paging)


@api("GET", "/mtaapi/api/businesspartner/v1/product/getPickupPoint", needs=OLDER)
def get_pickup_points(call: Call) -> Answered:
    """The same in the older way."""
    point = _pickup_point(call)
    return Answered(payload=[{"pickupPointCode": point["code"], "pickupPointName": point["name"]}])


@api(
    "GET",
    "/mtaapi/api/businesspartner/v1/product/getCategory",
    needs=("requestId", "businessPartnerCode", "channelId"),
    limit=Limit(5, DAY_S),
)
def get_categories(_call: Call) -> Answered:
    """The whole tree."""

    def grow(parent: str) -> list[dict[str, Any]]:
        return [
            {"categoryCode": one.code, "categoryName": one.name, "children": grow(one.code)}
            for one in market.CATEGORIES.values()
            if one.parent == parent
        ]

    return Answered(payload=grow(""))


@api(
    "GET",
    "/seller/v1/categories/{category_code}/attributes",
    needs=NEWER_SHORT,
    limit=Limit(5, DAY_S, per="category_code"),
)
def get_attributes(call: Call) -> Answered:
    """What a leaf asks for. Options are empty where words are free."""
    category = leaf(call.ids["category_code"])
    return Answered(
        payload={
            "categoryCode": category.code,
            "categoryName": category.name,
            "attributes": [
                {
                    "code": one.code,
                    "name": one.name,
                    "type": one.type,
                    "mandatory": one.mandatory,
                    "variantCreating": one.variant,
                    "specialAttribute": one.special,
                    "options": list(one.options),
                }
                for one in market.ATTRIBUTES.get(category.root, ())
            ],
        }
    )


@api("GET", "/mtaapi/api/businesspartner/v2/product/getBrands", needs=(*OLDER, "username"))
def get_brands(call: Call) -> Answered:
    """Brands whose name carries a word."""
    word = call.query.text("brandName", default="").lower()
    every = [{"brandCode": code, "brandName": name} for code, name in market.BRANDS.items() if word in name.lower()]
    rows, paging = paged(call.query, every, most=market.PAGE_MOST, under="pageMetaData")
    return Answered(payload=rows, paging=paging)
