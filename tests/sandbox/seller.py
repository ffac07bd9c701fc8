"""A seller's app of a few lines: signs, asks for consent, uploads, lists. Knows nothing of Lapak."""

import hashlib
import hmac
import io
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from PIL import Image

PARTNER_ID = 2001887
PARTNER_KEY = "latihan-partner-key-shopee"
FOOD = 101051  # Keripik & Kerupuk
REDIRECT = "http://127.0.0.1:9/kembali"


def hex_hmac(key: str, message: str) -> str:
    return hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest()


def jpeg(size: tuple[int, int] = (40, 40), colour: str = "orange", kind: str = "JPEG") -> bytes:
    raw = io.BytesIO()
    Image.new("RGB", size, colour).save(raw, kind)
    return raw.getvalue()


@dataclass
class Seller:
    """One connected shop. `http` is a Starlette TestClient or an httpx2 client with a base_url."""

    http: httpx2.Client
    shop_id: int = 0
    access: str = ""
    refresh: str = ""
    images: list[str] = field(default_factory=list)

    def query(self, path: str, *, public: bool = False, at: int | None = None, **more: Any) -> dict[str, Any]:
        stamp = int(time.time()) if at is None else at
        base = f"{PARTNER_ID}{path}{stamp}" + ("" if public else f"{self.access}{self.shop_id}")
        common = {"partner_id": PARTNER_ID, "timestamp": stamp, "sign": hex_hmac(PARTNER_KEY, base)}
        return common | ({} if public else {"access_token": self.access, "shop_id": self.shop_id}) | more

    def get(self, name: str, *, public: bool = False, **query: Any) -> dict[str, Any]:
        path = f"/api/v2/{name}"
        answer = self.http.get("/shopee" + path, params=self.query(path, public=public, **query))
        return dict(answer.json())

    def post(self, name: str, body: dict[str, Any], *, public: bool = False) -> dict[str, Any]:
        path = f"/api/v2/{name}"
        answer = self.http.post("/shopee" + path, params=self.query(path, public=public), json=body)
        return dict(answer.json())

    def consent(self, name: str = "Dapur Bu Ratmi", answer: str = "setuju", **form: Any) -> dict[str, str]:
        """Press the button on the consent page; returns what the redirect carries."""
        sent = {"redirect": REDIRECT, "state": "s-1", "shop_name": name, "answer": answer} | form
        reply = self.http.post("/shopee/consent", data=sent, follow_redirects=False)
        assert reply.status_code == 302, reply.text
        return {key: values[0] for key, values in parse_qs(urlsplit(reply.headers["location"]).query).items()}

    def connect(self, name: str = "Dapur Bu Ratmi") -> "Seller":
        back = self.consent(name)
        self.shop_id = int(back["shop_id"])
        self.take(self.exchange(back["code"]))
        return self

    def exchange(self, code: str) -> dict[str, Any]:
        body = {"code": code, "partner_id": PARTNER_ID, "shop_id": self.shop_id}
        return self.post("auth/token/get", body, public=True)

    def renew(self, refresh: str | None = None) -> dict[str, Any]:
        body = {"refresh_token": refresh or self.refresh, "partner_id": PARTNER_ID, "shop_id": self.shop_id}
        return self.post("auth/access_token/get", body, public=True)

    def take(self, pair: dict[str, Any]) -> None:
        assert pair["error"] == "", pair
        self.access, self.refresh = pair["access_token"], pair["refresh_token"]

    def upload(self, raw: bytes | None = None) -> dict[str, Any]:
        path = "/api/v2/media_space/upload_image"
        reply = self.http.post(
            "/shopee" + path,
            params=self.query(path, public=True),
            files={"image": ("foto.jpg", raw or jpeg(), "image/jpeg")},
        )
        return dict(reply.json())

    def image(self) -> str:
        if not self.images:
            self.images.append(self.upload()["response"]["image_info"]["image_id"])
        return self.images[0]

    def item(self, **changes: Any) -> dict[str, Any]:
        """A product that add_item takes; changes replace fields, None drops one."""
        item: dict[str, Any] = {
            "item_name": "Keripik Singkong Balado 250 g",
            "description": "Keripik singkong renyah dengan bumbu balado, digoreng setiap pagi.",
            "original_price": 18000,
            "seller_stock": [{"stock": 12}],
            "weight": 0.3,
            "category_id": FOOD,
            "image": {"image_id_list": [self.image()]},
            "logistic_info": [{"logistic_id": 8005, "enabled": True}],
            "attribute_list": [{"attribute_id": 2001, "attribute_value_list": [{"value_id": 20013}]}],
            "item_sku": "KRP-250",
        }
        return {name: value for name, value in (item | changes).items() if value is not None}

    def add(self, **changes: Any) -> int:
        answer = self.post("product/add_item", self.item(**changes))
        assert answer["error"] == "", answer
        return int(answer["response"]["item_id"])

    def state(self) -> dict[str, Any]:
        return dict(self.http.get("/practice/shopee/state", params={"shop_id": self.shop_id}).json())

    def buy(self, status: int = 201, **wish: Any) -> dict[str, Any]:
        reply = self.http.post("/practice/shopee/buy", json={"shop_id": self.shop_id} | wish)
        assert reply.status_code == status, reply.text
        return dict(reply.json())

    def act(self, order_sn: str, action: str, status: int = 200, **more: Any) -> dict[str, Any]:
        reply = self.http.post(f"/practice/shopee/orders/{order_sn}/{action}", json=more)
        assert reply.status_code == status, reply.text
        return dict(reply.json())

    def faults(self, *rules: dict[str, Any]) -> None:
        reply = self.http.put("/practice/shopee/faults", json=list(rules))
        assert reply.status_code == 200, reply.text
