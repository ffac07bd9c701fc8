"""Sheets come in as sellers have them: good rows go in, wrong ones come back with their reason, twice is once."""

import io
import threading
from collections.abc import Sequence

import openpyxl
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from lapak.catalog.errors import ImportRunning
from lapak.catalog.media import open_result
from lapak.catalog.models import ImportRun, Photo, Product, StockMove, Variant
from lapak.catalog.selectors import import_run, import_runs_of
from lapak.catalog.services import change_stock, import_products, reserve_stock, ship_stock
from lapak.catalog.services.imports import _alone
from lapak.catalog.sheets.reading import ROWS_MAX
from lapak.catalog.sheets.writing import import_template
from lapak.catalog.types import ImportResult, StockLineWanted
from lapak.core.actor import system
from lapak.core.errors import NotFound, NotYours
from lapak.core.ids import BusinessId, OrderId, VariantId, uuid7
from lapak.core.models import EventRow
from tests.catalog.make import a_business, a_photo, a_workbook, the_owner

HEADERS = (
    "SKU Induk",
    "Nama Produk*",
    "Nama Variasi 1",
    "Variasi 1",
    "SKU",
    "Harga*",
    "Stok*",
    "Berat (gram)*",
    "Foto",
)


@pytest.fixture
def business_id(db: None) -> BusinessId:
    return a_business()


def bring(
    business_id: BusinessId, file: bytes, *, dry_run: bool = False, photos: dict[str, bytes] | None = None
) -> ImportResult:
    return import_products(
        actor=the_owner(business_id),
        business_id=business_id,
        file=file,
        filename="produk.xlsx",
        dry_run=dry_run,
        photos=photos,
    )


def a_sheet(*rows: Sequence[object]) -> bytes:
    return a_workbook(HEADERS, *rows)


def refusals(result: ImportResult) -> list[tuple[int, str, str]]:
    return [(note.row, note.column, note.reason) for note in result.refusals]


def cells_of(workbook: bytes, sheet: int = 0) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    return list(book.worksheets[sheet].iter_rows(values_only=True))


def test_rows_of_one_product_become_its_variants(business_id: BusinessId) -> None:
    result = bring(
        business_id,
        a_sheet(
            ("KRP", "Keripik Singkong", "Rasa", "Asin", "KRP-A", "12rb", 10, 150),
            ("KRP", None, "Rasa", "Pedas", "KRP-P", "Rp 12.500", "1.000", "150 g"),
            (None, "Keripik Singkong", "Rasa", "Manis", "KRP-M", 13000.0, 3.0, 0.15),
            (None, "Sirup Jahe", None, None, None, 25000, 4, "1,2 kg"),
        ),
    )
    assert refusals(result) == [(4, "Berat (gram)", "not_a_weight"), (2, "", "group_refused"), (3, "", "group_refused")]
    assert (result.counts.rows, result.counts.rows_in, result.counts.created, result.counts.refused) == (4, 1, 1, 1)
    syrup = Variant.objects.get()
    assert (syrup.sku, syrup.price_idr, syrup.on_hand, syrup.product.weight_g) == ("SIRUP-JAHE", 25_000, 4, 1200)


def test_the_result_file_holds_only_the_refused_rows_and_comes_in_once_mended(business_id: BusinessId) -> None:
    result = bring(
        business_id,
        a_sheet(
            ("A", "Abon Ayam", None, None, "=A-1", 40000, 5, 100),
            ("B", "Bakpia", "Isi", "10", "B-10", "mahal", 5, 300),
            ("B", "Bakpia", "Isi", "20", "B-20", 55000, 5, 300),
            ("C", "Cendol", None, None, "C-1", 0, -2, 300),
        ),
    )
    rows = cells_of(open_result(result.result_digest))
    assert rows[0] == (*HEADERS, "Baris asal", "Kolom", "Alasan")
    assert [row[4] for row in rows[1:]] == ["B-10", "B-20", "C-1"]
    assert [row[9] for row in rows[1:]] == ["3", "4", "5"]
    assert rows[1][10] == "Harga"
    assert rows[2][11] == "Baris ini sudah benar, tetapi menunggu baris 3 dari produk yang sama."
    assert rows[3][10] == "Harga, Stok"

    again = bring(business_id, open_result(result.result_digest))
    assert refusals(again) == [
        (2, "Harga", "not_money"),
        (3, "", "group_refused"),
        (4, "Harga", "price_too_low"),
        (4, "Stok", "below_zero"),
    ]
    twice = cells_of(open_result(again.result_digest))
    assert twice[0] == rows[0]

    mended = [list(row) for row in rows]
    mended[1][5], mended[3][5], mended[3][6] = 30_000, 9_000, 2
    final = bring(business_id, a_workbook(*mended))
    assert (final.refusals, final.counts.created) == ((), 2)
    assert set(Variant.objects.values_list("sku", flat=True)) == {"=A-1", "B-10", "B-20", "C-1"}


