"""Sends words to a phone by WhatsApp."""

from collections.abc import Mapping, Sequence

import httpx2

from lapak.channels.kit.errors import ChannelBusy, TemplateRefused
from lapak.channels.kit.pace import pace_of
from lapak.channels.meta.client import GraphClient
from lapak.channels.whatsapp.mapping import CHANNEL, fault_for


class WhatsAppMessenger:
    """Built by `kit.load`. One business number of ours."""

    slug = "whatsapp"

    def __init__(self, *, settings: Mapping[str, str], transport: httpx2.BaseTransport | None = None) -> None:
        self._number = settings["phone_number_id"]
        self._code_templates = {name.strip() for name in settings["code_templates"].split(",")}
        self._pace = pace_of(CHANNEL, self._number, per_second=float(settings["calls_per_second"]))
        self._pace_wait_s = float(settings["pace_wait_s"])
        self._client = GraphClient(
            channel=CHANNEL,
            host=settings["host"],
            version=settings["version"],
            token=settings["token"],
            fault_for=fault_for,
            transport=transport,
        )

    def __repr__(self) -> str:
        return f"WhatsAppMessenger({self._number!r}, {self._client!r})"

    def close(self) -> None:
        self._client.close()

    def send_template(self, *, to: str, template: str, language: str, words: Sequence[str], key: str = "") -> str:
        """Accepted is not delivered: that comes by webhook, with `key` in it.

        Raises: OutcomeUnknown when the answer was lost (wait for a status with our key before sending again),
        NoSuchPerson, TemplateRefused, KeysRefused, ChannelBusy, NotUnderstood.
        """
        body: dict[str, object] = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": to,  # with its plus: without it Meta puts the sender's country before the number
            "type": "template",
            "template": {
                "name": template,
                "language": {"code": language},
                "components": self._components(template, words),
            },
        }
        if key:
            body["biz_opaque_callback_data"] = key
        self._pace.take(at_most_s=self._pace_wait_s)
        try:
            reply = self._client.post(f"/{self._number}/messages", body, hide=(to, to.lstrip("+"), *words))
        except ChannelBusy as busy:
            self._pace.heed(busy)
            raise
        except TemplateRefused as refused:
            raise TemplateRefused(**{**refused.told, "template": template}) from None
        messages = reply.parts("messages")
        if not messages:
            raise reply.strange("messages")
        return messages[0].needed("id")

    def _components(self, template: str, words: Sequence[str]) -> list[dict[str, object]]:
        """The body's words; a code's template wants the code again for the button that copies it."""
        told = [{"type": "text", "text": " ".join(word.split())} for word in words]  # line breaks are refused
        components: list[dict[str, object]] = [{"type": "body", "parameters": told}] if told else []
        if template in self._code_templates and told:
            components.append({"type": "button", "sub_type": "url", "index": "0", "parameters": told[:1]})
        return components
