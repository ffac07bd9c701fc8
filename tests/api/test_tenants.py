"""One owner never reads or changes what is another's: every operation of the schema is tried."""

import json
import re
from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from lapak.catalog.models import Product, Variant
from lapak.core.clock import now
from lapak.orders.models import Order
from lapak.shops.models import Listing, Shop
from tests import make
from tests.api.caller import Caller, an_owner

pytestmark = pytest.mark.django_db
SECRET = "Resep Rahasia Bu Lastri"
BODIES: dict[str, Any] = {
    "register": {"name": "Kopi Pak Darma"},
    "add": {"title": "Kopi", "variants": [{"price_idr": 9_000}]},
    "change": {"title": "Kopi", "variants": [{"price_idr": 9_000}]},
    "count": {"on_hand": 1},
    "price": {"price_idr": 9_000},
}


def hers(ani: Caller) -> dict[str, str]:
    """One of everything of an owner, by the name of its path parameter."""
    product_id = make.product(ani.actor, ani.business_id, title=SECRET)
    shop = Shop.objects.create(
        business_id=ani.business_id, channel="shopee", external_id="71", name=SECRET, connected_at=now()
    )
    listing = Listing.objects.create(shop=shop, product_id=product_id, sku="S", title=SECRET, spec={}, asked_at=now())
    order = Order.objects.create(
        business_id=ani.business_id, shop_id=shop.pk, channel="shopee", external_no="241124A", state="to_ship",
        buyer=SECRET, placed_at=now(), changed_at=now(), written_at=now(),
    )  # fmt: skip
    variant_id = ani.get(f"/products/{product_id}")["variants"][0]["variant_id"]
    ids = {
        "business_id": ani.business_id, "product_id": product_id, "variant_id": variant_id, "shop_id": shop.pk,
        "listing_id": listing.pk, "order_id": order.pk,
    }  # fmt: skip
    return {name: str(value) for name, value in ids.items()}


def operations() -> list[tuple[str, str, str]]:
    """(method, path, id) of every operation."""
    schema = json.loads(Client().get("/api/openapi.json").content)
    return [
        (method.upper(), path.removeprefix("/api/v1"), operation["operationId"])
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def state(ids: dict[str, str]) -> list[Any]:
    """What must not change."""
    return [
        list(kind.objects.filter(pk=pk).values())
        for kind, pk in (
            (Shop, ids["shop_id"]),
            (Listing, ids["listing_id"]),
            (Order, ids["order_id"]),
            (Product, ids["product_id"]),
            (Variant, ids["variant_id"]),
        )
    ]


def test_whatever_is_named_in_an_address_is_not_there_for_another() -> None:
    ani, budi = an_owner(SECRET), an_owner("Kopi Pak Budi")
    ids = hers(ani)
    before, tried = state(ids), 0
    for method, path, operation in operations():
        if "{" not in path:
            continue
        body = BODIES.get(operation, {"product_ids": [ids["product_id"]]})
        address = re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], path)
        if operation == "take_in":
            sent = {"Authorization": f"Bearer {budi.key}", "Idempotency-Key": operation}
            sheet = SimpleUploadedFile("a.csv", b"Nama produk,SKU,Harga,Stok\nKopi,K,9000,1\n")
            sent_form = budi.client.post(f"/api/v1{address}", {"file": sheet}, headers=sent)
            refused = cast(HttpResponse, sent_form)
        else:
            refused = budi.call(method, address, body if method != "GET" else None)
        assert refused.status_code == 404, (operation, refused.content)
        assert SECRET.encode() not in refused.content
        tried += 1
    assert tried >= 18
    assert state(ids) == before


def test_lists_without_a_name_in_the_address_hold_only_ones_own() -> None:
    ani, budi = an_owner(SECRET), an_owner("Kopi Pak Budi")
    hers(ani)
    for method, path, operation in operations():
        if method == "GET" and "{" not in path:
            for query in ("", f"?q={SECRET}", "?region=32"):
                answer = budi.call("GET", f"{path}{query}")
                assert answer.status_code in (200, 404, 422), operation
                assert SECRET.encode() not in answer.content, operation


def test_one_cannot_read_anothers_product_by_way_of_ones_own_shop() -> None:
    ani, budi = an_owner(SECRET), an_owner("Kopi Pak Budi")
    ids = hers(ani)
    shop = Shop.objects.create(business_id=budi.business_id, channel="shopee", external_id="72", connected_at=now())
    for verb in ("plan", "publish"):
        answer = budi.call("POST", f"/shops/{shop.pk}/{verb}", {"product_ids": [ids["product_id"]]})
        assert answer.status_code == 404
        assert SECRET.encode() not in answer.content
    assert Listing.objects.filter(shop=shop).count() == 0


def test_every_operation_wants_to_know_who_asks() -> None:
    for method, path, operation in operations():
        address = re.sub(r"\{\w+\}", "00000000-0000-7000-8000-000000000000", f"/api/v1{path}")
        answer = Client().generic(method, address, b"{}", content_type="application/json")
        assert answer.status_code == 401, operation
