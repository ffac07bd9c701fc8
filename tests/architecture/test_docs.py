"""The papers say what is true: links lead somewhere, commands exist, references are current."""

import re
from pathlib import Path

import pytest

from lapak.config.cli import parser
from lapak.config.reference import PACKAGE, SETTINGS, leaves, pages, settings_read

ROOT = PACKAGE.parent
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")


def _name(paper: Path) -> str:
    return str(paper.relative_to(ROOT))


@pytest.mark.parametrize("paper", PAPERS, ids=_name)
def test_links_between_papers_lead_somewhere(paper: Path) -> None:
    text = re.sub(r"```.*?```", "", paper.read_text("utf-8"), flags=re.DOTALL)
    targets = [link.partition("#")[0] for link in LINK.findall(text) if not re.match(r"[a-z]+:", link)]
    assert [target for target in targets if target and not (paper.parent / target).exists()] == []


@pytest.mark.parametrize("paper", PAPERS, ids=_name)
def test_commands_in_the_papers_exist(paper: Path) -> None:
    goals = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    words = set(_commands())
    for line in _code(paper.read_text("utf-8")):
        if make := re.match(r"make ((?:[a-z-]+ ?)+)(?:$|[^a-z-])", line):
            assert set(make[1].split()) <= goals, line
        if lapak := re.match(r"(?:\.venv/bin/)?lapak ((?:[a-z][a-z-]* ?)+)(?:$|[^a-z-])", line):
            said = lapak[1].split()
            assert " ".join(said[:1]) in words or " ".join(said[:2]) in words, line


@pytest.mark.parametrize("name", pages())
def test_the_reference_is_current(name: str) -> None:
    assert (ROOT / "docs" / "reference" / name).read_text("utf-8") == pages()[name], "run `make reference`"


def test_every_setting_is_explained_and_nothing_else_is() -> None:
    explained = [name for names in SETTINGS.values() for name in names]
    assert sorted(explained) == sorted(settings_read())


def _code(text: str) -> list[str]:
    """Lines of code blocks, and inline code."""
    blocks = re.findall(r"```[a-z]*\n(.*?)```", text, flags=re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines()] + re.findall(r"`([^`\n]+)`", text)


def _commands() -> list[str]:
    return [" ".join(words[1:]) for words, _ in leaves(parser(), ["lapak"])]
