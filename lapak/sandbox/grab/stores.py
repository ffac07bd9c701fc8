"""Practice stores: how they are linked to the partner, and whether they are open."""

from __future__ import annotations

import secrets
from sqlite3 import Row
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from lapak.sandbox.fields import BadField
from lapak.sandbox.grab import news
from lapak.sandbox.grab.gateway import ACTIVE, Call
from lapak.sandbox.platform import Core

INACTIVE = "INACTIVE"
NAME_CHARS = 60
ACTIVATION_S = 24 * 3600  # how long an activation page stays open is not documented
PAUSES_S = {"30m": 1800, "1h": 3600, "24h": 86_400}
EXPONENTS = {"food": 2, "mart": 0}  # Grab's own models say 2 for Indonesia; GrabMart integrators there use 0
# GrabMart's fixed categories, a few of them invented in the documented shape; Indonesian ids begin so.
MART_CATEGORIES = (
    ("IDITEDP01", "Makanan Ringan", (("IDITEDP0101", "Keripik & Kerupuk"), ("IDITEDP0102", "Kue Kering"))),
    ("IDITEDP02", "Minuman", (("IDITEDP0201", "Kopi & Teh"), ("IDITEDP0202", "Jamu & Sirup"))),
    ("IDITEDP03", "Bahan Masak", (("IDITEDP0301", "Bumbu & Sambal"), ("IDITEDP0302", "Beras & Tepung"))),
    ("IDITEDP04", "Buah & Sayur", (("IDITEDP0401", "Buah Segar"), ("IDITEDP0402", "Sayur Segar"))),
    ("IDITEDP05", "Rumah Tangga", (("IDITEDP0501", "Kebersihan"), ("IDITEDP0502", "Perlengkapan Dapur"))),
)


def open_store(
    core: Core, *, name: str, partner_merchant_id: str, service: str, accepts: str = "AUTO", exponent: int | None = None
) -> str:
    """Make a practice store that is already linked. Returns its merchantID. Raises BadField."""
    if not 1 <= len(name.strip()) <= NAME_CHARS:
        raise BadField("name", f"must have 1 to {NAME_CHARS} characters")
    number = core.store.next_id("grab_store", start=1887)
    merchant_id = f"1-CYL{number * 7919 % 26**6:08X}"
    core.store.run(
        "INSERT INTO grab_store (merchant_id, partner_merchant_id, name, service, exponent, accepts, status)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        merchant_id,
        partner_merchant_id,
        name.strip(),
        service,
        EXPONENTS[service] if exponent is None else exponent,
        accepts,
        INACTIVE,
    )
    return merchant_id


def link(core: Core, merchant_id: str, status: str, partner_merchant_id: str | None = None) -> None:
    """Link a store to the partner, or end the link, and tell the partner."""
    with core.store.transaction():
        core.store.run(
            "UPDATE grab_store SET status = ?, partner_merchant_id = coalesce(?, partner_merchant_id)"
            " WHERE merchant_id = ?",
            status,
            partner_merchant_id,
            merchant_id,
        )
        store = core.store.row("SELECT * FROM grab_store WHERE merchant_id = ?", merchant_id)
        assert store is not None  # the caller has just read it
        told = {
            "partnerMerchantID": store["partner_merchant_id"],
            "grabMerchantID": merchant_id,
            "integrationStatus": status,
        }
        news.tell(core, news.INTEGRATION, merchant_id, told)


def activation(call: Call) -> dict[str, Any]:
    """Begin a self-serve journey. Here `merchantID` is the partner's own number of the store."""
    ours = call.body.inside("partner").text("merchantID", most=64)
    made = secrets.token_urlsafe(24)
    call.core.store.run(
        "INSERT INTO grab_activation VALUES (?, ?, ?, ?)",
        made,
        ours,
        call.service,
        call.core.clock.now() + ACTIVATION_S,
    )
    return {"activationUrl": f"{call.request.url.scheme}://{call.request.url.netloc}/grab/activate/{made}"}


async def activate(core: Core, request: Request) -> Response:
    """The page where a merchant lets the partner in. GET shows it; POST `answer` setuju|tolak with `merchant_id`, or
    with `store_name` and `accepts` for a new store."""
    row = core.store.row(
        "SELECT * FROM grab_activation WHERE token = ? AND until > ?", request.path_params["token"], core.clock.now()
    )
    if row is None:
        return PlainTextResponse("Halaman ini sudah tidak berlaku. Mulai lagi dari aplikasi.", status_code=404)
    fault, outcome = "", ""
    if request.method == "POST":
        form = {name: str(value) for name, value in (await request.form()).items()}
        try:
            outcome = _decide(core, row, form)
        except BadField as wrong:
            fault = str(wrong)
    stores = core.store.rows("SELECT * FROM grab_store WHERE service = ? ORDER BY name", row["service"])
    return core.pages.TemplateResponse(
        request,
        "grab_activate.html",
        {"stores": stores, "fault": fault, "outcome": outcome, "partner": row["partner_merchant_id"]},
        status_code=400 if fault else 200,
    )


def _decide(core: Core, journey: Row, form: dict[str, str]) -> str:
    with core.store.transaction():
        if form.get("answer") == "tolak":
            core.store.run("DELETE FROM grab_activation WHERE token = ?", journey["token"])
            return "refused"
        merchant_id = form.get("merchant_id", "")
        if form.get("store_name", "").strip():
            accepts = form.get("accepts", "AUTO")
            if accepts not in ("AUTO", "MANUAL"):
                raise BadField("accepts", "must be AUTO or MANUAL")
            merchant_id = open_store(
                core,
                name=form["store_name"],
                partner_merchant_id=journey["partner_merchant_id"],
                service=journey["service"],
                accepts=accepts,
            )
        known = core.store.row(
            "SELECT 1 FROM grab_store WHERE merchant_id = ? AND service = ?", merchant_id, journey["service"]
        )
        if known is None:
            raise BadField("store", "must be chosen or named")
        core.store.run("DELETE FROM grab_activation WHERE token = ?", journey["token"])
        link(core, merchant_id, ACTIVE, journey["partner_merchant_id"])
    return "linked"


def pause(call: Call) -> None:
    """Close the store for a while, or open it again."""
    merchant_id = call.body.text("merchantID")
    call.store(merchant_id)
    until = 0.0
    if call.body.flag("isPause"):
        until = call.core.clock.now() + PAUSES_S[call.body.one_of("duration", tuple(PAUSES_S))]
    call.core.store.run("UPDATE grab_store SET paused_until = ? WHERE merchant_id = ?", until, merchant_id)


def status(call: Call) -> dict[str, Any]:
    """Whether the store is open. The practice store has no opening hours of its own."""
    store = call.store(call.request.path_params["merchant_id"])
    is_open = store["paused_until"] <= call.core.clock.now()
    return {
        "isOpen": is_open,
        "isInSpecialOpeningHourRange": False,
        "closeReason": "" if is_open else "mex_paused",
    }


def mart_categories(call: Call) -> dict[str, Any]:
    """GrabMart's fixed categories of a country."""
    if call.query.text("countryCode") != "ID":
        raise BadField("countryCode", "must be ID")
    return {
        "categories": [
            {"id": number, "name": name, "subCategories": [{"id": sub, "name": word} for sub, word in below]}
            for number, name, below in MART_CATEGORIES
        ]
    }
