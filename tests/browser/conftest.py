"""One Lapak and one Chromium for all browser tests."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.house import House, lapak_up

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Without it the tests are skipped aloud, and fail where CI says they must run."""
    if not CHROMIUM.exists() and not shutil.which("chromium"):
        what = f"NO BROWSER TESTS: {CHROMIUM} is missing (apt-get install chromium, or set CHROMIUM)"
        if os.environ.get("CI"):
            pytest.fail(what)
        pytest.skip(what)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def house(browser: Browser) -> Iterator[House]:
    """A whole Lapak, started after the browser is known to be there."""
    with lapak_up() as up:
        yield up


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A phone with a fresh browser."""
    fresh = browser.new_context(viewport=PHONE, locale="id-ID")
    fresh.set_default_timeout(30_000)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
