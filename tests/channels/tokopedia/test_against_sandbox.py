"""The connector against the practice platform, which other hands wrote from the same documents, under its faults."""

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from lapak.channels.kit import load
from lapak.channels.kit.errors import ChannelBusy, ListingGone, ListingRefused, OrderMoved, OutcomeUnknown, SignedOut
from lapak.channels.kit.keeper import MemoryKeeper
from lapak.channels.kit.protocol import PushesOrders, TellsOfConsent
from lapak.channels.kit.tiers import proves
from lapak.core.clock import now
from lapak.core.errors import Acts, LapakError
from lapak.core.ids import ProductId
from lapak.domain.listing import ListingRef, ListingSpec, ListingState, StockLine
from lapak.domain.order import ChannelOrderState
from tests.channels.practice import Practice
from tests.channels.tokopedia.shop import Shop, Toko, spec, variant

pytestmark = pytest.mark.process
REFRESH = "/api/v2/token/refresh"


@pytest.fixture
def toko(practice: Practice) -> Toko:
    return Toko(practice)


def category(shop: Shop) -> str:
    return next(found.external_id for found in shop.categories() if "Sambal" in found.path[-1])


def plain(shop: Shop, **changes: object) -> ListingSpec:
    return spec(category=category(shop), attributes={"Masa Simpan": "6 bulan"}, **changes)


def two_flavours(shop: Shop) -> ListingSpec:
    return plain(
        shop,
        option_names=("Rasa",),
        variants=(variant(1, "SBL-01-P", ("Pedas",)), variant(2, "SBL-01-S", ("Sedang",), stock=7)),
    )


def lines(ref: ListingRef, stock: Mapping[str, int], *, price_idr: int = 25_000) -> list[StockLine]:
    return [
        StockLine(sku=sku, external_id=ref.variants[sku], stock=units, price_idr=price_idr)
        for sku, units in stock.items()
    ]


def seen_as(shop: Shop, ref: ListingRef, state: ListingState, *, within_s: float = 5) -> Mapping[str, int]:
    """Wait for the audit to end; returns the stock shown then."""
    deadline = time.monotonic() + within_s
    while (seen := shop.look([ref])[ref.external_id]).state is not state:
        assert time.monotonic() < deadline, seen
        time.sleep(0.1)
    return dict(seen.stock)


def test_a_product_goes_out_and_an_order_comes_in(toko: Toko) -> None:
    grant = toko.open_shop("Dapur Bu Marni")
    shop = toko.shop(grant)
    assert shop.profile().name == "Dapur Bu Marni"
    assert (shop.profile().consent_until or now()) > now() + timedelta(days=300)
    assert not shop.problems(two_flavours(shop))
    ref = shop.put(two_flavours(shop))
    assert seen_as(shop, ref, ListingState.LIVE) == {"SBL-01-P": 12, "SBL-01-S": 7}
    bought = toko.buy(grant.shop_external_id, seller_sku="SBL-01-S", quantity=2).json()["order_id"]
    hints = shop.orders_changed(now() - timedelta(days=40), now() + timedelta(minutes=5))
    assert [hint.external_no for hint in hints] == [bought]
    toko.act(bought, "release")
    (order,) = shop.orders([bought, "576461413038785752"])
    assert order.state is ChannelOrderState.TO_SHIP
    assert [(line.sku, line.quantity, line.price_idr) for line in order.lines] == [("SBL-01-S", 2, 25_000)]
    assert (order.total_idr or 0) >= 50_000
    tracking = shop.make_ready(bought)
    assert tracking
    assert shop.make_ready(bought) == tracking
    shipped = [
        call for call in toko.practice.calls_like("/fulfillment/", platform="tokopedia") if "ship" in call["path"]
    ]
    assert len([call for call in shipped if call["account"] == grant.shop_external_id]) == 1
    for action, state in (
        ("pickup", ChannelOrderState.SHIPPED),
        ("deliver", ChannelOrderState.SHIPPED),
        ("confirm", ChannelOrderState.DONE),
    ):
        assert toko.act(bought, action).status_code == 200
        assert shop.orders([bought])[0].state is state


