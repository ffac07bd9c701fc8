"""A menu on its way from the partner's server into the store: notified, fetched, judged, told."""

from __future__ import annotations

import json
import secrets
import uuid
from sqlite3 import Row
from typing import Any

import httpx2
from starlette.responses import Response

from lapak.sandbox.grab import news
from lapak.sandbox.grab.gateway import SLUG, Call, GrabRefused
from lapak.sandbox.grab.menu import BadMenu, Menu, read_menu
from lapak.sandbox.platform import Core

# The documents name no query of the fetch; these are the names Grab uses everywhere else.
MERCHANT, PARTNER_MERCHANT = "merchantID", "partnerMerchantID"
MENU_BYTES_MOST = 20 * 1024 * 1024
QUEUING, DONE, PARTLY = "InQueuing", "Success", "PartialSuccess"
FAILED = "Failed"  # the trace lists no word for a menu that could not be taken at all; this one is ours


def notify(call: Call) -> Response:
    """The partner's menu has changed: fetch it soon. Twice within the lock is a conflict."""
    core, merchant_id = call.core, call.body.text("merchantID")
    store = call.store(merchant_id)
    now, lock_s = core.clock.now(), core.settings.grab.menu_lock_s
    if now - store["notified_at"] < lock_s:
        raise GrabRefused(409, f"Menu notification too frequently, retry after {lock_s} seconds")
    job_id = str(uuid.uuid4())
    with core.store.transaction():
        core.store.run("UPDATE grab_store SET notified_at = ? WHERE merchant_id = ?", now, merchant_id)
        core.store.run(
            "INSERT INTO grab_sync (job_id, merchant_id, created, updated, code) VALUES (?, ?, ?, ?, ?)",
            job_id,
            merchant_id,
            now,
            now,
            QUEUING,
        )
        _tell_result(core, store, job_id, "QUEUEING", [])
        news.tell(core, news.MENU, merchant_id, {"jobID": job_id})
    return Response(status_code=204, headers={"x-job-id": job_id})


def trace(call: Call) -> dict[str, Any]:
    """How the store's last sync went."""
    merchant_id = call.query.text("merchantID")
    call.store(merchant_id)
    row = call.core.store.row(
        "SELECT * FROM grab_sync WHERE merchant_id = ? ORDER BY created DESC, rowid DESC LIMIT 1", merchant_id
    )
    if row is None:
        raise GrabRefused(404, "no menu was ever synced", "merchantID")
    return {
        "createdTime": news.rfc3339(row["created"]),
        "updatedTime": news.rfc3339(row["updated"]),
        "code": row["code"],
        "errors": json.loads(row["errors"]),
        "sections": json.loads(row["sections"]),
    }


async def fetch(core: Core, client: httpx2.AsyncClient, push: Row) -> tuple[bool, str]:
    """Fetch the partner's menu and take it. A menu that cannot be had fails at once: the partner notifies again."""
    job_id = json.loads(push["body"])["jobID"]
    store = core.store.row(
        "SELECT s.* FROM grab_store s JOIN grab_sync y USING (merchant_id) WHERE y.job_id = ?", job_id
    )
    if store is None:
        return True, "gone"
    _tell_result(core, store, job_id, "PROCESSING", [])
    query = {MERCHANT: store["merchant_id"], PARTNER_MERCHANT: store["partner_merchant_id"]}
    answer = ""
    try:
        reply = await news.call_partner(core, client, "GET", push["url"], query=query)
        answer = str(reply.status_code)
        menu = _judged(core, store, reply)
    except (httpx2.HTTPError, OSError) as fault:
        _conclude(core, store, job_id, FAILED, [f"the menu could not be fetched: {type(fault).__name__}"], [])
        return True, type(fault).__name__
    except BadMenu as fault:
        _conclude(core, store, job_id, FAILED, [str(fault)], [])
        return True, answer
    with core.store.transaction():
        _replace_items(core, store["merchant_id"], menu)
        _conclude(core, store, job_id, PARTLY if menu.errors else DONE, menu.errors, menu.sections)
    return True, answer


def _judged(core: Core, store: Row, reply: httpx2.Response) -> Menu:
    if reply.status_code != 200:
        raise BadMenu(f"the menu endpoint answered {reply.status_code}")
    if len(reply.content) > MENU_BYTES_MOST:
        raise BadMenu("the menu is too large")
    try:
        whole = reply.json()
    except ValueError:
        raise BadMenu("the menu is not JSON") from None
    if not isinstance(whole, dict):
        raise BadMenu("the menu is not a JSON object")
    refused: dict[str, str] = {}
    if fired := core.faults.fire(SLUG, "refuse_item", path="/menu", account=store["merchant_id"]):
        refused[""] = str(fired.more["message"])
    menu = read_menu(whole, merchant_id=store["merchant_id"], service=store["service"], refused=refused)
    if menu.exponent != store["exponent"]:
        raise BadMenu(f"currency.exponent of this store is {store['exponent']}")
    if part := core.faults.fire(SLUG, "partial_batch", path="/menu", account=store["merchant_id"]):
        for item in [item for item in menu.items if part.dice.random() < float(part.more["share"])]:
            menu.items.remove(item)
            menu.errors.append(f"item {item['id']}: could not be saved")
    return menu


def _replace_items(core: Core, merchant_id: str, menu: Menu) -> None:
    """Make the store sell exactly this menu. An item keeps its Grab id for ever."""
    known = {
        row["item_id"]: row["grab_item_id"]
        for row in core.store.rows("SELECT item_id, grab_item_id FROM grab_item WHERE merchant_id = ?", merchant_id)
    }
    core.store.run("DELETE FROM grab_item WHERE merchant_id = ?", merchant_id)
    for place, item in enumerate(menu.items):
        core.store.run(
            "INSERT INTO grab_item (merchant_id, item_id, place, category, grab_item_id, name, price, status,"
            " max_stock, spec, groups) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            merchant_id,
            item["id"],
            place,
            item["category"],
            known.get(item["id"], f"IDITE{secrets.token_hex(8).upper()}"),
            item["name"],
            item["price"],
            item["status"],
            item["max_stock"],
            json.dumps({name: item[name] for name in ("description", "photo", "taxable")}),
            json.dumps(item["groups"]),
        )


def _conclude(
    core: Core, store: Row, job_id: str, code: str, errors: list[str], sections: list[dict[str, Any]]
) -> None:
    core.store.run(
        "UPDATE grab_sync SET code = ?, updated = ?, errors = ?, sections = ? WHERE job_id = ?",
        code,
        core.clock.now(),
        json.dumps(errors),
        json.dumps(sections),
        job_id,
    )
    # The webhook has no word for a partial success: it says SUCCESS and lists what was left out.
    _tell_result(core, store, job_id, "FAILED" if code == FAILED else "SUCCESS", errors)


def _tell_result(core: Core, store: Row, job_id: str, status: str, errors: list[str]) -> None:
    news.tell(
        core,
        news.MENU_RESULT,
        store["merchant_id"],
        {
            "requestID": str(uuid.uuid4()),
            "merchantID": store["merchant_id"],
            "partnerMerchantID": store["partner_merchant_id"],
            "jobID": job_id,
            "updatedAt": news.rfc3339(core.clock.now()),
            "status": status,
            "errors": errors,
        },
    )
