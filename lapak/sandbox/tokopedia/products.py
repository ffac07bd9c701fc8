"""Products of a practice shop: put up, audited, changed, taken down."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from sqlite3 import Row
from typing import Any

from lapak.sandbox.banned import banned_for
from lapak.sandbox.faults import Fired
from lapak.sandbox.platform import Core
from lapak.sandbox.tokopedia import market, news
from lapak.sandbox.tokopedia.gateway import SLUG, Call, Refused, api
from lapak.sandbox.tokopedia.specs import Sku, checked_skus, checked_spec

FIRST_PRODUCT, FIRST_SKU = 1_729_592_969_712_200_101, 1_729_592_969_812_200_101
DRAFT, PENDING, FAILED, ACTIVE = "DRAFT", "PENDING", "FAILED", "ACTIVATE"
SELLER_OFF, PLATFORM_OFF, FREEZE, DELETED = "SELLER_DEACTIVATED", "PLATFORM_DEACTIVATED", "FREEZE", "DELETED"
STATUSES = (DRAFT, PENDING, FAILED, ACTIVE, SELLER_OFF, PLATFORM_OFF, FREEZE, DELETED)
AUDITING, APPROVED, NONE = "AUDITING", "APPROVED", "NONE"
REFUSED_ITEM = 12_052_220  # what the switch `refuse_item` answers when it names no number


def settle(core: Core) -> None:
    """End the audits whose time is over. Called before anything looks at products."""
    with core.store.transaction():
        rows = core.store.rows(
            "SELECT * FROM tokopedia_product WHERE audit = 'AUDITING' AND audit_until <= ?", core.clock.now()
        )
        for row in rows:
            _end_audit(core, row)


def _end_audit(core: Core, row: Row) -> None:
    """A version that passes is published. One that fails leaves what was live as it was, and else fails the product."""
    version, statuses = json.loads(row["version"]), json.loads(row["statuses"])
    spec = row["spec"]
    if row["reason"]:
        audit, statuses = FAILED, {name: FAILED if one == PENDING else one for name, one in statuses.items()}
    else:
        audit, spec, statuses = APPROVED, json.dumps(version["spec"]), version["then"]
        _write_skus(core, row["product_id"], [Sku(**one) for one in version["skus"]])
    core.store.run(
        "UPDATE tokopedia_product SET audit = ?, spec = ?, statuses = ?, version = '', updated = ?"
        " WHERE product_id = ?",
        audit,
        spec,
        json.dumps(statuses),
        int(row["audit_until"]),
        row["product_id"],
    )


def _write_skus(core: Core, product_id: int, skus: list[Sku]) -> None:
    """Make these the product's variants. What an edit left out, and what was sold meanwhile, stays."""
    core.store.run(
        "DELETE FROM tokopedia_sku WHERE product_id = ? AND sku_id NOT IN (SELECT value FROM json_each(?))",
        product_id,
        json.dumps([sku.sku_id for sku in skus]),
    )
    for sku in skus:
        core.store.run(
            "INSERT INTO tokopedia_sku (sku_id, product_id, seller_sku, more, price_idr, stock)"
            " VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (sku_id) DO UPDATE SET seller_sku = excluded.seller_sku, more = excluded.more",
            sku.sku_id,
            product_id,
            sku.seller_sku,
            json.dumps(sku.more),
            sku.price_idr or 0,
            sku.stock or 0,
        )


def product_of(call: Call, product_id: int) -> Row:
    """A product of the calling shop that is not deleted. Raises Refused."""
    settle(call.core)
    row = call.core.store.row("SELECT * FROM tokopedia_product WHERE product_id = ?", product_id)
    if row is None or DELETED in json.loads(row["statuses"]).values():
        raise Refused(12_052_032, "The product does not exist")
    if row["shop_id"] != call.shop_id:
        raise Refused(
            12_052_048, "You cannot edit the specified product(s) as it isn't listed in your account or shop."
        )
    return row


def skus_of(core: Core, product_id: int) -> list[Row]:
    """The variants of a product."""
    return core.store.rows("SELECT * FROM tokopedia_sku WHERE product_id = ? ORDER BY sku_id", product_id)