def test_variants_keep_their_ids_while_options_come_and_go(toko: Toko) -> None:
    shop = toko.shop(toko.open_shop("Batik Pak Seno"))
    first = shop.put(two_flavours(shop))
    seen_as(shop, first, ListingState.LIVE)
    changed = replace(
        two_flavours(shop),
        variants=(
            variant(2, "SBL-01-S", ("Sedang",), stock=7),
            variant(3, "SBL-01-A", ("Asin",), stock=4, price_idr=27_000),
        ),
    )
    second = shop.put(changed, known=first)
    assert second.external_id == first.external_id
    assert second.variants["SBL-01-S"] == first.variants["SBL-01-S"]
    assert set(second.variants) == {"SBL-01-S", "SBL-01-A"}
    assert all(second.variants.values())


def test_a_product_with_our_mark_is_adopted_and_another_is_left_alone(toko: Toko) -> None:
    shop = toko.shop(toko.open_shop("Keripik Jaya"))
    other = shop.put(plain(shop, product_id=ProductId(UUID(int=9)), sku="KRP-09", variants=(variant(9, "KRP-09"),)))
    first = shop.put(plain(shop))
    assert first.external_id != other.external_id
    assert shop.put(plain(shop)).external_id == first.external_id


def test_hidden_withdrawn_and_deleted_listings(toko: Toko) -> None:
    shop = toko.shop(toko.open_shop("Jamu Mbok Ti"))
    ref = shop.put(plain(shop, listed=False))
    assert shop.look([ref])[ref.external_id].state is ListingState.HIDDEN
    shop.put(plain(shop), known=ref)
    seen_as(shop, ref, ListingState.LIVE)
    shop.withdraw(ref)
    shop.withdraw(ref)
    assert shop.look([ref])[ref.external_id].state is ListingState.HIDDEN
    shop.put(plain(shop), known=ref)
    seen_as(shop, ref, ListingState.LIVE)
    gone = ListingRef(external_id="1729999999999999999")
    shop.withdraw(gone)
    assert shop.look([gone])[gone.external_id].state is ListingState.GONE
    with pytest.raises(ListingGone):
        shop.put(plain(shop), known=gone)
    with pytest.raises(ListingGone):
        shop.set_stock(gone, [])


def test_a_refused_audit_tells_tiktok_shops_own_reason(toko: Toko) -> None:
    shop = toko.shop(toko.open_shop("Tas Lestari"))
    ref = shop.put(plain(shop, title="Sambal kw super murah meriah sekali"))
    seen_as(shop, ref, ListingState.REFUSED)
    assert len(shop.look([ref])[ref.external_id].reason) > 10


def test_an_order_that_is_held_or_cancelled_is_not_shipped(toko: Toko) -> None:
    grant = toko.open_shop("Cokelat Kendari Rina")
    shop = toko.shop(grant)
    seen_as(shop, shop.put(plain(shop)), ListingState.LIVE)
    unpaid = toko.buy(grant.shop_external_id, seller_sku="SBL-01", unpaid=True).json()["order_id"]
    with pytest.raises(OrderMoved):
        shop.make_ready(unpaid)
    bought = toko.buy(grant.shop_external_id, seller_sku="SBL-01").json()["order_id"]
    toko.act(bought, "release")
    toko.act(bought, "cancel", at_once=True)
    assert shop.orders([bought])[0].state is ChannelOrderState.CANCELLED
    with pytest.raises(OrderMoved):
        shop.make_ready(bought)


@proves("keeps_to_the_rate")
def test_no_call_is_made_before_the_channel_said(toko: Toko) -> None:
    grant, other = toko.open_shop("Kopi Gayo Ina"), toko.open_shop("Madu Hutan Rai")
    shop, account = toko.shop(grant, pace_wait_s="0"), grant.shop_external_id
    path = "/product/202309/products/1729999999999999999"
    toko.faults({"kind": "rate_limit", "retry_after": 1, "times": 1, "shop_id": account})
    ref = ListingRef(external_id="1729999999999999999")
    with pytest.raises(ChannelBusy) as caught:
        shop.look([ref])
    assert caught.value.told["wait_s"] == 1
    until = time.monotonic() + 0.9
    while time.monotonic() < until:
        with pytest.raises(ChannelBusy):
            toko.shop(grant, pace_wait_s="0").look([ref])
        time.sleep(0.02)
    assert len(toko.calls(path, shop=account)) == 1
    assert toko.shop(other, pace_wait_s="0").look([ref])[ref.external_id].state is ListingState.GONE
    time.sleep(0.2)
    assert shop.look([ref])[ref.external_id].state is ListingState.GONE