def test_what_was_typed_never_becomes_a_formula(business_id: BusinessId) -> None:
    typed = ["=1+1", "+62812", "-5", "@SUM(A1)", "\t=1", "#N/A", "=cmd|' /C calc'!A0"]
    result = bring(business_id, a_sheet(*[(None, text, None, None, text, "x", 1, 1) for text in typed]))
    book = openpyxl.load_workbook(io.BytesIO(open_result(result.result_digest)))
    cells = [cell for row in book.worksheets[0].iter_rows(min_row=2) for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    names = [cell.value for cell in cells if cell.column == 2]
    assert names == ["=1+1", "+62812", "-5", "@SUM(A1)", "=1", "#N/A", "=cmd|' /C calc'!A0"]


def test_the_same_file_again_does_not_undo_the_sales_since(business_id: BusinessId) -> None:
    file = a_sheet((None, "Keripik", None, None, "K-1", 10000, 10, 100))
    bring(business_id, file)
    order_id = OrderId(uuid7())
    reserve_stock(
        business_id=business_id, order_id=order_id, lines=[StockLineWanted(line_key="1", sku="K-1", quantity=3)]
    )
    ship_stock(order_id=order_id)
    again = bring(business_id, file)
    assert (again.counts.unchanged, again.counts.stock_kept) == (1, 1)
    assert Variant.objects.get().on_hand == 7
    edited = bring(business_id, a_sheet((None, "Keripik", None, None, "K-1", 10000, 12, 100)))
    assert (edited.counts.updated, edited.counts.stock_kept) == (1, 0)
    assert Variant.objects.get().on_hand == 12


def test_a_restock_by_hand_is_kept_when_an_old_file_comes_again(business_id: BusinessId) -> None:
    file = a_sheet((None, "Keripik", None, None, "K-1", 10000, 10, 100))
    bring(business_id, file)
    variant = Variant.objects.get()
    change_stock(actor=the_owner(business_id), variant_id=VariantId(variant.pk), change=20)
    bring(business_id, file)
    variant.refresh_from_db()
    assert variant.on_hand == 30


def test_a_later_sheet_changes_what_it_names_and_keeps_the_rest(business_id: BusinessId) -> None:
    headers = ("Nama Produk", "Deskripsi", "Kategori", "Merek", "SKU", "Harga", "Stok", "Berat (gram)", "Atribut")
    full = ("Kopi Lereng", "Kopi sangrai.", "Kopi", "Lereng", "KP-1", 30000, 9, 250, "Asal=Temanggung; Gilingan=Biji")
    bring(business_id, a_workbook(headers, full))
    bring(business_id, a_workbook(("Nama Produk", "SKU", "Harga", "Stok"), ("Kopi Lereng", "KP-1", 32000, 9)))
    product = Product.objects.get()
    assert (product.description, product.category_hint, product.brand) == ("Kopi sangrai.", "Kopi", "Lereng")
    assert (product.weight_g, product.attributes) == (250, {"Asal": "Temanggung", "Gilingan": "Biji"})
    assert product.variants.get().price_idr == 32_000
    added = bring(
        business_id,
        a_workbook(
            ("Nama Produk", "SKU", "Harga", "Stok", "Berat", "Atribut: Masa Penyimpanan"),
            ("Kopi Lereng", "KP-1", 32000, 9, 250, "12 bulan"),
        ),
    )
    product.refresh_from_db()
    assert (added.counts.updated, product.attributes["Masa Penyimpanan"]) == (1, "12 bulan")


def test_a_variant_added_by_a_sheet_joins_the_ones_there(business_id: BusinessId) -> None:
    bring(business_id, a_sheet(("K", "Keripik", "Rasa", "Asin", "K-1", 10000, 5, 100)))
    bring(business_id, a_sheet(("K", "Keripik", "Rasa", "Pedas", "K-2", 10000, 5, 100)))
    clash = bring(business_id, a_sheet(("K", "Keripik", "Rasa", "ASIN", "K-3", 10000, 5, 100)))
    assert refusals(clash) == [(2, "Variasi 1", "options_twice")]
    misfit = bring(business_id, a_sheet(("K", "Keripik", None, None, "K-4", 10000, 5, 100)))
    assert refusals(misfit) == [(2, "Nama Variasi 1", "option_names_differ")]
    assert sorted(Variant.objects.values_list("sku", "position")) == [("K-1", 0), ("K-2", 1)]


def test_a_sku_of_another_product_is_refused_at_its_row(business_id: BusinessId) -> None:
    bring(business_id, a_sheet(("A", "Abon", None, None, "X-1", 10000, 5, 100)))
    bring(business_id, a_sheet(("B", "Bakpia", None, None, "X-2", 10000, 5, 100)))
    result = bring(business_id, a_sheet(("B", "Bakpia", "Isi", "5", "X-1", 10000, 5, 100)))
    assert ("SKU", "sku_taken") in {(column, reason) for _, column, reason in refusals(result)}


def test_a_rehearsal_says_what_the_real_run_does_and_leaves_nothing(business_id: BusinessId) -> None:
    file = a_sheet(
        ("K", "Keripik", None, None, "K-1", 10000, 5, 100, "keripik.jpg"), (None, "Abon", None, None, "", "x", 1, 1)
    )
    photos = {"keripik.jpg": a_photo()}
    rehearsal = bring(business_id, file, dry_run=True, photos=photos)
    assert (Product.objects.count(), StockMove.objects.count(), Photo.objects.count()) == (0, 0, 0)
    assert EventRow.objects.count() == 0
    real = bring(business_id, file, photos=photos)
    assert (rehearsal.counts, rehearsal.refusals, rehearsal.notes) == (real.counts, real.refusals, real.notes)
    runs = import_runs_of(actor=the_owner(business_id), business_id=business_id)
    assert [(run.dry_run, run.counts) for run in runs] == [(False, real.counts), (True, real.counts)]


def test_photos_are_found_by_name_and_what_is_missing_is_a_note(business_id: BusinessId) -> None:
    file = a_sheet(
        (None, "A", None, None, "A-1", 10000, 5, 100, "A.JPG; b"),
        (None, "B", None, None, "B-1", 10000, 5, 100, "https://contoh.id/b.jpg"),
        (None, "C", None, None, "C-1", 10000, 5, 100, "tidak-ada.jpg"),
        (None, "D", None, None, "D-1", 10000, 5, 100, "rusak.jpg"),
    )
    photos = {"foto/a.jpg": a_photo(colour="red"), "b.png": a_photo("PNG"), "rusak.jpg": b"bukan foto"}
    result = bring(business_id, file, photos=photos)
    assert (result.counts.created, result.counts.photos, result.refusals) == (4, 2, ())
    assert [(note.row, note.reason) for note in result.notes] == [
        (3, "photo_address"),
        (4, "photo_not_given"),
        (5, "not_a_photo"),
    ]
    again = bring(business_id, file, photos=photos)
    assert (again.counts.unchanged, again.counts.photos, Photo.objects.count()) == (4, 0, 2)


def test_the_template_as_it_is_handed_out_holds_no_product_and_takes_one(business_id: BusinessId) -> None:
    for language, name in (("id", "Nama Produk"), ("en", "Product Name")):
        book = openpyxl.load_workbook(io.BytesIO(import_template(language)))
        page = book.worksheets[0]
        header = [str(cell.value).strip("*") for cell in page[1]]
        needed = {str(cell.value) for cell in page[1] if cell.fill.fgColor.rgb == "00FFE08A"}
        assert len(needed) == 4
        assert all(text.endswith("*") for text in needed)
        assert page.data_validations.dataValidation
        column = header.index(name) + 1
        values: dict[str, int | str] = {"Harga": 10000, "Price": 10000, "Stok": 5, "Stock": 5}
        values |= {"Berat (gram)": 100, "Weight (gram)": 100, "SKU": f"T-{language}"}
        page.cell(row=4, column=column).value = f"Produk {language}"
        for title, value in values.items():
            if title in header:
                page.cell(row=4, column=header.index(title) + 1).value = value
        out = io.BytesIO()
        book.save(out)
        result = bring(business_id, out.getvalue())
        assert (result.refusals, result.counts.rows, result.counts.created) == ((), 1, 1)


def test_odd_values_come_in_as_they_are_meant(business_id: BusinessId) -> None:
    result = bring(
        business_id,
        a_sheet(
            (None, "Keripik 🌶️ Pedas", None, None, 1001.0, 45000.0, 5, 100),
            (None, "كِرِبِك", None, None, "00123", "45rb", "5", 100),
            (None, "  Dua   Spasi ", None, None, "S-1", "Rp 45.000", 5, 100),
        ),
    )
    assert result.refusals == ()
    assert set(Variant.objects.values_list("sku", "price_idr", "product__title")) == {
        ("1001", 45_000, "Keripik 🌶️ Pedas"),
        ("00123", 45_000, "كِرِبِك"),
        ("S-1", 45_000, "Dua Spasi"),
    }


class _FolderThatFails(dict[str, bytes]):
    """Photos on a disk that gives out at one of them."""

    def __getitem__(self, name: str) -> bytes:
        if name == "rusak.jpg":
            raise OSError("the disk gave out")
        return super().__getitem__(name)


@pytest.mark.django_db(transaction=True)
def test_a_run_that_dies_half_way_leaves_whole_products_and_is_finished_by_the_next() -> None:
    business_id = a_business()
    rows = [
        (f"P{number}", f"Produk {number}", "Isi", f"{isi}", f"P{number}-{isi}", 10000, 5, 100, photo)
        for number, photo in ((1, "a.jpg"), (2, "rusak.jpg"), (3, "a.jpg"))
        for isi in (10, 20)
    ]
    file, photos = a_sheet(*rows), {"a.jpg": a_photo(), "rusak.jpg": a_photo(colour="navy")}
    with pytest.raises(OSError, match="gave out"):
        bring(business_id, file, photos=_FolderThatFails(photos))
    assert list(Product.objects.values_list("sku", "photos__position")) == [("P1", 0)]
    assert Variant.objects.count() == 2
    finished = bring(business_id, file, photos=photos)
    assert (finished.counts.unchanged, finished.counts.created, finished.counts.photos) == (1, 2, 2)
    assert StockMove.objects.count() == Variant.objects.count() == 6


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        (5, -1, "price_too_low"),
        (5, 10**12, "price_too_high"),
        (5, 0, "price_too_low"),
        (5, None, "required"),
        (5, "9" * 5000, "not_money"),
        (5, 45000.5, "part_rupiah"),
        (5, 1e300, "price_too_high"),
        (6, 2.5, "not_whole"),
        (6, -2, "below_zero"),
        (6, None, "required"),
        (6, 10**11, "too_many_units"),
        (6, "1e3", "not_whole"),
        (7, None, "required"),
        (7, -100, "below_zero"),
        (7, "700 kg", "too_heavy"),
        (1, "x" * 10_001, "too_long"),
    ],
)
def test_each_wrong_value_is_told_with_row_and_column(
    business_id: BusinessId, column: int, value: object, reason: str
) -> None:
    row: list[object] = [None, "Keripik", None, None, "K-1", 10000, 5, 100]
    row[column] = value
    result = bring(business_id, a_sheet(row))
    assert (2, HEADERS[column].strip("*"), reason) in refusals(result)
    assert Product.objects.count() == 0


