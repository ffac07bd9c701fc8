"""Keys, signatures and products of practice Blibli."""

import base64
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from lapak.sandbox.app import create_app
from lapak.sandbox.blibli.gateway import ENDPOINTS, sign, stamp
from lapak.sandbox.settings import BlibliSettings, Settings
from tests.sandbox.blibli_seller import FOOD, MTA, Blibli
from tests.sandbox.listener import Listener
from tests.sandbox.seller import jpeg

STORE = "/seller/v1/stores"
FILTER = "/seller/v1/products/filter"


def platform(folder: Path, **more: Any) -> TestClient:
    ours = BlibliSettings(**({"queue_s": 0, "review_s": 0, "limits": False} | more))
    return TestClient(create_app(Settings(folder=folder, push_retry_scale=0.001, blibli=ours)))


@pytest.fixture
def http(tmp_path: Path) -> Iterator[httpx2.Client]:
    """A platform that queues and reviews at once and counts no calls."""
    with platform(tmp_path) as client:
        yield client


@pytest.fixture
def shop(http: httpx2.Client) -> Blibli:
    return Blibli(http).open()


def test_the_time_line_is_english_and_jakarta() -> None:
    assert stamp(1_589_275_732_000) == "Tue May 12 16:28:52 WIB 2020"


@pytest.mark.parametrize(
    ("method", "path", "body", "right"),
    [
        ("POST", "/seller/v1/products/async", b"{}", "gpWFycQqRkTHf7Z7HBB36cmgD+jPwaeD6wqGdJp/Hsc="),
        ("GET", "/mtaapi/api/businesspartner/v1/feed/list", b"", "SOtxRj/SStWx52rdvSv0XVLksPYboOVPqAQwtwDnEB0="),
    ],
)
def test_signatures_are_known_by_answers_computed_apart(method: str, path: str, body: bytes, right: str) -> None:
    # By `openssl dgst -sha256 -hmac kunci -binary | base64` over the five lines, with `md5sum` of the body.
    assert sign("kunci", method, path, body, 1_589_275_732_000) == right


def test_a_store_gives_its_keys_on_its_page(shop: Blibli) -> None:
    page = shop.http.get(f"/practice/blibli/{shop.store_code}").text
    assert shop.keys["api_seller_key"] in page
    assert shop.keys["signature_key"] in page
    assert shop.call("GET", STORE)["content"]["storeCode"] == shop.store_code


def test_every_key_is_looked_at(shop: Blibli) -> None:
    assert shop.http.get("/blibli/v2/proxy" + STORE).json()["errorCode"] == "ERR-PA401002"
    assert shop.call("GET", STORE, headers={"Api-Seller-Key": "x"}, error="401001")
    assert shop.call("GET", STORE, query={"storeCode": "LTH-1"}, error="401001")
    assert shop.call("GET", STORE, query={"username": "lain@toko.example"}, error="401001")
    assert shop.raw("GET", STORE, headers={"Api-Seller-Key": "x"}).status_code == 401


@pytest.mark.parametrize("name", ["requestId", "storeId", "storeCode", "username", "channelId"])
def test_what_every_query_must_hold_is_missed(shop: Blibli, name: str) -> None:
    assert name in shop.call("GET", STORE, query={name: ""}, error="400001")["errorMessage"]


def test_the_fixed_parts_are_fixed(shop: Blibli) -> None:
    assert shop.call("GET", STORE, query={"storeId": "10002"}, error="400001")
    assert shop.call("GET", STORE, headers={"Accept": "text/html"}, error="400001")
    assert shop.call("POST", FILTER, {}, headers={"Content-Type": "text/plain"}, error="400001")


def test_a_signature_is_asked_for_only_where_the_seller_wants_it(shop: Blibli) -> None:
    assert shop.call("GET", STORE, headers={"Signature": "", "Signature-Time": ""}, error="401003")
    assert shop.call("GET", STORE, headers={"Signature": "eA=="}, error="401004")
    bare = Blibli(shop.http).open("Batik Sekar Ayu", signature=False)
    assert bare.keys["signature_key"] == ""
    assert bare.call("GET", STORE)


