"""The connector against the practice platform, which other hands wrote from the same documents, under its faults."""

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from lapak.channels.kit import load
from lapak.channels.kit.errors import (
    ConsentRefused,
    ListingGone,
    ListingRefused,
    NotYet,
    OrderMoved,
    OutcomeUnknown,
    ShipmentByHand,
    SignedOut,
)
from lapak.channels.kit.keeper import MemoryKeeper
from lapak.channels.kit.protocol import TakesKeys
from lapak.channels.kit.tiers import proves
from lapak.core.clock import now
from lapak.core.errors import Acts, LapakError
from lapak.domain.listing import ListingRef, ListingSpec, ListingState, StockLine
from lapak.domain.order import ChannelOrderState
from tests.channels.blibli.shop import Shop, Toko, spec, variant
from tests.channels.practice import Practice

pytestmark = pytest.mark.process
PROXY = "/v2/proxy"
PRODUCTS = f"{PROXY}/seller/v1/products/"
CREATE, LIST = f"{PRODUCTS}async", f"{PRODUCTS}filter"


@pytest.fixture
def toko(practice: Practice) -> Toko:
    return Toko(practice)


def plain(**changes: object) -> ListingSpec:
    return spec(attributes={"Masa Simpan": "6 bulan", "Varian": "Original"}, **changes)


def two_flavours(**changes: object) -> ListingSpec:
    return plain(
        option_names=("Rasa",),
        variants=(variant(1, "SBL-01-P", ("Pedas",)), variant(2, "SBL-01-M", ("Manis",), stock=7)),
        **changes,
    )


def lines(ref: ListingRef, stock: Mapping[str, int], *, price_idr: int = 25_000) -> list[StockLine]:
    return [
        StockLine(sku=sku, external_id=ref.variants[sku], stock=units, price_idr=price_idr)
        for sku, units in stock.items()
    ]


def seen_as(shop: Shop, ref: ListingRef, state: ListingState, *, within_s: float = 5) -> Mapping[str, int]:
    """Wait for the review to end; returns the stock shown then."""
    deadline = time.monotonic() + within_s
    while (seen := shop.look([ref])[ref.external_id]).state is not state:
        assert time.monotonic() < deadline, seen
        time.sleep(0.05)
    return dict(seen.stock)


def test_a_product_goes_out_and_an_order_comes_in(toko: Toko) -> None:
    grant = toko.open_shop("Dapur Bu Marni")
    shop, account = toko.shop(grant), grant.shop_external_id
    assert shop.profile().name == "Dapur Bu Marni"
    assert "MA-1003001" in {category.external_id for category in shop.categories()}
    assert not shop.problems(two_flavours())
    ref = shop.put(two_flavours())
    assert seen_as(shop, ref, ListingState.LIVE) == {"SBL-01-P": 12, "SBL-01-M": 7}
    bought = toko.buy(
        account, lines=[{"seller_sku": "SBL-01-M", "quantity": 2}, {"seller_sku": "SBL-01-P", "quantity": 1}]
    ).json()["order_id"]
    hints = shop.orders_changed(now() - timedelta(days=40), now() + timedelta(minutes=5))
    assert [(hint.external_no, hint.their_state) for hint in hints] == [(bought, "FP")]
    (order,) = shop.orders([bought, "25999999999"])
    assert (order.state, order.total_idr, order.their_state) == (ChannelOrderState.TO_SHIP, 75_000, "FP")
    assert sorted((line.sku, line.quantity, line.price_idr) for line in order.lines) == [
        ("SBL-01-M", 2, 25_000),
        ("SBL-01-P", 1, 25_000),
    ]
    assert {line.variant_external_id for line in order.lines} == set(ref.variants.values())
    assert {line.listing_external_id for line in order.lines} == {ref.external_id}
    assert order.city
    tracking = shop.make_ready(bought)
    assert tracking
    assert shop.make_ready(bought) == tracking
    shipped = toko.practice.calls_like(f"{PROXY}/seller/v1/orders/regular/", platform="blibli")
    assert len([call for call in shipped if call["account"] == account]) == 1
    for action, state in (
        ("pickup", ChannelOrderState.SHIPPED),
        ("deliver", ChannelOrderState.DONE),
    ):
        assert toko.act(bought, action).status_code == 200
        assert shop.orders([bought])[0].state is state
    assert shop.orders([bought])[0].tracking_no == tracking


