"""Every fault and every reason of these packages has its words, in both languages."""

import ast
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from string import Formatter

import pytest

import lapak
from lapak.core.errors import every_error
from lapak.core.words import LANGUAGES, reason_words, words_for

OURS = ("core", "reference", "registry", "accounts", "messaging")
ROOT = Path(lapak.__file__).parent


def _reasons_raised() -> Iterator[tuple[str, str]]:
    """Each `reason="…"` that is written in a call, and each text of a table of reasons, with its file."""
    for package in OURS:
        for file in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    for argument in node.keywords:
                        if argument.arg == "reason":
                            yield from ((text, file.name) for text in _texts(argument.value))
                elif isinstance(node, ast.Assign) and any(
                    isinstance(target, ast.Name) and target.id == "reasons" for target in node.targets
                ):
                    yield from ((text, file.name) for text in _texts(node.value))


def _texts(value: ast.expr) -> Iterator[str]:
    return (part.value for part in ast.walk(value) if isinstance(part, ast.Constant) and isinstance(part.value, str))


RAISED = sorted(set(_reasons_raised()))


def test_reasons_are_found_at_all() -> None:
    names = {reason for reason, _ in RAISED}
    assert {"nik_date", "phone_long", "not_money", "email_form", "region_unknown"} <= names
    assert len(names) > 25


@pytest.mark.parametrize(("reason", "file"), RAISED)
def test_every_reason_has_words_in_both_languages(reason: str, file: str) -> None:
    for language in LANGUAGES:
        words = reason_words(reason, language=language)
        assert words[0].islower() or words[0].isupper(), f"{reason} of {file}"
        assert not words.endswith("."), "the door puts the sentence together"


def test_a_reason_tells_its_facts() -> None:
    assert "13 angka; yang Anda tulis 12" in reason_words("nib_length", length=12)
    assert "–" in reason_words("nib_length")
    with pytest.raises(KeyError):
        reason_words("nobody_said_this")


@pytest.mark.parametrize("package", OURS)
def test_no_reason_is_kept_that_nobody_raises(package: str) -> None:
    file = ROOT / package / "reasons.toml"
    kept = set(tomllib.loads(file.read_text("utf-8"))) if file.exists() else set()
    assert kept <= {reason for reason, _ in RAISED}


@pytest.mark.parametrize("package", ["reference", "registry", "accounts"])
def test_every_fault_has_its_words(package: str) -> None:
    import_module(f"lapak.{package}.errors")
    ours = [kind for kind in every_error() if kind.__module__.startswith(f"lapak.{package}.")]
    assert ours
    for kind in ours:
        for language in LANGUAGES:
            words = words_for(kind, language=language)
            assert all((words.happened, words.means, words.do, words.button))


def test_the_two_languages_name_the_same_facts() -> None:
    for package in OURS:
        file = ROOT / package / "reasons.toml"
        for reason, words in (tomllib.loads(file.read_text("utf-8")) if file.exists() else {}).items():
            facts = [{part[1] for part in Formatter().parse(words[language]) if part[1]} for language in LANGUAGES]
            assert facts[0] == facts[1], reason
