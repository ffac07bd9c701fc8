"""The seller says yes or no, and what the app gets for a yes: code, tokens, refresh, shops, and the end of it."""

from __future__ import annotations

import hmac
import secrets
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lapak.sandbox.platform import ACCOUNT, Core
from lapak.sandbox.tokopedia import news
from lapak.sandbox.tokopedia.gateway import (
    BAD_AUTH,
    INVALID,
    SLUG,
    Call,
    Refused,
    api,
    envelope,
    opaque,
    revoke,
)

FIRST_SHOP, FIRST_WAREHOUSE = 7_495_000_000_000_000_101, 7_396_000_000_000_000_101
SCOPES = (
    "seller.authorization.info",
    "seller.shop.info",
    "seller.product.basic",
    "seller.product.write",
    "seller.product.delete",
    "seller.order.info",
    "seller.fulfillment.basic",
    "seller.fulfillment.package.write",
    "seller.return_refund.basic",
    "seller.logistics",
    "seller.shop.webhook",
)


class BadName(ValueError):
    """The name of a new practice shop is too short or too long."""


def open_shop(core: Core, name: str, *, migrated: bool = True) -> int:
    """A new practice shop, not yet connected. One that `migrated` may list on Tokopedia. Raises BadName."""
    if not 3 <= len(name := name.strip()) <= 30:
        raise BadName("Nama toko harus 3 sampai 30 huruf.")
    shop_id = core.store.next_id("tokopedia_shop", start=FIRST_SHOP)
    core.store.run(
        "INSERT INTO tokopedia_shop VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
        shop_id,
        name,
        f"IDLC{secrets.token_hex(4).upper()}",
        opaque("ROW_", shop_id),
        secrets.token_urlsafe(18),
        core.store.next_id("tokopedia_warehouse", start=FIRST_WAREHOUSE),
        int(migrated),
    )
    return shop_id


def redirect_url(core: Core) -> str:
    """Where consent leads back to, as the app's console says; '' when nobody has said so."""
    url: str = core.store.setting("tokopedia.redirect", core.settings.tokopedia.redirect)
    return url


def is_web(url: str) -> bool:
    """Whether a text is an http(s) address with a host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


async def authorize(core: Core, request: Request) -> Response:
    """The consent page, under its new address (by service_id) and its older one (by app_key)."""
    query, ours = request.query_params, core.settings.tokopedia
    if query.get("service_id") != ours.service_id and query.get("app_key") != ours.app_key:
        return envelope(code=INVALID, message="Invalid credentials. Unknown service_id or app_key.", status=400)
    return _page(core, request, redirect=redirect_url(core), state=query.get("state", ""))


def _page(core: Core, request: Request, *, redirect: str, state: str, fault: str = "") -> Response:
    return core.pages.TemplateResponse(
        request,
        "tokopedia_consent.html",
        {
            "redirect": redirect,
            "state": state,
            "fault": fault,
            "shops": core.store.rows("SELECT shop_id, name, linked FROM tokopedia_shop ORDER BY shop_id"),
            "host": urlsplit(redirect).netloc,
        },
        status_code=400 if fault else 200,
    )


async def decide(core: Core, request: Request) -> Response:
    """The page's form: `answer` (setuju | tolak), `shop_id` or a new `shop_name`, `redirect`, `state`."""
    form = await request.form()
    redirect, state = str(form.get("redirect", "")), str(form.get("state", ""))
    name = str(form.get("shop_name", "")).strip()
    if not is_web(redirect):
        return _page(core, request, redirect="", state=state, fault="Alamat kembali aplikasi belum benar.")
    extra = {"app_key": core.settings.tokopedia.app_key} | ({"state": state} if state else {})
    if form.get("answer") != "setuju":
        return _back(redirect, extra)
    if name:
        try:
            shop_id = open_shop(core, name)
        except BadName as fault:
            return _page(core, request, redirect=redirect, state=state, fault=str(fault))
    else:
        shop = shop_of(core, str(form.get("shop_id", "")))
        if shop is None:
            unnamed = "Pilih satu toko, atau tulis nama toko baru."
            return _page(core, request, redirect=redirect, state=state, fault=unnamed)
        shop_id = shop["shop_id"]
    return _back(redirect, extra | {"code": give_consent(core, shop_id)})


def _back(redirect: str, extra: dict[str, str]) -> Response:
    parts = urlsplit(redirect)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *extra.items()])
    return RedirectResponse(urlunsplit(parts._replace(query=query)), status_code=302)


