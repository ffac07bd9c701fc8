"""Reads what a caller sent, as strictly as a platform does, and names what is wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Self, TypeVar

T = TypeVar("T")


class BadField(ValueError):
    """A value is missing or of the wrong kind; `name` says which, `why` what was expected."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name} {why}")
        self.name, self.why = name, why


class Fields:
    """Named values of a JSON object or a query. A reader raises what `wrong` makes: BadField, or a platform's own."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) not in (None, [], "")

    def wrong(self, name: str, why: str) -> Exception:
        """The refusal of one value."""
        return BadField(name, why)

    def _one(self, name: str) -> Any:
        return self.values.get(name)

    def whole(self, name: str, *, default: int | None = None, low: int = 0, high: int = 2**63 - 1) -> int:
        """A whole number between bounds; required unless there is a default."""
        value = self._one(name)
        if value in (None, ""):
            if default is None:
                raise self.wrong(name, "is required")
            return default
        if isinstance(value, str) and value.isascii() and value.lstrip("-").isdigit() and len(value) < 20:
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.wrong(name, "must be a whole number")
        if not low <= value <= high:
            raise self.wrong(name, f"must lie between {low} and {high}")
        return value

    def number(self, name: str) -> float:
        """A required JSON number."""
        value = self.values.get(name)
        if value is None:
            raise self.wrong(name, "is required")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(name, "must be a number")
        if not -1e15 < value < 1e15:
            raise self.wrong(name, "is no sensible number")
        return float(value)

    def text(self, name: str, *, default: str | None = None, most: int | None = None) -> str:
        """Text of at most so many characters; required and not empty unless there is a default."""
        value = self._one(name)
        if value in (None, "") and default is not None:
            return default
        if not isinstance(value, str) or not value:
            raise self.wrong(name, "is required" if value in (None, "") else "must be a string")
        if most is not None and len(value) > most:
            raise self.wrong(name, f"may have at most {most} characters")
        return value

    def one_of(self, name: str, allowed: Collection[str], *, default: str | None = None) -> str:
        """Text that must be among these; the default may be another."""
        value = self.text(name, default=default)
        if value != default and value not in allowed:
            raise self.wrong(name, f"must be one of {', '.join(allowed)}")
        return value

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        """true or false."""
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise self.wrong(name, "must be true or false")
        return value

    def maybe(self, name: str) -> Self | None:
        """An object inside, or None when it was not sent."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.wrong(name, "must be an object")
        return type(self)(value)

    def inside(self, name: str) -> Self:
        """An object inside that must be there."""
        found = self.maybe(name)
        if found is None:
            raise self.wrong(name, "is required")
        return found

    def each(self, name: str, *, low: int = 1, high: int = 50) -> list[Self]:
        """A list of objects with a permitted number of entries."""
        return [type(self)(value) for value in self._list(name, dict, low=low, high=high)]

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
            raise self.wrong(name, "is required" if value is None else "must be a list")
        if not low <= len(value) <= high:
            raise self.wrong(name, f"must have {low} to {high} entries")
        if not all(isinstance(entry, kind) and not isinstance(entry, bool) for entry in value):
            raise self.wrong(name, f"must hold only {kind.__name__}")
        return value
