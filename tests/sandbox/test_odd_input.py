"""Whatever is sent, the sandbox answers in the platform's words: the test client raises on any inner fault."""

import json
from typing import Any

import pytest

from lapak.sandbox.shopee.gateway import ENDPOINTS
from tests.sandbox.seller import Seller

ODD: list[Any] = [
    None,
    True,
    -1,
    0,
    2**70,
    1.5,
    float("nan"),
    float("inf"),
    "",
    "x",
    "\x00",
    [],
    [None],
    [[]],
    [1],
    ["a"],
    {},
    {"a": 1},
    [{}],
]
NAMES = [
    "item_id",
    "item_name",
    "description",
    "weight",
    "category_id",
    "image",
    "logistic_info",
    "attribute_list",
    "brand",
    "condition",
    "pre_order",
    "dimension",
    "item_sku",
    "seller_stock",
    "original_price",
    "item_status",
    "model",
    "model_list",
    "tier_variation",
    "standardise_tier_variation",
    "price_list",
    "stock_list",
    "item_list",
    "order_sn",
    "package_number",
    "pickup",
    "dropoff",
    "order_list",
    "filter",
    "pagination",
    "cancel_reason",
    "operation",
    "callback_url",
    "set_push_config_on",
    "blocked_shop_id_list",
    "last_message_id",
    "code",
    "refresh_token",
    "partner_id",
    "shop_id",
]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:12])
def test_odd_values_are_refused_in_shopees_envelope(seller: Seller, odd: Any) -> None:
    item_id = seller.add()
    good = seller.item(item_id=item_id)
    for path, endpoint in ENDPOINTS.items():
        if endpoint.method != "POST":
            continue
        bodies = [dict.fromkeys(NAMES, odd)]
        if path.endswith(("add_item", "update_item")):
            bodies += [good | {name: odd} for name in good]
            bodies += [
                good | {"logistic_info": [{"logistic_id": odd, "enabled": False}]},
                good | {"brand": {"brand_id": odd}},
            ]
        for body in bodies:
            query = seller.query(path, public=endpoint.public)
            answer = seller.http.post("/shopee" + path, params=query, content=json.dumps(body))
            assert {"request_id", "error", "message"} <= set(answer.json()), (path, body)
    assert seller.get("product/get_item_list", offset=0, page_size=10, item_status="NORMAL")["error"] == ""
    assert seller.http.get(f"/practice/shopee/{seller.shop_id}").status_code == 200


@pytest.mark.parametrize("odd", ["", "x", "-1", "9" * 30, "²", "\x00", "a,b", "[1,2]"])
def test_odd_queries_are_refused_in_shopees_envelope(seller: Seller, odd: str) -> None:
    names = [
        "offset",
        "page_size",
        "item_id",
        "item_id_list",
        "category_id",
        "category_id_list",
        "status",
        "item_status",
        "item_sku",
        "item_name",
        "cursor",
        "order_sn",
        "order_sn_list",
        "time_range_field",
        "time_from",
        "time_to",
        "order_status",
        "page_no",
        "update_time_from",
    ]
    for path, endpoint in ENDPOINTS.items():
        if endpoint.method == "GET":
            query = seller.query(path, public=endpoint.public) | dict.fromkeys(names, odd)
            assert "request_id" in seller.http.get("/shopee" + path, params=query).json(), path


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"1", b'"\\ud800"', b'{"a": "\\ud800"}', b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused_everywhere(seller: Seller, raw: bytes) -> None:
    path = "/api/v2/product/add_item"
    assert seller.http.post("/shopee" + path, params=seller.query(path), content=raw).json()["error"] == "error_param"
    headers = {"Authorization": "Bearer latihan-token-whatsapp"}
    graph = seller.http.post("/whatsapp/v26.0/620001887/messages", content=raw, headers=headers)
    assert graph.json()["error"]["code"] == 100
    assert seller.http.post("/practice/shopee/buy", content=raw).status_code == 400
    assert seller.http.put("/practice/clock", content=raw).status_code == 400
    as_json = {"Content-Type": "application/json"}
    assert (
        seller.http.post("/practice/whatsapp/phone/6281234567801/say", content=raw, headers=as_json).status_code == 400
    )
    if raw != b"[]":
        assert seller.http.put("/practice/shopee/faults", content=raw).status_code == 400
