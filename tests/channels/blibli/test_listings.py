"""Where a put could go wrong: submissions nobody knows of, choices the category does not offer, too many pictures."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from lapak.channels.blibli.attributes import attribute_problems, of_product, of_variant, places
from lapak.channels.blibli.catalogue import Attribute
from lapak.channels.blibli.client import rate_of
from lapak.channels.blibli.mapping import fault_for, field_of
from lapak.channels.kit.errors import (
    ChannelFault,
    KeysRefused,
    ListingGone,
    ListingRefused,
    NotUnderstood,
    NotYet,
    OrderMoved,
    OutcomeUnknown,
    ShopBlocked,
    SignedOut,
)
from lapak.domain.listing import AttributeRule, ListingRef, ListingSpec, ListingState
from tests.channels.blibli.shop import scene_of, shop, spec, variant

KNOWN = ListingRef(external_id="778899-00001", variants={"SBL-01": "778899-00001-00001"}, media={"9f64a747": "0"})
API = "/v2/proxy/seller/v1"


def item(number: int = 1, sku: str = "SBL-01", chosen: str = "Original", **more: object) -> dict[str, object]:
    told = {
        "blibliSku": f"778899-00001-0000{number}",
        "sellerSku": sku,
        "variantAttribute": {"RA-M000101": chosen},
        "price": 25_000,
        "salePrice": 25_000,
        "buyable": True,
        "availableStock": 12,
    }
    return {**told, **more}


def product(*items: dict[str, object], **more: object) -> str:
    told = {
        "productSku": "778899-00001",
        "name": spec().title,
        "categoryCode": "MA-1003001",
        "state": "ACTIVE",
        "description": spec().description,
        "weight": 200,
        "attributes": {"MA-M000102": "6 Bulan"},
        "items": items or (item(),),
        **more,
    }
    return f"""like = "base"
[[call]]
does = "GET {API}/products/778899-00001"
again = true
answer = '{json.dumps({"content": told})}'
"""


def call(does: str, sends: object, answer: object = None, *, status: int = 200, again: bool = False) -> str:
    return f"""
[[call]]
does = "{does}"
sends = '{json.dumps(sends)}'
status = {status}
again = {str(again).lower()}
answer = '{json.dumps(answer or {"content": {}})}'
"""


def test_a_product_that_is_as_it_should_be_is_not_written_at_all(tmp_path: Path) -> None:
    scene = scene_of(tmp_path, product())
    assert shop(scene).put(spec(), known=KNOWN).external_id == "778899-00001"
    assert {request.method for request in scene.requests} == {"GET"}


def test_while_a_submission_nobody_knows_of_is_under_way_nothing_is_submitted(tmp_path: Path) -> None:
    waiting = {"content": [{"requestId": "01X", "requestAction": "createProductV3", "status": "IN_PROGRESS"}]}
    text = f"""like = "base"
[[call]]
does = "GET /v2/proxy/mta/api/businesspartner/v1/feed/list"
answer = '{json.dumps(waiting)}'
"""
    with pytest.raises(NotYet) as caught:
        shop(scene_of(tmp_path, text)).put(spec())
    assert caught.value.told["wait_s"] == 60


def test_ones_own_submissions_hold_nothing_up(tmp_path: Path) -> None:
    other = spec(title="Sambal Terasi Bu Marni", variants=(variant(2, "TRS-01"),))
    nothing = {"content": [], "paging": {"totalPage": 0}}
    waiting = {"content": [{"requestId": "01X", "requestAction": "createProductV3", "status": "IN_PROGRESS"}]}
    text = f"""like = "base"
[[call]]
does = "GET /v2/proxy/mta/api/businesspartner/v1/feed/list"
again = true
answer = '{json.dumps(waiting)}'
"""
    first = text.replace('"content": [{', '"content": [], "x": [{')
    text = first + call(f"POST {API}/products/filter", {"filter": {}}, nothing, again=True)
    text += call(f"POST {API}/products/async", {}, {"requestId": "01X"}, again=True)
    scene = scene_of(tmp_path, text)
    opened = shop(scene, queue_tries="0")
    assert opened.put(spec()).external_id == "queue:01X"
    waited = next(entry for entry in scene.calls if entry.does.endswith("feed/list"))
    waited.answer = json.dumps(waiting)
    assert opened.put(other).external_id == "queue:01X"
    with pytest.raises(NotYet):
        shop(scene).put(spec(title="Sambal Lain"))  # another process knows nothing of it


def test_a_queue_whose_quota_is_used_up_leaves_the_submission_where_it_is(tmp_path: Path) -> None:
    text = 'like = "none_yet"\n' + call(f"POST {API}/products/async", {}, {"content": {"queueId": "01X"}})
    text += """
