"""Products of a practice store: submitted, reviewed, mended, changed, archived."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any

from lapak.sandbox.banned import banned_for
from lapak.sandbox.blibli import market, news, queue
from lapak.sandbox.blibli.gateway import (
    INVALID,
    NEWER,
    NEWER_SHORT,
    NOT_FOUND,
    SLUG,
    Answered,
    Call,
    Limit,
    Refused,
    api,
)
from lapak.sandbox.blibli.specs import check_apart, checked_detail, checked_item, checked_product
from lapak.sandbox.fields import BadField, Fields
from lapak.sandbox.platform import Core

IN_PROGRESS, ACTIVE, NEED_CORRECTION = "IN_PROGRESS", "ACTIVE", "NEED_CORRECTION"
ARCHIVED, SUSPENDED, OOS = "ARCHIVED", "SUSPENDED", "OOS"
CREATE, REVISE, ARCHIVE, UNARCHIVE = "createProductV3", "reviseProduct", "archiveProduct", "unarchiveProduct"


def settle(core: Core) -> None:
    """Do what the queue holds, and end the reviews whose time is over. Called before anything looks at products."""
    with core.store.transaction():
        queue.do_due(core)
        core.store.run(
            "UPDATE blibli_product SET state = CASE note WHEN '' THEN ? ELSE ? END,"
            " updated = CAST(review_until AS INTEGER) WHERE state = ? AND review_until <= ?",
            ACTIVE,
            NEED_CORRECTION,
            IN_PROGRESS,
            core.clock.now(),
        )


def product_of(call: Call, product_sku: str) -> Row:
    """A product of the calling store. Raises Refused."""
    settle(call.core)
    row = call.core.store.row(
        "SELECT * FROM blibli_product WHERE product_sku = ? AND store_code = ?", product_sku, call.store_code
    )
    if row is None:
        raise Refused(NOT_FOUND, f"Product {product_sku} is not found")
    return row


def items_of(core: Core, product_sku: str) -> list[Row]:
    """The variants of a product."""
    return core.store.rows("SELECT * FROM blibli_item WHERE product_sku = ? ORDER BY blibli_sku", product_sku)


def _review_s(call: Call) -> float:
    slow = call.core.faults.fire(SLUG, "review_item", path=call.path, account=call.store_code)
    return float(slow.more["seconds"]) if slow else call.core.settings.blibli.review_s


def _entry(call: Call, sent: Fields, names: list[str]) -> dict[str, Any]:
    """One product as the queue keeps it: checked, or with the reason why it will fail."""
    name = sent.values.get("name")
    items = sent.values.get("productItems")
    skus = [one.get("sellerSku") for one in items if isinstance(one, dict)] if isinstance(items, list) else []
    entry: dict[str, Any] = {"value": f"{name} ({', '.join(str(one) for one in skus)})"}
    if fired := call.core.faults.fire(SLUG, "refuse_item", path=call.path, account=call.store_code):
        return entry | {"failed": str(fired.more["message"])}
    try:
        if names.count(str(name)) > 1:
            raise Refused(INVALID, "Product name must be unique in one request")
        return entry | {"spec": checked_product(call, sent), "review_s": _review_s(call)}
    except (Refused, BadField) as fault:
        return entry | {"failed": str(fault)}


@api("POST", "/seller/v1/products/async", needs=NEWER, limit=Limit(25, 60))
def create_products(call: Call) -> Answered:
    """Submit up to 10 products. Bad ones do not hold up good ones; only when all are bad is the call refused."""
    products = call.body.each("products", high=market.PRODUCTS_MOST)
    names = [str(one.values.get("name")) for one in products]
    with call.core.store.transaction():
        return _queued(call, CREATE, [_entry(call, one, names) for one in products])


def _queued(call: Call, action: str, entries: list[dict[str, Any]]) -> Answered:
    if all("failed" in entry for entry in entries):
        raise Refused(INVALID, "; ".join(f"{entry['value']}: {entry['failed']}" for entry in entries))
    queue_id = queue.put(call, action, entries)
    return Answered(payload={"queueId": queue_id}, request_id=queue_id)


@queue.work(CREATE)
def _create(core: Core, job: Row, entry: dict[str, Any]) -> str:
    """The submission becomes a product with its numbers, and goes to be reviewed."""
    store_code, at = job["store_code"], job["due"]
    product_sku = f"{store_code}-{core.store.next_id(f'blibli_product_{store_code}', start=1):05}"
    core.store.run(
        "INSERT INTO blibli_product (product_sku, store_code, state, review_until, spec, note, created, updated)"
        " VALUES (?, ?, ?, ?, '{}', '', ?, ?)",
        product_sku,
        store_code,
        IN_PROGRESS,
        at + entry["review_s"],
        int(at),
        int(at),
    )
    _write(core, product_sku, entry["spec"], [(None, one) for one in entry["spec"]["productItems"]])
    _tell_verdict(core, store_code, product_sku, at + entry["review_s"])
    return ""


def _write(core: Core, product_sku: str, spec: dict[str, Any], items: list[tuple[str | None, dict[str, Any]]]) -> None:
    """Make this the product's content. Of a variant that is known price and stock stay as they are."""
    about = {name: value for name, value in spec.items() if name != "productItems"}
    reason = banned_for(f"{about['name']}\n{about['description']}")
    core.store.run(
        "UPDATE blibli_product SET spec = ?, note = ? WHERE product_sku = ?", json.dumps(about), reason, product_sku
    )
    known = [sku for sku, _ in items if sku]
    core.store.run(
        "DELETE FROM blibli_item WHERE product_sku = ? AND blibli_sku NOT IN (SELECT value FROM json_each(?))",
        product_sku,
        json.dumps(known),
    )
    for blibli_sku, one in items:
        more = {name: one[name] for name in ("variantAttribute", "specialAttribute", "images", "upcCode")}
        if blibli_sku:
            core.store.run(
                "UPDATE blibli_item SET seller_sku = ?, more = ? WHERE blibli_sku = ?",
                one["sellerSku"],
                json.dumps(more),
                blibli_sku,
            )
            continue
        core.store.run(
            "INSERT INTO blibli_item VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
            f"{product_sku}-{core.store.next_id(f'blibli_item_{product_sku}', start=1):05}",
            product_sku,
            one["sellerSku"],
            json.dumps(more),
            one["price"],
            one["salePrice"],
            one["stock"],
            one["minimumStock"],
            int(one["buyable"]),
        )


