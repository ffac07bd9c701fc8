"""Lists are loaded once, anew only when their file changed, and a bad file changes nothing."""

from pathlib import Path

import openpyxl
import pytest

from lapak.reference.errors import ListUnreadable
from lapak.reference.models import Kbli, ReferenceVersion, Region
from lapak.reference.selectors import kbli, search_kbli, search_regions
from lapak.reference.services import load_kbli, load_reference, load_regions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("official_lists")]


def _csv(tmp_path: Path, text: str, *, name: str = "kbli.csv") -> Path:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    return file


def test_the_whole_of_the_country_is_loaded() -> None:
    counts = [Region.objects.filter(level=level).count() for level in (1, 2, 3, 4)]
    assert counts == [38, 514, 7285, 83762]
    assert ReferenceVersion.objects.get(list="regions").version == "Kepmendagri 300.2.2-2138/2025"


def test_at_least_sixty_trades_are_shipped() -> None:
    assert Kbli.objects.filter(version="2020", level=5, common=True).count() >= 60
    assert Kbli.objects.filter(version="2020", level=1).count() == 21


def test_loading_again_is_nothing_to_do_unless_forced() -> None:
    assert [loaded.fresh for loaded in load_reference().values()] == [False, False]
    assert load_kbli(force=True).fresh


def test_a_forced_load_mends_what_was_changed_and_keeps_codes_that_left() -> None:
    Region.objects.filter(code="32.73").update(name="Salah", key="salah")
    Region.objects.create(code="54", level=1, name="Timor Timur", path="Timor Timur", key="timor timur",
                          search=" timor timur", version="1999")  # fmt: skip
    assert load_regions(force=True).rows == 91599
    assert search_regions("kota bandung")[0].code == "32.73"
    assert Region.objects.get(code="54").gone
    assert search_regions("timor timur") == [row for row in search_regions("timor timur") if row.code != "54"]


def test_an_official_csv_is_loaded_and_keeps_what_we_know_beside_the_names(tmp_path: Path) -> None:
    file = _csv(
        tmp_path,
        "Kategori;Kode;Judul\nC;C;Industri Pengolahan\nC;10794;INDUSTRI KERUPUK\nC;01111;Pertanian Jagung\n",
    )
    loaded = load_kbli(file)
    assert (loaded.rows, loaded.fresh) == (3, True)
    assert kbli("10794").name == "INDUSTRI KERUPUK"
    assert kbli("10794").common
    assert [row.code for row in search_kbli("rengginang")] == ["10794"]
    assert kbli("01111").level == 5
    assert not load_kbli(file).fresh


def test_an_official_sheet_of_a_later_version_stands_beside_the_shipped_one(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["KODE KBLI", "JUDUL KBLI"], ["A", "Pertanian"], [10710, "Industri Roti"], ["01111", "Jagung"]):
        sheet.append(row)
    file = tmp_path / "kbli-2025.xlsx"
    book.save(file)
    assert load_kbli(file, version="2025").rows == 3
    assert kbli("10710", version="2025").name == "Industri Roti"
    assert kbli("10710").name == "Industri Produk Roti dan Kue"
    assert search_kbli("roti", version="2025")[0].version == "2025"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "kosong"),
        ("nomor,isi\n1,2\n", "kolom kode dan judul"),
        ("kode,judul\n10794,Kerupuk\n1079X,Salah\n", "baris 3"),
        ("kode,judul\n10794,\n", "judul pada baris 2 kosong"),
        ("kode,judul\n10794,Kerupuk\n10794,Kerupuk\n", "dua kali"),
        ("kode,judul\nC,Industri\n", "lima angka"),
    ],
)
def test_a_file_that_is_no_kbli_says_why_and_changes_nothing(tmp_path: Path, text: str, why: str) -> None:
    before = list(Kbli.objects.order_by("pk").values_list())
    with pytest.raises(ListUnreadable, match=why):
        load_kbli(_csv(tmp_path, text))
    assert list(Kbli.objects.order_by("pk").values_list()) == before


def test_what_is_no_list_at_all_is_told_apart(tmp_path: Path) -> None:
    for name, content in (("x.xlsx", b"PK no sheet"), ("x.csv", b"\xff\xfe\x00kode"), ("missing.csv", None)):
        file = tmp_path / name
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(ListUnreadable):
            load_kbli(file)
    with pytest.raises(ListUnreadable):
        load_kbli(version="1990")
