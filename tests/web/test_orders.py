"""Orders and shops on the page: what is there, what is not, and the button that helps."""

from datetime import timedelta

import pytest

from lapak.catalog.selectors import product
from lapak.catalog.services import reserve_stock
from lapak.catalog.types import StockLineWanted
from lapak.core.clock import now
from lapak.core.ids import OrderId, ShopId, uuid7
from lapak.domain.order import ChannelOrder, ChannelOrderState
from lapak.orders.selectors import order
from lapak.orders.services import place_order
from lapak.orders.types import OrderLineRow
from lapak.shops.models import Shop
from tests import make
from tests.web.conftest import Visit

pytestmark = pytest.mark.django_db


def order_in(
    visit: Visit, *, quantity: int, stock: int, state: ChannelOrderState = ChannelOrderState.TO_SHIP
) -> OrderId:
    """An order of a shop, with its units reserved as far as there are any."""
    product_id = make.product(visit.actor, visit.business_id, options=(), stock=stock, sku=f"S{uuid7().hex[-6:]}")
    (variant,) = product(actor=visit.actor, product_id=product_id).variants
    at = now()
    seen = ChannelOrder(
        external_no=f"2611{uuid7().hex[-8:]}", state=state, placed_at=at, changed_at=at, total_idr=45_000 * quantity,
        lines=(), buyer="a***i", city="Kota Kediri", ship_by=at + timedelta(days=2),
    )  # fmt: skip
    line = OrderLineRow(
        line_key="1", variant_id=variant.variant_id, sku=variant.sku, title="Kopi Bubuk Wilis", option="",
        quantity=quantity, price_idr=45_000,
    )  # fmt: skip
    written = place_order(
        business_id=visit.business_id, shop_id=ShopId(uuid7()), channel="shopee", seen=seen, lines=[line]
    )
    wanted = StockLineWanted(line_key="1", sku=variant.sku, quantity=quantity)
    reserve_stock(business_id=visit.business_id, order_id=written.order_id, lines=[wanted])
    return written.order_id


def test_a_new_order_is_counted_on_every_page_and_accepted_with_one_press(visit: Visit) -> None:
    order_id = order_in(visit, quantity=2, stock=5)
    home = visit.get("/").content.decode()
    assert "1 pesanan baru menunggu jawaban" in home
    assert "Rp90.000" in home
    assert "2 × Kopi Bubuk Wilis" in visit.get("/pesanan").content.decode()
    for _ in range(2):
        assert visit.post(f"/pesanan/{order_id}/terima", {"op": "a"})["Location"] == f"/pesanan/{order_id}"
    assert "Siap dikirim" in visit.get(f"/pesanan/{order_id}").content.decode()
    assert "Belum ada pesanan baru" in visit.get("/pesanan").content.decode()
    visit.post(f"/pesanan/{order_id}/siap", {"op": "b"})
    assert order(actor=visit.actor, order_id=order_id).desk == "ready_asked"
    assert 'hx-trigger="every 3s"' in visit.get("/pesanan?tab=proses").content.decode()


def test_what_is_missing_for_an_order_is_said_on_top(visit: Visit) -> None:
    order_in(visit, quantity=3, stock=1)
    text = visit.get("/pesanan").content.decode()
    assert "Kopi Bubuk Wilis kurang 2" in text
    assert text.index("kurang 2") < text.index("Terima pesanan")
    assert "Kurang 2 barang untuk pesanan" in visit.get("/").content.decode()


def test_an_order_that_is_over_cannot_be_accepted_and_that_is_told_in_words(visit: Visit) -> None:
    order_id = order_in(visit, quantity=1, stock=1, state=ChannelOrderState.CANCELLED)
    answer = visit.post(f"/pesanan/{order_id}/terima", {"op": "a"})
    assert answer.status_code == 409
    assert "<title>Salah: " in answer.content.decode()


def test_an_order_whose_total_is_not_told_shows_no_number_of_ours(visit: Visit) -> None:
    product_id = make.product(visit.actor, visit.business_id, options=())
    (variant,) = product(actor=visit.actor, product_id=product_id).variants
    at = now()
    seen = ChannelOrder(
        external_no="X1", state=ChannelOrderState.TO_SHIP, placed_at=at, changed_at=at, total_idr=None, lines=()
    )
    line = OrderLineRow(
        line_key="1", variant_id=variant.variant_id, sku="", title="Kopi", option="", quantity=1, price_idr=45_000
    )
    place_order(business_id=visit.business_id, shop_id=ShopId(uuid7()), channel="shopee", seen=seen, lines=[line])
    assert "belum diberi tahu toko" in visit.get("/pesanan").content.decode()
    assert "1 belum diberi tahu jumlahnya" in visit.get("/").content.decode()


def test_a_shop_that_signed_us_out_is_the_first_thing_an_owner_sees(visit: Visit) -> None:
    shop = Shop.objects.create(
        business_id=visit.business_id, channel="shopee", external_id="225001009", name="Toko Lastri",
        state="signed_out", connected_at=now(),
    )  # fmt: skip
    assert "Toko Lastri perlu disambung ulang" in visit.get("/").content.decode()
    text = visit.get(f"/toko/{shop.pk}").content.decode()
    assert "Sambung ulang" in text
    assert 'action="/toko/shopee/sambung"' in text


def test_an_answer_of_a_consent_page_that_was_not_begun_here_connects_nothing(visit: Visit) -> None:
    answer = visit.get("/toko/shopee/kembali?code=abc&shop_id=225001010&state=orang-lain")
    assert answer.status_code == 400
    assert "Sambungan belum selesai." in answer.content.decode()
    assert not Shop.objects.exists()


def test_an_empty_house_teaches_the_next_step(visit: Visit) -> None:
    assert "Foto produk pertama" in visit.get("/").content.decode()
    assert "Belum ada produk" in visit.get("/produk").content.decode()
    assert "Sambungkan Shopee" in visit.get("/toko").content.decode()
