"""One sandbox for all tests of channels; each test opens a shop of its own."""

from collections.abc import Iterator

import pytest

from tests.channels.practice import Practice, running

PLATFORMS = ("blibli", "shopee", "tokopedia", "whatsapp")


@pytest.fixture(scope="session")
def _sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    with running(tmp_path_factory.mktemp("sandbox")) as practice:
        yield practice


@pytest.fixture
def practice(_sandbox: Practice) -> Iterator[Practice]:
    """The practice platforms without faults."""
    for platform in PLATFORMS:
        _sandbox.faults(platform)
    yield _sandbox
    _sandbox.closing.close()
    for platform in PLATFORMS:
        _sandbox.faults(platform)
