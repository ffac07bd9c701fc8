"""The words for a reason code: one sentence beside a field, or in the "Alasan" column of a result sheet.

They lie in `words.toml` under `[reason.<code>]`, each in Indonesian and English, beside the words of the errors.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources


class _Gaps(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "–"


@cache
def reasons() -> Mapping[str, Mapping[str, str]]:
    """code → language ("id", "en") → sentence with `{gaps}`."""
    found: Mapping[str, Mapping[str, str]] = tomllib.loads(
        (resources.files(__package__) / "words.toml").read_text("utf-8")
    )["reason"]
    return found


def reason_text(reason: str, *, language: str = "id", told: Mapping[str, object] | None = None) -> str:
    """The sentence for a reason, its gaps filled; a fact that is missing shows as a dash. Raises: KeyError."""
    return reasons()[reason][language].format_map(_Gaps(told or {}))
