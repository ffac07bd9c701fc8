"""`/metrics` for Prometheus. Read from the tables, so that it says the same whichever web process answers."""

import hmac
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from lapak.api.health import standing

LOOPBACK = frozenset({"127.0.0.1", "::1"})
PROXIED = ("X-Forwarded-For", "X-Real-IP", "Forwarded")


class Work(Collector):
    """The standing of the work as gauges; a database that is away shows as `lapak_database_up 0`."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            work = standing()
        except DatabaseError:
            yield GaugeMetricFamily("lapak_database_up", "Whether the database answers.", value=0)
            return
        yield GaugeMetricFamily("lapak_database_up", "Whether the database answers.", value=1)
        if work.worker_seen_s is not None:
            yield GaugeMetricFamily(
                "lapak_worker_seen_seconds", "Since the last heartbeat of any worker.", value=work.worker_seen_s
            )
        for name, words, counts in (
            ("lapak_deliveries", "Events still to be told, by state.", work.deliveries),
            ("lapak_pushes", "Calls of platforms, by state.", work.pushes),
        ):
            family = GaugeMetricFamily(name, words, labels=["state"])
            for state, count in counts.items():
                family.add_metric([state], count)
            yield family


_registry = CollectorRegistry(auto_describe=False)
_registry.register(Work())


def metrics(request: HttpRequest) -> HttpResponse:
    """Only for this machine itself, or for who holds `LAPAK_METRICS_TOKEN`; for everybody else it is not there."""
    if not _may_read(request):
        return HttpResponse(status=404)
    return HttpResponse(generate_latest(_registry), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    token: str = settings.LAPAK_METRICS_TOKEN
    if token:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    # Behind a proxy on this machine every caller seems to be this machine.
    proxied = any(name in request.headers for name in PROXIED)
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not proxied
