"""`python -m lapak.sandbox --port 8100 --data DIR`: the sandbox as a server on this machine only."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import socket
import sqlite3
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


def must_be_free(port: int) -> None:
    """Raise OSError when somebody listens there already. The server itself would say so in a stack trace."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((ADDRESS, port))


def main() -> None:
    """Read the command line and serve. Ends with 2 for a wrong setting, with 1 when port or folder cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m lapak.sandbox", description=f"Practice platforms on {ADDRESS}.")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--data", type=Path, default=Path("sandbox-data"), help="folder of the SQLite file")
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # one line for each push would bury the rest
    try:
        settings = from_environ(chosen.data)
    except ValueError as fault:
        parser.error(f"a SANDBOX_ variable is wrong: {fault}")
    try:
        must_be_free(chosen.port)
        asyncio.run(serve(settings, chosen.port))
    except (OSError, OverflowError, sqlite3.Error) as fault:
        parser.exit(1, f"The sandbox cannot use port {chosen.port} or folder {chosen.data}: {fault}\n")


if __name__ == "__main__":
    main()
