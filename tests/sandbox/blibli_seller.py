"""A seller's app at practice Blibli: signs, submits, polls the queue. Knows nothing of Lapak."""

import base64
import hashlib
import hmac
import json
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx2

from tests.sandbox.seller import jpeg

CLIENT = ("latihan-client-blibli", "latihan-client-key-blibli")
WIB = timezone(timedelta(hours=7))
FOOD = "MA-1001001"  # Keripik & Kerupuk
NEWER = ("storeCode", "username")
MTA = "/mta/api/businesspartner"


def signature(key: str, method: str, path: str, body: bytes, at_ms: int) -> str:
    at = datetime.fromtimestamp(at_ms // 1000, WIB).strftime("%a %b %d %H:%M:%S WIB %Y")
    digest = hashlib.md5(body).hexdigest() if body else ""
    kind = "" if method == "GET" else "application/json"
    raw = f"{method}\n{digest}\n{kind}\n{at}\n{path}"
    return base64.b64encode(hmac.new(key.encode(), raw.encode(), hashlib.sha256).digest()).decode()


@dataclass
class Blibli:
    """One store. `http` is a Starlette TestClient or an httpx2 client with a base_url."""

    http: httpx2.Client
    keys: dict[str, Any] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)

    def open(self, name: str = "Dapur Bu Ratmi", **more: Any) -> "Blibli":
        reply = self.http.post("/practice/blibli/shops", json={"name": name} | more)
        assert reply.status_code == 201, reply.text
        self.keys = reply.json()
        return self

    @property
    def store_code(self) -> str:
        return str(self.keys["shop_id"])

    def raw(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        at_ms: int = 0,
    ) -> httpx2.Response:
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        signed = path.replace("/mta/", "/mtaapi/", 1) if path.startswith("/mta/") else path
        asked = {"requestId": f"uji-{uuid.uuid4()}", "storeId": "10001", "channelId": "uji", "username": ""}
        asked |= dict.fromkeys(("storeCode", "businessPartnerCode", "merchantCode"), self.store_code)
        asked |= {"username": self.keys["username"]} | (query or {})
        sent = {"Accept": "application/json", "Content-Type": "application/json"}
        sent |= {"Api-Seller-Key": self.keys["api_seller_key"]}
        if self.keys["signature_key"]:
            at_ms = at_ms or int(time.time() * 1000)
            sent["Signature"] = signature(self.keys["signature_key"], method, signed, content, at_ms)
            sent["Signature-Time"] = str(at_ms)
        return self.http.request(
            method,
            f"/blibli/v2/proxy{path}",
            params=asked,
            content=content,
            headers=sent | (headers or {}),
            auth=CLIENT,
        )

    def call(self, method: str, path: str, body: Any = None, *, error: str = "", **more: Any) -> dict[str, Any]:
        """The whole answer, which is a success unless an error's six digits are expected."""
        answer: dict[str, Any] = self.raw(method, path, body, **more).json()
        assert (answer["success"], answer["errorCode"]) == (not error, f"ERR-PA{error}" if error else None), answer
        return answer

    def picture(self) -> str:
        if not self.pictures:
            self.pictures.append(base64.b64encode(jpeg((600, 600))).decode())
        return self.pictures[0]

    def item(self, seller_sku: str = "KRP-250", variant: str = "Balado", **changes: Any) -> dict[str, Any]:
        item = {
            "sellerSku": seller_sku,
            "variantAttribute": {"RA-M000101": variant},
            "price": 20_000,
            "salePrice": 18_000,
            "stock": 12,
            "buyable": True,
            "images": [self.picture()],
        }
        return {name: value for name, value in (item | changes).items() if value is not None}

    def product(self, **changes: Any) -> dict[str, Any]:
        """A product that is taken; changes replace fields, None drops one."""
        product = {
            "name": "Keripik Singkong Balado",
            "brand": "No Brand",
            "categoryCode": FOOD,
            "productType": 1,
            "length": 20,
            "width": 15,
            "height": 5,
            "weight": 300,
            "description": "Keripik singkong renyah dengan bumbu balado, digoreng setiap pagi.",
            "attributes": {"MA-M000102": "6 bulan"},
            "productItems": [self.item()],
        }
        return {name: value for name, value in (product | changes).items() if value is not None}

    def submit(self, *products: dict[str, Any], error: str = "") -> dict[str, Any]:
        return self.call("POST", "/seller/v1/products/async", {"products": list(products)}, error=error)

    def queue(self, queue_id: str, **query: Any) -> dict[str, Any]:
        asked = {"requestId": queue_id} | query
        return dict(self.call("GET", f"{MTA}/v1/feed/detail", query=asked)["value"])

    def add(self, **changes: Any) -> dict[str, Any]:
        """A product that passed queue and review, as the state shows it."""
        self.submit(self.product(**changes))
        return dict(self.state()["items"][-1])

    def update(self, *requests: dict[str, Any], error: str = "") -> dict[str, Any]:
        body = {"merchantCode": self.store_code, "productRequests": list(requests)}
        return self.call("POST", f"{MTA}/v1/product/updateProduct", body, error=error)

    def state(self) -> dict[str, Any]:
        return dict(self.http.get("/practice/blibli/state", params={"shop_id": self.store_code}).json())

    def variants(self) -> list[dict[str, Any]]:
        return [one for product in self.state()["items"] for one in product["items"]]

    def buy(self, status: int = 201, **wish: Any) -> dict[str, Any]:
        reply = self.http.post("/practice/blibli/buy", json={"shop_id": self.store_code} | wish)
        assert reply.status_code == status, reply.text
        return dict(reply.json())

    def act(self, order_id: str, action: str, status: int = 200, **more: Any) -> dict[str, Any]:
        reply = self.http.post(f"/practice/blibli/orders/{order_id}/{action}", json=more)
        assert reply.status_code == status, reply.text
        return dict(reply.json())

    def listed(self, paging: dict[str, Any] | None = None, **asked: Any) -> dict[str, Any]:
        body = {"filter": asked, "paging": paging or {"page": 0, "size": 50}}
        return self.call("POST", "/seller/v1/orders/packages/filter", body)

    def pack(self, *item_ids: str, error: str = "") -> str:
        body = {"orderItemIds": list(item_ids)}
        answer = self.call("POST", f"{MTA}/v1/order/createPackage", body, error=error)
        return "" if error else str(answer["value"]["packageId"])

    def fulfill(self, package_id: str, awb: str = "", error: str = "") -> dict[str, Any]:
        path = f"/seller/v1/orders/regular/{package_id}/fulfill"
        return self.call("POST", path, {"awbNo": awb} if awb else {}, error=error)

    def faults(self, *rules: dict[str, Any]) -> None:
        reply = self.http.put("/practice/blibli/faults", json=list(rules))
        assert reply.status_code == 200, reply.text
