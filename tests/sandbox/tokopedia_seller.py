"""A seller's app at practice Tokopedia: signs, asks for consent, uploads, lists. Knows nothing of Lapak."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from tests.sandbox.seller import REDIRECT, jpeg

APP_KEY, APP_SECRET = "latihan-app-key-tokopedia", "latihan-app-secret-tokopedia"
UPLOAD = "/product/202309/images/upload"
PRODUCTS = "/product/202309/products"
BOTH = ["TIKTOK_SHOP", "TOKOPEDIA"]


def signature(path: str, query: dict[str, str], body: bytes = b"") -> str:
    pairs = "".join(name + query[name] for name in sorted(query))
    base = f"{APP_SECRET}{path}{pairs}".encode() + body + APP_SECRET.encode()
    return hmac.new(APP_SECRET.encode(), base, hashlib.sha256).hexdigest()


@dataclass
class Toko:
    """One connected shop. `http` is a Starlette TestClient or an httpx2 client with a base_url."""

    http: httpx2.Client
    access: str = ""
    refresh: str = ""
    shop_id: str = ""
    cipher: str = ""
    warehouse: str = ""
    uris: list[str] = field(default_factory=list)
    categories: dict[str, str] = field(default_factory=dict)

    def raw(
        self, method: str, path: str, body: Any = None, *, cipher: bool = True, at: int = 0, **more: Any
    ) -> httpx2.Response:
        query = {"app_key": APP_KEY, "timestamp": str(at or int(time.time()))}
        query |= {name: str(value) for name, value in more.items()}
        query |= {"shop_cipher": self.cipher} if cipher else {}
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        query["sign"] = signature(path, query, content)
        headers = {"x-tts-access-token": self.access, "content-type": "application/json"}
        return self.http.request(method, "/tokopedia" + path, params=query, content=content, headers=headers)

    def call(self, method: str, path: str, body: Any = None, *, code: int = 0, **more: Any) -> dict[str, Any]:
        """The data of an answer whose code is the expected one; the whole answer when it is a refusal."""
        answer: dict[str, Any] = self.raw(method, path, body, **more).json()
        assert answer["code"] == code, answer
        return answer["data"] if code == 0 else answer

    def consent(self, name: str = "Dapur Bu Ratmi", answer: str = "setuju", **form: Any) -> dict[str, str]:
        """Press the button on the consent page; returns what the redirect carries."""
        sent = {"redirect": REDIRECT, "state": "s-1", "shop_name": name, "answer": answer} | form
        reply = self.http.post("/tokopedia/consent", data=sent, follow_redirects=False)
        assert reply.status_code == 302, reply.text
        return {key: values[0] for key, values in parse_qs(urlsplit(reply.headers["location"]).query).items()}

    def token(self, kind: str, **query: str) -> dict[str, Any]:
        asked = {"app_key": APP_KEY, "app_secret": APP_SECRET} | query
        return dict(self.http.get(f"/tokopedia/api/v2/token/{kind}", params=asked).json())

    def exchange(self, code: str) -> dict[str, Any]:
        return self.token("get", auth_code=code, grant_type="authorized_code")

    def renew(self, refresh: str = "") -> dict[str, Any]:
        return self.token("refresh", refresh_token=refresh or self.refresh, grant_type="refresh_token")

    def take(self, answer: dict[str, Any]) -> None:
        assert answer["code"] == 0, answer
        self.access, self.refresh = answer["data"]["access_token"], answer["data"]["refresh_token"]

    def connect(self, name: str = "Dapur Bu Ratmi", **form: Any) -> "Toko":
        self.take(self.exchange(self.consent(name, **form)["code"]))
        shop = self.call("GET", "/authorization/202309/shops", cipher=False)["shops"][0]
        self.shop_id, self.cipher = shop["id"], shop["cipher"]
        places = self.call("GET", "/logistics/202309/warehouses")["warehouses"]
        self.warehouse = next(one["id"] for one in places if one["type"] == "SALES_WAREHOUSE")
        return self

    def upload(self, raw: bytes | None = None, use: str = "MAIN_IMAGE") -> dict[str, Any]:
        query = {"app_key": APP_KEY, "timestamp": str(int(time.time()))}
        query["sign"] = signature(UPLOAD, query)
        reply = self.http.post(
            "/tokopedia" + UPLOAD,
            params=query,
            headers={"x-tts-access-token": self.access},
            data={"use_case": use},
            files={"data": ("foto.jpg", raw or jpeg((600, 600)), "image/jpeg")},
        )
        return dict(reply.json())

    def uri(self) -> str:
        if not self.uris:
            self.uris.append(self.upload()["data"]["uri"])
        return self.uris[0]

    def category(self, name: str) -> str:
        if not self.categories:
            for platform in BOTH:
                query: dict[str, Any] = {"category_version": "v2", "locale": "id-ID", "listing_platform": platform}
                found = self.call("GET", "/product/202309/categories", **query)["categories"]
                self.categories |= {one["local_name"]: one["id"] for one in found}
        return self.categories[name]

    def sku(self, seller_sku: str, price: int = 18_000, stock: int = 12, **more: Any) -> dict[str, Any]:
        return {
            "seller_sku": seller_sku,
            "price": {"amount": str(price), "currency": "IDR"},
            "inventory": [{"warehouse_id": self.warehouse, "quantity": stock}],
        } | more

    def product(self, **changes: Any) -> dict[str, Any]:
        """A product that is taken; changes replace fields, None drops one."""
        product: dict[str, Any] = {
            "title": "Keripik Singkong Balado Renyah 250 g",
            "description": "<p>Keripik singkong renyah dengan bumbu balado, digoreng setiap pagi.</p>",
            "category_id": self.category("Keripik Singkong"),
            "category_version": "v2",
            "listing_platforms": BOTH,
            "main_images": [{"uri": self.uri()}],
            "package_weight": {"value": "0.3", "unit": "KILOGRAM"},
            "product_attributes": [{"id": "100701", "values": [{"id": "10070103"}]}],
            "skus": [self.sku("KRP-250")],
        }
        return {name: value for name, value in (product | changes).items() if value is not None}

    def add(self, **changes: Any) -> dict[str, Any]:
        return self.call("POST", PRODUCTS, self.product(**changes))

    def get(self, product_id: str, **query: Any) -> dict[str, Any]:
        return self.call("GET", f"{PRODUCTS}/{product_id}", **query)

    def state(self) -> dict[str, Any]:
        return dict(self.http.get("/practice/tokopedia/state", params={"shop_id": self.shop_id}).json())

    def skus(self) -> list[dict[str, Any]]:
        return [sku for item in self.state()["items"] for sku in item["skus"]]

    def buy(self, status: int = 201, **wish: Any) -> dict[str, Any]:
        reply = self.http.post("/practice/tokopedia/buy", json={"shop_id": self.shop_id} | wish)
        assert reply.status_code == status, reply.text
        return dict(reply.json())

    def act(self, order_id: str, action: str, status: int = 200, **more: Any) -> dict[str, Any]:
        reply = self.http.post(f"/practice/tokopedia/orders/{order_id}/{action}", json=more)
        assert reply.status_code == status, reply.text
        return dict(reply.json())

    def order(self, order_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.call("GET", "/order/202507/orders", ids=order_id)["orders"][0]
        return found

    def ship(self, package_id: str, *, code: int = 0, **wish: Any) -> dict[str, Any]:
        path = f"/fulfillment/202309/packages/{package_id}/ship"
        return self.call("POST", path, wish or {"handover_method": "PICKUP"}, code=code)

    def faults(self, *rules: dict[str, Any]) -> None:
        reply = self.http.put("/practice/tokopedia/faults", json=list(rules))
        assert reply.status_code == 200, reply.text
