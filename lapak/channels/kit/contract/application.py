"""Our application on a channel: consent and pushes."""

from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapak.channels.kit import load
from lapak.channels.kit.contract.shop import ChannelContract
from lapak.channels.kit.contract.strange import mutated, often
from lapak.channels.kit.errors import ChannelFault, ConsentRefused, PushForged
from lapak.channels.kit.protocol import Application, AsksConsent, PushesOrders, TellsOfConsent
from lapak.channels.kit.scenes import Scene
from lapak.channels.kit.tiers import proves
from lapak.core.clock import now
from lapak.core.errors import Acts


class ApplicationContract(ChannelContract):
    """Our application, before any shop."""

    def application(self, scene: Scene | None = None) -> Application:
        return load.application(self.slug, settings=self.settings, transport=scene.transport if scene else None)


class AsksConsentContract(ApplicationContract):
    """Scenes: `exchange` and `exchange_refused`, both with `expects.answer`, the query that came back."""

    promise = "asks_consent"

    def asks(self, scene: Scene | None = None) -> AsksConsent:
        application = self.application(scene)
        assert isinstance(application, AsksConsent)
        return application

    @proves("redacts_secrets")
    def test_the_consent_page_leads_back_with_our_state_and_shows_no_key(self) -> None:
        url = self.asks().consent_url(redirect="https://lapak.example/shops/back", state="keadaan-77")
        assert "lapak.example" in url
        assert "keadaan-77" in url
        assert not self.leaks(url + repr(self.asks()))

    def test_an_answer_becomes_a_grant(self) -> None:
        played = self.scene("exchange")
        grant = self.asks(played).exchange(_answer(played))
        assert grant.shop_external_id == played.expects["shop"]
        assert grant.expires_at > now()
        assert grant.access_token not in repr(grant)
        assert grant.refresh_token not in repr(grant)

    def test_a_code_that_was_used_is_refused(self) -> None:
        played = self.scene("exchange_refused")
        with pytest.raises(ConsentRefused) as caught:
            self.asks(played).exchange(_answer(played))
        self.check_fault(caught.value, Acts.OWNER)

    @pytest.mark.parametrize("answer", [{}, {"code": "abc"}, {"shop_id": "12"}, {"code": "abc", "shop_id": "x"}])
    def test_half_an_answer_is_refused_without_a_call(self, answer: dict[str, str]) -> None:
        with pytest.raises(ConsentRefused):
            self.asks(self.scene("exchange_refused")).exchange(answer)


class PushesOrdersContract(ApplicationContract):
    """`pushes/*.json` beside the scenes, with what they say in `pushes/expects.toml`; `signed` signs as they do."""

    promise = "pushes_orders"
    push_url: ClassVar[str] = "https://lapak.example/hooks"

    def signed(self, body: bytes, *, secret: str = "") -> dict[str, str]:
        """The headers, names in lower case, the platform would send. `secret`: another one than the right one."""
        raise NotImplementedError

    def pushes(self) -> PushesOrders:
        application = self.application()
        assert isinstance(application, PushesOrders)
        return application

    def bodies(self) -> dict[str, bytes]:
        return {file.stem: file.read_bytes() for file in sorted((self.scenes / "pushes").glob("*.json"))}

    def test_a_genuine_push_is_believed(self) -> None:
        for body in self.bodies().values():
            self.pushes().verify(headers=self.signed(body), body=body, url=self.push_url)

    def test_a_push_with_any_byte_changed_is_forged(self) -> None:
        application = self.pushes()
        for body in self.bodies().values():
            headers = self.signed(body)
            for place in range(len(body)):
                forged = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
                with pytest.raises(PushForged):
                    application.verify(headers=headers, body=forged, url=self.push_url)

    def test_a_signature_with_any_character_changed_is_forged(self) -> None:
        body = next(iter(self.bodies().values()))
        name, right = next(iter(self.signed(body).items()))

        @often
        @given(place=st.integers(0, len(right) - 1), other=st.characters(codec="utf-8"))
        def flip(place: int, other: str) -> None:
            wrong = right[:place] + other + right[place + 1 :]
            if wrong != right:
                with pytest.raises(PushForged):
                    self.pushes().verify(headers={name: wrong}, body=body, url=self.push_url)

        flip()

    @proves("faults_say_who_acts")
    def test_a_push_without_or_with_a_strangers_signature_is_forged(self) -> None:
        body = next(iter(self.bodies().values()))
        for headers in ({}, self.signed(body, secret="milik-toko-lain")):  # noqa: S106 - made up
            with pytest.raises(PushForged) as caught:
                self.pushes().verify(headers=headers, body=body, url=self.push_url)
            self.check_fault(caught.value, Acts.STAFF)

    def test_a_push_names_its_shop_and_order(self) -> None:
        application = self.pushes()
        told = Scene.expectations(self.scenes / "pushes" / "expects.toml")
        for name, body in self.bodies().items():
            assert application.shop_of(body) == told[name]["shop"]
            assert [hint.external_no for hint in application.hints(body)] == told[name]["orders"]

    @proves("never_crashes_on_nonsense")
    def test_no_body_whatever_crashes_us(self) -> None:
        application = self.pushes()
        bodies = st.binary(max_size=200) | st.sampled_from(list(self.bodies().values())).flatmap(mutated)

        @often
        @given(body=bodies)
        def hear(body: bytes) -> None:
            assert isinstance(application.shop_of(body), str)
            try:
                application.hints(body)
                if isinstance(application, TellsOfConsent):
                    application.consent_news(body)
            except ChannelFault as fault:
                self.check_fault(fault, Acts.STAFF)

        hear()


class TellsOfConsentContract(ApplicationContract):
    """`consent/*.json` beside the scenes, with what they say in `consent/expects.toml`."""

    promise = "tells_of_consent"

    def test_a_consent_given_withdrawn_or_ending_is_told_by_shop(self) -> None:
        application = self.application()
        assert isinstance(application, TellsOfConsent)
        told = Scene.expectations(self.scenes / "consent" / "expects.toml")
        for file in sorted((self.scenes / "consent").glob("*.json")):
            news = application.consent_news(file.read_bytes())
            found = {one.shop_external_id: one.word.value for one in news}
            assert found == told[file.stem]


def _answer(scene: Scene) -> dict[str, str]:
    told = scene.expects["answer"]
    assert isinstance(told, dict)
    return {str(name): str(value) for name, value in told.items()}
