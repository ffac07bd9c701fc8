"""A whole Lapak as a child process, for tests that start, kill and look."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class House:
    """One `lapak up` over a data folder."""

    data: Path
    port: int
    process: "subprocess.Popen[str]"

    @property
    def log(self) -> Path:
        return self.data.with_suffix(".up.log")

    def answers(self, path: str = "/health/ready") -> int:
        """HTTP status; 0 when nobody listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            return refusal.code
        except OSError:
            return 0

    def parts(self, words: str) -> list[psutil.Process]:
        """The children of the supervisor whose command line holds some words."""
        return [child for child in psutil.Process(self.process.pid).children() if words in _said(child)]


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "lapak.config.cli", *arguments]


def environ(data: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The test run's environment without its own database and folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LAPAK_", "DJANGO_"))}
    return {**kept, "LAPAK_DATA": str(data), "LANG": "C.UTF-8", **(more or {})}


@contextmanager
def house(data: Path, *, options: Sequence[str] = ("--no-sandbox",), more: Mapping[str, str] | None = None,
          port: int = 0) -> Iterator[House]:  # fmt: skip
    """Start Lapak, wait until it is ready, stop it in the end if it still runs."""
    port = port or free_port()
    log = data.with_suffix(".up.log")
    with log.open("w") as out:
        process = subprocess.Popen(
            command("up", "--port", str(port), *options), cwd=ROOT, env=environ(data, more), stdout=out, stderr=out,
            text=True, start_new_session=True,
        )  # fmt: skip
    running = House(data, port, process)
    try:
        eventually(lambda: process.poll() is not None or "Lapak is up" in log.read_text(), within_s=90)
        assert process.poll() is None, log.read_text()
        yield running
    finally:
        stop(running)


def stop(running: House) -> int:
    """SIGTERM, and its exit code."""
    if running.process.poll() is None:
        running.process.send_signal(signal.SIGTERM)
    return running.process.wait(30)


def eventually(true: Callable[[], bool], *, within_s: float) -> float:
    """Wait until something is true; how long that took, in seconds."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < within_s, "did not come true in time"
        time.sleep(0.1)
    return time.monotonic() - began


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_of(data: Path) -> list[str]:
    """Command lines of all processes that work for a data folder, the server of the database too."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            words = _said(process)
            if str(data) in words or process.environ().get("LAPAK_DATA") == str(data):
                found.append(words)
    return found


def _said(process: psutil.Process) -> str:
    """The command line; empty for one that is dying."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
