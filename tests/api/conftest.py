"""Fixtures of the API's tests."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _static_folder(lapak_data: Path) -> None:
    """`lapak migrate` makes the folder of static files; the server looks for it at its start."""
    (lapak_data / "static").mkdir(exist_ok=True)
