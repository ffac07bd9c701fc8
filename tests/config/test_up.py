"""`lapak up`, started and killed as a real process. Starts are dear, so tests that only look share one."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from lapak.config.home import APP_ROLE, OWNER_ROLE, Home
from tests.config.house import ROOT, House, command, environ, eventually, free_port, house, processes_of, stop

pytestmark = [pytest.mark.process, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for the module; the first start prepares it, the others find it prepared."""
    return tmp_path_factory.mktemp("house") / "data"


@pytest.fixture(scope="module")
def running(data: Path) -> Iterator[House]:
    """A Lapak made from an empty folder."""
    with house(data) as one:
        yield one


def test_an_empty_folder_becomes_a_running_lapak(running: House) -> None:
    assert running.answers("/health/live") == 200
    assert running.answers("/health/ready") == 200


def test_the_role_of_the_web_can_neither_change_tables_nor_rewrite_history(running: House) -> None:
    forbidden: tuple[LiteralString, ...] = (
        "UPDATE core_event SET name = 'Other'",
        "DELETE FROM core_event",
        "TRUNCATE core_event",
        "ALTER TABLE core_event ADD extra int",
        "CREATE TABLE mine (x int)",
        "UPDATE lapak_prepared SET digest = ''",
    )
    with psycopg.connect(Home(running.data).database_url(APP_ROLE), autocommit=True) as app:
        app.execute("INSERT INTO core_event (name, facts, lane, recorded_at) VALUES ('Tried', '{}', 'x', now())")
        for words in forbidden:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(words)


def test_two_lapaks_never_share_a_folder(running: House) -> None:
    second = _told("up", "--port", str(free_port()), data=running.data)
    assert second.returncode == 1
    assert f"process {running.process.pid}" in second.stderr
    assert "--data" in second.stderr
    assert "Traceback" not in second.stderr
    assert running.answers() == 200


def test_a_taken_port_is_named_with_the_option_that_changes_it(running: House) -> None:
    other = _told("up", "--port", str(running.port), data=running.data.with_name("other"))
    assert other.returncode == 1
    assert str(running.port) in other.stderr
    assert "--port" in other.stderr


def test_the_doctor_finds_a_running_lapak_well(running: House) -> None:
    said = _told("doctor", "--json", data=running.data)
    found = {line["name"]: line for line in json.loads(said.stdout)}
    assert said.returncode == 0
    healthy = ("data folder", "secrets", "database", "migrations", "role", "worker", "web", "static files")
    assert {name: found[name]["state"] for name in healthy} == dict.fromkeys(healthy, "ok")


def test_the_doctor_says_what_to_do_about_secrets_that_others_can_read(running: House) -> None:
    secrets = running.data / "secrets.json"
    secrets.chmod(0o644)
    try:
        said = _told("doctor", data=running.data)
    finally:
        secrets.chmod(0o600)
    assert said.returncode == 1
    assert f"chmod 600 {secrets}" in said.stdout


def test_lapak_runs_on_a_database_from_elsewhere(running: House, tmp_path: Path) -> None:
    lent = Home(running.data)
    more = {
        "LAPAK_DATABASE_URL": lent.database_url(APP_ROLE),
        "LAPAK_OWNER_DATABASE_URL": lent.database_url(OWNER_ROLE),
    }
    with house(tmp_path / "guest", more=more) as guest:
        assert guest.answers() == 200
        assert not (guest.data / "postgres").exists()


@pytest.mark.parametrize("words", ["cli worker", "granian", "postgres -D"])
def test_a_part_that_is_killed_comes_back(running: House, words: str) -> None:
    killed = running.parts(words)[0]
    killed.kill()
    eventually(lambda: any(part.pid != killed.pid for part in running.parts(words)), within_s=30)
    eventually(lambda: running.answers() == 200 and _worker_beats(running.data), within_s=30)


def test_sigterm_ends_all_of_it(running: House) -> None:
    assert stop(running) == 0
    assert processes_of(running.data) == []


def test_nothing_survives_the_supervisor_and_the_next_start_prepares_nothing(data: Path) -> None:
    with house(data) as first:
        first.process.kill()
        eventually(lambda: processes_of(data) == [], within_s=30)
    stranger = subprocess.Popen(["sleep", "100"], start_new_session=True)  # has the number of a part that died
    (data / "run" / "web.json").write_text(json.dumps({"pid": stranger.pid, "born": 12.5}))
    try:
        with house(data) as second:
            assert "preparing" not in second.log.read_text()
            assert stranger.poll() is None
            leader = second.parts("granian")[0]
            orphans = leader.children()  # nobody will tell them that their leader died with the supervisor
            assert orphans
            second.process.kill()
            leader.kill()
            with house(data, port=second.port) as third:
                assert third.answers() == 200
                assert not any(orphan.is_running() for orphan in orphans)
    finally:
        stranger.kill()
        stranger.wait()


def test_jobs_of_a_killed_worker_are_done_within_a_minute(data: Path, tmp_path: Path) -> None:
    """One job alone in its lane, and one behind which another waits: the first goes back, the second gives way."""
    notes = tmp_path / "notes"
    more = {
        "DJANGO_SETTINGS_MODULE": "tests.config.slow.settings",
        "LAPAK_WORKER_HEARTBEAT_S": "1",
        "LAPAK_WORKER_STALLED_S": "4",
        "SLOW_FILE": str(notes),
    }
    with house(data, more=more) as running:
        _queue("alone", "followed", more=environ(data, more))
        eventually(lambda: notes.exists() and notes.read_text().count("begun") == 2, within_s=30)
        _queue("followed", more=environ(data, more))
        running.parts("cli worker")[0].kill()
        eventually(lambda: {"done alone", "done followed"} <= set(notes.read_text().splitlines()), within_s=60)
        with psycopg.connect(Home(data).database_url(OWNER_ROLE), autocommit=True) as owner:
            left = (
                "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'slow.work' AND status IN ('todo', 'doing')"
            )
            eventually(lambda: owner.execute(left).fetchone() == (0,), within_s=30)


def _told(*arguments: str, data: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command(*arguments), env=environ(data), cwd=ROOT, capture_output=True, text=True, timeout=60)


def _queue(*lanes: str, more: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, "-m", "tests.config.slow.queue", *lanes], check=True, cwd=ROOT, env=more, timeout=60
    )


def _worker_beats(data: Path) -> bool:
    """Whether a worker has said within 15 s that it lives."""
    with psycopg.connect(Home(data).database_url(OWNER_ROLE)) as owner:
        row = owner.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '15 s'"
        ).fetchone()
    return row is not None and bool(row[0])
