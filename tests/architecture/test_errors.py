"""Every fault has one class, one code and the words for it, Indonesian and English."""

import tomllib
from pathlib import Path
from string import Formatter

import pytest

from lapak.config.reference import PACKAGE, errors
from lapak.core.errors import LapakError
from lapak.core.words import LANGUAGES, words_for

ERRORS = errors()
WORDS = sorted(PACKAGE.rglob("words.toml"))
PARTS = ("happened", "means", "do", "button")


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.code)
def test_every_fault_says_what_happened_what_it_means_and_what_to_do(kind: type[LapakError]) -> None:
    for language in LANGUAGES:
        words = words_for(kind, language=language)
        assert all(getattr(words, part).strip() for part in PARTS), (kind.code, language)


def test_one_code_names_one_fault() -> None:
    codes = [kind.code for kind in ERRORS if "code" in vars(kind)]
    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("file", WORDS, ids=lambda file: str(file.parent.relative_to(PACKAGE)))
def test_words_have_a_fault_and_both_languages_tell_the_same_facts(file: Path) -> None:
    known = {kind.code for kind in ERRORS}
    for code, entry in tomllib.loads(file.read_text("utf-8")).items():
        for one, languages in entry.items() if code == "problem" else [(code, entry)]:
            assert one in known or code == "problem", f"{one}: words without a fault"
            assert set(languages) == set(LANGUAGES), one
            facts = [_facts(languages[language]) for language in LANGUAGES]
            assert facts[0] == facts[1], one


def _facts(words: dict[str, str]) -> set[str]:
    assert set(words) == set(PARTS)
    return {name for text in words.values() for _, name, _, _ in Formatter().parse(text) if name}
