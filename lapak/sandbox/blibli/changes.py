"""Price, stock and sale of variants: in bulk through the queue, or one by one at once."""

from __future__ import annotations

from sqlite3 import Row
from typing import Any

from lapak.sandbox.blibli import market, queue
from lapak.sandbox.blibli.gateway import BY_KEY, INVALID, NOT_FOUND, Answered, Call, Limit, Refused, api
from lapak.sandbox.blibli.products import ACTIVE, ARCHIVED, settle
from lapak.sandbox.blibli.specs import prices
from lapak.sandbox.fields import BadField, Fields
from lapak.sandbox.platform import Core

UPDATE = "updateProduct"
KNOWN = ("gdnSku", "stock", "exactStock", "minimumStock", "price", "salePrice", "buyable", "displayable")


def _item(core: Core, store_code: str, blibli_sku: str) -> Row | None:
    settle(core)
    return core.store.row(
        "SELECT i.*, p.state FROM blibli_item i JOIN blibli_product p USING (product_sku)"
        " WHERE i.blibli_sku = ? AND p.store_code = ?",
        blibli_sku,
        store_code,
    )


@api("POST", "/mtaapi/api/businesspartner/v1/product/updateProduct", needs=("channelId",), limit=Limit(25, 60))
def update_products(call: Call) -> Answered:
    """Change up to 100 variants later. `stock` is a difference, `exactStock` the amount itself; never both."""
    if call.body.text("merchantCode") != call.store_code:
        raise Refused(INVALID, "merchantCode does not belong to the API Seller Key")
    requests = call.body.each("productRequests", high=market.SKUS_MOST)
    skus = [one.text("gdnSku") for one in requests]
    if len(set(skus)) < len(skus):
        raise Refused(INVALID, "Duplicate gdnSku")
    entries, warnings = [], []
    for one in requests:
        change = _change(one)
        item = _item(call.core, call.store_code, one.text("gdnSku"))
        if item is None or item["state"] != ACTIVE:
            state = item["state"] if item else "NOT_FOUND"
            warnings.append(f"{one.text('gdnSku')}: product is {state}, the update is ignored")
        elif change.get("stock") == 0:
            warnings.append(f"{one.text('gdnSku')}: stock 0 changes nothing and is ignored")
            del change["stock"]
            if change:
                entries.append({"value": one.text("gdnSku"), "change": change})
        else:
            entries.append({"value": one.text("gdnSku"), "change": change})
    if not entries:
        raise Refused(INVALID, "; ".join(warnings) or "There is nothing to update")
    queue_id = queue.put(call, UPDATE, entries)
    told = {"queueFeedId": queue_id, "warnings": warnings}
    return Answered(payload=told, under="value", request_id=queue_id)


def _change(sent: Fields) -> dict[str, Any]:
    """What an entry wants, checked."""
    if strange := set(sent.values) - set(KNOWN):
        raise BadField(", ".join(sorted(strange)), "is not known")
    if ("price" in sent.values) != ("salePrice" in sent.values):
        raise Refused(INVALID, "price and salePrice must be sent together")
    if "stock" in sent.values and "exactStock" in sent.values:
        raise Refused(INVALID, "stock and exactStock can not be sent at the same time")
    change: dict[str, Any] = {}
    if "price" in sent.values:
        change["price"], change["salePrice"] = prices(sent)
    if "stock" in sent.values:
        change["stock"] = sent.whole("stock", low=-market.STOCK_MOST, high=market.STOCK_MOST)
    for name in ("exactStock", "minimumStock"):
        if name in sent.values:
            change[name] = sent.whole(name, high=market.STOCK_MOST)
    if "displayable" in sent.values:
        sent.flag("displayable")  # always follows buyable
    if "buyable" in sent.values:
        change["buyable"] = sent.flag("buyable")
    return change


@queue.work(UPDATE)
def _update(core: Core, job: Row, entry: dict[str, Any]) -> str:
    """Done when its turn comes, on the stock there is then."""
    item = core.store.row(
        "SELECT i.*, p.state FROM blibli_item i JOIN blibli_product p USING (product_sku) WHERE i.blibli_sku = ?",
        entry["value"],
    )
    if item is None or item["state"] == ARCHIVED:
        return "Product is archived or not found"
    change = entry["change"]
    stock = change.get("exactStock", item["stock"] + change.get("stock", 0))
    if not 0 <= stock <= market.STOCK_MOST:
        return f"Stock would become {stock}"
    core.store.run(
        "UPDATE blibli_item SET stock = ?, price_idr = ?, sale_price_idr = ?, minimum = ?, buyable = ?"
        " WHERE blibli_sku = ?",
        stock,
        change.get("price", item["price_idr"]),
        change.get("salePrice", item["sale_price_idr"]),
        change.get("minimumStock", item["minimum"]),
        int(change.get("buyable", item["buyable"])),
        entry["value"],
    )
    core.store.run("UPDATE blibli_product SET updated = ? WHERE product_sku = ?", int(job["due"]), item["product_sku"])
    return ""


def _one(call: Call, *, archived: bool) -> Row:
    """The variant named in the path, at the store's one pick-up point."""
    item = _item(call.core, call.store_code, call.ids["blibli_sku"])
    if item is None:
        raise Refused(NOT_FOUND, f"Item {call.ids['blibli_sku']} is not found")
    if item["state"] not in ((ACTIVE, ARCHIVED) if archived else (ACTIVE,)):
        raise Refused(INVALID, f"Product in state {item['state']} can not be updated")
    if call.body.text("pickupPointCode", default=call.store["pickup_point"]) != call.store["pickup_point"]:
        raise Refused(INVALID, "Pickup point is not found")
    return item


def _touch(call: Call, item: Row) -> Answered:
    call.core.store.run(
        "UPDATE blibli_product SET updated = ? WHERE product_sku = ?", call.core.clock.seconds(), item["product_sku"]
    )
    return Answered(payload={"blibliSku": item["blibli_sku"]})


@api("PUT", "/seller/v1/products/{blibli_sku}/stock", needs=BY_KEY, limit=Limit(60, 60))
def set_stock(call: Call) -> Answered:
    """The stock of one variant, at once; of an archived product too."""
    item = _one(call, archived=True)
    call.core.store.run(
        "UPDATE blibli_item SET stock = ? WHERE blibli_sku = ?",
        call.body.whole("availableStock", high=market.STOCK_MOST),
        item["blibli_sku"],
    )
    return _touch(call, item)


@api("PUT", "/seller/v1/products/{blibli_sku}", needs=BY_KEY, limit=Limit(5, 3600, per="blibli_sku"))
def update_single(call: Call) -> Answered:
    """The price of one variant, at once, and as wished its seller's SKU and whether it can be bought."""
    item = _one(call, archived=False)
    price, sale = prices(call.body)
    buyable = call.body.flag("buyable", default=bool(item["buyable"]))
    call.core.store.run(
        "UPDATE blibli_item SET price_idr = ?, sale_price_idr = ?, seller_sku = ?, buyable = ? WHERE blibli_sku = ?",
        price,
        sale,
        call.body.text("sellerSku", default=item["seller_sku"], most=market.SKU_CHARS),
        int(buyable),
        item["blibli_sku"],
    )
    return _touch(call, item)
