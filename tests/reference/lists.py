"""The shipped lists, for tests that choose a region or a kind of business. Import the fixture into a conftest."""

import pytest
from pytest_django import DjangoDbBlocker

from lapak.reference.services import load_reference


@pytest.fixture(scope="session")
def official_lists(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Loaded once and committed, for all tests that roll back; those with real commits run after them."""
    with django_db_blocker.unblock():
        load_reference()
