"""Photos: what comes in is checked by its content, and what goes out holds nothing but the picture."""

import hashlib
import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from lapak.catalog.errors import PhotoRefused
from lapak.catalog.media import open_photo, photo_path
from lapak.catalog.models import Photo, Product
from lapak.catalog.photos import PIXELS_MAX, SMALL_MAX_BYTES, UPLOAD_MAX_BYTES, clean_photo
from lapak.catalog.selectors import product
from lapak.catalog.services import add_photo, arrange_photos, remove_photo
from lapak.core.errors import Invalid, NotFound, NotYours
from lapak.core.ids import BusinessId, ProductId
from tests.catalog.make import a_business, a_photo, a_product, the_owner


def _reason(upload: bytes) -> str:
    with pytest.raises(PhotoRefused) as caught:
        clean_photo(upload)
    return str(caught.value.told["reason"])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_kind_of_photo_becomes_a_jpeg_and_a_small_one(kind: str) -> None:
    clean = clean_photo(a_photo(kind, (2400, 1800)))
    assert (clean.width, clean.height) == (1600, 1200)
    with Image.open(io.BytesIO(clean.jpeg)) as whole, Image.open(io.BytesIO(clean.small)) as small:
        assert (whole.format, whole.size, small.format, small.size) == ("JPEG", (1600, 1200), "WEBP", (320, 240))
    assert clean.digest == hashlib.sha256(clean.jpeg).hexdigest()
    assert clean == clean_photo(a_photo(kind, (2400, 1800)))


def test_a_busy_photo_still_has_a_small_one_of_fifteen_kilobytes() -> None:
    noise = Image.effect_noise((900, 900), 120).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=95)
    assert len(clean_photo(out.getvalue()).small) <= SMALL_MAX_BYTES


def test_place_device_and_comment_do_not_survive() -> None:
    exif = Image.Exif()
    exif[0x010F] = "KAMERA-RAHASIA"
    exif.get_ifd(0x8825)[1] = "S"
    exif.get_ifd(0x8825)[2] = (7.0, 46.0, 11.0)
    upload = a_photo("JPEG", exif=exif, comment=b"catatan rahasia")
    assert b"KAMERA-RAHASIA" in upload
    clean = clean_photo(upload)
    for content in (clean.jpeg, clean.small):
        assert b"RAHASIA" not in content.upper()
        assert b"Exif" not in content
        with Image.open(io.BytesIO(content)) as opened:
            assert not opened.getexif()


def test_a_photo_stands_upright_as_its_camera_meant() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    clean = clean_photo(a_photo("JPEG", (800, 400), exif=exif))
    assert (clean.width, clean.height) == (400, 800)


def test_what_is_transparent_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (200, 200), (255, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(clean_photo(out.getvalue()).jpeg)) as whole:
        assert whole.getpixel((100, 100)) == (255, 255, 255)


def test_of_an_animation_the_first_frame_counts() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=100, lossless=True)
    with Image.open(io.BytesIO(clean_photo(out.getvalue()).jpeg)) as whole:
        red, _, blue = whole.getpixel((100, 100))  # type: ignore[misc]  # three bands, as it is RGB
    assert red > 200
    assert blue < 60


