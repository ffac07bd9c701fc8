"""Calls to TikTok Shop: signed, paced, renewed when the token ends, and every refusal turned into one of ours."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

import httpx2

from lapak.channels.kit.errors import ChannelBusy, ChannelFault, SignedOut
from lapak.channels.kit.http import Answer, Http
from lapak.channels.kit.pace import pace_of
from lapak.channels.kit.protocol import GrantKeeper
from lapak.channels.kit.reading import Part
from lapak.channels.kit.renewing import Renewals
from lapak.channels.tokopedia.auth import CIPHER, TOKEN_HEADER, Signer, grant_of
from lapak.channels.tokopedia.endpoints import SHOPS, TOKEN_RENEW, Endpoint
from lapak.channels.tokopedia.mapping import CHANNEL, fault_for, refresh_is_refused, token_is_bad
from lapak.domain.connection import Grant

JSON = {"content-type": "application/json"}
Body = Mapping[str, object]
Files = Mapping[str, tuple[str, bytes, str]]


class Refused(Exception):
    """An envelope whose `code` is not 0, before it is known what it means to the caller."""

    def __init__(self, code: int, message: str, data: Part) -> None:
        super().__init__(code)
        self.code, self.message, self.data = code, message, data


class AppClient:
    """Calls signed with our application, with or without a shop's token."""

    def __init__(self, *, settings: Mapping[str, str], transport: httpx2.BaseTransport | None = None) -> None:
        self._http = Http(channel=CHANNEL, host=settings["host"], transport=transport)
        self._auth_http = Http(channel=CHANNEL, host=settings["auth_host"], transport=transport)
        self.signer = Signer(app_key=settings["app_key"], app_secret=settings["app_secret"])

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._http!r}, {self.signer!r})"

    def close(self) -> None:
        self._http.close()
        self._auth_http.close()

    def token_call(self, path: str, *, hide: str, **asked: str) -> Part:
        """Exchange or refresh. `hide`: the code or token that is spent. Raises Refused and the faults of the line."""
        query = self.signer.token_query(**asked)
        return self._data(self._auth_http.send("GET", path, writes=True, query=query), hide=(hide,))

    def ask(
        self,
        endpoint: Endpoint,
        *,
        token: str,
        cipher: str = "",
        thing: str = "",
        query: Mapping[str, str] | None = None,
        body: Body | None = None,
        files: Files | None = None,
        fields: Mapping[str, str] | None = None,
        hide: Sequence[str] = (),
    ) -> Part:
        """One signed call; returns `data`. The body is written once: what is signed is what is sent.

        Args:
            thing: what `{id}` of the path stands for. hide: secrets their words must not repeat.
        Raises: Refused, and the faults of the line.
        """
        path = endpoint.path.replace("{id}", thing)
        written = None if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        signed = self.signer.query(path, query or {}, cipher=cipher if endpoint.cipher else "", body=written or b"")
        answer = self._http.send(
            endpoint.method,
            path,
            writes=endpoint.writes,
            query=signed,
            headers={TOKEN_HEADER: token, **({} if files else JSON)},
            content=written,
            files=files,
            fields=fields,
        )
        return self._data(answer, hide=(token, cipher, *hide))

    def shops(self, token: str) -> list[Part]:
        """The shops a token may speak for. Raises Refused and the faults of the line."""
        return self.ask(SHOPS, token=token).parts("shops")

    def _data(self, answer: Answer, *, hide: Sequence[str]) -> Part:
        reply = answer.json()
        code = reply.whole("code")
        if code:
            raise Refused(code, self.signer.hidden(reply.text("message"), *hide)[:500], _object(reply))
        return reply.part("data")


def _object(reply: Part) -> Part:
    """The data of a refusal, where a list or a text in its place must not hide the refusal itself."""
    try:
        return reply.part("data")
    except ChannelFault:
        return Part({}, channel=CHANNEL)


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
        self._app = AppClient(settings=settings, transport=transport)
        self.shop_id, self._keeper = shop_id, keeper
        self._pace = pace_of(CHANNEL, shop_id, per_second=float(settings["calls_per_second"]))
        self._pace_wait_s = float(settings["pace_wait_s"])
        before = timedelta(seconds=float(settings["renew_before_s"]))
        self._renewals = Renewals(keeper, before=before, ask=self._ask_anew)

    def __repr__(self) -> str:
        return f"ShopClient(shop_id={self.shop_id!r}, {self._app!r})"

    def close(self) -> None:
        self._app.close()

    def grant(self) -> Grant:
        """The grant as it is kept now."""
        return self._keeper.current()

    def call(
        self,
        endpoint: Endpoint,
        *,
        thing: str = "",
        query: Mapping[str, str] | None = None,
        body: Body | None = None,
        files: Files | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> Part:
        """One call for the shop; returns `data`. `thing`: the id in the path."""
        try:
            return self._signed(endpoint, thing=thing, query=query, body=body, files=files, fields=fields)
        except Refused as refused:
            writes = endpoint.writes or bool(files)
            raise fault_for(refused.code, refused.message, path=endpoint.path, writes=writes) from None

    def batch(self, endpoint: Endpoint, body: Body, *, thing: str = "") -> list[Part]:
        """A writing call over several things: the `errors` among them, also when the whole reply is an error."""
        try:
            return self._signed(endpoint, thing=thing, body=body).parts("errors")
        except Refused as refused:
            if errors := refused.data.parts("errors"):
                return errors
            raise fault_for(refused.code, refused.message, path=endpoint.path, writes=True) from None

    def _signed(
        self,
        endpoint: Endpoint,
        *,
        thing: str = "",
        query: Mapping[str, str] | None = None,
        body: Body | None = None,
        files: Files | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> Part:
        """Ask with a good token; a token refused on the way is renewed once, since a refused call did nothing."""

        def ask(grant: Grant) -> Part:
            self._pace.take(at_most_s=self._pace_wait_s)
            try:
                return self._app.ask(
                    endpoint,
                    token=grant.access_token,
                    cipher=grant.extra.get(CIPHER, ""),
                    thing=thing,
                    query=query,
                    body=body,
                    files=files,
                    fields=fields,
                    hide=(grant.refresh_token,),
                )
            except ChannelBusy as busy:
                self._pace.heed(busy)
                raise

        grant = self._renewals.good()
        try:
            return ask(grant)
        except Refused as refused:
            if not token_is_bad(refused.code, refused.message):
                raise
        return ask(self._renewals.renewed(grant))

    def _ask_anew(self, old: Grant) -> Grant:
        spent = old.refresh_token
        try:
            data = self._app.token_call(TOKEN_RENEW, hide=spent, refresh_token=spent, grant_type="refresh_token")
        except Refused as refused:
            if refresh_is_refused(refused.code, refused.message):
                raise SignedOut(channel=CHANNEL, their_code=refused.code, theirs=refused.message) from None
            raise fault_for(refused.code, refused.message, path=TOKEN_RENEW, writes=False) from None
        return grant_of(data, shop_id=self.shop_id, cipher=old.extra.get(CIPHER, ""))
