"""The practice platforms in a process of their own, as an owner would meet them."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import parse_qsl, urlsplit

import httpx2

from lapak.channels.kit import load
from lapak.channels.kit.protocol import AsksConsent
from lapak.domain.connection import Grant


class Closes(Protocol):
    def close(self) -> None: ...


Opened = TypeVar("Opened", bound=Closes)


@dataclass(frozen=True)
class Push:
    """What a platform sent to our address. Header names in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Practice:
    """A running sandbox, and what it has pushed to us."""

    url: str
    callback: str
    pushes: list[Push] = field(default_factory=list)
    closing: ExitStack = field(default_factory=ExitStack)

    def kept(self, opened: Opened) -> Opened:
        """The same; closed when the test ends."""
        self.closing.callback(opened.close)
        return opened

    def shopee(self, **settings: str) -> dict[str, str]:
        return {
            "host": f"{self.url}/shopee",
            "partner_id": "2001887",
            "partner_key": "latihan-partner-key-shopee",
            "push_key": "latihan-push-key-shopee",
            "push_url": f"{self.callback}/hooks/shopee",
            "calls_per_second": "10000",
            "variant_wait_s": "0",
            **settings,
        }

    def whatsapp(self, **settings: str) -> dict[str, str]:
        return {
            "host": f"{self.url}/whatsapp",
            "phone_number_id": "620001887",
            "token": "latihan-token-whatsapp",
            "app_secret": "latihan-app-secret",
            "calls_per_second": "10000",
            **settings,
        }

    def open_shop(self, name: str) -> Grant:
        """A new shop whose owner has agreed, by the consent page."""
        application = load.application("shopee", settings=self.shopee())
        assert isinstance(application, AsksConsent)
        page = application.consent_url(redirect=f"{self.callback}/shops/back", state="keadaan-77")
        redirect = dict(parse_qsl(urlsplit(page).query))["redirect"]
        assert httpx2.get(page).status_code == 200
        agreed = {"redirect": redirect, "state": "", "shop_name": name, "answer": "setuju"}
        back = httpx2.post(f"{self.url}/shopee/consent", data=agreed)
        answer = dict(parse_qsl(urlsplit(back.headers["location"]).query))
        assert answer["state"] == "keadaan-77"
        grant = application.exchange(answer)
        application.close()
        return grant

    def faults(self, platform: str, *rules: Mapping[str, object]) -> None:
        httpx2.put(f"{self.url}/practice/{platform}/faults", json=list(rules)).raise_for_status()

    def calls(self, path: str, *, account: str = "", platform: str = "shopee") -> list[dict[str, Any]]:
        told = httpx2.get(f"{self.url}/practice/calls", params={"platform": platform, "limit": "20000"}).json()
        return [call for call in told["calls"] if call["path"] == path and call["account"] in (account, "", None)]

    def calls_like(self, begins: str, *, platform: str) -> list[dict[str, Any]]:
        """Calls whose path begins so."""
        told = httpx2.get(f"{self.url}/practice/calls", params={"platform": platform, "limit": "20000"}).json()
        return [call for call in told["calls"] if call["path"].startswith(begins)]

    def state(self, shop: str) -> dict[str, Any]:
        found: dict[str, Any] = httpx2.get(f"{self.url}/practice/shopee/state", params={"shop_id": shop}).json()
        return found

    def buy(self, shop: str, **what: object) -> httpx2.Response:
        return httpx2.post(f"{self.url}/practice/shopee/buy", json={"shop_id": int(shop), **what})

    def act(self, order: str, action: str, **told: object) -> None:
        httpx2.post(f"{self.url}/practice/shopee/orders/{order}/{action}", json=told).raise_for_status()

    def pushed(self, *, within_s: float = 10, **has: object) -> Push:
        """The first push whose JSON body has these values at the top or in `data`."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            for push in list(self.pushes):
                told = json.loads(push.body)
                if has.items() <= {**told.get("data", {}), **told}.items():
                    return push
            time.sleep(0.05)
        raise AssertionError(f"no push with {has} in {[push.body for push in self.pushes]}")


@contextmanager
def running(folder: Path) -> Iterator[Practice]:
    """Start the sandbox on a free port with our own address as its listener; ended with the block."""
    pushes: list[Push] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            pushes.append(Push(path=self.path, headers=headers, body=body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            return

    listener = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    callback = f"http://127.0.0.1:{listener.server_port}"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = (folder / "sandbox.log").open("wb")
    child = subprocess.Popen(
        [sys.executable, "-m", "lapak.sandbox", "--port", str(port), "--data", str(folder)],
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "SANDBOX_SHOPEE_CALLBACK": f"{callback}/hooks/shopee",
            "SANDBOX_WHATSAPP_CALLBACK": f"{callback}/hooks/whatsapp",
            "SANDBOX_TOKOPEDIA_REDIRECT": f"{callback}/shops/back",
            "SANDBOX_TOKOPEDIA_CALLBACK": f"{callback}/hooks/tokopedia",
            "SANDBOX_TOKOPEDIA_AUDIT_S": "0",
            "SANDBOX_TOKOPEDIA_HOLD_S": "0",
            "SANDBOX_BLIBLI_QUEUE_S": "0.1",
            "SANDBOX_BLIBLI_REVIEW_S": "0.1",
            "SANDBOX_BLIBLI_LIMITS": "0",  # quotas of half an hour are proved one by one, by the fault
        },
        stdout=subprocess.DEVNULL,
        stderr=log,
    )
    try:
        practice = Practice(url=f"http://127.0.0.1:{port}", callback=callback, pushes=pushes)
        _wait_until_ready(practice.url, child, folder)
        yield practice
    finally:
        child.terminate()
        child.wait(10)
        log.close()
        listener.shutdown()
        listener.server_close()


def _wait_until_ready(url: str, child: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and child.poll() is None:
        try:
            if httpx2.get(f"{url}/health").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the sandbox did not start: {(folder / 'sandbox.log').read_text()[-2000:]}")
