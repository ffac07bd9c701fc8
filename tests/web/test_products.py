"""The product pages: what was typed is kept, a press counts once, and a stale page undoes nothing."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from lapak.catalog.selectors import product, products_of
from lapak.catalog.services import change_stock, reserve_stock, ship_stock
from lapak.catalog.types import StockLineWanted, VariantRow
from lapak.core.ids import OrderId, ProductId, uuid7
from tests import make
from tests.web.conftest import Visit

pytestmark = pytest.mark.django_db
NO_CHOICES = {"pilihan-TOTAL_FORMS": "0", "pilihan-INITIAL_FORMS": "0"}


def new(**told: Any) -> dict[str, Any]:
    return {"title": "Sambal Bawang", "price": "28rb", "stock": "7", "weight_g": "200", **NO_CHOICES, **told}


def only_variant(visit: Visit, product_id: ProductId) -> VariantRow:
    return product(actor=visit.actor, product_id=product_id).variants[0]


def test_pressing_save_twice_makes_one_product(visit: Visit) -> None:
    first = visit.post("/produk/baru", new(op="a1"))
    second = visit.post("/produk/baru", new(op="a1"))
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"]) == (302, "/produk")
    assert len(products_of(actor=visit.actor, business_id=visit.business_id)) == 1


def test_a_form_that_was_refused_may_be_sent_again(visit: Visit) -> None:
    refused = visit.post("/produk/baru", new(op="a1", price=""))
    assert refused.status_code == 422
    assert visit.post("/produk/baru", new(op="a1")).status_code == 302


def test_what_was_typed_is_kept_when_something_is_wrong(visit: Visit) -> None:
    answer = visit.post("/produk/baru", new(price="mahal", description="Pedas dan gurih, tahan tiga bulan."))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Salah: Produk baru" in text
    assert 'href="#id_price"' in text
    assert 'value="Sambal Bawang"' in text
    assert "Pedas dan gurih, tahan tiga bulan." in text
    assert products_of(actor=visit.actor, business_id=visit.business_id) == []


def test_money_is_read_as_people_type_it(visit: Visit) -> None:
    visit.post("/produk/baru", new(price="1,5jt"))
    (row,) = products_of(actor=visit.actor, business_id=visit.business_id)
    assert row.variants[0].price_idr == 1_500_000


def test_a_photo_comes_with_the_product_and_is_shown_small(visit: Visit) -> None:
    visit.post("/produk/baru", new(foto=SimpleUploadedFile("a.jpg", make.photo(), "image/jpeg")))
    (row,) = products_of(actor=visit.actor, business_id=visit.business_id)
    answer = visit.get(f"/foto/{row.photo_digests[0]}-kecil.webp")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert "immutable" in answer["Cache-Control"]
    assert len(answer.content) <= 6 * 1024


def test_a_file_that_is_no_photo_does_not_lose_the_product(visit: Visit) -> None:
    answer = visit.post("/produk/baru", new(foto=SimpleUploadedFile("a.jpg", b"<svg onload=x>", "image/jpeg")))
    (row,) = products_of(actor=visit.actor, business_id=visit.business_id)
    assert answer["Location"] == f"/produk/{row.product_id}"
    assert "Fotonya belum" in visit.get(answer["Location"]).content.decode()


def test_choices_come_from_the_table(visit: Visit) -> None:
    rows = {"pilihan-TOTAL_FORMS": "3", "pilihan-INITIAL_FORMS": "0"}
    for at, (taste, price) in enumerate((("Pedas", "16000"), ("Asin", "15000"), ("", ""))):
        rows |= {
            f"pilihan-{at}-option_1": taste,
            f"pilihan-{at}-price": price,
            f"pilihan-{at}-stock": "4" if taste else "",
        }
    visit.post("/produk/baru", new(option_name_1="Rasa", price="", stock="", **rows))
    (row,) = products_of(actor=visit.actor, business_id=visit.business_id)
    assert [(one.options, one.price_idr, one.on_hand) for one in row.variants] == [
        (("Pedas",), 16_000, 4),
        (("Asin",), 15_000, 4),
    ]


def test_a_wrong_choice_is_told_in_its_row(visit: Visit) -> None:
    rows = {"pilihan-TOTAL_FORMS": "2", "pilihan-INITIAL_FORMS": "0"}
    for at in range(2):
        rows |= {f"pilihan-{at}-option_1": "Pedas", f"pilihan-{at}-price": "16000"}
    answer = visit.post("/produk/baru", new(option_name_1="Rasa", price="", **rows))
    assert answer.status_code == 422
    assert "Pilihan 2: " in answer.content.decode()


def test_plus_and_minus_move_the_stock_by_one_from_where_it_is_now(visit: Visit) -> None:
    product_id = make.product(visit.actor, visit.business_id, options=(), stock=10)
    shown = only_variant(visit, product_id)
    change_stock(actor=visit.actor, variant_id=shown.variant_id, change=-3)  # meanwhile, elsewhere
    told = {"variant": shown.variant_id, "harga": "15.000", "harga_tadi": "15000", "stok": "10", "stok_tadi": "10"}
    visit.post(f"/produk/{product_id}/angka", {**told, "ubah": "s+"})
    assert only_variant(visit, product_id).on_hand == 8


def test_a_price_changed_on_an_old_page_does_not_bring_sold_goods_back(visit: Visit) -> None:
    product_id = make.product(visit.actor, visit.business_id, options=(), stock=10)
    shown = only_variant(visit, product_id)
    order_id = OrderId(uuid7())
    line = StockLineWanted(line_key="1", sku=shown.sku, quantity=4)
    reserve_stock(business_id=visit.business_id, order_id=order_id, lines=[line])
    ship_stock(order_id=order_id)
    told = {"variant": shown.variant_id, "harga": "17rb", "harga_tadi": "15000", "stok": "10", "stok_tadi": "10"}
    visit.post(f"/produk/{product_id}/angka", {**told, "ubah": "simpan"})
    row = only_variant(visit, product_id)
    assert (row.price_idr, row.on_hand) == (17_000, 6)


def test_taking_a_change_back_keeps_what_was_sold_meanwhile(visit: Visit) -> None:
    product_id = make.product(visit.actor, visit.business_id, options=(), stock=10)
    variant_id = only_variant(visit, product_id).variant_id
    told = {"variant": variant_id, "harga": "15.000", "harga_tadi": "15000", "stok": "40", "stok_tadi": "10"}
    visit.post(f"/produk/{product_id}/angka", {**told, "ubah": "simpan"})
    assert "jadi 40" in visit.get("/produk").content.decode()
    change_stock(actor=visit.actor, variant_id=variant_id, change=-5)
    visit.post(f"/produk/{product_id}/angka", {"variant": variant_id, "ubah": "urung"})
    assert only_variant(visit, product_id).on_hand == 5
    assert "Batalkan" not in visit.get("/produk").content.decode()


def test_a_number_that_cannot_be_is_told_and_changes_nothing(visit: Visit) -> None:
    product_id = make.product(visit.actor, visit.business_id, options=(), stock=10)
    told = {"variant": only_variant(visit, product_id).variant_id, "harga": "5", "harga_tadi": "15000"}
    answer = visit.client.post(
        f"/produk/{product_id}/angka", {**told, "stok": "10", "stok_tadi": "10", "ubah": "simpan"},
        headers={"hx-request": "true"},
    )  # fmt: skip
    assert "Rp100" in answer.content.decode()
    assert only_variant(visit, product_id).price_idr == 15_000


def test_a_sheet_goes_in_only_after_its_rehearsal_was_seen(visit: Visit) -> None:
    book = load_workbook(io.BytesIO(visit.get("/produk/impor/contoh.xlsx").content))
    sheet = book.worksheets[0]
    headers = {str(cell.value).rstrip("*"): at for at, cell in enumerate(sheet[1], 1)}
    filled = Workbook()
    page = filled.active
    assert page is not None
    for title, column in headers.items():
        page.cell(1, column, title)
    _fill(page, headers, 2, "Keripik Pisang", 12_000)
    _fill(page, headers, 3, "Keripik Talas", "mahal")
    out = io.BytesIO()
    filled.save(out)
    file = SimpleUploadedFile("produk.xlsx", out.getvalue())
    rehearsed = visit.post("/produk/impor", {"berkas": file, "buat": "periksa"})
    text = rehearsed.content.decode()
    assert "1 produk baru" in text
    assert "1 baris tidak bisa dipakai" in text
    assert products_of(actor=visit.actor, business_id=visit.business_id) == []
    done = visit.post("/produk/impor", {"buat": "masukkan", "op": "x"})
    assert visit.post("/produk/impor", {"buat": "masukkan", "op": "x"})["Location"] == done["Location"]
    (row,) = products_of(actor=visit.actor, business_id=visit.business_id)
    assert row.title == "Keripik Pisang"
    mend = visit.get(f"{done['Location']}/perbaiki.xlsx")
    assert any(
        "Keripik Talas" in str(cell.value)
        for line in load_workbook(io.BytesIO(mend.content)).worksheets[0]
        for cell in line
    )


def test_a_file_that_is_no_sheet_is_refused_in_words(visit: Visit) -> None:
    answer = visit.post(
        "/produk/impor", {"berkas": SimpleUploadedFile("a.xlsx", b"bukan excel\x00\xff"), "buat": "periksa"}
    )
    assert answer.status_code == 422
    assert "Berkasnya belum bisa dipakai" in answer.content.decode()


def _fill(page: Any, headers: dict[str, int], row: int, title: str, price: object) -> None:
    name = next(header for header in headers if "nama" in header.lower())
    cost = next(header for header in headers if "harga" in header.lower())
    stock = next(header for header in headers if "stok" in header.lower())
    weight = next(header for header in headers if "berat" in header.lower())
    for header, value in ((name, title), (cost, price), (stock, 5), (weight, 200)):
        page.cell(row, headers[header], value)
