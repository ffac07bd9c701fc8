"""GrabFood keeps the promises of its manifest, over scenes written from the documents."""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest
import time_machine

from lapak.channels.grab.mapping import CANCEL_CODES, ORDER_STATES, from_minor, to_minor
from lapak.channels.kit.contract import (
    AsksSellerContract,
    BearsOrdersContract,
    FetchesMenuContract,
    GivesOrdersContract,
    TakesMenuContract,
    TellsOfConsentContract,
)
from lapak.channels.kit.errors import KeysRefused, NotUnderstood, PushForged
from lapak.channels.kit.load import application
from lapak.channels.kit.protocol import FetchesMenu
from lapak.channels.kit.tiers import proves
from lapak.domain.menu import CancelReason
from lapak.domain.order import ChannelOrder

REQUEST = {
    "client_id": "grab-di-lapak",
    "client_secret": "kata-grab-di-lapak",
    "grant_type": "client_credentials",
}


class Grab:
    slug = "grab"
    scenes = Path(__file__).parent / "scenes"
    settings: ClassVar[Mapping[str, str]] = {
        "host": "https://grab.scene/grabfood",
        "token_host": "https://token.scene",
        "client_id": "proyek-44",
        "client_secret": "rahasia-proyek-44",
        "partner_client_id": "grab-di-lapak",
        "partner_client_secret": "kata-grab-di-lapak",
        "calls_per_second": "10000",
    }

    def bearer(self, body: bytes, *, secret: str = "") -> dict[str, str]:
        del body  # Grab signs nothing
        if secret:
            return {"authorization": f"Bearer {secret}"}
        grab = application(self.slug, settings=self.settings)
        assert isinstance(grab, FetchesMenu)
        return {"authorization": f"Bearer {grab.issue_token(json.dumps(REQUEST).encode())['access_token']}"}


class TestMenu(Grab, TakesMenuContract):
    def secrets(self) -> list[str]:
        return [*super().secrets(), "token-proyek-rahasia"]

    def test_more_items_than_a_call_takes_go_in_several(self) -> None:
        scene = self.scene("items", loose=True)
        scene.calls[0].sends = None
        line = self.lines()[0]
        self.takes(scene).set_items([line] * 401)
        assert scene.count("PUT /grabfood/partner/v1/batch/menu") == 3

    @proves("signs_in_again")
    def test_a_token_that_is_refused_is_fetched_once_more_and_then_it_is_for_staff(self) -> None:
        scene = self.scene("items")
        scene.calls[0].status, scene.calls[0].again = 401, True
        with pytest.raises(KeysRefused):
            self.takes(scene).set_items(self.lines())
        assert scene.count("PUT /grabfood/partner/v1/batch/menu") == 2
        assert scene.count("POST /grabid/v1/oauth2/token") >= 1


class TestAnswers(Grab, AsksSellerContract):
    pass


class TestOrders(Grab, GivesOrdersContract):
    def read(self, **changes: object) -> ChannelOrder:
        scene = self.scene("orders")
        told = json.loads(scene.calls[0].answer)
        told["orders"][0].update(changes)
        scene.calls[0].answer = json.dumps(told)
        return next(iter(self.gives(scene).orders(["2-A"])))

    def test_amounts_are_read_in_the_units_of_the_order_itself(self) -> None:
        first, second, _ = self.gives(self.scene("orders")).orders(["2-A", "2-B", "2-C"])
        assert first.lines[0].price_idr == second.lines[0].price_idr == 25_000
        assert first.amounts["total"] == "4800000", "as given, in their units"
        assert first.note == "jangan pedas"
        assert first.ship_by == datetime(2026, 9, 20, 3, 20, tzinfo=UTC)
        assert (second.lines[1].sku, second.lines[1].option) == ("SBL-01", "BESAR")

    def test_an_edited_order_is_another_version_of_the_same(self) -> None:
        flags = {"orderAcceptedType": "AUTO", "orderType": "DeliveredByGrab", "isMexEditOrder": True}
        item = {"id": "SBL-01", "grabItemID": "IDITE1", "price": 2_500_000, "quantity": 1}
        once = self.read(featureFlags=flags, items=[item])
        twice = self.read(featureFlags=flags, items=[{**item, "quantity": 3}])
        assert once.external_no == twice.external_no
        assert once.their_state != twice.their_state

    @pytest.mark.parametrize(
        "change",
        [{"orderState": "ABDUCTED"}, {"orderTime": "kemarin"}, {"items": []}, {"currency": {"exponent": 9}}],
    )
    def test_an_order_that_cannot_be_read_blocks_none_and_alone_is_for_staff(self, change: dict[str, object]) -> None:
        with pytest.raises(NotUnderstood):
            self.read(**change)


class TestNews(Grab, BearsOrdersContract):
    def signed(self, body: bytes, *, secret: str = "") -> dict[str, str]:
        return self.bearer(body, secret=secret)

    def test_a_token_that_ended_is_forged(self) -> None:
        with time_machine.travel(time.time(), tick=False) as clock:
            headers = self.bearer(b"{}")
            self.hears().verify(headers=headers, body=b"{}", url="")
            clock.shift(86_401)
            with pytest.raises(PushForged):
                self.hears().verify(headers=headers, body=b"{}", url="")


class TestConsent(Grab, TellsOfConsentContract):
    pass


class TestMenuNews(Grab, FetchesMenuContract):
    token_request = REQUEST

    def signed(self, body: bytes, *, secret: str = "") -> dict[str, str]:
        return self.bearer(body, secret=secret)

    def test_without_words_of_our_own_nobody_gets_in(self) -> None:
        bare = {**self.settings, "partner_client_id": "", "partner_client_secret": ""}
        grab = application(self.slug, settings=bare)
        assert isinstance(grab, FetchesMenu)
        empty = {**REQUEST, "client_id": "", "client_secret": ""}
        with pytest.raises(PushForged):
            grab.issue_token(json.dumps(empty).encode())
        with pytest.raises(PushForged):
            grab.verify(headers={"authorization": "Bearer 9999999999.x"}, body=b"", url="")


def test_every_state_and_reason_of_the_documents_is_known() -> None:
    assert set(CANCEL_CODES) == set(CancelReason)
    states = (
        "ACCEPTED DRIVER_ALLOCATED DRIVER_ARRIVED COLLECTED DELIVERED FAILED CANCELLED BILL_PAID COMPLETED REFUNDED"
    )
    assert set(states.split()) <= set(ORDER_STATES)


@pytest.mark.parametrize(("exponent", "minor"), [(0, 25_000), (2, 2_500_000)])
def test_rupiah_survive_the_way_there_and_back(exponent: int, minor: int) -> None:
    assert to_minor(25_000, exponent=exponent) == minor
    assert from_minor(Decimal(minor), exponent=exponent) == 25_000
