"""`make reference` writes `docs/reference/` from the code: the command line, the settings, the error codes.

A test runs it too and demands that what lies there is current, and that every setting is explained here.
"""

import argparse
import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module, metadata
from pathlib import Path
from pkgutil import walk_packages

import lapak
from lapak.config.cli import parser
from lapak.core.errors import LapakError, every_error
from lapak.core.words import words_for

PACKAGE = Path(lapak.__file__).resolve().parent
HEAD = "<!-- Written by `make reference`. Change the code, not this page. -->\n\n"

SETTINGS = {
    "Where things are": {
        "LAPAK_DATA": "The data folder: database, photos, secrets, logs. Default: `.lapak` where the command runs.",
        "LAPAK_PUBLIC_URL": "The address people and platforms use. With https, cookies are secure and HSTS is sent.",
        "LAPAK_ALLOWED_HOSTS": "More host names the web server answers to, with commas between.",
        "LAPAK_SANDBOX_URL": "Where the practice platforms listen.",
    },
    "Database": {
        "LAPAK_DATABASE_URL": "A PostgreSQL (15 or newer) of your own, as the app. Empty: Lapak runs its own.",
        "LAPAK_OWNER_DATABASE_URL": "The same, as the owner of the tables. Without it one role does both.",
        "LAPAK_DATABASE_ROLE": "Which role of the embedded database a process connects as. Set by the commands.",
        "PG_BIN": "Folder with `postgres` and `initdb`, instead of the ones installed with Lapak.",
    },
    "Secrets (made once into `secrets.json` when not set)": {
        "LAPAK_SECRET_KEY": "Signs sessions and forms.",
        "LAPAK_KEYS": "Seals tokens and identifiers: `id:base64 of 32 bytes`, more after commas; the first seals.",
        "LAPAK_INDEX_KEY": "Makes sealed identifiers findable. Changing it loses the finding.",
        "LAPAK_METRICS_TOKEN": "Bearer token for `/metrics`.",
    },
    "Running": {
        "LAPAK_DEMO": "`1`: example shops, and codes may be read on the practice phone. Never where real people are.",
        "LAPAK_CODES_PER_DAY": "At most so many one-time codes a day for the whole installation.",
        "LAPAK_WORKER_THREADS": "Jobs a worker runs at a time.",
        "LAPAK_WORKER_HEARTBEAT_S": "Seconds between signs of life of a worker.",
        "LAPAK_WORKER_STALLED_S": "A worker silent for so many seconds counts as dead; its jobs go to another.",
    },
    "Shopee": {
        "SHOPEE_HOST": "Where its API is. Default: the practice platforms.",
        "SHOPEE_AUTH_URL": "Address of the newer consent page. Empty: the classic, signed one.",
        "SHOPEE_PARTNER_ID": "Number of your app at Shopee.",
        "SHOPEE_PARTNER_KEY": "Key of your app.",
        "SHOPEE_PUSH_KEY": "Key that signs pushes.",
        "SHOPEE_PUSH_URL": "The address registered for pushes; it is part of their signature.",
        "SHOPEE_CALLS_PER_SECOND": "Calls a second and shop at most; more at the practice platforms than elsewhere.",
        "SHOPEE_VARIANT_WAIT_S": "Seconds between making an item and its variants; none at the practice platforms.",
        "TOKOPEDIA_HOST": "Where Tokopedia's API (TikTok Shop) is. Default: the practice platforms.",
        "TOKOPEDIA_AUTH_HOST": "Where its tokens are given.",
        "TOKOPEDIA_CONSENT_URL": "Address of its consent page. Our address to come back to is set in its console.",
        "TOKOPEDIA_SERVICE_ID": "Number of your service at TikTok Shop.",
        "TOKOPEDIA_APP_KEY": "Key of your app there.",
        "TOKOPEDIA_APP_SECRET": "Secret of your app; it signs calls and pushes.",
        "BLIBLI_HOST": "Where Blibli's Seller API is, up to the signed path. Default: the practice platforms.",
        "BLIBLI_CLIENT_ID": "Number of your API client at Blibli. Sellers connect it in their Seller Center.",
        "BLIBLI_CLIENT_KEY": "Key of your API client.",
        "BLIBLI_QUOTA_SHARE": "Share of Blibli's quotas for each worker process: 1 divided by their number.",
        "BLIBLI_QUEUE_WAIT_S": "Seconds before each look at the queue a submission waits in.",
    },
    "WhatsApp": {
        "GRAB_HOST": "Where GrabFood's API is. Default: the practice platforms.",
        "GRAB_TOKEN_HOST": "Where Grab gives tokens.",
        "GRAB_CLIENT_ID": "Our project at Grab.",
        "GRAB_CLIENT_SECRET": "Key of our project at Grab.",
        "GRAB_PARTNER_CLIENT_ID": "Name by which Grab asks us for a token; at most 32 characters.",
        "GRAB_PARTNER_CLIENT_SECRET": "Word by which Grab asks us for a token; at most 32 characters.",
        "WHATSAPP_HOST": "Where its API is. Default: the practice platforms.",
        "WHATSAPP_API_VERSION": "Version in the address of the API.",
        "WHATSAPP_PHONE_NUMBER_ID": "The number that sends.",
        "WHATSAPP_TOKEN": "Access token of the app.",
        "WHATSAPP_APP_SECRET": "Key that signs what WhatsApp tells us.",
        "WHATSAPP_VERIFY_TOKEN": "Word by which Meta knows that our webhook address is ours.",
    },
}
NOT_OURS = {"XDG_RUNTIME_DIR", "DJANGO_SETTINGS_MODULE"}


