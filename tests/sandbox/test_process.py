"""The sandbox as a real process: lines cut for real, kill -9, restart, clean end."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.sandbox.listener import Listener
from tests.sandbox.seller import Seller

pytestmark = pytest.mark.process


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path, port: int, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    """The server, ready to answer; killed at the end if it still lives."""
    server = subprocess.Popen(
        [sys.executable, "-m", "lapak.sandbox", "--port", str(port), "--data", str(folder)],
        env=os.environ | environ,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 20
        while True:
            try:
                if httpx2.get(f"http://127.0.0.1:{port}/health", timeout=2).status_code == 200:
                    break
            except httpx2.HTTPError:
                assert server.poll() is None, "the sandbox did not start"
                assert time.monotonic() < end, "the sandbox does not answer"
                time.sleep(0.05)
        yield server
    finally:
        server.kill()
        server.wait()


def test_a_killed_sandbox_keeps_what_it_answered_and_delivers_the_push_later(
    tmp_path: Path, listener: Listener
) -> None:
    port = free_port()
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as http:
        with running(tmp_path, port) as server:
            seller = Seller(http).connect()
            seller.post("push/set_app_push_config", {"callback_url": listener.url}, public=True)
            seller.add()
            seller.faults({"kind": "push_delay", "seconds": 2, "path": "3"})
            order_sn = seller.buy(item_sku="KRP-250")["order_sn"]
            server.send_signal(signal.SIGKILL)
            server.wait()
        listener.came.clear()
        with running(tmp_path, port):
            assert seller.state()["orders"][0]["order_sn"] == order_sn
            assert seller.state()["items"][0]["models"][0]["stock"] == 11
            assert seller.get("shop/get_profile")["error"] == ""
            told = b"".join(body for _, body in listener.wait(2, within_s=10))
            assert order_sn.encode() in told


def test_work_may_be_done_although_the_answer_is_lost(tmp_path: Path) -> None:
    port = free_port()
    with (
        httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=5) as http,
        running(tmp_path, port),
    ):
        seller = Seller(http).connect()
        item = seller.item()
        seller.faults({"kind": "timeout_before_work", "seconds": 0.1, "path": "/api/v2/product/add_item", "times": 1})
        with pytest.raises(httpx2.RemoteProtocolError):
            seller.post("product/add_item", item)
        assert seller.state()["items"] == []
        seller.faults({"kind": "timeout_after_work", "seconds": 0.1, "path": "/api/v2/product/add_item", "times": 1})
        with pytest.raises(httpx2.RemoteProtocolError):
            seller.post("product/add_item", item)
        assert len(seller.state()["items"]) == 1
        seller.faults({"kind": "half_body", "path": "/api/v2/shop", "times": 1})
        with pytest.raises(httpx2.RemoteProtocolError):
            seller.get("shop/get_profile")
        seller.faults({"kind": "timeout_after_work", "seconds": 60, "path": "/api/v2/product/add_item", "times": 1})
        impatient = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=0.3)
        path = "/api/v2/product/add_item"
        with impatient, pytest.raises(httpx2.ReadTimeout):
            impatient.post("/shopee" + path, params=seller.query(path), json=item)
        assert len(seller.state()["items"]) == 2
        made = http.get("/practice/calls", params={"platform": "shopee"}).json()["calls"]
        assert [call["fault"] for call in made if call["status"] == 0][:3] == [
            "timeout_before_work",
            "timeout_after_work",
            "half_body",
        ]


def test_it_ends_at_once_and_cleanly_when_asked(tmp_path: Path, listener: Listener) -> None:
    port = free_port()
    with (
        running(tmp_path, port, SANDBOX_SHOPEE_CALLBACK=listener.url, SANDBOX_SHOPEE_ACCESS_S="60") as server,
        httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=15) as http,
        ThreadPoolExecutor(1) as caller,
    ):
        seller = Seller(http)
        back = seller.consent()
        seller.shop_id = int(back["shop_id"])
        assert seller.exchange(back["code"])["expire_in"] == 60
        listener.wait(1)
        seller.faults({"kind": "timeout_before_work", "seconds": 60})
        held = caller.submit(seller.get, "shop/get_profile")
        time.sleep(0.3)
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=10) == 0
        assert isinstance(held.exception(timeout=5), httpx2.HTTPError)
    assert not list(tmp_path.glob("*-wal")), "the log was not written back: the store was not closed"


def test_sixteen_at_once_share_one_last_unit_and_one_refresh_token(tmp_path: Path) -> None:
    port = free_port()
    with (
        running(tmp_path, port),
        httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=15) as http,
        ThreadPoolExecutor(16) as crowd,
    ):
        seller = Seller(http).connect()
        item_id = seller.add(seller_stock=[{"stock": 1}])
        wish = {"shop_id": seller.shop_id, "item_id": item_id}
        bought = [crowd.submit(http.post, "/practice/shopee/buy", json=wish) for _ in range(16)]
        assert sorted(one.result().status_code for one in bought) == [201] + [409] * 15
        renewed = [crowd.submit(seller.renew) for _ in range(16)]
        errors = sorted(one.result()["error"] for one in renewed)
        assert errors == [""] + ["error_shop_refresh_token"] * 15


@pytest.mark.parametrize("wrong", ["port", "folder", "setting"])
def test_what_cannot_start_says_why_without_a_stack_trace(tmp_path: Path, wrong: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1] if wrong == "port" else free_port()
        folder = tmp_path / "x"
        if wrong == "folder":
            folder.write_text("a file where a folder should be")
        ended = subprocess.run(
            [sys.executable, "-m", "lapak.sandbox", "--port", str(port), "--data", str(folder)],
            env=os.environ | ({"SANDBOX_PUSH_RETRY_SCALE": "cepat"} if wrong == "setting" else {}),
            capture_output=True,
            text=True,
            timeout=30,
        )
    assert ended.returncode == (2 if wrong == "setting" else 1)
    assert "Traceback" not in ended.stderr
    assert {"port": str(port), "folder": str(folder), "setting": "cepat"}[wrong] in ended.stderr
