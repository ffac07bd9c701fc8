"""Our application on a channel: consent, and pushes of all kinds."""

from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapak.channels.kit import load
from lapak.channels.kit.contract.shop import ChannelContract
from lapak.channels.kit.contract.strange import mutated, often
from lapak.channels.kit.errors import ChannelFault, ConsentRefused, PushForged
from lapak.channels.kit.protocol import (
    Application,
    AsksConsent,
    FetchesMenu,
    HearsPushes,
    PushesOrders,
    TakesKeys,
    TellsOfConsent,
    TellsOfMessages,
)
from lapak.channels.kit.scenes import Scene
from lapak.channels.kit.tiers import proves
from lapak.channels.kit.words import words_for_key
from lapak.core.clock import now
from lapak.core.errors import Acts
from lapak.core.words import LANGUAGES


class ApplicationContract(ChannelContract):
    """Our application, before any shop."""

    def application(self, scene: Scene | None = None) -> Application:
        return load.application(self.slug, settings=self.settings, transport=scene.transport if scene else None)


class AsksConsentContract(ApplicationContract):
    """Scenes: `exchange` and `exchange_refused`, both with `expects.answer`, the query that came back."""

    promise = "asks_consent"
    redirect_in_console: ClassVar[bool] = False  # the platform knows where its page leads back, and is not told

    def asks(self, scene: Scene | None = None) -> AsksConsent:
        application = self.application(scene)
        assert isinstance(application, AsksConsent)
        return application

    @proves("redacts_secrets")
    def test_the_consent_page_leads_back_with_our_state_and_shows_no_key(self) -> None:
        url = self.asks().consent_url(redirect="https://lapak.example/shops/back", state="keadaan-77")
        assert "lapak.example" in url or self.redirect_in_console
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


class HearsPushesContract(ApplicationContract):
    """Bodies in the folder `folder` beside the scenes; `signed` signs as they do."""

    folder: ClassVar[str] = "pushes"
    push_url: ClassVar[str] = "https://lapak.example/hooks"

    def signed(self, body: bytes, *, secret: str = "") -> dict[str, str]:
        """The headers, names in lower case, the platform would send. `secret`: another one than the right one."""
        raise NotImplementedError

    def hears(self) -> HearsPushes:
        application = self.application()
        assert isinstance(application, HearsPushes)
        return application

    def bodies(self) -> dict[str, bytes]:
        return {file.stem: file.read_bytes() for file in sorted((self.scenes / self.folder).glob("*.json"))}

    def told(self) -> dict[str, Any]:
        """What each body should say."""
        return Scene.expectations(self.scenes / self.folder / "expects.toml")

    def test_a_genuine_push_is_believed(self) -> None:
        for body in self.bodies().values():
            self.hears().verify(headers=self.signed(body), body=body, url=self.push_url)

    def test_a_signature_with_any_character_changed_is_forged(self) -> None:
        body = next(iter(self.bodies().values()))
        name, right = next(iter(self.signed(body).items()))

        @often
        @given(place=st.integers(0, len(right) - 1), other=st.characters(codec="utf-8"))
        def flip(place: int, other: str) -> None:
            wrong = right[:place] + other + right[place + 1 :]
            if wrong != right:
                with pytest.raises(PushForged):
                    self.hears().verify(headers={name: wrong}, body=body, url=self.push_url)

        flip()

    @proves("faults_say_who_acts")
    def test_a_push_without_or_with_a_strangers_signature_is_forged(self) -> None:
        body = next(iter(self.bodies().values()))
        for headers in ({}, self.signed(body, secret="milik-toko-lain")):  # noqa: S106 - made up
            with pytest.raises(PushForged) as caught:
                self.hears().verify(headers=headers, body=body, url=self.push_url)
            self.check_fault(caught.value, Acts.STAFF)

    def listen(self, application: HearsPushes, body: bytes) -> None:
        """Ask the application all it can read out of a body."""
        if isinstance(application, PushesOrders):
            assert isinstance(application.shop_of(body), str)
            application.hints(body)
        if isinstance(application, TellsOfConsent):
            application.consent_news(body)
        if isinstance(application, TellsOfMessages):
            application.message_news(body)
        if isinstance(application, FetchesMenu):
            application.menu_news(body)

    @proves("never_crashes_on_nonsense")
    def test_no_body_whatever_crashes_us(self) -> None:
        application = self.hears()
        bodies = st.binary(max_size=200) | st.sampled_from(list(self.bodies().values())).flatmap(mutated)

        @often
        @given(body=bodies)
        def hear(body: bytes) -> None:
            try:
                self.listen(application, body)
            except ChannelFault as fault:
                self.check_fault(fault, Acts.STAFF)

        hear()


