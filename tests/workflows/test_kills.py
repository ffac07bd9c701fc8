"""SIGKILL at each step: every call over the network and every commit, before and after. What remains is one of each."""

import pytest

from lapak.catalog.models import Reservation
from lapak.config.practice import PracticeShopee
from lapak.orders.models import Order
from lapak.shops.models import Listing, Push
from lapak.shops.services.sending import work_shop
from lapak.shops.types import ListingPhase
from lapak.workflows import publish_product
from tests import make
from tests.worker import dies_at, time_passes, work
from tests.workflows.conftest import Stall
from tests.workflows.test_receive_order import bought, push_body, reserved, send_push

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.process, pytest.mark.timeout(600)]
ENOUGH = 200


def test_a_worker_killed_at_any_step_of_publishing_leaves_one_listing(stall: Stall, shopee: PracticeShopee) -> None:
    for step in range(1, ENOUGH):
        product_id = make.product(stall.actor, stall.business_id, sku=f"S{step}", title=f"Keripik pisang nomor {step}")
        publish_product.publish(actor=stall.actor, shop_id=stall.shop_id, product_ids=[product_id])
        killed = dies_at(step, lambda: work_shop.func(str(stall.shop_id)))
        for _ in range(2):
            time_passes()
        there = [item for item in shopee.state(stall.external_id)["items"] if item["item_sku"] == f"S{step}"]
        assert len(there) == 1, f"step {step}: {len(there)} listings"
        assert [model["stock"] for model in there[0]["models"]] == [40, 40], f"step {step}"
        listing = Listing.objects.get(product_id=product_id)
        assert listing.phase == ListingPhase.LIVE, f"step {step}: {listing.phase} {listing.fault_code}"
        if not killed:
            assert step > 15, "the steps of publishing were not met"
            return
    raise AssertionError("publishing never came to its end")


def test_a_process_killed_at_any_step_of_receiving_leaves_one_order_and_one_reservation(
    stall: Stall, shopee: PracticeShopee
) -> None:
    product_id = make.product(stall.actor, stall.business_id, stock=500)
    publish_product.publish(actor=stall.actor, shop_id=stall.shop_id, product_ids=[product_id])
    work()
    for step in range(1, ENOUGH):
        order_sn = bought(stall, shopee, quantity=1)
        body = push_body(stall, order_sn)

        def story(body: bytes = body) -> None:
            send_push(body)
            work()

        killed = dies_at(step, story)
        if not Push.objects.filter(body=body).exists():
            send_push(body)  # not acknowledged, so the platform sends it again
        for _ in range(2):
            time_passes()
        assert Order.objects.filter(external_no=order_sn).count() == 1, f"step {step}"
        order = Order.objects.get(external_no=order_sn)
        assert Reservation.objects.filter(order_id=order.pk).count() == 1, f"step {step}"
        assert reserved(stall, product_id)["KTP-0"] == (500, step), f"step {step}: reserved twice or never"
        if not killed:
            assert step > 8, "the steps of receiving were not met"
            return
    raise AssertionError("receiving never came to its end")
