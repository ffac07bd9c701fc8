"""Where a put could go wrong: half-made items, ids that change, promotions, pictures that are refused."""

from pathlib import Path

import pytest
import time_machine
from structlog.testing import capture_logs

from lapak.channels.kit.errors import (
    ChannelBusy,
    ChannelFault,
    KeysRefused,
    ListingRefused,
    NotUnderstood,
    OutcomeUnknown,
    ShopBlocked,
    SignedOut,
)
from lapak.channels.shopee.mapping import fault_for, field_of
from lapak.domain.listing import ListingRef, ListingState
from tests.channels.shopee.shop import scene_of, shop, spec, variant

KNOWN = ListingRef(external_id="1001", media={"9f64a747": "gambar-1"})
FLAVOURS = spec(
    option_names=("Rasa",), variants=(variant(1, "SBL-01-P", ("Pedas",)), variant(2, "SBL-01-S", ("Sedang",), stock=7))
)


def item(**more: str) -> str:
    fields = {
        "item_id": "1001",
        "item_sku": '"SBL-01"',
        "category_id": "100657",
        "item_name": f'"{spec().title}"',
        "description": f'"{spec().description}"',
        "weight": '"0.200"',
        "item_status": '"NORMAL"',
        "has_model": "false",
        "image": '{"image_id_list": ["gambar-1"]}',
        "brand": '{"brand_id": 0}',
        "attribute_list": '[{"attribute_id": 100037, "attribute_value_list": ['
        '{"value_id": 701, "original_value_name": "6 Bulan"}]}]',
        "price_info": '[{"original_price": 25000.0}]',
        "stock_info_v2": '{"summary_info": {"total_available_stock": 12}}',
        **more,
    }
    told = ", ".join(f'"{name}": {value}' for name, value in fields.items())
    return f"""like = "base"
[[call]]
does = "GET /api/v2/product/get_item_base_info"
again = true
answer = '{{"error": "", "response": {{"item_list": [{{{told}}}]}}}}'
"""


def call(does: str, sends: str, answer: str = "{}") -> str:
    return f"""
[[call]]
does = "POST /api/v2/product/{does}"
sends = '{sends}'
answer = '{{"error": "", "response": {answer}}}'
"""


def models(
    *entries: str, tiers: str = '[{"name": "Rasa", "option_list": [{"option": "Pedas"}, {"option": "Sedang"}]}]'
) -> str:
    return f"""
[[call]]
does = "GET /api/v2/product/get_model_list"
answer = '{{"error": "", "response": {{"tier_variation": {tiers}, "model": [{", ".join(entries)}]}}}}'
"""


def model(number: int, place: int, sku: str, price: int = 25_000, stock: int = 12) -> str:
    return (
        f'{{"model_id": {number}, "tier_index": [{place}], "model_sku": "{sku}",'
        f' "price_info": [{{"original_price": {price}}}],'
        f' "stock_info_v2": {{"summary_info": {{"total_available_stock": {stock}}}}}}}'
    )


def test_an_item_that_is_as_it_should_be_is_not_written_at_all(tmp_path: Path) -> None:
    scene = scene_of(tmp_path, item())
    assert shop(scene).put(spec(), known=KNOWN).external_id == "1001"
    assert all(request.method == "GET" for request in scene.requests)


def test_an_item_left_without_its_variants_is_finished_and_shown(tmp_path: Path) -> None:
    made = models(model(51, 0, "SBL-01-P"), model(52, 1, "SBL-01-S", stock=7))
    text = item(item_status='"UNLIST"') + call("init_tier_variation", '{"item_id": 1001}') + made
    text += call("unlist_item", '{"item_list": [{"item_id": 1001, "unlist": false}]}')
    scene = scene_of(tmp_path, text)
    ref = shop(scene).put(FLAVOURS, known=KNOWN)
    assert dict(ref.variants) == {"SBL-01-P": "51", "SBL-01-S": "52"}
    assert not scene.left()