class SignsBodiesContract(HearsPushesContract):
    """The signature covers every byte."""

    def test_a_push_with_any_byte_changed_is_forged(self) -> None:
        application = self.hears()
        for body in self.bodies().values():
            headers = self.signed(body)
            for place in range(len(body)):
                forged = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
                with pytest.raises(PushForged):
                    application.verify(headers=headers, body=forged, url=self.push_url)


class BearsOrdersContract(HearsPushesContract):
    """Pushes of orders under a key that does not cover the body; `expects.toml` says `shop` and `orders` of each."""

    promise = "pushes_orders"

    def test_a_push_names_its_shop_and_order(self) -> None:
        application = self.hears()
        assert isinstance(application, PushesOrders)
        for name, body in self.bodies().items():
            assert application.shop_of(body) == self.told()[name]["shop"]
            assert [hint.external_no for hint in application.hints(body)] == self.told()[name]["orders"]


class TakesKeysContract(ApplicationContract):
    """Scenes: `keys` and `keys_refused`, both with `expects.fields`, what the owner typed."""

    promise = "takes_keys"

    def takes(self, scene: Scene | None = None) -> TakesKeys:
        application = self.application(scene)
        assert isinstance(application, TakesKeys)
        return application

    def test_every_key_has_words_in_both_languages(self) -> None:
        fields = self.takes().key_fields()
        assert any(field.secret for field in fields)
        for field in fields:
            for language in LANGUAGES:
                label, where = words_for_key(field, channel=load.manifest(self.slug).name, language=language)
                assert label
                assert "{" not in where

    @proves("redacts_secrets")
    def test_keys_become_a_grant_and_show_nowhere(self) -> None:
        played = self.scene("keys")
        typed = _told(played, "fields")
        application = self.takes(played)
        grant = application.exchange_keys({name: f"  {value} " for name, value in typed.items()})  # copied carelessly
        assert grant.shop_external_id == played.expects["shop"]
        assert grant.expires_at > now()
        secrets = [typed[field.name] for field in application.key_fields() if field.secret and typed.get(field.name)]
        assert not [secret for secret in secrets if secret in repr(grant) + repr(application)]
        assert not played.left()

    def test_keys_the_platform_does_not_know_are_refused(self) -> None:
        played = self.scene("keys_refused")
        with pytest.raises(ConsentRefused) as caught:
            self.takes(played).exchange_keys(_told(played, "fields"))
        self.check_fault(caught.value, Acts.OWNER)
        secret = [field.name for field in self.takes().key_fields() if field.secret]
        typed = _told(played, "fields")
        assert not [name for name in secret if typed.get(name) and typed[name] in str(caught.value)]

    def test_a_needed_key_that_is_missing_is_named_without_a_call(self) -> None:
        played = self.scene("keys_refused")
        typed = _told(played, "fields")
        application = self.takes(played)
        for field in application.key_fields():
            if field.needed:
                with pytest.raises(ConsentRefused) as caught:
                    application.exchange_keys({**typed, field.name: "  "})
                assert caught.value.told["field"] == field.name
        assert not played.requests


class PushesOrdersContract(BearsOrdersContract, SignsBodiesContract):
    """The same, signed over the whole body."""


class TellsOfMessagesContract(SignsBodiesContract):
    """`statuses/*.json` beside the scenes, with what they say in `statuses/expects.toml`: `id step key` of each."""

    promise = "tells_of_messages"
    folder = "statuses"
    verify_token: ClassVar[str]

    def tells(self) -> TellsOfMessages:
        application = self.application()
        assert isinstance(application, TellsOfMessages)
        return application

    def test_every_report_of_a_push_is_told_with_our_key(self) -> None:
        for name, body in self.bodies().items():
            news = self.tells().message_news(body)
            assert [f"{one.message_id} {one.step} {one.key}".strip() for one in news] == self.told()[name]["news"]

    def test_only_who_knows_our_word_is_greeted(self) -> None:
        asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": self.verify_token}
        assert self.tells().greet(asked) == "1158201444"
        for wrong in ({"hub.verify_token": "tebakan"}, {"hub.verify_token": ""}, {"hub.mode": "unsubscribe"}):
            with pytest.raises(PushForged):
                self.tells().greet({**asked, **wrong})
        with pytest.raises(PushForged):
            self.tells().greet({})


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
    return _told(scene, "answer")


def _told(scene: Scene, name: str) -> dict[str, str]:
    told = scene.expects[name]
    assert isinstance(told, dict)
    return {str(name): str(value) for name, value in told.items()}