def test_one_sheet_of_a_business_at_a_time(business_id: BusinessId) -> None:
    file = a_sheet((None, "Keripik", None, None, "K-1", 10000, 5, 100))
    held, done = threading.Event(), threading.Event()

    def other() -> None:
        try:
            with _alone(business_id):
                held.set()
                done.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    assert held.wait(30)
    with pytest.raises(ImportRunning):
        bring(business_id, file)
    done.set()
    thread.join()
    assert bring(business_id, file).counts.created == 1


def test_a_stranger_brings_no_sheet_and_sees_no_run(business_id: BusinessId) -> None:
    file = a_sheet((None, "Keripik", None, None, "K-1", 10000, 5, 100))
    run_id = bring(business_id, file).run_id
    stranger = the_owner(a_business("Toko Lain"))
    with pytest.raises(NotYours):
        import_products(actor=stranger, business_id=business_id, file=file, filename="a.xlsx", dry_run=True)
    with pytest.raises(NotFound):
        import_products(
            actor=system("test"), business_id=BusinessId(uuid7()), file=file, filename="a.xlsx", dry_run=True
        )
    with pytest.raises(NotYours):
        import_run(actor=stranger, run_id=run_id)
    with pytest.raises(NotYours):
        import_runs_of(actor=stranger, business_id=business_id)
    assert ImportRun.objects.count() == 1


