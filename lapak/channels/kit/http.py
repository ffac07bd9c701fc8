"""The one way out to a channel: bounded in time and size, and every fault of the line is one of ours.

What was surely not sent may be sent again (`ChannelBusy`); a writing call that left and brought no answer may have
been done (`OutcomeUnknown`). Queries and headers carry tokens, so neither is ever put into a fault or a log.
"""

import logging
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache

import httpx2

from lapak.channels.kit.errors import ChannelBusy, ChannelFault, KeysRefused, NotUnderstood, OutcomeUnknown
from lapak.channels.kit.reading import Part, read_json
from lapak.core.clock import now

CONNECT_S, READ_S, TOTAL_S = 3.0, 15.0, 45.0
MOST_BYTES = 10 * 1024 * 1024
LONGEST_WAIT_S = 6 * 60 * 60  # a Retry-After beyond this is taken as this: a wrong header must not stop a shop for days

# The library writes every address, tokens included, at INFO and the headers at DEBUG.
for _name in ("httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@cache
def _trust() -> ssl.SSLContext:
    """The authorities we believe, read once: 30 ms of CPU each time, and a connector lives for one job."""
    return httpx2.create_ssl_context()


_NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
Query = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True, repr=False)
class Answer:
    """What came back, read whole."""

    channel: str
    status: int
    body: bytes

    def json(self) -> Part:
        """The body as a JSON object. Raises NotUnderstood."""
        return read_json(self.body, channel=self.channel)


class Http:
    """Calls to one host. Safe to use from several threads."""

    def __init__(self, *, channel: str, host: str, transport: httpx2.BaseTransport | None = None) -> None:
        self._channel, self._host = channel, host.rstrip("/")
        self._client = httpx2.Client(
            transport=transport,
            verify=_trust(),
            timeout=httpx2.Timeout(READ_S, connect=CONNECT_S),
            follow_redirects=False,  # a redirect would carry the token to somebody else
        )

    def __repr__(self) -> str:
        return f"Http({self._channel!r}, {self._host!r})"

    def close(self) -> None:
        self._client.close()

    def send(
        self,
        method: str,
        path: str,
        *,
        writes: bool,
        query: Query = (),
        headers: Mapping[str, str] | None = None,
        json: Mapping[str, object] | None = None,
        content: bytes | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request; the answer is whatever the channel said below 500, except "too many".

        Args:
            path: below the host, with a leading slash.
            writes: whether the call changes something over there; decides what a lost answer means.
            content: a body sent byte for byte, for channels that sign it; instead of `json`.
            files, fields: multipart; part name → (file name, bytes, media type), and part name → text.
        Raises: ChannelBusy, OutcomeUnknown, KeysRefused (the host itself is set wrongly), NotUnderstood (too large).
        """
        deadline = time.monotonic() + TOTAL_S
        try:
            with self._client.stream(
                method,
                self._host + path,
                params=list(query),
                headers=headers,
                json=json,
                content=content,
                files=files,
                data=fields,
            ) as response:
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > MOST_BYTES:
                        raise self._lost(path, writes=writes, why="too_large")
                    if time.monotonic() > deadline:
                        raise self._lost(path, writes=writes, why="too_slow")
        except _NOT_SENT as fault:
            raise ChannelBusy(channel=self._channel, path=path, why=type(fault).__name__) from None
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol):
            raise KeysRefused(channel=self._channel, path=path, why="host") from None
        except httpx2.DecodingError:
            raise NotUnderstood(channel=self._channel, path=path, field="body") from None
        except httpx2.RequestError as fault:
            raise self._lost(path, writes=writes, why=type(fault).__name__) from None
        if response.status_code == httpx2.codes.TOO_MANY_REQUESTS:
            raise ChannelBusy(channel=self._channel, path=path, **_wait(response.headers))
        if response.status_code >= 500:
            raise self._lost(path, writes=writes, why=str(response.status_code), **_wait(response.headers))
        return Answer(channel=self._channel, status=response.status_code, body=bytes(body))

    def _lost(self, path: str, *, writes: bool, **told: object) -> ChannelFault:
        kind = OutcomeUnknown if writes else ChannelBusy
        return kind(channel=self._channel, path=path, **told)


def _wait(headers: httpx2.Headers) -> dict[str, int]:
    """`wait_s` out of Retry-After, which is seconds or a date; empty when it says nothing usable."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        seconds = int(said[:9])
    else:
        try:
            seconds = round((parsedate_to_datetime(said) - now()).total_seconds())
        except (ValueError, TypeError):  # TypeError: a date without a zone
            return {}
    return {"wait_s": min(max(seconds, 0), LONGEST_WAIT_S)}
