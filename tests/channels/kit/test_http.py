"""The way out: bounded, and what is lost is called by its name."""

import socket
import threading
import time
from contextlib import closing

import httpx2
import pytest
import time_machine

from lapak.channels.kit import http
from lapak.channels.kit.errors import ChannelBusy, ChannelFault, KeysRefused, NotUnderstood, OutcomeUnknown
from lapak.channels.kit.http import Http


def answering(reply: httpx2.Response | Exception) -> Http:
    def play(request: httpx2.Request) -> httpx2.Response:
        if isinstance(reply, Exception):
            raise reply
        return reply

    return Http(channel="Coba", host="https://coba.example/awalan/", transport=httpx2.MockTransport(play))


@pytest.mark.parametrize("writes", [True, False])
@pytest.mark.parametrize(
    "lost",
    [
        httpx2.ReadTimeout("x"),
        httpx2.WriteTimeout("x"),
        httpx2.ReadError("x"),
        httpx2.RemoteProtocolError("x"),
        httpx2.Response(500),
        httpx2.Response(504, text="<html>"),
    ],
)
def test_a_lost_answer_may_have_been_done_only_when_it_writes(lost: httpx2.Response | Exception, writes: bool) -> None:
    with pytest.raises(ChannelFault) as caught:
        answering(lost).send("POST", "/x", writes=writes)
    assert type(caught.value) is (OutcomeUnknown if writes else ChannelBusy)


@pytest.mark.parametrize("unsent", [httpx2.ConnectError("x"), httpx2.ConnectTimeout("x"), httpx2.PoolTimeout("x")])
def test_what_was_never_sent_was_surely_not_done(unsent: Exception) -> None:
    with pytest.raises(ChannelBusy):
        answering(unsent).send("POST", "/x", writes=True)


@pytest.mark.parametrize(
    ("said", "wait_s"),
    [
        ("7", 7),
        ("999999999999", http.LONGEST_WAIT_S),
        ("Tue, 24 Nov 2026 05:02:00 GMT", 120),
        ("Tue, 24 Nov 2026 04:00:00 GMT", 0),
        ("", None),
        ("nanti", None),
        ("Tue, 24 Nov 2026 05:00:00", None),
    ],
)
def test_too_many_says_how_long_to_wait(said: str, wait_s: int | None) -> None:
    reply = httpx2.Response(429, headers={"Retry-After": said})
    with time_machine.travel("2026-11-24T05:00:00Z", tick=False), pytest.raises(ChannelBusy) as caught:
        answering(reply).send("POST", "/x", writes=True)
    assert caught.value.told.get("wait_s") == wait_s


def test_a_host_that_is_no_address_is_for_an_operator() -> None:
    for host in ("ftp://coba.example", "https://coba example:x"):
        with pytest.raises(KeysRefused):
            Http(channel="Coba", host=host).send("GET", "/x", writes=False)


def test_a_redirect_is_not_followed_since_it_would_carry_the_token_away() -> None:
    reply = httpx2.Response(302, headers={"Location": "https://lain.example"}, text="<html>")
    answer = answering(reply).send("GET", "/x", writes=False)
    assert answer.status == 302
    with pytest.raises(NotUnderstood):
        answer.json()


class Dripping:
    """A server that answers with the given pieces, a moment apart."""

    def __init__(self, pieces: list[bytes], *, gap_s: float = 0.0) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.host = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._pieces, self._gap_s = pieces, gap_s
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        with closing(connection), closing(self._socket):
            connection.recv(65536)
            try:
                for piece in self._pieces:
                    connection.sendall(piece)
                    time.sleep(self._gap_s)
            except OSError:
                return


@pytest.fixture
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "READ_S", 0.3)
    monkeypatch.setattr(http, "TOTAL_S", 0.5)
    monkeypatch.setattr(http, "MOST_BYTES", 1000)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"


@pytest.mark.usefixtures("short_times")
@pytest.mark.parametrize(
    ("pieces", "gap_s", "why"),
    [
        ([HEAD, b"x" * 90_000], 0.0, "too_large"),
        ([HEAD, *[b"x"] * 50], 0.1, "too_slow"),
        ([HEAD, b"{"], 1.0, "ReadTimeout"),
        ([b"HTTP/1.1 2", b"00 OK\r\n"], 1.0, "ReadTimeout"),
        ([HEAD, b'{"half": '], 0.0, "RemoteProtocolError"),
    ],
)
def test_no_thread_is_held_by_a_slow_endless_or_broken_answer(pieces: list[bytes], gap_s: float, why: str) -> None:
    server = Dripping(pieces, gap_s=gap_s)
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown) as caught:
        Http(channel="Coba", host=server.host).send("POST", "/x", writes=True)
    assert caught.value.told["why"] == why
    assert time.monotonic() - began < 2
