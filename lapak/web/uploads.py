"""A file between its rehearsal and its confirmation: kept under a random name for a day, known only to its session."""

import re
import secrets
import time
from pathlib import Path

from django.conf import settings

from lapak.core.errors import NotFound

KEPT_S = 86_400
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


def keep(content: bytes) -> str:
    """Write a file aside; returns the token that brings it back. What is older than a day goes."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.stat().st_mtime < time.time() - KEPT_S:
            old.unlink(missing_ok=True)
    token = secrets.token_urlsafe(24)
    (folder / token).write_bytes(content)
    return token


def bring(token: str) -> bytes:
    """The file again. Raises: NotFound when it was forgotten."""
    if not _TOKEN.fullmatch(token):
        raise NotFound(upload=token[:40])
    try:
        return (_folder() / token).read_bytes()
    except FileNotFoundError as gone:
        raise NotFound(upload=token) from gone


def forget(token: str) -> None:
    """The file is done with."""
    if _TOKEN.fullmatch(token):
        (_folder() / token).unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "uploads"
