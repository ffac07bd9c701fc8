"""Orders read, and their shipment arranged."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapak.channels.kit.contract.shop import ConnectorContract, texts
from lapak.channels.kit.contract.strange import often, strangely
from lapak.channels.kit.errors import ChannelFault
from lapak.channels.kit.protocol import GivesOrders
from lapak.channels.kit.scenes import Scene
from lapak.channels.kit.tiers import proves
from lapak.core.errors import Acts, LapakError
from lapak.domain.order import ChannelOrderState

LONG_WINDOW = (datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 11, tzinfo=UTC))


class GivesOrdersContract(ConnectorContract):
    """Scenes: `orders_window` (40 days), `orders`, `make_ready`, `make_ready_moved`, and of `orders_changed` failing:
    `orders_busy`, `orders_signed_out`, `orders_nonsense`."""

    promise = "gives_orders"

    def gives(self, scene: Scene) -> GivesOrders:
        connector = self.opened(scene)
        assert isinstance(connector, GivesOrders)
        return connector

    def test_a_long_window_is_read_whole_and_an_order_told_twice_is_one(self) -> None:
        played = self.scene("orders_window")
        hints = self.gives(played).orders_changed(*LONG_WINDOW)
        assert sorted(hint.external_no for hint in hints) == sorted(texts(played.expects["numbers"]))
        assert {hint.shop_external_id for hint in hints} == {self.shop}
        assert not played.left()

    def test_orders_are_told_whole_and_one_that_is_not_there_is_left_out(self) -> None:
        played = self.scene("orders")
        found = self.gives(played).orders([*texts(played.expects["numbers"]), "TIDAK-ADA"])
        assert [order.external_no for order in found] == played.expects["numbers"]
        assert [order.state.value for order in found] == played.expects["states"]
        assert [order.total_idr for order in found] == played.expects["totals_idr"]
        for order in found:
            assert order.placed_at.tzinfo is UTC
            assert isinstance(order.state, ChannelOrderState)
            assert len({line.external_id for line in order.lines}) == len(order.lines) > 0
            assert order.amounts
            assert all(line.quantity > 0 for line in order.lines)

    @proves("twice_is_once")
    def test_arranging_shipment_twice_is_once(self) -> None:
        played = self.scene("make_ready")
        number = str(played.expects["number"])
        connector = self.gives(played)
        assert connector.make_ready(number) == connector.make_ready(number) == played.expects["tracking"]
        assert not played.left()

    def test_an_order_that_moved_on_is_left_alone(self) -> None:
        played = self.scene("make_ready_moved")
        with pytest.raises(LapakError) as caught:
            self.gives(played).make_ready(str(played.expects["number"]))
        self.check_fault(caught.value, Acts.OWNER)

    @pytest.mark.parametrize(
        ("scene", "who"),
        [("orders_busy", Acts.CLOCK), ("orders_signed_out", Acts.OWNER), ("orders_nonsense", Acts.STAFF)],
    )
    @proves("faults_say_who_acts")
    def test_every_fault_of_reading_says_who_acts_next(self, scene: str, who: Acts) -> None:
        with pytest.raises(LapakError) as caught:
            self.gives(self.scene(scene)).orders_changed(*LONG_WINDOW)
        self.check_fault(caught.value, who)

    @pytest.mark.parametrize("name", ["orders", "orders_window", "make_ready"])
    @proves("never_crashes_on_nonsense")
    def test_a_strange_order_never_crashes(self, name: str) -> None:
        @often
        @given(data=st.data())
        def play(data: st.DataObject) -> None:
            scene = strangely(self.scene(name, loose=True), data)
            connector = self.gives(scene)
            with suppress(ChannelFault):
                if name == "orders":
                    connector.orders(texts(scene.expects["numbers"]))
                elif name == "orders_window":
                    connector.orders_changed(LONG_WINDOW[0], LONG_WINDOW[0] + timedelta(days=1))
                else:
                    connector.make_ready(str(scene.expects["number"]))

        play()
