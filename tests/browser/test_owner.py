"""The owner's whole way, on a phone of 360 × 740, with the practice platforms on the other side."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import walk
from tests.browser.conftest import PHONE
from tests.browser.house import House

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(600)]


def the_whole_way(page: Page, house: House, *, phone: str, business: str, sku: str) -> None:
    walk.join(page, house, phone=phone, name="Lastri Wahyuni", business=business)
    walk.add_product(page, house, title=f"Keripik Tempe {sku}", price="15rb", stock="12", sku=sku, colour="#B5402E")
    shop_id = walk.connect_shop(page, house, name=f"Toko {sku}")
    walk.publish(page, house, shop_id=shop_id)
    walk.see_live(page)
    order_no = house.buy(shop_id, sku, quantity=2)
    walk.take_order(page, house, order_no=order_no)
    page.goto(f"{house.pages}/produk")
    assert "2 sudah dipesan" in page.locator("main").inner_text()


def test_an_owner_goes_from_joining_to_a_parcel_ready_for_the_courier(page: Page, house: House) -> None:
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
    the_whole_way(page, house, phone="081234500011", business="Keripik Tempe Bu Lastri", sku="KRP-01")
    assert wrong == []


def test_the_same_way_can_be_gone_without_javascript(browser: Browser, house: House) -> None:
    context = browser.new_context(viewport=PHONE, locale="id-ID", java_script_enabled=False)
    try:
        the_whole_way(context.new_page(), house, phone="081234500022", business="Dapur Tanpa Skrip", sku="KRP-02")
    finally:
        context.close()