def test_an_old_or_misdated_signature_is_refused(shop: Blibli) -> None:
    now_ms = int(time.time() * 1000)
    assert shop.call("GET", STORE, at_ms=now_ms - 1_000_000, error="401004")
    assert shop.call("GET", STORE, at_ms=now_ms - 60_000)
    assert shop.call("GET", STORE, headers={"Signature-Time": str(now_ms + 60_000)}, error="401004")


def test_old_paths_are_signed_otherwise_than_called(shop: Blibli) -> None:
    assert shop.call("GET", f"{MTA}/v1/product/getPickupPoint")["content"][0]["pickupPointCode"].startswith("PP-")
    direct = shop.raw("GET", "/mtaapi/api/businesspartner/v1/product/getPickupPoint")
    assert direct.status_code == 200


def test_a_seller_takes_the_keys_back_and_gives_others(shop: Blibli) -> None:
    shop.http.post(f"/practice/blibli/{shop.store_code}/revoke")
    assert shop.call("GET", STORE, error="403001")
    path = f"/practice/blibli/{shop.store_code}/keys"
    fresh = shop.http.post(path, json={"linked": True, "new_key": True, "signature": False}).json()
    assert shop.call("GET", STORE, error="401001")
    shop.keys = fresh
    assert shop.call("GET", STORE)


def test_calls_above_the_documented_number_are_refused(tmp_path: Path) -> None:
    with platform(tmp_path, limits=True) as client:
        shop = Blibli(client).open()
        path = f"/seller/v1/categories/{FOOD}/attributes"
        for _ in range(5):
            shop.call("GET", path)
        refused = shop.raw("GET", path)
        assert (refused.status_code, refused.json()["errorCode"]) == (429, "ERR-PA429001")
        assert shop.call("GET", "/seller/v1/categories/MA-1001002/attributes")
        assert Blibli(client).open("Batik Sekar Ayu").call("GET", path)
        client.put("/practice/clock", json={"ahead_s": 86_401})
        assert shop.call("GET", path, at_ms=int(time.time() + 86_401) * 1000)


def test_categories_say_what_they_ask_for(shop: Blibli) -> None:
    tree = shop.call("GET", f"{MTA}/v1/product/getCategory")["content"]
    assert tree[0]["children"][0]["children"][0]["categoryCode"] == FOOD
    asked = shop.call("GET", f"/seller/v1/categories/{FOOD}/attributes")["content"]["attributes"]
    assert [(one["code"], one["variantCreating"], one["mandatory"]) for one in asked][:2] == [
        ("RA-M000101", True, True),
        ("MA-M000102", False, True),
    ]
    assert shop.call("GET", "/seller/v1/categories/MA-1000000/attributes", error="400001")
    brands = shop.call("GET", f"{MTA}/v2/product/getBrands", query={"brandName": "kopi"})
    assert [one["brandName"] for one in brands["content"]] == ["Kopi Lereng"]


def test_a_submission_passes_queue_and_review_and_is_in_the_stall(shop: Blibli) -> None:
    answer = shop.submit(shop.product())
    told = shop.queue(answer["requestId"])
    assert told["queueFeed"]["status"] == "FINISHED"
    assert [(one["value"], one["isSuccess"]) for one in told["queueHistory"]] == [
        ("Keripik Singkong Balado (KRP-250)", True)
    ]
    found = shop.call("POST", FILTER, {"filter": {"productName": "keripik"}})["content"]
    sku = found[0]["productSku"]
    assert sku == f"{shop.store_code}-00001"
    detail = shop.call("GET", f"/seller/v1/products/{sku}")["content"]
    assert detail["items"][0]["blibliSku"] == f"{sku}-00001"
    assert (detail["items"][0]["salePrice"], detail["items"][0]["availableStock"]) == (18_000, 12)
    assert shop.http.get(detail["items"][0]["images"][0]).headers["content-type"] == "image/jpeg"
    assert "Rp18.000" in shop.http.get(f"/practice/blibli/{shop.store_code}").text