@proves("keeps_to_the_rate")
def test_the_set_rate_is_kept_by_all_threads_together(toko: Toko) -> None:
    grant = toko.open_shop("Tenun Ibu Lawe")
    account = grant.shop_external_id
    toko.faults({"kind": "token_bucket", "rate": 25, "burst": 25, "shop_id": account})
    shop, faults = toko.shop(grant, calls_per_second="20", pace_wait_s="10"), list[BaseException]()
    ref = ListingRef(external_id="1729999999999999999")

    def work() -> None:
        try:
            for _ in range(10):
                shop.look([ref])
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    found = toko.calls("/product/202309/products/1729999999999999999", shop=account)
    assert len(found) == 50
    assert 429 not in {call["status"] for call in found}


FAULTS: dict[str, dict[str, object]] = {
    "server_error": {"status": 503},
    "not_json": {"status": 200},
    "half_body": {},
    "timeout_before_work": {"seconds": 0.1},
    "timeout_after_work": {"seconds": 0.1},
    "rate_limit": {},
}
CREATE, UPLOAD, SEARCH = "/product/202309/products", "/product/202309/images/upload", "/product/202502/products/search"


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        *((kind, path) for kind in FAULTS for path in (CREATE, UPLOAD)),
        ("server_error", SEARCH),
        ("half_body", "/product/202309/categories"),
        ("timeout_before_work", "/logistics/202309/warehouses"),
    ],
)
@proves("survives_faults")
def test_whatever_breaks_while_publishing_there_is_one_whole_listing_afterwards(
    toko: Toko, kind: str, path: str
) -> None:
    grant = toko.open_shop("Rendang Uni Des")
    wanted = two_flavours(toko.shop(grant))
    rule = {"kind": kind, "path": path, "times": 1, "shop_id": grant.shop_external_id, **FAULTS[kind]}
    if path == UPLOAD:
        del rule["shop_id"]  # this call names no shop
    toko.faults(rule)
    with pytest.raises(LapakError) as caught:
        toko.shop(grant).put(wanted)
    maybe_done = path == CREATE and kind not in ("rate_limit", "not_json")
    assert isinstance(caught.value, OutcomeUnknown) == maybe_done, caught.value
    assert caught.value.acts is (Acts.STAFF if kind == "not_json" else Acts.CLOCK)
    ref = toko.shop(grant).put(wanted)
    assert len(toko.state(grant.shop_external_id)["items"]) == 1
    assert seen_as(toko.shop(grant), ref, ListingState.LIVE) == {"SBL-01-P": 12, "SBL-01-S": 7}


@proves("survives_faults")
def test_stock_that_fails_for_some_goes_through_for_the_others(toko: Toko) -> None:
    grant = toko.open_shop("Kerupuk Pak Slamet")
    shop = toko.shop(grant)
    flavours = [variant(n, f"KRP-{n}", (f"Rasa {n}",), stock=9) for n in range(1, 9)]
    ref = shop.put(plain(shop, sku="KRP", option_names=("Rasa",), variants=tuple(flavours)))
    seen_as(shop, ref, ListingState.LIVE)
    path = f"/product/202309/products/{ref.external_id}/inventory/update"
    rule = {"kind": "partial_batch", "share": 0.5, "seed": 7, "path": path, "times": 1}
    toko.faults({**rule, "shop_id": grant.shop_external_id})
    refused = shop.set_stock(ref, lines(ref, {f"KRP-{n}": 20 + n for n in range(1, 9)}))
    shown = shop.look([ref])[ref.external_id].stock
    assert 0 < len(refused) < 8
    assert all(words for words in refused.values())
    assert {sku: units for sku, units in shown.items() if units == 9} == dict.fromkeys(refused, 9)
    assert all(shown[f"KRP-{n}"] == 20 + n for n in range(1, 9) if f"KRP-{n}" not in refused)
    assert not shop.set_stock(ref, lines(ref, {f"KRP-{n}": 0 for n in range(1, 9)}))
    assert set(shop.look([ref])[ref.external_id].stock.values()) == {0}
    assert toko.buy(grant.shop_external_id, seller_sku="KRP-1").json()["error"] == "sold_out"