def test_a_change_of_an_order_paid_before_the_window_is_found_by_looking_back(toko: Toko) -> None:
    grant = toko.open_shop("Sirup Pala Ambon Hesti")
    shop, account = toko.shop(grant, look_back_every_s="0"), grant.shop_external_id
    seen_as(shop, shop.put(plain()), ListingState.LIVE)
    bought = toko.buy(account, seller_sku="SBL-01").json()["order_id"]
    toko.act(bought, "cancel", at_once=True)
    later = now() + timedelta(seconds=30)
    hints = shop.orders_changed(later, later + timedelta(minutes=1))
    assert [(hint.external_no, hint.their_state) for hint in hints] == [(bought, "X")]
    assert shop.orders([bought])[0].state is ChannelOrderState.CANCELLED
    with pytest.raises(OrderMoved):
        shop.make_ready(bought)
    sparing = toko.shop(grant)
    assert sparing.orders_changed(later, later + timedelta(minutes=1))
    assert not sparing.orders_changed(later, later + timedelta(minutes=1)), "not again so soon"


def test_a_list_that_ends_too_early_is_asked_in_halves(toko: Toko) -> None:
    grant = toko.open_shop("Keripik Lado Uni Eva")
    shop, account = toko.shop(grant, orders_most="3"), grant.shop_external_id
    seen_as(shop, shop.put(plain(variants=(variant(1, "SBL-01", stock=50),))), ListingState.LIVE)
    bought = set()
    for _ in range(4):
        bought.add(toko.buy(account, seller_sku="SBL-01").json()["order_id"])
        time.sleep(1.1)  # they tell whole seconds
    hints = shop.orders_changed(now() - timedelta(minutes=1), now() + timedelta(seconds=5))
    assert {hint.external_no for hint in hints} == bought
    assert len(toko.calls(f"{PROXY}/seller/v1/orders/packages/filter", shop=account)) > 3


def test_a_seller_with_an_own_courier_ships_in_seller_center(toko: Toko) -> None:
    grant = toko.open_shop("Kopi Toraja Yosi", dropship=True)
    shop = toko.shop(grant)
    seen_as(shop, shop.put(plain()), ListingState.LIVE)
    bought = toko.buy(grant.shop_external_id, seller_sku="SBL-01").json()["order_id"]
    with pytest.raises(ShipmentByHand):
        shop.make_ready(bought)


def test_variants_keep_their_numbers_while_others_come_and_go(toko: Toko) -> None:
    shop = toko.shop(toko.open_shop("Batik Pak Seno"))
    first = shop.put(two_flavours())
    seen_as(shop, first, ListingState.LIVE)
    changed = replace(
        two_flavours(),
        title="Sambal Bawang Bu Marni Isi Baru",
        variants=(
            variant(2, "SBL-01-M", ("Manis",), stock=9, price_idr=26_000),
            variant(3, "SBL-01-B", ("Balado",), stock=4, price_idr=27_000),
        ),
    )
    second = shop.put(changed, known=first)
    assert second.external_id == first.external_id
    assert second.variants["SBL-01-M"] == first.variants["SBL-01-M"]
    seen = shop.look([second])[second.external_id]
    assert dict(seen.stock) == {"SBL-01-M": 9, "SBL-01-B": 4}
    assert dict(seen.price_idr) == {"SBL-01-M": 26_000, "SBL-01-B": 27_000}
    before = len(toko.practice.calls_like(f"{PROXY}/", platform="blibli"))
    assert shop.put(changed, known=second).variants == second.variants
    since = toko.practice.calls_like(f"{PROXY}/", platform="blibli")[before:]
    assert {call["method"] for call in since} <= {"GET"}, "what is as it should be is not written"


