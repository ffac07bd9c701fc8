"""Calls to Shopee: signed, paced, renewed when the token ends, and every refusal of theirs turned into one of ours."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import ceil
from time import sleep

import httpx2

from lapak.channels.kit.errors import ChannelBusy, KeysRefused, SignedOut
from lapak.channels.kit.http import Http
from lapak.channels.kit.pace import pace_of
from lapak.channels.kit.protocol import GrantKeeper
from lapak.channels.kit.reading import Part
from lapak.channels.kit.renewing import Renewals
from lapak.channels.shopee.auth import Signer, grant_of, whole_number
from lapak.channels.shopee.mapping import CHANNEL, fault_for, refresh_is_refused, token_is_bad
from lapak.domain.connection import Grant

TOKEN_GET = "/api/v2/auth/token/get"  # noqa: S105 - a path
TOKEN_RENEW = "/api/v2/auth/access_token/get"  # noqa: S105 - a path
Query = Mapping[str, str | Sequence[str]]
Files = Mapping[str, tuple[str, bytes, str]]


class Refused(Exception):
    """An envelope whose `error` is not empty, before it is known what it means to the caller."""

    def __init__(self, code: str, message: str, reply: Part) -> None:
        super().__init__(code)
        self.code, self.message, self.reply = code, message, reply


class PublicClient:
    """Calls that are signed with our application alone."""

    def __init__(self, *, settings: Mapping[str, str], transport: httpx2.BaseTransport | None = None) -> None:
        self._http = Http(channel=CHANNEL, host=settings["host"], transport=transport)
        self._key = settings["partner_key"]
        self.signer = Signer(partner_id=settings["partner_id"], partner_key=self._key)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._http!r}, {self.signer!r})"

    def close(self) -> None:
        self._http.close()

    def token_call(self, path: str, body: Mapping[str, object]) -> Part:
        """Exchange or refresh. Raises Refused and the faults of the line."""
        whole = {**body, "partner_id": whole_number("partner_id", self.signer.partner_id)}
        return self.ask("POST", path, writes=True, auth=self.signer.query(path), body=whole)

    def ask(
        self,
        method: str,
        path: str,
        *,
        writes: bool,
        auth: list[tuple[str, str]],
        query: Query | None = None,
        body: Mapping[str, object] | None = None,
        files: Files | None = None,
        fields: Mapping[str, str] | None = None,
        hide: tuple[str, ...] = (),
    ) -> Part:
        """One signed call. `hide`: secrets their words must not repeat. Raises Refused and the faults of the line."""
        flat = [(k, one) for k, v in (query or {}).items() for one in ([v] if isinstance(v, str) else v)]
        answer = self._http.send(
            method, path, writes=writes, query=[*auth, *flat], json=body, files=files, fields=fields
        )
        reply = answer.json()
        code = reply.text("error")
        if code:
            message = reply.text("message")
            for secret in (self._key, *hide):
                message = message.replace(secret, "…")
            raise Refused(code, message[:500], reply)
        return reply


class ShopClient:
    """Calls that speak for one shop. Safe to use from several threads."""

    def __init__(
        self,
        *,
        settings: Mapping[str, str],
        shop_id: str,
        keeper: GrantKeeper,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._public = PublicClient(settings=settings, transport=transport)
        self.shop_id = shop_id
        self._pace = pace_of(CHANNEL, shop_id, per_second=float(settings["calls_per_second"]))
        self._pace_wait_s = float(settings["pace_wait_s"])
        before = timedelta(seconds=float(settings["renew_before_s"]))
        self._renewals = Renewals(keeper, before=before, ask=self._ask_anew)

    def __repr__(self) -> str:
        return f"ShopClient(shop_id={self.shop_id!r}, {self._public!r})"

    def close(self) -> None:
        self._public.close()

    def read(self, path: str, query: Query | None = None) -> Part:
        """GET for the shop. Returns the whole reply; most payloads lie under `response`."""
        return self._call("GET", path, writes=False, query=query)

    def write(self, path: str, body: Mapping[str, object]) -> Part:
        """POST for the shop, something that changes."""
        return self._call("POST", path, writes=True, body=body)

    def upload(self, path: str, files: Files, fields: Mapping[str, str]) -> Part:
        """Multipart POST with the public signature. Repeating it only makes one more picture nobody sees."""
        self._pace.take(at_most_s=self._pace_wait_s)
        auth = self._public.signer.query(path)
        try:
            return self._public.ask("POST", path, writes=False, auth=auth, files=files, fields=fields)
        except Refused as refused:
            raise fault_for(refused.code, refused.message, path=path, writes=True) from None
        except ChannelBusy as busy:
            self._pace.heed(busy)
            raise

    def partial(self, path: str, body: Mapping[str, object]) -> Part:
        """POST of a batch: the payload also when some, or all, of its lines were refused."""
        try:
            return self._signed("POST", path, writes=True, body=body).part("response")
        except Refused as refused:
            payload = refused.reply.part("response")
            if payload.parts("failure_list"):
                return payload
            raise fault_for(refused.code, refused.message, path=path, writes=True) from None

    def _call(
        self,
        method: str,
        path: str,
        *,
        writes: bool,
        query: Query | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Part:
        try:
            return self._signed(method, path, writes=writes, query=query, body=body)
        except Refused as refused:
            raise fault_for(refused.code, refused.message, path=path, writes=writes) from None

    def _signed(
        self,
        method: str,
        path: str,
        *,
        writes: bool,
        query: Query | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Part:
        """Ask with a good token; a token refused on the way is renewed once, since a refused call did nothing."""
        grant = self._renewals.good()
        try:
            return self._once(grant, method, path, writes=writes, query=query, body=body)
        except Refused as refused:
            if not token_is_bad(refused.code, refused.message):
                raise
        grant = self._renewals.renewed(grant)
        try:
            return self._once(grant, method, path, writes=writes, query=query, body=body)
        except Refused as refused:
            if token_is_bad(refused.code, refused.message):  # the consent was just seen to live: not the owner's fault
                raise KeysRefused(channel=CHANNEL, their_code=refused.code, theirs=refused.message) from None
            raise

    def _once(
        self,
        grant: Grant,
        method: str,
        path: str,
        *,
        writes: bool,
        query: Query | None,
        body: Mapping[str, object] | None,
    ) -> Part:
        self._pace.take(at_most_s=self._pace_wait_s)
        auth = self._public.signer.query(path, access_token=grant.access_token, shop_id=self.shop_id)
        hide = (grant.access_token, grant.refresh_token)
        try:
            return self._public.ask(method, path, writes=writes, auth=auth, query=query, body=body, hide=hide)
        except ChannelBusy as busy:
            self._pace.heed(busy)
            raise

    def _ask_anew(self, old: Grant) -> Grant:
        spent = old.refresh_token
        body = {"refresh_token": spent, "shop_id": whole_number("shop_id", self.shop_id)}
        try:
            reply = self._public.token_call(TOKEN_RENEW, body)
        except Refused as refused:
            message = refused.message.replace(spent, "…")
            if refresh_is_refused(refused.code, message):
                raise SignedOut(channel=CHANNEL, their_code=refused.code, theirs=message) from None
            raise fault_for(refused.code, message, path=TOKEN_RENEW, writes=False) from None
        return grant_of(reply, shop_id=self.shop_id)


def pause(settings: Mapping[str, str], name: str) -> None:
    """Wait as long as a setting says, where the documents ask for it."""
    seconds = float(settings[name])
    if seconds > 0:
        sleep(ceil(seconds * 10) / 10)
