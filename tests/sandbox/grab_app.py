"""A partner's server of a few lines, as Grab sees it: hands out tokens, hosts menus, keeps what it is told."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

OPEN = {"openPeriodType": "OpenPeriod", "periods": [{"startTime": "08:00", "endTime": "21:00"}]}


def item(item_id: str = "KRP-250", **changes: Any) -> dict[str, Any]:
    """An item that Grab takes; changes replace fields, None drops one."""
    made: dict[str, Any] = {
        "id": item_id,
        "name": "Keripik Singkong Balado 250 g",
        "description": "Digoreng setiap pagi.",
        "price": 1_800_000,
        "availableStatus": "AVAILABLE",
        "maxStock": 12,
        "photos": ["http://127.0.0.1:9/keripik.jpg"],
    }
    return {name: value for name, value in (made | changes).items() if value is not None}


def sizes() -> list[dict[str, Any]]:
    """One axis of variants: choose exactly one."""
    modifiers = [
        {"id": "MOD-KECIL", "name": "Kecil", "availableStatus": "AVAILABLE", "price": 0},
        {"id": "MOD-BESAR", "name": "Besar", "availableStatus": "AVAILABLE", "price": 700_000},
    ]
    group = {"id": "GRP-UKURAN", "name": "Ukuran", "availableStatus": "AVAILABLE"}
    return [group | {"selectionRangeMin": 1, "selectionRangeMax": 1, "modifiers": modifiers}]


def menu(*items: dict[str, Any], exponent: int = 2, **changes: Any) -> dict[str, Any]:
    """A menu that Grab takes."""
    hours = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), OPEN)
    time_ = {"id": "ST-1", "name": "Buka", "startTime": "2026-01-01 00:00:00", "endTime": "2036-01-01 00:00:00"}
    category = {"id": "KAT-1", "name": "Camilan", "availableStatus": "AVAILABLE", "sellingTimeID": "ST-1"}
    return {
        "currency": {"code": "IDR", "symbol": "Rp", "exponent": exponent},
        "sellingTimes": [time_ | {"serviceHours": hours}],
        "categories": [category | {"items": list(items) or [item()]}],
    } | changes


@dataclass
class GrabApp:
    """The partner. `menu` is what it hosts, `status` what it answers to news; `came` is (method, path, query, body)."""

    http: httpx2.Client
    url: str = ""
    menu: Any = field(default_factory=menu)
    status: int = 200
    token: str = "mitra-1"
    token_asks: list[Any] = field(default_factory=list)
    came: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    access: str = ""
    merchant_id: str = ""

    def news(self, path: str, count: int, within_s: float = 5.0) -> list[Any]:
        """The bodies that came to one path, as soon as they are so many."""
        end = time.monotonic() + within_s
        while len(found := [body for _, at, _, body in self.came if at == f"/{path}"]) < count:
            assert time.monotonic() < end, self.came
            time.sleep(0.01)
        return found

    def sign_in(self, scope: str = "food.partner_api", **changes: Any) -> httpx2.Response:
        body = {"client_id": "latihan-grab", "client_secret": "latihan-rahasia-grab"}
        body |= {"grant_type": "client_credentials", "scope": scope} | changes
        return self.http.post("/grab/grabid/v1/oauth2/token", json=body)

    def call(
        self, method: str, path: str, body: Any = None, *, service: str = "grabfood", **query: Any
    ) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.access}"}
        url = f"/grab/{service}/partner/{path}"
        return self.http.request(method, url, json=body, params=query, headers=headers)

    def results(self) -> list[Any]:
        """The final results of menu syncs so far."""
        return [body for _, at, _, body in self.came if at == "/hasil" and body["status"] in ("SUCCESS", "FAILED")]

    def sync(self, whole: Any = None) -> Any:
        """Host a menu, notify, and wait for the final result. The clock is set ahead, past the lock."""
        if whole is not None:
            self.menu = whole
        before = len(self.results())
        assert self.http.put("/practice/clock", json={"ahead_s": 200 * (before + 1)}).status_code == 200
        reply = self.call("POST", "v1/merchant/menu/notification", {"merchantID": self.merchant_id})
        assert reply.status_code == 204, reply.text
        end = time.monotonic() + 5
        while len(found := self.results()) == before:
            assert time.monotonic() < end, self.came
            time.sleep(0.01)
        assert found[-1]["jobID"] == reply.headers["x-job-id"]
        return found[-1]

    def open(self, **how: Any) -> "GrabApp":
        """A linked practice store."""
        sent = {"name": "Dapur Bu Ratmi", "partner_merchant_id": "toko-7"} | how
        reply = self.http.post("/practice/grab/shops", json=sent)
        assert reply.status_code == 201, reply.text
        self.merchant_id = reply.json()["merchant_id"]
        scope = "mart.partner_api" if how.get("service") == "mart" else "food.partner_api"
        self.access = self.sign_in(scope).json()["access_token"]
        return self

    def buy(self, status: int = 201, **wish: Any) -> dict[str, Any]:
        reply = self.http.post(
            "/practice/grab/buy", json={"merchant_id": self.merchant_id, "item_id": "KRP-250"} | wish
        )
        assert reply.status_code == status, reply.text
        return dict(reply.json())

    def act(self, order_id: str, action: str, status: int = 200, **more: Any) -> dict[str, Any]:
        reply = self.http.post(f"/practice/grab/orders/{order_id}/{action}", json=more)
        assert reply.status_code == status, reply.text
        return dict(reply.json())

    def state(self) -> dict[str, Any]:
        return dict(self.http.get("/practice/grab/state", params={"merchant_id": self.merchant_id}).json())

    def faults(self, *rules: dict[str, Any]) -> None:
        assert self.http.put("/practice/grab/faults", json=list(rules)).status_code == 200


@contextmanager
def serving(http: httpx2.Client) -> Iterator[GrabApp]:
    app = GrabApp(http)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._take(None)

        def do_POST(self) -> None:
            self._take(self.rfile.read(int(self.headers["Content-Length"])))

        do_PUT = do_POST

        def _take(self, raw: bytes | None) -> None:
            at = urlsplit(self.path)
            body = json.loads(raw) if raw else None
            if at.path == "/token":
                app.token_asks.append(body)
                self._answer(200, {"access_token": app.token, "token_type": "Bearer", "expires_in": 3600})
            elif self.headers["Authorization"] != f"Bearer {app.token}":
                self._answer(401, {})
            else:
                query = {name: values[0] for name, values in parse_qs(at.query).items()}
                app.came.append((self.command, at.path, query, body))
                self._answer(200 if at.path == "/menu" else app.status, app.menu if at.path == "/menu" else {})

        def _answer(self, status: int, body: Any) -> None:
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    app.url = f"http://127.0.0.1:{server.server_port}"
    words = {"token": "token", "menu": "menu", "order": "pesanan", "state": "keadaan"}
    words |= {"menu_result": "hasil", "integration": "sambungan"}
    typed = {f"{name}_url": f"{app.url}/{path}" for name, path in words.items()}
    assert http.put("/practice/grab/portal", json=typed).status_code == 200
    try:
        yield app
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
