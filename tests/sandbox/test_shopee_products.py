"""Products of practice Shopee: what is taken, what is refused, what a reader sees."""

from typing import Any

import pytest

from lapak.sandbox.shopee import market
from tests.sandbox.seller import FOOD, Seller, jpeg

SOAP = 107051  # Sabun: needs a brand and a BPOM number
SHIRT = 102051  # Kaus: needs its fabric


def base_info(seller: Seller, item_id: int) -> dict[str, Any]:
    return dict(seller.get("product/get_item_base_info", item_id_list=item_id)["response"]["item_list"][0])


def test_the_market_has_at_least_sixty_leaves_and_every_parent_is_there(seller: Seller) -> None:
    listed = seller.get("product/get_category", language="id")["response"]["category_list"]
    known = {one["category_id"]: one for one in listed}
    leaves = [one for one in listed if not one["has_children"]]
    assert len(leaves) >= 60
    assert len(known) == len(listed)
    assert all(one["parent_category_id"] in {0, *known} for one in listed)
    assert not {one["parent_category_id"] for one in listed} & {one["category_id"] for one in leaves}


def test_a_product_is_read_back_as_it_was_sent(seller: Seller) -> None:
    item_id = seller.add()
    info = base_info(seller, item_id)
    assert info["item_name"] == "Keripik Singkong Balado 250 g"
    assert info["item_sku"] == "KRP-250"
    assert info["item_status"] == "NORMAL"
    assert info["weight"] == "0.3"
    assert info["has_model"] is False
    assert info["price_info"][0]["original_price"] == 18000
    assert info["stock_info_v2"]["seller_stock"][0]["stock"] == 12
    assert info["attribute_list"][0]["original_attribute_name"] == "Masa Penyimpanan"
    picture = seller.http.get(info["image"]["image_url_list"][0])
    assert picture.content == jpeg()


def test_sent_twice_it_is_two_products(seller: Seller) -> None:
    assert seller.add() != seller.add()
    found = seller.get("product/search_item", item_sku="KRP-250", page_size=10)["response"]
    assert found["total_count"] == 2


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"item_name": None}, "error_param"),
        ({"item_name": "abcd"}, "product.error_item_name_is_too_short"),
        ({"item_name": "a" * 256}, "product.error_title_exceeds_max_length"),
        ({"description": "pendek"}, "product.error_desc_length_min_limit"),
        ({"description": "a" * 5001}, "product.error_desc_length_max_limit"),
        ({"original_price": 98}, "product.error_price_exceed_min_limitt"),
        ({"original_price": 150_000_001}, "product.error_price_exceed_max_limitt"),
        ({"original_price": "18000"}, "error_param"),
        ({"original_price": None}, "error_param"),
        ({"weight": 0}, "product.error_param"),
        ({"weight": 6}, "product.error_invalid_logistic_info"),
        ({"category_id": 101000}, "product.error_invalid_category"),
        ({"category_id": 7}, "product.error_invalid_category"),
        ({"image": {"image_id_list": []}}, "product.error_image_num_min"),
        ({"image": {"image_id_list": ["tidak-ada"]}}, "product.error_param"),
        ({"image": None}, "product.error_param"),
        ({"logistic_info": []}, "product.error_invalid_logistic_info"),
        ({"logistic_info": [{"logistic_id": 80011, "enabled": True}]}, "product.error_invalid_logistic_info"),
        ({"logistic_info": [{"logistic_id": 8003, "enabled": True}]}, "product.error_param"),
        ({"attribute_list": None}, "product.error_less_required_attribute"),
        (
            {"attribute_list": [{"attribute_id": 2101, "attribute_value_list": [{"value_id": 21011}]}]},
            "product.error_invalid_category_attribute",
        ),
        (
            {"attribute_list": [{"attribute_id": 2001, "attribute_value_list": [{"value_id": 99}]}]},
            "product.error_invalid_attribute_value",
        ),
        (
            {"attribute_list": [{"attribute_id": 2001, "attribute_value_list": [{"value_id": 0}]}]},
            "product.error_value_name_required",
        ),
        ({"item_sku": "x" * 101}, "product.error_param"),
        ({"condition": "BEKAS"}, "product.error_param"),
        ({"seller_stock": [{"stock": 1_000_000}]}, "error_param"),
        ({"seller_stock": [{"stock": -1}]}, "error_param"),
        ({"seller_stock": [{"location_id": "ID0001", "stock": 1}]}, "product.error_auth"),
        ({"pre_order": {"is_pre_order": True, "days_to_ship": 3}}, "product.error_invalid_days_to_ship"),
        ({"category_id": SOAP, "attribute_list": None}, "product.error_less_required_attribute"),
        (
            {
                "category_id": SOAP,
                "attribute_list": [
                    {"attribute_id": 2301, "attribute_value_list": [{"value_id": 0, "original_value_name": "NA1"}]}
                ],
            },
            "product.error_less_required_brand",
        ),
        ({"brand": {"brand_id": 5, "original_brand_name": "Entah"}}, "product.error_invalid_brand"),
    ],
)
def test_a_product_outside_the_rules_is_refused(seller: Seller, change: dict[str, Any], error: str) -> None:
    answer = seller.post("product/add_item", seller.item(**change))
    assert answer["error"] == error, answer
    assert answer["message"]
    assert seller.state()["items"] == []


