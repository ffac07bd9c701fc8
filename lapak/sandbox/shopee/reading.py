"""Reads what a caller sent, as strictly as the platform does, and names what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

T = TypeVar("T")


class Refused(Exception):
    """Shopee says no: an error code of its documents, words, and perhaps more top-level fields."""

    def __init__(self, code: str, message: str, more: dict[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code, self.message, self.more = code, message, more or {}


def _wrong(name: str, why: str) -> Refused:
    return Refused("error_param", f"Wrong parameters, detail: {name} {why}.")


class Fields:
    """Named values of a JSON object. A reader raises Refused(error_param)."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) not in (None, [], "")

    def _one(self, name: str) -> Any:
        return self.values.get(name)

    def whole(self, name: str, *, default: int | None = None, low: int = 0, high: int = 2**63 - 1) -> int:
        """A whole number between bounds; required unless there is a default."""
        value = self._one(name)
        if value in (None, ""):
            if default is None:
                raise _wrong(name, "is required")
            return default
        if isinstance(value, str) and value.isascii() and value.lstrip("-").isdigit() and len(value) < 20:
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise _wrong(name, "must be a whole number")
        if not low <= value <= high:
            raise _wrong(name, f"must lie between {low} and {high}")
        return value

    def number(self, name: str) -> float:
        """A required JSON number."""
        value = self.values.get(name)
        if value is None:
            raise _wrong(name, "is required")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong(name, "must be a number")
        if not -1e15 < value < 1e15:
            raise _wrong(name, "is no sensible number")
        return float(value)

    def text(self, name: str, *, default: str | None = None) -> str:
        """Text; required and not empty unless there is a default."""
        value = self._one(name)
        if value in (None, "") and default is not None:
            return default
        if not isinstance(value, str) or not value:
            raise _wrong(name, "is required" if value in (None, "") else "must be a string")
        return value

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        """true or false."""
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise _wrong(name, "must be true or false")
        return value

    def inside(self, name: str) -> Fields | None:
        """An object inside, or None when it was not sent."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise _wrong(name, "must be an object")
        return Fields(value)

    def each(self, name: str, *, low: int = 1, high: int = 50) -> list[Fields]:
        """A list of objects with a permitted number of entries."""
        return [Fields(value) for value in self._list(name, dict, low=low, high=high)]

    def texts(self, name: str, *, low: int = 1, high: int = 50) -> list[str]:
        """A list of texts."""
        return self._list(name, str, low=low, high=high)

    def wholes(self, name: str, *, low: int = 1, high: int = 50) -> list[int]:
        """A list of whole numbers."""
        return self._list(name, int, low=low, high=high)

    def _list(self, name: str, kind: type[T], *, low: int, high: int) -> list[T]:
        value = self.values.get(name)
        if value is None and low == 0:
            return []
        if not isinstance(value, list):
            raise _wrong(name, "is required" if value is None else "must be a list")
        if not low <= len(value) <= high:
            raise _wrong(name, f"must have {low} to {high} entries")
        if not all(isinstance(entry, kind) and not isinstance(entry, bool) for entry in value):
            raise _wrong(name, f"must hold only {kind.__name__}")
        return value


class Query(Fields):
    """A query string: every name has a list of texts, of which a single value is the first."""

    def _one(self, name: str) -> Any:
        return next(iter(self.values.get(name, [])), None)

    def split(self, name: str, *, high: int = 50) -> list[str]:
        """A query list written with commas, repeated, or both: `a,b&x=c`."""
        parts = [part.strip() for text in self.values.get(name, []) for part in text.strip("[]").split(",")]
        parts = [part for part in parts if part]
        if len(parts) > high:
            raise _wrong(name, f"may have at most {high} entries")
        return parts

    def split_wholes(self, name: str, *, high: int = 50) -> list[int]:
        """As `split`, of whole numbers; at least one."""
        parts = self.split(name, high=high)
        if not parts or not all(part.isascii() and part.isdigit() and len(part) < 20 for part in parts):
            raise _wrong(name, "must be a list of ids")
        return [int(part) for part in parts]
