"""Identifiers as people type them: known answers, and laws that hold for every text."""

from collections.abc import Callable
from datetime import date

import phonenumbers
import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lapak.core.errors import Invalid
from lapak.core.words import reason_words
from lapak.registry.identifiers import (
    check_kbli,
    check_nib,
    check_nik,
    check_nmid,
    check_npwp,
    check_phone,
    check_region,
    size_class,
)
from lapak.registry.types import Size, SizeBasis

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("official_lists")]
# Each example rolls nothing back, for none writes.
many = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _reason(caught: pytest.ExceptionInfo[Invalid]) -> object:
    return caught.value.told["reason"]


def _refusal(check: Callable[[str], object], typed: str) -> str | None:
    try:
        check(typed)
    except Invalid as fault:
        return str(fault.told["reason"])
    return None


@pytest.mark.parametrize(
    ("typed", "birth_date", "sex"),
    [
        ("3515140508680001", date(1968, 8, 5), "m"),
        ("35 15 14 450868 0001", date(1968, 8, 5), "f"),
        ("3515142902000001", date(2000, 2, 29), "m"),  # the leap day exists in 2000 only, not in 1900
        ("3273027112990007", date(1999, 12, 31), "f"),
    ],
)
def test_a_nik_tells_birth_date_sex_and_first_region(typed: str, birth_date: date, sex: str) -> None:
    nik = check_nik(typed)
    assert (nik.birth_date, nik.sex, nik.region_known) == (birth_date, sex, True)
    assert nik.region_code_first == f"{nik.number[:2]}.{nik.number[2:4]}.{nik.number[4:6]}"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("351514050868000", "nik_length"),
        ("", "nik_length"),
        ("0115140508680001", "nik_region"),
        ("9915140508680001", "nik_region"),
        ("3500140508680001", "nik_region"),
        ("3515140008680001", "nik_date"),
        ("3515143208680001", "nik_date"),
        ("3515144008680001", "nik_date"),  # 40 is neither a man's day nor a woman's
        ("3515147208680001", "nik_date"),
        ("3515148108680001", "nik_date"),  # 81 is not 1 and 40 and 40
        ("3515140513680001", "nik_date"),
        ("3515143002000001", "nik_date"),
        ("3515140508680000", "nik_serial"),
    ],
)
def test_a_nik_that_cannot_be_says_why(typed: str, reason: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_nik(typed)
    assert _reason(caught) == reason


def test_a_nik_of_an_abolished_region_is_taken_with_a_warning() -> None:
    assert check_nik("5401010508680001").region_known is False  # Timor Timur
    assert check_nik("3515990508680001").region_known is False


def test_a_two_digit_year_is_read_as_a_grown_persons() -> None:
    with time_machine.travel("2026-11-24"):
        assert check_nik("3515140508090001").birth_date == date(2009, 8, 5)
        assert check_nik("3515140508100001").birth_date == date(1910, 8, 5)


@many
@given(
    born=st.dates(min_value=date(1940, 1, 1), max_value=date(2007, 12, 31)),
    woman=st.booleans(),
    serial=st.integers(1, 9999),
    between=st.sampled_from(["", " ", ".", "-"]),
)
def test_every_well_made_nik_is_read_back(born: date, woman: bool, serial: int, between: str) -> None:
    parts = ["327302", f"{born.day + 40 * woman:02}{born:%m%y}", f"{serial:04}"]
    nik = check_nik(between.join(parts))
    assert nik.number == "".join(parts)
    assert nik.sex == ("f" if woman else "m")
    assert (nik.birth_date.day, nik.birth_date.month, nik.birth_date.year % 100) == (
        born.day,
        born.month,
        born.year % 100,
    )


@many
@given(st.text(max_size=24))
def test_no_text_breaks_a_check(typed: str) -> None:
    for check in (check_nik, check_nib, check_npwp, check_phone, check_nmid, check_kbli, check_region):
        refusal = _refusal(check, typed)
        assert refusal is None or reason_words(refusal)


def test_a_nib_has_thirteen_digits() -> None:
    assert check_nib(" 9120 0012 34567 ") == "9120001234567"
    with pytest.raises(Invalid) as caught:
        check_nib("912000123456")
    assert caught.value.told == {"field": "nib", "reason": "nib_length", "length": 12}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("01.312.166.0-091.000", "0013121660091000"),
        ("01.300.066.6-091.000", "0013000666091000"),
        ("0013121660091000", "0013121660091000"),
        ("3515140508680001", "3515140508680001"),  # since 2024 a person's NIK is the NPWP
    ],
)
def test_an_npwp_is_stored_in_its_sixteen_digits(typed: str, stored: str) -> None:
    assert check_npwp(typed) == stored


@many
@given(place=st.integers(0, 8), step=st.integers(1, 9))
def test_a_wrong_digit_among_the_first_nine_of_an_npwp_is_seen(place: int, step: int) -> None:
    right = "013121660091000"
    wrong = right[:place] + str((int(right[place]) + step) % 10) + right[place + 1 :]
    with pytest.raises(Invalid) as caught:
        check_npwp(wrong)
    assert _reason(caught) == "npwp_check"


@pytest.mark.parametrize("typed", ["123", "01312166009100", "00131216600910001"])
def test_an_npwp_of_another_length_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_npwp(typed)
    assert _reason(caught) == "npwp_length"


