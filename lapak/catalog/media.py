"""Files of the catalog in the media folder, each under the digest of its content: written once, never changed.

photos/<2>/<sha256>.jpg · photos/<2>/<sha256>.small.webp · imports/<2>/<sha256>.xlsx
"""

import hashlib
import os
import re
import tempfile
from pathlib import Path

from django.conf import settings

from lapak.catalog.photos import CleanPhoto
from lapak.core.errors import NotFound

_DIGEST = re.compile(r"[0-9a-f]{64}")


def photo_path(digest: str, *, small: bool = False) -> Path:
    """Where a photo lies, there or not. Raises: NotFound when the digest is none."""
    return _path("photos", digest, ".small.webp" if small else ".jpg")


def open_photo(digest: str, *, small: bool = False) -> bytes:
    """The JPEG of a photo, or its small WebP. Raises: NotFound."""
    return _read(photo_path(digest, small=small), digest)


def open_result(digest: str) -> bytes:
    """The workbook with the rows that an import refused. Raises: NotFound."""
    return _read(_path("imports", digest, ".xlsx"), digest)


def store_photo(photo: CleanPhoto) -> None:
    """Write both pictures, unless they lie there already."""
    _write(photo_path(photo.digest, small=True), photo.small)
    _write(photo_path(photo.digest), photo.jpeg)


def store_result(workbook: bytes) -> str:
    """Write a result workbook; returns its digest."""
    digest = hashlib.sha256(workbook).hexdigest()
    _write(_path("imports", digest, ".xlsx"), workbook)
    return digest


def _path(kind: str, digest: str, ending: str) -> Path:
    if not _DIGEST.fullmatch(digest):
        raise NotFound(digest=digest[:64])
    return Path(settings.MEDIA_ROOT) / kind / digest[:2] / f"{digest}{ending}"


def _read(path: Path, digest: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as gone:
        raise NotFound(digest=digest) from gone


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, also when the machine stops in the middle: a full temporary file takes the name."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".half-")
    try:
        with os.fdopen(handle, "wb") as half:
            half.write(content)
            half.flush()
            os.fsync(half.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
