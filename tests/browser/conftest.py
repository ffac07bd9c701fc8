"""One Lapak and one Chromium for all browser tests.

`LAPAK_BROWSER_AT="<pages> <practice platforms> <data folder>"` uses a Lapak that is up already, for writing pages.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, ViewportSize, sync_playwright

from tests.browser import walk
from tests.browser.house import House, lapak_up

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}


@dataclass(frozen=True)
class Owner:
    """One who is signed in and has gone the whole way: the browser's state, and the addresses of what is theirs."""

    state: StorageState
    product: str
    shop: str
    order: str

    @property
    def pages(self) -> dict[str, str]:
        """Every page of an owner: a name → its address."""
        return {
            "home": "/", "products": "/produk", "product": self.product, "new product": "/produk/baru",
            "import": "/produk/impor", "shops": "/toko", "shop": self.shop, "choose": f"{self.shop}/kirim",
            "preview": f"{self.shop}/kirim?p={self.product.rpartition('/')[2]}", "new orders": "/pesanan",
            "orders at work": "/pesanan?tab=proses", "past orders": "/pesanan?tab=selesai", "order": self.order,
            "learn": "/belajar", "mine": "/data-saya", "help": "/bantuan",
        }  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Without it the tests are skipped aloud, and fail where CI says they must run."""
    if not CHROMIUM.exists():
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
    there = os.environ.get("LAPAK_BROWSER_AT", "").split()
    if there:
        up = House(there[0], there[1], Path(there[2]))
        yield up
        up.people.close()
        return
    with lapak_up() as up:
        yield up


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A phone with a fresh browser."""
    fresh = browser.new_context(viewport=PHONE, locale="id-ID")
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture(scope="session")
def owner(browser: Browser, house: House) -> Owner:
    """Joined, with a product live in a practice shop and an order at work."""
    context = browser.new_context(viewport=PHONE, locale="id-ID")
    page = context.new_page()
    number = f"{os.getpid() % 100_000:05}"
    sku, shop_name = f"SBL-{number}", f"Toko {number}"
    walk.join(page, house, phone=f"0812777{number}", name="Ratmi Sulastri", business="Dapur Bu Ratmi")
    walk.add_product(page, house, title="Sambal Bawang 150 ml", price="28.000", stock="9", sku=sku, colour="#A8321F")
    shop_no = walk.connect_shop(page, house, name=shop_name)
    shop = page.url
    walk.publish(page, house, shop_id=shop_no)
    walk.see_live(page)
    walk.take_order(page, house, order_no=house.buy(shop_no, sku))
    order = page.url
    page.goto(f"{house.pages}/produk")
    product = page.locator("main h2 a").first.get_attribute("href")
    state = context.storage_state()
    context.close()
    return Owner(state, cast("str", product), shop.removeprefix(house.pages), order.removeprefix(house.pages))
