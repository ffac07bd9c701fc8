"""PRODUCT OUT, against the practice Shopee."""

import pytest

from lapak.catalog.selectors import product as product_row
from lapak.catalog.services import archive, save_product, set_stock
from lapak.catalog.types import ProductDraft, VariantDraft
from lapak.config.practice import PracticeShopee
from lapak.core.errors import NotFound, NotYours
from lapak.core.ids import ShopId, uuid7
from lapak.registry.selectors import rungs_of
from lapak.registry.types import Rung
from lapak.shops import services as shops
from lapak.shops.errors import ConsentLost, NothingToPublish
from lapak.shops.models import Listing, Shop
from lapak.shops.selectors import listings_of, shops_of
from lapak.shops.types import ListingPhase, ShopState
from lapak.workflows import publish_product
from tests import make
from tests.worker import time_passes, work
from tests.workflows.conftest import Stall, connect

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.process]


def test_a_product_goes_live_and_buyers_see_its_variants_price_and_stock(stall: Stall, shopee: PracticeShopee) -> None:
    product_id = make.product(stall.actor, stall.business_id)
    (item,) = publish_product.plan(actor=stall.actor, shop_id=stall.shop_id, product_ids=[product_id])
    assert (item.act, item.problems) == ("create", ())
    assert item.category is not None
    assert "eripik" in item.category.path
    assert shopee.state(stall.external_id)["items"] == [], "a plan writes nothing"

    publish_product.publish(actor=stall.actor, shop_id=stall.shop_id, product_ids=[product_id])
    work()

    (there,) = shopee.state(stall.external_id)["items"]
    assert there["item_status"] == "NORMAL"
    assert [(model["name"], model["price_idr"], model["stock"]) for model in there["models"]] == [
        ("Pedas", 15_000, 40), ("Asin", 15_000, 40),
    ]  # fmt: skip
    (row,) = listings_of(actor=stall.actor, business_id=stall.business_id)
    assert (row.phase, row.fault) == (ListingPhase.LIVE, None)
    assert [variant.seen_stock for variant in row.variants] == [40, 40]
    rungs = {rung.rung for rung in rungs_of(actor=stall.actor, business_id=stall.business_id)}
    assert rungs == {Rung.REGISTERED, Rung.CONNECTED, Rung.LISTED}


def test_publishing_twice_is_one_listing(stall: Stall, shopee: PracticeShopee) -> None:
    product_id = make.product(stall.actor, stall.business_id)
    for _ in range(2):
        publish_product.publish(actor=stall.actor, shop_id=stall.shop_id, product_ids=[product_id])
        work()
    assert len(shopee.state(stall.external_id)["items"]) == 1
    (item,) = publish_product.plan(actor=stall.actor, shop_id=stall.shop_id, product_ids=[product_id])
    assert (item.act, item.changes) == ("leave", ())


def test_a_change_reaches_the_buyers_and_an_archived_product_is_hidden(stall: Stall, shopee: PracticeShopee) -> None:
    product_id = make.product(stall.actor, stall.business_id)
    publish_product.publish(actor=stall.actor, shop_id=stall.shop_id, product_ids=[product_id])
    work()
    known = product_row(actor=stall.actor, product_id=product_id)
    save_product(
        actor=stall.actor, business_id=stall.business_id, product_id=product_id,
        draft=ProductDraft(
            title="Keripik Tempe Pedas Manis 200 g", sku=known.sku, weight_g=220, description=known.description,
            category_hint=known.category_hint, option_names=known.option_names, attributes=known.attributes,
            variants=tuple(VariantDraft(sku=row.sku, options=row.options, price_idr=16_500) for row in known.variants),
        ),
    )  # fmt: skip
    set_stock(actor=stall.actor, variant_id=known.variants[0].variant_id, on_hand=7)
    work()
    (there,) = shopee.state(stall.external_id)["items"]
    assert there["item_name"] == "Keripik Tempe Pedas Manis 200 g"
    assert [(model["price_idr"], model["stock"]) for model in there["models"]] == [(16_500, 7), (16_500, 40)]

    archive(actor=stall.actor, product_id=product_id)
    work()
    (there,) = shopee.state(stall.external_id)["items"]
    assert there["item_status"] == "UNLIST"


def test_a_product_with_a_problem_stays_home_and_says_why(stall: Stall, shopee: PracticeShopee) -> None:
    good = make.product(stall.actor, stall.business_id, sku="GOOD")
    bad = make.product(stall.actor, stall.business_id, sku="BAD", title="Abon")
    items = publish_product.publish(actor=stall.actor, shop_id=stall.shop_id, product_ids=[good, bad])
    work()
    (problem,) = next(item.problems for item in items if item.product_id == bad)
    assert problem.field == "title"
    assert len(shopee.state(stall.external_id)["items"]) == 1
    with pytest.raises(NothingToPublish):
        publish_product.publish(actor=stall.actor, shop_id=stall.shop_id, product_ids=[bad])


