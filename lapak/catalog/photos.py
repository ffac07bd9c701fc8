"""One upload becomes one clean JPEG and one small picture for the owner's own pages. Pure: bytes in, bytes out.

The upload is known by its content, never by its name; pixels are counted before they are decoded; the picture is
turned as its EXIF says and then encoded anew, so that nothing else of the upload survives (place, device, scripts).
"""

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from lapak.catalog.errors import PhotoRefused

UPLOAD_MAX_BYTES = 10 * 1024 * 1024
PIXELS_MAX = 40_000_000
SIDE_MIN = 100  # px; below this no channel shows it
SIDE_MAX = 1_600  # px; the channels show at most 1,024–1,600 and refuse beyond 3,000–5,000
QUALITY = 85
SMALL_SIDE = 320  # px
SMALL_MAX_BYTES = 15 * 1024
_FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, kw_only=True)
class CleanPhoto:
    """jpeg: ≤ 1600 px. small: WebP ≤ 320 px, ≤ 15 KB. digest: sha256 of jpeg; source_digest: of the upload."""

    digest: str
    source_digest: str
    width: int
    height: int
    jpeg: bytes
    small: bytes


def clean_photo(upload: bytes) -> CleanPhoto:
    """Check an upload and make it ours. The first frame of an animation counts. Raises: PhotoRefused."""
    if len(upload) > UPLOAD_MAX_BYTES:
        raise PhotoRefused(field="photo", reason="photo_too_large", limit_mb=UPLOAD_MAX_BYTES // 1024**2)
    picture = _decode(upload)
    if min(picture.size) < SIDE_MIN:
        raise PhotoRefused(field="photo", reason="photo_too_small", limit_px=SIDE_MIN)
    picture.thumbnail((SIDE_MAX, SIDE_MAX), Image.Resampling.LANCZOS)
    jpeg = _jpeg(picture)
    return CleanPhoto(
        digest=hashlib.sha256(jpeg).hexdigest(),
        source_digest=hashlib.sha256(upload).hexdigest(),
        width=picture.width,
        height=picture.height,
        jpeg=jpeg,
        small=_small(picture),
    )


def _decode(upload: bytes) -> Image.Image:
    """The picture, upright, in RGB, on white where it was transparent."""
    try:
        with warnings.catch_warnings():
            # Pillow only warns between its limit and twice that; our own cap, below, is the one that decides.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(upload), formats=_FORMATS) as opened:
                if opened.width * opened.height > PIXELS_MAX:
                    raise PhotoRefused(field="photo", reason="photo_too_many_pixels", limit_mp=PIXELS_MAX // 10**6)
                if opened.format == "JPEG":
                    opened.draft("RGB", (SIDE_MAX, SIDE_MAX))  # a large JPEG is decoded at a fraction of its size
                opened.load()
                upright = ImageOps.exif_transpose(opened)
    except Image.DecompressionBombError as bomb:
        raise PhotoRefused(field="photo", reason="photo_too_many_pixels", limit_mp=PIXELS_MAX // 10**6) from bomb
    except (OSError, SyntaxError, ValueError, EOFError) as broken:  # what Pillow's three readers raise on bad bytes
        raise PhotoRefused(field="photo", reason="not_a_photo") from broken
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        layered = upright.convert("RGBA")
        paper = Image.new("RGB", layered.size, "white")
        paper.paste(layered, mask=layered.getchannel("A"))
        return paper
    return upright.convert("RGB")


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    _bare(picture).save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _bare(picture: Image.Image) -> Image.Image:
    """The pixels alone: every note of the upload stays behind."""
    return Image.frombytes("RGB", picture.size, picture.tobytes())


def _small(picture: Image.Image) -> bytes:
    """As fine as 15 KB allow: quality first, then size."""
    side = SMALL_SIDE
    while True:
        small = picture.copy()
        small.thumbnail((side, side), Image.Resampling.LANCZOS)
        small = _bare(small)
        for quality in (78, 60, 42, 25):
            out = io.BytesIO()
            small.save(out, "WEBP", quality=quality, method=4)
            if out.tell() <= SMALL_MAX_BYTES:
                return out.getvalue()
        side = side * 3 // 4
