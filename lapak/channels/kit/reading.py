"""Reads what a channel answered, with care: a reply is a stranger's, so nothing in it may crash us.

A field that is missing or null where we need it, or of another kind than documented, is `NotUnderstood`, never a
KeyError. Unknown fields are ignored. Text loses what PostgreSQL cannot store (NUL, lone surrogates).
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

from lapak.channels.kit.errors import NotUnderstood

BIGGEST = 2**63 - 1  # what our own tables can hold


class Part:
    """A JSON object of a reply. `at` is its place in the reply, for the fault's facts."""

    def __init__(self, fields: Mapping[str, object], *, channel: str, at: str = "") -> None:
        self._fields, self._channel, self._at = fields, channel, at

    def __contains__(self, name: str) -> bool:
        return self._fields.get(name) is not None

    def names(self) -> list[str]:
        return list(self._fields)

    def part(self, name: str) -> "Part":
        """The object under a name; an empty one when it is missing or null."""
        value = self._fields.get(name)
        if value is None:
            value = {}
        if not isinstance(value, dict):
            raise self.strange(name)
        return Part(value, channel=self._channel, at=self._place(name))

    def parts(self, name: str) -> list["Part"]:
        """The list of objects under a name; empty when it is missing or null."""
        return [
            Part(self._object(name, entry), channel=self._channel, at=f"{self._place(name)}[{index}]")
            for index, entry in enumerate(self._list(name))
        ]

    def texts(self, name: str) -> list[str]:
        """The list of texts (or numbers, as text) under a name; empty when it is missing or null."""
        return [self._as_text(name, entry) for entry in self._list(name)]

    def text(self, name: str, default: str = "") -> str:
        """A text, or a number as text (ids come as both). `default` when it is missing or null."""
        value = self._fields.get(name)
        return default if value is None else self._as_text(name, value)

    def needed(self, name: str) -> str:
        """A text that must be there and not be empty."""
        found = self.text(name)
        if not found:
            raise self.strange(name)
        return found

    def flag(self, name: str) -> bool:
        """Whether a name says yes; missing, null, 0, "" and "false" say no."""
        value = self._fields.get(name)
        return value not in (None, False, 0, "", "false", "False", "0")

    def whole(self, name: str, default: int | None = None) -> int:
        """A number as a whole one, half rounded up; also when written as text. Needed unless a default is given."""
        found = self.decimal(name)
        if found is None:
            if default is None:
                raise self.strange(name)
            return default
        return int(found.to_integral_value(ROUND_HALF_UP))

    def decimal(self, name: str) -> Decimal | None:
        """A number exactly as it was written; None when it is missing, null or an empty text."""
        value = self._fields.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            raise self.strange(name)
        try:
            number = Decimal(value)
            in_range = number.is_finite() and -BIGGEST <= number <= BIGGEST
        except ArithmeticError:
            raise self.strange(name) from None
        if not in_range:
            raise self.strange(name)
        return number

    def moment(self, name: str) -> datetime | None:
        """Unix seconds as an aware moment in UTC; None when missing, null or 0."""
        seconds = self.whole(name, 0)
        if seconds == 0:
            return None
        try:
            return datetime.fromtimestamp(seconds, UTC)
        except (OverflowError, ValueError, OSError):
            raise self.strange(name) from None

    def strange(self, name: str) -> NotUnderstood:
        """The fault for a field that is not what the documents say."""
        return NotUnderstood(channel=self._channel, field=self._place(name))

    def _place(self, name: str) -> str:
        return f"{self._at}.{name}" if self._at else name

    def _list(self, name: str) -> list[object]:
        value = self._fields.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.strange(name)
        return value

    def _object(self, name: str, entry: object) -> Mapping[str, object]:
        if not isinstance(entry, dict):
            raise self.strange(name)
        return entry

    def _as_text(self, name: str, value: object) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            raise self.strange(name)
        if isinstance(value, int) and abs(value) > BIGGEST:  # str() of a huge number is slow, and no id is that long
            raise self.strange(name)
        return str(value).replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def read_json(body: bytes, *, channel: str) -> Part:
    """Parse a JSON object. Raises NotUnderstood for anything else: HTML, half a body, NaN, nesting without end."""
    try:
        found = json.loads(body, parse_float=Decimal, parse_constant=_no_constants)
    except (ValueError, RecursionError, ArithmeticError):
        raise NotUnderstood(channel=channel, field="body") from None
    if not isinstance(found, dict):
        raise NotUnderstood(channel=channel, field="body")
    return Part(found, channel=channel)


def _no_constants(text: str) -> object:
    raise ValueError(text)