def test_until_it_is_due_nothing_is_there(tmp_path: Path) -> None:
    with platform(tmp_path, queue_s=10, review_s=20) as client:
        shop = Blibli(client).open()
        queue_id = shop.submit(shop.product())["requestId"]
        assert shop.queue(queue_id) == {
            "queueFeed": shop.queue(queue_id)["queueFeed"] | {"status": "IN_PROGRESS"},
            "queueHistory": [],
        }
        assert shop.state()["items"] == []
        client.put("/practice/clock", json={"ahead_s": 11})
        assert shop.state()["items"][0]["state"] == "IN_PROGRESS"
        assert shop.buy(409, seller_sku="KRP-250")["error"] == "not_on_sale"
        client.put("/practice/clock", json={"ahead_s": 31})
        assert shop.state()["items"][0]["state"] == "ACTIVE"


def test_good_products_go_through_beside_bad_ones(shop: Blibli) -> None:
    bad = shop.product(name="Tanpa kategori", categoryCode="MA-1000000")
    queue_id = shop.submit(shop.product(), bad)["requestId"]
    history = shop.queue(queue_id)["queueHistory"]
    assert [one["isSuccess"] for one in history] == [True, False]
    assert "last child" in history[1]["errorMessage"]
    assert "last child" in shop.submit(bad, error="400001")["errorMessage"]
    twins = [shop.product(name="Kembar"), shop.product(name="Kembar")]
    assert "unique" in shop.submit(*twins, error="400001")["errorMessage"]
    assert shop.submit(*[shop.product()] * 11, error="400001")


@pytest.mark.parametrize(
    "changes",
    [
        {"name": None},
        {"description": "a" * 5001},
        {"uniqueSellingPoint": "a" * 401},
        {"brandCode": "BR-1"},
        {"weight": 0},
        {"length": None},
        {"pickupPointCode": "PP-1"},
        {"attributes": {}},
        {"attributes": {"MA-M000102": "selamanya"}},
        {"attributes": {"MA-M000102": "6 bulan", "RA-M000101": "Balado"}},
        {"attributes": {"MA-M000102": "6 bulan", "NO-M000103": "-"}},
        {"attributes": {"MA-M000102": "6 bulan", "NO-M000103": "x" * 256}},
        {"productItems": []},
    ],
)
def test_what_breaks_a_rule_is_refused(shop: Blibli, changes: dict[str, Any]) -> None:
    assert shop.submit(shop.product(**changes), error="400001")
    assert shop.state()["items"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"variantAttribute": {}},
        {"variantAttribute": {"RA-M000101": "Durian"}},
        {"price": None},
        {"salePrice": 21_000},
        {"price": 50.5},
        {"stock": -1},
        {"images": []},
        {"images": ["http://gambar.example/a.jpg"]},
        {"images": ["data:image/jpeg;base64,AAAA"]},
        {"images": ["bukan base64!"]},
        {"images": [base64.b64encode(jpeg((599, 700))).decode()]},
        {"images": ["https://gambar.example/a.jpg"] * 9},
    ],
)
def test_a_variant_is_checked_too(shop: Blibli, changes: dict[str, Any]) -> None:
    assert shop.submit(shop.product(productItems=[shop.item(**changes)]), error="400001")


def test_variants_differ_and_pictures_may_be_addresses(shop: Blibli) -> None:
    same = [shop.item("A", "Balado"), shop.item("B", "Balado")]
    assert shop.submit(shop.product(productItems=same), error="400001")
    two = [shop.item("A", "Balado"), shop.item("B", "Keju", images=["https://gambar.example/keju.jpg"])]
    made = shop.add(productItems=two)
    assert [one["seller_sku"] for one in made["items"]] == ["A", "B"]
    assert made["items"][1]["images"] == ["https://gambar.example/keju.jpg"]


def test_an_odd_product_type_counts_as_regular_and_a_like_brand_is_the_known_one(shop: Blibli) -> None:
    made = shop.add(productType=9, brand="kopi lereng")
    assert (made["productType"], made["brand"]) == (1, "Kopi Lereng")


