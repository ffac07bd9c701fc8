"""Menus that a channel fetches, and orders that the seller is asked to take on."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapak.channels.kit.contract.application import HearsPushesContract
from lapak.channels.kit.contract.shop import PHOTO, ConnectorContract
from lapak.channels.kit.contract.strange import often, strangely
from lapak.channels.kit.errors import ChannelFault, OrderMoved, PushForged
from lapak.channels.kit.protocol import AsksSeller, FetchesMenu, TakesMenu
from lapak.channels.kit.scenes import Scene
from lapak.channels.kit.tiers import proves
from lapak.core.errors import Acts, LapakError
from lapak.domain.listing import StockLine
from lapak.domain.menu import CancelReason, Menu, MenuSection


class TakesMenuContract(ConnectorContract):
    """`menu.json`, the menu as the channel should get it. Scenes: `announce`, `announce_busy`, `outcome`, `items`,
    `items_refused`, and of `set_items` failing: `items_busy`, `items_signed_out`, `items_nonsense`, `items_unknown`."""

    promise = "takes_menu"

    def takes(self, scene: Scene) -> TakesMenu:
        connector = self.opened(scene)
        assert isinstance(connector, TakesMenu)
        return connector

    def offered(self) -> Menu:
        """One product as it is, one in two flavours of which one is sold out; closed on Sundays."""
        other = self.with_options()
        sold_out = replace(other.variants[1], stock=0)
        other = replace(other, title="Keripik Singkong", variants=(other.variants[0], sold_out))
        section = MenuSection(key="camilan", name="Camilan", products=(self.plain(), other))
        week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat"), ("08:00", "21:00"))
        photos = {PHOTO: "https://lapak.example/p/sambal.jpg"}
        return Menu(
            shop_external_id=self.shop, our_shop_id="toko-7", sections=(section,), photo_urls=photos, hours=week
        )

    def lines(self) -> Sequence[StockLine]:
        return [
            StockLine(sku="SBL-01", external_id="", stock=9, price_idr=26_000),
            StockLine(sku="SBL-01-S", external_id="", stock=0, price_idr=24_000),
        ]

    def test_the_menu_holds_every_variant_with_its_price_and_stock(self) -> None:
        wanted = json.loads((self.scenes / "menu.json").read_text("utf-8"))
        assert self.takes(self.scene("announce")).menu(self.offered()) == wanted

    def test_a_good_menu_has_no_problems_and_a_bad_one_names_them_before_anybody_calls(self) -> None:
        played = self.scene("announce")
        connector = self.takes(played)
        offered = self.offered()
        assert not connector.menu_problems(offered)
        ill = replace(self.plain(), title="x" * 5000, description="x" * 50_000, photos=())
        section = replace(offered.sections[0], name="", products=(ill, self.plain()))
        found = {problem.code for problem in connector.menu_problems(replace(offered, sections=(section,)))}
        assert found >= {"title_high", "description_high", "photos_missing", "sku_twice", "section_name"}
        assert not played.requests

    @proves("twice_is_once")
    def test_a_change_is_announced_and_one_told_too_soon_waits(self) -> None:
        played = self.scene("announce")
        self.takes(played).announce()
        assert not played.left()
        with pytest.raises(LapakError) as caught:
            self.takes(self.scene("announce_busy")).announce()
        self.check_fault(caught.value, Acts.CLOCK)
        assert caught.value.told["wait_s"]

    def test_what_became_of_the_menu_is_told_item_by_item(self) -> None:
        played = self.scene("outcome")
        outcome = self.takes(played).menu_outcome()
        assert outcome.state.value == played.expects["state"]
        assert dict(outcome.refused) == played.expects["refused"]

    def test_items_are_set_in_absolute_numbers(self) -> None:
        played = self.scene("items")
        assert not self.takes(played).set_items(self.lines())
        assert not played.left()

    def test_a_refused_item_is_named_and_the_others_go_through(self) -> None:
        played = self.scene("items_refused")
        assert dict(self.takes(played).set_items(self.lines())) == played.expects["refused"]

    @pytest.mark.parametrize(
        ("scene", "who"),
        [
            ("items_busy", Acts.CLOCK),
            ("items_unknown", Acts.CLOCK),
            ("items_signed_out", Acts.OWNER),
            ("items_nonsense", Acts.STAFF),
        ],
    )
    @proves("faults_say_who_acts")
    def test_every_fault_of_setting_items_says_who_acts_next(self, scene: str, who: Acts) -> None:
        with pytest.raises(LapakError) as caught:
            self.takes(self.scene(scene)).set_items(self.lines())
        self.check_fault(caught.value, who)

    @pytest.mark.parametrize("name", ["outcome", "items_refused"])
    @proves("never_crashes_on_nonsense")
    def test_a_strange_answer_about_the_menu_never_crashes(self, name: str) -> None:
        @often
        @given(data=st.data())
        def play(data: st.DataObject) -> None:
            connector = self.takes(strangely(self.scene(name, loose=True), data))
            with suppress(ChannelFault):
                connector.menu_outcome() if name == "outcome" else connector.set_items(self.lines())

        play()


class AsksSellerContract(ConnectorContract):
    """Scenes: `accept` and `reject` (each twice), `accept_moved`, `cancel`, `cancel_refused`."""

    promise = "asks_seller"

    def asks(self, scene: Scene) -> AsksSeller:
        connector = self.opened(scene)
        assert isinstance(connector, AsksSeller)
        return connector

    @pytest.mark.parametrize("name", ["accept", "reject"])
    @proves("twice_is_once")
    def test_an_answer_given_twice_is_one_answer(self, name: str) -> None:
        played = self.scene(name)
        connector = self.asks(played)
        verb = connector.accept if name == "accept" else connector.reject
        for _ in range(2):
            verb(str(played.expects["number"]))
        assert not played.left()

    @pytest.mark.parametrize("name", ["accept_moved", "cancel_refused"])
    def test_an_order_that_moved_on_is_left_alone_and_their_words_are_told(self, name: str) -> None:
        played = self.scene(name)
        number = str(played.expects["number"])
        connector = self.asks(played)
        with pytest.raises(OrderMoved) as caught:
            connector.accept(number) if name == "accept_moved" else connector.cancel(
                number, reason=CancelReason.SOLD_OUT
            )
        self.check_fault(caught.value, Acts.OWNER)
        assert caught.value.told["theirs"]

    def test_a_cancelled_order_says_why(self) -> None:
        played = self.scene("cancel")
        self.asks(played).cancel(str(played.expects["number"]), reason=CancelReason.SOLD_OUT)
        assert not played.left()


class FetchesMenuContract(HearsPushesContract):
    """`menu_news/*.json` beside the scenes, with `shop state` of each in `menu_news/expects.toml` (empty: no news)."""

    promise = "fetches_menu"
    folder = "menu_news"
    token_request: ClassVar[dict[str, str]]

    def fetches(self) -> FetchesMenu:
        application = self.application()
        assert isinstance(application, FetchesMenu)
        return application

    def test_only_who_knows_our_word_gets_a_token(self) -> None:
        assert self.fetches().issue_token(json.dumps(self.token_request).encode())
        for name in self.token_request:
            for wrong in ("tebakan", "", None):
                body = json.dumps({**self.token_request, name: wrong}).encode()
                with pytest.raises(PushForged):
                    self.fetches().issue_token(body)

    def test_what_became_of_a_menu_is_told_by_shop(self) -> None:
        for name, body in self.bodies().items():
            news = [f"{one.shop_external_id} {one.outcome.state}" for one in self.fetches().menu_news(body)]
            assert news == self.told()[name]["news"]
            assert all(one.key for one in self.fetches().menu_news(body))
