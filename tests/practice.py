"""The practice Shopee as a real process of the test's own."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from lapak.config.practice import PracticeShopee


def settings_for(shopee: PracticeShopee, *, public_url: str = "http://127.0.0.1:9") -> dict[str, str]:
    """What `LAPAK_CHANNELS["shopee"]` must hold to speak to a practice platform."""
    return {
        "host": f"{shopee.url}/shopee", "auth_url": "", "partner_id": "2001887",
        "partner_key": "latihan-partner-key-shopee", "push_key": "latihan-push-key-shopee",
        "push_url": f"{public_url}/hooks/shopee", "calls_per_second": "1000", "variant_wait_s": "0",
    }  # fmt: skip


@contextmanager
def practice_shopee(*, callback: str = "", **environ: str) -> Iterator[PracticeShopee]:
    """A practice platform of the test's own, on a free port, ended afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="lapak-practice-") as folder:
        log = Path(folder) / "log.txt"
        with log.open("wb") as out:
            child = subprocess.Popen(
                [sys.executable, "-m", "lapak.sandbox", "--port", str(port), "--data", folder],
                env={**os.environ, "SANDBOX_SHOPEE_CALLBACK": callback, **environ}, stdout=out, stderr=out,
            )  # fmt: skip
        shopee = PracticeShopee(f"http://127.0.0.1:{port}")
        try:
            until = time.monotonic() + 30
            while True:
                try:
                    if shopee.http.get("/health").status_code == 200:
                        break
                except httpx2.TransportError:
                    pass
                assert child.poll() is None, log.read_text()
                assert time.monotonic() < until, log.read_text()
                time.sleep(0.05)
            yield shopee
        finally:
            shopee.close()
            child.terminate()
            child.wait(15)
