"""A store on the practice platform, which other hands wrote from the same documents, under its faults."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import httpx2
import pytest

from lapak.channels.grab.application import GrabApplication
from lapak.channels.grab.connector import GrabConnector
from lapak.channels.kit import load
from lapak.channels.kit.errors import ChannelBusy, ChannelFault, OrderMoved, OutcomeUnknown, PushForged
from lapak.channels.kit.keeper import MemoryKeeper
from lapak.channels.kit.tiers import proves
from lapak.core.clock import now
from lapak.core.ids import ProductId, VariantId
from lapak.domain.connection import Grant
from lapak.domain.listing import ListingSpec, StockLine, VariantSpec
from lapak.domain.menu import DAYS, CancelReason, Menu, MenuSection, MenuState
from lapak.domain.order import ChannelOrder, ChannelOrderState
from tests.channels.practice import Practice

pytestmark = pytest.mark.process


@dataclass
class Store:
    """One practice store, our server for it, and the connector that speaks for it."""

    practice: Practice
    application: GrabApplication
    number: str = ""
    connector: GrabConnector = field(init=False)
    stock: int = 12
    news: list[bytes] = field(default_factory=list)
    ahead_s: int = 0

    def open(self, **how: str) -> "Store":
        sent = {"name": "Dapur Bu Ratmi", "partner_merchant_id": "toko-7", "accepts": "MANUAL", **how}
        reply = httpx2.post(f"{self.practice.url}/practice/grab/shops", json=sent)
        self.number = reply.raise_for_status().json()["merchant_id"]
        self.connector = self.opened()
        return self

    def opened(self, **settings: str) -> GrabConnector:
        grant = Grant(shop_external_id=self.number, access_token="-", refresh_token="-", expires_at=now())
        opened = load.connector(
            "grab",
            settings={**keys(self.practice), **settings},
            shop_external_id=self.number,
            keeper=MemoryKeeper(grant),
            open_photo=lambda _: b"",
        )
        assert isinstance(opened, GrabConnector)
        return self.practice.kept(opened)

    def offered(self) -> Menu:
        variant = VariantSpec(
            variant_id=VariantId(UUID(int=1)), sku="KRP-250", options=(), price_idr=18_000, stock=self.stock
        )
        product = ListingSpec(
            product_id=ProductId(UUID(int=2)),
            sku="KRP-250",
            title="Keripik Singkong Balado 250 g",
            description="Digoreng setiap pagi.",
            category="",
            weight_g=250,
            photos=("a",),
            variants=(variant,),
        )
        return Menu(
            shop_external_id=self.number,
            our_shop_id="toko-7",
            sections=(MenuSection(key="camilan", name="Camilan", products=(product,)),),
            photo_urls={"a": "https://lapak.example/p/a.jpg"},
            hours=dict.fromkeys(DAYS, ("00:00", "23:59")),
        )

    def publish(self) -> None:
        self.connector.announce()
        until(lambda: self.connector.menu_outcome().state is MenuState.TAKEN)

    def later(self, seconds: int) -> None:
        self.ahead_s += seconds
        ahead = {"ahead_s": self.ahead_s}
        httpx2.put(f"{self.practice.url}/practice/clock", json=ahead).raise_for_status()

    def buy(self, quantity: int = 1) -> str:
        wish = {"merchant_id": self.number, "item_id": "KRP-250", "quantity": quantity, "note": "jangan pedas"}
        reply = httpx2.post(f"{self.practice.url}/practice/grab/buy", json=wish)
        assert reply.status_code == 201, reply.text
        made: dict[str, Any] = reply.json()
        return str(made.get("orderID") or made.get("order_id"))

    def act(self, order: str, action: str, **told: object) -> None:
        httpx2.post(f"{self.practice.url}/practice/grab/orders/{order}/{action}", json=told).raise_for_status()

    def read(self, order: str) -> ChannelOrder:
        (found,) = self.connector.orders([order])
        return found

    def seen(self) -> dict[str, Any]:
        told = httpx2.get(f"{self.practice.url}/practice/grab/state", params={"merchant_id": self.number})
        (item,) = told.json()["items"]
        found: dict[str, Any] = item
        return found


def keys(practice: Practice) -> dict[str, str]:
    return {
        "host": f"{practice.url}/grab/grabfood",
        "token_host": f"{practice.url}/grab",
        "client_id": "latihan-grab",
        "client_secret": "latihan-rahasia-grab",
        "partner_client_id": "latihan-mitra-grab",
        "partner_client_secret": "latihan-rahasia-mitra-grab",
        "calls_per_second": "10000",
    }


def until(holds: Callable[[], bool], *, within_s: float = 10) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def store(practice: Practice) -> Iterator[Store]:
    """A linked store that asks for each order, with our server behind it."""
    opened = load.application("grab", settings=keys(practice))
    assert isinstance(opened, GrabApplication)
    ours = Store(practice=practice, application=opened)

    class Door(BaseHTTPRequestHandler):
        def _body(self) -> bytes:
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))

        def _say(self, status: int, told: object = None) -> None:
            body = b"" if told is None else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _believes(self, body: bytes) -> bool:
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                ours.application.verify(headers=headers, body=body, url=self.path)
            except PushForged:
                self._say(401)
                return False
            return True

        def do_GET(self) -> None:
            query = dict(parse_qsl(urlsplit(self.path).query))
            if self._believes(b""):
                asked = ours.application.shop_asked_for(query)
                self._say(200, ours.connector.menu(ours.offered())) if asked == ours.number else self._say(404)

        def do_POST(self) -> None:
            body = self._body()
            if self.path == "/token":
                self._say(200, ours.application.issue_token(body))
            elif self._believes(body):
                ours.news.append(body)
                self._say(204)

        do_PUT = do_POST

        def log_message(self, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    places = {f"{name}_url": f"{url}/news" for name in ("order", "state", "menu_result", "integration")}
    words = {"client_id": "latihan-mitra-grab", "client_secret": "latihan-rahasia-mitra-grab"}
    portal = {**places, **words, "token_url": f"{url}/token", "menu_url": f"{url}/menu"}
    httpx2.put(f"{practice.url}/practice/grab/portal", json=portal).raise_for_status()
    practice.faults("grab")
    yield ours.open()
    practice.faults("grab")
    ours.later(-ours.ahead_s)
    server.shutdown()
    server.server_close()


def test_a_menu_is_fetched_and_an_order_goes_from_the_door_to_the_driver(store: Store) -> None:
    store.publish()
    assert store.seen()["price"] == 1_800_000
    number = store.buy(2)
    until(lambda: any(hint.external_no == number for body in store.news for hint in store.application.hints(body)))
    order = store.read(number)
    assert (order.state, order.total_idr, order.note) == (ChannelOrderState.TO_SHIP, 36_000, "jangan pedas")
    assert [(line.sku, line.quantity, line.price_idr) for line in order.lines] == [("KRP-250", 2, 18_000)]
    store.connector.accept(number)
    store.connector.accept(number)
    store.connector.make_ready(number)
    store.connector.make_ready(number)
    for action, state in (
        ("allocate", ChannelOrderState.ARRANGED),
        ("arrive", ChannelOrderState.ARRANGED),
        ("collect", ChannelOrderState.SHIPPED),
        ("deliver", ChannelOrderState.DONE),
    ):
        store.act(number, action)
        assert store.read(number).state is state
    assert number in {hint.external_no for hint in store.connector.orders_changed(now(), now())}


def test_the_result_of_a_menu_comes_by_itself_too(store: Store) -> None:
    store.publish()

    def told() -> set[MenuState]:
        return {news.outcome.state for body in store.news for news in store.application.menu_news(body)}

    until(lambda: MenuState.TAKEN in told())


def test_a_rejected_order_is_cancelled_and_cannot_be_accepted_any_more(store: Store) -> None:
    store.publish()
    number = store.buy()
    store.connector.reject(number)
    store.connector.reject(number)
    assert store.read(number).state is ChannelOrderState.CANCELLED
    with pytest.raises(OrderMoved):
        store.connector.accept(number)


def test_where_the_seller_accepts_by_hand_cancelling_is_refused_in_their_words(store: Store) -> None:
    store.publish()
    number = store.buy()
    store.connector.accept(number)
    with pytest.raises(OrderMoved) as caught:
        store.connector.cancel(number, reason=CancelReason.SOLD_OUT)
    assert caught.value.told["theirs"]


def test_an_edited_order_is_read_anew(store: Store) -> None:
    store.publish()
    number = store.buy()
    before = store.read(number)
    store.act(number, "edit", lines=[{"item_id": "KRP-250", "quantity": 3}])
    after = store.read(number)
    assert (after.external_no, after.lines[0].quantity) == (number, 3)
    assert before.their_state != after.their_state


def test_sold_out_and_back_again_without_a_new_menu(store: Store) -> None:
    store.publish()
    for stock, status in ((0, "UNAVAILABLE"), (5, "AVAILABLE")):
        store.later(20)
        line = StockLine(sku="KRP-250", external_id="", stock=stock, price_idr=19_000)
        assert not store.connector.set_items([line])
        seen = store.seen()
        assert (seen["price"], seen["max_stock"], seen["status"]) == (1_900_000, stock, status)
    store.later(20)
    unknown = StockLine(sku="TIDAK-ADA", external_id="", stock=1, price_idr=1000)
    assert set(store.connector.set_items([line, unknown])) == {"TIDAK-ADA"}


def test_a_menu_announced_twice_within_two_minutes_waits(store: Store) -> None:
    store.publish()
    with pytest.raises(ChannelBusy) as caught:
        store.connector.announce()
    assert caught.value.told["wait_s"] == 120


@pytest.mark.parametrize(
    ("kind", "more", "fault", "stock"),
    [
        ("server_error", {"status": 503}, OutcomeUnknown, 12),
        ("timeout_before_work", {"seconds": 0.1}, OutcomeUnknown, 12),
        ("timeout_after_work", {"seconds": 0.1}, OutcomeUnknown, 4),
        ("rate_limit", {}, ChannelBusy, 12),
    ],
)
@proves("survives_faults")
def test_whatever_breaks_is_told_and_the_next_try_sets_it_right(
    store: Store, kind: str, more: dict[str, object], fault: type[ChannelFault], stock: int
) -> None:
    store.publish()
    line = StockLine(sku="KRP-250", external_id="", stock=4, price_idr=18_000)
    store.practice.faults("grab", {"kind": kind, "times": 1, "path": "/grabfood/partner/v1/batch/menu", **more})
    with pytest.raises(ChannelFault) as caught:
        store.connector.set_items([line])
    assert type(caught.value) is fault
    assert store.seen()["max_stock"] == stock
    store.practice.faults("grab")
    store.later(20)
    assert not store.connector.set_items([line])
    assert store.seen()["max_stock"] == 4


@proves("keeps_to_the_rate")
def test_the_set_rate_is_kept_by_all_threads_together(store: Store) -> None:
    store.practice.faults("grab", {"kind": "token_bucket", "rate": 25, "burst": 25})
    paced, faults = store.opened(calls_per_second="20", pace_wait_s="10"), list[BaseException]()

    def work() -> None:
        try:
            for _ in range(8):
                paced.profile()
        except BaseException as fault:
            faults.append(fault)

    began = time.monotonic()
    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert time.monotonic() - began >= 0.9
