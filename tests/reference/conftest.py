"""The shipped lists, loaded once for all tests of this folder and then rolled back."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from lapak.reference.services import load_reference


@pytest.fixture(scope="session")
def _lists(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        load_reference()
    yield
