"""ORDER IN, against the practice Shopee: told by push, poll or reconcile, in any order and any number of times."""

import hashlib
import hmac
import itertools
import json
from collections.abc import Sequence
from typing import Any

import pytest
from django.conf import settings as live_settings

from lapak.catalog.models import Reservation, Variant
from lapak.catalog.selectors import product as product_row
from lapak.catalog.selectors import shortages_of
from lapak.catalog.services import set_stock
from lapak.channels.kit.errors import PushForged
from lapak.config.practice import PracticeShopee
from lapak.core.ids import ProductId, VariantId
from lapak.core.models import EventRow
from lapak.orders.models import Order
from lapak.orders.selectors import orders_of
from lapak.orders.services import accept_order, ask_ready
from lapak.orders.types import Desk
from lapak.registry.selectors import rungs_of
from lapak.registry.types import Rung
from lapak.shops.models import ForgedPushes, Push, Reconciliation, SeenOrder, Shop
from lapak.shops.services import store_push
from lapak.shops.services.polling import poll_shop, reconcile_shop
from lapak.shops.types import ShopState
from lapak.workflows import publish_product
from tests import make
from tests.worker import time_passes, work
from tests.workflows.conftest import Stall

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.process]


def push_body(stall: Stall, order_sn: str, *, status: str = "READY_TO_SHIP", at: int = 1_790_000_000) -> bytes:
    return json.dumps(
        {"code": 3, "shop_id": int(stall.external_id), "timestamp": at,
         "data": {"ordersn": order_sn, "status": status, "update_time": at, "items": [], "completed_scenario": ""}}
    ).encode()  # fmt: skip


def send_push(body: bytes, *, key: str = "latihan-push-key-shopee") -> None:
    url = live_settings.LAPAK_CHANNELS["shopee"]["push_url"]
    signature = hmac.new(key.encode(), url.encode() + b"|" + body, hashlib.sha256).hexdigest()
    store_push(channel="shopee", headers={"authorization": signature}, body=body, url=url)


@pytest.fixture
def listed(stall: Stall) -> ProductId:
    """A live product: KTP-0 (Pedas) and KTP-1 (Asin), 40 each."""
    product_id = make.product(stall.actor, stall.business_id)
    publish_product.publish(actor=stall.actor, shop_id=stall.shop_id, product_ids=[product_id])
    work()
    return product_id


def bought(stall: Stall, shopee: PracticeShopee, *, quantity: int = 2, sku: str = "KTP-0", **wish: Any) -> str:
    answer = shopee.buy(shop_id=int(stall.external_id), model_sku=sku, quantity=quantity, **wish)
    assert answer.status_code == 201, answer.text
    order_sn: str = answer.json()["order_sn"]
    return order_sn


def reserved(stall: Stall, product_id: ProductId) -> dict[str, tuple[int, int]]:
    row = product_row(actor=stall.actor, product_id=product_id)
    return {variant.sku: (variant.on_hand, variant.reserved) for variant in row.variants}


def test_a_push_becomes_an_order_with_its_units_held_and_the_first_sale(
    stall: Stall, listed: ProductId, shopee: PracticeShopee
) -> None:
    order_sn = bought(stall, shopee)
    send_push(push_body(stall, order_sn))
    assert Order.objects.count() == 0, "a push is answered before it is worked"
    work()
    (order,) = orders_of(actor=stall.actor, business_id=stall.business_id)
    assert (order.external_no, order.desk, order.total_idr is not None) == (order_sn, Desk.NEW, True)
    assert [(line.sku, line.quantity) for line in order.lines] == [("KTP-0", 2)]
    assert reserved(stall, listed) == {"KTP-0": (40, 2), "KTP-1": (40, 0)}
    rungs = {rung.rung for rung in rungs_of(actor=stall.actor, business_id=stall.business_id)}
    assert {Rung.FIRST_SALE, Rung.ACTIVE} <= rungs


