"""The connector against the practice platform, which other hands wrote from the same documents, under its faults."""

import io
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import cast

import pytest
from PIL import Image

from lapak.channels.kit import load
from lapak.channels.kit.errors import ChannelBusy, ListingGone, ListingRefused, OutcomeUnknown, SignedOut
from lapak.channels.kit.keeper import MemoryKeeper
from lapak.channels.kit.protocol import PushesOrders, TellsOfConsent
from lapak.channels.kit.tiers import proves
from lapak.core.clock import now
from lapak.core.errors import Acts, LapakError
from lapak.domain.connection import Grant
from lapak.domain.listing import ListingRef, ListingSpec, ListingState, StockLine
from lapak.domain.order import ChannelOrderState
from tests.channels.practice import Practice
from tests.channels.shopee.shop import Shop, spec, variant

pytestmark = pytest.mark.process

ATTRIBUTES = {"Masa Penyimpanan": "6 bulan", "Berat Bersih": "150 g", "Halal": "Ya"}
CATEGORY = "101101"  # Makanan & Minuman / Bumbu & Bahan Masak / Sambal & Saus


@cache
def photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (600, 600), "firebrick").save(file, "JPEG")
    return file.getvalue()


def opened(practice: Practice, grant: Grant, *, keeper: MemoryKeeper | None = None, **settings: str) -> Shop:
    connector = practice.kept(
        load.connector(
            "shopee",
            settings=practice.shopee(**settings),
            shop_external_id=grant.shop_external_id,
            keeper=keeper or MemoryKeeper(grant),
            open_photo=lambda digest: photo(),
        )
    )
    return cast(Shop, connector)


def plain(**changes: object) -> ListingSpec:
    return spec(category=CATEGORY, attributes=ATTRIBUTES, **changes)


def two_flavours() -> ListingSpec:
    return plain(
        option_names=("Rasa",),
        variants=(variant(1, "SBL-01-P", ("Pedas",)), variant(2, "SBL-01-S", ("Sedang",), stock=7)),
    )


def lines(ref: ListingRef, stock: Mapping[str, int], *, price_idr: int = 25_000) -> list[StockLine]:
    return [
        StockLine(sku=sku, external_id=ref.variants[sku], stock=units, price_idr=price_idr)
        for sku, units in stock.items()
    ]


def test_a_product_goes_out_and_an_order_comes_in(practice: Practice) -> None:
    grant = practice.open_shop("Dapur Bu Marni")
    shop = opened(practice, grant)
    assert shop.profile().name == "Dapur Bu Marni"
    assert (shop.profile().consent_until or now()) > now() + timedelta(days=300)
    assert CATEGORY in {category.external_id for category in shop.categories()}
    assert not shop.problems(two_flavours())
    ref = shop.put(two_flavours())
    seen = shop.look([ref])[ref.external_id]
    assert seen.state is ListingState.LIVE
    assert dict(seen.stock) == {"SBL-01-P": 12, "SBL-01-S": 7}
    bought = practice.buy(grant.shop_external_id, model_sku="SBL-01-S", quantity=2).json()["order_sn"]
    hints = shop.orders_changed(now() - timedelta(days=40), now() + timedelta(minutes=5))
    assert [hint.external_no for hint in hints] == [bought]
    (order,) = shop.orders([bought, "260101TIDAKADA"])
    assert (order.state, order.total_idr) == (ChannelOrderState.TO_SHIP, 50_000)
    assert [(line.sku, line.quantity, line.price_idr) for line in order.lines] == [("SBL-01-S", 2, 25_000)]
    tracking = shop.make_ready(bought)
    assert tracking
    assert shop.make_ready(bought) == tracking
    assert len(practice.calls("/api/v2/logistics/ship_order", account=grant.shop_external_id)) == 1
    for action, state in (
        ("pickup", ChannelOrderState.SHIPPED),
        ("deliver", ChannelOrderState.SHIPPED),
        ("confirm", ChannelOrderState.DONE),
    ):
        practice.act(bought, action)
        assert shop.orders([bought])[0].state is state


def test_variants_keep_their_ids_while_options_come_and_go(practice: Practice) -> None:
    shop = opened(practice, practice.open_shop("Batik Pak Seno"))
    first = shop.put(two_flavours())
    changed = replace(
        two_flavours(),
        variants=(
            variant(2, "SBL-01-S", ("Sedang",), stock=7),
            variant(3, "SBL-01-A", ("Asin",), stock=4, price_idr=27_000),
        ),
    )
    second = shop.put(changed, known=first)
    assert second.external_id == first.external_id
    assert second.variants["SBL-01-S"] == first.variants["SBL-01-S"]
    assert set(second.variants) == {"SBL-01-S", "SBL-01-A"}
    deeper = replace(
        changed,
        option_names=("Rasa", "Ukuran"),
        variants=(variant(2, "SBL-01-S", ("Sedang", "150 g")), variant(4, "SBL-01-SB", ("Sedang", "300 g"))),
    )
    third = shop.put(deeper, known=second)
    seen = shop.look([third])[third.external_id]
    assert set(third.variants) == set(seen.stock) == {"SBL-01-S", "SBL-01-SB"}