def _may_refuse(call: Call) -> None:
    if fired := call.core.faults.fire(SLUG, "refuse_item", path=call.path, account=call.account):
        number = str(fired.more["error"])
        raise Refused(
            int(number) if number.isascii() and number.isdigit() else REFUSED_ITEM, str(fired.more["message"])
        )


def _numbered(core: Core, skus: list[Sku]) -> list[Sku]:
    return [replace(one, sku_id=one.sku_id or core.store.next_id("tokopedia_sku", start=FIRST_SKU)) for one in skus]


def begin_audit(
    call: Call, product_id: int, spec: dict[str, Any], skus: list[Sku], then: dict[str, str], *, first: bool
) -> None:
    """Send a version to the auditors, inside the caller's transaction; `then` are the statuses it has if it passes.

    The news of the verdict is put in the outbox now and leaves when the verdict is due.
    """
    core, wait_s = call.core, call.core.settings.tokopedia.audit_s
    if slow := core.faults.fire(SLUG, "review_item", path=call.path, account=call.account):
        wait_s = float(slow.more["seconds"])
    reason = banned_for(f"{spec['title']}\n{spec['description']}")
    core.store.run(
        "UPDATE tokopedia_product SET audit = 'AUDITING', audit_until = ?, version = ?, reason = ?, updated = ?"
        " WHERE product_id = ?",
        core.clock.now() + wait_s,
        json.dumps({"spec": spec, "skus": [asdict(one) for one in skus], "then": then}),
        reason,
        core.clock.seconds(),
        product_id,
    )
    tell_audit(core, call.shop_id, product_id, AUDITING, then)
    verdict = "PRODUCT_FIRST_PASS_REVIEW" if first else "PRODUCT_STATUS_CHANGED"
    news.tell(
        core,
        news.PRODUCT_STATUS_CHANGE,
        call.shop_id,
        {
            "product_id": product_id,
            "status": "PRODUCT_AUDIT_FAILURE" if reason else verdict,
            "suspended_reason": reason,
            "update_time": int(core.clock.now() + wait_s),
        },
        after_s=wait_s,
    )
    tell_audit(core, call.shop_id, product_id, FAILED if reason else APPROVED, then, after_s=wait_s)


def tell_audit(
    core: Core, shop_id: int, product_id: int, status: str, platforms: dict[str, str], *, after_s: float = 0.0
) -> None:
    """Webhook 37. Here the product's id is a number, not a text."""
    data: dict[str, Any] = {
        "product_id": product_id,
        "audit": {"status": status, "pre_approved_reasons": []},
        "update_time": int(core.clock.now() + after_s),
    }
    if market.TOKOPEDIA in platforms:
        data["integrated_platform_statuses"] = {"platform": market.TOKOPEDIA, "status": status}
    news.tell(core, news.PRODUCT_AUDIT_STATUS_CHANGE, shop_id, data, after_s=after_s)


@api("POST", "/product/202309/products")
def create_product(call: Call) -> dict[str, Any]:
    """Put a new product up; it is audited before it is on sale. The same idempotency_key again makes no second one."""
    core, now = call.core, call.core.clock.seconds()
    key = call.body.text("idempotency_key", default="", most=market.IDEMPOTENCY_CHARS)
    if key:
        again = core.store.row(
            "SELECT product_id FROM tokopedia_product WHERE shop_id = ? AND idempotency_key = ?", call.shop_id, key
        )
        if again is not None:
            return _written(call, again["product_id"], [])
    _may_refuse(call)
    mode = call.body.one_of("save_mode", ("LISTING", "AS_DRAFT"), default="LISTING")
    spec, platforms, warnings = checked_spec(call, dict(call.body.values))
    with core.store.transaction():
        skus = _numbered(core, checked_skus(call, call.body, []))
        product_id = core.store.next_id("tokopedia_product", start=FIRST_PRODUCT)
        waiting = dict.fromkeys(platforms, DRAFT if mode == "AS_DRAFT" else PENDING)
        core.store.run(
            "INSERT INTO tokopedia_product (product_id, shop_id, created, updated, spec, statuses, audit,"
            " idempotency_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            product_id,
            call.shop_id,
            now,
            now,
            json.dumps(spec),
            json.dumps(waiting),
            NONE,
            key or None,
        )
        _write_skus(core, product_id, skus)
        if mode == "LISTING":
            begin_audit(call, product_id, spec, skus, dict.fromkeys(platforms, ACTIVE), first=True)
    settle(core)
    return _written(call, product_id, warnings, skus)


