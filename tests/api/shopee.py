"""Pushes as Shopee would send them, made from its documents and not from our connector."""

import hashlib
import hmac
import json

from django.conf import settings

from lapak.core.clock import now
from lapak.registry.models import Business
from lapak.shops.models import Shop


def shop(external_id: str = "700100200") -> Shop:
    """A connected shop of a business of its own."""
    business = Business.objects.create(name="Dapur Sambal Bu Ratna")
    return Shop.objects.create(business=business, channel="shopee", external_id=external_id, connected_at=now())


def order_push(*, shop_id: str = "700100200", order_no: str = "2411240001ABCD", status: str = "READY_TO_SHIP") -> bytes:
    """The body of an order status push (code 3)."""
    data = {"ordersn": order_no, "status": status, "items": [], "completed_scenario": "", "update_time": 1_795_500_000}
    return json.dumps({"code": 3, "shop_id": int(shop_id), "timestamp": 1_795_500_001, "data": data}).encode()


def signature(body: bytes, *, key: str = "", url: str = "") -> str:
    """Hex HMAC-SHA256 over `url|body`, as in the guide on push notifications of 2023-01-16."""
    ours = settings.LAPAK_CHANNELS["shopee"]
    signed = (url or ours["push_url"]).encode() + b"|" + body
    return hmac.new((key or ours["push_key"]).encode(), signed, hashlib.sha256).hexdigest()
