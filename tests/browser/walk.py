"""An owner's way through the pages, step by step, as a person presses it; with or without JavaScript."""

import io
import random
import re

from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.house import House, until

SOON_MS = 60_000


def join(page: Page, house: House, *, phone: str, name: str, business: str) -> None:
    """From a stranger to an owner: four screens and a code."""
    page.goto(f"{house.pages}/gabung/1")
    page.get_by_label("Nama Anda").fill(name)
    page.get_by_label("Nomor WhatsApp").fill(phone)
    house.read_codes(phone)
    page.get_by_role("button", name="Kirim kode ke WhatsApp").click()
    page.get_by_label("Kode 6 angka").fill(house.code_for(phone))
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_label("Nama usaha").fill(business)
    page.get_by_label("Apa yang dijual?").fill("keripik")
    page.get_by_role("button", name="Cari jenis usaha").click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_label("Kecamatan, kelurahan, atau desa").fill("Coblong Bandung")
    page.get_by_role("button", name="Cari tempat").click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_label("Saya setuju").check()
    page.get_by_role("button", name="Selesai, mulai berjualan").click()
    expect(page.get_by_role("heading", name=f"Halo, {name}")).to_be_visible()


def sign_in(page: Page, house: House, *, phone: str) -> None:
    """By a code to the phone."""
    page.goto(f"{house.pages}/masuk")
    page.get_by_label("Nomor WhatsApp").fill(phone)
    house.read_codes(phone)
    page.get_by_role("button", name="Kirim kode").click()
    page.get_by_label("Kode 6 angka").fill(house.code_for(phone))
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("heading", name=re.compile("^Halo"))).to_be_visible()


def add_product(page: Page, house: House, *, title: str, price: str, stock: str, sku: str, colour: str) -> None:
    """A product with a photo, on one screen."""
    page.goto(f"{house.pages}/produk/baru")
    page.get_by_label("Foto").set_input_files({"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": photo(colour)})
    page.get_by_label("Nama produk").fill(title)
    page.get_by_label("Harga (Rp)").first.fill(price)
    page.get_by_label("Stok").first.fill(stock)
    page.get_by_label("Berat").fill("250")
    page.get_by_label("Cerita produk").fill(
        "Keripik tempe dari kedelai lokal, digoreng dua kali supaya renyah. Tahan tiga bulan di wadah tertutup."
    )
    page.get_by_label("Jenis barang").fill("keripik")
    page.get_by_text("Sertifikat dan keterangan lain").click()
    page.get_by_label("Kode produk (SKU)").fill(sku)
    page.get_by_role("button", name="Simpan produk").click()
    expect(page.get_by_text(f"{title} tersimpan.")).to_be_visible()


def connect_shop(page: Page, house: House, *, name: str) -> str:
    """Through the platform's consent page and back. Returns the shop's number over there."""
    page.goto(f"{house.pages}/toko")
    page.get_by_role("button", name="Sambungkan Shopee").click()
    page.locator("input[name=shop_name]").fill(name)
    page.get_by_role("button", name="Setuju, beri izin").click()
    expect(page.get_by_text(f"{name} tersambung.")).to_be_visible()
    shop_url = page.get_by_role("link", name="Lihat seperti pembeli").first.get_attribute("href") or ""
    return str(re.findall(r"\d{6,}", shop_url)[-1])


def publish(page: Page, house: House, *, shop_id: str) -> None:
    """Choose, look at what would change, mend what is asked for, send, and see it live."""
    page.get_by_role("link", name="Pilih produk").click()
    page.get_by_role("button", name="Periksa yang dipilih").click()
    for _ in range(3):
        empty = [box for box in page.locator("select[name^=a_]").all() if not box.input_value()]
        for box in empty:
            box.select_option(index=1)
        for box in page.locator("input[name^=a_]").all():
            box.fill("Lokal")
        if page.get_by_role("button", name="Kirim ke Shopee").count():
            break
        page.get_by_role("button", name="Simpan isian dan periksa lagi").click()
    page.get_by_role("button", name="Kirim ke Shopee").click()
    expect(page.get_by_text("Aman ditutup").or_(page.get_by_text("Tayang").first).first).to_be_visible()
    until(lambda: [item for item in house.shelf(shop_id) if item["item_status"] == "NORMAL"], what="the listing")


def see_live(page: Page) -> None:
    """The shop's page says so, by itself or after it is loaded again."""

    def live() -> bool:
        page.reload()
        return bool(page.get_by_text(re.compile(r"^[1-9]\d* dari \d+ produk tayang$")).count())

    until(live, what="a live product on the page")


def take_order(page: Page, house: House, *, order_no: str) -> None:
    """The order is there; accept it, say it is packed, see that the shipment is arranged."""

    def there() -> bool:
        page.goto(f"{house.pages}/pesanan")
        return bool(page.get_by_text(f"no. {order_no}").count())

    until(there, what=f"order {order_no} on the page")
    card = page.get_by_role("article").filter(has_text=order_no)
    card.get_by_role("button", name="Terima pesanan").click()
    expect(page.get_by_text(f"Pesanan {order_no} diterima.")).to_be_visible()
    page.get_by_role("button", name="Siap dikirim").click()
    expect(page.get_by_text(f"Toko kami minta mengatur pengiriman {order_no}.")).to_be_visible()

    def arranged() -> bool:
        page.reload()
        return bool(page.get_by_text("Nomor resi").count())

    until(arranged, what=f"the shipment of {order_no}")


def photo(colour: str) -> bytes:
    """A drawn pack on a plain cloth: 800 × 800, JPEG."""
    picture = Image.new("RGB", (800, 800), "#F3E4C4")
    draw = ImageDraw.Draw(picture)
    draw.polygon([(220, 120), (580, 120), (630, 680), (170, 680)], fill=colour)
    draw.ellipse([(280, 300), (520, 540)], fill="#FFF8E7")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def busy_photo(seed: int) -> bytes:
    """Blotches in every colour, 40 to a side: busier than batik seen from near. 800 × 800, JPEG."""
    noise = random.Random(seed)
    small = Image.frombytes("RGB", (40, 40), noise.randbytes(4_800))
    out = io.BytesIO()
    small.resize((800, 800), Image.Resampling.BICUBIC).save(out, "JPEG", quality=85)
    return out.getvalue()
