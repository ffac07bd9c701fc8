"""A person at the practice Shopee, over HTTP: agrees to a connection, buys, acts on an order, looks at the shelf."""

import html
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2

from lapak.config.errors import NotReached


class PracticeShopee:
    """What owners and buyers do at the practice platform. Raises NotReached when it does not answer."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.http = httpx2.Client(base_url=self.url, timeout=20)

    def agree(
        self, consent_url: str, *, shop_name: str = "", shop_id: str = "", answer: str = "setuju"
    ) -> dict[str, str]:
        """Fill in the consent page as its form is. Returns the query that is sent back to the application."""
        page = self._call("GET", consent_url)
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
        form = {name: html.unescape(value) for name, value in hidden}
        back = self._call(
            "POST", "/shopee/consent", data={**form, "shop_name": shop_name, "shop_id": shop_id, "answer": answer}
        )
        if back.status_code not in (302, 303):
            raise NotReached(what="consent page", url=consent_url, why=f"it answered {back.status_code}")
        return dict(parse_qsl(urlsplit(back.headers["location"]).query))

    def buy(self, **wish: Any) -> httpx2.Response:
        """Buy: shop_id, one of item_id, item_sku, model_sku, and quantity. 201 with the order, 409 when sold out."""
        return self._call("POST", "/practice/shopee/buy", json=wish)

    def act(self, order_sn: str, action: str, **told: Any) -> httpx2.Response:
        """Pay, cancel, pick up, deliver … an order."""
        return self._call("POST", f"/practice/shopee/orders/{order_sn}/{action}", json=told)

    def state(self, shop_id: str) -> dict[str, Any]:
        """The shop as the platform has it: items with models, orders."""
        found: dict[str, Any] = self._call("GET", "/practice/shopee/state", params={"shop_id": shop_id}).json()
        return found

    def faults(self, *rules: Mapping[str, Any]) -> None:
        """Switch these faults on and all others off."""
        self._call("DELETE", "/practice/shopee/faults")
        for rule in rules:
            self._call("PUT", "/practice/shopee/faults", json=dict(rule)).raise_for_status()

    def messages(self, phone: str) -> list[dict[str, Any]]:
        """What the practice phone of a number received, oldest first."""
        answer = self._call("GET", "/practice/whatsapp/messages", params={"to": phone})
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found

    def close(self) -> None:
        self.http.close()

    def _call(self, method: str, url: str, **sent: Any) -> httpx2.Response:
        try:
            return self.http.request(method, url, follow_redirects=False, **sent)
        except httpx2.TransportError as fault:
            raise NotReached(what="the practice platform", url=self.url, why=type(fault).__name__) from fault
