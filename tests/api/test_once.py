"""A request repeated with its key is done once, whatever happens to the first one."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from lapak.api import once
from lapak.api.models import KeptAnswer
from lapak.api.once import forget_old_answers
from lapak.catalog.models import ImportRun, Product, StockMove
from lapak.catalog.types import StockReason
from lapak.core.clock import now
from lapak.registry.models import Business
from tests import make
from tests.api.caller import Caller, an_owner, told

pytestmark = pytest.mark.django_db
KOPI = {"title": "Kopi Gayo 250 g", "variants": [{"price_idr": 65_000, "on_hand": 7}]}


@pytest.fixture
def ani() -> Caller:
    return an_owner()


def products(ani: Caller) -> str:
    return f"/businesses/{ani.business_id}/products"


def test_what_makes_something_needs_a_key(ani: Caller) -> None:
    sent = {"Authorization": f"Bearer {ani.key}"}
    for path in ("/businesses", products(ani)):
        body = json.dumps(KOPI if path != "/businesses" else {"name": "Kopi Pak Darma"})
        answer = ani.client.post(f"/api/v1{path}", body, content_type="application/json", headers=sent)
        assert (answer.status_code, answer.json()["code"]) == (400, "once_key_missing")
    assert Business.objects.count() == 1
    assert Product.objects.count() == 0


def test_a_repetition_gets_the_first_answer_and_does_nothing(ani: Caller) -> None:
    first, second = (ani.call("POST", products(ani), KOPI, once="kopi-1") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert Product.objects.count() == 1


def test_a_refusal_is_an_answer_too_and_stays(ani: Caller) -> None:
    twice = {"title": "Kopi", "variants": [{"price_idr": 65_000, "sku": "K"}], "sku": "K"}
    assert ani.call("POST", products(ani), twice, once="a").status_code == 201
    refused = ani.call("POST", products(ani), twice, once="b")
    assert refused.status_code == 422
    Product.objects.update(sku="else")
    again = ani.call("POST", products(ani), twice, once="b")
    assert (again.status_code, again.content) == (422, refused.content)
    assert again["Content-Type"] == "application/problem+json"


def test_a_key_used_for_another_request_is_refused(ani: Caller) -> None:
    assert ani.call("POST", products(ani), KOPI, once="k").status_code == 201
    other_body = ani.call("POST", products(ani), {**KOPI, "title": "Teh"}, once="k")
    other_path = ani.call("POST", "/businesses", {"name": "Kopi Pak Darma"}, once="k")
    for answer in (other_body, other_path):
        assert (answer.status_code, told(answer)["code"]) == (422, "once_key_reused")
    assert Product.objects.count() == 1
    assert Business.objects.count() == 1


def test_two_people_may_choose_the_same_key(ani: Caller) -> None:
    budi = an_owner("Kopi Pak Budi")
    assert ani.call("POST", products(ani), KOPI, once="k").status_code == 201
    assert budi.call("POST", products(budi), KOPI, once="k").status_code == 201
    assert Product.objects.count() == 2


@pytest.mark.parametrize("key", ["x" * 201, "a\u0007b", "a b", "\u00e9", " "])
def test_a_key_that_is_no_key_is_refused(ani: Caller, key: str) -> None:
    answer = ani.call("POST", products(ani), KOPI, once=key)
    assert (answer.status_code, told(answer)["errors"][0]["field"]) == (422, "Idempotency-Key")


def test_where_a_key_is_not_needed_it_counts_all_the_same(ani: Caller) -> None:
    variant_id = ani.get(f"/products/{make.product(ani.actor, ani.business_id)}")["variants"][0]["variant_id"]
    for on_hand, expected in ((9, 9), (5, 5)):
        answer = ani.call("PUT", f"/variants/{variant_id}/stock", {"on_hand": on_hand}, once=f"count-{on_hand}")
        assert told(answer)["on_hand"] == expected
    assert ani.call("PUT", f"/variants/{variant_id}/stock", {"on_hand": 9}, once="count-9").status_code == 200
    counted = StockMove.objects.filter(variant_id=variant_id, reason=StockReason.COUNTED).order_by("pk").last()
    assert counted is not None
    assert counted.on_hand_change == -4  # the late repetition of "9" did not undo "5"


def test_the_key_is_free_again_after_a_day(ani: Caller) -> None:
    assert ani.call("POST", products(ani), KOPI, once="k").status_code == 201
    assert forget_old_answers() == 0
    KeptAnswer.objects.update(made_at=now() - timedelta(hours=25))
    assert ani.call("POST", products(ani), {**KOPI, "title": "Teh"}, once="k").status_code == 201
    KeptAnswer.objects.update(made_at=now() - timedelta(hours=25))
    assert forget_old_answers() == 1
    assert KeptAnswer.objects.count() == 0


def test_a_defect_keeps_neither_answer_nor_effect_and_may_be_repeated(
    ani: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = once._keep

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(once, "_keep", broken)
    assert ani.call("POST", products(ani), KOPI, once="k").status_code == 500
    assert (Product.objects.count(), KeptAnswer.objects.count()) == (0, 0)
    monkeypatch.setattr(once, "_keep", kept)
    assert ani.call("POST", products(ani), KOPI, once="k").status_code == 201


def test_an_upload_is_the_same_whatever_boundary_it_comes_with(ani: Caller) -> None:
    def upload(text: str, key: str, **form: str) -> HttpResponse:
        sent = {"Authorization": f"Bearer {ani.key}", "Idempotency-Key": key}
        boundary = f"b{threading.get_ident()}{len(calls)}"
        calls.append(boundary)
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in form.items()
        ]
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n'
            f"Content-Type: text/csv\r\n\r\n{text}\r\n--{boundary}--\r\n"
        )
        answer: HttpResponse = ani.client.generic(  # type: ignore[assignment]  # the test client's own subclass
            "POST", f"/api/v1{products(ani)}/import", "".join(parts).encode(),
            content_type=f"multipart/form-data; boundary={boundary}", headers=sent,
        )  # fmt: skip
        return answer

    calls: list[str] = []
    sheet = "Nama produk,SKU,Harga,Stok\nKopi Gayo,KG,65000,7\n"
    first, second = upload(sheet, "sheet-1"), upload(sheet, "sheet-1")
    assert first.status_code == 200, first.content
    assert second["Idempotency-Replayed"] == "true"
    assert ImportRun.objects.count() == 1
    assert upload(sheet + "Teh,TH,9000,1\n", "sheet-1").status_code == 422
    assert upload(sheet, "sheet-1", dry_run="true").status_code == 422


class Pause:
    """Stops the first request between its work and keeping its answer."""

    def __init__(self) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()
        self.backend = 0
        self.answers: list[HttpResponse] = []

    def run(self, ani: Caller) -> threading.Thread:
        """Send the first request from a thread with its own connection, and wait until it has done its work."""

        def send() -> None:
            try:
                again = Caller(ani.actor, ani.business_id, ani.key, Client())
                self.answers.append(again.call("POST", products(ani), KOPI, once="k"))
            finally:
                connection.close()

        thread = threading.Thread(target=send)
        thread.start()
        assert self.reached.wait(10)
        return thread


@pytest.fixture
def pause(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pause]:
    held, keep = Pause(), once._keep

    def keep_later(actor: str, key: str, digest: str, answer: HttpResponse) -> None:
        if not held.reached.is_set():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                held.backend = cursor.fetchone()[0]
            held.reached.set()
            held.go_on.wait(10)
        keep(actor, key, digest, answer)

    monkeypatch.setattr(once, "_keep", keep_later)
    yield held
    held.go_on.set()


@pytest.mark.django_db(transaction=True)
def test_while_the_first_is_at_work_the_second_is_told_to_wait(ani: Caller, pause: Pause) -> None:
    thread = pause.run(ani)
    busy = ani.call("POST", products(ani), KOPI, once="k")
    assert (busy.status_code, told(busy)["code"], busy["Retry-After"]) == (409, "once_key_busy", "2")
    pause.go_on.set()
    thread.join()
    third = ani.call("POST", products(ani), KOPI, once="k")
    assert (third.status_code, third.content) == (201, pause.answers[0].content)
    assert Product.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_kill_between_work_and_answer_leaves_neither_and_the_repetition_does_it(ani: Caller, pause: Pause) -> None:
    thread = pause.run(ani)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pause.backend])
    pause.go_on.set()
    thread.join()
    assert pause.answers[0].status_code == 503
    assert (Product.objects.count(), KeptAnswer.objects.count()) == (0, 0)
    assert ani.call("POST", products(ani), KOPI, once="k").status_code == 201
    assert Product.objects.count() == 1
