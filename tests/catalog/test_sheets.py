"""Opening a stranger's file: what sellers have is read, what hurts is refused with one clear reason."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapak.catalog import errors
from lapak.catalog.errors import SheetRefused
from lapak.catalog.reasons import reason_text
from lapak.catalog.sheets.opening import COLUMNS_MAX, FILE_MAX_BYTES
from lapak.catalog.sheets.reading import ROWS_MAX, Sheet, read_sheet
from lapak.core.words import words_for
from tests.catalog.make import a_workbook

HEADERS = ("Nama Produk", "SKU", "Harga", "Stok", "Berat (gram)")
ROW = ("Keripik Tempe", "K-1", 10_000, 5, 100)


def _repacked(file: bytes, change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, change(part.filename, old.read(part)))
        for name, content in (extra or {}).items():
            new.writestr(name, content)
    return out.getvalue()


def _same(name: str, content: bytes) -> bytes:
    return content


def _in_sheet(old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    def change(name: str, content: bytes) -> bytes:
        return content.replace(old, new) if name == "xl/worksheets/sheet1.xml" else content

    return change


def _good() -> bytes:
    return a_workbook(HEADERS, ROW)


def _titles(sheet: Sheet) -> list[str]:
    return [group.draft.title for group in sheet.groups]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_text_table_is_read_however_it_was_saved(encoding: str, separator: str) -> None:
    lines = [HEADERS, ("Keripik “Renyah” é", "K-1", "10rb", "5", "100")]
    text = "\r\n".join(separator.join(line) for line in lines)
    (group,) = read_sheet(text.encode(encoding)).groups
    assert group.faults == ()
    assert (group.draft.title, group.draft.variants[0].price_idr) == ("Keripik “Renyah” é", 10_000)


def test_cells_with_breaks_quotes_and_nul_are_read() -> None:
    text = 'Nama Produk,Deskripsi,Harga,Stok\n"Keripik, ""asli""\x00","baris satu\nbaris dua",10000,5\n'
    (group,) = read_sheet(text.encode()).groups
    assert (group.draft.title, group.draft.description) == ('Keripik, "asli"', "baris satu\nbaris dua")


def _bomb() -> bytes:
    return _repacked(_good(), _same, {"xl/media/gambar.xml": bytes(210 * 1024**2)})


def _dense() -> bytes:
    return _repacked(_good(), _same, {"xl/media/gambar.bin": bytes(40 * 1024**2)})


def _entity() -> bytes:
    document = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet'
    return _repacked(_good(), _in_sheet(b"<worksheet", document))


def _ole(inside: str = "") -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + inside.encode("utf-16-le") + bytes(600)


def _other_office_file() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", "<w/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("file", "refusal"),
    [
        (lambda: b"", errors.SheetEmpty),
        (lambda: b"\n \r\n", errors.SheetEmpty),
        (lambda: a_workbook(), errors.SheetEmpty),
        (lambda: a_workbook(HEADERS), errors.SheetEmpty),
        (lambda: b"Nama Produk,Harga,Stok\n", errors.SheetEmpty),
        (lambda: bytes(FILE_MAX_BYTES + 1), errors.SheetTooLarge),
        (_bomb, errors.SheetTooLarge),
        (_dense, errors.SheetBroken),
        (_entity, errors.SheetBroken),
        (lambda: _good()[:-40], errors.SheetBroken),
        (lambda: _good()[:200], errors.SheetBroken),
        (lambda: _repacked(_good(), _in_sheet(b"</sheetData>", b"")), errors.SheetBroken),
        (lambda: _repacked(_good(), _in_sheet(b'<c r="B2"', b'<c r="??"')), errors.SheetBroken),
        (lambda: _ole(), errors.SheetTooOld),
        (lambda: _ole("EncryptedPackage"), errors.SheetLocked),
        (_other_office_file, errors.SheetUnknown),
        (lambda: b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40, errors.SheetUnknown),
        (lambda: b"%PDF-1.7\n1 0 obj", errors.SheetUnknown),
        (lambda: b"<html><table><tr><td>Nama Produk", errors.SheetUnknown),
        (lambda: a_workbook(("Nama", "Telepon"), ("Sari", "0812")), errors.SheetColumnsMissing),
        (lambda: a_workbook(("Nama Produk", "Harga"), ("Sari", 1)), errors.SheetColumnsMissing),
        (lambda: a_workbook(HEADERS, *[ROW] * (ROWS_MAX + 1)), errors.SheetTooLong),
        (lambda: a_workbook((*HEADERS, *["x"] * COLUMNS_MAX), ROW), errors.SheetTooWide),
    ],
)
def test_what_is_no_product_sheet_gets_one_clear_answer(file: Callable[[], bytes], refusal: type[SheetRefused]) -> None:
    with pytest.raises(SheetRefused) as caught:
        read_sheet(file())
    assert type(caught.value) is refusal
    for language in ("id", "en"):
        words = words_for(caught.value, language=language)
        assert "–" not in words.happened + words.do


_GOOD = _good()


@settings(max_examples=150, deadline=None)
@given(st.one_of(
    st.binary(max_size=300),
    st.text(max_size=200).map(str.encode),
    st.text(max_size=200).map(lambda text: f"Nama Produk;Harga;Stok\n{text}".encode()),
    st.tuples(st.integers(0, len(_GOOD) - 1), st.integers(1, 255)).map(
        lambda spot: _GOOD[: spot[0]] + bytes([_GOOD[spot[0]] ^ spot[1]]) + _GOOD[spot[0] + 1 :]
    ),
))  # fmt: skip
def test_whatever_the_bytes_the_answer_is_a_sheet_or_a_refusal(file: bytes) -> None:
    try:
        sheet = read_sheet(file)
    except SheetRefused:
        return
    assert sheet.row_count >= 1


def test_a_macro_in_a_workbook_is_never_looked_at() -> None:
    file = _repacked(_good(), _same, {"xl/vbaProject.bin": b'Attribute VB_Name = "Jahat"'})
    assert _titles(read_sheet(file)) == ["Keripik Tempe"]


def test_a_cell_in_the_far_corner_costs_no_memory() -> None:
    far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    file = _repacked(_good(), _in_sheet(b"</sheetData>", far))
    tracemalloc.start()
    assert _titles(read_sheet(file)) == ["Keripik Tempe"]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30 * 1024**2


def test_a_file_that_lies_about_its_size_is_read_to_its_end() -> None:
    file = a_workbook(HEADERS, *[(f"Produk {number}", f"P-{number}", 1000, 1, 1) for number in range(50)])
    lying = _repacked(file, _in_sheet(b'<dimension ref="A1:E51"', b'<dimension ref="A1:E2"'))
    assert lying != file
    assert len(read_sheet(lying).groups) == 50


def test_formulas_count_with_the_value_they_last_had() -> None:
    number = b'<c r="C2" t="n"><v>10000</v></c>'
    file = _repacked(_good(), _in_sheet(number, b'<c r="C2"><f>5000*2</f><v>10000</v></c>'))
    (group,) = read_sheet(file).groups
    assert group.draft.variants[0].price_idr == 10_000
    bare = _repacked(_good(), _in_sheet(number, b'<c r="C2"><f>5000*2</f></c>'))
    assert bare != file
    (group,) = read_sheet(bare).groups
    assert [fault.reason for fault in group.faults] == ["required"]


SHOPEE_MACHINE = (
    "ps_category", "ps_product_name", "ps_product_description", "ps_sku_parent_short",
    "et_title_variation_integration_no", "et_title_variation_1", "et_title_option_for_variation_1",
    "et_title_image_per_variation", "et_title_variation_2", "et_title_option_for_variation_2", "ps_price", "ps_stock",
    "ps_sku_short", "ps_item_cover_image", "ps_item_image_1", "ps_weight", "channel_id.8003", "et_title_reason",
)  # fmt: skip
SHOPEE_PLAIN = (
    "Kategori", "Nama Produk", "Deskripsi Produk", "SKU Induk", "Kode Integrasi Variasi", "Nama Variasi 1",
    "Varian untuk Variasi 1", "Foto Produk per Varian", "Nama Variasi 2", "Varian untuk Variasi 2", "Harga", "Stok",
    "Kode Variasi", "Foto Sampul", "Foto Produk 1", "Berat (kg)", "Reguler (Cashless)", "Alasan Gagal",
)  # fmt: skip
NEEDED = ("Opsional", "Wajib", "Wajib", *["Wajib Bersyarat"] * 15)
HINTS = tuple(f"Keterangan panjang untuk kolom {name} ini." for name in SHOPEE_PLAIN)
GOODS: Sequence[Sequence[object]] = (
    (None, "Kemeja", "Kemeja katun.", "KM", "V1", "Warna", "Biru", None, "Ukuran", "M", 90000, 3, "KM-BM", "a.jpg",
     "b.jpg", 0.25, "Aktif"),
    (None, None, None, None, "V1", "Warna", "Biru", None, "Ukuran", "L", 92000, 4, "KM-BL"),
    (100629, "Syal", "Syal tenun.", None, None, None, None, None, None, None, "75rb", None, "SY", None, None, 1.5),
)  # fmt: skip


@pytest.mark.parametrize(
    "header",
    [
        [[f"{name}|1|0" for name in SHOPEE_MACHINE], ["basic", "f3a9"], SHOPEE_PLAIN, NEEDED, HINTS, []],
        [SHOPEE_MACHINE, ["basic", "f3a9"], SHOPEE_PLAIN, NEEDED, HINTS],
        [SHOPEE_PLAIN],
        [["Template unggah massal"], [], SHOPEE_PLAIN, NEEDED],
    ],
)
def test_shopees_sheet_is_read_in_each_of_its_shapes(header: Sequence[Sequence[object]]) -> None:
    sheet = read_sheet(a_workbook(*header, *GOODS, title="Template"))
    assert sheet.columns.layout == "shopee"
    shirt, scarf = sheet.groups
    assert [row.number for row in shirt.rows] == [len(header) + 1, len(header) + 2]
    assert (shirt.faults, shirt.draft.sku, shirt.draft.weight_g) == ((), "KM", 250)
    assert shirt.draft.option_names == ("Warna", "Ukuran")
    assert [(wish.options, wish.price_idr, wish.on_hand) for wish in shirt.draft.variants] == [
        (("Biru", "M"), 90_000, 3),
        (("Biru", "L"), 92_000, 4),
    ]
    assert shirt.photos == ("a.jpg", "b.jpg")
    assert (scarf.faults, scarf.draft.variants[0].on_hand, scarf.draft.weight_g) == ((), 0, 1500)


def test_a_wrong_first_product_is_no_header() -> None:
    sheet = read_sheet(a_workbook(SHOPEE_PLAIN, (None, "Kemeja", "x", *[None] * 7, "mahal sekali", 3)))
    (group,) = sheet.groups
    assert [sheet.note(group, fault).column for fault in group.faults] == ["Harga"]


def test_the_product_sheet_is_found_behind_others() -> None:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(_good()))
    book.create_sheet("Panduan", 0).append(["Cara mengisi", "Baca dulu"])
    hidden = book.create_sheet("Data Lama", 0)
    hidden.append(HEADERS)
    hidden.append(("Jangan Dibaca", "X", 1000, 1, 1))
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    assert _titles(read_sheet(out.getvalue())) == ["Keripik Tempe"]


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_reason_has_words_in_both_languages(language: str) -> None:
    import tomllib
    from importlib import resources

    reasons = tomllib.loads((resources.files("lapak.catalog") / "reasons.toml").read_text("utf-8"))
    assert len(reasons) > 30
    for reason in reasons:
        words = reason_text(reason, language=language)
        assert words.endswith(".")
        assert ".." not in words


def test_every_reason_that_the_code_gives_has_words() -> None:
    import re
    from pathlib import Path

    import lapak.catalog
    from lapak.core.words import reason_words

    folder = Path(str(lapak.catalog.__file__)).parent
    given = set()
    for file in folder.rglob("*.py"):
        text = file.read_text("utf-8")
        given |= set(re.findall(r'reason="([a-z_]+)"', text))
        given |= set(re.findall(r'_note\(group, "\w+", "([a-z_]+)"', text))
    assert len(given) > 30
    for reason in given:
        assert reason_words(reason)
