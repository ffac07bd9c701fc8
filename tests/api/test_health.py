"""How the work stands, told to load balancers and to Prometheus; and to nobody else."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families
from pytest_django.fixtures import Settings

from lapak.api import health
from lapak.core.clock import now
from lapak.shops.models import ForgedPushes, Push
from tests.api.shopee import order_push, shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """Each test looks anew."""
    health._kept = None
    yield
    health._kept = None


def worker_seen(ago: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [now() - ago])


def push(digest: bytes, **more: object) -> None:
    at = now()
    Push.objects.create(
        channel="shopee", shop=None, digest=digest, body=order_push(), received_at=at, due_at=at, **more
    )


def read(**headers: str) -> dict[tuple[str, str], float]:
    """(name, state) → value of everything Prometheus would read."""
    answer = Client().get("/metrics", headers=headers)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {(one.name, one.labels.get("state", "")): one.value for family in families for one in family.samples}


def test_no_worker_or_a_silent_one_is_not_alive() -> None:
    assert health.standing().worker_seen_s is None
    assert not health.standing().worker_is_alive
    for ago, alive in ((timedelta(seconds=2), True), (timedelta(seconds=40), False)):
        worker_seen(ago)
        health._kept = None
        assert health.standing().worker_is_alive is alive


def test_the_database_is_asked_once_a_second_however_often_it_is_called() -> None:
    health.standing()
    with CaptureQueriesContext(connection) as asked:
        health.standing()
    assert len(asked) == 0


def test_what_waits_and_what_is_parked_is_told_by_state() -> None:
    shop()
    push(b"1")
    push(b"2", parked_at=now())
    push(b"3", done_at=now())
    ForgedPushes.objects.create(channel="shopee", day=now().date(), count=7)
    worker_seen(timedelta(seconds=3))
    told = read()
    assert told["lapak_database_up", ""] == 1
    assert told["lapak_pushes", "waiting"] == 1
    assert told["lapak_pushes", "parked"] == 1
    assert told["lapak_pushes", "forged_today"] == 7
    assert told["lapak_deliveries", "waiting"] == 0
    assert 3 <= told["lapak_worker_seen_seconds", ""] < 60


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_a_value_and_no_failure() -> None:
    before = connection.settings_dict
    connection.close()
    connection.settings_dict = {**before, "HOST": "/nonexistent"}
    try:
        assert read() == {("lapak_database_up", ""): 0}
    finally:
        connection.close()
        connection.settings_dict = before


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
def test_without_a_token_only_this_machine_itself_reads_the_metrics(name: str) -> None:
    assert Client().get("/metrics", REMOTE_ADDR="10.0.0.7").status_code == 404
    assert Client().get("/metrics", headers={name: "127.0.0.1"}).status_code == 404
    assert Client().get("/metrics").status_code == 200


def test_with_a_token_only_its_holder_reads_the_metrics(settings: Settings) -> None:
    settings.LAPAK_METRICS_TOKEN = "rahasia-metrik"
    assert Client().get("/metrics").status_code == 404
    assert Client().get("/metrics", headers={"Authorization": "Bearer \u00e9"}).status_code == 404
    answer = Client().get("/metrics", headers={"Authorization": "Bearer rahasia-metrik"}, REMOTE_ADDR="10.0.0.7")
    assert answer.status_code == 200