def _written(call: Call, product_id: int, warnings: list[str], skus: list[Sku] | None = None) -> dict[str, Any]:
    """A product as the answer to writing it shows it: the version just sent, or else what is stored."""
    if skus is None:
        skus = [
            Sku(row["sku_id"], row["seller_sku"], None, None, json.loads(row["more"]))
            for row in skus_of(call.core, product_id)
        ]
    return {
        "product_id": str(product_id),
        "skus": [
            {
                "id": str(sku.sku_id),
                "seller_sku": sku.seller_sku,
                "external_sku_id": sku.more["external_sku_id"],
                "sales_attributes": [
                    {"id": str(one["id"]), "value_id": str(one["value_id"])} for one in sku.more["sales_attributes"]
                ],
            }
            for sku in skus
        ],
        "warnings": [{"message": text} for text in warnings],
    }


@api("PUT", "/product/202509/products/{product_id}")
def edit_product(call: Call) -> dict[str, Any]:
    """Replace a product. What is left out is lost, except price and stock."""
    return _edit(call, dict(call.body.values))


@api("POST", "/product/202509/products/{product_id}/partial_edit")
def partial_edit_product(call: Call) -> dict[str, Any]:
    """Change some top-level properties; each of them is replaced as a whole."""
    row = product_of(call, call.ids["product_id"])
    base = json.loads(row["version"])["spec"] if row["version"] else json.loads(row["spec"])
    kept = {"listing_platforms": list(json.loads(row["statuses"])), "category_version": "v2", **base}
    return _edit(call, kept | dict(call.body.values))


def _edit(call: Call, sent: dict[str, Any]) -> dict[str, Any]:
    core, row = call.core, product_of(call, call.ids["product_id"])
    statuses: dict[str, str] = json.loads(row["statuses"])
    if FREEZE in statuses.values():
        raise wrong_status()
    _may_refuse(call)
    spec, platforms, warnings = checked_spec(call, sent)
    with core.store.transaction():
        skus = _edited_skus(call, row)
        live = ACTIVE in statuses.values()
        # A product the seller took down stays down when its new version passes.
        then = {name: SELLER_OFF if statuses.get(name) == SELLER_OFF else ACTIVE for name in platforms}
        now = {
            name: one if (one := statuses.get(name, PENDING)) in (ACTIVE, SELLER_OFF) else PENDING for name in platforms
        }
        if not live:
            core.store.run(
                "UPDATE tokopedia_product SET spec = ? WHERE product_id = ?", json.dumps(spec), row["product_id"]
            )
            _write_skus(core, row["product_id"], skus)
        core.store.run(
            "UPDATE tokopedia_product SET statuses = ? WHERE product_id = ?", json.dumps(now), row["product_id"]
        )
        begin_audit(call, row["product_id"], spec, skus, then, first=not live)
    settle(core)
    return {**_written(call, row["product_id"], warnings, skus), "audit": {"status": AUDITING}}


def _edited_skus(call: Call, row: Row) -> list[Sku]:
    """The variants after an edit. Prices and stocks given with it apply at once, without an audit."""
    core, old = call.core, skus_of(call.core, row["product_id"])
    if "skus" not in call.body.values:
        if row["version"]:
            return [Sku(**one) for one in json.loads(row["version"])["skus"]]
        return [Sku(one["sku_id"], one["seller_sku"], None, None, json.loads(one["more"])) for one in old]
    skus = _numbered(core, checked_skus(call, call.body, old))
    for sku in skus:
        core.store.run(
            "UPDATE tokopedia_sku SET price_idr = coalesce(?, price_idr), stock = coalesce(?, stock) WHERE sku_id = ?",
            sku.price_idr,
            sku.stock,
            sku.sku_id,
        )
    return skus


def wrong_status() -> Refused:
    """The refusal of a product that is not in a state for this."""
    return Refused(
        12_052_901,
        "The product in its current status is not available for this operation."
        " Change the product status and try again.",
    )