def test_an_order_told_three_times_is_one_order(stall: Stall, listed: ProductId, shopee: PracticeShopee) -> None:
    order_sn = bought(stall, shopee)
    for at in (1_790_000_000, 1_790_000_000, 1_790_000_001):
        send_push(push_body(stall, order_sn, at=at))
    work()
    poll_shop.func(str(stall.shop_id))
    work()
    assert (Order.objects.count(), Reservation.objects.count()) == (1, 1)
    assert reserved(stall, listed)["KTP-0"] == (40, 2)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_pushes_in_any_order_end_in_the_same_state(
    stall: Stall, listed: ProductId, shopee: PracticeShopee, order: Sequence[int]
) -> None:
    order_sn = bought(stall, shopee, unpaid=True)
    bodies = [push_body(stall, order_sn, status="UNPAID", at=1)]
    shopee.act(order_sn, "pay")
    bodies.append(push_body(stall, order_sn, status="READY_TO_SHIP", at=2))
    shopee.act(order_sn, "cancel", at_once=True)
    bodies.append(push_body(stall, order_sn, status="CANCELLED", at=3))
    for number in order:
        send_push(bodies[number])
        work()
    assert reserved(stall, listed)["KTP-0"] == (40, 0)
    assert Order.objects.get().state == "cancelled"


def test_old_news_never_overwrites_new(stall: Stall, listed: ProductId, shopee: PracticeShopee) -> None:
    order_sn = bought(stall, shopee)
    send_push(push_body(stall, order_sn))
    work()
    old = SeenOrder.objects.get().facts
    shopee.act(order_sn, "cancel", at_once=True)
    send_push(push_body(stall, order_sn, status="CANCELLED", at=1_790_000_100))
    work()
    late = SeenOrder.objects.create(
        shop_id=stall.shop_id, external_no=order_sn, version="told a day late", facts=old, seen_at="2026-11-24T00:00Z"
    )
    from lapak.shops.types import OrderSeen
    from lapak.workflows.receive_order import write_down

    write_down(OrderSeen(business_id=stall.business_id, shop_id=stall.shop_id, seen_id=late.pk))
    assert Order.objects.get().state == "cancelled"
    assert reserved(stall, listed)["KTP-0"] == (40, 0)


def test_a_lost_push_is_found_by_the_poll_and_counted_by_the_reconciliation(
    stall: Stall, listed: ProductId, shopee: PracticeShopee
) -> None:
    bought(stall, shopee)
    poll_shop.func(str(stall.shop_id))
    work()
    assert Order.objects.count() == 1
    bought(stall, shopee)
    reconcile_shop.func(str(stall.shop_id))
    work()
    assert Order.objects.count() == 2
    found = Reconciliation.objects.get()
    assert (found.theirs, found.missing) == (2, 1)


@pytest.mark.parametrize("forgery", ["key", "body", "header"])
def test_a_forged_push_leaves_nothing_but_a_counter(stall: Stall, forgery: str, shopee: PracticeShopee) -> None:
    body = push_body(stall, "2411240001")
    url = live_settings.LAPAK_CHANNELS["shopee"]["push_url"]
    key = b"wrong" if forgery == "key" else b"latihan-push-key-shopee"
    signature = hmac.new(key, url.encode() + b"|" + body, hashlib.sha256).hexdigest()
    headers = {} if forgery == "header" else {"authorization": signature}
    with pytest.raises(PushForged):
        store_push(
            channel="shopee",
            headers=headers,
            url=url,
            body=body.replace(b"0001", b"0002") if forgery == "body" else body,
        )
    assert Push.objects.count() == 0
    assert ForgedPushes.objects.get().count == 1


def test_a_push_for_an_order_not_there_yet_is_tried_again(
    stall: Stall, listed: ProductId, shopee: PracticeShopee
) -> None:
    send_push(push_body(stall, "2699999999999"))
    work()
    waiting = Push.objects.get()
    assert waiting.done_at is None
    assert "order_not_there_yet" in waiting.fault
    for _ in range(9):
        time_passes()
    assert Push.objects.get().parked_at is not None
    order_sn = bought(stall, shopee)
    send_push(push_body(stall, order_sn))
    work()
    assert Order.objects.count() == 1, "a parked push stops nothing"


