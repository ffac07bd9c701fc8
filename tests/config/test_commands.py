"""Commands over a prepared database, as an operator runs them."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from lapak.config import postgres
from lapak.config.home import OWNER_ROLE, Home
from tests.config.house import ROOT, command, environ

pytestmark = [pytest.mark.process, pytest.mark.timeout(240)]
SHEET = ROOT / "examples" / "oleh-oleh-bu-sari"
REGISTER = (
    "from lapak.config.commands.database import database\n"
    "with database():\n"
    "    from lapak.registry.services import register_business\n"
    "    print(register_business(actor_person=None, name='Warung Uji Rasa', region_code='32.73.02'))"
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A prepared data folder whose database runs; nothing else does."""
    folder = tmp_path_factory.mktemp("commands") / "data"
    with postgres.running(Home(folder)):
        early = _told("business", "list", data=folder)
        assert (early.returncode, "lapak migrate" in early.stderr) == (1, True)
        assert _told("migrate", data=folder).stdout.splitlines()[-1] == "ready"
        yield folder


@pytest.fixture(scope="module")
def business(data: Path) -> str:
    said = subprocess.run([sys.executable, "-c", REGISTER], env=environ(data), cwd=ROOT, capture_output=True, text=True)
    return said.stdout.strip()


def test_a_business_is_listed_and_shown_with_its_ladder(data: Path, business: str) -> None:
    listed = _told("business", "list", "--region", "32.73", data=data)
    assert listed.stdout.split()[:2] == [business, "32.73.02"]
    shown = _told("business", "show", business, data=data)
    assert "Warung Uji Rasa" in shown.stdout
    assert "registered" in shown.stdout


def test_a_sheet_is_rehearsed_then_taken_in_and_a_messy_one_says_which_rows_stay_out(data: Path, business: str) -> None:
    def taken(sheet: str, *more: str) -> "subprocess.CompletedProcess[str]":
        return _told("products", "import", str(SHEET / sheet), "--business", business, *more, data=data)

    rehearsed = taken("produk.xlsx", "--photos", str(SHEET / "foto"), "--dry-run")
    assert rehearsed.stdout.startswith("rehearsed, nothing written")
    real = taken("produk.xlsx", "--photos", str(SHEET / "foto"))
    assert real.returncode == 0, real.stderr
    assert real.stdout.partition(": ")[2] == rehearsed.stdout.partition(": ")[2]
    again = taken("produk.xlsx")
    assert "created" not in again.stdout
    messy = taken("produk-berantakan.xlsx")
    assert messy.returncode == 1
    assert messy.stderr.startswith("row ")
    assert "Traceback" not in messy.stderr


def test_the_empty_sheet_is_written(data: Path, tmp_path: Path) -> None:
    assert _told("products", "template", str(tmp_path / "isi.xlsx"), data=data).returncode == 0
    assert (tmp_path / "isi.xlsx").read_bytes()[:2] == b"PK"


def test_staff_are_hired_with_a_strong_password_only_and_never_half(data: Path) -> None:
    hire = ("staff", "create", "petugas@dinas.example", "--name", "Petugas Uji", "--role", "officer")
    weak = _told(*hire, "--nation", data=data, typed="12345\n")
    assert (weak.returncode, "password" in weak.stderr) == (1, True)
    without_region = _told(*hire, data=data, typed="kunci-panjang-dan-aneh-77\n")
    assert without_region.returncode == 1
    good = _told(*hire, "--nation", data=data, typed="kunci-panjang-dan-aneh-77\n")
    assert good.returncode == 0, good.stderr  # so the refused one left no account behind


def test_parked_work_is_listed_and_tried_again(data: Path) -> None:
    with psycopg.connect(Home(data).database_url(OWNER_ROLE), autocommit=True) as owner:
        owner.execute(
            "WITH event AS (INSERT INTO core_event (name, facts, lane, recorded_at)"
            " VALUES ('Tried', '{}', 'x', now()) RETURNING id)"
            " INSERT INTO core_delivery (event_id, listener, lane, tries, due_at, parked_at, fault)"
            " SELECT id, 'a.listener', 'x', 9, now(), now(), 'too many tries' FROM event"
        )
    parked = _told("jobs", "parked", data=data).stdout
    assert "a.listener: too many tries" in parked
    assert _told("jobs", "retry", parked.split()[0], data=data).returncode == 0
    assert _told("jobs", "retry", "--all", data=data).returncode == 1


def test_a_list_that_cannot_be_read_changes_nothing_and_says_why(data: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "kbli.csv"
    wrong.write_text("bukan,daftar\n1,2\n")
    said = _told("reference", "load", "kbli", str(wrong), data=data)
    assert said.returncode == 1
    assert "kbli.csv" in said.stderr


def test_every_channel_tells_its_tier_and_evidence(data: Path) -> None:
    said = _told("channel", "check", data=data)
    assert said.returncode == 0
    assert "shopee: " in said.stdout


def _told(*arguments: str, data: Path, typed: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command(*arguments), env=environ(data), cwd=ROOT, input=typed,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