def test_a_submission_still_in_the_queue_is_in_review_until_the_queue_answers(toko: Toko) -> None:
    shop = toko.shop(toko.open_shop("Rendang Uni Des"), queue_tries="0")
    ref = shop.put(two_flavours())
    assert ref.external_id.startswith("queue:")
    from_the_database = ListingRef(external_id=ref.external_id)  # numbers that are not known are not kept
    seen_as(shop, from_the_database, ListingState.LIVE)
    assert not shop.set_stock(from_the_database, [StockLine(sku="SBL-01-P", external_id="", stock=3, price_idr=25_000)])
    assert shop.look([from_the_database])[ref.external_id].stock["SBL-01-P"] == 3
    found = shop.put(two_flavours(), known=from_the_database)
    assert not found.external_id.startswith("queue:")
    assert all(found.variants.values())


def test_what_is_reviewed_waits_with_its_changes_and_holds_nothing_else_up(toko: Toko) -> None:
    grant = toko.open_shop("Jamu Mbok Ti")
    toko.faults({"kind": "review_item", "seconds": 3, "shop_id": grant.shop_external_id})
    shop = toko.shop(grant)
    ref = shop.put(plain())
    assert shop.look([ref])[ref.external_id].state is ListingState.IN_REVIEW
    for change in (
        lambda: shop.put(plain(title="Sambal Bawang Bu Marni 250 g"), known=ref),
        lambda: shop.set_stock(ref, lines(ref, {"SBL-01": 3})),
        lambda: shop.withdraw(ref),
    ):
        with pytest.raises(NotYet) as caught:
            change()
        assert caught.value.acts is Acts.CLOCK
    assert shop.put(plain(), known=ref).external_id == ref.external_id


def test_hidden_withdrawn_and_unknown_listings(toko: Toko) -> None:
    shop = toko.shop(toko.open_shop("Tenun Ibu Lawe"))
    ref = shop.put(plain(listed=False))
    seen_as(shop, ref, ListingState.HIDDEN)
    shop.put(plain(), known=ref)
    seen_as(shop, ref, ListingState.LIVE)
    shop.withdraw(ref)
    shop.withdraw(ref)
    seen_as(shop, ref, ListingState.HIDDEN)
    shop.put(plain(title="Sambal Bawang Bu Marni Baru"), known=ref)
    assert seen_as(shop, ref, ListingState.LIVE) == {"SBL-01": 12}
    gone = ListingRef(external_id="LTH-99999-00001")
    shop.withdraw(gone)
    assert shop.look([gone])[gone.external_id].state is ListingState.GONE
    with pytest.raises(ListingGone):
        shop.put(plain(), known=gone)
    with pytest.raises(ListingGone):
        shop.set_stock(gone, [StockLine(sku="SBL-01", external_id="", stock=1, price_idr=25_000)])


def test_what_needs_correction_says_why_and_is_revised(toko: Toko) -> None:
    shop = toko.shop(toko.open_shop("Tas Lestari"))
    ref = shop.put(plain(title="Sambal kw super murah"))
    seen_as(shop, ref, ListingState.REFUSED)
    assert len(shop.look([ref])[ref.external_id].reason) > 10
    again = shop.put(plain(title="Sambal asli buatan sendiri"), known=ref)
    assert again.external_id == ref.external_id
    assert seen_as(shop, again, ListingState.LIVE) == {"SBL-01": 12}


def test_a_refusal_of_the_queue_is_told_in_its_words_and_may_be_put_again(toko: Toko) -> None:
    grant = toko.open_shop("Abon Bu Nur")
    words = {"error": "ERR-PA400001", "message": "Gambar produk tidak dapat dibaca"}
    toko.faults({"kind": "refuse_item", "shop_id": grant.shop_external_id, **words})
    with pytest.raises(ListingRefused) as caught:
        toko.shop(grant).put(plain())
    assert "Gambar produk tidak dapat dibaca" in str(caught.value.told["theirs"])
    assert caught.value.told["title"] == plain().title
    toko.faults()
    assert toko.shop(grant).put(plain()).external_id


