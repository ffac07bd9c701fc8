"""WhatsApp keeps the promise of its manifest, over scenes written from the documents."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from lapak.channels.kit import load
from lapak.channels.kit.contract import SendsMessagesContract, TellsOfMessagesContract
from lapak.channels.kit.errors import PushForged, TemplateRefused
from lapak.channels.kit.protocol import TellsOfMessages
from lapak.channels.kit.scenes import Scene
from lapak.channels.whatsapp.mapping import fault_for
from lapak.core.errors import LapakError


class WhatsApp:
    slug = "whatsapp"
    scenes = Path(__file__).parent / "scenes"
    settings: ClassVar[Mapping[str, str]] = {
        "host": "https://graph.scene",
        "version": "v23.0",
        "phone_number_id": "620001887",
        "token": "token-wa-rahasia",
        "app_secret": "rahasia-aplikasi-wa",
        "verify_token": "kata-sandi-hook-wa",
        "calls_per_second": "10000",
    }


class TestMessages(WhatsApp, SendsMessagesContract):
    @pytest.mark.parametrize("name", ["busy", "nobody"])
    def test_no_phone_number_and_no_code_is_in_a_fault(self, name: str) -> None:
        with pytest.raises(LapakError) as caught:
            self.send(self.scene(name))
        assert "81200004471" not in str(caught.value)
        assert "482913" not in str(caught.value)

    def test_our_key_travels_with_the_message_and_words_lose_their_line_breaks(self) -> None:
        scene = self.scene("sent", loose=True)
        scene.calls[0].sends = {
            "biz_opaque_callback_data": "0190a1b2",
            "template": {
                "name": "pesanan_baru",
                "components": [{"type": "body", "parameters": [{"text": "Bu Marni"}, {"text": "2 pesanan baru"}]}],
            },
        }
        messenger = load.messenger(self.slug, settings=self.settings, transport=scene.transport)
        words = ["Bu Marni", "2\npesanan \t baru"]
        assert messenger.send_template(
            to="+6281200004471", template="pesanan_baru", language="id", words=words, key="0190a1b2"
        )

    def test_a_template_that_is_missing_is_named(self) -> None:
        scene: Scene = self.scene("nobody")
        scene.calls[0].answer = '{"error": {"code": 132001, "message": "Template name does not exist"}}'
        with pytest.raises(TemplateRefused) as caught:
            self.send(scene)
        assert caught.value.told["template"] == "kode_masuk"


class TestStatuses(WhatsApp, TellsOfMessagesContract):
    verify_token = "kata-sandi-hook-wa"

    def signed(self, body: bytes, *, secret: str = "") -> dict[str, str]:
        key = (secret or "rahasia-aplikasi-wa").encode()
        return {"x-hub-signature-256": "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest()}

    def test_a_failure_has_its_reason_and_no_phone_number(self) -> None:
        failed = self.tells().message_news(self.bodies()["many"])[2]
        assert failed.reason == "131026 … is not on WhatsApp"

    def test_times_in_seconds_and_in_milliseconds_are_the_same_times(self) -> None:
        read, sent = self.tells().message_news(self.bodies()["many"])[:2]
        assert read.at
        assert sent.at
        assert read.at - sent.at == timedelta(seconds=3)

    def test_a_thousand_reports_in_one_post_are_all_told(self) -> None:
        statuses = [{"id": f"wamid.{number}", "status": "sent", "timestamp": "1795500060"} for number in range(1000)]
        entry = {"changes": [{"field": "messages", "value": {"statuses": statuses}}]}
        assert len(self.tells().message_news(json.dumps({"entry": [entry]}).encode())) == 1000

    def test_without_an_application_secret_nobody_is_believed(self) -> None:
        application = load.application(self.slug, settings={**self.settings, "app_secret": "", "verify_token": ""})
        assert isinstance(application, TellsOfMessages)
        unsigned = {"x-hub-signature-256": "sha256=" + hmac.new(b"", b"{}", hashlib.sha256).hexdigest()}
        with pytest.raises(PushForged):
            application.verify(headers=unsigned, body=b"{}", url="")
        with pytest.raises(PushForged):
            application.greet({"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1"})


def test_every_documented_code_has_a_fault_of_its_own_kind() -> None:
    kinds = {code: type(fault_for(code, "")).__name__ for code in (4, 131056, 190, 200, 299, 131042, 131026, 132001)}
    assert kinds == {
        4: "ChannelBusy",
        131056: "ChannelBusy",
        190: "KeysRefused",
        200: "KeysRefused",
        299: "KeysRefused",
        131042: "KeysRefused",
        131026: "NoSuchPerson",
        132001: "TemplateRefused",
    }
