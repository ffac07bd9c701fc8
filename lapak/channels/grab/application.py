"""What Grab calls us for: a token, the menu, and news of orders, menus and links.

Its news carries no name of its kind; the fields tell. An order is never believed, only read again, because the token
does not cover the body.
"""

from collections.abc import Mapping, Sequence

import httpx2
import structlog

from lapak.channels.grab import auth
from lapak.channels.grab.mapping import CHANNEL, CONSENT, SYNC_STATES
from lapak.channels.kit.errors import ChannelFault
from lapak.channels.kit.reading import Part, read_json
from lapak.core.clock import now
from lapak.domain.connection import ConsentNews
from lapak.domain.menu import MenuNews, MenuOutcome
from lapak.domain.order import OrderHint

log = structlog.get_logger(__name__)


class GrabApplication:
    """Built by `kit.load`. Safe to use from several threads."""

    slug = "grab"

    def __init__(self, *, settings: Mapping[str, str], transport: httpx2.BaseTransport | None = None) -> None:
        self._settings = settings
        del transport  # Grab calls us; this application calls nobody

    def __repr__(self) -> str:
        return "GrabApplication()"

    def close(self) -> None:
        """Nothing is held open."""

    def issue_token(self, body: bytes) -> Mapping[str, object]:
        return auth.issue(body, self._settings)

    def verify(self, *, headers: Mapping[str, str], body: bytes, url: str) -> None:  # noqa: ARG002 - no signature
        auth.check(headers.get("authorization", ""), self._settings)

    def shop_asked_for(self, query: Mapping[str, str]) -> str:
        return query.get("merchantID", "")

    def hints(self, body: bytes) -> Sequence[OrderHint]:
        push = read_json(body, channel=CHANNEL)
        if "orderID" not in push:
            return ()
        return (
            OrderHint(
                shop_external_id=push.needed("merchantID"),
                external_no=push.needed("orderID"),
                their_state=push.text("state") or push.text("orderState"),
            ),
        )

    def consent_news(self, body: bytes) -> Sequence[ConsentNews]:
        push = read_json(body, channel=CHANNEL)
        word = push.text("integrationStatus")
        if word not in CONSENT:
            return ()
        return (ConsentNews(shop_external_id=push.needed("grabMerchantID"), word=CONSENT[word]),)

    def menu_news(self, body: bytes) -> Sequence[MenuNews]:
        push = read_json(body, channel=CHANNEL)
        word = push.text("status")
        if "jobID" not in push:
            return ()
        if word not in SYNC_STATES:
            log.warning("channel_drift", channel=CHANNEL, what="menu_status", seen=word[:40])
            return ()
        errors = "; ".join(push.texts("errors"))
        outcome = MenuOutcome(state=SYNC_STATES[word], seen_at=now(), refused={"": errors} if errors else {})
        return (MenuNews(shop_external_id=push.needed("merchantID"), key=_key(push), outcome=outcome),)

    def shop_of(self, body: bytes) -> str:
        try:
            push = read_json(body, channel=CHANNEL)
            return push.text("merchantID") or push.text("grabMerchantID")
        except ChannelFault:
            return ""


def _key(push: Part) -> str:
    """Grab's id of the report; the same id again must be ignored."""
    return push.needed("requestID")
