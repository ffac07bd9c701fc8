"""Webhooks of practice Blibli: a hint that something is new. What the real ones hold is not documented.

That they exist, that there is one for a submission that needs correction and some for orders, and that failures can be
read, is documented. Name, body, missing signature and the waits between tries are ours: build on polling.
"""

from __future__ import annotations

import json
from typing import Any

from lapak.sandbox.blibli.gateway import NEWER, SLUG, Answered, Call, api
from lapak.sandbox.platform import Core
from lapak.sandbox.pushes import Manners, is_2xx

MANNERS = Manners(timeout_s=5.0, retry_after_s=(60, 600, 3600), received=is_2xx)
NEED_CORRECTION, APPROVED, ORDER = "PRODUCT_SUBMISSION_NEED_CORRECTION", "PRODUCT_SUBMISSION_APPROVED", "ORDER_STATUS"
HISTORY_MOST = 100


def tell(core: Core, event: str, store_code: str, data: dict[str, Any], *, after_s: float = 0.0) -> None:
    """Put one hint in the outbox, unless nobody listens."""
    url: str = core.store.setting("blibli.callback", core.settings.blibli.callback)
    if not url:
        return
    at_ms = int((core.clock.now() + after_s) * 1000)
    body = json.dumps({"event": event, "storeCode": store_code, "timestamp": at_ms, "data": data}).encode()
    core.pushes.add(
        platform=SLUG,
        account=store_code,
        topic=event,
        url=url,
        headers={"Content-Type": "application/json"},
        body=body,
        after_s=after_s,
    )


@api("GET", "/seller/v1/webhook/failed-histories", needs=NEWER)
def get_failed_histories(call: Call) -> Answered:
    """The newest hints of the store that never arrived, 100 at most."""
    rows = call.core.store.rows(
        "SELECT topic, url, body, made_at, answer FROM push WHERE platform = ? AND account = ? AND state = 'lost'"
        " ORDER BY id DESC LIMIT ?",
        SLUG,
        call.store_code,
        HISTORY_MOST,
    )
    return Answered(
        payload=[
            {
                "event": row["topic"],
                "url": row["url"],
                "payload": row["body"].decode(),
                "createdDate": int(row["made_at"] * 1000),
                "reason": row["answer"],
            }
            for row in rows
        ]
    )