def _tell_verdict(core: Core, store_code: str, product_sku: str, at: float) -> None:
    row = core.store.row("SELECT note FROM blibli_product WHERE product_sku = ?", product_sku)
    assert row is not None  # it was written a moment ago
    event = news.NEED_CORRECTION if row["note"] else news.APPROVED
    news.tell(core, event, store_code, {"productSku": product_sku}, after_s=max(0.0, at - core.clock.now()))


@api("POST", "/seller/v1/products/{product_sku}/revision", needs=NEWER_SHORT)
def revise_product(call: Call) -> Answered:
    """Mend a product that needs correction: sent whole, through the queue, and reviewed again."""
    row = product_of(call, call.ids["product_sku"])
    if row["state"] != NEED_CORRECTION:
        raise Refused(INVALID, f"Product in state {row['state']} can not be revised")
    entry = _entry(call, call.body, [])
    return _queued(call, REVISE, [entry | {"product_sku": row["product_sku"]}])


@queue.work(REVISE)
def _revise(core: Core, job: Row, entry: dict[str, Any]) -> str:
    """The mended content replaces the old one."""
    product_sku, at = entry["product_sku"], job["due"]
    core.store.run(
        "UPDATE blibli_product SET state = ?, review_until = ?, updated = ? WHERE product_sku = ?",
        IN_PROGRESS,
        at + entry["review_s"],
        int(at),
        product_sku,
    )
    _write(core, product_sku, entry["spec"], [(None, one) for one in entry["spec"]["productItems"]])
    _tell_verdict(core, job["store_code"], product_sku, at + entry["review_s"])
    return ""


def _changeable(row: Row) -> None:
    if row["state"] != ACTIVE:
        raise Refused(INVALID, f"Product in state {row['state']} can not be updated")


