"""The seller says yes or no, and what the app gets for a yes: code, tokens, refresh, and the end of it."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lapak.sandbox.platform import Core
from lapak.sandbox.shopee import news
from lapak.sandbox.shopee.gateway import Call, TopLevel, api, check_signature, envelope, revoke
from lapak.sandbox.shopee.reading import Refused

FIRST_SHOP = 225_001_001
OLD_ACCESS_S = 300  # an access token still works so long after it was refreshed (reported by integrators only)


def open_shop(core: Core, name: str) -> int:
    """A new practice shop, not yet connected to anything. Returns its shop_id. Raises Refused for a bad name."""
    if not 3 <= len(name := name.strip()) <= 30:
        raise Refused("error_param", "Nama toko harus 3 sampai 30 huruf.")
    shop_id = core.store.next_id("shopee_shop", start=FIRST_SHOP)
    core.store.run("INSERT INTO shopee_shop VALUES (?, ?, 0, 0, 0)", shop_id, name)
    return shop_id


async def auth_partner(core: Core, request: Request) -> Response:
    """The classic consent page: its address must be signed as a public API."""
    return _signed_page(core, request, cancel=False)


async def cancel_auth_partner(core: Core, request: Request) -> Response:
    """The page that ends a consent; signed likewise."""
    return _signed_page(core, request, cancel=True)


def _signed_page(core: Core, request: Request, *, cancel: bool) -> Response:
    try:
        check_signature(core, request, request.url.path.removeprefix(request.scope.get("root_path", "")), public=True)
        return _page(core, request, redirect=_redirect_in(request, "redirect"), cancel=cancel)
    except Refused as refusal:
        return envelope(error=refusal.code, message=refusal.message)


async def auth(core: Core, request: Request) -> Response:
    """The new consent page, without a signature."""
    query = request.query_params
    try:
        if query.get("partner_id") != str(core.settings.shopee.partner_id):
            raise Refused("invalid_partner_id", "Partner_id is invalid.")
        if query.get("auth_type") != "seller" or query.get("response_type") != "code":
            raise Refused("error_param", "auth_type must be seller and response_type must be code.")
        return _page(core, request, redirect=_redirect_in(request, "redirect_uri"), cancel=False)
    except Refused as refusal:
        return envelope(error=refusal.code, message=refusal.message)


def _redirect_in(request: Request, name: str) -> str:
    url = request.query_params.get(name, "")
    if not _is_web(url):
        raise Refused("error_param", f"Invalid {name}.")
    return url


def _is_web(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _page(
    core: Core, request: Request, *, redirect: str, cancel: bool, fault: str = "", state: str | None = None
) -> Response:
    shops = core.store.rows(
        "SELECT shop_id, name, linked FROM shopee_shop WHERE linked OR NOT ? ORDER BY shop_id", int(cancel)
    )
    return core.pages.TemplateResponse(
        request,
        "shopee_consent.html",
        {
            "redirect": redirect,
            "state": request.query_params.get("state", "") if state is None else state,
            "cancel": cancel,
            "fault": fault,
            "shops": shops,
            "host": urlsplit(redirect).netloc,
        },
        status_code=400 if fault else 200,
    )


async def decide(core: Core, request: Request) -> Response:
    """The page's form: `answer` (setuju | tolak), `shop_id` or a new `shop_name`, `redirect`, `state`, `cancel`."""
    form = await request.form()
    redirect, state = str(form.get("redirect", "")), str(form.get("state", ""))
    cancel, name = form.get("cancel") == "1", str(form.get("shop_name", "")).strip()
    if not _is_web(redirect):
        return envelope(error="error_param", message="Invalid redirect.")
    extra = {"state": state} if state else {}
    if form.get("answer") != "setuju":
        return _back(redirect, extra)
    if name and not cancel:
        try:
            shop_id = open_shop(core, name)
        except Refused as refusal:
            return _page(core, request, redirect=redirect, cancel=cancel, state=state, fault=refusal.message)
    else:
        given = str(form.get("shop_id", ""))
        row = core.store.row("SELECT shop_id FROM shopee_shop WHERE shop_id = ?", given if given.isdigit() else -1)
        if row is None:
            return _page(
                core,
                request,
                redirect=redirect,
                cancel=cancel,
                state=state,
                fault="Pilih satu toko, atau tulis nama toko baru.",
            )
        shop_id = row["shop_id"]
    if cancel:
        end_consent(core, shop_id)
        return _back(redirect, {"shop_id": str(shop_id), **extra})
    return _back(redirect, {"code": give_consent(core, shop_id), "shop_id": str(shop_id), **extra})