def test_a_forbidden_word_needs_correction_and_a_revision_mends_it(shop: Blibli) -> None:
    made = shop.add(name="Tas kw super")
    assert (made["state"], made["note"]) == ("NEED_CORRECTION", "Pelanggaran merek: barang tiruan.")
    found = shop.call("POST", FILTER, {"filter": {"state": "NEED_CORRECTION"}})["content"]
    assert found[0]["revisionNote"] == "Pelanggaran merek: barang tiruan."
    path = f"/seller/v1/products/{made['product_sku']}/revision"
    shop.call("POST", path, shop.product(name="Tas anyaman"))
    assert shop.state()["items"][0]["state"] == "ACTIVE"
    assert shop.call("POST", path, shop.product(name="Tas anyaman"), error="400001")


def test_stock_is_a_difference_and_exact_stock_is_not(shop: Blibli) -> None:
    sku = shop.add()["items"][0]["blibli_sku"]
    shop.update({"gdnSku": sku, "stock": 5})
    assert shop.variants()[0]["stock"] == 17
    shop.update({"gdnSku": sku, "exactStock": 3, "price": 25_000, "salePrice": 22_000})
    one = shop.variants()[0]
    assert (one["stock"], one["price_idr"], one["sale_price_idr"]) == (3, 25_000, 22_000)
    queue_id = shop.update({"gdnSku": sku, "stock": -4})["requestId"]
    assert shop.queue(queue_id)["queueHistory"][0]["errorMessage"] == "Stock would become -1"


def test_traps_of_the_bulk_update(shop: Blibli) -> None:
    sku = shop.add()["items"][0]["blibli_sku"]
    assert shop.update({"gdnSku": sku, "stock": 1, "exactStock": 2}, error="400001")
    assert shop.update({"gdnSku": sku, "price": 30_000}, error="400001")
    assert shop.update({"gdnSku": sku, "buyable": True}, {"gdnSku": sku, "buyable": False}, error="400001")
    assert shop.update({"gdnSku": sku, "stock": 0}, error="400001")
    assert shop.update(*({"gdnSku": f"{n}", "exactStock": 1} for n in range(101)), error="400001")
    told = shop.update({"gdnSku": sku, "stock": 0, "buyable": False}, {"gdnSku": "X", "exactStock": 1})
    assert len(told["value"]["warnings"]) == 2
    assert (shop.variants()[0]["stock"], shop.variants()[0]["buyable"]) == (12, False)
    assert shop.buy(409, seller_sku="KRP-250")["error"] == "not_on_sale"


def test_one_variant_is_changed_at_once(shop: Blibli) -> None:
    sku = shop.add()["items"][0]["blibli_sku"]
    shop.call("PUT", f"/seller/v1/products/{sku}/stock", {"availableStock": 0})
    assert shop.state()["items"][0]["state"] == "OOS"
    assert shop.call("POST", FILTER, {})["content"] == []
    assert len(shop.call("POST", FILTER, {"filter": {"state": "OOS"}})["content"]) == 1
    wish = {"price": 30_000, "salePrice": 29_000, "sellerSku": "BARU", "buyable": False}
    shop.call("PUT", f"/seller/v1/products/{sku}", wish)
    assert shop.variants()[0] | {"images": []} == {
        **{"blibli_sku": sku, "seller_sku": "BARU", "name": "Balado", "images": [], "price_idr": 30_000},
        **{"sale_price_idr": 29_000, "stock": 0, "reserved": 0, "buyable": False, "status": "OOS"},
    }
    assert shop.call("PUT", f"/seller/v1/products/{sku}", {"sellerSku": "X"}, error="400001")
    wrong = {"availableStock": 1, "pickupPointCode": "PP-1"}
    assert shop.call("PUT", f"/seller/v1/products/{sku}/stock", wrong, error="400001")
    assert shop.call("PUT", "/seller/v1/products/X/stock", {"availableStock": 1}, error="404001")


def test_archiving_goes_through_the_queue_and_can_be_undone(shop: Blibli) -> None:
    sku = shop.add()["product_sku"]
    path = "/seller/v1/products/statuses"
    shop.call("POST", f"{path}/archive", {"productSkus": [sku]})
    assert shop.state()["items"][0]["state"] == "ARCHIVED"
    assert shop.call("POST", f"{path}/archive", {"productSkus": [sku]}, error="400001")
    assert shop.update({"gdnSku": f"{sku}-00001", "exactStock": 1}, error="400001")
    queue_id = shop.call("POST", f"{path}/unarchive", {"productSkus": [sku, "X"]})["content"]["queueId"]
    assert [one["isSuccess"] for one in shop.queue(queue_id)["queueHistory"]] == [True, False]
    assert shop.state()["items"][0]["state"] == "ACTIVE"


