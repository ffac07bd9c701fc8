"""The number's profile, its catalogue and its cart; and the person who sends a cart."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lapak.sandbox.body import BadBody
from lapak.sandbox.fields import BadField, Fields
from lapak.sandbox.meta import catalogue
from lapak.sandbox.platform import Core
from lapak.sandbox.whatsapp import limits, media, people
from lapak.sandbox.whatsapp.door import body_of, check_caller, refused
from lapak.sandbox.whatsapp.graph import GraphRefused

ONE_ITEM_MOST = 99
LINES_MOST = 100
NOTE_CHARS = 1000
SETTINGS = ("is_cart_enabled", "is_catalog_visible")


class CannotBuy(Exception):
    """The cart cannot be sent. `code` is stable: not_found, closed, sold_out."""

    def __init__(self, code: str, message: str, left: int = 0) -> None:
        super().__init__(code)
        self.code, self.message, self.left = code, message, left


def commerce(core: Core) -> dict[str, bool]:
    """Whether people see the catalogue and may fill a cart."""
    kept: dict[str, bool] = core.store.setting("whatsapp.commerce", {})
    return dict.fromkeys(SETTINGS, True) | kept


async def commerce_settings(core: Core, request: Request) -> Response:
    """GET or POST /{version}/{phone}/whatsapp_commerce_settings; the switches stand in the query, or in the body."""
    try:
        check_caller(core, request, core.settings.whatsapp.phone_number_id)
        if request.method == "GET":
            return JSONResponse(
                {"data": [{"id": connected(core), **commerce(core)}]}
            )  # clients read it as the catalogue
        sent = {**await body_of(request), **request.query_params}
        chosen = {name: _flag(sent[name], name) for name in SETTINGS if name in sent}
    except GraphRefused as fault:
        return refused(fault)
    core.store.keep_setting("whatsapp.commerce", commerce(core) | chosen)
    return JSONResponse({"success": True})


def _flag(value: Any, name: str) -> bool:
    if value in (True, "true"):
        return True
    if value in (False, "false"):
        return False
    raise GraphRefused(100, f"Parameter {name} must be true or false.")


def connected(core: Core) -> str:
    """The catalogue the account is connected to; from the beginning the practice catalogue."""
    found: str = core.store.setting("whatsapp.catalog", core.settings.facebook.catalog_id)
    return found


async def product_catalogs(core: Core, request: Request) -> Response:
    """GET, POST or DELETE /{version}/{waba}/product_catalogs: which catalogue the account sells from."""
    try:
        check_caller(core, request, core.settings.whatsapp.account_id)
        if request.method == "GET":
            found = connected(core)
            return JSONResponse({"data": [{"id": found, "name": "Katalog Latihan"}] if found else []})
        sent = {**await body_of(request), **request.query_params}
        if str(sent.get("catalog_id", "")) != core.settings.facebook.catalog_id:
            raise GraphRefused(100, "Parameter catalog_id is not a catalogue of this business.")
    except GraphRefused as fault:
        return refused(fault)
    core.store.keep_setting("whatsapp.catalog", sent["catalog_id"] if request.method == "POST" else "")
    return JSONResponse({"success": True})


async def node(core: Core, request: Request) -> Response:
    """GET the phone number or a media file; DELETE a media file."""
    us, name = core.settings.whatsapp, request.path_params["node"]
    try:
        check_caller(core, request)
        if name == us.phone_number_id and request.method == "GET":
            whole = {
                "id": us.phone_number_id,
                "display_phone_number": f"+{us.display_number}",
                "verified_name": "Usaha Latihan",
                "quality_rating": "GREEN",
                "code_verification_status": "VERIFIED",
                "whatsapp_business_manager_messaging_limit": limits.tier(core),
            }
            asked = {part.strip() for part in request.query_params.get("fields", "").split(",") if part.strip()}
            if strange := asked - set(whole):
                raise GraphRefused(100, f"Tried accessing nonexisting field ({sorted(strange)[0]}).")
            return JSONResponse({key: value for key, value in whole.items() if not asked or key in asked | {"id"}})
        row = media.find(core, name)
        if row is None:
            raise GraphRefused(100, f"Object with ID '{name}' does not exist.")
    except GraphRefused as fault:
        return refused(fault)
    if request.method == "DELETE":
        core.store.run("DELETE FROM whatsapp_media WHERE id = ?", name)
        return JSONResponse({"success": True})
    return JSONResponse(media.told(core, request, row))


def shelf(core: Core) -> list[dict[str, Any]]:
    """What a person sees in the catalogue of the chat."""
    return catalogue.for_sale(core) if connected(core) and commerce(core)["is_catalog_visible"] else []


def send_cart(core: Core, number: str, wish: Fields) -> tuple[str, dict[str, Any]]:
    """The person sends a cart. The shop holds no stock for it. Returns the message's id and the order as told.

    Raises CannotBuy or BadField.
    """
    on = commerce(core)
    if not connected(core) or not on["is_catalog_visible"] or not on["is_cart_enabled"]:
        raise CannotBuy("closed", "Katalog atau keranjang sedang tidak dibuka.")
    offered = {one["retailer_id"]: one for one in catalogue.for_sale(core)}
    lines = []
    for line in wish.each("lines", high=LINES_MOST) if "lines" in wish else [wish]:
        retailer_id = line.text("product_retailer_id" if "product_retailer_id" in line else "item_sku")
        quantity, item = line.whole("quantity", default=1, low=1, high=ONE_ITEM_MOST), offered.get(retailer_id)
        if item is None:
            raise CannotBuy("not_found", "Barang ini tidak ada di katalog.")
        # An item that becomes unavailable leaves open carts; how many are left, a cart does not look at.
        if item["left"] == 0:
            raise CannotBuy("sold_out", f"{item['name']} sedang habis.")
        lines.append(
            {
                "product_retailer_id": retailer_id,
                "quantity": quantity,
                "item_price": item["price_idr"],
                "currency": "IDR",
            }
        )
    text = wish.text("text", default="", most=NOTE_CHARS)
    order = {"catalog_id": connected(core), "text": text, "product_items": lines}
    names = ", ".join(f"{line['quantity']} × {offered[line['product_retailer_id']]['name']}" for line in lines)
    name = wish.text("name", default="", most=80)
    shown = f"Keranjang: {names}" + (f"\n{text}" if text else "")
    return people.hear(core, number, {"type": "order", "order": order}, shown=shown, name=name), order


async def buy_wish(request: Request) -> Fields:
    """A cart from a form (fields `jumlah-<retailer id>`) or from JSON. Raises BadField."""
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            return Fields(await body_of(request))
        except (GraphRefused, BadBody) as fault:
            raise BadField("body", str(fault)) from None
    form = {name: str(value) for name, value in (await request.form()).items()}
    lines = [
        {"product_retailer_id": name.removeprefix("jumlah-"), "quantity": value}
        for name, value in form.items()
        if name.startswith("jumlah-") and value not in ("", "0")
    ]
    return Fields({"lines": lines or None, "text": form.get("text", ""), "number": form.get("number", "")})
