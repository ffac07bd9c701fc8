"""The words for a problem, in the same four parts as those for a fault (see `lapak.core.words`)."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from lapak.core.words import Words
from lapak.domain.listing import Problem


@cache
def _problems() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    file = resources.files("lapak.channels.kit") / "words.toml"
    found: Mapping[str, Mapping[str, Mapping[str, str]]] = tomllib.loads(file.read_text("utf-8"))["problem"]
    return found


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
    told = _problems()[problem.code][language]
    return Words(**{part: told[part].format_map(facts) for part in ("happened", "means", "do", "button")})
