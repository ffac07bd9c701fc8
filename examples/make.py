"""Makes the example files: three product sheets and a photo of each product. Run `python -m examples.make`.

The same input gives the same bytes: pictures are drawn without chance, workbooks are packed without the time of day.
"""

import io
import os
import re
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import django
from openpyxl import Workbook

from examples.goods import GOODS, Goods
from examples.pictures import picture

FOLDER = Path(__file__).parent / "oleh-oleh-bu-sari"
Cells = list[str | int | float | None]

# Shopee's Indonesian mass upload, reduced to the columns a small shop fills: machine name, plain name, needed, hint.
SHOPEE_COLUMNS = (
    ("ps_category|0|0", "Kategori", "Opsional", "Pilih kategori yang paling sesuai untuk produk Anda."),
    ("ps_product_name|1|0", "Nama Produk", "Wajib", "Tulis merek, nama, dan ukuran produk."),
    ("ps_product_description|1|0", "Deskripsi Produk", "Wajib", "Jelaskan bahan, ukuran, dan cara memakai produk."),
    ("ps_sku_parent_short|0|0", "SKU Induk", "Opsional", "Kode Anda untuk produk ini."),
    ("ps_dangerous_goods|0|0", "Produk Berbahaya", "Opsional", "Pilih apakah produk ini berbahaya untuk dikirim."),
    (
        "et_title_variation_integration_no|0|0",
        "Kode Integrasi Variasi",
        "Wajib Bersyarat",
        "Kode yang sama untuk semua varian dari satu produk.",
    ),
    ("et_title_variation_1|0|0", "Nama Variasi 1", "Wajib Bersyarat", "Misalnya warna, ukuran, atau rasa."),
    ("et_title_option_for_variation_1|0|0", "Varian untuk Variasi 1", "Wajib Bersyarat", "Misalnya merah atau pedas."),
    ("et_title_image_per_variation|0|3", "Foto Produk per Varian", "Wajib Bersyarat", "Alamat foto untuk tiap varian."),
    ("et_title_variation_2|0|0", "Nama Variasi 2", "Wajib Bersyarat", "Pembeda kedua kalau ada."),
    ("et_title_option_for_variation_2|0|0", "Varian untuk Variasi 2", "Wajib Bersyarat", "Pilihan pembeda kedua."),
    ("ps_price|1|1", "Harga", "Wajib", "Isi harga produk dalam rupiah tanpa titik."),
    ("ps_stock|0|1", "Stok", "Wajib Bersyarat", "Isi jumlah yang siap dijual sekarang."),
    ("ps_sku_short|0|0", "Kode Variasi", "Opsional", "Kode Anda untuk varian ini."),
    ("ps_item_cover_image|0|3", "Foto Sampul", "Opsional", "Foto pertama yang dilihat pembeli."),
    ("ps_item_image_1|0|3", "Foto Produk 1", "Opsional", "Foto tambahan."),
    ("ps_weight|1|1", "Berat (gr)", "Wajib", "Berat paket dengan kemasan."),
    ("ps_length|0|1", "Panjang", "Wajib Bersyarat", "Dalam sentimeter."),
    ("ps_width|0|1", "Lebar", "Wajib Bersyarat", "Dalam sentimeter."),
    ("ps_height|0|1", "Tinggi", "Wajib Bersyarat", "Dalam sentimeter."),
    ("channel_id.8003|0|0", "Reguler (Cashless)", "Wajib Bersyarat", "Aktif atau Nonaktif."),
    ("ps_product_pre_order_dts|0|1", "Dikirim Dalam Pre-order", "Wajib Bersyarat", "Jumlah hari kalau pre-order."),
    ("et_title_reason|0|0", "Alasan Gagal", "Opsional", "Diisi oleh sistem."),
)


def main(folder: Path = FOLDER) -> None:
    """Write everything into a folder."""
    from lapak.catalog.sheets.writing import product_sheet

    (folder / "foto").mkdir(parents=True, exist_ok=True)
    for goods in GOODS:
        (folder / "foto" / photo_name(goods)).write_bytes(picture(goods.shape, goods.colours))
    rows = [row for goods in GOODS for row in template_rows(goods)]
    (folder / "produk.xlsx").write_bytes(_settled(product_sheet(rows)))
    (folder / "produk-shopee.xlsx").write_bytes(_settled(_shopee_sheet()))
    (folder / "produk-berantakan.xlsx").write_bytes(_settled(product_sheet(messy_rows())))


def photo_name(goods: Goods) -> str:
    """`keripik-tempe.jpg`: the first two words of the title, and the code where two would be alike."""
    words = re.findall(r"[a-z]+", goods.title.lower())[:2]
    return f"{'-'.join(words)}-{goods.sku.lower()}.jpg"


def template_rows(goods: Goods) -> Iterator[Cells]:
    """Rows of our template, one for each variant; what holds for all of them stands in the first."""
    names = [*goods.option_names, "", ""][:2]
    attributes = "; ".join(f"{name}={value}" for name, value in goods.attributes.items())
    for number, (first, second, price_idr, stock) in enumerate(goods.variants, start=1):
        lead = number == 1
        yield [
            goods.sku,
            goods.title,
            goods.description if lead else None,
            goods.category if lead else None,
            None,
            names[0] or None,
            first or None,
            names[1] or None,
            second or None,
            f"{goods.sku}-{number}",
            price_idr,
            stock,
            goods.weight_g,
            photo_name(goods) if lead else None,
            attributes if lead else None,
            goods.pirt or None if lead else None,
            goods.halal or None if lead else None,
            None,
        ]


