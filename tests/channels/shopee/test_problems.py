"""What an owner hears before anything is sent, and how the owner's words become Shopee's."""

from pathlib import Path

import pytest

from lapak.channels.kit.scenes import Scene
from lapak.channels.shopee.attributes import attribute_list, attribute_problems, brand_of, brand_problem
from lapak.channels.shopee.catalogue import Attribute, Brands
from lapak.domain.listing import AttributeRule, ListingSpec
from tests.channels.shopee.shop import scene_of, shop, spec, variant


def rule(
    name: str,
    *,
    mandatory: bool = False,
    allowed: tuple[str, ...] = (),
    free_text: bool = True,
    units: tuple[str, ...] = (),
) -> AttributeRule:
    return AttributeRule(
        name=name,
        external_id="77",
        mandatory=mandatory,
        allowed=allowed,
        free_text=free_text,
        unit_choices=units,
    )


def attribute(told: AttributeRule, *, many: bool = False, kind: int = 0, month_only: bool = False) -> Attribute:
    values = {name: 100 + place for place, name in enumerate(told.allowed)}
    return Attribute(rule=told, values=values, many=many, kind=kind, month_only=month_only)


CLOSED = attribute(rule("Halal", mandatory=True, allowed=("Ya", "Tidak"), free_text=False))
COMBO = attribute(rule("Rasa", allowed=("Pedas", "Manis"), free_text=True), many=True)
WEIGHT = attribute(rule("Berat Bersih", units=("g", "kg")), kind=3)
WHOLE = attribute(rule("Isi"), kind=1)
DAY = attribute(rule("Tanggal Kedaluwarsa"), kind=4)
MONTH = attribute(rule("Bulan Produksi"), kind=4, month_only=True)


@pytest.mark.parametrize(
    ("kind", "typed", "sent"),
    [
        (CLOSED, "ya", [{"value_id": 100, "original_value_name": "Ya"}]),
        (CLOSED, "Mungkin", None),
        (
            COMBO,
            "pedas, Asam",
            [{"value_id": 100, "original_value_name": "Pedas"}, {"value_id": 0, "original_value_name": "Asam"}],
        ),
        (WEIGHT, "150 g", [{"value_id": 0, "original_value_name": "150", "value_unit": "g"}]),
        (WEIGHT, "1,5KG", [{"value_id": 0, "original_value_name": "1.5", "value_unit": "kg"}]),
        (WEIGHT, "150", None),
        (WEIGHT, "150 ons", None),
        (WEIGHT, "banyak g", None),
        (WHOLE, "12", [{"value_id": 0, "original_value_name": "12"}]),
        (WHOLE, "12,5", None),
        (WHOLE, "٣", None),
        (DAY, "31/12/2027", [{"value_id": 0, "original_value_name": "1830211200"}]),
        (DAY, "12/2027", None),
        (MONTH, "12/2027", [{"value_id": 0, "original_value_name": "1827619200"}]),
    ],
)
def test_a_value_is_sent_as_its_kind_or_named_as_a_problem(
    kind: Attribute, typed: str, sent: list[dict[str, object]] | None
) -> None:
    given = {kind.rule.name.upper(): typed}
    found = attribute_list(given, [kind])
    assert found == ([] if sent is None else [{"attribute_id": 77, "attribute_value_list": sent}])
    assert [problem.code for problem in attribute_problems(given, [kind])] == (
        ["attribute_not_allowed"] if sent is None else []
    )


def test_a_missing_mandatory_attribute_shows_what_may_be_chosen() -> None:
    (problem,) = attribute_problems({}, [CLOSED, COMBO])
    assert (problem.code, problem.field, problem.allowed) == ("attribute_missing", "attributes.Halal", ("Ya", "Tidak"))


def test_a_brand_is_found_by_name_or_is_no_brand() -> None:
    names = {"dapur sleman": (9, "Dapur Sleman")}
    free, bound = Brands(by_name=names, mandatory=False), Brands(by_name=names, mandatory=True)
    assert brand_of("DAPUR sleman ", free) == {"brand_id": 9, "original_brand_name": "Dapur Sleman"}
    assert brand_of("", free)["brand_id"] == 0
    assert brand_problem("", free) is None
    assert (brand_problem("", bound) or spec()) == brand_problem("", bound)
    missing, unknown = brand_problem("", bound), brand_problem("Merek Karangan", free)
    assert missing is not None
    assert unknown is not None
    assert (missing.code, unknown.code, unknown.allowed) == ("brand_missing", "brand_unknown", ("Dapur Sleman",))
    none_listed = Brands(by_name={**names, "no brand": (0, "NoBrand")}, mandatory=True)
    assert brand_problem("", none_listed) is None


