"""Plain builders for the tests of the catalog."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from PIL import Image, ImageDraw

from lapak.catalog.services import save_product
from lapak.catalog.types import ProductDraft, VariantDraft
from lapak.core.actor import Actor, owner
from lapak.core.ids import BusinessId, PersonId, ProductId, VariantId, uuid7
from lapak.registry.models import Business


def a_business(name: str = "Dapur Bu Lastri") -> BusinessId:
    return BusinessId(Business.objects.create(name=name).pk)


def the_owner(business_id: BusinessId) -> Actor:
    return owner(PersonId(uuid7()), [business_id])


def a_draft(*stocks: int, sku: str = "SMB-BAWANG", price_idr: int = 25_000) -> ProductDraft:
    """A product with one variant for each stock number; with one number it has no variation."""
    several = len(stocks) > 1
    return ProductDraft(
        sku=sku,
        title=f"Sambal Bawang {sku}",
        description="Sambal bawang pedas dari cabai rawit segar, tahan tiga bulan di suhu ruang.",
        weight_g=250,
        option_names=("Level",) if several else (),
        variants=tuple(
            VariantDraft(
                sku=f"{sku}-{number}",
                options=(f"Level {number}",) if several else (),
                price_idr=price_idr,
                on_hand=stock,
            )
            for number, stock in enumerate(stocks, start=1)
        ),
    )


def a_product(business_id: BusinessId, *stocks: int, sku: str = "SMB-BAWANG") -> ProductId:
    return save_product(actor=the_owner(business_id), business_id=business_id, draft=a_draft(*stocks, sku=sku))


def variant_ids(product_id: ProductId) -> list[VariantId]:
    from lapak.catalog.models import Variant

    rows = Variant.objects.filter(product_id=product_id, archived_at=None).order_by("position")
    return [VariantId(pk) for pk in rows.values_list("pk", flat=True)]


def a_workbook(*rows: Sequence[object], title: str = "Produk") -> bytes:
    """Rows as they stand, each text as text."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if value is None:
                continue
            cell = sheet.cell(row=number, column=column)
            cell.value = value  # type: ignore[assignment]  # the stubs know fewer kinds of values
            if isinstance(value, str):
                cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def a_photo(kind: str = "JPEG", size: tuple[int, int] = (640, 480), colour: str = "orange", **options: object) -> bytes:
    picture = Image.new("RGB", size, colour)
    ImageDraw.Draw(picture).ellipse((size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2), fill="white")
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
