"""Recorded calls and replies, played instead of a network. A call that was not recorded fails the test.

A scene is a TOML file:

    like = "base"                        # first the calls of another scene
    [expects]                            # what the contract compares with
    external_id = "1001"
    [[call]]
    does = "POST /api/v2/product/add_item"
    query = { shop_id = "778899" }       # parts of the query that must be there
    sends = '{"item_sku": "SBL-01"}'     # parts of the JSON body that must be there
    again = true                         # may come any number of times, or not at all
    status = 200
    answer = '{"error": ""}'             # or `fault`: "timeout", "reset", "refused", instead of an answer
"""

import json
import threading
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

FAULTS: dict[str, Callable[[], httpx2.TransportError]] = {
    "timeout": lambda: httpx2.ReadTimeout("recorded"),
    "reset": lambda: httpx2.ReadError("recorded"),
    "refused": lambda: httpx2.ConnectError("recorded"),
}


class NotRecorded(AssertionError):
    """A call the scene does not have."""


@dataclass(kw_only=True)
class Call:
    """One recorded call."""

    does: str
    query: Mapping[str, str] = field(default_factory=dict)
    sends: object = None
    again: bool = False
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    answer: str = ""
    fault: str = ""
    made: int = 0

    def fits(self, request: httpx2.Request) -> bool:
        method, _, path = self.does.partition(" ")
        if (request.method, request.url.path) != (method, path) or (self.made and not self.again):
            return False
        asked = request.url.params
        if any(value not in asked.get_list(name) for name, value in self.query.items()):
            return False
        return self.sends is None or _within(self.sends, _body(request))


class Scene:
    """Plays the calls of a file. `loose`: calls may come in any number, and what is not recorded answers 404."""

    def __init__(self, file: Path, *, loose: bool = False) -> None:
        told = _with_base(file)
        self.name, self._loose = file.stem, loose
        self.expects: dict[str, object] = told.get("expects", {})
        self.calls = [_call(entry) for entry in told["call"]]
        self.requests: list[httpx2.Request] = []
        self._lock = threading.Lock()

    @staticmethod
    def expectations(file: Path) -> dict[str, Any]:
        """A TOML file of what bodies beside it should say."""
        return tomllib.loads(file.read_text("utf-8"))

    @property
    def transport(self) -> httpx2.MockTransport:
        return httpx2.MockTransport(self._play)

    def left(self) -> list[str]:
        """Recorded calls that were never made."""
        return [call.does for call in self.calls if not call.made and not call.again]

    def count(self, does: str) -> int:
        """How often a call ("METHOD /path") was made."""
        return sum(f"{request.method} {request.url.path}" == does for request in self.requests)

    def _play(self, request: httpx2.Request) -> httpx2.Response:
        with self._lock:
            self.requests.append(request)
            call = next((call for call in self.calls if call.fits(request)), None)
            if call is None:
                if self._loose:
                    return httpx2.Response(404, text="?")
                raise NotRecorded(
                    f"{self.name}: {request.method} {request.url.path}?{request.url.query!r} {_body(request)}"
                )
            call.made += not self._loose
        if call.fault:
            raise FAULTS[call.fault]()
        return httpx2.Response(call.status, headers=dict(call.headers), content=call.answer.encode())


def _with_base(file: Path) -> dict[str, Any]:
    told = tomllib.loads(file.read_text("utf-8"))
    if "like" in told:
        base = _with_base(file.parent / f"{told['like']}.toml")
        told["call"] = [*told.get("call", []), *base["call"]]  # own calls first: they are the more particular
    return told


def _call(entry: dict[str, Any]) -> Call:
    sends = entry.pop("sends", None)
    return Call(**entry, sends=json.loads(sends) if isinstance(sends, str) else None)


def _body(request: httpx2.Request) -> object:
    try:
        return json.loads(request.content)
    except ValueError:
        return None


def _within(part: object, whole: object) -> bool:
    """Whether a JSON value holds at least what is asked: objects by their named fields, lists in full."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(name in whole and _within(part[name], whole[name]) for name in part)
    if isinstance(part, list):
        return (
            isinstance(whole, list)
            and len(part) == len(whole)
            and all(_within(one, other) for one, other in zip(part, whole, strict=True))
        )
    return part == whole
