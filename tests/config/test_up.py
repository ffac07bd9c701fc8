"""`lapak up`, started and killed as a real process."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from lapak.config.home import APP_ROLE, OWNER_ROLE, Home
from tests.config.house import ROOT, command, environ, eventually, free_port, house, processes_of, stop

pytestmark = [pytest.mark.process, pytest.mark.timeout(240)]
SLOW = {
    "DJANGO_SETTINGS_MODULE": "tests.config.slow.settings",
    "LAPAK_WORKER_HEARTBEAT_S": "1",
    "LAPAK_WORKER_STALLED_S": "4",
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for the module; the first start prepares it, the others find it prepared."""
    return tmp_path_factory.mktemp("house") / "data"


def test_an_empty_folder_becomes_a_running_lapak_and_sigterm_ends_all_of_it(data: Path) -> None:
    with house(data) as running:
        assert running.answers() == 200
        assert running.answers("/health/live") == 200
        assert stop(running) == 0
        assert processes_of(data) == []


def test_a_second_start_is_ready_within_ten_seconds_and_prepares_nothing(data: Path) -> None:
    began = time.monotonic()
    with house(data) as running:
        assert time.monotonic() - began < 10
        assert "preparing" not in running.log.read_text()


def test_the_role_of_the_web_can_neither_change_tables_nor_rewrite_history(data: Path) -> None:
    with house(data), psycopg.connect(Home(data).database_url(APP_ROLE), autocommit=True) as app:
        app.execute("INSERT INTO core_event (name, facts, lane, recorded_at) VALUES ('Tried', '{}', 'x', now())")
        forbidden: tuple[LiteralString, ...] = (
            "UPDATE core_event SET name = 'Other'",
            "DELETE FROM core_event",
            "TRUNCATE core_event",
            "ALTER TABLE core_event ADD extra int",
            "CREATE TABLE mine (x int)",
            "UPDATE lapak_prepared SET digest = ''",
        )
        for words in forbidden:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(words)


def test_two_lapaks_never_share_a_folder(data: Path) -> None:
    with house(data) as running:
        second = subprocess.run(
            command("up", "--port", str(free_port())), env=environ(data), capture_output=True, text=True, timeout=30
        )
        assert second.returncode == 1
        assert f"process {running.process.pid}" in second.stderr
        assert "--data" in second.stderr
        assert "Traceback" not in second.stderr
        assert running.answers() == 200


def test_a_taken_port_is_named_with_the_option_that_changes_it(data: Path) -> None:
    with house(data) as running:
        other = subprocess.run(
            command("up", "--port", str(running.port), "--data", str(data.with_name("other"))),
            env=environ(data), capture_output=True, text=True, timeout=30,
        )  # fmt: skip
        assert other.returncode == 1
        assert str(running.port) in other.stderr
        assert "--port" in other.stderr


@pytest.mark.parametrize("words", ["granian", "cli worker", "postgres -D"])
def test_a_part_that_is_killed_comes_back(data: Path, words: str) -> None:
    with house(data) as running:
        killed = running.parts(words)[0]
        killed.kill()
        eventually(lambda: any(part.pid != killed.pid for part in running.parts(words)), within_s=20)
        eventually(lambda: running.answers() == 200 and worker_beats(data), within_s=20)
        assert stop(running) == 0
        assert processes_of(data) == []


def test_nothing_survives_when_the_supervisor_is_killed_and_the_next_start_works(data: Path) -> None:
    with house(data) as running:
        running.process.kill()
        eventually(lambda: processes_of(data) == [], within_s=20)
    with house(data) as running:
        assert running.answers() == 200


def test_orphans_of_a_killed_server_are_ended_at_the_next_start(data: Path) -> None:
    """The server's leader dies with the supervisor, at once; its own workers have nobody who tells them."""
    with house(data) as running:
        leader = running.parts("granian")[0]
        orphans = leader.children()
        assert orphans
        running.process.kill()
        leader.kill()
        with house(data, port=running.port) as next_one:
            assert next_one.answers() == 200
            assert not any(orphan.is_running() for orphan in orphans)


@pytest.mark.parametrize("another_waits", [False, True], ids=["alone in its lane", "another waits in its lane"])
def test_a_job_whose_worker_is_killed_is_done_within_a_minute(data: Path, tmp_path: Path, another_waits: bool) -> None:
    more = {**SLOW, "SLOW_FILE": str(tmp_path / "notes")}
    notes = tmp_path / "notes"
    with house(data, more=more) as running:
        queue = [sys.executable, "-m", "tests.config.slow.queue", tmp_path.name]
        subprocess.run(queue, check=True, cwd=ROOT, env=environ(data, more), timeout=30)
        eventually(notes.exists, within_s=20)
        if another_waits:
            subprocess.run(queue, check=True, cwd=ROOT, env=environ(data, more), timeout=30)
        running.parts("cli worker")[0].kill()
        eventually(lambda: f"done {tmp_path.name}" in notes.read_text(), within_s=60)
        with psycopg.connect(Home(data).database_url(OWNER_ROLE)) as owner:
            left = (
                "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'slow.work' AND status IN ('todo', 'doing')"
            )
            eventually(lambda: owner.execute(left).fetchone() == (0,), within_s=20)


def test_a_number_noted_for_a_dead_process_that_a_stranger_has_now_is_left_alone(data: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"], start_new_session=True)
    try:
        (data / "run" / "web.json").write_text(json.dumps({"pid": stranger.pid, "born": 12.5}))
        with house(data):
            assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_lapak_runs_on_a_database_from_elsewhere(data: Path, tmp_path: Path) -> None:
    with house(data):
        lent = Home(data)
        more = {
            "LAPAK_DATABASE_URL": lent.database_url(APP_ROLE),
            "LAPAK_OWNER_DATABASE_URL": lent.database_url(OWNER_ROLE),
        }
        with house(tmp_path / "guest", more=more) as guest:
            assert guest.answers() == 200
            assert not (guest.data / "postgres").exists()


def worker_beats(data: Path) -> bool:
    """Whether a worker has said within 15 s that it lives."""
    with psycopg.connect(Home(data).database_url(OWNER_ROLE)) as owner:
        row = owner.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '15 s'"
        ).fetchone()
    return row is not None and bool(row[0])
