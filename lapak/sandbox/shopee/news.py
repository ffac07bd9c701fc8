"""Pushes of practice Shopee: what is told, signed how, to whom."""

from __future__ import annotations

import json
from typing import Any

import httpx2

from lapak.sandbox.platform import Core
from lapak.sandbox.pushes import Manners, is_empty_2xx
from lapak.sandbox.shopee.gateway import SLUG, Call, api, sign
from lapak.sandbox.shopee.reading import Refused

# Three more tries after 5 minutes, 30 minutes and 3 hours; 3 s of patience; a body in the answer makes it a failure.
MANNERS = Manners(timeout_s=3.0, retry_after_s=(300, 1800, 10800), received=is_empty_2xx)
AUTHORIZED, CANCELED, ORDER_STATUS, TRACKING_NO, RESERVED_STOCK, SHIPPING_DOCUMENT, VIOLATION = 1, 2, 3, 4, 8, 15, 16
KNOWN = (AUTHORIZED, CANCELED, ORDER_STATUS, TRACKING_NO, RESERVED_STOCK, SHIPPING_DOCUMENT, VIOLATION)
LOST_FOR_S = 3 * 86_400
LOST_PAGE = 100


def callback(core: Core) -> str:
    """The listener's URL: what the app set last, else what the environment says, else ''."""
    url: str = core.store.setting("shopee.callback", core.settings.shopee.callback)
    return url


def tell(core: Core, code: int, shop_id: int, data: dict[str, Any], **top: Any) -> None:
    """Put one push in the outbox, unless nobody listens, the code is switched off or the shop is blocked."""
    url = callback(core)
    if (
        not url
        or code not in core.store.setting("shopee.codes_on", list(KNOWN))
        or shop_id in core.store.setting("shopee.blocked_shops", [])
    ):
        return
    whose = {} if code in (AUTHORIZED, CANCELED) else {"shop_id": shop_id}  # consent news names the shop in data alone
    body = json.dumps(
        {"code": code, **whose, "timestamp": core.clock.seconds(), "data": data, **top},
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    core.pushes.add(
        platform=SLUG, account=str(shop_id), topic=str(code), url=url, headers=_signed(core, url, body), body=body
    )


def _signed(core: Core, url: str, body: bytes) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "Authorization": sign(core.settings.shopee.push_key, f"{url}|{body.decode()}"),
    }


@api("POST", "push/set_app_push_config", public=True)
async def set_app_push_config(call: Call) -> dict[str, Any]:
    """Where to push and which codes. A new URL is tried with a test push first and must answer as documented."""
    core, url = call.core, call.body.text("callback_url", default="")
    on = set(call.body.wholes("set_push_config_on", low=0, high=100))
    off = set(call.body.wholes("set_push_config_off", low=0, high=100))
    blocked = call.body.wholes("blocked_shop_id_list", low=0, high=500)
    if url:
        body = json.dumps({"code": 0, "timestamp": core.clock.seconds(), "data": {"verify_info": "push test"}}).encode()
        try:
            async with httpx2.AsyncClient(trust_env=False) as client:
                reply = await client.post(
                    url, content=body, headers=_signed(core, url, body), timeout=MANNERS.timeout_s
                )
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as fault:
            raise Refused("error_param", f"The callback_url did not answer: {type(fault).__name__}.") from None
        if not 200 <= reply.status_code < 300:
            raise Refused("error_param", f"The callback_url answered {reply.status_code}, 2xx is expected.")
    with core.store.transaction():
        if url:
            core.store.keep_setting("shopee.callback", url)
        codes = set(core.store.setting("shopee.codes_on", list(KNOWN)))
        core.store.keep_setting("shopee.codes_on", sorted((codes | on) - off))
        if "blocked_shop_id_list" in call.body:
            core.store.keep_setting("shopee.blocked_shops", blocked)
    return {"result": "success"}


@api("GET", "push/get_lost_push_message", public=True)
def get_lost_push_message(call: Call) -> dict[str, Any]:
    """The earliest 100 pushes of the last 3 days that never arrived and were not confirmed."""
    core = call.core
    rows = core.store.rows(
        "SELECT id, account, body FROM push WHERE platform = ? AND state = 'lost' AND made_at > ? ORDER BY id LIMIT ?",
        SLUG,
        core.clock.now() - LOST_FOR_S,
        LOST_PAGE + 1,
    )
    listed = rows[:LOST_PAGE]
    messages = []
    for row in listed:
        whole = json.loads(row["body"])
        messages.append(
            {
                "shop_id": int(row["account"]),
                "code": whole["code"],
                "timestamp": whole["timestamp"],
                "data": row["body"].decode(),
            }
        )
    return {
        "push_message_list": messages,
        "has_next_page": len(rows) > LOST_PAGE,
        "last_message_id": listed[-1]["id"] if listed else 0,
    }


@api("POST", "push/confirm_consumed_lost_push_message", public=True)
def confirm_consumed_lost_push_message(call: Call) -> None:
    """Everything up to this number is consumed."""
    call.core.store.run(
        "UPDATE push SET state = 'done' WHERE platform = ? AND state = 'lost' AND id <= ?",
        SLUG,
        call.body.whole("last_message_id", low=1),
    )