def _png_that_claims(width: int, height: int) -> bytes:
    """A few bytes that unpack to a flood of pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("upload", "reason"),
    [
        (lambda: b"", "not_a_photo"),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "not_a_photo"),
        (lambda: b"%PDF-1.7 rahasia", "not_a_photo"),
        (lambda: a_photo("GIF"), "not_a_photo"),
        (lambda: a_photo("BMP"), "not_a_photo"),
        (lambda: a_photo("JPEG")[:400], "not_a_photo"),
        (lambda: _png_that_claims(200, 200), "not_a_photo"),
        (lambda: _png_that_claims(8000, PIXELS_MAX // 8000 + 1), "photo_too_many_pixels"),
        (lambda: _png_that_claims(100_000, 100_000), "photo_too_many_pixels"),
        (lambda: bytes(UPLOAD_MAX_BYTES + 1), "photo_too_large"),
        (lambda: a_photo("PNG", (80, 600)), "photo_too_small"),
    ],
)
def test_what_cannot_be_a_photo_is_refused_with_its_reason(upload: Callable[[], bytes], reason: str) -> None:
    assert _reason(upload()) == reason


def test_a_photo_with_a_program_behind_it_comes_out_as_a_photo_alone() -> None:
    clean = clean_photo(a_photo("JPEG") + b"PK\x03\x04<script>alert('x')</script>")
    assert b"<script>" not in clean.jpeg


@pytest.fixture
def business_id(db: None) -> BusinessId:
    return a_business()


@pytest.fixture
def product_id(business_id: BusinessId) -> ProductId:
    return a_product(business_id, 5)


def test_a_photo_is_stored_under_its_digest_and_shown_first(business_id: BusinessId, product_id: ProductId) -> None:
    actor = the_owner(business_id)
    first = add_photo(actor=actor, product_id=product_id, upload=a_photo(colour="green"))
    second = add_photo(actor=actor, product_id=product_id, upload=a_photo(colour="navy"))
    assert add_photo(actor=actor, product_id=product_id, upload=a_photo(colour="green")) == first
    row = product(actor=actor, product_id=product_id)
    assert row.photo_digests == (first, second)
    assert row.missing == ()
    assert row.revision == 3
    assert hashlib.sha256(open_photo(first)).hexdigest() == first
    assert photo_path(first).is_relative_to(Path(settings.MEDIA_ROOT) / "photos" / first[:2])
    assert len(open_photo(first, small=True)) <= SMALL_MAX_BYTES
    assert not list(photo_path(first).parent.glob(".half-*"))


def test_photos_are_put_in_order_and_taken_off(business_id: BusinessId, product_id: ProductId) -> None:
    actor = the_owner(business_id)
    digests = [add_photo(actor=actor, product_id=product_id, upload=a_photo(colour=name)) for name in ("red", "blue")]
    arrange_photos(actor=actor, product_id=product_id, digests=digests[::-1])
    assert product(actor=actor, product_id=product_id).photo_digests == (digests[1], digests[0])
    with pytest.raises(Invalid):
        arrange_photos(actor=actor, product_id=product_id, digests=[digests[0]])
    remove_photo(actor=actor, product_id=product_id, digest=digests[1])
    assert product(actor=actor, product_id=product_id).photo_digests == (digests[0],)
    with pytest.raises(NotFound):
        remove_photo(actor=actor, product_id=product_id, digest=digests[1])


def test_the_tenth_photo_is_refused(business_id: BusinessId, product_id: ProductId) -> None:
    actor = the_owner(business_id)
    for number in range(9):
        add_photo(actor=actor, product_id=product_id, upload=a_photo(size=(120, 120 + number)))
    with pytest.raises(PhotoRefused) as caught:
        add_photo(actor=actor, product_id=product_id, upload=a_photo(size=(120, 200)))
    assert caught.value.told["reason"] == "too_many_photos"
    assert Photo.objects.count() == 9


def test_a_stranger_adds_no_photo(product_id: ProductId) -> None:
    stranger = the_owner(a_business("Toko Lain"))
    with pytest.raises(NotYours):
        add_photo(actor=stranger, product_id=product_id, upload=a_photo())
    with pytest.raises(NotYours):
        remove_photo(actor=stranger, product_id=product_id, digest="0" * 64)
    assert Product.objects.get().revision == 1


@pytest.mark.parametrize("digest", ["../../secrets.json", "", "A" * 64, "0" * 64])
def test_a_digest_that_is_none_opens_nothing(lapak_data: Path, digest: str) -> None:
    with pytest.raises(NotFound):
        open_photo(digest)