def test_an_item_without_our_mark_is_left_alone_and_one_with_it_is_adopted(practice: Practice) -> None:
    shop = opened(practice, practice.open_shop("Keripik Jaya"))
    other = shop.put(plain(sku="KRP-09"))
    first = shop.put(plain())
    assert first.external_id != other.external_id
    assert shop.put(plain()).external_id == first.external_id


def test_hidden_withdrawn_and_deleted_listings(practice: Practice) -> None:
    shop = opened(practice, practice.open_shop("Jamu Mbok Ti"))
    ref = shop.put(plain(listed=False))
    assert shop.look([ref])[ref.external_id].state is ListingState.HIDDEN
    shop.put(plain(), known=ref)
    assert shop.look([ref])[ref.external_id].state is ListingState.LIVE
    shop.withdraw(ref)
    shop.withdraw(ref)
    assert shop.look([ref])[ref.external_id].state is ListingState.HIDDEN
    shop.withdraw(ListingRef(external_id="999"))
    with pytest.raises(ListingGone):
        shop.put(plain(), known=ListingRef(external_id="999"))
    with pytest.raises(ListingGone):
        shop.set_stock(ListingRef(external_id="999"), [])


def test_a_banned_listing_tells_shopees_own_reason(practice: Practice) -> None:
    shop = opened(practice, practice.open_shop("Tas Lestari"))
    ref = shop.put(plain(title="Sambal kw super murah meriah"))
    seen = shop.look([ref])[ref.external_id]
    assert seen.state is ListingState.REFUSED
    assert len(seen.reason) > 20


@proves("keeps_to_the_rate")
def test_no_call_is_made_before_the_channel_said(practice: Practice) -> None:
    grant, other = practice.open_shop("Kopi Gayo Ina"), practice.open_shop("Madu Hutan Rai")
    shop, account = opened(practice, grant, pace_wait_s="0"), grant.shop_external_id
    practice.faults("shopee", {"kind": "rate_limit", "retry_after": 1, "times": 1, "shop_id": account})
    with pytest.raises(ChannelBusy) as caught:
        shop.profile()
    assert caught.value.told["wait_s"] == 1
    until = time.monotonic() + 0.9
    while time.monotonic() < until:
        with pytest.raises(ChannelBusy):
            opened(practice, grant, pace_wait_s="0").profile()
    assert len(practice.calls("/api/v2/shop/get_shop_info", account=account)) == 1
    assert opened(practice, other, pace_wait_s="0").profile().name == "Madu Hutan Rai"
    time.sleep(0.2)
    assert shop.profile().name == "Kopi Gayo Ina"


@proves("keeps_to_the_rate")
def test_the_set_rate_is_kept_by_all_threads_together(practice: Practice) -> None:
    grant = practice.open_shop("Tenun Ibu Lawe")
    account = grant.shop_external_id
    practice.faults("shopee", {"kind": "token_bucket", "rate": 25, "burst": 25, "shop_id": account})
    shop, faults = opened(practice, grant, calls_per_second="20", pace_wait_s="10"), list[BaseException]()

    def work() -> None:
        try:
            for _ in range(10):
                shop.profile()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    statuses = [call["status"] for call in practice.calls("/api/v2/shop/get_shop_info", account=account)]
    assert statuses == [200] * 50


FAULTS: dict[str, dict[str, object]] = {
    "server_error": {"status": 503},
    "not_json": {"status": 200},
    "half_body": {},
    "timeout_before_work": {"seconds": 0.1},
    "timeout_after_work": {"seconds": 0.1},
    "rate_limit": {},
}
STEPS = ["media_space/upload_image", "product/add_item", "product/init_tier_variation", "product/unlist_item"]


@pytest.mark.parametrize(
    ("kind", "step"),
    [
        *((kind, step) for kind in FAULTS for step in STEPS),
        ("server_error", "product/search_item"),
        ("half_body", "product/get_model_list"),
        ("timeout_before_work", "logistics/get_channel_list"),
    ],
)
@proves("survives_faults")
def test_whatever_breaks_while_publishing_there_is_one_whole_listing_afterwards(
    practice: Practice, kind: str, step: str
) -> None:
    grant = practice.open_shop("Rendang Uni Des")
    rule = {"kind": kind, "path": f"/api/v2/{step}", "times": 1, "shop_id": grant.shop_external_id, **FAULTS[kind]}
    if step == "media_space/upload_image":
        del rule["shop_id"]  # a public call names no shop
    practice.faults("shopee", rule)
    with pytest.raises(LapakError) as caught:
        opened(practice, grant).put(two_flavours())
    maybe_done = kind != "rate_limit" and kind != "not_json" and step in STEPS[1:]
    assert isinstance(caught.value, OutcomeUnknown) == maybe_done, caught.value
    assert caught.value.acts is (Acts.STAFF if kind == "not_json" else Acts.CLOCK)
    assert practice.buy(grant.shop_external_id, item_sku="SBL-01").status_code != 201, "never on sale without variants"
    ref = opened(practice, grant).put(two_flavours())
    items = practice.state(grant.shop_external_id)["items"]
    assert len(items) == 1
    seen = opened(practice, grant).look([ref])[ref.external_id]
    assert (seen.state, dict(seen.stock)) == (ListingState.LIVE, {"SBL-01-P": 12, "SBL-01-S": 7})


