"""The example files do what they are there for: they come in as a whole, and the messy one tells each mistake."""

import io
from pathlib import Path

import openpyxl
import pytest

from examples import make
from examples.goods import GOODS
from lapak.catalog.models import Photo, Product, Variant
from lapak.catalog.selectors import products_of, publishable
from lapak.catalog.services import import_products
from lapak.catalog.types import ImportResult
from lapak.core.ids import BusinessId
from tests.catalog.make import a_business, the_owner

FOLDER = make.FOLDER
SKUS = sum(len(goods.variants) for goods in GOODS)


@pytest.fixture
def business_id(db: None) -> BusinessId:
    return a_business("Oleh-Oleh Bu Sari")


def bring(business_id: BusinessId, name: str, *, dry_run: bool = False, with_photos: bool = True) -> ImportResult:
    photos = {path.name: path.read_bytes() for path in (FOLDER / "foto").iterdir()} if with_photos else None
    return import_products(
        actor=the_owner(business_id),
        business_id=business_id,
        file=(FOLDER / name).read_bytes(),
        filename=name,
        dry_run=dry_run,
        photos=photos,
    )


def test_the_shelf_is_large_enough_to_try_things_on() -> None:
    assert len(GOODS) >= 25
    assert SKUS >= 45
    assert all(len(goods.description) >= 60 for goods in GOODS)
    assert sum(stock for goods in GOODS for *_, stock in goods.variants) >= 1_000
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 900_000
    assert max(path.stat().st_size for path in (FOLDER / "foto").iterdir()) <= 30_000


def test_our_sheet_comes_in_with_photos_in_one_go(business_id: BusinessId) -> None:
    result = bring(business_id, "produk.xlsx")
    assert (result.refusals, result.notes, result.layout) == ((), (), "lapak")
    assert (result.counts.created, result.counts.rows_in, result.counts.photos) == (len(GOODS), SKUS, len(GOODS))
    rows = products_of(actor=the_owner(business_id), business_id=business_id, limit=100)
    assert len(rows) == len(GOODS)
    assert all(row.missing == () for row in rows)
    coffee = next(row for row in rows if row.sku == "KPR")
    assert coffee.option_names == ("Gilingan", "Ukuran")
    assert [(v.sku, v.options, v.price_idr, v.available) for v in coffee.variants][1] == (
        "KPR-2",
        ("Bubuk Halus", "200 g"),
        38_000,
        30,
    )
    assert coffee.attributes["Masa Penyimpanan"] == "12 bulan"
    assert coffee.attributes["No. P-IRT"].endswith("-30")
    (spec,) = publishable([coffee.product_id])
    assert (len(spec.photos), spec.variants[1].stock, spec.category_hint) == (1, 30, "Kopi")


def test_shopees_sheet_makes_the_same_products_as_ours(business_id: BusinessId) -> None:
    result = bring(business_id, "produk-shopee.xlsx")
    assert (result.refusals, result.layout, result.counts.created) == ((), "shopee", len(GOODS))
    columns = ("sku", "options", "price_idr", "on_hand", "product__title", "product__sku", "product__weight_g")
    theirs = set(map(str, Variant.objects.values_list(*columns)))
    other = a_business("Toko Kedua")
    bring(other, "produk.xlsx")
    ours = set(map(str, Variant.objects.filter(business_id=other).values_list(*columns)))
    assert theirs == ours
    assert len(ours) == SKUS


def test_the_same_sheet_again_changes_nothing(business_id: BusinessId) -> None:
    bring(business_id, "produk.xlsx")
    before = list(Product.objects.order_by("pk").values())
    again = bring(business_id, "produk.xlsx")
    assert (again.counts.unchanged, again.counts.created, again.counts.updated) == (len(GOODS), 0, 0)
    assert again.counts.photos == 0
    assert list(Product.objects.order_by("pk").values()) == before
    # Shopee's sheet of the same shelf knows neither categories nor permits; what it leaves open stays as it is.
    bring(business_id, "produk-shopee.xlsx")
    assert list(Product.objects.order_by("pk").values()) == before
    assert (Product.objects.count(), Variant.objects.count(), Photo.objects.count()) == (len(GOODS), SKUS, len(GOODS))


def test_the_messy_sheet_tells_every_mistake_with_row_and_column(business_id: BusinessId) -> None:
    result = bring(business_id, "produk-berantakan.xlsx")
    told = {(note.row, note.column, note.reason) for note in result.refusals}
    assert told == {
        (3, "Harga", "not_money"),
        (4, "Harga", "price_too_low"),
        (5, "Harga", "price_too_low"),
        (6, "Harga", "price_too_high"),
        (7, "Harga", "required"),
        (8, "Stok", "not_whole"),
        (9, "Stok", "not_whole"),
        (10, "Berat (gram)", "not_a_weight"),
        (11, "Nama Produk", "required"),
        (12, "SKU", "sku_twice"),
        (13, "Nama Variasi 1", "option_name_missing"),
        (14, "", "group_refused"),
        (15, "Variasi 1", "options_twice"),
        (16, "Atribut", "bad_attribute"),
        (17, "No. P-IRT", "bad_certificate"),
        (18, "Nama Produk", "too_long"),
    }
    assert (result.counts.rows, result.counts.rows_in, result.counts.created) == (18, 2, 2)
    good = {product.title: product for product in Product.objects.all()}
    shrimp = good["Kerupuk Udang Mentah 500 g"].variants.get()
    assert (shrimp.price_idr, shrimp.on_hand, shrimp.product.weight_g) == (32_500, 1_200, 550)
    assert good["=HYPERLINK Kue Satu Kacang Hijau"].description.startswith("=1+1")


def test_the_files_are_what_the_script_makes(tmp_path: Path) -> None:
    make.main(tmp_path)
    for name in ("produk.xlsx", "produk-shopee.xlsx", "produk-berantakan.xlsx"):
        assert _cells((tmp_path / name).read_bytes()) == _cells((FOLDER / name).read_bytes())
    names = {path.name for path in (tmp_path / "foto").iterdir()}
    assert names == {path.name for path in (FOLDER / "foto").iterdir()}


def _cells(workbook: bytes) -> list[list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    return [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]