def test_models_without_our_mark_are_matched_by_their_options_and_marked(tmp_path: Path) -> None:
    text = item(has_model="true") + models(model(51, 0, ""), model(52, 1, "LAMA-2", stock=7))
    text += call(
        "update_model",
        '{"item_id": 1001, "model": ['
        '{"model_id": 51, "model_sku": "SBL-01-P"}, {"model_id": 52, "model_sku": "SBL-01-S"}]}',
    )
    scene = scene_of(tmp_path, text)
    assert dict(shop(scene).put(FLAVOURS, known=KNOWN).variants) == {"SBL-01-P": "51", "SBL-01-S": "52"}
    assert not scene.left()


def test_a_product_that_is_one_thing_again_loses_its_models_over_there(tmp_path: Path) -> None:
    text = item(has_model="true") + call(
        "init_tier_variation",
        '{"item_id": 1001, "standardise_tier_variation": [], "tier_variation": [],'
        ' "model": [{"tier_index": [], "original_price": 25000, "seller_stock": [{"stock": 12}]}]}',
    )
    scene = scene_of(tmp_path, text)
    assert dict(shop(scene).put(spec(), known=KNOWN).variants) == {"SBL-01": ""}
    assert not scene.left()


@pytest.mark.parametrize(
    ("spelling", "sends"),
    [
        (
            "classic",
            '{"tier_variation": [{"name": "Rasa", "option_list": [{"option": "Pedas"}, {"option": "Sedang"}]}]}',
        ),
        (
            "both",
            '{"tier_variation": [{"name": "Rasa"}],'
            ' "standardise_tier_variation": [{"variation_id": 0, "variation_name": "Rasa"}]}',
        ),
    ],
)
def test_the_tiers_are_spelt_as_the_setting_says(tmp_path: Path, spelling: str, sends: str) -> None:
    made = models(model(51, 0, "SBL-01-P"), model(52, 1, "SBL-01-S", stock=7))
    scene = scene_of(tmp_path, item() + call("init_tier_variation", sends) + made)
    shop(scene, tier_spelling=spelling).put(FLAVOURS, known=KNOWN)
    assert not scene.left()


def test_a_price_under_promotion_is_refused_in_their_words_and_the_stock_still_goes(tmp_path: Path) -> None:
    words = "Price cannot be changed when model is under promotion."
    text = item(
        price_info='[{"original_price": 30000}]', stock_info_v2='{"summary_info": {"total_available_stock": 3}}'
    )
    text += call("update_price", "{}", f'{{"failure_list": [{{"model_id": 0, "failed_reason": "{words}"}}]}}')
    text += call("update_stock", '{"stock_list": [{"model_id": 0, "seller_stock": [{"stock": 12}]}]}')
    scene = scene_of(tmp_path, text)
    with pytest.raises(ListingRefused) as caught:
        shop(scene).put(spec(), known=KNOWN)
    assert caught.value.told["theirs"] == words
    assert not scene.left()


def test_a_picture_that_is_refused_is_named(tmp_path: Path) -> None:
    text = (
        item()
        + """
[[call]]
does = "POST /api/v2/media_space/upload_image"
answer = '''{"error": "", "response": {"image_info_list": [
  {"id": 0, "error": "error_image", "message": "Image is too small"}]}}'''
"""
    )
    with pytest.raises(ListingRefused) as caught:
        shop(scene_of(tmp_path, text)).put(spec(photos=("lain",)), known=KNOWN)
    assert (caught.value.told["field"], caught.value.told["photo"]) == ("photos", "lain")


@pytest.mark.parametrize(
    ("package_cm", "sends"),
    [
        ("", '{"logistic_info": [{"logistic_id": 8003, "enabled": true}]}'),
        (
            "20x15x10",
            '{"dimension": {"package_length": 20, "package_width": 15, "package_height": 10},'
            ' "logistic_info": [{"logistic_id": 8003}, {"logistic_id": 8007}]}',
        ),
    ],
)
def test_couriers_that_want_a_size_are_offered_when_it_is_known(tmp_path: Path, package_cm: str, sends: str) -> None:
    made = call("add_item", sends, '{"item_id": 1001, "item_status": "NORMAL"}')
    scene = scene_of(tmp_path, 'like = "none_yet"\n' + made)
    assert shop(scene, package_cm=package_cm).put(spec()).external_id == "1001"
    if not package_cm:
        assert b"dimension" not in b"".join(request.content for request in scene.requests)


