"""Webhooks of practice Tokopedia: what is told, signed how, to whom."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from lapak.sandbox.platform import Core
from lapak.sandbox.pushes import Manners, is_empty_2xx
from lapak.sandbox.tokopedia.gateway import INVALID, SLUG, Call, Refused, api

ORDER_STATUS_CHANGE, PRODUCT_STATUS_CHANGE, SELLER_DEAUTHORIZATION = 1, 5, 6
CANCELLATION_STATUS_CHANGE, PRODUCT_AUDIT_STATUS_CHANGE = 11, 37
# Names that can be registered by API, and their numbers. The sandbox sends only those named above.
EVENTS = {
    "ORDER_STATUS_CHANGE": ORDER_STATUS_CHANGE,
    "RECIPIENT_ADDRESS_UPDATE": 3,
    "PACKAGE_UPDATE": 4,
    "PRODUCT_STATUS_CHANGE": PRODUCT_STATUS_CHANGE,
    "SELLER_DEAUTHORIZATION": SELLER_DEAUTHORIZATION,
    "UPCOMING_AUTHORIZATION_EXPIRATION": 7,
    "CANCELLATION_STATUS_CHANGE": CANCELLATION_STATUS_CHANGE,
    "RETURN_STATUS_CHANGE": 12,
    "NEW_CONVERSATION": 13,
    "NEW_MESSAGE": 14,
    "PRODUCT_INFORMATION_CHANGE": 15,
    "PRODUCT_CREATION": 16,
    "PRODUCT_CATEGORY_CHANGE": 18,
    "NEW_MESSAGE_LISTENER": 33,
    "INVOICE_STATUS_CHANGE": 36,
    "PRODUCT_AUDIT_STATUS_CHANGE": PRODUCT_AUDIT_STATUS_CHANGE,
}
NAMES = {number: name for name, number in EVENTS.items()}
ADDRESS_CHARS = 255
# 3 s of patience and an empty answer are documented; that there are retries too, but not when. These waits are ours.
MANNERS = Manners(timeout_s=3.0, retry_after_s=(60, 300, 1800, 10_800), received=is_empty_2xx)


def callback(core: Core) -> str:
    """The listener of the whole app, as its console says; '' when there is none."""
    url: str = core.store.setting("tokopedia.callback", core.settings.tokopedia.callback)
    return url


def tell(core: Core, number: int, shop_id: int, data: dict[str, Any], *, after_s: float = 0.0) -> int:
    """Put one webhook in the outbox, to the shop's own address for it or else the app's. Returns its id, 0 for none."""
    own = core.store.row(
        "SELECT address FROM tokopedia_webhook WHERE shop_id = ? AND event_type = ?", shop_id, NAMES[number]
    )
    if not (url := own["address"] if own else callback(core)):
        return 0
    whole = {
        "type": number,
        "tts_notification_id": str(core.store.next_id("tokopedia_notification", start=7_327_112_393_057_371_910)),
        "shop_id": str(shop_id),
        "timestamp": int(core.clock.now() + after_s),
        "data": data,
    }
    body = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
    return core.pushes.add(
        platform=SLUG,
        account=str(shop_id),
        topic=str(number),
        url=url,
        headers={"Content-Type": "application/json", "Authorization": signature(core, body)},
        body=body,
        after_s=after_s,
    )


def signature(core: Core, body: bytes) -> str:
    """Lower-case hex HMAC-SHA256 of app_key + body, keyed with the app's secret. The address is not part of it."""
    ours = core.settings.tokopedia
    return hmac.new(ours.app_secret.encode(), ours.app_key.encode() + body, hashlib.sha256).hexdigest()


def _event(call: Call) -> str:
    return call.body.one_of("event_type", EVENTS)


@api("PUT", "/event/202309/webhooks")
def update_shop_webhook(call: Call) -> None:
    """Tell one kind of news of this shop to an address."""
    event, address = _event(call), call.body.text("address", most=ADDRESS_CHARS)
    if not address.startswith(("https://", "http://")):
        raise Refused(INVALID, "invalid param error: address must be an HTTP or HTTPS URL")
    now = call.core.clock.seconds()
    call.core.store.run(
        "INSERT INTO tokopedia_webhook VALUES (?, ?, ?, ?, ?) ON CONFLICT (shop_id, event_type)"
        " DO UPDATE SET address = excluded.address, updated = excluded.updated",
        call.shop_id,
        event,
        address,
        now,
        now,
    )


@api("GET", "/event/202309/webhooks")
def get_shop_webhooks(call: Call) -> dict[str, Any]:
    """The addresses of this shop. Their times are in milliseconds, unlike all others."""
    rows = call.core.store.rows("SELECT * FROM tokopedia_webhook WHERE shop_id = ? ORDER BY event_type", call.shop_id)
    return {
        "webhooks": [
            {
                "event_type": row["event_type"],
                "address": row["address"],
                "create_time": row["created"] * 1000,
                "update_time": row["updated"] * 1000,
            }
            for row in rows
        ],
        "total_count": len(rows),
    }


@api("DELETE", "/event/202309/webhooks")
def delete_webhook(call: Call) -> None:
    """Forget the address of one kind of news."""
    call.core.store.run(
        "DELETE FROM tokopedia_webhook WHERE shop_id = ? AND event_type = ?", call.shop_id, _event(call)
    )
