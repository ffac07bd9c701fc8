"""The one product catalogue behind practice Facebook, Instagram and WhatsApp: written in batches, read in pages."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from sqlite3 import Row
from typing import Any
from urllib.parse import urlencode

from starlette.routing import Route

from lapak.sandbox.banned import banned_for
from lapak.sandbox.fields import BadField
from lapak.sandbox.meta import items
from lapak.sandbox.meta.graph import Call, GraphRefused, Handler, Params, unknown
from lapak.sandbox.platform import Core

REQUESTS_MOST = 5000
PAGE, PAGE_MOST = 25, 250
METHODS = ("CREATE", "UPDATE", "DELETE")
READABLE: tuple[str, ...] = (
    *("id", "retailer_id", "name", "description", "price", "sale_price", "currency", "availability", "condition"),
    *("url", "image_url", "brand", "visibility", "inventory", "quantity_to_sell_on_facebook", "review_status"),
    *("review_rejection_reasons", "image_fetch_status", "retailer_product_group_id", "custom_label_0"),
)
DEFAULT_FIELDS = {"id", "retailer_id", "name"}


def routes(door: Callable[[str, Handler, str], Route]) -> list[Route]:
    """The catalogue's calls, for a mount; `door(path, handler, method)` puts its own door around each."""
    return [
        door("/{version}/{node}/items_batch", items_batch, "POST"),
        door("/{version}/{node}/check_batch_request_status", batch_status, "GET"),
        door("/{version}/{node}/products", products, "GET"),
    ]


def _must_be_catalogue(call: Call) -> None:
    if call.node != call.core.settings.facebook.catalog_id:
        raise unknown(call.node)


async def items_batch(call: Call) -> dict[str, Any]:
    """Take up to 5000 changes. What is malformed is named at once, with status 200; the rest is saved later."""
    _must_be_catalogue(call)
    params, core = call.params, call.core
    if params.text("item_type") != "PRODUCT_ITEM":
        raise GraphRefused(100, "Param item_type must be PRODUCT_ITEM")
    upsert = params.flag("allow_upsert", default=True)
    requests = params.each("requests", high=REQUESTS_MOST)
    good: list[dict[str, Any]] = []
    verdicts: list[dict[str, Any]] = []
    for line, request in enumerate(requests):
        data = request.values.get("data")
        sent_id = data.get("id") if isinstance(data, dict) else None
        try:
            method = str(request.values.get("method"))
            if method not in METHODS:
                raise BadField("method", f"must be one of {', '.join(METHODS)}")
            if not isinstance(data, dict):
                raise BadField("data", "must be an object")
            items.check(data, whole=method == "CREATE")
        except BadField as fault:
            told = [{"message": str(fault)}]
            verdicts.append({"retailer_id": str(sent_id or ""), "errors": told, "warnings": []})
        else:
            good.append({"line": line, "method": method, "upsert": upsert, "data": data})
    handle = base64.urlsafe_b64encode(secrets.token_bytes(60)).decode()
    now = core.clock.now()
    core.store.run(
        "INSERT INTO meta_batch (handle, made_at, due_at, requests) VALUES (?, ?, ?, ?)",
        handle,
        now,
        now + core.settings.facebook.batch_s,
        json.dumps({"slug": call.slug, "requests": good}),
    )
    return {"handles": [handle] if good else [], "validation_status": verdicts}


def settle(core: Core) -> None:
    """Save what is due of the batches, in the order they came."""
    rows = core.store.rows(
        "SELECT * FROM meta_batch WHERE done = 0 AND due_at <= ? ORDER BY made_at, rowid", core.clock.now()
    )
    for row in rows:
        sent = json.loads(row["requests"])
        errors: list[dict[str, Any]] = []
        with core.store.transaction():
            part = core.faults.fire(sent["slug"], "partial_batch", path="items_batch", account=_catalog(core))
            for request in sent["requests"]:
                item_id = request["data"]["id"]
                try:
                    if part is not None and part.dice.random() < float(part.more["share"]):
                        raise BadField("item", "could not be saved, please try again")
                    _save(core, sent["slug"], request)
                except BadField as fault:
                    errors.append({"line": request["line"], "id": item_id, "message": str(fault)})
            core.store.run(
                "UPDATE meta_batch SET done = 1, errors = ?, invalid_ids = ? WHERE handle = ?",
                json.dumps(errors),
                json.dumps([one["id"] for one in errors]),
                row["handle"],
            )


