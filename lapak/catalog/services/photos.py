"""Photos of a product: add, remove, put in order. The first one is the cover."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max

from lapak.catalog.errors import PhotoRefused
from lapak.catalog.media import store_photo
from lapak.catalog.models import Photo, Product
from lapak.catalog.photos import CleanPhoto, clean_photo
from lapak.catalog.services.products import revise
from lapak.catalog.types import PHOTOS_MAX
from lapak.core.actor import Actor
from lapak.core.errors import Invalid, NotFound
from lapak.core.ids import BusinessId, ProductId


def add_photo(*, actor: Actor, product_id: ProductId, upload: bytes) -> str:
    """Add a picture at the end; the same picture again changes nothing. Returns: its digest.

    Raises: NotFound, NotYours, PhotoRefused (not a photo, too large, too many pixels, too small, too many).
    """
    _runnable(actor, product_id, lock=False)
    photo = clean_photo(upload)
    store_photo(photo)  # before the row, so that no row ever lacks its file; a file without a row harms nobody
    with transaction.atomic():
        product = _runnable(actor, product_id, lock=True)
        if attach(product, photo):
            revise(product)
    return photo.digest


def attach(product: Product, photo: CleanPhoto) -> bool:
    """Write the row of a photo, unless the product has it. The caller holds the product's row. Raises: PhotoRefused."""
    have = Photo.objects.filter(product=product)
    if have.filter(digest=photo.digest).exists():
        return False
    if have.count() >= PHOTOS_MAX:
        raise PhotoRefused(field="photo", reason="too_many_photos", limit=PHOTOS_MAX)
    last: int | None = have.aggregate(last=Max("position"))["last"]
    Photo.objects.create(
        product=product,
        digest=photo.digest,
        source_digest=photo.source_digest,
        width=photo.width,
        height=photo.height,
        bytes=len(photo.jpeg),
        position=0 if last is None else last + 1,
    )
    return True


@transaction.atomic
def remove_photo(*, actor: Actor, product_id: ProductId, digest: str) -> None:
    """Take a picture off a product. Its file stays: a channel may be reading it. Raises: NotFound, NotYours."""
    product = _runnable(actor, product_id, lock=True)
    removed, _ = Photo.objects.filter(product=product, digest=digest).delete()
    if not removed:
        raise NotFound(digest=digest)
    revise(product)


@transaction.atomic
def arrange_photos(*, actor: Actor, product_id: ProductId, digests: Sequence[str]) -> None:
    """Put the pictures in this order. Raises: NotFound, NotYours, Invalid (not the digests the product has)."""
    product = _runnable(actor, product_id, lock=True)
    photos = {photo.digest: photo for photo in Photo.objects.filter(product=product)}
    if sorted(digests) != sorted(photos):
        raise Invalid(field="photos", reason="other_photos")
    if list(digests) == list(photos):
        return
    for position, digest in enumerate(digests):
        photos[digest].position = position
    Photo.objects.bulk_update(photos.values(), ["position"])
    revise(product)


def _runnable(actor: Actor, product_id: ProductId, *, lock: bool) -> Product:
    rows = Product.objects.select_for_update() if lock else Product.objects
    product = rows.filter(pk=product_id, archived_at=None).first()
    if product is None:
        raise NotFound(product_id=product_id)
    actor.must_run(BusinessId(product.business_id))
    return product
