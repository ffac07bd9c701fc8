"""The templates and their words."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, kw_only=True)
class Template:
    """A template: the names of its words in their order, its bodies by language, whether the words are secret."""

    name: str
    words: tuple[str, ...]
    category: str
    secret: bool
    bodies: Mapping[str, str]

    def in_order(self, words: Mapping[str, str]) -> list[str]:
        """The words as the platform takes them. Raises: ValueError when one is missing, empty or too many."""
        if set(words) != set(self.words) or not all(words.values()):
            raise ValueError(f"{self.name} takes {', '.join(self.words)}, got {', '.join(words)}")
        return [words[name] for name in self.words]


@cache
def templates() -> Mapping[str, Template]:
    """Every template by name."""
    known = tomllib.loads((resources.files(__package__) / "templates.toml").read_text("utf-8"))
    return {
        name: Template(
            name=name,
            words=tuple(entry["words"]),
            category=entry["category"],
            secret=entry["secret"],
            bodies={language: entry[language] for language in ("id", "en")},
        )
        for name, entry in known.items()
    }