@api("PUT", "/seller/v1/{product_sku}/detail", needs=NEWER_SHORT)
def update_detail(call: Call) -> Answered:
    """New words, measures and attributes for a product on sale; what is left out stays. Bad words send it back."""
    core, row = call.core, product_of(call, call.ids["product_sku"])
    _changeable(row)
    old = json.loads(row["spec"])
    category = market.CATEGORIES[old["categoryCode"]]
    spec = old | checked_detail(category, Fields(old | dict(call.body.values)))
    reason = banned_for(f"{spec['name']}\n{spec['description']}")
    with core.store.transaction():
        core.store.run(
            "UPDATE blibli_product SET spec = ?, note = ?, state = ?, updated = ? WHERE product_sku = ?",
            json.dumps(spec),
            reason,
            NEED_CORRECTION if reason else ACTIVE,
            core.clock.seconds(),
            row["product_sku"],
        )
        if reason:
            news.tell(core, news.NEED_CORRECTION, call.store_code, {"productSku": row["product_sku"]})
    return Answered(payload={"productSku": row["product_sku"]})


@api(
    "POST",
    "/seller/v1/products/{product_sku}/variants",
    needs=NEWER_SHORT,
    limit=Limit(10, 1800, per="product_sku"),
)
def update_variants(call: Call) -> Answered:
    """The whole list of variants anew: those with a blibliSku keep price and stock, others are new or gone."""
    core, row = call.core, product_of(call, call.ids["product_sku"])
    _changeable(row)
    old, spec = {one["blibli_sku"]: one for one in items_of(core, row["product_sku"])}, json.loads(row["spec"])
    items: list[tuple[str | None, dict[str, Any]]] = []
    for sent in call.body.each("productItems", high=market.ITEMS_MOST):
        blibli_sku = sent.text("blibliSku", default="")
        if blibli_sku and blibli_sku not in old:
            raise Refused(NOT_FOUND, f"Item {blibli_sku} is not found")
        kept: dict[str, Any] = {}
        if blibli_sku:
            one = old[blibli_sku]
            price = {"price": one["price_idr"], "salePrice": one["sale_price_idr"], "stock": one["stock"]}
            kept = {"sellerSku": one["seller_sku"], **json.loads(one["more"]), **dict(sent.values), **price}
        item = checked_item(call, market.CATEGORIES[spec["categoryCode"]], Fields(kept or dict(sent.values)))
        items.append((blibli_sku or None, item))
    check_apart([item for _, item in items])
    with core.store.transaction():
        _write(core, row["product_sku"], spec, items)
        core.store.run(
            "UPDATE blibli_product SET updated = ? WHERE product_sku = ?", core.clock.seconds(), row["product_sku"]
        )
    return Answered(payload={"productSku": row["product_sku"]})


def _switch(call: Call, action: str, fits: str, wrong: str) -> Answered:
    settle(call.core)
    entries: list[dict[str, Any]] = []
    for product_sku in call.body.texts("productSkus", high=market.SKUS_MOST):
        entry: dict[str, Any] = {"value": product_sku}
        try:
            if product_of(call, product_sku)["state"] != fits:
                entry["failed"] = wrong
        except Refused as refusal:
            entry["failed"] = refusal.message
        entries.append(entry)
    return _queued(call, action, entries)


@api("POST", "/seller/v1/products/statuses/archive", needs=NEWER, limit=Limit(25, 60))
def archive_products(call: Call) -> Answered:
    """Take products off sale with all their variants, through the queue. There is no deleting."""
    return _switch(call, ARCHIVE, ACTIVE, "Product is not active or already archived")


@api("POST", "/seller/v1/products/statuses/unarchive", needs=NEWER, limit=Limit(25, 60))
def unarchive_products(call: Call) -> Answered:
    """Bring them back."""
    return _switch(call, UNARCHIVE, ARCHIVED, "Product is not archived")


@queue.work(ARCHIVE)
def _archive(core: Core, job: Row, entry: dict[str, Any]) -> str:
    """Done when its turn comes."""
    return _turn(core, job, entry, ACTIVE, ARCHIVED)


@queue.work(UNARCHIVE)
def _unarchive(core: Core, job: Row, entry: dict[str, Any]) -> str:
    """Likewise."""
    return _turn(core, job, entry, ARCHIVED, ACTIVE)


def _turn(core: Core, job: Row, entry: dict[str, Any], before: str, after: str) -> str:
    changed = core.store.run(
        "UPDATE blibli_product SET state = ?, updated = ? WHERE product_sku = ? AND state = ?",
        after,
        int(job["due"]),
        entry["value"],
        before,
    )
    return "" if changed else f"Product is not {before}"