def _catalog(core: Core) -> str:
    return core.settings.facebook.catalog_id


def _save(core: Core, slug: str, request: dict[str, Any]) -> None:
    """Apply one change. Raises BadField with the reason the seller reads."""
    retailer_id, method, data = request["data"]["id"], request["method"], request["data"]
    row = core.store.row("SELECT * FROM meta_item WHERE retailer_id = ?", retailer_id)
    if method == "DELETE":
        if row is None:
            raise BadField("id", f"{retailer_id} does not exist in this catalog")
        core.store.run("DELETE FROM meta_item WHERE retailer_id = ?", retailer_id)
        return
    if method == "CREATE" and row is not None:
        raise BadField("id", f"{retailer_id} already exists in this catalog")
    if row is None and method == "UPDATE" and not request["upsert"]:
        raise BadField("id", f"{retailer_id} does not exist in this catalog")
    if refused := core.faults.fire(slug, "refuse_item", path="items_batch", account=_catalog(core)):
        raise BadField("item", str(refused.more["message"]))
    whole = (json.loads(row["data"]) if row else {}) | data
    items.check(whole, whole=True)
    review = core.faults.fire(slug, "review_item", path="items_batch", account=_catalog(core))
    reason, now = banned_for(f"{whole['title']} {whole['description']}"), core.clock.now()
    # The picture is fetched later and may fail while the item stays: here a switch says so, nothing is fetched.
    no_picture = core.faults.fire(slug, "refuse_item", path="image", account=_catalog(core))
    core.store.run(
        "INSERT INTO meta_item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (retailer_id) DO UPDATE SET"
        " data = excluded.data, price_idr = excluded.price_idr, stock = excluded.stock,"
        " image_status = excluded.image_status, verdict = excluded.verdict, rejected_for = excluded.rejected_for,"
        " review_until = excluded.review_until, updated = excluded.updated",
        retailer_id,
        row["id"] if row else str(core.store.next_id("meta_item", start=7_300_001_887_000_001)),
        json.dumps(whole),
        items.price_idr(whole.get("sale_price") or whole["price"]),
        items.stock_of(whole),
        "FETCH_FAILED" if no_picture else "FETCHED",
        "rejected" if reason else "approved",
        reason,
        now + float(review.more["seconds"]) if review else 0.0,
        row["created"] if row else now,
        now,
    )


async def batch_status(call: Call) -> dict[str, Any]:
    """How a batch went. 'finished' does not say that every item was saved; the ids come only when asked for."""
    _must_be_catalogue(call)
    settle(call.core)
    row = call.core.store.row("SELECT * FROM meta_batch WHERE handle = ?", call.params.text("handle"))
    if row is None:
        raise GraphRefused(100, "Invalid handle")
    errors = json.loads(row["errors"])
    wants_ids = call.params.flag("load_ids_of_invalid_requests", default=False)
    return {
        "data": [
            {
                "handle": row["handle"],
                "status": "finished" if row["done"] else "started",
                "errors_total_count": len(errors),
                "errors": errors,
                "warnings_total_count": 0,
                "warnings": [],
                "ids_of_invalid_requests": json.loads(row["invalid_ids"]) if wants_ids else [],
            }
        ]
    }


def out(core: Core, row: Row) -> dict[str, Any]:
    """A product with all its readable fields."""
    data = json.loads(row["data"])
    reviewing = row["review_until"] > core.clock.now()
    return {
        **{name: data[name] for name in READABLE if name in data},
        "id": row["id"],
        "retailer_id": row["retailer_id"],
        "name": data["title"],
        "currency": "IDR",
        "url": data["link"],
        "image_url": items.image_of(data),
        "visibility": data.get("visibility", "published"),
        "inventory": row["stock"],
        "quantity_to_sell_on_facebook": row["stock"],
        "review_status": "pending" if reviewing else row["verdict"],
        "review_rejection_reasons": [row["rejected_for"]] if row["rejected_for"] and not reviewing else [],
        "image_fetch_status": row["image_status"],
        "retailer_product_group_id": data.get("item_group_id", row["retailer_id"]),
    }


