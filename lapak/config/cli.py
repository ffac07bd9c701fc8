"""The command line. The parsers are built here, light; what a command does is loaded when it is run."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn
from uuid import UUID

from lapak.config.home import Home
from lapak.core.errors import Invalid, LapakError
from lapak.core.words import reason_words, words_for


class Parser(argparse.ArgumentParser):
    """Says in one line what was wrong and what to do."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} → see `{self.prog} --help`\n")


def parser() -> Parser:
    """All commands with their options. `run` names the function, `lapak.config.commands.` before it."""
    common = Parser(add_help=False)
    common.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS,
                        help="data folder (default: $LAPAK_DATA, else .lapak here)")  # fmt: skip
    common.add_argument("--trace", action="store_true", default=argparse.SUPPRESS, help="show where a fault came from")
    top = Parser(
        prog="lapak", parents=[common], description="Brings small businesses from offline to selling on marketplaces."
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)

    def add(group: "argparse._SubParsersAction[Parser]", name: str, run: str, help: str) -> Parser:
        made = group.add_parser(name, parents=[common], help=help, description=help)
        made.set_defaults(run=run)
        return made

    def group(name: str, help: str) -> "argparse._SubParsersAction[Parser]":
        made = commands.add_parser(name, parents=[common], help=help, description=help)
        return made.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)

    for name, help in (
        ("up", "start everything on this machine: database, web, worker, practice platforms"),
        ("demo", "the same with example shops, ready to try"),
    ):
        one = add(commands, name, f"service:{name}", help)
        one.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
        one.add_argument("--port", type=_port, default=8000, help="port of the pages (default: 8000)")
        one.add_argument(
            "--sandbox-port", type=_port, default=8100, help="port of the practice platforms (default: 8100)"
        )
        one.add_argument("--no-sandbox", dest="sandbox", action="store_false", help="without practice platforms")
        one.add_argument("--workers", type=int, default=2, metavar="N", help="web processes (default: 2)")
        one.add_argument("--public-url", default="", metavar="URL", help="address people use, if it is another one")
    one.add_argument("--once", action="store_true", help="play the main job to its end, then stop")
    one.add_argument("--json", action="store_true", help="with --once: print what came of it as one JSON object")
    one.add_argument("--code", action="store_true", help="tell the example officer's second factor, for this moment")
    one = add(commands, "web", "service:web", "only the web server, in the foreground")
    one.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    one.add_argument("--port", type=_port, default=8000, help="port of the pages (default: 8000)")
    one.add_argument("--workers", type=int, default=2, metavar="N", help="web processes (default: 2)")
    add(commands, "worker", "service:worker", "only the worker, in the foreground")
    one = add(commands, "migrate", "database:migrate", "bring the database and static files to this version")
    one.add_argument("--quiet", action="store_true", help="say nothing when all goes well")
    one = add(commands, "doctor", "health:doctor", "check this installation and say what to do")
    one.add_argument("--json", action="store_true", help="for programs")

    some = group("sandbox", "the practice platforms")
    one = add(some, "serve", "sandbox:serve", "only the practice platforms, in the foreground")
    one.add_argument("--port", type=_port, default=8100, help="port (default: 8100)")
    one = add(some, "buy", "sandbox:buy", "be a buyer: order something in a practice shop")
    one.add_argument("platform", choices=["shopee"], help="which platform")
    one.add_argument("--shop", required=True, metavar="ID", help="the practice shop")
    one.add_argument("--sku", required=True, help="SKU of what to buy")
    one.add_argument("--quantity", type=int, default=1, metavar="N", help="how many (default: 1)")
    one = add(some, "faults", "sandbox:faults", "show, set or clear the faults of a platform")
    one.add_argument("platform", help="which platform, e.g. shopee")
    one.add_argument("--set", dest="rule", metavar="JSON", help='e.g. \'{"kind": "rate_limit", "times": 3}\'')
    one.add_argument("--clear", action="store_true", help="switch all faults off")

    some = group("products", "the product list of a business")
    one = add(some, "import", "products:import_", "take in a product sheet (ours, or Shopee's)")
    one.add_argument("file", metavar="FILE", help="XLSX or CSV")
    one.add_argument("--business", type=_id, required=True, metavar="ID", help="whose (see `lapak business list`)")
    one.add_argument("--photos", metavar="DIR", help="folder with the pictures the sheet names")
    one.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
    one = add(some, "template", "products:template", "write the empty sheet to fill in")
    one.add_argument("file", metavar="FILE", help="where, e.g. products.xlsx")
    one.add_argument("--language", choices=["id", "en"], default="id", help="of headers and guide (default: id)")

    some = group("business", "businesses in the registry")
    one = add(some, "list", "business:list_", "list businesses, the newest first")
    one.add_argument("--region", default="", metavar="CODE", help="only of this region, e.g. 32.73")
    one.add_argument("--search", default="", metavar="TEXT", help="part of the name, or a whole NIB or phone number")
    one.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many (default: 50)")
    one = add(some, "show", "business:show", "show a business and its ladder")
    one.add_argument("business", type=_id, metavar="ID", help="its id")

    some = group("staff", "people of the programme: officers, trainers, partners")
    one = add(some, "create", "staff:create", "make an account with a role; asks for the password")
    one.add_argument("email", help="address to sign in with")
    one.add_argument("--name", required=True, help="as others see it")
    one.add_argument("--role", required=True, choices=["officer", "trainer", "partner"], help="what they do")
    one.add_argument("--region", default="", metavar="CODE", help="officer: the region they see, e.g. 32.73")
    one.add_argument("--nation", action="store_true", help="officer: sees the whole country")
    one.add_argument("--partner", default="", metavar="SLUG", help="partner: whose")

    some = group("api-key", "keys with which programs act for a person")
    one = add(some, "create", "api_key:create", "make a key and show it, once")
    one.add_argument("person", help="phone of an owner, or e-mail address of staff")
    one.add_argument("--name", required=True, help="what the key is for, e.g. kasir")
    one.add_argument("--role", default="owner", choices=["owner", "trainer", "officer", "partner"],
                     help="what the person is in these requests (default: owner)")  # fmt: skip
    one.add_argument("--write", action="store_true", help="may change things, not only read")
    one = add(some, "list", "api_key:list_", "list the keys of a person")
    one.add_argument("person", help="phone of an owner, or e-mail address of staff")
    one = add(some, "revoke", "api_key:revoke", "end a key, at once")
    one.add_argument("prefix", help="how it begins, after `lapak_` (see `lapak api-key list`)")

    some = group("reference", "the official lists")
    one = add(some, "load", "reference:load", "load a list anew, or another one from a file")
    one.add_argument("list", choices=["regions", "kbli"], help="which list")
    one.add_argument("file", nargs="?", metavar="FILE", help="KBLI only: the official list as CSV or XLSX")
    one.add_argument("--version", default="2020", help="KBLI only: its version (default: 2020)")

    some = group("jobs", "work that was given up and waits for a person")
    one = add(some, "parked", "jobs:parked", "list it")
    one.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many (default: 50)")
    one = add(some, "retry", "jobs:retry", "try it again")
    one.add_argument("number", nargs="*", type=int, help="which (see `lapak jobs parked`)")
    one.add_argument("--all", action="store_true", help="everything parked")

    some = group("channel", "marketplaces and messengers")
    one = add(some, "check", "channel:check", "say what each channel does, how far it is proven, what it lacks")
    one.add_argument("slug", nargs="?", default="", help="only this one")
    return top