def shop_of(core: Core, text: str) -> Any:
    """The shop of a number written as text, or None."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1
    number = int(text) if text.isascii() and text.isdigit() and len(text) == 19 and text < "9" else number
    return core.store.row("SELECT * FROM tokopedia_shop WHERE shop_id = ?", number)


def give_consent(core: Core, shop_id: int) -> str:
    """Link the shop and return a code that works once."""
    code = opaque("TTP_", shop_id)
    with core.store.transaction():
        core.store.run("UPDATE tokopedia_shop SET linked = 1 WHERE shop_id = ?", shop_id)
        core.store.run(
            "INSERT INTO tokopedia_code VALUES (?, ?, ?)",
            code,
            shop_id,
            core.clock.now() + core.settings.tokopedia.code_s,
        )
    return code


def end_consent(core: Core, shop_id: int) -> None:
    """The seller takes the consent back: tokens die and the app is told."""
    with core.store.transaction():
        revoke(core, shop_id)
        message = "The seller has removed the authorization of your app."
        news.tell(core, news.SELLER_DEAUTHORIZATION, shop_id, {"message": message})


async def token(core: Core, request: Request) -> Response:
    """`/api/v2/token/get` and `/api/v2/token/refresh`: unsigned, the app's secret stands in the query."""
    query, ours = request.query_params, core.settings.tokopedia
    refresh = request.url.path.endswith("/refresh")
    try:
        if query.get("app_key") != ours.app_key or not hmac.compare_digest(
            query.get("app_secret", "").encode(), ours.app_secret.encode()
        ):
            raise Refused(BAD_AUTH, "Invalid app_key or app_secret.")
        if query.get("grant_type") != ("refresh_token" if refresh else "authorized_code"):
            raise Refused(BAD_AUTH, "Invalid grant_type.")
        with core.store.transaction():
            shop_id, kept = (
                _by_refresh(core, query.get("refresh_token", ""))
                if refresh
                else (_by_code(core, query.get("auth_code", "")), "")
            )
            pair = _new_pair(core, shop_id, kept)
    except Refused as refusal:
        return envelope(code=refusal.code, message=refusal.message, status=200)
    request.scope[ACCOUNT] = str(shop_id)
    return envelope(data=pair, message="success")


def _by_code(core: Core, code: str) -> int:
    row = core.store.row("SELECT shop_id, until FROM tokopedia_code WHERE code = ?", code)
    if row is None or row["until"] <= core.clock.now():
        raise Refused(BAD_AUTH, "Invalid auth code.")
    core.store.run("DELETE FROM tokopedia_code WHERE code = ?", code)
    return int(row["shop_id"])


def _by_refresh(core: Core, token: str) -> tuple[int, str]:
    """The shop of a refresh token, and the token itself if it lives on. A used or dead one is refused for good."""
    grant = core.store.row("SELECT * FROM tokopedia_grant WHERE refresh = ? ORDER BY access_until DESC", token)
    if grant is not None and core.faults.fire(
        SLUG, "token_revoked", path="/api/v2/token/refresh", account=str(grant["shop_id"])
    ):
        revoke(core, grant["shop_id"])
        grant = core.store.row("SELECT * FROM tokopedia_grant WHERE refresh = ?", token)
    if grant is None or grant["dead"] or grant["refreshed"]:
        raise Refused(BAD_AUTH, "Invalid refresh token.")
    if grant["refresh_until"] <= core.clock.now():
        raise Refused(BAD_AUTH, "The refresh token has expired.")
    if not core.settings.tokopedia.rotate:
        return grant["shop_id"], token
    core.store.run("UPDATE tokopedia_grant SET refreshed = 1 WHERE refresh = ?", token)
    return grant["shop_id"], ""


def _new_pair(core: Core, shop_id: int, refresh: str) -> dict[str, Any]:
    now, ours = core.clock.now(), core.settings.tokopedia
    access, refresh = opaque("TTP_", shop_id), refresh or opaque("TTP_", shop_id)
    core.store.run(
        "INSERT INTO tokopedia_grant (access, refresh, shop_id, access_until, refresh_until) VALUES (?, ?, ?, ?, ?)",
        access,
        refresh,
        shop_id,
        now + ours.access_s,
        now + ours.refresh_s,
    )
    shop = core.store.row("SELECT * FROM tokopedia_shop WHERE shop_id = ?", shop_id)
    assert shop is not None  # the code or the old token led here
    return {
        "access_token": access,
        "access_token_expire_in": int(now + ours.access_s),
        "refresh_token": refresh,
        "refresh_token_expire_in": int(now + ours.refresh_s),
        "open_id": shop["open_id"],
        "seller_name": shop["name"],
        "seller_base_region": "ID",
        "user_type": 0,
        "granted_scopes": list(SCOPES),
    }


@api("GET", "/authorization/202309/shops", cipher=False)
def get_authorized_shops(call: Call) -> dict[str, Any]:
    """The shops the seller has given, with the cipher every other call needs."""
    shop = call.shop
    return {
        "shops": [
            {
                "id": str(shop["shop_id"]),
                "name": shop["name"],
                "region": "ID",
                "seller_type": "LOCAL",
                "cipher": shop["cipher"],
                "code": shop["code"],
            }
        ]
    }


@api("GET", "/seller/202309/shops", cipher=False)
def get_active_shops(call: Call) -> dict[str, Any]:
    """The seller's shops; a local seller has one."""
    return {"shops": [{"id": str(call.shop_id), "region": "ID"}]}
