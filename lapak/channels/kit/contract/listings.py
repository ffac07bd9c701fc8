"""Listings, and the categories they are put in."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapak.channels.kit.contract.shop import ConnectorContract, texts
from lapak.channels.kit.contract.strange import often, strangely
from lapak.channels.kit.errors import ChannelFault, OutcomeUnknown
from lapak.channels.kit.protocol import HasCategories, TakesListings
from lapak.channels.kit.scenes import Scene
from lapak.channels.kit.tiers import proves
from lapak.core.errors import Acts, LapakError
from lapak.domain.listing import ListingRef, ListingState, StockLine


class TakesListingsContract(ConnectorContract):
    """Scenes: `put_new`, `put_options`, `put_lost`, `put_changed`, `stock`, `stock_refused`, `withdraw_gone`, `look`,
    and of a put that fails: `busy`, `refused`, `signed_out`, `nonsense`, `unknown_outcome`."""

    promise = "takes_listings"

    def listings(self, scene: Scene) -> TakesListings:
        connector = self.opened(scene)
        assert isinstance(connector, TakesListings)
        return connector

    def known(self, scene: Scene) -> ListingRef:
        told = scene.expects["known"]
        assert isinstance(told, dict)
        return ListingRef(**told)

    @pytest.mark.parametrize(
        ("scene", "who"),
        [
            ("busy", Acts.CLOCK),
            ("unknown_outcome", Acts.CLOCK),
            ("refused", Acts.OWNER),
            ("signed_out", Acts.OWNER),
            ("nonsense", Acts.STAFF),
        ],
    )
    @proves("faults_say_who_acts")
    def test_every_fault_says_who_acts_next(self, scene: str, who: Acts) -> None:
        with pytest.raises(LapakError) as caught:
            self.listings(self.scene(scene)).put(self.plain())
        self.check_fault(caught.value, who)
        assert isinstance(caught.value, OutcomeUnknown) == (scene == "unknown_outcome")

    @pytest.mark.parametrize("scene", ["put_new", "put_options"])
    @proves("twice_is_once")
    def test_putting_twice_makes_one_listing(self, scene: str) -> None:
        played = self.scene(scene)
        spec = self.with_options() if scene == "put_options" else self.plain()
        first = self.listings(played).put(spec)
        again = self.listings(played).put(spec)  # a new connector, as after a restart, and the ref was not kept
        assert first.external_id == again.external_id == played.expects["external_id"]
        assert dict(first.variants) == dict(again.variants) == played.expects["variants"]
        assert not played.left()

    @proves("twice_is_once")
    def test_a_put_whose_answer_was_lost_is_found_again(self) -> None:
        played = self.scene("put_lost")
        with pytest.raises(OutcomeUnknown):
            self.listings(played).put(self.plain())
        assert self.listings(played).put(self.plain()).external_id == played.expects["external_id"]
        assert not played.left()

    def test_a_known_listing_is_changed_only_where_it_differs(self) -> None:
        played = self.scene("put_changed")
        spec = replace(self.plain(), title="Sambal Bawang Bu Marni Pedas 150 g")
        ref = self.listings(played).put(spec, known=self.known(played))
        assert ref.external_id == played.expects["external_id"]
        assert not played.left()

    def test_stock_of_each_variant_is_set_and_read_back_when_low(self) -> None:
        played = self.scene("stock")
        assert not self.listings(played).set_stock(self.known(played), self.lines(played))
        assert not played.left()

    def test_a_refused_variant_is_named_and_the_others_go_through(self) -> None:
        played = self.scene("stock_refused")
        refused = self.listings(played).set_stock(self.known(played), self.lines(played))
        assert dict(refused) == played.expects["refused"]
        assert not played.left()

    def lines(self, scene: Scene) -> Sequence[StockLine]:
        told = scene.expects["lines"]
        assert isinstance(told, list)
        return [StockLine(**line) for line in told]

    def test_withdrawing_what_is_gone_is_fine(self) -> None:
        played = self.scene("withdraw_gone")
        self.listings(played).withdraw(self.known(played))

    def test_what_a_buyer_sees_is_told_also_of_what_is_not_there(self) -> None:
        played = self.scene("look")
        states = played.expects["states"]
        assert isinstance(states, dict)
        refs = [ListingRef(external_id=external_id, variants={"SBL-01": ""}) for external_id in states]
        seen = self.listings(played).look(refs)
        assert {external_id: status.state.value for external_id, status in seen.items()} == states
        assert ListingState.GONE in {status.state for status in seen.values()}
        assert all(status.reason for status in seen.values() if status.state is ListingState.REFUSED)

    @pytest.mark.parametrize("name", ["put_new", "put_options", "stock", "look"])
    @proves("never_crashes_on_nonsense")
    def test_a_strange_answer_never_crashes(self, name: str) -> None:
        @often
        @given(data=st.data())
        def play(data: st.DataObject) -> None:
            scene = strangely(self.scene(name, loose=True), data)
            connector = self.listings(scene)
            spec = self.with_options() if name == "put_options" else self.plain()
            with suppress(ChannelFault):
                if name == "stock":
                    connector.set_stock(self.known(scene), self.lines(scene))
                elif name == "look":
                    connector.look([ListingRef(external_id="1001", variants={"SBL-01": ""})])
                else:
                    connector.put(spec)

        play()


class HasCategoriesContract(ConnectorContract):
    """Scenes: `categories`, and `problems` for a product with much to mend."""

    promise = "has_categories"

    def test_only_categories_that_take_products_are_offered_with_their_path(self) -> None:
        played = self.scene("categories")
        connector = self.opened(played)
        assert isinstance(connector, HasCategories)
        found = {category.external_id: list(category.path) for category in connector.categories()}
        assert found == played.expects["paths"]

    def test_attributes_say_what_must_be_given_and_what_may_be_chosen(self) -> None:
        played = self.scene("categories")
        connector = self.opened(played)
        assert isinstance(connector, HasCategories)
        rules = {rule.name: [rule.mandatory, list(rule.allowed)] for rule in connector.attributes(self.category)}
        assert rules == played.expects["attributes"]

    def test_the_owner_hears_every_problem_before_anything_is_sent(self) -> None:
        played = self.scene("problems")
        connector = self.opened(played)
        assert isinstance(connector, TakesListings)
        ill = replace(self.plain(), title="Es", photos=(), weight_g=0, brand="Merek Karangan", attributes={})
        assert {problem.code for problem in connector.problems(ill)} == set(texts(played.expects["codes"]))
        assert not list(connector.problems(self.plain()))
        assert all(request.method == "GET" for request in played.requests)