def _port(typed: str) -> int:
    if not typed.isdigit() or not 1 <= int(typed) <= 65535:
        raise argparse.ArgumentTypeError(f"{typed!r} is no port (1 to 65535)")
    return int(typed)


def _id(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{typed!r} is no id") from None


def language() -> str:
    """The language of the terminal: Indonesian if it says so, else English."""
    said = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "id" if said.lower().startswith("id") else "en"


def _reason(fault: Invalid) -> dict[str, str]:
    """Why an entry cannot be used, in words instead of its code."""
    reason = str(fault.told["reason"])
    facts = {name: value for name, value in fault.told.items() if name != "reason"}
    try:
        return {"reason": reason_words(reason, language=language(), **facts)}
    except KeyError:
        return {"reason": reason}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0, 1 when it could not be done, 2 when it was not understood."""
    given = parser().parse_args(arguments)
    if getattr(given, "data", ""):
        os.environ["LAPAK_DATA"] = given.data
    given.data_chosen = bool(os.environ.get("LAPAK_DATA"))
    home = Home.from_env()
    os.environ["LAPAK_DATA"] = str(home.data)
    if home.running.exists():  # what `lapak up` told its parts holds for us too, unless we are told otherwise
        for name, value in json.loads(home.running.read_text()).items():
            os.environ.setdefault(name, value)
    trace = getattr(given, "trace", False)
    module, _, function = given.run.partition(":")
    try:
        done: int | None = getattr(import_module(f"lapak.config.commands.{module}"), function)(given)
    except LapakError as fault:
        if trace:
            raise
        told = _reason(fault) if isinstance(fault, Invalid) else {}
        words = words_for(fault, language=language(), **told)
        print(f"{words.happened} → {words.do}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as bug:
        # The outermost fence: a person gets a line, never a trace they did not ask for.
        if trace:
            raise
        first = str(bug).strip().partition("\n")[0]
        print(f"{type(bug).__name__}: {first} → run it again with --trace, and report what it says", file=sys.stderr)
        return 1
    return done or 0


if __name__ == "__main__":
    sys.exit(main())
