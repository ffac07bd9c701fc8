"""The parts of `lapak up` one by one, so that a measurement decides which of them run."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from lapak.config import postgres
from lapak.config.home import Home
from lapak.config.processes import Part
from lapak.config.up import web_command


@dataclass
class House:
    """A prepared Lapak whose database runs. The other parts start when they are asked for."""

    home: Home
    port: int
    sandbox_port: int
    environ: dict[str, str]
    stack: ExitStack

    def web(self) -> Part:
        """The web server, ready."""
        command = web_command(host="127.0.0.1", port=self.port, workers=2)
        return self._start(Part("web", command, self.home, self.environ), f"http://127.0.0.1:{self.port}/health/live")

    def sandbox(self) -> Part:
        """The practice platforms, ready."""
        command = [
            sys.executable,
            "-m",
            "lapak.sandbox",
            "--port",
            str(self.sandbox_port),
            "--data",
            str(self.home.sandbox),
        ]
        url = f"http://127.0.0.1:{self.sandbox_port}/health"
        return self._start(Part("sandbox", command, self.home, self.environ), url)

    def worker(self) -> Part:
        """The worker."""
        command = [sys.executable, "-m", "lapak.config.cli", "worker"]
        return self._start(Part("worker", command, self.home, self.environ), "")

    def _start(self, part: Part, url: str) -> Part:
        part.start()
        self.stack.callback(part.stop)
        until = time.monotonic() + 60
        while url and not _answers(url):
            assert time.monotonic() < until, part.last_words()
            time.sleep(0.1)
        return part


@contextmanager
def house(data: Path) -> Iterator[House]:
    """A fresh data folder with its database, prepared by our own command; all that was started ends with it."""
    shutil.rmtree(data, ignore_errors=True)
    home = Home(data.resolve())
    home.run.mkdir(parents=True)
    port, sandbox_port = free_port(), free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LAPAK_", "DJANGO_", "SHOPEE_"))}
    environ = {
        "LAPAK_DATA": str(home.data),
        "LAPAK_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "LAPAK_SANDBOX_URL": f"http://127.0.0.1:{sandbox_port}",
        # The practice platform's own pushes go nowhere: the driver sends them, at its own speed.
        "SANDBOX_SHOPEE_CALLBACK": "http://127.0.0.1:9/",
        "SHOPEE_CALLS_PER_SECOND": "1000",
        "PYTHONUNBUFFERED": "1",
    }
    os.environ.clear()
    os.environ.update({**kept, **environ})
    with ExitStack() as stack:
        child = postgres.start(home)
        stack.callback(postgres.stop, child)
        postgres.prepare(home)
        subprocess.run([sys.executable, "-m", "lapak.config.cli", "migrate", "--quiet"], check=True)
        yield House(home, port, sandbox_port, environ, stack)
    shutil.rmtree(data, ignore_errors=True)


def cpu_seconds(part: Part) -> float:
    """Processor time of a part with all its children so far."""
    assert part.process is not None
    whole = psutil.Process(part.process.pid)
    return sum(_used(process) for process in [whole, *whole.children(recursive=True)])


def database_cpu_seconds(home: Home) -> float:
    """Processor time of the server with its backends; those that ended are counted with the server."""
    server = psutil.Process(int((home.postgres / "postmaster.pid").read_text().split("\n", 1)[0]))
    times = server.cpu_times()
    return (
        sum(_used(one) for one in [server, *server.children(recursive=True)])
        + times.children_user
        + times.children_system
    )


def _used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