@proves("survives_faults")
def test_one_price_they_do_not_take_keeps_no_other_away(toko: Toko) -> None:
    shop = toko.shop(toko.open_shop("Kue Satu Bu Yati"))
    flavours = [variant(n, f"KUE-{n}", (f"Rasa {n}",)) for n in range(1, 6)]
    ref = shop.put(plain(shop, sku="KUE", option_names=("Rasa",), variants=tuple(flavours)))
    seen_as(shop, ref, ListingState.LIVE)
    wanted = {f"KUE-{n}": 30_000 + n for n in range(1, 6)} | {"KUE-3": 5}  # practice takes Rp100 and more
    offers = [
        StockLine(sku=sku, external_id=ref.variants[sku], stock=12, price_idr=price) for sku, price in wanted.items()
    ]
    refused = shop.set_stock(ref, offers)
    assert set(refused) == {"KUE-3"}
    shown = shop.look([ref])[ref.external_id].price_idr
    assert {sku: price for sku, price in shown.items() if sku != "KUE-3"} == {
        sku: price for sku, price in wanted.items() if sku != "KUE-3"
    }
    assert shown["KUE-3"] == 25_000


def test_a_refused_product_says_which_field(toko: Toko) -> None:
    grant = toko.open_shop("Abon Bu Nur")
    shop = toko.shop(grant)
    with pytest.raises(ListingRefused) as caught:
        shop.put(plain(shop, title="Pendek"))
    assert caught.value.told["field"] == "title"
    assert caught.value.told["title"] == "Pendek"


@proves("signs_in_again")
def test_sixteen_workers_at_the_end_of_a_token_refresh_it_once(toko: Toko) -> None:
    grant = toko.open_shop("Gerabah Kasongan Wati")
    keeper = MemoryKeeper(replace(grant, expires_at=now()))
    before = len(toko.calls(REFRESH, shop=grant.shop_external_id))
    start, names, faults = threading.Barrier(16), list[str](), list[BaseException]()

    def work() -> None:
        shop = toko.shop(grant, keeper=keeper)
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
    assert len(toko.calls(REFRESH, shop=grant.shop_external_id)) == before + 1
    assert keeper.current().extra == grant.extra
    spent = MemoryKeeper(replace(grant, expires_at=now()))  # somebody who kept the old token
    with pytest.raises(SignedOut):
        toko.shop(grant, keeper=spent).profile()
    assert toko.shop(grant, keeper=keeper).profile().name == "Gerabah Kasongan Wati"


@proves("signs_in_again")
def test_a_withdrawn_consent_asks_the_owner_and_a_new_one_goes_on(toko: Toko) -> None:
    grant = toko.open_shop("Sepatu Cibaduyut Deni")
    shop = toko.shop(grant)
    wanted = plain(shop)
    toko.faults({"kind": "token_revoked", "times": 1, "shop_id": grant.shop_external_id})
    with pytest.raises(SignedOut) as caught:
        toko.shop(grant).put(wanted)
    assert caught.value.acts is Acts.OWNER
    assert grant.access_token not in str(caught.value)


def test_pushes_are_genuine_and_name_order_and_consent(toko: Toko) -> None:
    grant = toko.open_shop("Sirup Pala Ambon Hesti")
    shop, account = toko.shop(grant), grant.shop_external_id
    application = toko.practice.kept(load.application("tokopedia", settings=toko.settings()))
    assert isinstance(application, PushesOrders)
    assert isinstance(application, TellsOfConsent)
    seen_as(shop, shop.put(plain(shop)), ListingState.LIVE)
    bought = toko.buy(account, seller_sku="SBL-01").json()["order_id"]
    push = toko.practice.pushed(type=1, order_id=bought)
    application.verify(headers=push.headers, body=push.body, url="http://anywhere.example")
    (hint,) = application.hints(push.body)
    assert (hint.external_no, hint.shop_external_id) == (bought, account)
    assert application.shop_of(push.body) == account
    toko.revoke(account)
    withdrawn = toko.practice.pushed(type=6, shop_id=account)
    application.verify(headers=withdrawn.headers, body=withdrawn.body, url="")
    assert [(news.shop_external_id, news.word) for news in application.consent_news(withdrawn.body)] == [
        (account, "withdrawn")
    ]
