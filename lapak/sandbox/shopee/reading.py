"""Reads what a caller sent and refuses in Shopee's words."""

from __future__ import annotations

from typing import Any

from lapak.sandbox import fields


class Refused(Exception):
    """Shopee says no: an error code of its documents, words, and perhaps more top-level fields."""

    def __init__(self, code: str, message: str, more: dict[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code, self.message, self.more = code, message, more or {}


class Fields(fields.Fields):
    """Named values of a JSON object. A reader raises Refused(error_param)."""

    def wrong(self, name: str, why: str) -> Refused:
        """The refusal of one value."""
        return Refused("error_param", f"Wrong parameters, detail: {name} {why}.")


class Query(Fields):
    """A query string: every name has a list of texts, of which a single value is the first."""

    def _one(self, name: str) -> Any:
        return next(iter(self.values.get(name, [])), None)

    def split(self, name: str, *, high: int = 50) -> list[str]:
        """A query list written with commas, repeated, or both: `a,b&x=c`."""
        parts = [part.strip() for text in self.values.get(name, []) for part in text.strip("[]").split(",")]
        parts = [part for part in parts if part]
        if len(parts) > high:
            raise self.wrong(name, f"may have at most {high} entries")
        return parts

    def split_wholes(self, name: str, *, high: int = 50) -> list[int]:
        """As `split`, of whole numbers; at least one."""
        parts = self.split(name, high=high)
        if not parts or not all(part.isascii() and part.isdigit() and len(part) < 20 for part in parts):
            raise self.wrong(name, "must be a list of ids")
        return [int(part) for part in parts]
