"""Variants, prices and stock of practice Shopee."""

from typing import Any

import pytest

from tests.sandbox.seller import Seller, jpeg


def model(place: list[int], price: int = 20_000, stock: int = 5, sku: str = "") -> dict[str, Any]:
    return {"tier_index": place, "original_price": price, "seller_stock": [{"stock": stock}], "model_sku": sku}


def tiers(*tiers: tuple[str, list[str]]) -> list[dict[str, Any]]:
    return [{"name": name, "option_list": [{"option": one} for one in options]} for name, options in tiers]


TASTE = tiers(("Rasa", ["Balado", "Keju"]))


def with_variants(seller: Seller) -> tuple[int, list[int]]:
    item_id = seller.add()
    body = {"item_id": item_id, "tier_variation": TASTE, "model": [model([0], sku="K-B"), model([1], 22_000, 3, "K-K")]}
    answer = seller.post("product/init_tier_variation", body)
    assert answer["error"] == "", answer
    return item_id, [one["model_id"] for one in answer["response"]["model"]]


def test_variants_replace_the_plain_product(seller: Seller) -> None:
    item_id, ids = with_variants(seller)
    listed = seller.get("product/get_model_list", item_id=item_id)["response"]
    assert [(one["model_id"], one["tier_index"], one["model_sku"]) for one in listed["model"]] == [
        (ids[0], [0], "K-B"),
        (ids[1], [1], "K-K"),
    ]
    assert listed["tier_variation"][0]["name"] == "Rasa"
    assert listed["model"][1]["stock_info_v2"]["summary_info"]["total_available_stock"] == 3
    info = seller.get("product/get_item_base_info", item_id_list=item_id)["response"]["item_list"][0]
    assert info["has_model"] is True
    assert "price_info" not in info


def test_both_spellings_of_the_tiers_mean_the_same(seller: Seller) -> None:
    classic, _ = with_variants(seller)
    modern = seller.add()
    options = [{"variation_option_id": 0, "variation_option_name": name} for name in ("Balado", "Keju")]
    body = {
        "item_id": modern,
        "standardise_tier_variation": [
            {"variation_id": 0, "variation_name": "Rasa", "variation_group_id": 0, "variation_option_list": options}
        ],
        "model": [model([0]), model([1])],
    }
    assert seller.post("product/init_tier_variation", body)["error"] == ""
    read = [
        seller.get("product/get_model_list", item_id=one)["response"]["tier_variation"] for one in (classic, modern)
    ]
    assert read[0] == read[1]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"tier_variation": None}, "product.error_param"),
        ({"tier_variation": tiers(("a", ["1"]), ("b", ["1"]), ("c", ["1"]))}, "product.error_tier_var_too_many"),
        ({"tier_variation": tiers(("n" * 15, ["1"]))}, "product.error_tier_var_name_too_long"),
        ({"tier_variation": tiers(("Rasa", ["o" * 21]))}, "product.error_tier_opt_val_too_long"),
        ({"tier_variation": tiers(("Rasa", ["Keju", "Keju"]))}, "product.error_model_duplicate_name"),
        ({"model": [model([2])]}, "product.error_model_tier_index_bound"),
        ({"model": [model([0, 0])]}, "product.error_model_tier_index_bound"),
        ({"model": [model([0]), model([0])]}, "product.error_model_duplicate_tier_variation_index"),
        ({"model": [model([0], 10_000), model([1], 70_001)]}, "product.error_param"),
        ({"model": [{"tier_index": [0], "original_price": 5000, "normal_stock": 3}]}, "error_param"),
        ({"model": []}, "error_param"),
    ],
)
def test_variants_outside_the_rules_are_refused_and_change_nothing(
    seller: Seller, change: dict[str, Any], error: str
) -> None:
    item_id = seller.add()
    body = {"item_id": item_id, "tier_variation": TASTE, "model": [model([0])]} | change
    answer = seller.post(
        "product/init_tier_variation", {name: value for name, value in body.items() if value is not None}
    )
    assert answer["error"] == error, answer
    assert [one["model_id"] for one in seller.state()["items"][0]["models"]] == [0]


def test_seven_times_the_cheapest_is_still_allowed(seller: Seller) -> None:
    body = {"item_id": seller.add(), "tier_variation": TASTE, "model": [model([0], 10_000), model([1], 70_000)]}
    assert seller.post("product/init_tier_variation", body)["error"] == ""


def test_more_than_fifty_models_are_too_many(seller: Seller) -> None:
    options = [f"{n}" for n in range(51)]
    body = {
        "item_id": seller.add(),
        "tier_variation": tiers(("Nomor", options)),
        "model": [model([n]) for n in range(51)],
    }
    assert seller.post("product/init_tier_variation", body)["error"] == "error_param"  # 51 options in one list
    two = tiers(("Nomor", options[:26]), ("Isi", ["a", "b"]))
    body |= {"tier_variation": two, "model": [model([n, m]) for n in range(26) for m in (0, 1)]}
    assert seller.post("product/init_tier_variation", body)["error"] == "product.error_model_count_over_limit"


