"""The processes of one installation: started in sessions of their own, restarted when they die, ended to the last one.

Each part is the leader of its own process group, so that its children (a server's workers) go with it. The kernel ends
a part when the supervisor is killed; what still slips through is found at the next start by `run/<part>.json`.
"""

import fcntl
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from lapak.config.errors import AlreadyRuns, PortTaken
from lapak.config.home import Home
from lapak.config.postgres import die_with_parent

STEADY_S = 60.0  # alive this long, a part counts as healthy again and its next restart comes at once
LONGEST_WAIT_S = 30.0
LOG_KEPT_BYTES = 20_000_000


@dataclass
class Part:
    """One process of the installation, and what is known of its ups and downs."""

    name: str
    command: Sequence[str]
    home: Home
    environ: Mapping[str, str]
    orphaned: signal.Signals = signal.SIGTERM  # what the kernel sends it when the supervisor is killed
    stop_s: float = 10.0
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    failures: int = field(default=0, init=False)
    start_at: float = field(default=0.0, init=False)
    started_at: float = field(default=0.0, init=False)

    @property
    def log(self) -> Path:
        return self.home.logs / f"{self.name}.log"

    @property
    def _note(self) -> Path:
        return self.home.run / f"{self.name}.json"

    def start(self) -> None:
        """Start the process in a session of its own and note its number. Its words go to `logs/<part>.log`."""
        self.home.logs.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_KEPT_BYTES:
            self.log.rename(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
                env={**os.environ, **self.environ}, preexec_fn=die_with_parent(self.orphaned),
            )  # fmt: skip
        self.started_at = time.monotonic()
        note = {"pid": self.process.pid, "born": _born(self.process.pid)}
        self._note.write_text(json.dumps(note))

    def mind(self) -> str:
        """Restart the process if it died, later each time. Returns what happened, for people; else nothing."""
        if self.process is None:
            if time.monotonic() >= self.start_at:
                self.start()
            return ""
        code = self.process.poll()
        if code is None:
            return ""
        _end_group(self.process.pid)
        lived_s = time.monotonic() - self.started_at
        self.failures = 1 if lived_s > STEADY_S else self.failures + 1
        wait_s = min(0.5 * 2 ** (self.failures - 1), LONGEST_WAIT_S)
        self.process, self.start_at = None, time.monotonic() + wait_s
        how = f"signal {-code}" if code < 0 else f"exit {code}"
        return f"{self.name} ended ({how}) after {lived_s:.0f} s; starting it again in {wait_s:g} s. See {self.log}"

    def stop(self) -> None:
        """End the process gracefully, and whatever is left of its group by force."""
        if self.process is not None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(self.stop_s)
            _end_group(self.process.pid)
            self.process.wait()
            self.process = None
        self._note.unlink(missing_ok=True)

    def last_words(self) -> str:
        """The last line of the log."""
        lines = self.log.read_text(errors="replace").split("\n") if self.log.exists() else []
        return next((line.strip() for line in reversed(lines) if line.strip()), "")


@contextmanager
def alone(home: Home) -> Iterator[None]:
    """Hold the data folder, so that one Lapak runs on it at a time. Raises: AlreadyRuns."""
    home.run.mkdir(parents=True, exist_ok=True)
    with (home.run / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the kernel lets go when we die
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRuns(folder=home.data, process=lock.read().strip()) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def end_leftovers(home: Home) -> None:
    """End what an earlier run left behind when it was killed."""
    for note in home.run.glob("*.json"):
        with suppress(ValueError, KeyError):
            found = json.loads(note.read_text())
            leader = int(found["pid"])
            if _born(leader) in (None, found["born"]):  # the leader itself, or its orphans; else a stranger's number
                for process in _group(leader):
                    with suppress(psutil.Error):
                        if process.environ().get("LAPAK_DATA") == str(home.data):
                            process.kill()
                            process.wait(5)
        note.unlink()


def must_be_free(host: str, port: int, *, option: str) -> None:
    """Raises: PortTaken, when somebody listens on the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise PortTaken(port=port, option=option) from None


def _born(pid: int) -> float | None:
    """When a process was made, in seconds since 1970; None if there is none."""
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return None


def _group(leader: int) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with suppress(ProcessLookupError):
            if os.getpgid(process.pid) == leader:
                found.append(process)
    return found


def _end_group(leader: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
