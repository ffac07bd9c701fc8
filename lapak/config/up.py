"""`lapak up`: the whole of Lapak on one machine: PostgreSQL, web, worker and the practice platforms.

The database is first to start and last to stop; between, web stops first, then the worker, so that what was accepted
can still be written down.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from types import FrameType

from lapak.config import postgres
from lapak.config.errors import StartFailed
from lapak.config.home import Home
from lapak.config.prepare import database_is_prepared, static_is_prepared
from lapak.config.processes import Part, alone, end_leftovers, must_be_free

READY_WITHIN_S = 90.0
LOOK_EVERY_S = 0.1


@dataclass(frozen=True, kw_only=True)
class UpOptions:
    """Where to listen. An empty `public_url` means the address of `host` and `port`.

    then: a command to run once all is up; its output is shown. once: stop when it ends, with its exit code.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    sandbox_port: int = 8100
    sandbox: bool = True
    workers: int = 2
    public_url: str = ""
    demo: bool = False
    then: tuple[str, ...] = ()
    once: bool = False


class _Stopped(Exception):
    """Somebody asked us to stop while we were still starting."""


class Supervisor:
    """Starts the parts, minds them, stops them."""

    def __init__(self, options: UpOptions, home: Home) -> None:
        self.options, self.home = options, home
        self.stopping = False
        self.database: subprocess.Popen[bytes] | None = None
        self.parts: list[Part] = []
        self.then: subprocess.Popen[bytes] | None = None

    def run(self) -> int:
        """Run until SIGINT or SIGTERM, or until `then` ends. Returns the exit code.

        Raises: AlreadyRuns, PortTaken, DatabaseUnavailable, StartFailed.
        """
        signal.signal(signal.SIGINT, self._stop_soon)
        signal.signal(signal.SIGTERM, self._stop_soon)
        began = time.monotonic()
        with ExitStack() as last:
            last.enter_context(alone(self.home))
            end_leftovers(self.home)
            must_be_free(self.options.host, self.options.port, option="--port")
            if self.options.sandbox:
                must_be_free("127.0.0.1", self.options.sandbox_port, option="--sandbox-port")
            last.callback(self._stop_all)
            try:
                self._start(began)
                while not self.stopping and not (self.options.once and self._then_ended()):
                    self._mind()
                    time.sleep(LOOK_EVERY_S)
            except _Stopped:
                pass
            say("stopping …")
        say("stopped")
        return (self.then.returncode or 0) if self.options.once and self.then is not None else 0

    def _start(self, began: float) -> None:
        if self.home.embedded:
            say("starting the database …")
            self.database = postgres.start(self.home)
            postgres.prepare(self.home)
        self._go_on()
        if not (database_is_prepared(self.home) and static_is_prepared(self.home)):
            self._prepare()
        self.parts = self._parts()
        for part in self.parts:
            part.start()
        self._await_ready()
        self.home.running.write_text(json.dumps(self._environ()))
        say(f"Lapak is up ({time.monotonic() - began:.1f} s). Ctrl-C stops it.")
        say(f"  pages               {self._environ()['LAPAK_PUBLIC_URL']}")
        if self.options.sandbox:
            say(f"  practice platforms  {self._environ()['LAPAK_SANDBOX_URL']}")
        say(f"  data and logs       {self.home.data}")
        if self.options.then:
            self.then = subprocess.Popen(
                self.options.then, env={**os.environ, **self._environ()}, stdin=subprocess.DEVNULL,
                start_new_session=True, preexec_fn=postgres.die_with_parent(signal.SIGTERM),
            )  # fmt: skip

    def _then_ended(self) -> bool:
        return self.then is None or self.then.poll() is not None

    def _environ(self) -> Mapping[str, str]:
        options = self.options
        shown = "127.0.0.1" if options.host in ("0.0.0.0", "::") else options.host  # noqa: S104  compared, not bound
        public = options.public_url or os.environ.get("LAPAK_PUBLIC_URL") or f"http://{shown}:{options.port}"
        environ = {"LAPAK_DATA": str(self.home.data), "LAPAK_PUBLIC_URL": public.rstrip("/"), "PYTHONUNBUFFERED": "1"}
        if options.sandbox:
            environ["LAPAK_SANDBOX_URL"] = f"http://127.0.0.1:{options.sandbox_port}"
            environ["SANDBOX_SHOPEE_CALLBACK"] = f"{environ['LAPAK_PUBLIC_URL']}/hooks/shopee"
            environ["SANDBOX_TOKOPEDIA_CALLBACK"] = f"{environ['LAPAK_PUBLIC_URL']}/hooks/tokopedia"
            environ["SANDBOX_TOKOPEDIA_REDIRECT"] = f"{environ['LAPAK_PUBLIC_URL']}/toko/tokopedia/kembali"
            environ["SANDBOX_WHATSAPP_CALLBACK"] = f"{environ['LAPAK_PUBLIC_URL']}/hooks/whatsapp"
        if options.demo:
            environ["LAPAK_DEMO"] = "1"
        return environ

    def _parts(self) -> list[Part]:
        options, python, environ = self.options, sys.executable, self._environ()
        web = web_command(host=options.host, port=options.port, workers=options.workers)
        sandbox = [
            python, "-m", "lapak.sandbox", "--port", str(options.sandbox_port), "--data", str(self.home.sandbox),
        ]  # fmt: skip
        parts = [
            Part("web", web, self.home, environ),
            # Its graceful end needs the database, which goes at the same moment when the supervisor is killed.
            Part("worker", [python, "-m", "lapak.config.cli", "worker"], self.home, environ, orphaned=signal.SIGKILL),
        ]
        return [*parts, Part("sandbox", sandbox, self.home, environ)] if options.sandbox else parts

    def _prepare(self) -> None:
        say("preparing the database …")
        command = [sys.executable, "-m", "lapak.config.cli", "migrate", "--quiet"]
        child = subprocess.Popen(
            command, env={**os.environ, **self._environ()}, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
            start_new_session=True, preexec_fn=postgres.die_with_parent(signal.SIGTERM),
        )  # fmt: skip
        try:
            while child.poll() is None:
                self._go_on()
                time.sleep(LOOK_EVERY_S)
        finally:
            child.terminate()
            said = child.communicate()[1].decode(errors="replace").strip()
        if child.returncode:
            raise StartFailed(part="migrate", log=self.home.logs, last=said.rpartition("\n")[2])

    def _await_ready(self) -> None:
        until = time.monotonic() + READY_WITHIN_S
        while (why_not := self._why_not_ready()) != "":
            self._go_on()
            for part in self.parts:
                if part.process is not None and part.process.poll() is not None:
                    raise StartFailed(part=part.name, log=part.log, last=part.last_words())
            if time.monotonic() > until:
                raise StartFailed(part="web", log=self.parts[0].log, last=f"not ready in time ({why_not})")
            time.sleep(LOOK_EVERY_S)

    def _why_not_ready(self) -> str:
        """Empty when the web server says that it is ready."""
        host = "127.0.0.1" if self.options.host in ("0.0.0.0", "::") else self.options.host  # noqa: S104  as above
        link = http.client.HTTPConnection(host, self.options.port, timeout=5)
        try:
            link.request("GET", "/health/ready", headers={"Host": "127.0.0.1"})
            answer = link.getresponse()
            return "" if answer.status == 200 else answer.read(200).decode(errors="replace")
        except (OSError, http.client.HTTPException) as fault:
            return str(fault)
        finally:
            link.close()

    def _mind(self) -> None:
        if self.database is not None and self.database.poll() is not None:
            self._restart_database()
        for part in self.parts:
            news = part.mind()
            if news:
                say(news)

    def _restart_database(self) -> None:
        say("the database ended; starting it again")
        for wait_s in (1, 2, 4, None):  # what a killed server leaves in shared memory takes a moment to go
            try:
                self.database = postgres.start(self.home)
                return
            except postgres.DatabaseUnavailable:
                if wait_s is None or self.stopping:
                    raise
                time.sleep(wait_s)

    def _go_on(self) -> None:
        if self.stopping:
            raise _Stopped

    def _stop_soon(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.stopping = True

    def _stop_all(self) -> None:
        self.home.running.unlink(missing_ok=True)
        if self.then is not None and self.then.poll() is None:
            self.then.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.then.wait(10)
            self.then.kill()
            self.then.wait()
        for part in self.parts:
            part.stop()
        if self.database is not None:
            postgres.stop(self.database)


def web_command(*, host: str, port: int, workers: int) -> list[str]:
    """The web server. A worker that dies is replaced by the server itself; without that, one death ends them all."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--no-ws", "--respawn-failed-workers",
        "--respawn-interval", "0.5", "--workers-kill-timeout", "5", "lapak.config.wsgi:application",
    ]  # fmt: skip


def say(words: str) -> None:
    """One line to whoever started us, at once. Standard output belongs to what a command was asked for."""
    print(words, file=sys.stderr, flush=True)
