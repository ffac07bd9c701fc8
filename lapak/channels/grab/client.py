"""Calls to Grab for one store: paced, signed in, and every refusal turned into one of our faults."""

from collections.abc import Mapping

import httpx2

from lapak.channels.grab.auth import project_token
from lapak.channels.grab.mapping import CHANNEL, fault_for
from lapak.channels.kit.errors import ChannelBusy, KeysRefused, NotUnderstood
from lapak.channels.kit.http import Answer, Http, Query
from lapak.channels.kit.pace import pace_of
from lapak.channels.kit.reading import Part


class GrabClient:
    """Safe to use from several threads."""

    def __init__(self, *, settings: Mapping[str, str], transport: httpx2.BaseTransport | None = None) -> None:
        self._settings = settings
        self._http = Http(channel=CHANNEL, host=settings["host"], transport=transport)
        self._token_http = Http(channel=CHANNEL, host=settings["token_host"], transport=transport)
        # Grab counts the project's calls, not the store's.
        self._pace = pace_of(CHANNEL, settings["client_id"], per_second=float(settings["calls_per_second"]))
        self._pace_wait_s = float(settings["pace_wait_s"])

    def __repr__(self) -> str:
        return f"GrabClient({self._http!r})"

    def close(self) -> None:
        self._http.close()
        self._token_http.close()

    def read(self, path: str, query: Query = ()) -> Part:
        return self._ask("GET", path, writes=False, query=query).json()

    def write(self, method: str, path: str, body: Mapping[str, object]) -> Answer:
        """Change something; most such calls answer 204 and no body."""
        return self._ask(method, path, writes=True, body=body)

    def _ask(
        self, method: str, path: str, *, writes: bool, query: Query = (), body: Mapping[str, object] | None = None
    ) -> Answer:
        """A token that was refused is fetched anew once: a refused call did nothing."""
        token = project_token(self._token_http, self._settings)
        answer = self._once(method, path, token, writes=writes, query=query, body=body)
        if answer.status == 401:
            token = project_token(self._token_http, self._settings, stale=token)
            answer = self._once(method, path, token, writes=writes, query=query, body=body)
        if answer.status == 401:
            raise KeysRefused(channel=CHANNEL, their_code="401", path=path)
        if answer.status >= 300:
            raise fault_for(answer.status, *self._words(answer, token), path=path)
        return answer

    def _once(
        self, method: str, path: str, token: str, *, writes: bool, query: Query, body: Mapping[str, object] | None
    ) -> Answer:
        self._pace.take(at_most_s=self._pace_wait_s)
        headers = {"Authorization": f"Bearer {token}"}
        try:
            return self._http.send(method, path, writes=writes, query=query, headers=headers, json=body)
        except ChannelBusy as busy:
            self._pace.heed(busy)
            raise

    def _words(self, answer: Answer, token: str) -> tuple[str, str]:
        """Reason and message of a refusal; some have no body at all."""
        try:
            told = answer.json()
            reason, words = told.text("reason"), told.text("message")
        except NotUnderstood:
            return "", ""
        for secret in (token, self._settings["client_secret"]):
            words = words.replace(secret, "…")
        return reason[:60], words[:500]
