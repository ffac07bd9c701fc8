"""`python -m lapak.sandbox --port 8100 --data DIR`: the sandbox as a server on this machine only."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
from pathlib import Path

from granian.constants import Interfaces
from granian.server.embed import Server

from lapak.sandbox.app import create_app
from lapak.sandbox.settings import Settings, from_environ

ADDRESS = "127.0.0.1"  # the practice keys are public knowledge, so nobody outside may reach it


async def serve(settings: Settings, port: int) -> None:
    """Serve until SIGTERM or SIGINT. One process and one loop: a kill -9 leaves nothing behind."""
    app = create_app(settings)
    server = Server(app, address=ADDRESS, port=port, interface=Interfaces.ASGI, websockets=False)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        app.state.core.closing.set()  # lines held by a fault would hold up the end
        server.stop()  # type: ignore[no-untyped-call]  # granian leaves this one method without types

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    await server.serve()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m lapak.sandbox", description="Practice platforms on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--data", type=Path, default=Path("sandbox-data"), help="folder of the SQLite file")
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    asyncio.run(serve(from_environ(chosen.data), chosen.port))


if __name__ == "__main__":
    main()
