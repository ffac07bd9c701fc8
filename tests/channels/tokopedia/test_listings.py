"""Where a put could go wrong: variants that change, products not yet live, several warehouses, statuses of tomorrow."""

import json
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from lapak.channels.kit.errors import (
    ChannelBusy,
    ChannelFault,
    KeysRefused,
    ListingGone,
    ListingRefused,
    NotUnderstood,
    OrderMoved,
    OutcomeUnknown,
    ShopBlocked,
    SignedOut,
)
from lapak.channels.tokopedia.attributes import as_html, attribute_list, attribute_problems, words_in
from lapak.channels.tokopedia.catalogue import Attribute
from lapak.channels.tokopedia.mapping import fault_for, field_of
from lapak.domain.listing import AttributeRule, ListingRef, ListingSpec, ListingState, StockLine
from tests.channels.tokopedia.shop import scene_of, shop, spec, variant

KNOWN = ListingRef(external_id="1729001", variants={"SBL-01": "5001"}, media={"9f64a747": "gambar-1"})
FLAVOURS = spec(
    option_names=("Rasa",), variants=(variant(1, "SBL-01-P", ("Pedas",)), variant(2, "SBL-01-S", ("Sedang",), stock=7))
)
BOTH_LIVE = [{"platform": "TOKOPEDIA", "status": "ACTIVATE"}]


def sku(
    number: int, name: str, options: tuple[str, ...] = (), *, price: int = 25_000, **units: int
) -> dict[str, object]:
    known = [{"id": "100090", "name": "Rasa", "value_id": f"9{number}", "value_name": option} for option in options]
    places = [{"warehouse_id": place[1:], "quantity": count} for place, count in (units or {"w803": 12}).items()]
    return {
        "id": str(number),
        "seller_sku": name,
        "price": {"currency": "IDR", "sale_price": str(price)},
        "inventory": places,
        "sales_attributes": known,
    }


def product(**more: object) -> str:
    told = {
        "id": "1729001",
        "title": spec().title,
        "description": as_html(spec().description),
        "status": "ACTIVATE",
        "integrated_platform_statuses": BOTH_LIVE,
        "category_chains": [{"id": "914568", "is_leaf": True}],
        "main_images": [{"uri": "gambar-1"}],
        "package_weight": {"value": "0.2", "unit": "KILOGRAM"},
        "product_attributes": [{"id": "100037", "values": [{"id": "701", "name": "6 Bulan"}]}],
        "skus": [sku(5001, "SBL-01")],
        **more,
    }
    return f"""like = "base"
[[call]]
does = "GET /product/202309/products/1729001"
again = true
answer = '{json.dumps({"code": 0, "data": told})}'
"""


def call(does: str, sends: object, data: object = None) -> str:
    return f"""
[[call]]
does = "{does}"
sends = '{json.dumps(sends)}'
answer = '{json.dumps({"code": 0, "data": data or {}})}'
"""


EDIT = "POST /product/202509/products/1729001/partial_edit"


def test_a_product_that_is_as_it_should_be_is_not_written_at_all(tmp_path: Path) -> None:
    scene = scene_of(tmp_path, product())
    assert shop(scene).put(spec(), known=KNOWN).external_id == "1729001"
    assert all(request.method == "GET" for request in scene.requests)


def test_variants_that_stay_keep_their_ids_and_what_is_not_named_goes(tmp_path: Path) -> None:
    seen = [sku(51, "SBL-01-P", ("Pedas",)), sku(59, "SBL-01-L", ("Lawas",))]
    sends = {
        "skus": [
            {"id": "51", "seller_sku": "SBL-01-P", "inventory": [{"warehouse_id": "803", "quantity": 12}]},
            {"seller_sku": "SBL-01-S", "sales_attributes": [{"id": "100090", "value_name": "Sedang"}]},
        ]
    }
    made = {"skus": [{"id": "51", "seller_sku": "SBL-01-P"}, {"id": "60", "seller_sku": "SBL-01-S"}]}
    scene = scene_of(tmp_path, product(skus=seen) + call(EDIT, sends, made))
    assert dict(shop(scene).put(FLAVOURS, known=KNOWN).variants) == {"SBL-01-P": "51", "SBL-01-S": "60"}
    assert not scene.left()


def test_variants_without_our_mark_are_matched_by_their_options_and_marked(tmp_path: Path) -> None:
    seen = [sku(51, "", ("PEDAS ",)), sku(52, "LAMA-2", ("Sedang",), w803=7)]
    sends = {"skus": [{"id": "51", "seller_sku": "SBL-01-P"}, {"id": "52", "seller_sku": "SBL-01-S"}]}
    scene = scene_of(tmp_path, product(skus=seen) + call(EDIT, sends))
    assert dict(shop(scene).put(FLAVOURS, known=KNOWN).variants) == {"SBL-01-P": "51", "SBL-01-S": "52"}
    assert not scene.left()


