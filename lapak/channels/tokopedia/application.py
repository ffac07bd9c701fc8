"""Our application on TikTok Shop: the consent page, the exchange of its answer, and pushes."""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode

import httpx2

from lapak.channels.kit.errors import ChannelFault, ConsentRefused, NotUnderstood, PushForged, SignedOut
from lapak.channels.kit.reading import Part, read_json
from lapak.channels.tokopedia.auth import grant_of
from lapak.channels.tokopedia.client import AppClient, Refused
from lapak.channels.tokopedia.endpoints import SHOPS, TOKEN_GET
from lapak.channels.tokopedia.mapping import (
    CHANNEL,
    CONSENT_ENDING,
    CONSENT_WITHDRAWN,
    ORDER_PUSHES,
    fault_for,
)
from lapak.domain.connection import ConsentNews, ConsentWord, Grant
from lapak.domain.order import OrderHint

OLDER_CONSENT = "/oauth/authorize"
HOME = "ID"


class TokopediaApplication:
    """Built by `kit.load`. Safe to use from several threads."""

    slug = "tokopedia"

    def __init__(self, *, settings: Mapping[str, str], transport: httpx2.BaseTransport | None = None) -> None:
        self._settings = settings
        self._client = AppClient(settings=settings, transport=transport)

    def __repr__(self) -> str:
        return f"TokopediaApplication({self._client!r})"

    def close(self) -> None:
        self._client.close()

    def consent_url(self, *, redirect: str, state: str) -> str:  # noqa: ARG002 - the console fixes where it leads back
        """Where to send the owner. The page leads back to the address in their console, and carries `state` there."""
        settings = self._settings
        if settings["service_id"]:
            return f"{settings['consent_url']}?{urlencode({'service_id': settings['service_id'], 'state': state})}"
        asked = {"app_key": self._client.signer.app_key, "state": state}
        return f"{settings['auth_host'].rstrip('/')}{OLDER_CONSENT}?{urlencode(asked)}"

    def exchange(self, answer: Mapping[str, str]) -> Grant:
        """A consent counts when it covers one Indonesian shop. A code works once, for half an hour.

        Raises: ConsentRefused, and the faults of the line.
        """
        code = answer.get("code") or answer.get("auth_code") or ""
        if not code:
            raise ConsentRefused(channel=CHANNEL, why="incomplete")
        if answer.get("app_key", self._client.signer.app_key) != self._client.signer.app_key:
            raise ConsentRefused(channel=CHANNEL, why="other_application")
        try:
            data = self._client.token_call(TOKEN_GET, hide=code, auth_code=code, grant_type="authorized_code")
        except Refused as refused:
            fault = fault_for(refused.code, refused.message, path=TOKEN_GET, writes=False)
            # A code that is old, used or made up has no number of its own in the documents.
            raise ConsentRefused(**fault.told) if type(fault) in (NotUnderstood, SignedOut) else fault from None
        token = data.needed("access_token")
        try:
            shops = self._client.shops(token)
        except Refused as refused:
            raise fault_for(refused.code, refused.message, path=SHOPS.path, writes=False) from None
        here = [shop for shop in shops if shop.text("region", HOME) == HOME]
        if len(here) != 1:
            raise ConsentRefused(channel=CHANNEL, why="several_shops" if here else "no_shop", shops=len(here))
        return grant_of(data, shop_id=here[0].needed("id"), cipher=here[0].needed("cipher"))

    def verify(self, *, headers: Mapping[str, str], body: bytes, url: str) -> None:  # noqa: ARG002 - only the body counts
        if not self._client.signer.push_holds(body=body, signature=headers.get("authorization", "")):
            raise PushForged(channel=CHANNEL)

    def hints(self, body: bytes) -> Sequence[OrderHint]:
        push = read_json(body, channel=CHANNEL)
        if push.whole("type", -1) not in ORDER_PUSHES:
            return ()
        shop = push.needed("shop_id")
        data = push.part("data")
        changed = data.moment("update_time") or push.moment("timestamp")
        state = data.text("order_status") if push.whole("type") == 1 else ""
        found = [
            OrderHint(shop_external_id=shop, external_no=number, their_state=state, changed_at=changed)
            for number in dict.fromkeys(_numbers(data))
        ]
        if not found:
            raise data.strange("order_id")
        return tuple(found)

    def consent_news(self, body: bytes) -> Sequence[ConsentNews]:
        push = read_json(body, channel=CHANNEL)
        kind, shop = push.whole("type", -1), push.text("shop_id")
        if kind not in (CONSENT_WITHDRAWN, CONSENT_ENDING) or not shop:
            return ()
        if kind == CONSENT_WITHDRAWN:
            return (ConsentNews(shop_external_id=shop, word=ConsentWord.WITHDRAWN),)
        until = push.part("data").moment("expiration_time")
        return (ConsentNews(shop_external_id=shop, word=ConsentWord.ENDING, until=until),)

    def shop_of(self, body: bytes) -> str:
        try:
            return read_json(body, channel=CHANNEL).text("shop_id")
        except ChannelFault:
            return ""


def _numbers(data: Part) -> Iterator[str]:
    """Order numbers of a push: one by name, or those of its parcels."""
    if data.text("order_id"):
        yield data.text("order_id")
    for parcel in data.parts("package_list"):
        yield from (number for number in parcel.texts("order_id_list") if number)
