"""The product list of a business: products, variants, prices, stock, and whole sheets."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import File, Form, Query, Router
from ninja.files import UploadedFile
from pydantic import Field

from lapak.api.access import access_of
from lapak.api.cursors import opened, page
from lapak.api.errors import BodyTooLarge
from lapak.api.once import once
from lapak.api.problems import language_of
from lapak.api.v1.shapes import NO_NUL, SHORT, Cursor, In, Limit, Moment, Out, Page, Text, Word
from lapak.catalog import selectors, services
from lapak.catalog.types import (
    PRICE_MAX_IDR,
    PRICE_MIN_IDR,
    STOCK_MAX,
    Condition,
    ProductDraft,
    RowNote,
    VariantDraft,
)
from lapak.core.ids import BusinessId, ProductId, VariantId
from lapak.core.words import reason_words

router = Router(tags=["products"])

Price = Annotated[int, Field(ge=PRICE_MIN_IDR, le=PRICE_MAX_IDR, description="Whole rupiah.", examples=[15_000])]
Units = Annotated[int, Field(ge=0, le=STOCK_MAX, description="Units.")]
Line = Annotated[str, Field(max_length=300, pattern=NO_NUL)]


class Variant(Out):
    """One thing a buyer can order. available = on_hand − reserved − buffer, never below 0. All in units."""

    variant_id: UUID
    sku: str
    options: list[str]
    price_idr: int
    on_hand: int
    reserved: int
    buffer: int
    available: int


class Product(Out):
    """A product. missing: what no channel can do without and is not there yet (photo, description, weight)."""

    product_id: UUID
    business_id: UUID
    sku: str
    title: str
    description: str
    category_hint: str
    brand: str
    condition: Condition
    weight_g: int
    option_names: list[str]
    attributes: dict[str, str]
    photo_digests: list[str] = Field(description="SHA-256 of each photo, the cover first.")
    variants: list[Variant]
    missing: list[str]
    revision: int = Field(description="Grows with each change that a channel hears of.")
    updated_at: Moment
    archived_at: Moment | None


class ProductPage(Page[Product]):
    """Products that are not archived, newest first."""


class WantedVariant(In):
    """A variant as you want it. on_hand and buffer that stay away leave the number as it is (0 for a new variant)."""

    price_idr: Price
    sku: Word = Field(default="", description="Empty: made from the product's.", examples=["KTP-1"])
    options: list[Word] = Field(default_factory=list, max_length=2, description="One for each option name.")
    on_hand: Units | None = None
    buffer: Units | None = Field(default=None, description="Units kept back from every channel.")


class WantedProduct(In):
    """A product as you want it, whole: variants that are left out are archived."""

    title: Annotated[str, Field(min_length=1, max_length=255, pattern=NO_NUL, examples=["Keripik Tempe Pedas 200 g"])]
    variants: list[WantedVariant] = Field(min_length=1, max_length=50)
    sku: Word = Field(default="", description="Empty: made from the title.", examples=["KTP"])
    description: Text = ""
    category_hint: Word = Field(default="", description="What you call this kind of thing.", examples=["keripik"])
    brand: Word = ""
    condition: Condition = Condition.NEW
    weight_g: Annotated[int, Field(ge=0, le=500_000, description="Grams; 0: not weighed yet.")] = 0
    option_names: list[Word] = Field(default_factory=list, max_length=2, examples=[["Rasa"]])
    attributes: dict[Line, Line] = Field(default_factory=dict, examples=[{"Masa Penyimpanan": "6 Bulan"}])

    def draft(self) -> ProductDraft:
        """The same for the catalog."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        variants = tuple(
            VariantDraft(price_idr=one.price_idr, sku=one.sku, options=tuple(one.options), on_hand=one.on_hand,
                         buffer=one.buffer)
            for one in self.variants
        )  # fmt: skip
        return ProductDraft(**{**given, "variants": variants, "option_names": tuple(self.option_names)})


class Stock(In):
    """What was counted."""

    on_hand: Units


class PriceTag(In):
    """A price."""

    price_idr: Price


class VariantStock(Out):
    """The units on hand from now on."""

    variant_id: UUID
    on_hand: int


class VariantPrice(Out):
    """The price from now on."""

    variant_id: UUID
    price_idr: int


class SheetNote(Out):
    """Something about one row of the sheet, counted from 1 as a spreadsheet does."""

    row: int
    column: str
    reason: str
    message: str


class Counts(Out):
    """What the import did: rows = rows_in + rows_refused; products created, updated, unchanged, refused."""

    rows: int
    rows_in: int
    rows_refused: int
    created: int
    updated: int
    unchanged: int
    refused: int
    photos: int
    stock_kept: int