def test_a_draft_is_submitted_and_a_hidden_product_shown(tmp_path: Path) -> None:
    platforms = [{"platform": "TOKOPEDIA", "status": "DRAFT"}]
    draft = product(status="DRAFT", integrated_platform_statuses=platforms)
    scene = scene_of(tmp_path, draft + call(EDIT, {"save_mode": "LISTING", "title": spec().title}))
    shop(scene).put(spec(), known=KNOWN)
    assert not scene.left()
    platforms = [{"platform": "TOKOPEDIA", "status": "SELLER_DEACTIVATED"}]
    shown = {"product_ids": ["1729001"], "listing_platforms": ["TIKTOK_SHOP", "TOKOPEDIA"]}
    hidden = product(status="SELLER_DEACTIVATED", integrated_platform_statuses=platforms)
    scene = scene_of(tmp_path, hidden + call("POST /product/202309/products/activate", shown))
    shop(scene).put(spec(), known=KNOWN)
    assert not scene.left()


def test_a_product_never_shown_on_tokopedia_is_brought_there(tmp_path: Path) -> None:
    scene = scene_of(
        tmp_path,
        product(integrated_platform_statuses=[])
        + call(EDIT, {"category_version": "v2", "listing_platforms": ["TIKTOK_SHOP", "TOKOPEDIA"]}),
    )
    shop(scene).put(spec(), known=KNOWN)
    assert not scene.left()


def test_a_shop_that_may_not_name_platforms_names_none(tmp_path: Path) -> None:
    tree = """
[[call]]
does = "GET /product/202309/categories"
again = true
answer = '''{"code": 0, "data": {"categories": [
  {"id": "914568", "parent_id": "0", "local_name": "Saus", "is_leaf": true}]}}'''
"""
    scene = scene_of(tmp_path, product(integrated_platform_statuses=[]) + tree)
    opened = shop(scene, platforms="none")
    opened.put(spec(), known=KNOWN)
    assert [found.external_id for found in opened.categories()] == ["914568"]
    assert all("listing_platform" not in str(request.url) for request in scene.requests)
    assert all(request.method == "GET" for request in scene.requests)


def test_another_category_takes_a_full_edit_with_everything_we_know(tmp_path: Path) -> None:
    sends = {
        "category_id": "914568",
        "title": spec().title,
        "main_images": [{"uri": "gambar-1"}],
        "product_attributes": [{"id": "100037", "values": [{"id": "701"}]}],
        "skus": [{"id": "5001", "seller_sku": "SBL-01"}],
        "brand_id": "88",
    }
    text = product(category_chains=[{"id": "914570", "is_leaf": True}], brand={"id": "88", "name": "Lain"})
    scene = scene_of(tmp_path, text + call("PUT /product/202509/products/1729001", sends))
    shop(scene).put(spec(), known=KNOWN)
    assert not scene.left()


def test_attributes_the_owner_set_over_there_stay(tmp_path: Path) -> None:
    theirs = [{"id": "5", "values": [{"id": "9", "name": "Kaca"}]}]
    sends = {"product_attributes": [{"id": "100037", "values": [{"id": "701"}]}, {"id": "5", "values": [{"id": "9"}]}]}
    scene = scene_of(tmp_path, product(product_attributes=theirs) + call(EDIT, sends))
    shop(scene).put(spec(), known=KNOWN)
    assert not scene.left()


def test_the_price_of_a_product_in_review_goes_by_an_edit_that_names_every_variant(tmp_path: Path) -> None:
    seen = [sku(51, "SBL-01-P", ("Pedas",)), sku(52, "SBL-01-S", ("Sedang",), w803=7)]
    sends = {
        "skus": [
            {"id": "51", "price": {"amount": "26000", "currency": "IDR"}},
            {"id": "52", "price": {"amount": "25000", "currency": "IDR"}, "sales_attributes": [{"value_id": "952"}]},
        ]
    }
    stock = {"skus": [{"id": "51", "inventory": [{"warehouse_id": "803", "quantity": 12}]}]}
    text = product(
        status="PENDING", integrated_platform_statuses=[{"platform": "TOKOPEDIA", "status": "PENDING"}], skus=seen
    )
    text += call(EDIT, sends) + call("POST /product/202309/products/1729001/inventory/update", stock)
    scene = scene_of(tmp_path, text)
    line = StockLine(sku="SBL-01-P", external_id="51", stock=12, price_idr=26_000)
    assert not shop(scene).set_stock(KNOWN, [line])
    assert not scene.left()


