"""Calls to Meta's Graph API with a bearer token.

Source: Cloud API "Error codes" (stored 2026-09-11): decide on `error.code`; `error_data.details` says more.
"""

from collections.abc import Callable, Mapping

import httpx2

from lapak.channels.kit.errors import ChannelFault
from lapak.channels.kit.http import Http
from lapak.channels.kit.reading import Part

FaultFor = Callable[[int, str], ChannelFault]


class GraphClient:
    """One application's calls. The token goes to the set host alone, and into nothing that is shown."""

    def __init__(
        self,
        *,
        channel: str,
        host: str,
        version: str,
        token: str,
        fault_for: FaultFor,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._http = Http(channel=channel, host=host, transport=transport)
        self._version, self._token, self._fault_for = version, token, fault_for

    def __repr__(self) -> str:
        return f"GraphClient({self._http!r}, {self._version!r})"

    def close(self) -> None:
        self._http.close()

    def post(self, path: str, body: Mapping[str, object], *, hide: tuple[str, ...] = ()) -> Part:
        """Change something. `hide`: texts (a phone number) that must not come back in their words.

        Raises: what `fault_for(code, their words)` makes of an error, and the faults of the line.
        """
        headers = {"Authorization": f"Bearer {self._token}"}
        reply = self._http.send("POST", f"/{self._version}{path}", writes=True, headers=headers, json=body).json()
        if "error" in reply:
            error = reply.part("error")
            words = error.part("error_data").text("details") or error.text("message")
            for secret in (self._token, *hide):
                words = words.replace(secret, "…")
            raise self._fault_for(error.whole("code", 0), words[:500])
        return reply