@proves("survives_faults")
def test_stock_that_fails_for_some_goes_through_for_the_others(practice: Practice) -> None:
    grant = practice.open_shop("Kerupuk Pak Slamet")
    shop = opened(practice, grant)
    flavours = [variant(n, f"KRP-{n}", (f"Rasa {n}",), stock=9) for n in range(1, 9)]
    ref = shop.put(plain(sku="KRP", option_names=("Rasa",), variants=tuple(flavours)))
    rule = {"kind": "partial_batch", "share": 0.5, "seed": 7, "path": "/api/v2/product/update_stock", "times": 1}
    practice.faults("shopee", {**rule, "shop_id": grant.shop_external_id})
    refused = shop.set_stock(ref, lines(ref, {f"KRP-{n}": 20 + n for n in range(1, 9)}))
    shown = shop.look([ref])[ref.external_id].stock
    assert 0 < len(refused) < 8
    assert all(words for words in refused.values())
    assert {sku: units for sku, units in shown.items() if units == 9} == dict.fromkeys(refused, 9)
    assert all(shown[f"KRP-{n}"] == 20 + n for n in range(1, 9) if f"KRP-{n}" not in refused)
    assert not shop.set_stock(ref, lines(ref, {f"KRP-{n}": 0 for n in range(1, 9)}))
    assert set(shop.look([ref])[ref.external_id].stock.values()) == {0}
    assert practice.buy(grant.shop_external_id, model_sku="KRP-1").json()["error"] == "sold_out"


def test_a_refused_product_says_which_field(practice: Practice) -> None:
    grant = practice.open_shop("Abon Bu Nur")
    words = {"error": "error_invalid_brand", "message": "Brand information required"}
    practice.faults("shopee", {"kind": "refuse_item", "times": 1, "shop_id": grant.shop_external_id, **words})
    with pytest.raises(ListingRefused) as caught:
        opened(practice, grant).put(plain())
    assert caught.value.told["field"] == "brand"
    assert caught.value.told["title"] == plain().title
    assert "Brand information required" in str(caught.value.told["theirs"])


@proves("signs_in_again")
def test_sixteen_workers_at_the_end_of_a_token_refresh_it_once(practice: Practice) -> None:
    grant = practice.open_shop("Gerabah Kasongan Wati")
    keeper = MemoryKeeper(replace(grant, expires_at=now()))
    before = len(practice.calls("/api/v2/auth/access_token/get", account=grant.shop_external_id))
    start, names, faults = threading.Barrier(16), list[str](), list[BaseException]()

    def work() -> None:
        shop = opened(practice, grant, keeper=keeper)
        start.wait()
        try:
            names.append(shop.profile().name)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert names == ["Gerabah Kasongan Wati"] * 16
    assert len(practice.calls("/api/v2/auth/access_token/get", account=grant.shop_external_id)) == before + 1
    spent = MemoryKeeper(replace(grant, expires_at=now()))  # somebody who kept the old token
    with pytest.raises(SignedOut):
        opened(practice, grant, keeper=spent).profile()
    assert opened(practice, grant, keeper=keeper).profile().name == "Gerabah Kasongan Wati"


@proves("signs_in_again")
def test_a_withdrawn_consent_asks_the_owner_and_a_new_one_goes_on(practice: Practice) -> None:
    grant = practice.open_shop("Sepatu Cibaduyut Deni")
    practice.faults("shopee", {"kind": "token_revoked", "times": 1, "shop_id": grant.shop_external_id})
    shop = opened(practice, grant)
    with pytest.raises(SignedOut) as caught:
        shop.put(plain())
    assert caught.value.acts is Acts.OWNER
    assert grant.access_token not in str(caught.value)


def test_pushes_are_genuine_and_name_order_and_consent(practice: Practice) -> None:
    grant = practice.open_shop("Sirup Pala Ambon Hesti")
    shop = int(grant.shop_external_id)
    application = load.application("shopee", settings=practice.shopee())
    assert isinstance(application, PushesOrders)
    assert isinstance(application, TellsOfConsent)
    consent = practice.pushed(code=1, shop_id=shop)
    application.verify(headers=consent.headers, body=consent.body, url="http://anywhere.example")
    assert [news.shop_external_id for news in application.consent_news(consent.body)] == [str(shop)]
    opened(practice, grant).put(plain())
    bought = practice.buy(str(shop), item_sku="SBL-01").json()["order_sn"]
    push = practice.pushed(code=3, ordersn=bought, status="READY_TO_SHIP")
    application.verify(headers=push.headers, body=push.body, url="http://anywhere.example")
    (hint,) = application.hints(push.body)
    assert (hint.external_no, hint.shop_external_id) == (bought, str(shop))
    assert hint.their_state == "READY_TO_SHIP"
    assert application.shop_of(push.body) == str(shop)