def test_one_refused_item_stops_no_other_and_keeps_the_platforms_words(stall: Stall, shopee: PracticeShopee) -> None:
    ids = [
        make.product(stall.actor, stall.business_id, sku=f"P{n}", title=f"Keripik singkong rasa {n}") for n in range(3)
    ]
    shopee.faults(
        {"kind": "refuse_item", "times": 1, "error": "product.error_param", "message": "Nama barang dilarang."}
    )
    publish_product.publish(actor=stall.actor, shop_id=stall.shop_id, product_ids=ids)
    work()
    rows = listings_of(actor=stall.actor, business_id=stall.business_id)
    assert sorted(row.phase for row in rows) == [ListingPhase.LIVE, ListingPhase.LIVE, ListingPhase.REFUSED]
    refused = next(row for row in rows if row.phase == ListingPhase.REFUSED)
    assert refused.fault is not None
    assert "dilarang" in refused.their_words
    shops.resend(actor=stall.actor, listing_id=refused.listing_id)
    work()
    assert len(shopee.state(stall.external_id)["items"]) == 3


def test_a_lost_answer_leaves_one_listing(stall: Stall, shopee: PracticeShopee) -> None:
    product_id = make.product(stall.actor, stall.business_id)
    shopee.faults({"kind": "timeout_after_work", "path": "/api/v2/product/add_item", "times": 1})
    publish_product.publish(actor=stall.actor, shop_id=stall.shop_id, product_ids=[product_id])
    work()
    shopee.faults()
    for _ in range(3):
        time_passes()
    assert len(shopee.state(stall.external_id)["items"]) == 1
    assert Listing.objects.get().phase == ListingPhase.LIVE


def test_a_dead_consent_pauses_the_work_and_a_new_one_carries_on(stall: Stall, shopee: PracticeShopee) -> None:
    product_id = make.product(stall.actor, stall.business_id)
    shopee.faults({"kind": "token_revoked", "times": 1})
    publish_id = Shop.objects.get().pk
    with pytest.raises(Exception):  # noqa: B017  the plan reads the channel, and that is where the end shows
        publish_product.publish(actor=stall.actor, shop_id=stall.shop_id, product_ids=[product_id])
    shopee.faults()
    (shop,) = shops_of(actor=stall.actor, business_id=stall.business_id)
    assert (shop.shop_id, shop.state) == (publish_id, ShopState.SIGNED_OUT)
    assert shop.fault is not None

    url, state = shops.begin_consent(
        actor=stall.actor, business_id=stall.business_id, channel="shopee", return_to="http://127.0.0.1:9/kembali"
    )
    answer = shopee.agree(url, shop_id=stall.external_id)
    again = shops.finish_consent(
        actor=stall.actor, business_id=stall.business_id, channel="shopee", answer=answer, expected_state=state
    )
    assert again == stall.shop_id
    publish_product.publish(actor=stall.actor, shop_id=stall.shop_id, product_ids=[product_id])
    work()
    assert Listing.objects.get().phase == ListingPhase.LIVE


def test_a_consent_begun_elsewhere_connects_nothing(stall: Stall, shopee: PracticeShopee) -> None:
    url, state = shops.begin_consent(
        actor=stall.actor, business_id=stall.business_id, channel="shopee", return_to="http://127.0.0.1:9/kembali"
    )
    answer = shopee.agree(url, shop_name="Toko Lain")
    with pytest.raises(ConsentLost):
        shops.finish_consent(
            actor=stall.actor, business_id=stall.business_id, channel="shopee", answer=answer, expected_state="forged"
        )
    assert Shop.objects.count() == 1
    assert state


def test_a_stranger_sees_and_runs_nothing(stall: Stall, shopee: PracticeShopee) -> None:
    stranger, own_business = make.owner_with_business(name="Sambal Mbak Rini")
    other = connect(shopee, stranger, own_business, shop_name="Sambal Rini")
    product_id = make.product(stall.actor, stall.business_id)
    with pytest.raises(NotYours):
        publish_product.plan(actor=stranger, shop_id=stall.shop_id, product_ids=[product_id])
    with pytest.raises(NotYours):
        listings_of(actor=stranger, business_id=stall.business_id)
    with pytest.raises(NotYours):
        publish_product.plan(actor=stranger, shop_id=other.shop_id, product_ids=[product_id])


def test_what_does_not_exist_is_said_to_be_not_there(stall: Stall) -> None:
    for verb in (
        lambda: shops.resend(actor=stall.actor, listing_id=uuid7()),
        lambda: shops.unlist(actor=stall.actor, listing_id=uuid7()),
        lambda: shops.disconnect(actor=stall.actor, shop_id=ShopId(uuid7())),
        lambda: shops.plan_publish(actor=stall.actor, shop_id=ShopId(uuid7()), offers=[]),
        lambda: publish_product.plan(actor=stall.actor, shop_id=ShopId(uuid7()), product_ids=[]),
    ):
        with pytest.raises(NotFound):
            verb()
