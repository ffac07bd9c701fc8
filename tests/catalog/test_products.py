"""Saving products: whole or not at all, and only what changed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapak.catalog.checks import clean_text, faults_of
from lapak.catalog.errors import ProductRefused
from lapak.catalog.models import Product, StockMove, Variant
from lapak.catalog.selectors import product, products_of, publishable, variants_by_sku
from lapak.catalog.services import archive, reserve_stock, save_product, set_price
from lapak.catalog.types import ProductDraft, StockLineWanted, VariantDraft
from lapak.core.actor import Actor
from lapak.core.errors import Invalid, NotFound, NotYours
from lapak.core.ids import BusinessId, OrderId, ProductId, uuid7
from lapak.core.models import EventRow
from tests.catalog.make import a_business, a_draft, a_product, the_owner, variant_ids


@pytest.fixture
def business_id(db: None) -> BusinessId:
    return a_business()


@pytest.fixture
def actor(business_id: BusinessId) -> Actor:
    return the_owner(business_id)


def _events(name: str) -> int:
    return EventRow.objects.filter(name=name).count()


def test_a_product_is_saved_with_its_variants_and_told_once(business_id: BusinessId, actor: Actor) -> None:
    product_id = save_product(actor=actor, business_id=business_id, draft=a_draft(5, 0, 7))
    row = product(actor=actor, product_id=product_id)
    assert [variant.on_hand for variant in row.variants] == [5, 0, 7]
    assert row.missing == ("photo",)
    assert (_events("ProductRevised"), _events("StockChanged")) == (1, 0)
    assert StockMove.objects.count() == 2


def test_saving_the_same_again_changes_and_tells_nothing(business_id: BusinessId, actor: Actor) -> None:
    product_id = a_product(business_id, 5, 6)
    before = product(actor=actor, product_id=product_id)
    save_product(actor=actor, business_id=business_id, draft=a_draft(5, 6), product_id=product_id)
    assert product(actor=actor, product_id=product_id) == before
    assert _events("ProductRevised") == 1


def test_a_variant_left_out_is_archived_and_its_sku_is_free_again(business_id: BusinessId, actor: Actor) -> None:
    product_id = a_product(business_id, 5, 6)
    draft = a_draft(5, 6)
    save_product(
        actor=actor, business_id=business_id, draft=replace(draft, variants=draft.variants[:1]), product_id=product_id
    )
    assert variants_by_sku(business_id=business_id, skus=["SMB-BAWANG-1", "SMB-BAWANG-2"]).keys() == {"SMB-BAWANG-1"}
    save_product(actor=actor, business_id=business_id, draft=draft, product_id=product_id)
    assert Variant.objects.filter(sku="SMB-BAWANG-2").count() == 2
    assert len(product(actor=actor, product_id=product_id).variants) == 2


def test_an_edit_leaves_the_numbers_it_does_not_name(business_id: BusinessId, actor: Actor) -> None:
    product_id = a_product(business_id, 5)
    reserve_stock(
        business_id=business_id,
        order_id=OrderId(uuid7()),
        lines=[StockLineWanted(line_key="1", sku="SMB-BAWANG-1", quantity=2)],
    )
    (wish,) = a_draft(5).variants
    draft = replace(a_draft(5), title="Sambal Bawang Baru", variants=(replace(wish, on_hand=None, price_idr=30_000),))
    save_product(actor=actor, business_id=business_id, draft=draft, product_id=product_id)
    (variant,) = product(actor=actor, product_id=product_id).variants
    assert (variant.on_hand, variant.reserved, variant.available, variant.price_idr) == (5, 2, 3, 30_000)
    assert _events("ProductRevised") == 2


def test_a_variant_without_sku_gets_one_and_keeps_it(business_id: BusinessId, actor: Actor) -> None:
    draft = ProductDraft(
        title="Keripik Pisang  Kepok\x00",
        option_names=("Rasa",),
        variants=tuple(VariantDraft(price_idr=15_000, options=(taste,)) for taste in ("Cokelat", "Keju")),
    )
    first = save_product(actor=actor, business_id=business_id, draft=draft)
    second = save_product(actor=actor, business_id=business_id, draft=draft)
    rows = [product(actor=actor, product_id=product_id) for product_id in (first, second)]
    assert [row.sku for row in rows] == ["KERIPIK-PISANG-KEPOK", "KERIPIK-PISANG-KEPOK-2"]
    assert [variant.sku for variant in rows[0].variants] == [
        "KERIPIK-PISANG-KEPOK-COKELAT",
        "KERIPIK-PISANG-KEPOK-KEJU",
    ]
    save_product(actor=actor, business_id=business_id, draft=draft, product_id=first)
    assert product(actor=actor, product_id=first) == rows[0]


def test_a_sku_belongs_to_one_product_of_a_business_but_not_of_the_world(business_id: BusinessId, actor: Actor) -> None:
    a_product(business_id, 5)
    with pytest.raises(ProductRefused) as caught:
        save_product(actor=actor, business_id=business_id, draft=a_draft(5))
    assert {(fault.field, fault.reason, fault.variant) for fault in caught.value.faults} == {
        ("sku", "sku_taken", None),
        ("sku", "sku_taken", 0),
    }
    a_product(a_business("Toko Lain"), 5)
    assert Product.objects.count() == 2


def test_an_archived_product_is_told_and_gives_its_sku_back(business_id: BusinessId, actor: Actor) -> None:
    product_id = a_product(business_id, 5)
    archive(actor=actor, product_id=product_id)
    archive(actor=actor, product_id=product_id)
    (spec,) = publishable([product_id, ProductId(uuid7())])
    assert (spec.archived, spec.revision) == (True, 2)
    assert _events("ProductRevised") == 2
    assert a_product(business_id, 5) != product_id
    with pytest.raises(NotFound):
        save_product(actor=actor, business_id=business_id, draft=a_draft(5), product_id=product_id)


def test_a_price_is_changed_in_place(business_id: BusinessId, actor: Actor) -> None:
    (variant_id,) = variant_ids(a_product(business_id, 5))
    for _ in range(2):
        set_price(actor=actor, variant_id=variant_id, price_idr=27_500)
    assert Variant.objects.get().price_idr == 27_500
    assert _events("ProductRevised") == 2
    for price_idr in (99, -1, 10**12):
        with pytest.raises(Invalid):
            set_price(actor=actor, variant_id=variant_id, price_idr=price_idr)


def test_products_are_found_by_name_and_code_page_by_page(
    business_id: BusinessId, actor: Actor, django_assert_num_queries: object
) -> None:
    for number in range(5):
        a_product(business_id, 1, sku=f"RPY-{number}")
    assert callable(django_assert_num_queries)
    with django_assert_num_queries(3):
        page = products_of(actor=actor, business_id=business_id, limit=2)
    rest = products_of(actor=actor, business_id=business_id, before=page[-1].product_id)
    assert [row.sku for row in (*page, *rest)] == ["RPY-4", "RPY-3", "RPY-2", "RPY-1", "RPY-0"]
    found = products_of(actor=actor, business_id=business_id, search="sambal rpy-3-1")
    assert [row.sku for row in found] == ["RPY-3"]
    with pytest.raises(NotYours):
        products_of(actor=the_owner(a_business("Toko Lain")), business_id=business_id)


def test_a_stranger_neither_sees_nor_changes_a_product(business_id: BusinessId) -> None:
    product_id = a_product(business_id, 5)
    elsewhere = a_business("Toko Lain")
    stranger = the_owner(elsewhere)
    with pytest.raises(NotYours):
        product(actor=stranger, product_id=product_id)
    with pytest.raises(NotYours):
        save_product(actor=stranger, business_id=business_id, draft=a_draft(1), product_id=product_id)
    with pytest.raises(NotFound):
        save_product(actor=stranger, business_id=elsewhere, draft=a_draft(1), product_id=product_id)
    with pytest.raises(NotYours):
        archive(actor=stranger, product_id=product_id)
    with pytest.raises(NotYours):
        set_price(actor=stranger, variant_id=variant_ids(product_id)[0], price_idr=20_000)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"title": ""}, ("title", "required", None)),
        ({"title": "x" * 256}, ("title", "too_long", None)),
        ({"description": "x" * 5001}, ("description", "too_long", None)),
        ({"weight_g": -1}, ("weight_g", "below_zero", None)),
        ({"weight_g": 600_000}, ("weight_g", "too_heavy", None)),
        ({"sku": "dua  spasi"}, ("sku", "bad_sku", None)),
        ({"variants": ()}, ("variants", "required", None)),
        ({"option_names": ("Rasa",)}, ("options", "option_missing", 0)),
        ({"attributes": {"Asal": ""}}, ("attributes", "bad_attribute", None)),
        ({"attributes": {"No. Sertifikat Halal": "KH-123"}}, ("attributes", "bad_certificate", None)),
        ({"attributes": {"No. BPOM": "123"}}, ("attributes", "bad_certificate", None)),
        ({"variants": (VariantDraft(price_idr=-1),)}, ("price_idr", "price_too_low", 0)),
        ({"variants": (VariantDraft(price_idr=0),)}, ("price_idr", "price_too_low", 0)),
        ({"variants": (VariantDraft(price_idr=10**12),)}, ("price_idr", "price_too_high", 0)),
        ({"variants": (VariantDraft(price_idr=1000, on_hand=-5),)}, ("on_hand", "below_zero", 0)),
        ({"variants": (VariantDraft(price_idr=1000, buffer=10**9),)}, ("buffer", "too_many_units", 0)),
    ],
)
def test_each_fault_is_told_with_its_field(change: dict[str, object], told: tuple[str, str, int | None]) -> None:
    faults = faults_of(replace(a_draft(5), **change))  # type: ignore[arg-type]  # fields of the draft, by name
    assert told in {(fault.field, fault.reason, fault.variant) for fault in faults}


@pytest.mark.parametrize(
    "number", ["2061234567890-29", "206123456789029", "P-IRT 2061234567890-29", "PIRT No. 2061234567890-29"]
)
def test_a_home_food_permit_is_read_as_it_is_printed(number: str) -> None:
    assert faults_of(replace(a_draft(5), attributes={"No. P-IRT": number})) == []


@given(st.text(max_size=60))
def test_cleaning_a_text_twice_is_cleaning_it_once(text: str) -> None:
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert not {"\x00", "\u202e", "\ufeff", "\x1b"} & set(clean)


def test_a_name_in_any_script_stays_as_it_was_written() -> None:
    for name in ("كِرِبِك تمبه", "ꦏꦼꦫꦶꦥꦶꦏ꧀", "Keripik 🌶️ Pedas", "=HYPERLINK jaya", "-5 derajat"):
        assert clean_text(name) == name
