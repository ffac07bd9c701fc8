"""What WhatsApp tells us by webhook."""

import re
from collections.abc import Mapping, Sequence
from itertools import chain

import httpx2
import structlog

from lapak.channels.kit.reading import Part, read_json
from lapak.channels.meta import webhooks
from lapak.channels.whatsapp.mapping import CHANNEL, STEPS
from lapak.domain.chat import MessageNews

log = structlog.get_logger(__name__)


class WhatsAppApplication:
    """Built by `kit.load`. Safe to use from several threads."""

    slug = "whatsapp"

    def __init__(self, *, settings: Mapping[str, str], transport: httpx2.BaseTransport | None = None) -> None:
        self._secret, self._verify_token = settings["app_secret"], settings["verify_token"]
        del transport  # webhooks come to us; this application calls nobody

    def __repr__(self) -> str:
        return "WhatsAppApplication()"

    def close(self) -> None:
        """Nothing is held open."""

    def greet(self, query: Mapping[str, str]) -> str:
        return webhooks.greet(channel=CHANNEL, verify_token=self._verify_token, query=query)

    def verify(self, *, headers: Mapping[str, str], body: bytes, url: str) -> None:  # noqa: ARG002 - the body alone counts
        webhooks.check_signature(channel=CHANNEL, secret=self._secret, headers=headers, body=body)

    def message_news(self, body: bytes) -> Sequence[MessageNews]:
        values = webhooks.changes(read_json(body, channel=CHANNEL), field="messages")
        statuses = chain.from_iterable(value.parts("statuses") for value in values)
        found = webhooks.understood(_news, statuses, channel=CHANNEL, what="status")
        return tuple(news for news in found if news)


def _news(status: Part) -> MessageNews | None:
    """A report; None for a word the documents do not name, of which the next report will know more."""
    word = status.needed("status")
    if word not in STEPS:
        log.warning("channel_drift", channel=CHANNEL, what="message_status", seen=word[:40])
        return None
    return MessageNews(
        message_id=status.needed("id"),
        step=STEPS[word],
        key=status.text("biz_opaque_callback_data"),
        at=webhooks.moment(status, "timestamp"),
        reason=_reason(status.parts("errors")),
    )


def _reason(errors: Sequence[Part]) -> str:
    """Code and words of the first error; long numbers in them may be somebody's phone."""
    if not errors:
        return ""
    words = errors[0].part("error_data").text("details") or errors[0].text("title") or errors[0].text("message")
    return f"{errors[0].text('code')} {re.sub(r'[0-9]{8,}', '…', words)}".strip()[:300]
