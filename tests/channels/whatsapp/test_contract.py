"""WhatsApp keeps the promise of its manifest, over scenes written from the documents."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pytest

from lapak.channels.kit import load
from lapak.channels.kit.contract import SendsMessagesContract
from lapak.channels.kit.errors import TemplateRefused
from lapak.channels.kit.scenes import Scene
from lapak.channels.whatsapp.mapping import fault_for
from lapak.core.errors import LapakError


class TestMessages(SendsMessagesContract):
    slug = "whatsapp"
    scenes = Path(__file__).parent / "scenes"
    settings: ClassVar[Mapping[str, str]] = {
        "host": "https://graph.scene",
        "version": "v23.0",
        "phone_number_id": "620001887",
        "token": "token-wa-rahasia",
        "calls_per_second": "10000",
    }

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
