"""The command line: quick to help, short when it refuses, never a trace that nobody asked for."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from lapak.config import cli
from tests.config.house import ROOT, command, environ


def _told(*arguments: str, data: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command(*arguments), env=environ(data, more), cwd=ROOT, capture_output=True, text=True, timeout=60
    )


def test_help_loads_neither_django_nor_the_database_driver() -> None:
    look = (
        "import sys; from lapak.config.cli import parser; parser().format_help()\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'django', 'psycopg', 'httpx2', 'granian'}))"
    )
    began = time.process_time()
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True, cwd=ROOT)
    assert said.stdout.strip() == "[]"
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("up", "--port", "eighty"), "'eighty' is no port"),
        (("up", "--port", "70000"), "is no port"),
        (("business", "show", "7"), "'7' is no id"),
        (("dance",), "invalid choice"),
        (("sandbox", "buy", "shopee"), "--shop"),
        ((), "COMMAND"),
    ],
)
def test_what_is_not_understood_is_refused_in_one_line(
    arguments: tuple[str, ...], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said.count("\n") == 1
    assert named in said
    assert "--help" in said


def test_a_fault_is_told_in_the_language_of_the_terminal_and_without_a_trace(tmp_path: Path) -> None:
    """The practice platforms do not run: what happened, and what to do."""
    buy = ("sandbox", "buy", "shopee", "--shop", "1", "--sku", "KERIPIK")
    nowhere = {"LAPAK_SANDBOX_URL": "http://127.0.0.1:9"}
    english = _told(*buy, data=tmp_path, **nowhere)
    indonesian = _told(*buy, data=tmp_path, LANG="id_ID.UTF-8", **nowhere)
    assert (english.returncode, indonesian.returncode) == (1, 1)
    assert "does not answer" in english.stderr
    assert "lapak up" in english.stderr
    assert "tidak menjawab" in indonesian.stderr
    assert "Traceback" not in english.stderr + indonesian.stderr


def test_a_defect_shows_its_trace_only_when_asked(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{")
    plain, traced = (_told(*words, data=tmp_path) for words in (("channel", "check"), ("--trace", "channel", "check")))
    assert (plain.returncode, traced.returncode) == (1, 1)
    assert "--trace" in plain.stderr
    assert "Traceback" not in plain.stderr
    assert "Traceback" in traced.stderr


def test_the_doctor_of_an_empty_folder_says_what_to_do_and_makes_nothing(tmp_path: Path) -> None:
    data = tmp_path / "none"
    said = _told("doctor", data=data, LAPAK_PUBLIC_URL="http://127.0.0.1:9", LAPAK_SANDBOX_URL="http://127.0.0.1:9")
    assert said.returncode == 0
    assert "lapak up" in said.stdout
    assert not data.exists()
