"""The API is what its schema says: checked operation by operation with data that fits and data that does not."""

import json
import re
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis.schemas import BaseSchema

from lapak.api.door import api
from lapak.core.clock import now
from lapak.orders.models import Order, OrderLine
from lapak.shops.models import Listing, ListingVariant, Shop
from tests import make
from tests.api.caller import Caller, an_owner

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(120)]
CONFIG = {
    "generation": {"deterministic": True, "max-examples": 8, "database": "none"},
    # What fits the schema may still be refused by the trade: a SKU that is taken, a cursor of another list.
    "checks": {"positive_data_acceptance": {"enabled": False}},
}
EXAMPLES = settings(
    max_examples=8, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@cache
def server() -> WSGIHandler:
    return get_wsgi_application()


def server_when_called(environ: dict[str, Any], start_response: Any) -> Any:
    """The server is made with the first call: tests are collected before its folders are there.

    As in Django's own test client, a request does not close the connection that holds the test's transaction.
    """
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    try:
        return server()(environ, start_response)
    finally:
        request_started.connect(close_old_connections)


def loaded(**config: Any) -> BaseSchema:
    """The schema as it is served, bound to the server."""
    told = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/")))
    schema: BaseSchema = schemathesis.openapi.from_dict(told, config=schemathesis.Config.from_dict(config))
    schema.app, schema.location = server_when_called, "/api/openapi.json"
    return schema


described = loaded(**CONFIG)
described_briefly = loaded(**CONFIG, phases={"coverage": {"enabled": False}})
there: dict[str, str] = {}
"""Path parameter → an id that exists in the test that runs."""


def aim(case: Any) -> None:
    """An id that fits its form becomes one that exists, so that good answers are seen too."""
    for name, value in (case.path_parameters or {}).items():
        with suppress(ValueError, AttributeError, TypeError):
            UUID(value)
            case.path_parameters[name] = there[name]


@pytest.fixture
def ani(db: None) -> Caller:
    """An owner with one of everything."""
    ani = an_owner()
    product_id = make.product(ani.actor, ani.business_id)
    variant_id = ani.get(f"/products/{product_id}")["variants"][0]["variant_id"]
    shop = Shop.objects.create(business_id=ani.business_id, channel="shopee", external_id="71", connected_at=now())
    listing = Listing.objects.create(
        shop=shop, product_id=product_id, sku="S", title="Keripik", spec={}, asked_at=now(), fault_code="signed_out"
    )
    ListingVariant.objects.create(
        listing=listing, variant_id=variant_id, sku="S", wanted_stock=1, wanted_price_idr=9_000, wanted_at=now()
    )
    order = Order.objects.create(
        business_id=ani.business_id, shop_id=shop.pk, channel="shopee", external_no="241124A", state="to_ship",
        placed_at=now(), changed_at=now(), written_at=now(), amounts={"escrow_amount": "9000"},
    )  # fmt: skip
    OrderLine.objects.create(order=order, line_key="1", title="Keripik", quantity=1, price_idr=9_000)
    ids = {
        "business_id": ani.business_id, "product_id": product_id, "variant_id": variant_id, "shop_id": shop.pk,
        "listing_id": listing.pk, "order_id": order.pk,
    }  # fmt: skip
    there.update({name: str(value) for name, value in ids.items()})
    return ani


@described.parametrize()
@EXAMPLES
def test_every_operation_does_what_the_schema_says(case: Any, ani: Caller) -> None:
    aim(case)
    case.call_and_validate(headers={"Authorization": f"Bearer {ani.key}", "Accept-Encoding": "identity"})


@described_briefly.parametrize()
@settings(EXAMPLES, max_examples=2)
def test_whatever_is_sent_without_a_key_the_answer_is_401(case: Any, ani: Caller) -> None:
    answer = case.call(headers={"Authorization": "", "Accept-Encoding": "identity"})
    assert answer.status_code in (401, 404, 405)
    assert answer.headers["content-type"][0] == "application/problem+json"


def test_the_schema_is_openapi_3_1() -> None:
    answer = Client().get("/api/openapi.json")
    told = json.loads(answer.content)
    assert told["openapi"].startswith("3.1")
    described.validate()


def test_every_operation_says_what_it_does_and_how_it_fails() -> None:
    told = json.loads(Client().get("/api/openapi.json").content)
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], path
            assert operation["description"], path
            assert operation["tags"], path
            assert {"401", "404", "422", "500", "503"} <= set(operation["responses"]), (method, path)
            assert [list(way) for way in operation["security"]] == [["BearerKey"], ["SignedIn"]]


def test_the_guide_names_every_operation_and_no_other() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "reference" / "api.md").read_text()
    named = set(re.findall(r"\| `([A-Z]+ /api/v1/[^`]+)` \|", guide))
    told = api.get_openapi_schema(path_prefix="/api/")
    assert named == {f"{method.upper()} {path}" for path, methods in told["paths"].items() for method in methods}
