"""The sandbox under test: its own app over a file in a temporary folder. No Django, no database."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from lapak.sandbox.app import create_app
from lapak.sandbox.settings import FacebookSettings, InstagramSettings, Settings
from tests.sandbox.listener import Listener, listening
from tests.sandbox.seller import Seller


@pytest.fixture
def http(tmp_path: Path) -> Iterator[httpx2.Client]:
    """A client of a fresh sandbox. What platforms do later, such as saving a batch, they do at once."""
    settings = Settings(
        folder=tmp_path,
        push_retry_scale=0.0001,
        facebook=FacebookSettings(batch_s=0),
        instagram=InstagramSettings(ready_s=0),
    )
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.fixture
def seller(http: httpx2.Client) -> Seller:
    """A shop that has given its consent."""
    return Seller(http).connect()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """An app's webhook."""
    with listening() as heard:
        yield heard


@pytest.fixture
def told(seller: Seller, listener: Listener) -> Listener:
    """The listener, registered with Shopee and cleared of the test push."""
    answer = seller.post("push/set_app_push_config", {"callback_url": listener.url}, public=True)
    assert answer["response"] == {"result": "success"}
    listener.came.clear()
    return listener
