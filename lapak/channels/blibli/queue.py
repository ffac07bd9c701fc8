"""Submissions wait in a queue before they are a product: what became of one, and which are still under way."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from lapak.channels.blibli.auth import WIB
from lapak.channels.blibli.client import ShopClient
from lapak.channels.blibli.endpoints import QUEUE, QUEUES
from lapak.channels.blibli.mapping import CREATES, QUEUE_DONE
from lapak.channels.kit.errors import NotYet
from lapak.channels.kit.reading import Part
from lapak.core.clock import now

PENDING = "queue:"  # before the id of a queue, where a listing has no other yet
AROUND_MIDNIGHT = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a submission. done: the queue has dealt with it. product, skus: what it was submitted with."""

    done: bool
    refused: str = ""
    product: str = ""
    skus: frozenset[str] = frozenset()


class Queue:
    """The queue of one shop."""

    def __init__(self, client: ShopClient, *, settings: Mapping[str, str]) -> None:
        self._client = client
        self._tries, self._wait_s = int(settings["queue_tries"]), float(settings["queue_wait_s"])
        self._ours: set[str] = set()

    def outcome(self, queue_id: str, *, sku: str = "") -> Outcome:
        """What the queue says now. sku: of our product, where a queue holds several."""
        query = {"requestId": queue_id, "page": "0", "size": "100"}
        told = self._client.call(QUEUE, thing=queue_id, query=query).part("value")
        done = told.part("queueFeed").text("status") == QUEUE_DONE
        history = [entry for entry in told.parts("queueHistory") if not sku or sku in _skus(entry)]
        for entry in history or told.parts("queueHistory"):
            refused = "" if entry.flag("isSuccess") else entry.text("errorMessage") or "–"
            return Outcome(done=done, refused=refused, product=_name(entry), skus=frozenset(_skus(entry)))
        return Outcome(done=done)

    def await_outcome(self, queue_id: str, *, sku: str = "") -> Outcome:
        """Look a few times, a moment apart; most of what waits is dealt with in seconds."""
        self._ours.add(queue_id)
        outcome = Outcome(done=False)
        for _ in range(self._tries):
            if self._wait_s:
                time.sleep(self._wait_s)
            try:
                outcome = self.outcome(queue_id, sku=sku)
            except NotYet:  # its quota is small; what was submitted stays submitted
                break
            if outcome.done:
                break
        return outcome

    def has_unknown_submissions(self) -> bool:
        """Whether a new product is under way that this process did not send: it may be one whose answer was lost."""
        return any(queue_id not in self._ours for queue_id in self._under_way())

    def _under_way(self) -> Iterator[str]:
        there = now().astimezone(WIB)
        days = {there.date(), (there - AROUND_MIDNIGHT).date()}
        for day in sorted(days):
            for entry in self._client.call(QUEUES, query={"queueDate": day.isoformat()}).parts("content"):
                if entry.text("requestAction").startswith(CREATES) and entry.text("status") != QUEUE_DONE:
                    yield entry.needed("requestId")


def queue_of(reply: Part) -> str:
    """The id under which a call waits."""
    content = reply.part("content")
    return content.text("queueId") or reply.part("value").text("queueFeedId") or reply.needed("requestId")


def _name(entry: Part) -> str:
    """A history names a product as "its name (sku, sku)"."""
    told = entry.text("value")
    return told.rpartition(" (")[0] if told.endswith(")") and " (" in told else told


def _skus(entry: Part) -> list[str]:
    told = entry.text("value")
    if not (told.endswith(")") and " (" in told):
        return []
    return [sku.strip() for sku in told.rpartition(" (")[2].rstrip(")").split(",")]