@pytest.mark.parametrize(
    "typed",
    [
        "081234567890",
        "0812-3456-7890",
        "0812.3456.7890",
        "(0812) 3456 7890",
        "6281234567890",
        "62 812 3456 7890",
        "+62 812-3456-7890",
        "+6281234567890",
        "81234567890",
        "https://wa.me/6281234567890",
        "wa.me/6281234567890",
        "https://api.whatsapp.com/send?phone=6281234567890",
        "tel:+6281234567890",
        "  081234567890  ",
        "0812 3456 7890 (WA)",
        "WA 0812 3456 7890",
        "0062 812 3456 7890",
        "+62 0812 3456 7890",
    ],
)
def test_all_ways_to_write_a_phone_are_one(typed: str) -> None:
    assert check_phone(typed) == "+6281234567890"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "phone_missing"),
        ("   ", "phone_missing"),
        ("nomor saya", "phone_unreadable"),
        ("08abc", "phone_unreadable"),
        ("0812 345B 7890", "phone_unreadable"),
        ("0812345", "phone_short"),
        ("0812", "phone_short"),
        ("0812345678901234", "phone_long"),
        ("+1 202 555 0143", "phone_foreign"),
        ("+65 8123 4567", "phone_foreign"),
        ("021 5550 1234", "phone_not_mobile"),
        ("+62 22 4201 234", "phone_not_mobile"),
    ],
)
def test_a_phone_that_cannot_be_used_says_why(typed: str, reason: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_phone(typed)
    assert _reason(caught) == reason


@many
@given(
    st.sampled_from(["811", "812", "813", "821", "822", "851", "852", "853", "856", "857", "877", "878", "895", "896"]),
    st.integers(0, 99_999_999),
    st.sampled_from(["0", "62", "+62", "+62 ", ""]),
)
def test_a_stored_phone_is_valid_and_reads_back_as_itself(prefix: str, rest: int, start: str) -> None:
    stored = check_phone(f"{start}{prefix}{rest:08}")
    assert phonenumbers.is_valid_number(phonenumbers.parse(stored))
    assert check_phone(stored) == stored == f"+62{prefix}{rest:08}"


def test_an_nmid_is_id_and_thirteen_digits() -> None:
    assert check_nmid("id 1020-3040-50607") == check_nmid("NMID: ID1020304050607") == "ID1020304050607"
    for typed in ("ID123", "1020304050607", "ID10203040506078"):
        with pytest.raises(Invalid):
            check_nmid(typed)


def test_a_region_may_be_anything_from_regency_to_village() -> None:
    for code in ("32.73", "32.73.02", "32.73.02.1003"):
        assert check_region(f" {code} ") == code
    for typed, reason in (("32", "region_wide"), ("32.99", "region_unknown"), ("3273", "region_form")):
        with pytest.raises(Invalid) as caught:
            check_region(typed)
        assert _reason(caught) == reason


def test_a_kind_of_business_is_a_five_digit_code_of_its_version() -> None:
    assert check_kbli("10794") == "10794"
    for typed, version, reason in (
        ("1079", "2020", "kbli_form"),
        ("10999", "2020", "kbli_unknown"),
        ("10794", "1990", "kbli_unknown"),
    ):
        with pytest.raises(Invalid) as caught:
            check_kbli(typed, version=version)
        assert _reason(caught) == reason


@pytest.mark.parametrize(
    ("capital", "sales", "size", "basis", "differ"),
    [
        (None, None, None, None, False),
        (0, None, Size.MIKRO, SizeBasis.CAPITAL, False),
        (1_000_000_000, None, Size.MIKRO, SizeBasis.CAPITAL, False),
        (1_000_000_001, None, Size.KECIL, SizeBasis.CAPITAL, False),
        (5_000_000_000, None, Size.KECIL, SizeBasis.CAPITAL, False),
        (10_000_000_000, None, Size.MENENGAH, SizeBasis.CAPITAL, False),
        (10_000_000_001, None, Size.BESAR, SizeBasis.CAPITAL, False),
        (None, 2_000_000_000, Size.MIKRO, SizeBasis.SALES, False),
        (None, 2_000_000_001, Size.KECIL, SizeBasis.SALES, False),
        (None, 15_000_000_000, Size.KECIL, SizeBasis.SALES, False),
        (None, 50_000_000_000, Size.MENENGAH, SizeBasis.SALES, False),
        (None, 50_000_000_001, Size.BESAR, SizeBasis.SALES, False),
        (900_000_000, 3_000_000_000, Size.MIKRO, SizeBasis.CAPITAL, True),
        (900_000_000, 1_000_000_000, Size.MIKRO, SizeBasis.CAPITAL, False),
    ],
)
def test_sizes_at_the_bounds_of_the_rule(
    capital: int | None, sales: int | None, size: Size | None, basis: SizeBasis | None, differ: bool
) -> None:
    found = size_class(capital_idr=capital, sales_idr=sales)
    assert (found.size, found.basis, found.differ, found.rule) == (size, basis, differ, "PP 7/2021")


@many
@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_more_capital_never_makes_a_business_smaller(less: int, more: int) -> None:
    less, more = sorted((less, more))
    sizes = [size_class(capital_idr=amount).size for amount in (less, more)]
    assert sizes[0] is not None
    assert sizes[1] is not None
    assert sizes[0] <= sizes[1]


def test_no_amount_is_below_zero() -> None:
    with pytest.raises(Invalid):
        size_class(sales_idr=-1)