def test_a_push_that_is_no_order_news_or_no_json_stops_nothing(
    stall: Stall, listed: ProductId, shopee: PracticeShopee
) -> None:
    order_sn = bought(stall, shopee)
    shop_id = int(stall.external_id)
    for body in (
        json.dumps({"code": 10, "shop_id": shop_id, "data": {}}).encode(),
        json.dumps({"code": 3, "shop_id": shop_id, "data": {"ordersn": None}}).encode(),
        json.dumps({"code": 3, "shop_id": shop_id, "data": [1]}).encode(),
        b"not json at all \x00\xff",
        b"[" * 5000,
        push_body(stall, order_sn),
    ):
        send_push(body)
    work()
    assert Order.objects.count() == 1
    assert Push.objects.filter(done_at__isnull=True, parked_at__isnull=True).count() == 0


def test_a_withdrawn_consent_is_heard_of_by_push_and_told_once(stall: Stall, shopee: PracticeShopee) -> None:
    shopee.http.post(f"/practice/shopee/{stall.external_id}/revoke")
    told = {
        "authorize_type": "shop authorization canceled",
        "shop_id": int(stall.external_id),
        "success": 1,
        "extra": "",
    }
    news = {"code": 2, "shop_id": int(stall.external_id), "data": told}
    for number in range(2):
        send_push(json.dumps({**news, "timestamp": number}).encode())
        work()
    assert Shop.objects.get().state == ShopState.SIGNED_OUT
    assert EventRow.objects.filter(name="ShopSignedOut").count() == 1


def test_the_owner_accepts_and_the_channel_arranges_the_shipment_once(
    stall: Stall, listed: ProductId, shopee: PracticeShopee
) -> None:
    order_sn = bought(stall, shopee)
    send_push(push_body(stall, order_sn))
    work()
    (order,) = orders_of(actor=stall.actor, business_id=stall.business_id)
    for _ in range(2):
        accept_order(actor=stall.actor, order_id=order.order_id)
        ask_ready(actor=stall.actor, order_id=order.order_id)
    work()
    (order,) = orders_of(actor=stall.actor, business_id=stall.business_id)
    assert (order.desk, bool(order.tracking_no)) == (Desk.READY, True)
    assert shopee.state(stall.external_id)["orders"][0]["status"] == "PROCESSED"
    send_push(push_body(stall, order_sn, status="PROCESSED", at=1_790_000_200))
    work()
    (again,) = orders_of(actor=stall.actor, business_id=stall.business_id)
    assert again.tracking_no == order.tracking_no, "news without the number does not lose it"
    shopee.act(order_sn, "pickup")
    poll_shop.func(str(stall.shop_id))
    work()
    assert reserved(stall, listed)["KTP-0"] == (38, 0), "what was sent is neither here nor promised"


def test_other_listings_show_what_is_left_after_a_sale(stall: Stall, listed: ProductId, shopee: PracticeShopee) -> None:
    order_sn = bought(stall, shopee, quantity=15)
    send_push(push_body(stall, order_sn))
    work()
    (there,) = shopee.state(stall.external_id)["items"]
    assert there["models"][0]["stock"] == 25


def test_what_two_channels_really_sold_is_shown_as_short_not_hidden(
    stall: Stall, listed: ProductId, shopee: PracticeShopee
) -> None:
    Variant.objects.filter(sku="KTP-0").update(on_hand=1)
    order_sn = bought(stall, shopee, quantity=3)
    send_push(push_body(stall, order_sn))
    work()
    (short,) = shortages_of(actor=stall.actor, business_id=stall.business_id)
    assert (short.sku, short.quantity) == ("KTP-0", 3)
    assert Variant.objects.get(sku="KTP-0").reserved <= 1

    set_stock(actor=stall.actor, variant_id=VariantId(Variant.objects.get(sku="KTP-0").pk), on_hand=10)
    work()
    assert shortages_of(actor=stall.actor, business_id=stall.business_id) == []
    (there,) = shopee.state(stall.external_id)["items"]
    assert there["models"][0]["stock"] == 7, "who waits is served before anything is offered again"


def test_an_order_for_something_we_never_listed_is_kept_and_shown(
    stall: Stall, listed: ProductId, shopee: PracticeShopee
) -> None:
    Shop.objects.update(polled_until=None)
    from lapak.shops.models import Listing

    Listing.objects.all().delete()
    Variant.objects.filter(sku="KTP-0").update(sku="RENAMED")
    order_sn = bought(stall, shopee)
    send_push(push_body(stall, order_sn))
    work()
    assert Order.objects.count() == 1
    (short,) = shortages_of(actor=stall.actor, business_id=stall.business_id)
    assert short.variant_id is None
