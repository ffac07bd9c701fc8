"""Tokens both ways: the project's at Grab, and the one Grab asks us for.

Grab's calls bear no signature (models of its SDK), only our token. It is made of its own end and a keyed hash, so
nothing has to be stored for it, and every process of ours knows it again.
"""

import hashlib
import hmac
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from lapak.channels.grab.mapping import CHANNEL
from lapak.channels.kit.errors import KeysRefused, PushForged
from lapak.channels.kit.http import Http
from lapak.channels.kit.reading import read_json

TOKEN_PATH = "/grabid/v1/oauth2/token"  # noqa: S105 - a path
RENEW_BEFORE_S = 300


@dataclass(frozen=True, repr=False)
class _Held:
    token: str
    until: float  # of the monotonic clock


_held: dict[tuple[str, str, str, str], _Held] = {}
_lock = threading.Lock()


def project_token(http: Http, settings: Mapping[str, str], *, stale: str = "") -> str:
    """The project's token, kept for all connectors of this process until shortly before its end (7 days).

    stale: a token that was refused; another is fetched unless somebody has done so meanwhile.
    Raises: KeysRefused, and the faults of the line.
    """
    asked = {
        "client_id": settings["client_id"],
        "client_secret": settings["client_secret"],
        "grant_type": "client_credentials",
        "scope": settings["scope"],
    }
    key = (settings["token_host"], asked["client_id"], asked["client_secret"], asked["scope"])
    with _lock:
        held = _held.get(key)
        if held and held.token != stale and held.until > time.monotonic():
            return held.token
        answer = http.send("POST", TOKEN_PATH, writes=False, json=asked)  # a second token does no harm
        if answer.status != 200:
            raise KeysRefused(channel=CHANNEL, their_code=str(answer.status), theirs="token")
        told = answer.json()
        token, lasts_s = told.needed("access_token"), told.whole("expires_in", RENEW_BEFORE_S)
        if not (token.isascii() and token.isprintable()):  # it travels in a header
            raise told.strange("access_token")
        _held[key] = _Held(token, time.monotonic() + lasts_s - min(RENEW_BEFORE_S, lasts_s // 2))
        return token


def issue(body: bytes, settings: Mapping[str, str]) -> dict[str, object]:
    """The answer to Grab's request for a token of ours. Raises PushForged, NotUnderstood."""
    told = read_json(body, channel=CHANNEL)
    knows = _same(told.text("client_id"), settings["partner_client_id"])
    knows &= _same(told.text("client_secret"), settings["partner_client_secret"])
    if not knows or told.text("grant_type") != "client_credentials":
        raise PushForged(channel=CHANNEL)
    lasts_s = int(settings["partner_token_s"])
    until = str(int(time.time()) + lasts_s)
    token = f"{until}.{_seal(until, settings)}"
    return {"access_token": token, "token_type": "Bearer", "expires_in": lasts_s}


def check(bearer: str, settings: Mapping[str, str]) -> None:
    """Raises PushForged unless this is `Bearer` and a token of ours that still holds."""
    until, _, seal = bearer.removeprefix("Bearer ").partition(".")
    genuine = bearer.startswith("Bearer ") and _same(seal, _seal(until, settings))
    if not settings["partner_client_secret"] or not genuine or int(until) < time.time():
        raise PushForged(channel=CHANNEL)


def _seal(until: str, settings: Mapping[str, str]) -> str:
    signed = f"grab-token|{settings['partner_client_id']}|{until}".encode("utf-8", "replace")
    return hmac.new(settings["partner_client_secret"].encode(), signed, hashlib.sha256).hexdigest()


def _same(given: str, right: str) -> bool:
    return bool(right) and hmac.compare_digest(given.encode("utf-8", "replace"), right.encode())