def test_details_change_alone_and_variants_as_a_whole(shop: Blibli) -> None:
    made = shop.add(productItems=[shop.item("A", "Balado"), shop.item("B", "Keju")])
    sku, (first, _) = made["product_sku"], made["items"]
    shop.call("PUT", f"/seller/v1/{sku}/detail", {"name": "Keripik Singkong Pedas"})
    assert shop.state()["items"][0]["name"] == "Keripik Singkong Pedas"
    assert shop.call("PUT", f"/seller/v1/{sku}/detail", {"description": "a" * 5001}, error="400001")
    keep = {"blibliSku": first["blibli_sku"], "price": 1_000, "salePrice": 1_000, "stock": 99, "sellerSku": "A2"}
    body = {"productItems": [keep, shop.item("C", "Jagung", stock=4)]}
    shop.call("POST", f"/seller/v1/products/{sku}/variants", body)
    found = shop.variants()
    assert [(one["seller_sku"], one["stock"], one["sale_price_idr"]) for one in found] == [
        ("A2", 12, 18_000),
        ("C", 4, 18_000),
    ]


def test_the_queue_list_is_by_day(shop: Blibli) -> None:
    shop.add()
    today = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 7 * 3600))
    path = f"{MTA}/v1/feed/list"
    found = shop.call("GET", path, query={"queueDate": today, "status": "FINISHED"})["content"]
    assert [one["requestAction"] for one in found] == ["createProductV3"]
    assert shop.call("GET", path, query={"queueDate": "2020-01-01"})["content"] == []
    assert shop.call("GET", path, query={"queueDate": "kemarin"}, error="400001")


def test_another_store_cannot_touch_the_product(shop: Blibli) -> None:
    made = shop.add()
    other = Blibli(shop.http).open("Batik Sekar Ayu")
    assert other.call("GET", f"/seller/v1/products/{made['product_sku']}", error="404001")
    assert other.call("PUT", f"/seller/v1/products/{made['items'][0]['blibli_sku']}/stock", {}, error="404001")
    assert other.update({"gdnSku": made["items"][0]["blibli_sku"], "exactStock": 1}, error="400001")


def test_the_platform_says_its_faults_in_its_own_words(shop: Blibli) -> None:
    shop.faults({"kind": "rate_limit", "retry_after": 7, "times": 1}, {"kind": "server_error", "times": 1})
    busy = shop.raw("GET", STORE)
    assert (busy.status_code, busy.json()["errorCode"], busy.headers["Retry-After"]) == (429, "ERR-PA429001", "7")
    down = shop.raw("GET", STORE)
    assert (down.status_code, down.json()["success"]) == (502, False)
    shop.faults({"kind": "token_revoked", "times": 1})
    assert shop.call("GET", STORE, error="403001")
    assert shop.call("GET", STORE, error="403001")


def test_a_refused_product_says_so_in_the_queue(shop: Blibli) -> None:
    shop.faults({"kind": "refuse_item", "message": "Foto buram.", "times": 1})
    queue_id = shop.submit(shop.product(), shop.product(name="Yang kedua"))["requestId"]
    assert [one["errorMessage"] for one in shop.queue(queue_id)["queueHistory"]] == ["Foto buram.", None]


def test_part_of_a_batch_fails_and_is_not_done(shop: Blibli) -> None:
    skus = [one["blibli_sku"] for n in range(8) for one in shop.add(name=f"Keripik {n}")["items"]]
    shop.faults({"kind": "partial_batch", "share": 0.5, "times": 1, "seed": 2})
    queue_id = shop.update(*({"gdnSku": sku, "exactStock": 99} for sku in skus))["requestId"]
    failed = {one["value"] for one in shop.queue(queue_id)["queueHistory"] if not one["isSuccess"]}
    assert 0 < len(failed) < 8
    assert {one["blibli_sku"] for one in shop.variants() if one["stock"] == 12} == failed
    assert shop.queue(queue_id, size="0")["queueHistory"] == []
    assert len(shop.queue(queue_id, size="3", page="0")["queueHistory"]) == 3


