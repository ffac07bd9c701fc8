"""Numbers that name a person, a business, a phone, a place or a trade: read as people type them, and checked.

Each check returns the number in its one stored form or raises `Invalid(field=…, reason=…)`; `reason_words` has the
words for each reason. A check of form only: whether a number was really issued, its issuer alone can say.
Sources and known answers: docs/methods/identifiers.md.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType
from stdnum import luhn

from lapak.core.clock import now
from lapak.core.errors import Invalid
from lapak.reference.selectors import kbli_exists, region_exists
from lapak.reference.types import KBLI_VERSION
from lapak.registry.types import Size, SizeBasis, SizeClass

SIZE_RULE = "PP 7/2021"
_BILLION = 1_000_000_000
# PP 7/2021, articles 35 (capital, without land and building) and 35 (5) (yearly sales). Upper bounds are inclusive.
_CAPITAL = ((1 * _BILLION, Size.MIKRO), (5 * _BILLION, Size.KECIL), (10 * _BILLION, Size.MENENGAH))
_SALES = ((2 * _BILLION, Size.MIKRO), (15 * _BILLION, Size.KECIL), (50 * _BILLION, Size.MENENGAH))
_FORMER_PROVINCES = frozenset({"54"})  # Timor Timur, until 1999; people born there still carry it


@dataclass(frozen=True, kw_only=True)
class Nik:
    """What a NIK tells. By law it keeps a wrong birth date and an abolished region for life.

    region_code_first: where it was first issued, as a district's code (`35.15.14`); not where the person lives.
    region_known: whether that code is, or was, on our list; a false one is a warning, no error.
    """

    number: str
    birth_date: date
    sex: Literal["f", "m"]
    region_code_first: str
    region_known: bool


def check_nik(text: str, *, field: str = "nik") -> Nik:
    """NIK: 16 digits, `PPKKCC DDMMYY NNNN`, the day plus 40 for women.

    The century is not told: the birth date is the latest one that makes the person at least 17 today when there is one
    such within the last hundred years. Raises: Invalid (`nik_length`, `nik_region`, `nik_date`, `nik_serial`).
    """
    number = _digits(text)
    if len(number) != 16:
        raise Invalid(field=field, reason="nik_length", length=len(number))
    region_code = f"{number[:2]}.{number[2:4]}.{number[4:6]}"
    if not (region_exists(number[:2]) or number[:2] in _FORMER_PROVINCES) or number[2:4] == "00":
        raise Invalid(field=field, reason="nik_region")
    day = int(number[6:8])
    birth_date = _birth_date(day - 40 if day > 40 else day, int(number[8:10]), int(number[10:12]))
    if birth_date is None:
        raise Invalid(field=field, reason="nik_date")
    if number[12:] == "0000":
        raise Invalid(field=field, reason="nik_serial")
    return Nik(
        number=number,
        birth_date=birth_date,
        sex="f" if day > 40 else "m",
        region_code_first=region_code,
        region_known=region_exists(region_code),
    )


def _birth_date(day: int, month: int, year: int) -> date | None:
    """The likeliest full date of a two-digit year; None when the day is in no calendar or still to come."""
    today = now().date()
    grown = today.year - 17
    candidates = [century + year for century in (2000, 1900) if century + year <= grown] or [2000 + year]
    for whole_year in [*candidates, 2000 + year, 1900 + year]:
        try:
            found = date(whole_year, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    return None


def check_nib(text: str, *, field: str = "nib") -> str:
    """NIB: 13 digits. No public check digit is known. Raises: Invalid (`nib_length`)."""
    number = _digits(text)
    if len(number) != 13:
        raise Invalid(field=field, reason="nib_length", length=len(number))
    return number


def check_npwp(text: str, *, field: str = "npwp") -> str:
    """NPWP as 16 digits: `0` and the former 15, or a NIK (PMK 112/2022).

    The first nine of the 15 end in a Luhn check digit.
    Raises: Invalid (`npwp_length`, `npwp_check`, or a NIK's reasons).
    """
    number = _digits(text)
    if len(number) == 16 and not number.startswith("0"):
        return check_nik(number, field=field).number
    if len(number) not in (15, 16):
        raise Invalid(field=field, reason="npwp_length", length=len(number))
    number = number.zfill(16)
    if not luhn.is_valid(number[1:10]):
        raise Invalid(field=field, reason="npwp_check")
    return number


def check_phone(text: str, *, field: str = "phone") -> str:
    """An Indonesian mobile number as E.164, `+6281234567890`.

    Reads `0812-3456-7890`, `62812…`, `+62 812 …`, `812…`, `wa.me/62812…`. Raises: Invalid (`phone_missing`,
    `phone_unreadable`, `phone_short`, `phone_long`, `phone_foreign`, `phone_not_mobile`).
    """
    typed = re.sub(r"(?i)^\s*(?:tel:|(?:https?://)?(?:www\.)?(?:wa\.me/|api\.whatsapp\.com/send\?phone=))", "", text)
    if not typed.strip():
        raise Invalid(field=field, reason="phone_missing")
    # "0812 3456 7890 (WA)": words beside the number are passed over, letters inside it are not.
    typed = re.sub(r"(?<![0-9A-Za-z])[A-Za-z]+(?![0-9A-Za-z])", "", typed).strip()
    digits = _digits(typed)
    if not digits or re.search(r"[A-Za-z]", typed):
        raise Invalid(field=field, reason="phone_unreadable")
    digits = digits.removeprefix("00") if digits.startswith("0062") else digits
    if not typed.startswith("+") and digits.startswith("62"):
        typed = f"+{digits}"
    try:
        number = phonenumbers.parse(typed, "ID")
    except NumberParseException as unreadable:
        reasons = {NumberParseException.TOO_SHORT_NSN: "phone_short", NumberParseException.TOO_LONG: "phone_long"}
        raise Invalid(field=field, reason=reasons.get(unreadable.error_type, "phone_unreadable")) from unreadable
    if number.country_code != 62:
        raise Invalid(field=field, reason="phone_foreign")
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible == phonenumbers.ValidationResult.TOO_LONG:
        raise Invalid(field=field, reason="phone_long")
    if not str(number.national_number).startswith("8"):
        raise Invalid(field=field, reason="phone_not_mobile")
    if phonenumbers.number_type(number) is not PhoneNumberType.MOBILE:
        # The numbering plan knows no mobile number of this length; a digit is missing, or one is too many.
        raise Invalid(field=field, reason="phone_short" if len(str(number.national_number)) < 10 else "phone_long")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def check_nmid(text: str, *, field: str = "nmid") -> str:
    """NMID, the national merchant id of QRIS: `ID` and 13 digits. Raises: Invalid (`nmid_form`)."""
    found = re.sub(r"[\s.\-]", "", text).upper().removeprefix("NMID:")
    if not re.fullmatch(r"ID[0-9]{13}", found):
        raise Invalid(field=field, reason="nmid_form")
    return found


def check_kbli(text: str, *, version: str = KBLI_VERSION, field: str = "kbli_code") -> str:
    """A five-digit code of a KBLI version. Raises: Invalid (`kbli_form`, `kbli_unknown`)."""
    code = text.strip()
    if not re.fullmatch(r"[0-9]{5}", code):
        raise Invalid(field=field, reason="kbli_form")
    if not kbli_exists(code, version=version):
        raise Invalid(field=field, reason="kbli_unknown", version=version)
    return code


def check_region(text: str, *, field: str = "region_code") -> str:
    """A region's code, regency to village. Raises: Invalid (`region_form`, `region_unknown`, `region_wide`)."""
    code = text.strip()
    if not re.fullmatch(r"[0-9]{2}(?:\.[0-9]{2}(?:\.[0-9]{2}(?:\.[0-9]{4})?)?)?", code):
        raise Invalid(field=field, reason="region_form")
    if not region_exists(code):
        raise Invalid(field=field, reason="region_unknown")
    if "." not in code:
        raise Invalid(field=field, reason="region_wide")
    return code


def check_name(text: str, *, limit: int, field: str = "name") -> str:
    """A name with single spaces. Raises: Invalid (`name_missing`, `name_long`)."""
    name = " ".join(text.split())
    if not name:
        raise Invalid(field=field, reason="name_missing")
    if len(name) > limit:
        raise Invalid(field=field, reason="name_long", limit=limit)
    return name


def size_class(*, capital_idr: int | None = None, sales_idr: int | None = None) -> SizeClass:
    """The size class under PP 7/2021, with both answers.

    Capital (own and borrowed, without land and building) is the criterion at founding and registration and so comes
    first; yearly sales is the one for support, and the only one for firms older than the rule. Whole rupiah.
    Raises: Invalid (`money_below_zero`).
    """
    for field, amount in (("capital_idr", capital_idr), ("sales_idr", sales_idr)):
        if amount is not None and amount < 0:
            raise Invalid(field=field, reason="money_below_zero")
    by_capital = None if capital_idr is None else _size(capital_idr, _CAPITAL)
    by_sales = None if sales_idr is None else _size(sales_idr, _SALES)
    basis = SizeBasis.CAPITAL if by_capital else SizeBasis.SALES if by_sales else None
    return SizeClass(size=by_capital or by_sales, basis=basis, rule=SIZE_RULE, by_capital=by_capital, by_sales=by_sales)


def _size(amount_idr: int, bounds: tuple[tuple[int, Size], ...]) -> Size:
    return next((size for bound, size in bounds if amount_idr <= bound), Size.BESAR)


def _digits(text: str) -> str:
    """The ASCII digits; what people put between them is passed over."""
    return re.sub(r"[^0-9]", "", text)