def pages() -> dict[str, str]:
    """File name → text. Django must be set up."""
    return {
        "commands.md": _commands(), "settings.md": _settings(), "errors.md": _errors(),
        "dependencies.md": _dependencies(),
    }  # fmt: skip


def settings_read() -> dict[str, str]:
    """Environment variables that the code asks for → the default as it is written there."""
    found: dict[str, str] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        if "sandbox" in file.parts:  # told apart, in docs/sandbox.md
            continue
        for name, default in _asked(ast.parse(file.read_text("utf-8"))):
            found[name] = found.get(name) or default
    return {name: default for name, default in found.items() if name not in NOT_OURS}


def errors() -> list[type[LapakError]]:
    """Every fault of ours, by code. Loads every module, so that each has told of its own."""
    for module in walk_packages([str(PACKAGE)], "lapak."):
        if not {"sandbox", "migrations", "wsgi", "__main__"} & set(module.name.split(".")):  # wsgi starts a server
            import_module(module.name)
    found = {kind for kind in every_error() if kind.__module__.startswith("lapak.")}
    return sorted(found, key=lambda kind: (kind.code, kind.__module__))


def _asked(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
            continue
        name = node.args[0]
        asks = ast.unparse(node.func) == "os.environ.get" or node.func.attr == "secret"
        if asks and isinstance(name, ast.Constant) and isinstance(name.value, str):
            yield name.value, _written(node.args[1]) if len(node.args) > 1 else ""


def _written(default: ast.expr) -> str:
    match default:
        case ast.Constant(value):
            return str(value)
        case ast.JoinedStr():
            return ast.unparse(default)[2:-1]
    return "see lapak/config/settings.py"


def _settings() -> str:
    defaults = settings_read()
    text = f"{HEAD}# Settings\n\nEnvironment variables, read at the start. Times are in seconds.\n"
    for title, names in SETTINGS.items():
        text += f"\n## {title}\n\n| variable | default | what for |\n|---|---|---|\n"
        for name, what in names.items():
            default = f"`{defaults[name]}`" if defaults[name] else ""
            text += f"| `{name}` | {default} | {what} |\n"
    return text


def _commands() -> str:
    text = f"{HEAD}# The command line\n\nEvery command takes `--data DIR` and `--trace`. "
    text += "Exit code: 0 done, 1 not done, 2 not understood.\n"
    for words, one in leaves(parser(), ["lapak"]):
        text += f"\n## `{' '.join(words)}`\n\n{(one.description or '').capitalize()}.\n"
        told = [action for action in one._actions if action.dest not in ("help", "data", "trace")]
        if told:
            text += "\n| option | meaning |\n|---|---|\n"
        for action in told:
            shown = ", ".join(action.option_strings) or str(action.metavar or action.dest)
            choices = f" ({', '.join(map(str, action.choices))})" if action.choices else ""
            text += f"| `{shown}` | {action.help}{choices} |\n"
    return text


def leaves(top: argparse.ArgumentParser, words: list[str]) -> Iterator[tuple[list[str], argparse.ArgumentParser]]:
    """Each command that can be run: the words that call it, and its parser."""
    below = [action for action in top._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield words, top
    for action in below:
        for name, one in action.choices.items():
            yield from leaves(one, [*words, name])


def _errors() -> str:
    text = (
        f"{HEAD}# Error codes\n\nA code never changes. *Acts* says who makes the next move: the clock (we try again), "
    )
    text += "the owner, or staff. A dash stands for a fact of the moment.\n"
    for kind in errors():
        about = (kind.__doc__ or "").strip().split("\n")[0]
        text += f"\n## `{kind.code}`\n\n{about} Status {kind.status}, acts: {kind.acts}.\n\n"
        for language, name in (("id", "Indonesia"), ("en", "English")):
            words = words_for(kind, language=language)
            text += f"- {name}: *{words.happened}* {words.means} {words.do} **[{words.button}]**\n"
    return text


def _dependencies() -> str:
    text = f"{HEAD}# What Lapak stands on\n\nDirect dependencies at run time, as pinned in `requirements.lock`; "
    text += "the licence is what the package itself declares.\n\n"
    text += "| package | version | licence | what it is |\n|---|---|---|---|\n"
    wanted = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    for name in sorted(re.split(r"[^A-Za-z0-9-]", line)[0] for line in wanted):
        told = metadata.metadata(name)
        text += f"| {name} | {told['Version']} | {_licence(told)} | {told['Summary']} |\n"
    return text


def _licence(told: metadata.PackageMetadata) -> str:
    """The expression, else the classifiers, else the first line of the free field."""
    classes = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or [] if line.startswith("License")]
    free = [line.strip().split("\n")[0] for line in told.get_all("License") or []]
    return ", ".join(told.get_all("License-Expression") or sorted(classes) or free) or "not declared"


def main(folder: Path) -> None:
    """Write the pages."""
    from lapak.config.commands.database import set_up_django
    from lapak.config.home import APP_ROLE

    set_up_django(role=APP_ROLE)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