def _many(call: Call) -> tuple[list[int], Fired | None]:
    """The products named by a call of several, and the switch that spoils some of them."""
    texts = call.body.texts("product_ids", low=1, high=1000)
    if len(texts) > market.IDS_MOST:
        raise Refused(12_019_120, "The number of provided product IDs exceeds the limit.")
    if not all(one.isascii() and one.isdigit() and len(one) <= 19 and int(one) < 2**63 for one in texts):
        raise Refused(12_052_031, "Invalid product ID(s) found")
    spoilt = call.core.faults.fire(SLUG, "partial_batch", path=call.path, account=call.account)
    return [int(one) for one in texts], spoilt


def _each(call: Call, change: Callable[[Row, dict[str, str]], None], *, nested: bool = False) -> dict[str, Any]:
    """Do something to each named product on its own; the failures stand in `errors` beside code 0.

    Activating puts the true error one level deeper (`nested`) than hiding and deleting do.
    """
    numbers, spoilt = _many(call)
    errors = []
    for number in numbers:
        try:
            row = product_of(call, number)
            if spoilt is not None and spoilt.dice.random() < spoilt.more["share"]:
                raise Refused(12_052_990, "The check failed.")
            change(row, json.loads(row["statuses"]))
        except Refused as refusal:
            detail: dict[str, Any] = {"product_id": str(number)}
            code, message = refusal.code, refusal.message
            if nested:
                detail["extra_errors"] = [{"code": code, "message": message}]
                code, message = 12_052_990, "Check failed"
            errors.append({"code": code, "message": message, "detail": detail})
    return {"errors": errors}


def _listing_platforms(call: Call) -> list[str]:
    chosen = call.body.texts("listing_platforms", low=0, high=2) or [market.TIKTOK]
    if not set(chosen) <= set(market.PLATFORMS):
        raise Refused(12_052_910, "Invalid input parameters. Refer to the API documentation for details.")
    return chosen


@api("POST", "/product/202309/products/activate")
def activate_products(call: Call) -> dict[str, Any]:
    """Bring hidden products back, through an audit, on the named platforms only (TIKTOK_SHOP unless said)."""
    chosen = _listing_platforms(call)

    def change(row: Row, statuses: dict[str, str]) -> None:
        if any(statuses.get(name) not in (SELLER_OFF, PLATFORM_OFF) for name in chosen):
            raise wrong_status()
        skus = [
            Sku(one["sku_id"], one["seller_sku"], None, None, json.loads(one["more"]))
            for one in skus_of(call.core, row["product_id"])
        ]
        with call.core.store.transaction():
            now = statuses | dict.fromkeys(chosen, PENDING)
            call.core.store.run(
                "UPDATE tokopedia_product SET statuses = ? WHERE product_id = ?", json.dumps(now), row["product_id"]
            )
            then = statuses | dict.fromkeys(chosen, ACTIVE)
            begin_audit(call, row["product_id"], json.loads(row["spec"]), skus, then, first=False)

    answer = _each(call, change, nested=True)
    settle(call.core)
    return answer


@api("POST", "/product/202309/products/deactivate")
def deactivate_products(call: Call) -> dict[str, Any]:
    """Hide products on the named platforms only (TIKTOK_SHOP unless said)."""
    chosen = _listing_platforms(call)

    def change(row: Row, statuses: dict[str, str]) -> None:
        if any(statuses.get(name) not in (ACTIVE, SELLER_OFF) for name in chosen):
            raise wrong_status()
        _set_statuses(call, row, statuses | dict.fromkeys(chosen, SELLER_OFF))

    return _each(call, change)


@api("DELETE", "/product/202309/products")
def delete_products(call: Call) -> dict[str, Any]:
    """Take products away for good; they stay findable as DELETED."""

    def change(row: Row, statuses: dict[str, str]) -> None:
        _set_statuses(call, row, dict.fromkeys(statuses, DELETED))

    return _each(call, change)


def _set_statuses(call: Call, row: Row, statuses: dict[str, str]) -> None:
    """Change where a product is shown. A version still in audit follows, so that its verdict does not undo this."""
    version = json.loads(row["version"]) if row["version"] else None
    if version is not None:
        version["then"] |= {name: one for name, one in statuses.items() if one in (SELLER_OFF, DELETED)}
    call.core.store.run(
        "UPDATE tokopedia_product SET statuses = ?, version = ?, updated = ? WHERE product_id = ?",
        json.dumps(statuses),
        json.dumps(version) if version is not None else "",
        call.core.clock.seconds(),
        row["product_id"],
    )
