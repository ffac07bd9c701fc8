"""Who gets in where; and every fault is a page in words."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client, RequestFactory
from django.urls import URLPattern, reverse

from lapak.core.crypto import SealBroken
from lapak.core.errors import every_error
from lapak.web.faults import WAYS, FaultPages
from lapak.web.urls import urlpatterns
from tests import make
from tests.web.conftest import Visit, new_visit

pytestmark = pytest.mark.django_db

OPEN = {
    "home", "help", "offline", "worker", "manifest", "join_start", "join_code", "join_kinds", "join_places", "join",
    "join_business", "account_inactive", "sign_in", "sign_in_code", "sign_out", "import_template",
    "photo", "photo_small",
}  # fmt: skip


def ways() -> Iterator[tuple[str, str]]:
    """Every address with made-up parts: its name and itself."""
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        way = "/" + str(pattern.pattern)
        for kind, example in (("uuid", str(uuid4())), ("slug", "shopee"), ("int", "1"), ("str", "0" * 64)):
            for name, converter in pattern.pattern.converters.items():
                if f"<{kind}:{name}>" in way:
                    assert converter
                    way = way.replace(f"<{kind}:{name}>", example)
        yield str(pattern.name), way


@pytest.mark.parametrize(("name", "way"), list(ways()), ids=lambda part: part)
def test_a_stranger_is_sent_to_sign_in_from_every_page_that_is_not_open(name: str, way: str) -> None:
    client = Client()
    for answer in (client.get(way), client.post(way)):
        if answer.status_code == 405:
            continue
        if name in OPEN or name == "account_login":
            assert answer.status_code < 500
        else:
            assert answer.status_code == 302, f"{name} lets a stranger in: {answer.status_code}"
            assert answer["Location"].split("?")[0] in ("/masuk", "/staf/masuk", "/"), answer["Location"]


def test_an_owner_finds_nothing_of_another_owner(visit: Visit) -> None:
    other = new_visit("Dapur Sebelah")
    product_id = make.product(other.actor, other.business_id)
    for way in (f"/produk/{product_id}", f"/toko/{uuid4()}", f"/pesanan/{uuid4()}", f"/produk/impor/{uuid4()}"):
        answer = visit.get(way)
        assert answer.status_code == 404
        assert "<title>Salah: " in answer.content.decode()
    answer = visit.post(f"/produk/{product_id}/berhenti", {})
    assert answer.status_code == 404
    assert b"Keripik" in other.get("/produk").content


def test_an_address_that_leads_nowhere_is_told_in_words(visit: Visit) -> None:
    answer = visit.get("/tidak-ada")
    assert answer.status_code == 404
    assert "Yang Anda cari tidak ada." in answer.content.decode()


def test_a_fault_nobody_handled_is_a_page_without_a_trace() -> None:
    request = RequestFactory().get("/")
    request.user = type("Nobody", (), {"is_authenticated": False})()
    answer = FaultPages(lambda _: None).process_exception(request, SealBroken(key_id="k1"))  # type: ignore[arg-type,return-value]
    assert answer is not None
    text = answer.content.decode()
    assert answer.status_code == 500
    assert "Data rahasia ini tidak bisa dibuka." in text
    assert "Traceback" not in text
    assert "k1" not in text


def test_the_button_of_every_fault_leads_to_a_page_of_ours() -> None:
    codes = {kind.code for kind in every_error()}
    assert WAYS.keys() <= codes
    for kind in every_error():
        assert reverse(WAYS.get(kind.code, "home")).startswith("/")


def test_a_body_too_large_is_refused_before_it_is_read() -> None:
    answer = Client().post("/produk/impor", b"x", content_type="text/csv", headers={"content-length": "99999999"})
    assert answer.status_code == 413
    assert "Paling besar 20 MB" in answer.content.decode()


def test_a_form_left_open_too_long_says_so() -> None:
    answer = Client(enforce_csrf_checks=True).post("/masuk", {"phone": "081234567890"})
    assert answer.status_code == 403
    assert "terlalu lama terbuka" in answer.content.decode()


@pytest.mark.parametrize("way", ["//jahat.example/", "https://jahat.example/", "/toko//jahat.example"])
def test_saving_a_product_leads_back_only_to_pages_of_ours(visit: Visit, way: str) -> None:
    product_id = make.product(visit.actor, visit.business_id, options=())
    told = {"title": "Keripik", "price": "15000", "pilihan-TOTAL_FORMS": "0", "pilihan-INITIAL_FORMS": "0"}
    answer = visit.post(f"/produk/{product_id}?kembali={way}", told)
    assert answer.status_code == 302
    assert answer["Location"] == f"/produk/{product_id}"


def test_pages_of_an_owner_are_kept_by_no_cache(visit: Visit) -> None:
    assert visit.get("/produk")["Cache-Control"] == "private, no-cache"