LONG = "x" * 300
MANY = tuple(variant(n, f"S-{n}", (f"Rasa {n}",)) for n in range(51))


@pytest.mark.parametrize(
    ("ill", "codes"),
    [
        (spec(), set()),
        (spec(category=""), {"category_missing"}),
        (spec(category="100629"), {"category_not_leaf"}),
        (spec(category="555"), {"category_unknown"}),
        (spec(title=LONG, description="pendek"), {"title_high", "description_low"}),
        (spec(photos=tuple(f"{n}" for n in range(10))), {"photos_high"}),
        (spec(option_names=("Rasa",), variants=MANY), {"variants_many"}),
        (spec(option_names=("A", "B", "C"), variants=(variant(1, "S", ("a", "b", "c")),)), {"option_names_many"}),
        (spec(option_names=("Rasa",), variants=(variant(1, "S", ()),)), {"option_missing"}),
        (spec(option_names=("R" * 15,), variants=(variant(1, "S", ("x" * 21,)),)), {"option_name_high", "option_high"}),
        (spec(variants=(variant(1, "A"), variant(2, "B"))), {"option_names_missing"}),
        (spec(option_names=("Rasa",), variants=(variant(1, "A", ("x",)), variant(2, "B", ("x",)))), {"options_twice"}),
        (spec(option_names=("Rasa",), variants=(variant(1, "A", ("x",)), variant(2, "A", ("y",)))), {"sku_twice"}),
        (spec(variants=(variant(1, "S" * 101, price_idr=50),)), {"sku_long", "price_low"}),
        (spec(variants=(variant(1, "S", price_idr=150_000_001, stock=1_000_000),)), {"price_high", "stock_high"}),
        (spec(variants=()), {"variants_missing"}),
        (spec(weight_g=60_000), {"weight_high"}),
    ],
)
def test_every_bound_of_the_category_is_checked(tmp_path: Path, ill: ListingSpec, codes: set[str]) -> None:
    scene = scene_of(tmp_path, 'like = "base"\ncall = []\n')
    assert {problem.code for problem in shop(scene).problems(ill)} == codes


def test_seven_times_is_allowed_and_a_rupiah_more_is_not(tmp_path: Path) -> None:
    def priced(dearest: int) -> ListingSpec:
        pair = (variant(1, "A", ("a",), price_idr=1_000), variant(2, "B", ("b",), price_idr=dearest))
        return spec(option_names=("Rasa",), variants=pair)

    opened = shop(scene_of(tmp_path, 'like = "base"\ncall = []\n'))
    assert not opened.problems(priced(7_000))
    assert [problem.code for problem in opened.problems(priced(7_001))] == ["price_ratio"]


def test_a_shop_without_couriers_and_a_parcel_without_size(tmp_path: Path) -> None:
    def couriers(*entries: str) -> Scene:
        return scene_of(
            tmp_path,
            f"""like = "base"
[[call]]
does = "GET /api/v2/logistics/get_channel_list"
again = true
answer = '{{"error": "", "response": {{"logistics_channel_list": [{", ".join(entries)}]}}}}'
""",
        )

    sized = '{"logistics_channel_id": 1, "enabled": true, "fee_type": "SIZE_INPUT", "mask_channel_id": 0}'
    off = '{"logistics_channel_id": 2, "enabled": false, "fee_type": "FIXED_DEFAULT_PRICE", "mask_channel_id": 0}'
    own = '{"logistics_channel_id": 3, "enabled": true, "fee_type": "CUSTOM_PRICE", "mask_channel_id": 0}'
    assert [one.code for one in shop(couriers(off, own)).problems(spec())] == ["shipping_missing"]
    assert not shop(couriers(sized)).problems(spec()), "left to Shopee, since there is no other courier"
    limits = """
[[call]]
does = "GET /api/v2/product/get_item_limit"
answer = '{"error": "", "response": {"dimension_limit": {"dimension_mandatory": true}}}'
"""
    for package_cm, codes in (("", ["size_missing"]), ("20x15x10", [])):
        scene = scene_of(tmp_path, 'like = "base"\n' + limits)
        assert [one.code for one in shop(scene, package_cm=package_cm).problems(spec())] == codes
    assert not shop(scene_of(tmp_path, 'like = "base"\n' + limits)).problems(spec(package_cm=(20, 15, 10)))


def test_limits_are_read_once_for_many_products(tmp_path: Path) -> None:
    scene = scene_of(tmp_path, 'like = "base"\ncall = []\n')
    opened = shop(scene)
    for _ in range(5):
        opened.problems(spec())
    assert len(scene.requests) == 5