def _back(redirect: str, extra: dict[str, str]) -> Response:
    parts = urlsplit(redirect)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *extra.items()])
    return RedirectResponse(urlunsplit(parts._replace(query=query)), status_code=302)


def give_consent(core: Core, shop_id: int) -> str:
    """Link the shop and return a single-use code."""
    code, now = secrets.token_hex(16), core.clock.seconds()
    shopee = core.settings.shopee
    with core.store.transaction():
        core.store.run(
            "UPDATE shopee_shop SET linked = 1, auth_at = ?, consent_until = ? WHERE shop_id = ?",
            now,
            now + shopee.consent_s,
            shop_id,
        )
        core.store.run("INSERT INTO shopee_code VALUES (?, ?, ?)", code, shop_id, now + shopee.code_s)
        news.tell(
            core,
            news.AUTHORIZED,
            shop_id,
            {
                "authorize_type": "shop authorization",
                "extra": "",
                "shop_id": shop_id,
                "success": 1,
            },
            partner_id=shopee.partner_id,
        )
    return code


def end_consent(core: Core, shop_id: int) -> None:
    """The seller takes the consent back: tokens die and the app is told."""
    with core.store.transaction():
        revoke(core, shop_id)
        news.tell(
            core,
            news.CANCELED,
            shop_id,
            {
                "authorize_type": "shop authorization canceled",
                "extra": "",
                "shop_id": shop_id,
                "success": 1,
            },
            partner_id=core.settings.shopee.partner_id,
        )


def _body_partner(call: Call) -> None:
    if call.body.whole("partner_id") != call.core.settings.shopee.partner_id:
        raise Refused("invalid_partner_id", "Partner_id in the body is invalid.")


def _new_pair(core: Core, shop_id: int) -> dict[str, Any]:
    now, shopee = core.clock.now(), core.settings.shopee
    access, refresh = secrets.token_hex(16), secrets.token_hex(16)
    core.store.run(
        "INSERT INTO shopee_grant (access, refresh, shop_id, access_until, refresh_until) VALUES (?, ?, ?, ?, ?)",
        access,
        refresh,
        shop_id,
        now + shopee.access_s,
        now + shopee.refresh_s,
    )
    return {"access_token": access, "refresh_token": refresh, "expire_in": shopee.access_s}


@api("POST", "auth/token/get", public=True)
def get_access_token(call: Call) -> TopLevel:
    """A code for the first pair of tokens. The code dies by being used."""
    code = call.body.text("code")
    _body_partner(call)
    if "main_account_id" in call.body:
        raise Refused("invalid_main_acount_id", "The practice platform has no main accounts.")
    shop_id = call.body.whole("shop_id")
    call.speaks_for(shop_id)
    with call.core.store.transaction():
        row = call.core.store.row("SELECT shop_id, until FROM shopee_code WHERE code = ?", code)
        if row is None or row["until"] <= call.core.clock.now():
            raise Refused("invalid_code", "Invalid code.")
        if row["shop_id"] != shop_id:
            raise Refused("invalid_shop_id", "Invalid shop_id.")
        call.core.store.run("DELETE FROM shopee_code WHERE code = ?", code)
        pair = _new_pair(call.core, shop_id)
    return TopLevel(
        {
            **pair,
            "shop_id_list": [shop_id],
            "merchant_id_list": [],
            "supplier_id_list": [],
            "user_id_list": [],
            "principal_id_list": [],
        }
    )