async def products(call: Call) -> dict[str, Any]:
    """The catalogue a page at a time; `filter` takes retailer_id with eq or is_any."""
    _must_be_catalogue(call)
    core, params = call.core, call.params
    settle(core)
    limit = min(params.whole("limit", default=PAGE, low=1), PAGE_MOST)
    after = _cursor(params)
    rows = core.store.rows("SELECT rowid AS place, * FROM meta_item WHERE rowid > ? ORDER BY rowid", after)
    wanted = _filter(params)
    chosen = [row for row in rows if wanted is None or row["retailer_id"] in wanted]
    listed = chosen[:limit]
    answer: dict[str, Any] = {"data": [shown(out(core, row), params) for row in listed]}
    if listed:
        ends = {"before": _marked(listed[0]["place"]), "after": _marked(listed[-1]["place"])}
        answer["paging"] = {"cursors": ends}
        if len(chosen) > limit:
            # As the real one does, the address of the next page carries the token: never follow it, never log it.
            more = {"access_token": call.token, "limit": limit, "after": ends["after"]}
            answer["paging"]["next"] = f"{str(call.request.url).split('?')[0]}?{urlencode(more)}"
    return answer


def _marked(number: int) -> str:
    return base64.urlsafe_b64encode(f"item:{number}".encode()).decode()


def _cursor(params: Params) -> int:
    text = params.text("after", default="")
    if not text:
        return 0
    try:
        kind, _, number = base64.urlsafe_b64decode(text).decode().partition(":")
        if kind != "item":
            raise ValueError(kind)
        return int(number)
    except ValueError:
        raise GraphRefused(100, "Invalid cursor") from None


def _filter(params: Params) -> set[str] | None:
    rule = params.maybe("filter")
    if rule is None:
        return None
    asked = rule.inside("retailer_id")
    if set(rule.values) != {"retailer_id"} or set(asked.values) - {"eq", "is_any"}:
        raise GraphRefused(100, "Param filter: the practice catalogue filters by retailer_id with eq or is_any")
    return {asked.text("eq")} if "eq" in asked else set(asked.texts("is_any", high=REQUESTS_MOST))


def shown(whole: dict[str, Any], params: Params) -> dict[str, Any]:
    """Only the fields asked for; the id always. Raises GraphRefused for a field that does not exist."""
    asked = params.fields() or DEFAULT_FIELDS
    if strange := asked - set(READABLE):
        raise GraphRefused(100, f"Tried accessing nonexisting field ({sorted(strange)[0]})")
    return {name: value for name, value in whole.items() if name in asked | {"id"} and value is not None}


def for_sale(core: Core) -> list[dict[str, Any]]:
    """What a person sees in the catalogue now, oldest first; `left` None is uncounted, 0 is sold out."""
    settle(core)
    found = []
    for row in core.store.rows("SELECT * FROM meta_item ORDER BY rowid"):
        whole, data = out(core, row), json.loads(row["data"])
        if whole["review_status"] == "approved" and whole["visibility"] == "published":
            buyable = data["availability"] in items.BUYABLE
            left = row["stock"] if buyable else 0
            more = {"price_idr": row["price_idr"], "left": left, "description": data["description"]}
            found.append({**whole, **more, "availability": data["availability"]})
    return found


def state(core: Core) -> list[dict[str, Any]]:
    """Every product with price, stock and review, for a test to look at."""
    settle(core)
    rows = core.store.rows("SELECT * FROM meta_item ORDER BY rowid")
    return [
        {**out(core, row), "price_idr": row["price_idr"], "stock": row["stock"], "data": json.loads(row["data"])}
        for row in rows
    ]