class Import(Out):
    """The outcome of an import, or of its rehearsal. refusals: rows that stayed out. notes: what to look at."""

    run_id: UUID
    dry_run: bool
    layout: str
    counts: Counts
    refusals: list[SheetNote]
    notes: list[SheetNote]


@router.get("/businesses/{business_id}/products", response=ProductPage, summary="Products of a business")
def products(
    request: HttpRequest, business_id: UUID,
    q: Annotated[str, Query(**SHORT, description="Words of the title or the SKU.")] = "",
    cursor: Cursor = None, limit: Limit = 50,
) -> ProductPage:  # fmt: skip
    """Newest first, without archived ones."""
    rows = selectors.products_of(
        actor=access_of(request).actor, business_id=BusinessId(business_id), search=q, limit=limit + 1,
        before=opened(cursor, lambda key: ProductId(UUID(key))),
    )  # fmt: skip
    shown, more = page(rows, limit, lambda row: str(row.product_id))
    return ProductPage(items=[Product.model_validate(row) for row in shown], next=more)


@router.post("/businesses/{business_id}/products", response={201: Product}, summary="Add a product")
@once(required=True)
def add(request: HttpRequest, business_id: UUID, body: WantedProduct) -> tuple[int, Product]:
    """All faults of the draft come at once, in `errors`."""
    actor = access_of(request).actor
    product_id = services.save_product(actor=actor, business_id=BusinessId(business_id), draft=body.draft())
    return 201, Product.model_validate(selectors.product(actor=actor, product_id=product_id))


@router.get("/products/{product_id}", response=Product, summary="One product")
def product(request: HttpRequest, product_id: UUID) -> Product:
    """Archived or not."""
    return Product.model_validate(selectors.product(actor=access_of(request).actor, product_id=ProductId(product_id)))


@router.put("/products/{product_id}", response=Product, summary="Change a product")
@once()
def change(request: HttpRequest, product_id: UUID, body: WantedProduct) -> tuple[int, Product]:
    """Make the product what the body says; every listing of it follows."""
    actor = access_of(request).actor
    before = selectors.product(actor=actor, product_id=ProductId(product_id))
    services.save_product(
        actor=actor, business_id=before.business_id, draft=body.draft(), product_id=ProductId(product_id)
    )
    return 200, Product.model_validate(selectors.product(actor=actor, product_id=ProductId(product_id)))


@router.put("/variants/{variant_id}/stock", response=VariantStock, summary="Count the stock of a variant")
@once()
def count(request: HttpRequest, variant_id: UUID, body: Stock) -> tuple[int, VariantStock]:
    """Every channel hears of it. Fewer than promised to orders: the newest promises become shortages, shown at once."""
    services.set_stock(actor=access_of(request).actor, variant_id=VariantId(variant_id), on_hand=body.on_hand)
    return 200, VariantStock(variant_id=variant_id, on_hand=body.on_hand)


@router.put("/variants/{variant_id}/price", response=VariantPrice, summary="Set the price of a variant")
@once()
def price(request: HttpRequest, variant_id: UUID, body: PriceTag) -> tuple[int, VariantPrice]:
    """Every channel hears of it."""
    services.set_price(actor=access_of(request).actor, variant_id=VariantId(variant_id), price_idr=body.price_idr)
    return 200, VariantPrice(variant_id=variant_id, price_idr=body.price_idr)


@router.post("/businesses/{business_id}/products/import", response=Import, summary="Take in a product sheet")
@once(required=True, apart=True)
def take_in(
    request: HttpRequest, business_id: UUID, file: File[UploadedFile], dry_run: Form[bool] = False
) -> tuple[int, Import]:
    """Our template, Shopee's mass upload or a CSV with the same headers. Each product on its own; the same file again
    changes nothing. With `dry_run` only told what would happen."""
    if (file.size or 0) > settings.LAPAK_UPLOAD_MAX_BYTES:
        raise BodyTooLarge(limit_mb=settings.LAPAK_UPLOAD_MAX_BYTES // 2**20)
    language = language_of(request)
    done = services.import_products(
        actor=access_of(request).actor, business_id=BusinessId(business_id), file=file.read(),
        filename=file.name or "", dry_run=dry_run, language=language,
    )  # fmt: skip
    return 200, Import(
        run_id=done.run_id, dry_run=done.dry_run, layout=done.layout, counts=Counts(**asdict(done.counts)),
        refusals=[_note(note, language) for note in done.refusals],
        notes=[_note(note, language) for note in done.notes],
    )  # fmt: skip


def _note(note: RowNote, language: str) -> SheetNote:
    message = reason_words(note.reason, language=language, **note.told)
    return SheetNote(row=note.row, column=note.column, reason=note.reason, message=message)
