"""Commands that stay: the whole of Lapak, or one part of it in the foreground."""

import os
import signal
import sys
from argparse import Namespace

from lapak.config.commands.database import set_up_django
from lapak.config.home import APP_ROLE, Home


def up(given: Namespace) -> None:
    """Start everything and mind it until told to stop."""
    _supervise(given, demo=False)


def demo(given: Namespace) -> None:
    """The same, with the example shops."""
    _supervise(given, demo=True)


def _supervise(given: Namespace, *, demo: bool) -> None:
    from lapak.config.up import Supervisor, UpOptions

    options = UpOptions(
        host=given.host, port=given.port, sandbox_port=given.sandbox_port, sandbox=given.sandbox,
        workers=given.workers, public_url=given.public_url, demo=demo,
    )  # fmt: skip
    Supervisor(options, Home.from_env()).run()


def web(given: Namespace) -> None:
    """Become the web server."""
    from lapak.config.up import web_command

    os.environ.setdefault("LAPAK_PUBLIC_URL", f"http://{given.host}:{given.port}")
    os.execv(sys.executable, web_command(host=given.host, port=given.port, workers=given.workers))


def worker(given: Namespace) -> None:
    """Work until told to stop."""
    del given
    set_up_django(role=APP_ROLE)
    from lapak.config.worker import work

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until the queue installs its own
    work()
