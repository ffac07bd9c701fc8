"""The load driver, a process of its own: so many clients, each with one connection, post what they are given.

Reads a job as JSON from standard input, writes the outcome as JSON to standard output. Requests are signed before the
clock starts, so that what is measured is the server.
"""

import asyncio
import hashlib
import hmac
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import count


@dataclass(frozen=True, kw_only=True)
class Job:
    """What to post. Pushes are made from `shops` in turn; `orders` names them, or numbers are made from `run`.

    twice_every: each so many-th push is posted a second time, by another client at about the same moment.
    """

    host: str
    port: int
    clients: int
    seconds: float
    key: str
    url: str
    shops: list[str]
    run: str = ""
    orders: list[tuple[str, str]] = field(default_factory=list)  # (shop, order number)
    prepare: int = 0
    twice_every: int = 20


@dataclass(kw_only=True)
class Outcome:
    """latencies_ms: of every answer 204, in the order they came. accepted: SHA-256 of each body answered 204."""

    seconds: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    repeated: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    ran_dry: bool = False


def bodies(job: Job) -> Iterator[bytes]:
    """Order status pushes, each another order."""
    if job.orders:
        for shop, order in job.orders:
            yield _body(shop, order)
        return
    for number in range(job.prepare):
        yield _body(job.shops[number % len(job.shops)], f"{job.run}{number:08d}")


def _body(shop: str, order: str) -> bytes:
    data = {
        "ordersn": order, "status": "READY_TO_SHIP", "completed_scenario": "", "items": [],
        "update_time": 1_795_500_000,
    }  # fmt: skip
    return json.dumps({"data": data, "shop_id": int(shop), "code": 3, "timestamp": 1_795_500_000}).encode()


def request(job: Job, body: bytes) -> bytes:
    """The bytes on the wire."""
    signed = hmac.new(job.key.encode(), job.url.encode() + b"|" + body, hashlib.sha256).hexdigest()
    head = (
        f"POST /hooks/shopee HTTP/1.1\r\nHost: {job.host}:{job.port}\r\nAuthorization: {signed}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def post_all(job: Job) -> Outcome:
    """Post for so many seconds, or until there is nothing left to post."""
    ready = [(request(job, body), hashlib.sha256(body).hexdigest()) for body in bodies(job)]
    outcome, next_one = Outcome(), count()
    began = time.perf_counter()
    until = began + job.seconds

    async def client() -> None:
        reader, writer = await asyncio.open_connection(job.host, job.port)
        while time.perf_counter() < until:
            number = next(next_one)
            # Every so many-th push takes the place of a new one, and is the one before it once more.
            again = bool(number) and number % job.twice_every == 0 and not job.orders
            if number >= len(ready):
                outcome.ran_dry = True
                break
            wire, digest = ready[number - 1 if again else number]
            sent = time.perf_counter()
            writer.write(wire)
            head = await reader.readuntil(b"\r\n\r\n")
            took_ms = (time.perf_counter() - sent) * 1000
            status = head[9:12].decode()
            if status == "204":
                outcome.latencies_ms.append(took_ms)
                outcome.accepted.append(digest)
                outcome.repeated += again
            else:
                outcome.refused[status] = outcome.refused.get(status, 0) + 1
        writer.close()

    await asyncio.gather(*(client() for _ in range(job.clients)))
    outcome.seconds = time.perf_counter() - began
    return outcome


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(post_all(Job(**json.load(sys.stdin)))))))  # noqa: T201  the outcome
