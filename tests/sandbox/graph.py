"""A Graph caller of a few lines: products in batches, webhooks checked and taken apart."""

import hashlib
import hmac
import json
from typing import Any

import httpx2

from tests.sandbox.listener import Listener

CATALOG = "530001887"
TOKENS = {
    "whatsapp": "latihan-token-whatsapp",
    "facebook": "latihan-token-facebook",
    "instagram": "latihan-token-facebook",
}


def product(retailer_id: str = "KRP-250", **changes: Any) -> dict[str, Any]:
    """A product the catalogue takes; changes replace fields, None drops one."""
    made: dict[str, Any] = {
        "id": retailer_id,
        "title": "Keripik Singkong Balado 250 g",
        "description": "Digoreng setiap pagi.",
        "availability": "in stock",
        "condition": "new",
        "price": "18000 IDR",
        "link": "http://127.0.0.1:9/keripik",
        "image_link": "http://127.0.0.1:9/keripik.jpg",
        "quantity_to_sell_on_facebook": 12,
    }
    return {name: value for name, value in (made | changes).items() if value is not None}


def batch(http: httpx2.Client, *products: dict[str, Any], mount: str = "facebook", **more: Any) -> dict[str, Any]:
    """Send UPDATEs; the fixture's sandbox saves them at once."""
    requests = [{"method": "UPDATE", "data": one} for one in products]
    body = {"item_type": "PRODUCT_ITEM", "requests": requests} | more
    headers = {"Authorization": f"Bearer {TOKENS[mount]}"}
    reply = http.post(f"/{mount}/v26.0/{CATALOG}/items_batch", json=body, headers=headers)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def wholes(listener: Listener, count: int, secret: bytes = b"latihan-app-secret") -> list[dict[str, Any]]:
    """The webhooks that came, each with a right signature over its raw bytes."""
    found = []
    for headers, body in listener.wait(count):
        digest = hmac.new(secret, body, hashlib.sha256).hexdigest()
        assert headers["X-Hub-Signature-256"] == f"sha256={digest}"
        found.append(json.loads(body))
    return found