def messy_rows() -> list[Cells]:
    """What sheets look like in the first week: two products that are fine, and a dozen mistakes people make."""

    def row(title: str | None, *, sku: str = "", price: str | int | float | None = 15_000, **other: object) -> Cells:
        given = {"description": "Camilan rumahan yang dibuat setiap pagi tanpa bahan pengawet, dikemas rapat.", **other}
        order = ("parent", "title", "description", "category", "brand", "name_1", "option_1", "name_2", "option_2")
        cells: Cells = [title if key == "title" else _plain(given.get(key)) for key in order]
        rest = (given.get("stock", 10), given.get("weight", 200), None, given.get("attributes"), given.get("pirt"))
        return [*cells, sku or None, price, *map(_plain, rest), None, None]

    return [
        row("Kerupuk Udang Mentah 500 g", sku="KRU-1", price="Rp 32.500", stock="1.200", weight="0,55 kg"),
        row("Wajik Ketan Gula Jawa", sku="WJK-1", price="dua puluh ribu"),
        row("Jenang Ayu Isi 12", sku="JNG-1", price=-1),
        row("Lanting Bumbu Pedas", sku="LNT-1", price=0),
        row("Geplak Kelapa Warna-Warni", sku="GPK-1", price=10**12),
        row("Ampyang Kacang Jahe", sku="AMP-1", price=None),
        row("Peyek Teri Toples", sku="PYT-1", stock="10 bungkus"),
        row("Keripik Bayam Renyah", sku="KBY-1", stock=2.5),
        row("Tahu Bakso Frozen", sku="TBX-1", weight="setengah kilo"),
        row(None, sku="TNP-1"),
        row("Sale Pisang Gulung", sku="KRU-1"),
        row("Intip Goreng Manis", sku="ITP-1", option_1="Manis"),
        row("Opak Singkong", parent="OPK", sku="OPK-1", name_1="Rasa", option_1="Asin"),
        row("Opak Singkong", parent="OPK", sku="OPK-2", name_1="Rasa", option_1="Asin"),
        row("Rengginang Terasi", sku="RGN-1", attributes="Masa Penyimpanan 3 bulan"),
        row("Abon Lele Pedas", sku="ABL-1", pirt="12345"),
        row("Keripik Talas " + "Sangat " * 40 + "Renyah", sku="KTL-1"),
        row("=HYPERLINK Kue Satu Kacang Hijau", sku="KST-1", price="18rb", description="=1+1 bukan rumus, hanya teks."),
    ]


def _plain(value: object) -> str | int | float | None:
    return value if isinstance(value, str | int | float) else None


def _shopee_rows() -> Iterator[Cells]:
    for goods in GOODS:
        names = [*goods.option_names, "", ""][:2]
        for number, (first, second, price_idr, stock) in enumerate(goods.variants, start=1):
            by_name: dict[str, str | int | float] = {
                "Nama Produk": goods.title,
                "Deskripsi Produk": goods.description,
                "SKU Induk": goods.sku,
                "Produk Berbahaya": "No (ID)",
                "Harga": price_idr,
                "Stok": stock,
                "Kode Variasi": f"{goods.sku}-{number}",
                "Foto Sampul": photo_name(goods),
                "Berat (gr)": goods.weight_g,
                "Reguler (Cashless)": "Aktif",
            }
            if goods.option_names:
                by_name |= {
                    "Kode Integrasi Variasi": f"INT-{goods.sku}",
                    "Nama Variasi 1": names[0],
                    "Varian untuk Variasi 1": first,
                    "Nama Variasi 2": names[1],
                    "Varian untuk Variasi 2": second,
                }
            yield [by_name.get(plain) or None for _, plain, _, _ in SHOPEE_COLUMNS]


def _shopee_sheet() -> bytes:
    """A guide sheet first, as in the original; then six header rows, products from row 7."""
    book = Workbook()
    guide = book.active
    assert guide is not None
    guide.title = "Panduan Upload"
    guide.append(["Isi sheet Template mulai baris 7, lalu unggah di pusat penjual."])
    page = book.create_sheet("Template")
    machine, plain, needed, hints = zip(*SHOPEE_COLUMNS, strict=True)
    meta: Sequence[str | None] = ["basic", "contoh", None, None]
    for line in (machine, meta, plain, needed, hints, [""] * len(machine), *_shopee_rows()):
        page.append(list(line))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _settled(workbook: bytes) -> bytes:
    """The workbook without the moment it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in sorted(old.infolist(), key=lambda part: part.filename):
            content = old.read(part)
            if part.filename == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(part.filename, (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return out.getvalue()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lapak.config.settings")
    with tempfile.TemporaryDirectory() as scratch:
        os.environ.setdefault("LAPAK_DATA", scratch)
        django.setup()
        main()
    sys.stdout.write(f"{len(GOODS)} products in {FOLDER}\n")
