"""A village without a signal: what was pressed waits in the phone and goes out once, in order, when it returns."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import PHONE, Owner
from tests.browser.house import House

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(600)]


@pytest.fixture
def phone(browser: Browser, owner: Owner) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, locale="id-ID", storage_state=owner.state)
    yield context
    context.close()


def test_a_form_pressed_without_a_signal_is_sent_once_when_it_returns(
    phone: BrowserContext, house: House, owner: Owner
) -> None:
    page = phone.new_page()
    page.goto(house.pages + owner.product)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # from here on the worker stands between page and line
    page.get_by_label("Cerita produk").fill("Sambal bawang pedas, dimasak pelan. Ditulis di ladang, tanpa sinyal.")
    phone.set_offline(True)
    page.get_by_role("button", name="Simpan produk").click()
    expect(page.get_by_role("heading", name="Tanpa sinyal")).to_be_visible()
    expect(page.get_by_text("1 isian menunggu sinyal")).to_be_visible()
    phone.set_offline(False)
    page.goto(house.pages + owner.product)
    expect(page.get_by_label("Cerita produk")).to_have_value(
        "Sambal bawang pedas, dimasak pelan. Ditulis di ladang, tanpa sinyal."
    )
    expect(page.get_by_text("menunggu sinyal")).to_have_count(0)


def test_without_a_signal_a_page_says_so_in_words(phone: BrowserContext, house: House) -> None:
    page = phone.new_page()
    page.goto(house.pages)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    phone.set_offline(True)
    page.goto(f"{house.pages}/pesanan")
    expect(page.get_by_role("heading", name="Tanpa sinyal")).to_be_visible()
    assert page.title() == "Tanpa sinyal · Lapak"
