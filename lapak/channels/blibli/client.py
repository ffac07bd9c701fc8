"""Calls to Blibli: signed where the seller wants it, within each call's quota, and every refusal one of ours."""

import json
from collections.abc import Mapping
from uuid import uuid4

import httpx2

from lapak.channels.blibli.auth import USERNAME, Signer
from lapak.channels.blibli.endpoints import Endpoint
from lapak.channels.blibli.mapping import CHANNEL, fault_for
from lapak.channels.kit.errors import ChannelBusy, NotYet
from lapak.channels.kit.http import Answer, Http
from lapak.channels.kit.pace import Pace, pace_of
from lapak.channels.kit.protocol import GrantKeeper
from lapak.channels.kit.reading import Part
from lapak.core.clock import now
from lapak.domain.connection import Grant

Body = Mapping[str, object]
Query = Mapping[str, str]


def rate_of(calls: int, every_s: int, *, share: float) -> tuple[float, int]:
    """A quota as calls a second and calls at once: half may go at once and half comes back over its time, so that no
    span of it holds more. share: of the quota, for this process."""
    at_once = max(1, int(share * calls) // 2)
    return max(share * calls - at_once, share) / every_s, at_once


class SellerClient:
    """Calls with a seller's keys. Safe to use from several threads."""

    def __init__(self, *, settings: Mapping[str, str], transport: httpx2.BaseTransport | None = None) -> None:
        self._http = Http(channel=CHANNEL, host=settings["host"], transport=transport)
        self._signer = Signer(client_id=settings["client_id"], client_key=settings["client_key"])
        self._channel_id, self._store_id = settings["channel_id"], settings["store_id"]
        self._share = float(settings["quota_share"])
        self._pace_wait_s, self._quota_wait_s = float(settings["pace_wait_s"]), float(settings["quota_wait_s"])

    def __repr__(self) -> str:
        return f"SellerClient({self._http!r}, {self._signer!r})"

    def close(self) -> None:
        self._http.close()

    def call(
        self, grant: Grant, endpoint: Endpoint, *, thing: str = "", query: Query | None = None, body: Body | None = None
    ) -> Part:
        """One call; returns the whole reply. The body is written once: what is signed is what is sent.

        Args:
            thing: what `{id}` of the path stands for, or what a quota is counted for.
        Raises: NotYet when the quota of this call is used up, and what the platform refuses.
        """
        path, signed = (told.replace("{id}", thing) for told in (endpoint.path, endpoint.signed))
        content = b"" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        pace = self._pace(grant, endpoint, thing)
        try:
            pace.take(at_most_s=self._pace_wait_s)
            answer = self._http.send(
                endpoint.method,
                path,
                writes=endpoint.writes,
                query=[*self._named(grant, query or {}).items()],
                headers=self._signer.headers(grant, method=endpoint.method, path=signed, body=content, at=now()),
                content=content or None,
            )
        except ChannelBusy as busy:
            raise self._waiting(busy, pace) from None
        return self._understood(answer, grant, path=path, writes=endpoint.writes, pace=pace)

    def _named(self, grant: Grant, query: Query) -> dict[str, str]:
        """Older and newer calls name the store by other words; all of them may always be sent."""
        store = grant.shop_external_id
        return {
            "requestId": f"{self._channel_id}-{uuid4()}",
            "storeId": self._store_id,
            "channelId": self._channel_id,
            USERNAME: grant.extra.get(USERNAME, ""),
            "storeCode": store,
            "businessPartnerCode": store,
            "merchantCode": store,
            **query,
        }

    def _pace(self, grant: Grant, endpoint: Endpoint, thing: str) -> Pace:
        per_second, at_once = rate_of(endpoint.calls, endpoint.every_s, share=self._share)
        whose = f"{grant.shop_external_id} {endpoint.method} {endpoint.path} {thing if endpoint.alone else ''}"
        return pace_of(CHANNEL, whose, per_second=per_second, burst=at_once)

    def _waiting(self, busy: ChannelBusy, pace: Pace) -> ChannelBusy | NotYet:
        """Too many of one call says nothing of the others. A line that is down stays "busy"."""
        if busy.told.get("why") == "pace":
            return NotYet(**busy.told)
        if "why" in busy.told:
            return busy
        wait_s = busy.told.get("wait_s", self._quota_wait_s)
        if isinstance(wait_s, int | float):
            pace.hold(wait_s)
        return NotYet(**{**busy.told, "wait_s": wait_s, "why": "quota"})

    def _understood(self, answer: Answer, grant: Grant, *, path: str, writes: bool, pace: Pace) -> Part:
        reply = answer.json()
        code = reply.text("errorCode")
        failed = "success" in reply and not reply.flag("success")
        if answer.status < 400 and not code and not failed:
            return reply
        message = self._signer.hidden(reply.text("errorMessage"), grant)[:500]
        fault = fault_for(answer.status, code, message, path=path, writes=writes)
        if isinstance(fault, NotYet):
            pace.hold(self._quota_wait_s)
        raise fault


class ShopClient:
    """Calls that speak for one shop, with the keys as they are kept now: a new key counts from the next call on."""

    def __init__(
        self,
        *,
        settings: Mapping[str, str],
        store_code: str,
        keeper: GrantKeeper,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._seller = SellerClient(settings=settings, transport=transport)
        self.store_code, self._keeper = store_code, keeper

    def __repr__(self) -> str:
        return f"ShopClient(store_code={self.store_code!r}, {self._seller!r})"

    def close(self) -> None:
        self._seller.close()

    def call(
        self, endpoint: Endpoint, *, thing: str = "", query: Query | None = None, body: Body | None = None
    ) -> Part:
        """As `SellerClient.call`."""
        return self._seller.call(self._keeper.current(), endpoint, thing=thing, query=query, body=body)
