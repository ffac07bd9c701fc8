"""An owner at a browser that has no screen: Django's own client, real database."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from django.conf import LazySettings
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client

from lapak.core.actor import Actor
from lapak.core.ids import BusinessId
from tests import make


@dataclass
class Visit:
    """A signed-in owner with a business, and their browser."""

    client: Client
    actor: Actor
    business_id: BusinessId

    def get(self, way: str, **more: Any) -> HttpResponse:
        return cast("HttpResponse", self.client.get(way, **more))

    def post(self, way: str, told: dict[str, Any], **more: Any) -> HttpResponse:
        return cast("HttpResponse", self.client.post(way, told, **more))


@pytest.fixture(autouse=True)
def _plain_files(settings: LazySettings) -> None:
    """No collectstatic in tests: addresses of static files stay as they are."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns when it is missing
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def visit() -> Visit:
    return new_visit()


def new_visit(name: str = "Keripik Tempe Bu Lastri") -> Visit:
    """Another owner, in another browser."""
    actor, business_id = make.owner_with_business(name=name)
    client = Client()
    assert actor.person_id is not None
    client.force_login(get_user_model().objects.get(pk=actor.person_id), "django.contrib.auth.backends.ModelBackend")
    return Visit(client, actor, business_id)
