"""A whole Lapak of the test's own: `lapak up` with a fresh data folder, on free ports, ended with the test."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from lapak.config.practice import PracticeShopee

ROOT = Path(__file__).resolve().parents[2]
UP_WITHIN_S = 180.0
T = TypeVar("T")


@dataclass(frozen=True)
class House:
    """Where the pages and the practice platforms of one run are."""

    pages: str
    sandbox: str
    data: Path
    read: set[str] = field(default_factory=set)  # messages with a code that was read

    @cached_property
    def people(self) -> PracticeShopee:
        """Buyers and phones on the practice side."""
        return PracticeShopee(self.sandbox)

    def code_for(self, phone: str) -> str:
        """The newest sign-in code on a practice phone, once one came that was not read yet. phone: as typed, `08…`."""
        return until(lambda: self.read_codes(phone), what=f"a code on {phone}")

    def read_codes(self, phone: str) -> str:
        """Read what came since the last look; the newest code of it, or empty. Before asking, it forgets old ones."""
        chat = self.people.messages("62" + phone.lstrip("0"))
        fresh = [row for row in chat if row["code"] and row["id"] not in self.read]
        self.read.update(row["id"] for row in fresh)
        return str(fresh[-1]["code"]) if fresh else ""

    def shelf(self, shop_id: str) -> list[dict[str, Any]]:
        """What the practice shop sells, as its platform has it."""
        items: list[dict[str, Any]] = self.people.state(shop_id)["items"]
        return items

    def buy(self, shop_id: str, sku: str, quantity: int = 1) -> str:
        """Somebody buys there. Returns the order's number."""
        bought = self.people.buy(shop_id=int(shop_id), model_sku=sku, quantity=quantity)
        order_no: str = bought.raise_for_status().json()["order_sn"]
        return order_no

    def run(self, *command: str, demo: bool = False) -> str:
        """A command of Lapak's own interpreter in this house; its output."""
        ours = {"LAPAK_PUBLIC_URL": self.pages, "LAPAK_SANDBOX_URL": self.sandbox}
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env={**environment(self.data, demo=demo), **ours},
            stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
        return done.stdout


@contextmanager
def lapak_up(*, demo: bool = False) -> Iterator[House]:
    """Start everything and wait until it answers. demo: codes may be shown on the page."""
    data = Path(tempfile.mkdtemp(prefix="lapak-browser-"))
    port, sandbox_port = free_ports(2)
    house = House(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{sandbox_port}", data)
    log = data / "up.log"
    command = [
        sys.executable, "-m", "lapak.config.cli", "up", "--data", str(data), "--workers", "1",
        "--port", str(port), "--sandbox-port", str(sandbox_port),
    ]  # fmt: skip
    with log.open("wb") as out:
        child = subprocess.Popen(
            command, cwd=ROOT, env=environment(data, demo=demo), stdout=out, stderr=out, start_new_session=True
        )
    try:
        wait_until_up(house, child, log)
        yield house
    finally:
        house.people.close()
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(30)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        shutil.rmtree(data, ignore_errors=True)


def wait_until_up(house: House, child: "subprocess.Popen[bytes]", log: Path) -> None:
    """Raises: AssertionError with the end of its log when it does not come up."""

    def answers() -> bool:
        if child.poll() is not None:
            raise AssertionError(f"lapak up ended with {child.returncode}:\n{log.read_text()[-3000:]}")
        try:
            return httpx2.get(f"{house.pages}/health/ready").status_code == 200
        except httpx2.TransportError:
            return False

    until(answers, what=f"Lapak ({log.read_text()[-2000:]})", within_s=UP_WITHIN_S)


def environment(data: Path, *, demo: bool = False) -> dict[str, str]:
    """The environment for a process of this house, without what the test run set for itself."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("LAPAK_", "DJANGO_"))}
    return {**ours, "LAPAK_DATA": str(data), "LAPAK_DEMO": "1" if demo else "", "LC_ALL": "C.UTF-8"}


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on now."""
    holders = [socket.socket() for _ in range(count)]
    for holder in holders:
        holder.bind(("127.0.0.1", 0))
    ports = [int(holder.getsockname()[1]) for holder in holders]
    for holder in holders:
        holder.close()
    return ports


def until(look: Callable[[], T], *, what: str, within_s: float = 60.0) -> T:
    """What `look` sees once it sees something. Raises: AssertionError when it never does."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if seen := look():
            return seen
        time.sleep(0.25)
    raise AssertionError(f"waited {within_s:.0f} s for {what}")