def test_option_pictures_are_for_all_options_of_the_first_tier_or_none(seller: Seller) -> None:
    picture = seller.upload(jpeg(colour="red"))["response"]["image_info"]["image_id"]
    half = tiers(("Rasa", ["Balado", "Keju"]))
    half[0]["option_list"][0]["image"] = {"image_id": picture}
    body = {"item_id": seller.add(), "tier_variation": half, "model": [model([0])]}
    assert seller.post("product/init_tier_variation", body)["error"] == "product.error_tier_img_partial"
    half[0]["option_list"][1]["image"] = {"image_id": picture}
    assert seller.post("product/init_tier_variation", body)["error"] == ""


def test_init_again_gives_new_model_ids_and_update_tier_keeps_them(seller: Seller) -> None:
    item_id, old = with_variants(seller)
    body = {"item_id": item_id, "tier_variation": tiers(("Rasa", ["Keju", "Balado", "Asin"]))}
    kept = body | {"model_list": [{"model_id": old[0], "tier_index": [1]}]}
    assert seller.post("product/update_tier_variation", kept)["error"] == ""
    assert [one["model_id"] for one in seller.state()["items"][0]["models"]] == [old[0]]
    seller.post("product/init_tier_variation", body | {"model": [model([0])]})
    assert seller.state()["items"][0]["models"][0]["model_id"] not in old


def test_models_are_added_renamed_and_deleted(seller: Seller) -> None:
    item_id, ids = with_variants(seller)
    full = {"item_id": item_id, "model_list": [model([1])]}
    assert seller.post("product/add_model", full)["error"] == "product.error_model_duplicate_tier_variation_index"
    assert seller.post("product/delete_model", {"item_id": item_id, "model_id": ids[1]})["error"] == ""
    added = seller.post("product/add_model", full | {"model_list": [model([1], sku="K-K2")]})["response"]["model"]
    new = added[0]["model_id"]
    seller.post("product/update_model", {"item_id": item_id, "model": [{"model_id": new, "model_sku": "K-K3"}]})
    assert [one["model_sku"] for one in seller.state()["items"][0]["models"]] == ["K-B", "K-K3"]
    seller.post("product/delete_model", {"item_id": item_id, "model_id": new})
    assert (
        seller.post("product/delete_model", {"item_id": item_id, "model_id": ids[0]})["error"] == "product.error_param"
    )


def test_prices_and_stock_change_model_by_model(seller: Seller) -> None:
    item_id, ids = with_variants(seller)
    prices = [{"model_id": ids[0], "original_price": 25_000}, {"model_id": 1, "original_price": 25_000}]
    answer = seller.post("product/update_price", {"item_id": item_id, "price_list": prices})["response"]
    assert answer["success_list"] == [{"model_id": ids[0], "original_price": 25_000}]
    assert answer["failure_list"] == [{"model_id": 1, "failed_reason": "Wrong model_id."}]
    stocks = [{"model_id": one, "seller_stock": [{"stock": n}]} for n, one in enumerate(ids)]
    seller.post("product/update_stock", {"item_id": item_id, "stock_list": stocks})
    models = seller.state()["items"][0]["models"]
    assert [(one["price_idr"], one["stock"]) for one in models] == [(25_000, 0), (22_000, 1)]


def test_a_new_price_must_keep_the_ratio(seller: Seller) -> None:
    item_id, ids = with_variants(seller)
    body = {"item_id": item_id, "price_list": [{"model_id": ids[0], "original_price": 200_000}]}
    assert seller.post("product/update_price", body)["error"] == "product.error_param"
    assert seller.state()["items"][0]["models"][0]["price_idr"] == 20_000


def test_the_item_itself_has_no_price_once_it_has_models(seller: Seller) -> None:
    item_id, _ = with_variants(seller)
    price = {"item_id": item_id, "price_list": [{"original_price": 1000}]}
    stock = {"item_id": item_id, "stock_list": [{"model_id": 0, "seller_stock": [{"stock": 1}]}]}
    assert seller.post("product/update_price", price)["error"] == "product.error_edit_item_price_for_item_has_model"
    assert seller.post("product/update_stock", stock)["error"] == "product.error_edit_item_stock_for_item_has_model"


def test_when_every_entry_fails_the_call_fails(seller: Seller) -> None:
    item_id = seller.add()
    body = {"item_id": item_id, "stock_list": [{"model_id": 77, "seller_stock": [{"stock": 1}]}]}
    answer = seller.post("product/update_stock", body)
    assert answer["error"] == "product.error_busi_update_stock_failed"
    assert answer["response"]["failure_list"][0]["model_id"] == 77