@proves("keeps_to_the_rate")
def test_a_quota_that_is_used_up_holds_that_call_and_no_other(toko: Toko) -> None:
    grant, other = toko.open_shop("Kopi Gayo Ina"), toko.open_shop("Madu Hutan Rai")
    account = grant.shop_external_id
    path = f"{PROXY}/seller/v1/orders/packages/filter"
    toko.faults({"kind": "rate_limit", "retry_after": 1, "times": 1, "shop_id": account})
    window = (now() - timedelta(hours=1), now())
    with pytest.raises(NotYet) as caught:
        toko.shop(grant, pace_wait_s="0").orders_changed(*window)
    assert caught.value.told["wait_s"] == 1
    until = time.monotonic() + 0.9
    while time.monotonic() < until:
        with pytest.raises(NotYet):
            toko.shop(grant, pace_wait_s="0").orders_changed(*window)
        time.sleep(0.05)
    assert len(toko.calls(path, shop=account)) == 1
    assert toko.shop(grant, pace_wait_s="0").profile().name == "Kopi Gayo Ina"
    assert not toko.shop(other, pace_wait_s="0").orders_changed(*window)
    time.sleep(0.2)
    assert not toko.shop(grant, pace_wait_s="0").orders_changed(*window)


@proves("keeps_to_the_rate")
def test_no_more_calls_than_a_quota_allows_are_made_by_all_threads_together(toko: Toko) -> None:
    grant = toko.open_shop("Gerabah Kasongan Wati")
    account = grant.shop_external_id
    told, faults = list[str](), list[LapakError]()

    def work() -> None:
        for _ in range(10):
            shop = toko.shop(grant, quota_share="1", pace_wait_s="0")  # a connector of its own remembers nothing
            try:
                told.append(shop.profile().name)
            except LapakError as fault:
                faults.append(fault)

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = len(toko.calls(f"{PROXY}/seller/v1/stores", shop=account)) - 1  # one tried the keys
    assert 12 <= made == len(told) <= 25
    assert {type(fault) for fault in faults} == {NotYet}


FAULTS: dict[str, dict[str, object]] = {
    "server_error": {"status": 503},
    "not_json": {"status": 200},
    "half_body": {},
    "timeout_before_work": {"seconds": 0.1},
    "timeout_after_work": {"seconds": 0.1},
    "rate_limit": {},
}


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        *((kind, CREATE) for kind in FAULTS),
        *((kind, LIST) for kind in FAULTS),
        ("server_error", f"{PROXY}/mta/api/businesspartner/v1/feed/list"),
        ("half_body", f"{PROXY}/seller/v1/stores/pickup-points/filter"),
        ("timeout_before_work", f"{PROXY}/seller/v1/categories/"),
    ],
)
@proves("survives_faults")
def test_whatever_breaks_while_publishing_there_is_one_whole_listing_afterwards(
    toko: Toko, kind: str, path: str
) -> None:
    grant = toko.open_shop("Dendeng Batokok Rina")
    account = grant.shop_external_id
    rule = {"kind": kind, "path": path, "times": 1, "shop_id": account, **FAULTS[kind]}
    toko.faults(rule)
    with pytest.raises(LapakError) as caught:
        toko.shop(grant).put(two_flavours())
    maybe_done = path == CREATE and kind not in ("rate_limit", "not_json")
    assert isinstance(caught.value, OutcomeUnknown) == maybe_done, caught.value
    assert caught.value.acts is (Acts.STAFF if kind == "not_json" else Acts.CLOCK)
    ref = put_when_the_queue_allows(toko, toko.shop(grant), two_flavours())
    assert seen_as(toko.shop(grant), ref, ListingState.LIVE) == {"SBL-01-P": 12, "SBL-01-M": 7}
    assert len(toko.state(account)["items"]) == 1


def put_when_the_queue_allows(toko: Toko, shop: Shop, wanted: ListingSpec) -> ListingRef:
    """As the clock would: while a submission is under way whose answer was lost, the put waits."""
    deadline = time.monotonic() + 5
    while True:
        try:
            return shop.put(wanted)
        except NotYet:
            assert time.monotonic() < deadline
            time.sleep(0.1)


