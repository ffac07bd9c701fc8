"""A PostgreSQL of the test run's own: a fresh cluster in a temporary folder, ended with the run.

Loaded by `-p` before pytest-django reads the settings, so that these find the cluster. Run `python -m pytest`.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

_folder = tempfile.mkdtemp(prefix="lapak-test-")
os.environ["LAPAK_DATA"] = _folder
os.environ.setdefault("LAPAK_DATABASE_ROLE", "lapak_admin")  # makes and drops the test database


def pytest_configure(config: pytest.Config) -> None:
    from lapak.config import postgres
    from lapak.config.home import Home

    home = Home(Path(_folder))
    if home.embedded:
        child = postgres.start(home, settings=["fsync=off", "full_page_writes=off", "synchronous_commit=off"])
        postgres.prepare(home)
        config.add_cleanup(lambda: postgres.stop(child))
    config.add_cleanup(lambda: shutil.rmtree(_folder, ignore_errors=True))


@pytest.fixture
def lapak_data() -> Path:
    """The data folder of this test run."""
    return Path(_folder)
