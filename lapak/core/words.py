"""The words for a fault: what happened, what it means, what to do now, and the button. Indonesian first, then English.

Each package keeps its words beside its errors in `words.toml`:

    [listing_refused.id]
    happened = "{channel} menolak {title}."
    means = "Produk ini belum tampil di {channel}; di saluran lain tetap berjualan."
    do = "Perbaiki bagian yang ditandai, lalu kirim ulang."
    button = "Perbaiki produk"
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from lapak.core.errors import LapakError

LANGUAGES = ("id", "en")


@dataclass(frozen=True)
class Words:
    """A fault in one language, ready to show."""

    happened: str
    means: str
    do: str
    button: str


class _Gaps(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "–"


@cache
def _words_of(package: str) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    file = resources.files(package) / "words.toml"
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}


def words_for(fault: LapakError | type[LapakError], *, language: str = "id", **told: object) -> Words:
    """The words for a fault, its facts filled in; a fact that is missing shows as a dash.

    Raises: KeyError when a package forgot the words of one of its errors (a test walks them all).
    """
    kind = fault if isinstance(fault, type) else type(fault)
    facts = _Gaps({**(fault.told if isinstance(fault, LapakError) else {}), **told})
    for parent in kind.__mro__:
        if not issubclass(parent, LapakError):
            break
        entry = _words_of(_package_of(parent)).get(kind.code)
        if entry is not None:
            chosen = entry[language]
            return Words(**{part: chosen[part].format_map(facts) for part in ("happened", "means", "do", "button")})
    raise KeyError(kind.code)


def reason_words(reason: str, *, language: str = "id", **told: object) -> str:
    """Why an entry cannot be used, for the `reason` of an `Invalid`; its facts filled in, a missing one as a dash.

    Each package of ours keeps its reasons in `reasons.toml`: `[nik_date]`, `id = "…"`, `en = "…"`.
    Raises: KeyError when a package forgot the words of one of its reasons (a test walks them all).
    """
    return _reasons()[reason][language].format_map(_Gaps(told))


@cache
def _reasons() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {}
    for package in sorted(resources.files("lapak").iterdir(), key=lambda entry: entry.name):
        file = package / "reasons.toml"
        if package.is_dir() and file.is_file():
            for reason, words in tomllib.loads(file.read_text("utf-8")).items():
                if reason in found:
                    raise ValueError(f"the reason {reason} is told in two packages")
                found[reason] = words
    return found


def _package_of(kind: type) -> str:
    return kind.__module__.rpartition(".")[0]