def test_a_review_may_take_longer(shop: Blibli) -> None:
    shop.faults({"kind": "review_item", "seconds": 60, "times": 1})
    assert shop.add()["state"] == "IN_PROGRESS"
    shop.http.put("/practice/clock", json={"ahead_s": 61})
    assert shop.state()["items"][0]["state"] == "ACTIVE"


def test_a_verdict_is_hinted_and_lost_hints_can_be_read(tmp_path: Path, listener: Listener) -> None:
    with platform(tmp_path, callback=listener.url) as client:
        shop = Blibli(client).open()
        shop.add(name="Tas kw super")
        headers, body = listener.wait(1)[0]
        assert b"PRODUCT_SUBMISSION_NEED_CORRECTION" in body
        assert "Authorization" not in headers
        listener.status = 500
        shop.add(name="Tas anyaman")
        end = time.monotonic() + 5
        path = "/seller/v1/webhook/failed-histories"
        while not (lost := shop.call("GET", path)["content"]):
            assert time.monotonic() < end
            time.sleep(0.05)
        assert lost[0]["event"] == "PRODUCT_SUBMISSION_APPROVED"


ODD: list[Any] = [
    None,
    True,
    -1,
    2**70,
    1.5,
    "",
    "x",
    "\x00",
    [],
    [None],
    [1],
    ["a"],
    {},
    {"a": 1},
    [{}],
    {"RA-M000101": 1},
]
NAMES = (
    *(
        "attributes",
        "availableStock",
        "awbNo",
        "cancellationQuantity",
        "filter",
        "merchantCode",
        "name",
        "orderItemIds",
    ),
    *(
        "paging",
        "price",
        "productItems",
        "productRequests",
        "productSkus",
        "products",
        "reason",
        "salePrice",
        "sorting",
    ),
)


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:12])
def test_odd_values_are_refused_in_the_platforms_envelope(shop: Blibli, odd: Any) -> None:
    made, item_id = shop.add(), shop.buy(seller_sku="KRP-250")["items"][0]["item_id"]
    ids = {"product_sku": made["product_sku"], "blibli_sku": made["items"][0]["blibli_sku"], "category_code": FOOD}
    ids |= {"order_item_id": item_id, "package_id": shop.pack(item_id)}
    good = shop.product()
    for endpoint in ENDPOINTS:
        path = endpoint.path.replace("/mtaapi/", "/mta/").format_map(ids)
        sent: list[Any] = [None] if endpoint.method == "GET" else [dict.fromkeys(NAMES, odd)]
        if path.endswith("/async"):
            sent += [{"products": [good | {name: odd}]} for name in good]
            sent += [{"products": [good | {"productItems": [shop.item() | {name: odd}]}]} for name in shop.item()]
        if path.endswith("updateProduct"):
            one = {"gdnSku": ids["blibli_sku"]}
            names = ("gdnSku", "stock", "exactStock", "price", "buyable", "apa")
            sent += [{"merchantCode": shop.store_code, "productRequests": [one | {name: odd}]} for name in names]
        for body in sent:
            query = {"size": str(odd), "page": str(odd), "queueDate": str(odd), "orderItemNo": str(odd)}
            answer = shop.raw(endpoint.method, path, body, query=query if endpoint.method == "GET" else None).json()
            assert {"requestId", "success", "errorCode", "errorMessage"} <= set(answer), (path, body)
    assert shop.http.get(f"/practice/blibli/{shop.store_code}").status_code == 200


@pytest.mark.parametrize("raw", [b"{", b"[]", b"1", b'"\\ud800"', b'{"a": "\\ud800"}', b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(shop: Blibli, raw: bytes) -> None:
    assert shop.call("POST", FILTER, raw, error="400001")
    for path in ("buy", "shops", f"{shop.store_code}/keys"):
        assert shop.http.post(f"/practice/blibli/{path}", content=raw).status_code == 400
