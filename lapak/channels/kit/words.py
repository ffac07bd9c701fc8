"""The words for a problem, in the same four parts as those for a fault (see `lapak.core.words`), and for a key."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from lapak.core.words import Words
from lapak.domain.connection import KeyField
from lapak.domain.listing import Problem


@cache
def _told(file: str) -> Any:  # Any: each file has a shape of its own
    return tomllib.loads((resources.files("lapak.channels.kit") / file).read_text("utf-8"))


def words_for_key(field: KeyField, *, channel: str, language: str = "id") -> tuple[str, str]:
    """The label of a key an owner types, and where to find it. Raises KeyError for one without words."""
    told: Mapping[str, str] = _told("keys.toml")[field.name][language]
    return told["label"], told["where"].format(channel=channel)


def words_for_problem(problem: Problem, *, channel: str, title: str, language: str = "id") -> Words:
    """A problem as its owner reads it. Raises KeyError for a code without words (a test walks them all).

    Args:
        channel: the channel's name as shown. title: the product's.
    """
    limit = problem.limit
    facts = {
        "channel": channel,
        "title": title,
        "field": problem.field.removeprefix("attributes."),
        "limit": f"{int(limit):,}".replace(",", ".") if limit.isascii() and limit.isdigit() else limit,
        "sku": problem.sku,
        "allowed": ", ".join(problem.allowed) or "–",
    }
    told: Mapping[str, str] = _told("words.toml")["problem"][problem.code][language]
    return Words(**{part: told[part].format_map(facts) for part in ("happened", "means", "do", "button")})