def test_every_warehouse_of_a_variant_is_named_and_one_holds_the_stock(tmp_path: Path) -> None:
    sends = {
        "skus": [
            {
                "id": "5001",
                "inventory": [{"warehouse_id": "900", "quantity": 0}, {"warehouse_id": "803", "quantity": 30}],
            }
        ]
    }
    text = product(skus=[sku(5001, "SBL-01", w900=5, w803=7)])
    text += call("POST /product/202309/products/1729001/inventory/update", sends)
    scene = scene_of(tmp_path, text)
    line = StockLine(sku="SBL-01", external_id="5001", stock=30, price_idr=25_000)
    assert not shop(scene).set_stock(KNOWN, [line])
    assert not scene.left()


def test_a_shop_without_a_selling_warehouse_is_told_to_its_owner(tmp_path: Path) -> None:
    none = """like = "none_yet"
[[call]]
does = "GET /logistics/202309/warehouses"
answer = '{"code": 0, "data": {"warehouses": [{"id": "1", "type": "RETURN_WAREHOUSE"}]}}'
"""
    with pytest.raises(ShopBlocked):
        shop(scene_of(tmp_path, none)).put(spec())


def test_a_picture_that_is_refused_is_named(tmp_path: Path) -> None:
    text = """like = "base"
[[call]]
does = "POST /product/202309/images/upload"
answer = '{"code": 12019005, "message": "Image is too small", "data": null}'
"""
    with pytest.raises(ListingRefused) as caught:
        shop(scene_of(tmp_path, text.replace('like = "base"', 'like = "none_yet"'))).put(spec(photos=("lain",)))
    assert (caught.value.told["field"], caught.value.told["photo"]) == ("photos", "lain")


def test_a_status_of_tomorrow_is_recorded_and_promises_nothing(tmp_path: Path) -> None:
    platforms = [{"platform": "TOKOPEDIA", "status": "DI_BULAN"}]
    with capture_logs() as entries:
        seen = shop(scene_of(tmp_path, product(integrated_platform_statuses=platforms))).look([KNOWN])["1729001"]
    assert seen.state is ListingState.HIDDEN
    assert "TIKTOK_SHOP: ACTIVATE" in seen.reason
    assert [(entry["event"], entry["seen"]) for entry in entries] == [("channel_drift", "DI_BULAN")]


@pytest.mark.parametrize(
    ("code", "message", "path", "writes", "kind"),
    [
        (36009002, "Too many requests", "/product/202309/products", True, ChannelBusy),
        (12052109, "", "/product/202309/products", True, ChannelBusy),
        (36009003, "", "/product/202309/products", True, OutcomeUnknown),
        (12001000, "", "/order/202309/orders/search", False, ChannelBusy),
        (106001, "Invalid credentials", "/product/202309/products", True, KeysRefused),
        (36009004, "Invalid timestamp", "/product/202309/products", True, KeysRefused),
        (36009004, "Unexpected shop_cipher", "/product/202309/images/upload", True, KeysRefused),
        (36009004, "Invalid price", "/product/202309/products", True, ListingRefused),
        (106013, "Invalid shop cipher", "/order/202309/orders/search", False, SignedOut),
        (105005, "Access denied", "/order/202309/orders/search", False, KeysRefused),
        (36009043, "Shop is disabled", "/order/202309/orders/search", False, ShopBlocked),
        (36009009, "Invalid path", "/product/202309/products", True, NotUnderstood),
        (12052024, "Category is not a leaf", "/product/202309/products", True, ListingRefused),
        (12052048, "Product does not exist", "/product/202309/products/{id}", False, ListingGone),
        (21001101, "Package was shipped", "/fulfillment/202309/packages/{id}/ship", True, OrderMoved),
        (777, "", "/order/202309/orders/search", False, NotUnderstood),
    ],
)
def test_each_code_has_its_fault(code: int, message: str, path: str, writes: bool, kind: type[ChannelFault]) -> None:
    assert type(fault_for(code, message, path=path, writes=writes)) is kind


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ("The price is invalid", "price"),
        ("Product name must have 25 characters", "title"),
        ("Missing required sales attribute", "options"),
        ("Missing required attribute", "attributes"),
        ("Main image is too small", "photos"),
        ("Try later", ""),
    ],
)
def test_a_refusal_names_the_field_it_speaks_of(message: str, field: str) -> None:
    assert field_of(message) == field


def test_words_become_html_and_are_compared_without_it() -> None:
    text = "Sambal <asli> & pedas\nbaris dua\n\nParagraf dua"
    assert as_html(text) == "<p>Sambal &lt;asli&gt; &amp; pedas<br>baris dua</p><p>Paragraf dua</p>"
    assert words_in(as_html(text)) == words_in(
        "<div><p>Sambal &lt;asli&gt; &amp; pedas baris dua</p> Paragraf dua</div>"
    )