def test_the_longest_sheet_comes_in(business_id: BusinessId) -> None:
    """Fifty variants to a product; the limit counts rows."""
    rows = [
        (f"P-{number // 50}", f"Produk {number // 50}", "Isi", str(number % 50), f"P-{number}", 10000, 5, 100)
        for number in range(ROWS_MAX)
    ]
    result = bring(business_id, a_sheet(*rows))
    assert (result.counts.rows_in, result.counts.created, result.refusals) == (ROWS_MAX, ROWS_MAX // 50, ())


_value = st.one_of(
    st.none(),
    st.integers(-5, 10**6),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.sampled_from(["10rb", "Rp 12.000", "=1+1", "", "x", "Rasa", "5", "2,5", "0", "10 kg", "K-1", "K-2"]),
    st.text(max_size=12),
)
_row = st.tuples(
    st.sampled_from([None, "K", "L"]),
    st.sampled_from(["Keripik", "Abon", "Sirup", None]),
    st.sampled_from([None, "Rasa"]),
    st.sampled_from([None, "Asin", "Pedas"]),
    st.sampled_from([None, "K-1", "K-2", "L-1"]),
    st.one_of(st.just(10_000), _value),
    st.one_of(st.just(5), _value),
    st.one_of(st.just(100), _value),
)


class RehearsalLaw(TestCase):
    """Whatever the sheet: the rehearsal tells what the real run then does, and a second run finds nothing to do."""

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(_row, min_size=1, max_size=8))
    def test_a_rehearsal_is_the_real_run(self, rows: list[tuple[object, ...]]) -> None:
        business_id = a_business()
        lines = [",".join(_quoted(cell) for cell in row) for row in (HEADERS[:8], *rows)]
        file = "\n".join(lines).encode()
        if not any(cell not in (None, "") for row in rows for cell in row):
            return
        rehearsal = bring(business_id, file, dry_run=True)
        assert Product.objects.filter(business_id=business_id).count() == 0
        real = bring(business_id, file)
        assert (rehearsal.counts, rehearsal.refusals, rehearsal.notes) == (real.counts, real.refusals, real.notes)
        assert real.counts.rows == real.counts.rows_in + real.counts.rows_refused
        refused = {note.row for note in real.refusals}
        assert len(refused) == real.counts.rows_refused
        again = bring(business_id, file)
        assert (again.counts.created, again.counts.updated) == (0, 0)
        assert again.counts.unchanged == real.counts.created + real.counts.updated + real.counts.unchanged


def _quoted(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return '"' + text.replace('"', '""') + '"'
