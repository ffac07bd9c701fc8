"""Looks at a picture a seller sent: it must really decode."""

from __future__ import annotations

import io
from collections.abc import Mapping

from PIL import Image, UnidentifiedImageError


class BadPicture(ValueError):
    """The bytes are no readable picture of a permitted format, or too many."""


class TooHeavy(BadPicture):
    """The file is larger than the platform takes."""


def look(raw: bytes, *, formats: Mapping[str, str], bytes_most: int) -> tuple[str, int, int]:
    """Media type, width and height in pixels.

    Args:
        formats: Pillow's name of each permitted format -> its media type.
    Raises: BadPicture, of which TooHeavy.
    """
    if len(raw) > bytes_most:
        raise TooHeavy(f"The image is larger than {bytes_most // 2**20} MB.")
    try:
        with Image.open(io.BytesIO(raw), formats=list(formats)) as picture:
            picture.load()
            return formats[str(picture.format)], picture.width, picture.height
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        raise BadPicture("The image is not readable.") from None
