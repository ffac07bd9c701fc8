"""An officer comes in by two locks and sees their region, and numbers that add up."""

import re
from collections.abc import Iterator

import pytest
from allauth.mfa.totp.internal import auth as totp
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK, Owner
from tests.browser.house import House

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(600)]

HIRE = """
from lapak.config.commands.database import set_up_django
set_up_django(role="lapak_app")
from lapak.accounts.services import grant_role, hire
from lapak.core.actor import Role
person_id = hire(email="{email}", name="Ratna Prameswari", password="{password}")
grant_role(person_id=person_id, role=Role.OFFICER, region_code="32")
"""


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=DESK, locale="id-ID")
    yield context.new_page()
    context.close()


def test_an_officer_sets_up_the_second_lock_and_sees_only_their_region(desk: Page, house: House, owner: Owner) -> None:
    email, password = f"ratna-{owner.product[-6:]}@dinas.example", "papan-jawa-barat-2026"
    house.run("-c", HIRE.format(email=email, password=password))
    desk.goto(f"{house.pages}/papan")
    desk.get_by_label("Surel").fill(email)
    desk.get_by_label("Kata sandi").fill(password)
    desk.get_by_role("button", name="Lanjut").click()
    expect(desk.get_by_role("heading", name="Pasang aplikasi pengaman")).to_be_visible()
    secret = desk.locator("form b.num").inner_text()
    desk.get_by_label("Kode 6 angka").fill(code(secret))
    desk.get_by_role("button", name="Pasang").click()
    expect(desk.get_by_role("heading", name="Kode cadangan")).to_be_visible()
    desk.goto(f"{house.pages}/papan")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Jawa Barat")
    graves = [
        f"{fault['id']} {fault['nodes'][0]['html'][:120]}"
        for fault in Axe().run(desk).response["violations"]
        if fault["impact"] in ("serious", "critical")
    ]
    assert graves == []
    rows = desk.locator("tbody tr").all()
    totals = [number(row.locator("td").last.inner_text()) for row in rows]
    assert (
        sum(totals)
        == number(desk.locator("tfoot td").last.inner_text())
        == number(desk.locator(".fig .xl").first.inner_text())
    )
    for row in rows:
        counts = [number(cell.inner_text()) for cell in row.locator("td").all()]
        assert sum(counts[:-1]) == counts[-1]
    answer = desk.goto(f"{house.pages}/papan?wilayah=35")
    assert answer is not None
    assert answer.status == 404


def code(secret: str) -> str:
    """What an authenticator shows for a secret at this moment."""
    counters = list(totp.yield_hotp_counters_from_time())
    return str(totp.format_hotp_value(totp.hotp_value(secret, counters[len(counters) // 2])))


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text))
