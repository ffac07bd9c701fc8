"""Stands before each platform: journals every call and lets the switchboard spoil it."""

from __future__ import annotations

import asyncio
import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lapak.sandbox.faults import Fired
from lapak.sandbox.platform import ACCOUNT, Core, Platform

GATEWAY_PAGE = "<html><body><h1>502 Bad Gateway</h1></body></html>"
AFTER_WORK = ("timeout_after_work", "half_body")


class Gate:
    """An ASGI wrapper around one platform's routes."""

    def __init__(self, inner: ASGIApp, core: Core, platform: Platform) -> None:
        self._inner, self._core, self._platform = inner, core, platform

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if scope["type"] != "http" or not path.startswith(self._platform.api_prefix):
            await self._inner(scope, receive, send)
            return
        account = self._platform.account_of(Request(scope))
        before = await self._before_work(path, account, receive)
        fault = before.kind if before else ""
        status, error = 0, ""
        if before is not None and before.kind == "timeout_before_work":
            await _cut(send)
        elif before is not None and before.kind != "slow":
            answer = self._spoilt(before)
            status, error = answer.status_code, before.kind
            await answer(scope, receive, send)
        else:
            spoiling = self._first(AFTER_WORK, path, account)
            messages: list[Message] = []

            async def keep(message: Message) -> None:
                if message["type"] in ("http.response.start", "http.response.body"):
                    messages.append(message)

            await self._inner(scope, receive, keep)
            if spoiling is not None:
                fault = spoiling.kind
                await self._lose(spoiling, messages, receive, send)
            else:
                status, error = self._read(messages)
                for message in messages:
                    await send(message)
        self._core.journal.note(
            at=self._core.clock.now(),
            platform=self._platform.slug,
            method=scope["method"],
            path=path,
            account=scope.get(ACCOUNT, account),
            status=status,
            error=error,
            fault=fault,
        )

    def _first(self, kinds: tuple[str, ...], path: str, account: str) -> Fired | None:
        for kind in kinds:
            if fired := self._core.faults.fire(self._platform.slug, kind, path=path, account=account):
                return fired
        return None

    async def _before_work(self, path: str, account: str, receive: Receive) -> Fired | None:
        fired = self._first(
            ("rate_limit", "token_bucket", "server_error", "not_json", "timeout_before_work", "slow"), path, account
        )
        if fired is not None and fired.kind in ("timeout_before_work", "slow"):
            if fired.kind == "slow":
                await self._hold(float(fired.more["seconds"]))
            else:
                await self._hold(float(fired.more["seconds"]), receive)
        return fired

    async def _hold(self, seconds: float, receive: Receive | None = None) -> None:
        """Say nothing for so long, or until the caller hangs up (if `receive` is given) or the server ends."""

        async def hung_up(receive: Receive) -> None:
            while (await receive())["type"] != "http.disconnect":
                pass

        waiting: list[asyncio.Future[object]] = [asyncio.ensure_future(self._core.closing.wait())]
        if receive is not None:
            waiting.append(asyncio.ensure_future(hung_up(receive)))
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for one in waiting:
            one.cancel()

    def _spoilt(self, fired: Fired) -> Response:
        if fired.kind in ("rate_limit", "token_bucket"):
            answer = self._platform.too_many(fired)
            if fired.more["retry_after"] is not None:
                answer.headers["Retry-After"] = str(fired.more["retry_after"])
            return answer
        if fired.kind == "server_error":
            return self._platform.broken(fired)
        return Response(GATEWAY_PAGE, status_code=int(fired.more["status"]), media_type="text/html")

    async def _lose(self, fired: Fired, messages: list[Message], receive: Receive, send: Send) -> None:
        """The work is done; the answer does not arrive, or only half of it."""
        if fired.kind == "timeout_after_work":
            await self._hold(float(fired.more["seconds"]), receive)
            await _cut(send)
            return
        body = b"".join(message.get("body", b"") for message in messages[1:])
        await send(messages[0])
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})

    def _read(self, messages: list[Message]) -> tuple[int, str]:
        """The status and the platform's error code of a finished answer."""
        start = messages[0]
        headers = {name.lower(): value for name, value in start["headers"]}
        if not headers.get(b"content-type", b"").startswith(b"application/json"):
            return int(start["status"]), ""
        body = json.loads(b"".join(message.get("body", b"") for message in messages[1:]) or b"{}")
        return int(start["status"]), self._platform.error_of(body)


async def _cut(send: Send) -> None:
    """Begin an answer and never finish it: the server then closes the connection."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
    await send({"type": "http.response.body", "body": b"", "more_body": True})
