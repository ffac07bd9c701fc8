"""Portions a call can take."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

One = TypeVar("One")


def portions(everything: Iterable[One], *, most: int) -> Iterator[list[One]]:
    """The same in their order, `most` at a time."""
    rest = iter(everything)
    while portion := list(islice(rest, most)):
        yield portion