@pytest.mark.parametrize("package_cm", ["20x15", "20x15xtinggi", "20 x 15 x 10"])
def test_a_usual_parcel_set_wrongly_is_for_an_operator(tmp_path: Path, package_cm: str) -> None:
    with pytest.raises(KeysRefused):
        shop(scene_of(tmp_path, item()), package_cm=package_cm)


def test_attributes_the_owner_set_over_there_stay(tmp_path: Path) -> None:
    theirs = '{"attribute_id": 5, "attribute_value_list": [{"value_id": 9, "original_value_name": "Kaca"}]}'
    text = item(attribute_list=f"[{theirs}]") + call(
        "update_item",
        '{"item_id": 1001, "attribute_list": ['
        '{"attribute_id": 100037}, {"attribute_id": 5, "attribute_value_list": [{"value_id": 9}]}]}',
    )
    scene = scene_of(tmp_path, text)
    shop(scene).put(spec(), known=KNOWN)
    assert not scene.left()


def test_a_status_of_tomorrow_is_recorded_and_promises_nothing(tmp_path: Path) -> None:
    with capture_logs() as entries:
        seen = shop(scene_of(tmp_path, item(item_status='"DI_BULAN"'))).look([KNOWN])["1001"]
    assert seen.state is ListingState.HIDDEN
    assert [(entry["event"], entry["seen"]) for entry in entries] == [("channel_drift", "DI_BULAN")]


@pytest.mark.parametrize(
    ("code", "message", "path", "writes", "kind"),
    [
        ("error_rate_limit", "", "product/add_item", True, ChannelBusy),
        ("error_limit", "", "product/add_item", True, ChannelBusy),
        ("error_server", "", "product/add_item", True, OutcomeUnknown),
        ("error_inner", "", "product/get_model_list", False, ChannelBusy),
        ("common.error_sign", "Wrong sign.", "product/add_item", True, KeysRefused),
        ("error_param", "Invalid timestamp.", "product/add_item", True, KeysRefused),
        ("product.error_param", "Invalid attribute.", "product/add_item", True, ListingRefused),
        ("error attribute", "", "product/add_item", True, ListingRefused),
        ("error_auth", "Stock should be larger than reserved stock.", "product/update_stock", True, ListingRefused),
        ("source_ip_undeclared", "", "order/get_order_list", False, KeysRefused),
        ("shop_banned", "", "order/get_order_list", False, ShopBlocked),
        ("shop_no_linked", "", "order/get_order_list", False, SignedOut),
        ("order.order_list_invalid_time", "", "order/get_order_list", False, NotUnderstood),
        ("hal_baru", "", "order/get_order_list", False, NotUnderstood),
    ],
)
def test_each_code_has_its_fault(code: str, message: str, path: str, writes: bool, kind: type[ChannelFault]) -> None:
    assert type(fault_for(code, message, path=f"/api/v2/{path}", writes=writes)) is kind


def test_a_used_up_daily_quota_waits_for_shopees_midnight() -> None:
    with time_machine.travel("2026-11-24T15:30:00Z", tick=False):  # 23:30 at UTC+8
        fault = fault_for("error_limit", "", path="/api/v2/product/add_item", writes=True)
    assert (type(fault), fault.told["wait_s"]) == (ChannelBusy, 1800)


@pytest.mark.parametrize(
    ("code", "field"),
    [
        ("error_invalid_price", "price"),
        ("error_name_length_limit", "title"),
        ("error_desc_length_min_limit", "description"),
        ("error_image_unavailable", "photos"),
        ("error_invalid_brand", "brand"),
        ("error_category_is_block", "category"),
        ("error_less_required_attribute", "attributes"),
        ("error_busi", ""),
    ],
)
def test_a_refusal_names_the_field_it_speaks_of(code: str, field: str) -> None:
    assert field_of(code, "") == field
