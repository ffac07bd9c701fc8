"""Our application on Shopee: the consent page, the exchange of its answer, and pushes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

import httpx2

from lapak.channels.kit.errors import ChannelFault, ConsentRefused, NotUnderstood, PushForged, SignedOut
from lapak.channels.kit.reading import Part, read_json
from lapak.channels.shopee.auth import grant_of, push_holds, says_yes, whole_number
from lapak.channels.shopee.client import TOKEN_GET, PublicClient, Refused
from lapak.channels.shopee.mapping import (
    CHANNEL,
    CONSENT_ENDING,
    CONSENT_GIVEN,
    CONSENT_WITHDRAWN,
    ORDER_PUSHES,
    fault_for,
)
from lapak.domain.connection import ConsentNews, ConsentWord, Grant
from lapak.domain.order import OrderHint

CONSENT_PATH = "/api/v2/shop/auth_partner"


class ShopeeApplication:
    """Built by `kit.load`. Safe to use from several threads."""

    slug = "shopee"

    def __init__(self, *, settings: Mapping[str, str], transport: httpx2.BaseTransport | None = None) -> None:
        self._settings = settings
        self._client = PublicClient(settings=settings, transport=transport)

    def __repr__(self) -> str:
        return f"ShopeeApplication({self._client!r})"

    def close(self) -> None:
        self._client.close()

    def consent_url(self, *, redirect: str, state: str) -> str:
        """Where to send the owner. The signed page knows no `state`, so there it travels inside the redirect."""
        signer = self._client.signer
        if self._settings["auth_url"]:
            asked = {
                "auth_type": "seller",
                "partner_id": signer.partner_id,
                "redirect_uri": redirect,
                "response_type": "code",
                "state": state,
            }
            return f"{self._settings['auth_url']}?{urlencode(asked)}"
        back = f"{redirect}{'&' if '?' in redirect else '?'}{urlencode({'state': state})}"
        signed = [*signer.query(CONSENT_PATH), ("redirect", back)]
        return f"{self._settings['host'].rstrip('/')}{CONSENT_PATH}?{urlencode(signed)}"

    def exchange(self, answer: Mapping[str, str]) -> Grant:
        """A main account's consent is taken when it covers one shop; with several, each must consent by itself.

        Raises: ConsentRefused, and the faults of the line. A code works once, for ten minutes.
        """
        code = answer.get("code", "")
        subject = "shop_id" if answer.get("shop_id") else "main_account_id"
        number = answer.get(subject, "")
        if not code or not (number.isascii() and number.isdigit()):
            raise ConsentRefused(channel=CHANNEL, why="incomplete")
        body = {"code": code, subject: whole_number(subject, number)}
        try:
            reply = self._client.token_call(TOKEN_GET, body)
        except Refused as refused:
            message = refused.message.replace(code, "…")
            fault = fault_for(refused.code, message, path=TOKEN_GET, writes=True)
            # A code that is old, used or made up comes back under several names; none of them is our keys' fault.
            raise ConsentRefused(**fault.told) if type(fault) in (NotUnderstood, SignedOut) else fault from None
        shop_id = number
        if subject == "main_account_id":
            shops = reply.texts("shop_id_list")
            if len(shops) != 1:
                raise ConsentRefused(channel=CHANNEL, why="several_shops", shops=len(shops))
            shop_id = shops[0]
        return grant_of(reply, shop_id=shop_id)

    def verify(self, *, headers: Mapping[str, str], body: bytes, url: str) -> None:
        """The address that counts is the one in Shopee's console (setting `push_url`), not what a proxy made of it."""
        settings = self._settings
        if not push_holds(
            key=settings["push_key"] or settings["partner_key"],
            url=settings["push_url"] or url,
            body=body,
            signature=headers.get("authorization", ""),
            body_only=says_yes(settings, "push_body_only"),
        ):
            raise PushForged(channel=CHANNEL)

    def hints(self, body: bytes) -> Sequence[OrderHint]:
        push = read_json(body, channel=CHANNEL)
        if push.whole("code", -1) not in ORDER_PUSHES:
            return ()
        data = push.part("data")
        number = data.text("ordersn") or data.needed("order_sn")  # two spellings, by push code
        shop = _shop(push)
        if not shop:
            raise push.strange("shop_id")
        return (
            OrderHint(
                shop_external_id=shop,
                external_no=number,
                their_state=data.text("status") if push.whole("code") == 3 else "",
                changed_at=data.moment("update_time") or push.moment("timestamp"),
            ),
        )

    def consent_news(self, body: bytes) -> Sequence[ConsentNews]:
        push = read_json(body, channel=CHANNEL)
        data = push.part("data")
        match push.whole("code", -1):
            case kind if kind in (CONSENT_GIVEN, CONSENT_WITHDRAWN):
                word = ConsentWord.GIVEN if kind == CONSENT_GIVEN else ConsentWord.WITHDRAWN
                shops = [*data.texts("shop_id_list"), _shop(push)]
                return tuple(ConsentNews(shop_external_id=shop, word=word) for shop in dict.fromkeys(shops) if shop)
            case kind if kind == CONSENT_ENDING:
                until = data.moment("expire_before")
                return tuple(_ending(shop, until) for shop in data.texts("shop_expire_soon"))
        return ()

    def shop_of(self, body: bytes) -> str:
        try:
            return _shop(read_json(body, channel=CHANNEL))
        except ChannelFault:
            return ""


def _shop(push: Part) -> str:
    """The shop a push is for. Pushes about consent name it in their data, sometimes as `shopid`."""
    data = push.part("data")
    return push.text("shop_id") or data.text("shop_id") or data.text("shopid")


def _ending(shop: str, until: datetime | None) -> ConsentNews:
    return ConsentNews(shop_external_id=shop, word=ConsentWord.ENDING, until=until)
