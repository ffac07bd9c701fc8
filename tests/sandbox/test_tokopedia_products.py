"""Products of practice Tokopedia: limits, audits, two listing platforms, price and stock."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from lapak.sandbox.app import create_app
from lapak.sandbox.settings import Settings, TokopediaSettings
from tests.sandbox.seller import jpeg
from tests.sandbox.tokopedia_seller import BOTH, PRODUCTS, Toko

SEARCH = "/product/202502/products/search"


@pytest.fixture
def http(tmp_path: Path) -> Iterator[httpx2.Client]:
    """A platform that audits at once."""
    with TestClient(create_app(Settings(folder=tmp_path, tokopedia=TokopediaSettings(audit_s=0)))) as client:
        yield client


@pytest.fixture
def toko(http: httpx2.Client) -> Toko:
    return Toko(http).connect()


def test_a_product_on_both_platforms_is_in_the_stall(toko: Toko) -> None:
    made = toko.add()
    found = toko.get(made["product_id"])
    assert (found["status"], found["audit"]["status"]) == ("ACTIVATE", "APPROVED")
    assert found["integrated_platform_statuses"] == [{"platform": "TOKOPEDIA", "status": "ACTIVATE"}]
    assert found["skus"][0]["price"]["tax_exclusive_price"] == "18000"
    page = toko.http.get(f"/practice/tokopedia/{toko.shop_id}").text
    assert "Keripik Singkong Balado Renyah 250 g" in page
    assert "Rp18.000" in page


def test_without_listing_platforms_it_never_reaches_tokopedia(toko: Toko) -> None:
    made = toko.add(listing_platforms=None)
    assert toko.get(made["product_id"])["integrated_platform_statuses"] == []
    assert toko.buy(409, seller_sku="KRP-250", platform="TOKOPEDIA")["error"] == "not_on_sale"
    assert toko.buy(seller_sku="KRP-250")["platform"] == "TIKTOK_SHOP"


def test_on_tokopedia_alone_the_status_of_tiktok_is_left_out(toko: Toko) -> None:
    assert "status" not in toko.get(toko.add(listing_platforms=["TOKOPEDIA"])["product_id"])


def test_a_shop_that_did_not_come_from_tokopedia_cannot_list_there(http: httpx2.Client) -> None:
    shop_id = http.post("/practice/tokopedia/shops", json={"name": "Toko Baru", "migrated": False}).json()["shop_id"]
    toko = Toko(http).connect("", shop_id=shop_id)
    assert toko.call("POST", PRODUCTS, toko.product(), code=12052994)


def test_some_categories_belong_to_one_platform(toko: Toko) -> None:
    used = toko.category("Buku Bekas")
    only = toko.product(category_id=used, listing_platforms=["TOKOPEDIA"], product_attributes=None)
    assert toko.call("POST", PRODUCTS, only)
    assert toko.call("POST", PRODUCTS, only | {"listing_platforms": BOTH}, code=12052227)


def test_the_same_idempotency_key_makes_one_product(toko: Toko) -> None:
    first, again = toko.add(idempotency_key="k-1"), toko.add(idempotency_key="k-1")
    assert first["product_id"] == again["product_id"]
    assert first["skus"] == again["skus"]
    assert toko.add(idempotency_key="k-2")["product_id"] != first["product_id"]
    other = Toko(toko.http).connect("Batik Sekar Ayu")
    assert other.add(idempotency_key="k-1")["product_id"] != first["product_id"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": "Keripik"}, 12052051),
        ({"title": "K" * 20 + "eripik singkong balado"}, 12052931),
        ({"title": "Keripik singkong balado \U0001f336 pedas"}, 12052931),
        ({"title": "x" * 9 + "y" + "Keripik enak" * 21}, 12052051),
        ({"description": ""}, 12052015),
        ({"description": "a" * 10_001}, 12052013),
        ({"description": "<img src='https://lain.example/a.jpg'>"}, 12019006),
        ({"description": "<img src='http://x/tokopedia/file/a'>" * 31}, 12052056),
        ({"category_version": None}, 12052217),
        ({"category_id": "600001"}, 12052024),
        ({"category_id": "1"}, 12052023),
        ({"listing_platforms": ["BUKALAPAK"]}, 12052910),
        ({"main_images": []}, 12052028),
        ({"main_images": [{"uri": "tidak-ada"}]}, 12019009),
        ({"package_weight": None}, 12052006),
        ({"package_weight": {"value": "0", "unit": "KILOGRAM"}}, 12052181),
        ({"package_weight": {"value": "300", "unit": "GRAM"}}, 12052916),
        ({"package_weight": {"value": "0.0005", "unit": "KILOGRAM"}}, 12052006),
        ({"package_dimensions": {"length": "0", "width": "5", "height": "5", "unit": "CENTIMETER"}}, 12052005),
        ({"product_attributes": []}, 12052104),
        ({"product_attributes": [{"id": "1", "values": [{"name": "x"}]}]}, 12052240),
        ({"product_attributes": [{"id": "100703", "values": [{"name": "Mungkin"}]}]}, 12052247),
        ({"product_attributes": [{"id": "100704", "values": [{"name": "banyak"}]}]}, 12052256),
        ({"product_attributes": [{"id": "100701", "values": [{"name": "x" * 2001}]}]}, 12052249),
        ({"skus": []}, 12052902),
        ({"minimum_order_quantity": 21}, 36009004),
        ({"idempotency_key": "k" * 129}, 36009004),
        ({"is_pre_owned": True}, 12052910),
    ],
)
def test_what_breaks_a_limit_is_refused_by_its_number(toko: Toko, changes: dict[str, Any], code: int) -> None:
    assert toko.call("POST", PRODUCTS, toko.product(**changes), code=code)
    assert toko.state()["items"] == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"seller_sku": "KRP 250"}, 12019059),
        ({"seller_sku": "K" * 51}, 12052054),
        ({"price": {"amount": "18000", "currency": "USD"}}, 12052084),
        ({"price": {"amount": "18.5", "currency": "IDR"}}, 12052012),
        ({"price": {"amount": "5", "currency": "IDR"}}, 12052073),
        ({"inventory": [{"warehouse_id": "5", "quantity": 1}]}, 12052097),
        ({"inventory": [{"quantity": 100_000}]}, 12052055),
        ({"sales_attributes": [{"name": "Rasa", "value_name": "x" * 51}]}, 12052249),
        ({"sales_attributes": [{"name": "R" * 21, "value_name": "x"}]}, 12052242),
        ({"sales_attributes": [{"name": "Rasa", "value_name": ""}]}, 12052248),
        ({"sales_attributes": [{"name": name, "value_name": "x"} for name in "abcd"]}, 12019019),
    ],
)
def test_a_sku_is_checked_too(toko: Toko, changes: dict[str, Any], code: int) -> None:
    assert toko.call("POST", PRODUCTS, toko.product(skus=[toko.sku("KRP-250") | changes]), code=code)


def tasted(toko: Toko, *tastes: str) -> list[dict[str, Any]]:
    return [
        toko.sku(f"KRP-{taste}", sales_attributes=[{"id": "100089", "value_name": taste}], stock=5) for taste in tastes
    ]


def test_variants_share_their_kinds_and_differ_in_their_values(toko: Toko) -> None:
    made = toko.add(skus=tasted(toko, "Balado", "Jagung"))
    assert [sku["sales_attributes"][0]["id"] for sku in made["skus"]] == ["100089", "100089"]
    assert toko.call("POST", PRODUCTS, toko.product(skus=tasted(toko, "Balado", "Balado")), code=12052251)
    bare = [*tasted(toko, "Balado"), toko.sku("KRP-X")]
    assert toko.call("POST", PRODUCTS, toko.product(skus=bare), code=12019019)
    mixed = [*tasted(toko, "Balado"), toko.sku("X", sales_attributes=[{"name": "Berat", "value_name": "1"}])]
    assert toko.call("POST", PRODUCTS, toko.product(skus=mixed), code=12019019)


def test_a_hundred_variants_are_taken_and_one_more_is_not(toko: Toko) -> None:
    hundred = tasted(toko, *(f"Rasa-{n}" for n in range(100)))
    assert len(toko.add(skus=hundred)["skus"]) == 100
    assert toko.call("POST", PRODUCTS, toko.product(skus=[*hundred, *tasted(toko, "Satu-lagi")]), code=12052050)


def test_an_unknown_brand_is_dropped_with_a_warning(toko: Toko) -> None:
    assert "Brand does not exist" in toko.add(brand_id="5")["warnings"][0]["message"]
    brand = toko.call("GET", "/product/202309/brands", page_size=1, brand_name="kopi")["brands"][0]
    made = toko.add(brand_id=brand["id"])
    assert made["warnings"] == []
    assert toko.get(made["product_id"])["brand"] == {"id": brand["id"], "name": "Kopi Lereng"}


def test_pictures_are_looked_at(toko: Toko) -> None:
    assert toko.upload(b"bukan gambar")["code"] == 12038015
    assert toko.upload(jpeg((200, 200)))["code"] == 12038014
    assert toko.upload(jpeg((200, 200)), use="ATTRIBUTE_IMAGE")["data"]["use_case"] == "ATTRIBUTE_IMAGE"
    kept = toko.upload(jpeg((300, 400), kind="WEBP"))["data"]
    assert (kept["width"], kept["height"]) == (300, 400)
    served = toko.http.get(kept["url"])
    assert (served.status_code, served.headers["content-type"]) == (200, "image/webp")


def test_prices_are_changed_all_or_none(toko: Toko) -> None:
    made = toko.add(skus=tasted(toko, "Balado", "Jagung"))
    path = f"{PRODUCTS}/{made['product_id']}/prices/update"
    one, two = (sku["id"] for sku in made["skus"])
    price = {"amount": "21000", "currency": "IDR"}
    wrong = {"skus": [{"id": one, "price": price}, {"id": two, "price": {"amount": "x", "currency": "IDR"}}]}
    assert toko.call("POST", path, wrong, code=12052012)
    assert [sku["price_idr"] for sku in toko.skus()] == [18_000, 18_000]
    assert toko.call("POST", path, {"skus": [{"id": two, "price": price}]}) == {}
    assert [sku["price_idr"] for sku in toko.skus()] == [18_000, 21_000]


def test_stocks_are_changed_one_by_one_and_failures_stand_beside_code_0(toko: Toko) -> None:
    made = toko.add(skus=tasted(toko, "Balado", "Jagung"))
    path = f"{PRODUCTS}/{made['product_id']}/inventory/update"
    one, two = (sku["id"] for sku in made["skus"])
    body = {
        "skus": [
            {"id": one, "inventory": [{"warehouse_id": toko.warehouse, "quantity": 0}]},
            {"id": two, "inventory": [{"warehouse_id": "5", "quantity": 9}]},
        ]
    }
    errors = toko.call("POST", path, body)["errors"]
    assert [error["detail"]["sku_id"] for error in errors] == [two]
    assert errors[0]["detail"]["extra_errors"][0]["code"] == 12052097
    assert [sku["stock"] for sku in toko.skus()] == [0, 5]
    counted = toko.call("POST", "/product/202309/inventory/search", {"sku_ids": [one]})["inventory"]
    assert counted[0]["skus"][0]["total_available_quantity"] == 0


def test_a_platform_may_refuse_a_stock_of_nothing(tmp_path: Path) -> None:
    ours = TokopediaSettings(audit_s=0, zero_stock=False)
    with TestClient(create_app(Settings(folder=tmp_path, tokopedia=ours))) as client:
        toko = Toko(client).connect()
        made = toko.add()
        path = f"{PRODUCTS}/{made['product_id']}/inventory/update"
        body = {"skus": [{"id": made["skus"][0]["id"], "inventory": [{"quantity": 0}]}]}
        assert toko.call("POST", path, body)["errors"][0]["detail"]["extra_errors"][0]["code"] == 12052055


def test_hiding_names_its_platform_or_means_tiktok(toko: Toko) -> None:
    product_id = toko.add()["product_id"]
    assert toko.call("POST", f"{PRODUCTS}/deactivate", {"product_ids": [product_id]}) == {"errors": []}
    assert toko.state()["items"][0]["statuses"] == {"TIKTOK_SHOP": "SELLER_DEACTIVATED", "TOKOPEDIA": "ACTIVATE"}
    body = {"product_ids": [product_id], "listing_platforms": ["TOKOPEDIA"]}
    toko.call("POST", f"{PRODUCTS}/deactivate", body)
    assert toko.buy(409, seller_sku="KRP-250")["error"] == "not_on_sale"
    toko.call("POST", f"{PRODUCTS}/activate", body)
    assert toko.buy(seller_sku="KRP-250")["platform"] == "TOKOPEDIA"


def test_calls_of_several_products_name_the_bad_one(toko: Toko) -> None:
    product_id = toko.add()["product_id"]
    errors = toko.call("DELETE", PRODUCTS, {"product_ids": [product_id, "77"]})["errors"]
    assert [error["detail"]["product_id"] for error in errors] == ["77"]
    assert toko.call("GET", f"{PRODUCTS}/{product_id}", code=12052032)
    assert toko.call("POST", f"{PRODUCTS}/activate", {"product_ids": ["1"] * 21}, code=12019120)


def test_another_shop_cannot_touch_the_product(toko: Toko) -> None:
    product_id = toko.add()["product_id"]
    other = Toko(toko.http).connect("Batik Sekar Ayu")
    assert other.call("GET", f"{PRODUCTS}/{product_id}", code=12052048)
    assert other.call("POST", f"{PRODUCTS}/{product_id}/prices/update", {"skus": []}, code=12052048)


def test_a_full_edit_loses_what_it_leaves_out_and_a_partial_one_does_not(toko: Toko) -> None:
    made = toko.add(minimum_order_quantity=3)
    product_id, sku_id = made["product_id"], made["skus"][0]["id"]
    path = f"/product/202509/products/{product_id}"
    toko.call("POST", f"{path}/partial_edit", {"title": "Keripik Singkong Balado Ekstra Pedas"})
    found = toko.get(product_id)
    assert (found["title"], found["minimum_order_quantity"]) == ("Keripik Singkong Balado Ekstra Pedas", 3)
    skus = [{"id": sku_id, "seller_sku": "KRP-BARU"}]
    assert toko.call("PUT", path, toko.product(skus=skus))["audit"] == {"status": "AUDITING"}
    found = toko.get(product_id)
    assert (found["minimum_order_quantity"], found["skus"][0]["seller_sku"]) == (1, "KRP-BARU")
    assert (found["skus"][0]["price"]["tax_exclusive_price"], found["skus"][0]["inventory"][0]["quantity"]) == (
        "18000",
        12,
    )


def test_an_edit_adds_and_removes_variants(toko: Toko) -> None:
    made = toko.add(skus=tasted(toko, "Balado", "Jagung"))
    keep = {"id": made["skus"][1]["id"], "seller_sku": "KRP-Jagung"}
    keep["sales_attributes"] = [{"id": "100089", "value_name": "Jagung"}]
    path = f"/product/202509/products/{made['product_id']}/partial_edit"
    skus = toko.call("POST", path, {"skus": [keep, *tasted(toko, "Keju")]})["skus"]
    assert [sku["seller_sku"] for sku in skus] == ["KRP-Jagung", "KRP-Keju"]
    assert [(sku["seller_sku"], sku["stock"]) for sku in toko.skus()] == [("KRP-Jagung", 5), ("KRP-Keju", 5)]


def test_a_forbidden_word_fails_the_audit_and_says_why(toko: Toko) -> None:
    product_id = toko.add(title="Tas kw super murah meriah sekali")["product_id"]
    found = toko.get(product_id)
    assert (found["status"], found["audit"]["status"]) == ("FAILED", "FAILED")
    assert found["audit_failed_reasons"][0]["reasons"] == ["Pelanggaran merek: barang tiruan."]
    toko.call(
        "POST", f"/product/202509/products/{product_id}/partial_edit", {"title": "Tas anyaman murah meriah sekali"}
    )
    assert toko.get(product_id)["status"] == "ACTIVATE"


def test_an_edit_that_fails_leaves_the_live_version(toko: Toko) -> None:
    product_id = toko.add()["product_id"]
    path = f"/product/202509/products/{product_id}/partial_edit"
    toko.call("POST", path, {"title": "Keripik singkong pesan hubungi WA saja"})
    found = toko.get(product_id)
    assert (found["title"], found["status"]) == ("Keripik Singkong Balado Renyah 250 g", "ACTIVATE")
    assert found["audit"]["status"] == "FAILED"


def test_an_audit_takes_its_time_and_price_waits_for_it(toko: Toko) -> None:
    toko.faults({"kind": "review_item", "seconds": 60, "times": 1})
    made = toko.add()
    assert toko.get(made["product_id"])["status"] == "PENDING"
    price = {"skus": [{"id": made["skus"][0]["id"], "price": {"amount": "20000", "currency": "IDR"}}]}
    assert toko.call("POST", f"{PRODUCTS}/{made['product_id']}/prices/update", price, code=12019113)
    assert toko.buy(409, seller_sku="KRP-250")["error"] == "not_on_sale"
    toko.http.put("/practice/clock", json={"ahead_s": 20})
    assert toko.state()["items"][0]["audit"] == "AUDITING"
    toko.http.put("/practice/clock", json={"ahead_s": 61})
    assert toko.state()["items"][0]["statuses"]["TOKOPEDIA"] == "ACTIVATE"


def test_a_product_hidden_during_an_audit_stays_hidden(toko: Toko) -> None:
    product_id = toko.add()["product_id"]
    toko.faults({"kind": "review_item", "seconds": 60})
    toko.call("POST", f"/product/202509/products/{product_id}/partial_edit", {"title": "Keripik Singkong Pedas Sekali"})
    toko.call("POST", f"{PRODUCTS}/deactivate", {"product_ids": [product_id], "listing_platforms": BOTH})
    toko.http.put("/practice/clock", json={"ahead_s": 61})
    assert set(toko.state()["items"][0]["statuses"].values()) == {"SELLER_DEACTIVATED"}


def test_a_draft_is_not_audited(toko: Toko) -> None:
    product_id = toko.add(save_mode="AS_DRAFT")["product_id"]
    assert (toko.get(product_id)["status"], toko.get(product_id)["audit"]["status"]) == ("DRAFT", "NONE")


def test_the_search_pages_by_tokens_that_must_be_escaped(toko: Toko) -> None:
    made = [toko.add(skus=[toko.sku(f"SKU-{n}")])["product_id"] for n in range(5)]
    seen, token = [], ""
    while True:
        page = toko.call("POST", SEARCH, {"status": "ALL"}, page_size=2, page_token=token)
        assert page["total_count"] == 5
        seen += [one["id"] for one in page["products"]]
        token = page["next_page_token"]
        if not token:
            break
        assert "+" in token
        assert "/" in token
    assert sorted(seen) == sorted(made)
    assert toko.call("POST", SEARCH, {}, page_size=101, code=12019109)
    assert toko.call("POST", SEARCH, {}, page_size=2, page_token="???", code=36009004)


def test_the_search_filters(toko: Toko) -> None:
    both, tiktok = toko.add()["product_id"], toko.add(listing_platforms=None, skus=[toko.sku("LAIN")])["product_id"]

    def found(**body: Any) -> list[str]:
        return [one["id"] for one in toko.call("POST", SEARCH, body, page_size=10)["products"]]

    assert found(seller_skus=["LAIN"]) == [tiktok]
    assert found(status="ACTIVATE", listing_platforms=["TOKOPEDIA"]) == [both]
    assert found(status="DRAFT") == []
    assert toko.call("POST", SEARCH, {"listing_platforms": ["TOKOPEDIA"]}, page_size=10, code=12052910)
    assert toko.call("POST", SEARCH, {"seller_skus": ["x"] * 11}, page_size=10, code=12019027)
    toko.call("DELETE", PRODUCTS, {"product_ids": [both]})
    assert found() == [tiktok]
    assert found(status="DELETED") == [both]


def test_what_is_required_is_said_by_attributes_and_rules(toko: Toko) -> None:
    path = f"/product/202309/categories/{toko.category('Kursi & Meja')}"
    assert toko.call("GET", f"{path}/rules", category_version="v2")["package_dimension"] == {"is_required": True}
    assert toko.call("GET", f"{path}/rules", code=12052217)
    food = f"/product/202309/categories/{toko.category('Keripik Singkong')}/attributes"
    shown = {one["name"]: one for one in toko.call("GET", food, category_version="v2")["attributes"]}
    assert shown["Masa Simpan"]["is_requried"] is True
    assert shown["Rasa"]["type"] == "SALES_PROPERTY"
    table = toko.product(category_id=toko.category("Kursi & Meja"), product_attributes=None)
    assert toko.call("POST", PRODUCTS, table, code=12052116)
    size = {"length": "50", "width": "40", "height": "30", "unit": "CENTIMETER"}
    assert toko.call("POST", PRODUCTS, table | {"package_dimensions": size})