@proves("survives_faults")
def test_a_stock_whose_answer_is_lost_is_set_by_the_next_try(toko: Toko) -> None:
    grant = toko.open_shop("Kerupuk Pak Slamet")
    shop = toko.shop(grant)
    ref = shop.put(two_flavours())
    seen_as(shop, ref, ListingState.LIVE)
    for kind in ("timeout_before_work", "timeout_after_work", "server_error"):
        rule = {"kind": kind, "path": PRODUCTS, "times": 1, "shop_id": grant.shop_external_id, **FAULTS[kind]}
        toko.faults(rule)
        with pytest.raises(OutcomeUnknown):
            shop.set_stock(ref, lines(ref, {"SBL-01-P": 0, "SBL-01-M": 30}))
        assert not shop.set_stock(ref, lines(ref, {"SBL-01-P": 0, "SBL-01-M": 30}))
        assert dict(shop.look([ref])[ref.external_id].stock) == {"SBL-01-P": 0, "SBL-01-M": 30}
    assert toko.buy(grant.shop_external_id, seller_sku="SBL-01-P").json()["error"] == "sold_out"


def test_a_price_they_do_not_take_is_told_and_the_stock_still_goes(toko: Toko) -> None:
    shop = toko.shop(toko.open_shop("Kue Satu Bu Yati"))
    ref = shop.put(two_flavours())
    seen_as(shop, ref, ListingState.LIVE)
    wanted = [
        StockLine(sku="SBL-01-P", external_id=ref.variants["SBL-01-P"], stock=5, price_idr=5),
        StockLine(sku="SBL-01-M", external_id=ref.variants["SBL-01-M"], stock=6, price_idr=30_000),
        StockLine(sku="SBL-01-X", external_id=f"{ref.external_id}-00009", stock=6, price_idr=30_000),
    ]
    refused = shop.set_stock(ref, wanted)
    assert set(refused) == {"SBL-01-P", "SBL-01-X"}
    seen = shop.look([ref])[ref.external_id]
    assert dict(seen.stock) == {"SBL-01-P": 5, "SBL-01-M": 6}
    assert dict(seen.price_idr) == {"SBL-01-P": 25_000, "SBL-01-M": 30_000}


@proves("signs_in_again")
def test_keys_that_were_renewed_or_taken_back_ask_the_owner_and_new_ones_go_on(toko: Toko) -> None:
    store = toko.new_store("Sepatu Cibaduyut Deni")
    grant = toko.join(store)
    keeper = MemoryKeeper(grant)
    shop, account = toko.shop(grant, keeper=keeper), grant.shop_external_id
    seen_as(shop, shop.put(plain()), ListingState.LIVE)
    renewed = toko.keys(account, new_key=True)
    with pytest.raises(SignedOut) as caught:
        shop.orders(["25100026101"])
    assert caught.value.acts is Acts.OWNER
    assert grant.access_token not in str(caught.value)
    keeper.keep(toko.join(renewed))  # typed anew; the open connector goes on with it
    assert not shop.orders(["25999999999"])
    toko.keys(account, linked=False)
    with pytest.raises(SignedOut):
        shop.orders(["25100026101"])
    toko.keys(account, linked=True)
    assert not shop.orders(["25999999999"])


def test_a_signature_is_wanted_where_the_seller_has_switched_it_on(toko: Toko) -> None:
    without = toko.new_store("Cokelat Kendari Rina", signature=False)
    assert toko.join({**without, "signature_key": ""}).shop_external_id == without["shop_id"]
    store = toko.new_store("Madu Baduy Saidah")
    application = toko.practice.kept(load.application("blibli", settings=toko.settings()))
    assert isinstance(application, TakesKeys)
    for wrong in ({"signature_key": ""}, {"signature_key": "salah"}, {"store_code": "LTH-1"}, {"api_seller_key": "00"}):
        with pytest.raises(ConsentRefused):
            application.exchange_keys({**toko.typed(store), **wrong})
