"""Whole rupiah, as people type and read it."""

import re

from lapak.core.errors import Invalid

_SCALE = {"": 1, "rb": 1_000, "ribu": 1_000, "k": 1_000, "jt": 1_000_000, "juta": 1_000_000, "m": 1_000_000_000}
_TYPED = re.compile(r"^(?:rp\.?|idr)?\s*(-?[\d.,]+)\s*(rb|ribu|k|jt|juta|m)?(?:,-)?$", re.IGNORECASE)


def parse_rupiah(typed: str | int | float, *, field: str = "price") -> int:
    """Read an amount as people write it: 45000, "45.000", "Rp45.000,00", "45rb", "1,5jt". Whole rupiah.

    Raises: Invalid (reason `not_money` or `part_rupiah`); the sign is kept, range is the caller's rule.
    """
    if isinstance(typed, float):
        if typed != typed or typed in (float("inf"), float("-inf")):
            raise Invalid(field=field, reason="not_money", typed=str(typed))
        if typed != int(typed):
            raise Invalid(field=field, reason="part_rupiah", typed=str(typed))
        return int(typed)
    if isinstance(typed, int):
        return typed
    match = _TYPED.match(typed.strip().replace("\u00a0", " "))
    if not match:
        raise Invalid(field=field, reason="not_money", typed=typed[:40])
    digits, unit = match[1], (match[2] or "").lower()
    sign = -1 if digits.startswith("-") else 1
    digits = digits.lstrip("-")
    whole, part = _split(digits)
    if not whole.isdigit():
        raise Invalid(field=field, reason="not_money", typed=typed[:40])
    scale = _SCALE[unit]
    amount = int(whole) * scale
    if part:
        numerator = int(part) * scale
        if numerator % 10 ** len(part):
            raise Invalid(field=field, reason="part_rupiah", typed=typed[:40])
        amount += numerator // 10 ** len(part)
    return sign * amount


def _split(digits: str) -> tuple[str, str]:
    """Whole and decimal part. A last group of exactly three digits is thousands, in either style of writing."""
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return digits, ""
    tail = digits[last + 1 :]
    if len(tail) == 3 or not tail:
        return re.sub(r"[.,]", "", digits), ""
    return re.sub(r"[.,]", "", digits[:last]), tail


def format_rupiah(amount_idr: int) -> str:
    """`Rp45.000`, with the sign before it when below zero."""
    return f"{'-' if amount_idr < 0 else ''}Rp{abs(amount_idr):,}".replace(",", ".")
