"""People find their place and their trade by the words they use."""

import time

import pytest
from pytest_django import DjangoAssertNumQueries

from lapak.core.errors import NotFound
from lapak.reference.selectors import (
    kbli,
    kbli_exists,
    key_of,
    region,
    region_exists,
    regions_below,
    search_kbli,
    search_regions,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("official_lists")]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("coblong", "Kec. Coblong, Kota Bandung, Jawa Barat"),
        ("Coblong", "Kec. Coblong, Kota Bandung, Jawa Barat"),
        ("  kec.  coblong  ", "Kec. Coblong, Kota Bandung, Jawa Barat"),
        ("coblong bandung", "Kec. Coblong, Kota Bandung, Jawa Barat"),
        ("bandung, coblong", "Kec. Coblong, Kota Bandung, Jawa Barat"),
        ("cobl", "Kec. Coblong, Kota Bandung, Jawa Barat"),
        ("coblng", "Kec. Coblong, Kota Bandung, Jawa Barat"),
        ("kota bandung", "Kota Bandung, Jawa Barat"),
        ("kab bandung", "Kab. Bandung, Jawa Barat"),
        ("bandnug", "Kab. Bandung, Jawa Barat"),
        ("dago bandung", "Kel. Dago, Kec. Coblong, Kota Bandung, Jawa Barat"),
        ("jawa barat", "Jawa Barat"),
        ("jawa", "Jawa Barat"),
        ("aceh", "Aceh"),
        ("dki", "DKI Jakarta"),
        ("jogja", "DI Yogyakarta"),
        ("jakarta selatan", "Kota Adm. Jakarta Selatan, DKI Jakarta"),
        ("tebet", "Kec. Tebet, Kota Adm. Jakarta Selatan, DKI Jakarta"),
        ("cisaat sukabumi", "Kec. Cisaat, Kab. Sukabumi, Jawa Barat"),
        ("kotabaru kalimantan", "Kab. Kotabaru, Kalimantan Selatan"),
        ("jayapura utara", "Distrik Jayapura Utara, Kota Jayapura, Papua"),
        ("ja'an", 'Desa Ja"an, Kec. Gondang, Kab. Nganjuk, Jawa Timur'),
    ],
)
def test_the_place_that_is_meant_comes_first(typed: str, first: str) -> None:
    assert search_regions(typed)[0].path == first


def test_a_level_narrows_the_search() -> None:
    assert {row.level for row in search_regions("bandung", level=3)} == {3}
    assert search_regions("sukamaju", level=4, limit=30)[-1].level == 4


def test_nothing_is_found_for_a_letter_or_for_nonsense() -> None:
    assert search_regions("a") == search_regions("") == search_regions("%_") == search_regions("qqqqzzzz") == []


def test_signs_that_mean_something_to_the_database_are_plain_text() -> None:
    for typed in ("100%", "a_b", "'; DROP TABLE reference_region; --", "\\", "kota %"):
        search_regions(typed)
        search_kbli(typed)
    assert region_exists("32.73")


def test_no_place_comes_twice_and_no_more_than_asked_for() -> None:
    for typed in ("bandung", "jawa", "su", "batu", "sukamaju"):
        rows = search_regions(typed, limit=15)
        assert len(rows) == len({row.code for row in rows}) <= 15


def test_a_search_is_a_few_indexed_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    took = []
    for typed in ("coblong", "bandung", "jawa barat", "bandnug", "su", "kel dago", "sukamaju", "selatan"):
        began = time.perf_counter()
        with django_assert_max_num_queries(7):
            search_regions(typed)
        took.append(time.perf_counter() - began)
    # A tenth of a second is many times what a search takes; a whole-table scan for each word would be above it.
    assert sorted(took)[len(took) // 2] < 0.1


def test_the_kind_before_a_name_is_not_part_of_its_key() -> None:
    assert key_of("Kec. Coblong") == key_of("KECAMATAN COBLONG") == "coblong"
    assert key_of("Kota") == "kota"
    assert key_of("Ja'an / Lama") == "jaan lama"


def test_a_region_knows_its_kind_parent_and_path() -> None:
    row = region("32.73.02.1003")
    assert (row.level, row.parent_code, row.kind) == (4, "32.73.02", "Kel.")
    assert row.path.endswith(", Kec. Coblong, Kota Bandung, Jawa Barat")
    assert region("31").title == "DKI Jakarta"
    assert region("91.71.02").kind == "Distrik"
    assert not region_exists("99")
    with pytest.raises(NotFound):
        region("99")


def test_the_regions_below_are_complete() -> None:
    assert len(regions_below()) == 38
    assert sum(len(regions_below(province.code)) for province in regions_below()) == 514
    assert [row.name for row in regions_below("32.73")][:2] == ["Andir", "Antapani"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("keripik", "10794"),
        ("kripik", "10794"),
        ("KERUPUK", "10794"),
        ("batik", "13134"),
        ("hijab", "14131"),
        ("konveksi", "14111"),
        ("warung makan", "56102"),
        ("kopi", "10761"),
        ("laundry", "96200"),
        ("baju online", "47912"),
        ("10710", "10710"),
        ("mebel", "31001"),
        ("keripk", "10794"),
    ],
)
def test_a_trade_is_found_by_its_everyday_word(typed: str, code: str) -> None:
    assert code in [row.code for row in search_kbli(typed)][:3]


def test_a_beginning_of_a_code_lists_what_begins_so() -> None:
    rows = search_kbli("107", limit=50)
    assert rows
    assert all(row.code.startswith("107") and row.level == 5 for row in rows)


def test_a_trade_has_its_official_name() -> None:
    assert kbli("10794").name == "Industri Kerupuk, Keripik, Peyek dan Sejenisnya"
    assert kbli("C").name == "Industri Pengolahan"
    assert not kbli_exists("10794", version="1990")
    with pytest.raises(NotFound):
        kbli("99999")