def test_the_published_limits_are_the_enforced_ones(seller: Seller) -> None:
    limits = seller.get("product/get_item_limit", category_id=FOOD)["response"]
    longest = limits["item_name_length_limit"]["max_limit"]
    dearest = limits["price_limit"]["max_limit"]
    seller.add(item_name="a" * longest, original_price=dearest)
    assert seller.post("product/add_item", seller.item(item_name="a" * (longest + 1)))["error"]
    assert seller.post("product/add_item", seller.item(original_price=dearest + 1))["error"]


def test_decimals_of_a_price_are_rounded_to_whole_rupiah(seller: Seller) -> None:
    item_id = seller.add(original_price=18000.5)
    assert base_info(seller, item_id)["price_info"][0]["original_price"] == 18001


def test_soap_with_brand_and_permit_is_taken(seller: Seller) -> None:
    brands = seller.get("product/get_brand_list", category_id=SOAP, offset=0, page_size=5, status=1)["response"]
    assert brands["is_mandatory"] is True
    assert brands["has_next_page"] is True
    assert brands["brand_list"][0]["brand_id"] == 0
    permit = {"attribute_id": 2301, "attribute_value_list": [{"value_id": 0, "original_value_name": "NA18200100001"}]}
    seller.add(category_id=SOAP, attribute_list=[permit], brand={"brand_id": 0, "original_brand_name": "No Brand"})


def test_every_brand_is_on_exactly_one_page(seller: Seller) -> None:
    names, offset, more = [], 0, True
    while more:
        page = seller.get("product/get_brand_list", category_id=FOOD, offset=offset, page_size=4, status=1)["response"]
        names += [brand["original_brand_name"] for brand in page["brand_list"]]
        offset, more = page["next_offset"], page["has_next_page"]
    assert names == ["No Brand", *market.BRANDS.values()]


def test_the_attribute_tree_says_what_is_mandatory(seller: Seller) -> None:
    trees = seller.get("product/get_attribute_tree", category_id_list=f"{FOOD},{SHIRT}", language="id")["response"][
        "list"
    ]
    assert [tree["category_id"] for tree in trees] == [FOOD, SHIRT]
    must = {one["name"] for tree in trees for one in tree["attribute_tree"] if one["mandatory"]}
    assert must == {"Masa Penyimpanan", "Bahan"}


def test_a_forbidden_word_bans_the_product_and_says_why(seller: Seller) -> None:
    item_id = seller.add(item_name="Tas kw super mirip asli")
    violation = seller.get("product/get_item_violation_info", item_id_list=item_id)["response"]["item_list"][0]
    assert violation["item_status"] == "BANNED"
    assert "tiruan" in violation["item_status_details"][0]["violation_reason"]
    seller.post("product/update_item", {"item_id": item_id, "item_name": "Tas anyaman pandan"})
    assert base_info(seller, item_id)["item_status"] == "NORMAL"


def test_a_review_ends_after_its_time(seller: Seller) -> None:
    seller.faults({"kind": "review_item", "seconds": 60, "times": 1})
    item_id = seller.add()
    assert base_info(seller, item_id)["item_status"] == "REVIEWING"
    assert seller.buy(409, item_id=item_id)["error"] == "not_on_sale"
    seller.http.put("/practice/clock", json={"ahead_s": 61})
    assert seller.state()["items"][0]["item_status"] == "NORMAL"


def test_update_checks_the_whole_product_again(seller: Seller) -> None:
    item_id = seller.add()
    answer = seller.post("product/update_item", {"item_id": item_id, "category_id": SHIRT})
    assert answer["error"] == "product.error_invalid_category_attribute"
    fixed = {"attribute_id": 2101, "attribute_value_list": [{"value_id": 21011}]}
    answer = seller.post("product/update_item", {"item_id": item_id, "category_id": SHIRT, "attribute_list": [fixed]})
    assert answer["response"]["category_id"] == SHIRT


