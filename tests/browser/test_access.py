"""Nobody is shut out: axe finds no serious fault on any page, by day and by night, and nothing runs off a phone."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESK, PHONE, Owner
from tests.browser.house import House

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(600)]

VISITOR = ["/", "/gabung/1", "/masuk", "/bantuan", "/luring", "/tidak-ada", "/staf/masuk"]
GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def axe() -> Axe:
    return Axe()


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def owner_page(request: pytest.FixtureRequest, browser: Browser, owner: Owner) -> Iterator[Page]:
    context = browser.new_context(viewport=request.param, locale="id-ID", storage_state=owner.state)
    yield context.new_page()
    context.close()


def faults_on(page: Page, axe: Axe, address: str) -> list[str]:
    """Grave faults by day and by night, and whether the page is wider than the screen."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    found = []
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # else colours are read halfway
        answer = axe.run(page)
        found += [
            f"{address} {scheme}: {fault['id']} {node['html'][:160]}"
            for fault in answer.response["violations"]
            if fault["impact"] in GRAVE
            for node in fault["nodes"]
        ]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, *([f"{address}: {wide} px too wide"] if wide > 0 else [])]


def test_a_visitor_meets_no_barrier(page: Page, house: House, axe: Axe) -> None:
    found = [fault for way in VISITOR for fault in faults_on(page, axe, house.pages + way)]
    assert found == []


def test_an_owner_meets_no_barrier(owner_page: Page, house: House, owner: Owner, axe: Axe) -> None:
    found = [fault for way in owner.pages.values() for fault in faults_on(owner_page, axe, house.pages + way)]
    assert found == []


def test_a_form_sent_empty_says_what_is_wrong_and_leads_there(page: Page, house: House, axe: Axe) -> None:
    page.goto(f"{house.pages}/gabung/1")
    page.get_by_label("Nama Anda").fill("Lastri Wahyuni")
    page.get_by_label("Nomor WhatsApp").fill("0812 345")
    page.get_by_role("button", name="Kirim kode ke WhatsApp").click()
    assert page.title().startswith("Salah: ")
    assert page.get_by_label("Nama Anda").input_value() == "Lastri Wahyuni"
    page.locator("#salah a").first.click()
    assert page.evaluate("document.activeElement.id || location.hash.slice(1)") == "id_phone"
    graves = [fault["id"] for fault in axe.run(page).response["violations"] if fault["impact"] in GRAVE]
    assert graves == []


def test_everything_can_be_reached_by_keyboard(page: Page, house: House) -> None:
    page.goto(f"{house.pages}/masuk")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    seen = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.innerText || document.activeElement.name"))
    assert {"phone", "Kirim kode", "Mulai berjualan", "Masuk dengan surel"} <= seen
