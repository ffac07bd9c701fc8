"""Two presses at the same moment: one of them waits, and both end where the first one led."""

from threading import Barrier, Thread

import pytest
from django.db import connections
from django.test import Client

from lapak.catalog.selectors import products_of
from tests.web.conftest import Visit

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_presses_at_the_same_moment_make_one_product(visit: Visit) -> None:
    visit.get("/produk/baru")
    told = {
        "op": "same", "title": "Sambal", "price": "28000", "pilihan-TOTAL_FORMS": "0", "pilihan-INITIAL_FORMS": "0"
    }  # fmt: skip
    barrier, led_to = Barrier(4), []

    def press() -> None:
        browser = Client()
        browser.cookies = visit.client.cookies.copy()  # type: ignore[assignment]  # the stubs know no copy
        barrier.wait()
        led_to.append(browser.post("/produk/baru", told)["Location"])
        connections.close_all()

    threads = [Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert led_to == ["/produk"] * 4
    assert len(products_of(actor=visit.actor, business_id=visit.business_id)) == 1


def test_another_press_of_another_form_is_another_product(visit: Visit) -> None:
    for op, sku in (("one", "A"), ("two", "B")):
        told = {"op": op, "title": "Sambal", "price": "28000", "sku": sku}
        visit.post("/produk/baru", {**told, "pilihan-TOTAL_FORMS": "0", "pilihan-INITIAL_FORMS": "0"})
    assert len(products_of(actor=visit.actor, business_id=visit.business_id)) == 2