def attribute(
    name: str, *, allowed: tuple[str, ...] = (), free: bool = True, many: bool = False, number: bool = False
) -> Attribute:
    rule = AttributeRule(name=name, external_id="77", mandatory=True, allowed=allowed, free_text=free)
    values = {value: str(100 + place) for place, value in enumerate(allowed)}
    return Attribute(rule=rule, values=values, many=many, number=number, of_variants=False)


@pytest.mark.parametrize(
    ("kind", "typed", "sent"),
    [
        (attribute("Halal", allowed=("Ya", "Tidak"), free=False), "ya", [{"id": "100"}]),
        (attribute("Halal", allowed=("Ya", "Tidak"), free=False), "Mungkin", None),
        (attribute("Rasa", allowed=("Pedas",), many=True), "pedas, Asam", [{"id": "100"}, {"name": "Asam"}]),
        (attribute("Berat", number=True), "1,5", [{"name": "1.5"}]),
        (attribute("Berat", number=True), "banyak", None),
        (attribute("Berat", number=True), "-3", None),
        (attribute("Bahan"), "x" * 2001, None),
    ],
)
def test_a_value_is_sent_as_its_kind_or_named_as_a_problem(
    kind: Attribute, typed: str, sent: list[dict[str, str]] | None
) -> None:
    given = {kind.rule.name.upper(): typed}
    problems = [problem.code for problem in attribute_problems(given, [kind], most_chars=2000)]
    assert problems == ([] if sent is not None else ["attribute_not_allowed"])
    if sent is not None:
        assert attribute_list(given, [kind]) == [{"id": "77", "values": sent}]
    (missing,) = attribute_problems({}, [kind], most_chars=2000)
    assert (missing.code, missing.allowed) == ("attribute_missing", kind.rule.allowed)


MANY = tuple(variant(n, f"S-{n}", (f"Rasa {n}",)) for n in range(101))


@pytest.mark.parametrize(
    ("ill", "codes"),
    [
        (spec(), set()),
        (spec(category=""), {"category_missing"}),
        (spec(category="700437"), {"category_not_leaf"}),
        (spec(category="914571"), {"category_unknown"}),
        (spec(title="x" * 24), {"title_low"}),
        (spec(title="x" * 256, description=" "), {"title_high", "description_low"}),
        (spec(description="x" * 10_000), {"description_high"}),
        (spec(photos=tuple(f"{n}" for n in range(10))), {"photos_high"}),
        (spec(option_names=("Rasa",), variants=MANY), {"variants_many"}),
        (
            spec(option_names=("A", "B", "C", "D"), variants=(variant(1, "S", ("a", "b", "c", "d")),)),
            {"option_names_many"},
        ),
        (spec(option_names=("Rasa",), variants=(variant(1, "S", ()),)), {"option_missing"}),
        (spec(variants=(variant(1, "A"), variant(2, "B"))), {"option_names_missing"}),
        (spec(option_names=("Rasa",), variants=(variant(1, "A", ("x",)), variant(2, "B", ("x",)))), {"options_twice"}),
        (spec(option_names=("Rasa",), variants=(variant(1, "A", ("x",)), variant(2, "A", ("y",)))), {"sku_twice"}),
        (spec(variants=(variant(1, "S" * 51, price_idr=0),)), {"sku_long", "price_low"}),
        (spec(variants=(variant(1, "SBL 01", stock=100_000),)), {"sku_spaces", "stock_high"}),
        (spec(variants=()), {"variants_missing"}),
        (spec(weight_g=0), {"weight_missing"}),
        (spec(brand="Merek Karangan"), {"brand_unknown"}),
    ],
)
def test_every_bound_is_checked(tmp_path: Path, ill: ListingSpec, codes: set[str]) -> None:
    scene = scene_of(tmp_path, 'like = "base"\ncall = []\n')
    assert {problem.code for problem in shop(scene).problems(ill)} == codes


def test_what_a_category_asks_beyond_lapak_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    rules = {
        "package_dimension": {"is_required": True},
        "size_chart": {"is_required": True},
        "product_certifications": [{"name": "Izin edar", "is_required": True}],
    }
    text = f"""like = "base"
[[call]]
does = "GET /product/202309/categories/914568/rules"
again = true
answer = '{json.dumps({"code": 0, "data": rules})}'
"""
    found = shop(scene_of(tmp_path, text)).problems(spec())
    assert [(one.code, one.allowed) for one in found] == [
        ("size_missing", ()),
        ("papers_needed", ("Izin edar", "tabel ukuran")),
    ]
    assert [one.code for one in shop(scene_of(tmp_path, text), package_cm="20x15x10").problems(spec())] == [
        "papers_needed"
    ]
