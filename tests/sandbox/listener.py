"""A real HTTP listener on a free loopback port that keeps what is pushed to it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Listener:
    """What came in, as (headers, body) in order of arrival; `status` and `body` are what it answers."""

    url: str = ""
    status: int = 200
    body: bytes = b""
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def wait(self, count: int, within_s: float = 5.0) -> list[tuple[dict[str, str], bytes]]:
        """What came, as soon as it is so many."""
        end = time.monotonic() + within_s
        while len(self.came) < count:
            assert time.monotonic() < end, f"{len(self.came)} of {count} came"
            time.sleep(0.01)
        return self.came


@contextmanager
def listening() -> Iterator[Listener]:
    heard = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.came.append((dict(self.headers.items()), body))
            self._answer(heard.body)

        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            self._answer(asked["hub.challenge"][0].encode() if asked["hub.verify_token"] == ["rahasia"] else b"?")

        def _answer(self, body: bytes) -> None:
            self.send_response(heard.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    heard.url = f"http://127.0.0.1:{server.server_port}/kabar"
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
