"""Commands that stay: the whole of Lapak, or one part of it in the foreground."""

import os
import signal
import sys
from argparse import Namespace

from lapak.config.commands.database import set_up_django
from lapak.config.home import APP_ROLE, Home


def up(given: Namespace) -> int:
    """Start everything and mind it until told to stop."""
    return _supervise(given, Home.from_env())


def demo(given: Namespace) -> int:
    """The same, with example shops; or the main job once, to its end."""
    home = Home.from_env() if given.data_chosen else Home(Home.from_env().data / "demo")
    os.environ["LAPAK_DATA"] = str(home.data)
    if given.code:
        os.execv(sys.executable, [sys.executable, "-m", "lapak.config.demo", "--code"])
    then = [sys.executable, "-m", "lapak.config.demo"]
    then += ["--once"] * given.once + ["--json"] * given.json
    return _supervise(given, home, demo=True, then=tuple(then), once=given.once)


def _supervise(
    given: Namespace, home: Home, *, demo: bool = False, then: tuple[str, ...] = (), once: bool = False
) -> int:
    from lapak.config.up import Supervisor, UpOptions

    options = UpOptions(
        host=given.host, port=given.port, sandbox_port=given.sandbox_port, sandbox=given.sandbox,
        workers=given.workers, public_url=given.public_url, demo=demo, then=then, once=once,
    )  # fmt: skip
    return Supervisor(options, home).run()


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
