"""Price and stock of products already up: changed at once, without an audit."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any

from lapak.sandbox.fields import Fields
from lapak.sandbox.tokopedia.gateway import BROKEN, SLUG, Call, Refused, api
from lapak.sandbox.tokopedia.products import ACTIVE, FREEZE, PLATFORM_OFF, product_of, skus_of, wrong_status
from lapak.sandbox.tokopedia.specs import price_idr, stock

CHECK_FAILED = 12_052_990


def _named(call: Call, entry: Fields) -> Row:
    """The SKU of this product that an entry names."""
    number = entry.whole("id", default=0)
    found = call.core.store.row(
        "SELECT * FROM tokopedia_sku WHERE sku_id = ? AND product_id = ?", number, call.ids["product_id"]
    )
    if found is None:
        raise Refused(12_052_036, "The SKU ID is necessary")
    return found


@api("POST", "/product/202309/products/{product_id}/prices/update")
def update_price(call: Call) -> None:
    """New prices for some SKUs of a product that is on sale: all of them or none."""
    row = product_of(call, call.ids["product_id"])
    if ACTIVE not in json.loads(row["statuses"]).values():
        raise Refused(12_019_113, "product status is invalid")
    prices = [(_named(call, entry)["sku_id"], price_idr(entry)) for entry in call.body.each("skus", high=100)]
    with call.core.store.transaction():
        for sku_id, price in prices:
            call.core.store.run("UPDATE tokopedia_sku SET price_idr = ? WHERE sku_id = ?", price, sku_id)
        _touch(call)


@api("POST", "/product/202309/products/{product_id}/inventory/update")
def update_inventory(call: Call) -> dict[str, Any]:
    """New stocks for some SKUs, each on its own: failures stand in `errors` beside code 0."""
    row = product_of(call, call.ids["product_id"])
    if {PLATFORM_OFF, FREEZE} & set(json.loads(row["statuses"]).values()):
        raise wrong_status()
    entries = call.body.each("skus", high=100)
    spoilt = call.core.faults.fire(SLUG, "partial_batch", path=call.path, account=call.account)
    errors = []
    for entry in entries:
        inventory = entry.each("inventory", high=100)
        sku = _named(call, entry)
        try:
            quantity = stock(call, inventory)
            if spoilt is not None and spoilt.dice.random() < spoilt.more["share"]:
                raise Refused(BROKEN, "Internal error. Please try again.")
        except Refused as refusal:
            extra = {
                "warehouse_id": str(inventory[0].values.get("warehouse_id") or call.shop["warehouse_id"]),
                "code": refusal.code,
                "message": refusal.message,
            }
            detail = {"sku_id": str(sku["sku_id"]), "extra_errors": [extra]}
            errors.append({"code": CHECK_FAILED, "message": "Check failed", "detail": detail})
            continue
        call.core.store.run("UPDATE tokopedia_sku SET stock = ? WHERE sku_id = ?", quantity, sku["sku_id"])
    _touch(call)
    return {"errors": errors}


def _touch(call: Call) -> None:
    call.core.store.run(
        "UPDATE tokopedia_product SET updated = ? WHERE product_id = ?",
        call.core.clock.seconds(),
        call.ids["product_id"],
    )


@api("POST", "/product/202309/inventory/search")
def search_inventory(call: Call) -> dict[str, Any]:
    """What can be sold and what is promised to orders, by product or SKU."""
    wanted = {int(one) for one in call.body.texts("product_ids", low=0, high=100) if one.isascii() and one.isdigit()}
    skus = {int(one) for one in call.body.texts("sku_ids", low=0, high=600) if one.isascii() and one.isdigit()}
    if not wanted and not skus:
        raise Refused(12_019_008, "Product id is invalid")
    rows = call.core.store.rows("SELECT product_id FROM tokopedia_product WHERE shop_id = ?", call.shop_id)
    found = []
    for row in rows:
        chosen = [
            one for one in skus_of(call.core, row["product_id"]) if row["product_id"] in wanted or one["sku_id"] in skus
        ]
        if chosen:
            found.append({"product_id": str(row["product_id"]), "skus": [_inventory(call, one) for one in chosen]})
    return {"inventory": found}


def _inventory(call: Call, sku: Row) -> dict[str, Any]:
    amounts = {"total_available_quantity": sku["stock"], "total_committed_quantity": sku["committed"]}
    here = {"available_quantity": sku["stock"], "committed_quantity": sku["committed"]}
    return {
        "id": str(sku["sku_id"]),
        "seller_sku": sku["seller_sku"],
        **amounts,
        "warehouse_inventory": [{"warehouse_id": str(call.shop["warehouse_id"]), **here}],
    }