[[call]]
does = "GET /v2/proxy/mta/api/businesspartner/v1/feed/detail"
status = 429
answer = '{"errorCode": "ERR-PA429001"}'
"""
    ref = shop(scene_of(tmp_path, text)).put(spec())
    assert (ref.external_id, dict(ref.variants)) == ("queue:01X", {"SBL-01": ""})


def test_variants_without_our_mark_are_matched_by_their_choices_and_marked(tmp_path: Path) -> None:
    flavours = spec(
        option_names=("Rasa",),
        variants=(variant(1, "SBL-01-P", ("Pedas",)), variant(2, "SBL-01-S", ("Sedang",))),
    )
    text = product(item(1, "", "pedas"), item(2, "LAMA", "Sedang"))
    for number, sku in ((1, "SBL-01-P"), (2, "SBL-01-S")):
        marked = {"price": 25_000, "salePrice": 25_000, "buyable": True, "sellerSku": sku}
        text += call(f"PUT {API}/products/778899-00001-0000{number}", marked)
    scene = scene_of(tmp_path, text)
    ref = shop(scene).put(flavours, known=KNOWN)
    assert dict(ref.variants) == {"SBL-01-P": "778899-00001-00001", "SBL-01-S": "778899-00001-00002"}
    assert not scene.left()


def test_a_variant_that_is_new_is_sent_whole_beside_those_that_stay(tmp_path: Path) -> None:
    flavours = spec(
        option_names=("Rasa",),
        variants=(variant(1, "SBL-01", ("Original",)), variant(2, "SBL-01-S", ("Sedang",), stock=7)),
    )
    sends = {
        "productItems": [
            {"blibliSku": "778899-00001-00001", "sellerSku": "SBL-01", "variantAttribute": {"RA-M000101": "Original"}},
            {"sellerSku": "SBL-01-S", "price": 25_000, "stock": 7, "images": ["/9j/"]},
        ]
    }
    scene = scene_of(tmp_path, product() + call(f"POST {API}/products/778899-00001/variants", sends))
    shop(scene).put(flavours, known=KNOWN)
    assert not scene.left()
    sent = json.loads(next(request for request in scene.requests if request.url.path.endswith("/variants")).content)
    assert "images" not in sent["productItems"][0], "pictures that were sent are not sent again"
    assert "stock" not in sent["productItems"][0]


def test_other_photos_are_sent_for_every_variant(tmp_path: Path) -> None:
    sends = {"productItems": [{"blibliSku": "778899-00001-00001", "images": ["/9j/", "/9j/"]}]}
    scene = scene_of(tmp_path, product() + call(f"POST {API}/products/778899-00001/variants", sends))
    ref = shop(scene).put(spec(photos=("lain", "9f64a747")), known=KNOWN)
    assert not scene.left()
    assert dict(ref.media) == {"lain": "0", "9f64a747": "1"}


def test_attributes_the_owner_set_over_there_stay(tmp_path: Path) -> None:
    sends = {"attributes": {"LAIN": "Kaca", "MA-M000102": "6 Bulan"}}
    text = product(attributes={"LAIN": "Kaca", "MA-M000102": "12 Bulan"})
    scene = scene_of(tmp_path, text + call(f"PUT {API}/778899-00001/detail", sends))
    shop(scene).put(spec(), known=KNOWN)
    assert not scene.left()


@pytest.mark.parametrize(
    ("more", "field"), [({"categoryCode": "MA-1003002"}, "category"), ({"state": "SUSPENDED"}, None)]
)
def test_what_only_seller_center_can_mend_is_said(tmp_path: Path, more: dict[str, object], field: str | None) -> None:
    scene = scene_of(tmp_path, product(**more))
    with pytest.raises(ListingRefused) as caught:
        shop(scene).put(spec(), known=KNOWN)
    assert caught.value.told.get("field") == field
    assert {request.method for request in scene.requests} == {"GET"}


def test_where_all_pictures_are_too_much_the_other_variants_show_the_cover(tmp_path: Path) -> None:
    many = tuple(variant(n, f"S-{n}", (chosen,)) for n, chosen in enumerate(("Original", "Pedas", "Sedang")))
    wanted = spec(option_names=("Varian",), variants=many, photos=("a", "b"))
    text = 'like = "none_yet"\n' + call(f"POST {API}/products/async", {}, {"content": {"queueId": "01X"}})
    scene = scene_of(tmp_path, text)
    eight_mb = b"x" * (8 * 1024 * 1024)
    shop(scene, photo=eight_mb, queue_tries="0").put(wanted)
    sent = json.loads(scene.requests[-1].content)["products"][0]["productItems"]
    assert [len(entry["images"]) for entry in sent] == [2, 1, 1]
    with pytest.raises(ListingRefused) as caught:
        shop(scene_of(tmp_path, text), photo=eight_mb * 2).put(wanted)
    assert caught.value.told["field"] == "photos"


def test_a_state_of_tomorrow_is_recorded_and_promises_nothing(tmp_path: Path) -> None:
    with capture_logs() as entries:
        seen = shop(scene_of(tmp_path, product(state="DI_BULAN"))).look([KNOWN])["778899-00001"]
    assert seen.state is ListingState.HIDDEN
    assert [(entry["event"], entry["seen"]) for entry in entries] == [("channel_drift", "DI_BULAN")]


@pytest.mark.parametrize(
    ("status", "code", "message", "path", "writes", "kind"),
    [
        (401, "ERR-PA401001", "", "/seller/v1/stores", False, SignedOut),
        (401, "", "Signature is invalid", "/seller/v1/stores", False, SignedOut),
        (401, "", "Signature-Time is invalid", "/seller/v1/stores", False, KeysRefused),
        (401, "", "Unauthorized", "/seller/v1/stores", False, KeysRefused),
        (403, "", "The seller has not connected this API client", "/seller/v1/stores", False, SignedOut),
        (403, "", "The store is suspended", "/seller/v1/stores", False, ShopBlocked),
        (200, "ERR-PA429001", "", "/seller/v1/stores", False, NotYet),
        (200, "ERR-PA500001", "", "/seller/v1/products/async", True, OutcomeUnknown),
        (200, "ERR-PA500001", "", "/seller/v1/products/filter", False, NotYet),
        (404, "ERR-PA404001", "", "/seller/v1/products/X", False, ListingGone),
        (404, "ERR-PA404001", "", "/seller/v1/orders/items/1", False, NotUnderstood),
        (400, "ERR-PA400001", "price is required", "/seller/v1/products/X", True, ListingRefused),
        (400, "", "name is required", "/seller/v1/X/detail", True, ListingRefused),
        (400, "", "", "/seller/v1/orders/regular/1/fulfill", True, OrderMoved),
        (400, "", "", "/seller/v1/orders/packages/filter", False, NotUnderstood),
    ],
)
def test_each_code_has_its_fault(
    status: int, code: str, message: str, path: str, writes: bool, kind: type[ChannelFault]
) -> None:
    assert type(fault_for(status, code, message, path=path, writes=writes)) is kind


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ("Harga Murah (SBL-01): description may have at most 5000 characters", "description"),
        ("salePrice must not exceed price", "price"),
        ("Mandatory attribute is missing: Masa Simpan", ""),
        ("Image is too small", "photos"),
        ("Coba lagi", ""),
    ],
)
def test_a_refusal_names_the_field_it_speaks_of(message: str, field: str) -> None:
    assert field_of(message) == field


def attribute(
    name: str, *, allowed: tuple[str, ...] = (), of_variants: bool = False, special: bool = False, needed: bool = True
) -> Attribute:
    rule = AttributeRule(name=name, external_id=name.upper(), mandatory=needed, allowed=allowed, free_text=not allowed)
    return Attribute(rule=rule, of_variants=of_variants, special=special)


COLOUR = attribute("Warna", allowed=("Merah", "Biru"), of_variants=True)
SIZE = attribute("Ukuran", allowed=("S", "M"), of_variants=True)
CLOTH = attribute("Bahan", allowed=("Katun",))
FAMILY = attribute("Nada", special=True, needed=False)
ALL = [COLOUR, SIZE, CLOTH, FAMILY]


def test_a_choice_takes_the_attribute_of_its_name_and_the_others_what_is_left() -> None:
    assert places(("Ukuran", "Corak"), ALL) == [SIZE, COLOUR]
    assert places(("Corak", "Model", "Lagi"), ALL) == [COLOUR, SIZE, None]
    assert places((), ALL) == []


def test_each_attribute_goes_where_it_belongs() -> None:
    wanted = spec(
        attributes={"warna": "merah", "BAHAN": "katun", "nada": "Hangat", "Entah": "apa"},
        option_names=("Ukuran",),
        variants=(variant(1, "A", ("m",)),),
    )
    assert of_product(wanted, ALL) == {"BAHAN": "Katun"}
    assert of_variant(wanted, wanted.variants[0], ALL) == ({"WARNA": "Merah", "UKURAN": "M"}, {"NADA": "Hangat"})
    assert not attribute_problems(wanted, ALL, most_chars=255)


@pytest.mark.parametrize(
    ("ill", "found"),
    [
        (spec(attributes={}), {("attribute_missing", "attributes.Warna"), ("attribute_missing", "attributes.Ukuran"),
                               ("attribute_missing", "attributes.Bahan")}),
        (spec(attributes={"Bahan": "Kertas", "Ukuran": "S"}, option_names=("Warna",),
              variants=(variant(1, "A", ("Ungu",)),)),
         {("attribute_not_allowed", "attributes.Bahan"), ("attribute_not_allowed", "attributes.Warna")}),
        (spec(attributes={"Bahan": "Katun", "Nada": "x" * 256}, option_names=("Warna", "Ukuran", "Model"),
              variants=(variant(1, "A", ("Merah", "S", "x")),)),
         {("attribute_not_allowed", "attributes.Nada"), ("option_names_many", "option_names")}),
    ],
)  # fmt: skip
def test_what_the_category_does_not_offer_is_said_before_anything_is_sent(
    ill: ListingSpec, found: set[tuple[str, str]]
) -> None:
    assert {(one.code, one.field) for one in attribute_problems(ill, ALL, most_chars=255)} == found


MANY = tuple(variant(n, f"S-{n}", ("Pedas",)) for n in range(51))


@pytest.mark.parametrize(
    ("ill", "codes"),
    [
        (spec(), set()),
        (spec(category=""), {"category_missing"}),
        (spec(category="MA-1000000"), {"category_not_leaf"}),
        (spec(category="ZZ-1"), {"category_unknown"}),
        (spec(title="x" * 151, description="x" * 5001), {"title_high", "description_high"}),
        (spec(title=" ", description=" "), {"title_low", "description_low"}),
        (spec(photos=tuple(f"{n}" for n in range(9))), {"photos_high"}),
        (spec(option_names=("Varian",), variants=MANY), {"variants_many", "options_twice"}),
        (spec(option_names=("Rasa",), variants=(variant(1, "S", ()),)), {"option_missing"}),
        (spec(variants=(variant(1, "A"), variant(2, "B"))), {"option_names_missing"}),
        (
            spec(variants=(variant(1, "A", price_idr=0), variant(2, "A"))),
            {"option_names_missing", "sku_twice", "price_low"},
        ),
        (spec(variants=()), {"variants_missing"}),
        (spec(weight_g=0), {"weight_missing"}),
        (spec(brand="Merek Karangan"), {"brand_unknown"}),
        (spec(brand="dapur sleman"), set()),
    ],
)
def test_every_bound_is_checked(tmp_path: Path, ill: ListingSpec, codes: set[str]) -> None:
    scene = scene_of(tmp_path, 'like = "base"\ncall = []\n')
    assert {problem.code for problem in shop(scene).problems(ill)} == codes


def test_a_parcel_without_size_is_asked_for(tmp_path: Path) -> None:
    scene = scene_of(tmp_path, 'like = "base"\ncall = []\n')
    assert [one.code for one in shop(scene, package_cm="").problems(spec())] == ["size_missing"]
    assert not shop(scene, package_cm="").problems(spec(package_cm=(20, 15, 10)))


@given(calls=st.integers(2, 7200), every_s=st.integers(1, 86_400), processes=st.integers(1, 4))
def test_a_quota_is_kept_in_any_span_of_its_length(calls: int, every_s: int, processes: int) -> None:
    per_second, at_once = rate_of(calls, every_s, share=1 / processes)
    if calls >= 2 * processes:
        assert processes * (at_once + per_second * every_s) <= calls + 1e-6
    assert at_once >= 1