@api("POST", "auth/access_token/get", public=True)
def refresh_access_token(call: Call) -> TopLevel:
    """A refresh token for a new pair. It works once; its second use is refused for good."""
    core, token = call.core, call.body.text("refresh_token")
    _body_partner(call)
    shop_id = call.body.whole("shop_id")
    call.speaks_for(shop_id)
    if core.faults.fire("shopee", "token_revoked", path=call.path, account=str(shop_id)):
        revoke(core, shop_id)
    with core.store.transaction():
        shop = core.store.row("SELECT * FROM shopee_shop WHERE shop_id = ?", shop_id)
        grant = core.store.row("SELECT * FROM shopee_grant WHERE refresh = ? AND shop_id = ?", token, shop_id)
        now = core.clock.now()
        if shop is None or grant is None:
            raise Refused("error_auth", "Invalid refresh_token.")
        if not shop["linked"]:
            raise Refused("shop_no_linked", "The shop is not linked to this app.")
        if grant["refreshed"] or grant["refresh_until"] == 0:
            raise Refused("error_shop_refresh_token", "The refresh_token of this shop is invalid: it was used before.")
        if shop["consent_until"] <= now:
            raise Refused("shop_access_expired", "The shop's authorization has expired.")
        if grant["refresh_until"] <= now:
            raise Refused("refresh_token_expired", "The refresh_token has expired.")
        core.store.run(
            "UPDATE shopee_grant SET refreshed = 1, access_until = min(access_until, ?) WHERE access = ?",
            now + OLD_ACCESS_S,
            grant["access"],
        )
        pair = _new_pair(core, shop_id)
    return TopLevel({"partner_id": core.settings.shopee.partner_id, "shop_id": shop_id, **pair})


@api("GET", "shop/get_shop_info")
def get_shop_info(call: Call) -> TopLevel:
    """The shop, at top level."""
    row = call.core.store.row("SELECT * FROM shopee_shop WHERE shop_id = ?", call.shop_id)
    assert row is not None  # the token led here
    return TopLevel(
        {
            "shop_name": row["name"],
            "region": "ID",
            "status": "NORMAL",
            "is_cb": False,
            "is_sip": False,
            "auth_time": row["auth_at"],
            "expire_time": row["consent_until"],
            "is_upgraded_cbsc": False,
            "merchant_id": None,
            "shop_fulfillment_flag": "Others",
            "is_main_shop": False,
            "is_direct_shop": False,
            "is_one_awb": False,
            "is_mart_shop": False,
            "is_outlet_shop": False,
        }
    )


@api("GET", "shop/get_profile")
def get_profile(call: Call) -> dict[str, Any]:
    """What buyers read about the shop."""
    row = call.core.store.row("SELECT name FROM shopee_shop WHERE shop_id = ?", call.shop_id)
    assert row is not None  # the token led here
    return {"shop_logo": "", "description": "Toko latihan.", "shop_name": row["name"], "invoice_issuer": "Other"}


@api("GET", "public/get_shops_by_partner", public=True)
def get_shops_by_partner(call: Call) -> TopLevel:
    """All linked shops, by page from 1."""
    size, page = (
        call.query.whole("page_size", default=100, low=1, high=100),
        call.query.whole("page_no", default=1, low=1),
    )
    rows = call.core.store.rows(
        "SELECT shop_id, auth_at, consent_until FROM shopee_shop WHERE linked ORDER BY shop_id LIMIT ? OFFSET ?",
        size + 1,
        (page - 1) * size,
    )
    return TopLevel(
        {
            "authed_shop_list": [
                {
                    "region": "ID",
                    "shop_id": row["shop_id"],
                    "auth_time": row["auth_at"],
                    "expire_time": row["consent_until"],
                    "sip_affi_shop_list": [],
                }
                for row in rows[:size]
            ],
            "more": len(rows) > size,
        }
    )