def test_another_shops_product_cannot_be_touched(seller: Seller) -> None:
    item_id = seller.add()
    other = Seller(seller.http).connect("Batik Sekar Ayu")
    answer = other.post("product/update_stock", {"item_id": item_id, "stock_list": [{"seller_stock": [{"stock": 1}]}]})
    assert answer["error"] == "product.error_item_not_belong_shop"
    assert other.get("product/get_item_base_info", item_id_list=item_id)["response"]["item_list"] == []


def test_unlisted_products_are_off_sale_and_come_back(seller: Seller) -> None:
    item_id = seller.add()
    body = {"item_list": [{"item_id": item_id, "unlist": True}, {"item_id": 1, "unlist": True}]}
    done = seller.post("product/unlist_item", body)["response"]
    assert done["success_list"] == [{"item_id": item_id, "unlist": True}]
    assert done["failure_list"][0]["item_id"] == 1
    assert seller.buy(409, item_id=item_id)["error"] == "not_on_sale"
    seller.post("product/unlist_item", {"item_list": [{"item_id": item_id, "unlist": False}]})
    seller.buy(item_id=item_id)


def test_a_deleted_product_is_listed_as_such_and_cannot_be_changed(seller: Seller) -> None:
    item_id = seller.add()
    assert seller.post("product/delete_item", {"item_id": item_id})["error"] == ""
    listed = seller.get("product/get_item_list", offset=0, page_size=10, item_status=["NORMAL", "SELLER_DELETE"])
    assert listed["response"]["item"][0]["item_status"] == "SELLER_DELETE"
    assert seller.post("product/delete_item", {"item_id": item_id})["error"] == "product.error_item_not_found"


def test_the_list_gives_every_product_once_over_its_pages(seller: Seller) -> None:
    made = {seller.add(item_sku=f"S-{n}") for n in range(5)}
    seen, offset, more = [], 0, True
    while more:
        page = seller.get("product/get_item_list", offset=offset, page_size=2, item_status="NORMAL")["response"]
        assert page["total_count"] == 5
        seen += [item["item_id"] for item in page["item"]]
        offset, more = page["next_offset"], page["has_next_page"]
    assert len(seen) == 5
    assert set(seen) == made


def test_search_finds_by_part_of_the_name_and_by_exact_sku(seller: Seller) -> None:
    item_id = seller.add()
    seller.add(item_name="Kopi Bubuk Lereng 200 g", item_sku="KRP-2500")
    assert seller.get("product/search_item", item_sku="KRP-250", page_size=10)["response"]["item_id_list"] == [item_id]
    assert seller.get("product/search_item", item_name="singkong", page_size=10)["response"]["item_id_list"] == [
        item_id
    ]


def test_a_file_that_is_no_picture_is_refused(seller: Seller) -> None:
    assert seller.upload(b"bukan gambar")["error"] == "error_image_unavailable"
    assert seller.upload(jpeg()[:200])["error"] == "error_image_unavailable"
    assert seller.upload(jpeg(kind="GIF"))["error"] == "error_image_unavailable"
    assert seller.upload(jpeg(kind="PNG"))["error"] == ""


def test_one_bad_picture_does_not_spoil_the_others(seller: Seller) -> None:
    path = "/api/v2/media_space/upload_image"
    files = [("image", ("a.jpg", jpeg(), "image/jpeg")), ("image", ("b.jpg", b"rusak", "image/jpeg"))]
    answer = seller.http.post("/shopee" + path, params=seller.query(path, public=True), files=files).json()
    assert [entry["error"] for entry in answer["response"]["image_info_list"]] == ["", "error_image_unavailable"]


def test_only_enabled_couriers_without_a_mask_are_for_products(seller: Seller) -> None:
    channels = seller.get("logistics/get_channel_list")["response"]["logistics_channel_list"]
    usable = [one for one in channels if one["enabled"] and one["mask_channel_id"] == 0]
    assert [one["logistics_channel_id"] for one in usable] == [8003, 8005, 80099]
    size = {"package_height": 5, "package_length": 20, "package_width": 15}
    seller.add(logistic_info=[{"logistic_id": 8003, "enabled": True}], dimension=size)
    seller.add(logistic_info=[{"logistic_id": 80099, "enabled": True, "shipping_fee": 5000}])
