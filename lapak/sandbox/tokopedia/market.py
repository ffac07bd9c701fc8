"""The practice market: its categories, attributes, brands and limits.

Invented, but shaped as an Indonesian shop meets them. An id comes from the place in the tree, so add at the end of a
branch, never in the middle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TIKTOK, TOKOPEDIA = "TIKTOK_SHOP", "TOKOPEDIA"
PLATFORMS = (TIKTOK, TOKOPEDIA)

# Name -> branches, or a list of leaves. Branches differ in depth, as they do in the real tree.
TREE: dict[str, Any] = {
    "Makanan & Minuman": {
        "Camilan": {
            "Keripik & Kerupuk": ["Keripik Singkong", "Keripik Pisang", "Keripik Tempe & Tahu", "Kerupuk"],
            "Kue & Biskuit": ["Kue Kering", "Biskuit", "Bolu & Brownies"],
            "Manisan & Cokelat": ["Manisan Buah", "Dodol & Jenang", "Cokelat & Permen"],
        },
        "Minuman": {
            "Kopi": ["Kopi Bubuk", "Biji Kopi", "Kopi Siap Minum"],
            "Teh & Jamu": ["Teh Celup & Tubruk", "Jamu & Minuman Herbal"],
            "Madu & Sirup": ["Madu", "Sirup"],
        },
        "Bahan Masak": ["Sambal & Saus", "Bumbu Siap Pakai", "Rempah", "Gula Aren & Pemanis", "Beras & Tepung"],
        "Lauk": ["Abon & Dendeng", "Lauk Beku", "Ikan Asin & Olahan Laut"],
    },
    "Fashion Wanita": {
        "Atasan Wanita": ["Blus", "Kemeja Wanita", "Kaus Wanita"],
        "Bawahan Wanita": ["Rok", "Celana & Kulot"],
        "Batik Wanita": ["Blus Batik", "Gaun Batik"],
    },
    "Fashion Pria": {
        "Atasan Pria": ["Kaus Pria", "Kemeja Pria", "Kemeja Batik Pria"],
        "Bawahan Pria": ["Celana Pria", "Sarung"],
    },
    "Fashion Muslim": {"Busana": ["Gamis", "Koko"], "Kerudung": ["Kerudung Segi Empat", "Kerudung Instan"]},
    "Kain & Wastra": ["Kain Batik Tulis", "Kain Batik Cap", "Kain Tenun", "Songket", "Selendang"],
    "Tas & Sepatu": {"Tas": ["Tas Anyaman", "Tas Kulit", "Dompet"], "Sepatu": ["Sandal", "Sepatu Kulit"]},
    "Rumah & Kerajinan": {
        "Kerajinan": ["Anyaman Bambu & Rotan", "Ukiran Kayu", "Gerabah & Keramik", "Suvenir"],
        "Dapur": ["Alat Masak", "Alat Makan", "Wadah & Toples"],
        "Perabot": ["Kursi & Meja", "Rak"],
    },
    "Kecantikan & Perawatan": {
        "Perawatan Tubuh": ["Sabun", "Lulur & Scrub", "Minyak Pijat"],
        "Perawatan Wajah": ["Masker Wajah", "Serum"],
    },
    "Pertanian": ["Bibit & Benih", "Pupuk", "Pot & Media Tanam"],
    "Ibu & Anak": {"Mainan": ["Mainan Edukasi", "Boneka"], "Pakaian Anak": ["Pakaian Bayi", "Pakaian Anak"]},
    "Siaran Langsung": ["Paket Khusus Siaran"],
    "Barang Bekas": ["Buku Bekas", "Perabot Bekas"],
}
# Roots that only one of the two listing platforms has, so that taking the intersection matters.
ONLY_ON = {"Siaran Langsung": TIKTOK, "Barang Bekas": TOKOPEDIA}
FIRST_CATEGORY = 600_001


@dataclass(frozen=True)
class Category:
    """One node of the tree; `root` is the name of its top, `platforms` where it can be listed."""

    category_id: int
    parent_id: int
    name: str
    leaf: bool
    root: str

    @property
    def platforms(self) -> tuple[str, ...]:
        """Where products of this category can be listed."""
        return (ONLY_ON[self.root],) if self.root in ONLY_ON else PLATFORMS


def _grow() -> dict[int, Category]:
    grown: dict[int, Category] = {}

    def add(name: str, below: Any, parent_id: int, root: str) -> None:
        number = FIRST_CATEGORY + len(grown)
        grown[number] = Category(number, parent_id, name, below is None, root)
        for child in below or ():
            add(child, below[child] if isinstance(below, dict) else None, number, root)

    for name, below in TREE.items():
        add(name, below, 0, name)
    return grown


CATEGORIES = _grow()


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """A property the market asks of a product. `values` are numbered from attribute_id * 100 + 1."""

    attribute_id: int
    name: str
    sales: bool = False
    required: bool = False
    custom: bool = False
    several: bool = False
    numeric: bool = False
    values: tuple[str, ...] = ()

    def value_ids(self) -> dict[int, str]:
        """Offered values by id."""
        return {self.attribute_id * 100 + n: name for n, name in enumerate(self.values, start=1)}


COLOUR = Attribute(
    attribute_id=100_000,
    name="Warna",
    sales=True,
    custom=True,
    values=("Hitam", "Putih", "Merah", "Biru", "Hijau", "Kuning", "Cokelat"),
)
SIZE = Attribute(
    attribute_id=100_007,
    name="Ukuran",
    sales=True,
    custom=True,
    values=("S", "M", "L", "XL", "XXL", "Semua Ukuran"),
)
TASTE = Attribute(
    attribute_id=100_089,
    name="Rasa",
    sales=True,
    custom=True,
    values=("Original", "Balado", "Keju", "Pedas", "Manis", "Cokelat"),
)
SALES = (COLOUR, SIZE, TASTE)

_SHELF = Attribute(
    attribute_id=100_701,
    name="Masa Simpan",
    required=True,
    custom=True,
    values=("1 bulan", "3 bulan", "6 bulan", "12 bulan", "24 bulan"),
)
_PERMIT = Attribute(attribute_id=100_702, name="Nomor P-IRT/BPOM", custom=True)
_HALAL = Attribute(attribute_id=100_703, name="Sertifikasi Halal", values=("Ya", "Tidak"))
_NET = Attribute(attribute_id=100_704, name="Berat Bersih (g)", custom=True, numeric=True)
_FABRIC = Attribute(
    attribute_id=100_711,
    name="Bahan",
    required=True,
    custom=True,
    several=True,
    values=("Katun", "Rayon", "Sutra", "Linen", "Poliester", "Kulit"),
)
_PATTERN = Attribute(
    attribute_id=100_712, name="Motif", custom=True, values=("Polos", "Batik", "Tenun", "Garis", "Bunga")
)
_MATERIAL = Attribute(
    attribute_id=100_721,
    name="Material",
    custom=True,
    several=True,
    values=("Kayu", "Bambu", "Rotan", "Tanah Liat", "Logam", "Kulit"),
)
_BPOM = Attribute(attribute_id=100_731, name="Nomor Notifikasi BPOM", required=True, custom=True)
_AGE = Attribute(
    attribute_id=100_741,
    name="Usia yang Disarankan",
    required=True,
    values=("0-12 bulan", "1-3 tahun", "4-6 tahun", "7 tahun ke atas"),
)
_ORIGIN = Attribute(attribute_id=100_751, name="Daerah Asal", custom=True)

_CLOTHES = (_FABRIC, _PATTERN)
_PROPERTIES: dict[str, tuple[Attribute, ...]] = {
    "Makanan & Minuman": (_SHELF, _PERMIT, _HALAL, _NET),
    "Fashion Wanita": _CLOTHES,
    "Fashion Pria": _CLOTHES,
    "Fashion Muslim": _CLOTHES,
    "Kain & Wastra": (*_CLOTHES, _ORIGIN),
    "Tas & Sepatu": (_MATERIAL, _ORIGIN),
    "Rumah & Kerajinan": (_MATERIAL, _ORIGIN),
    "Kecantikan & Perawatan": (_BPOM,),
    "Ibu & Anak": (_AGE, _MATERIAL),
}


def attributes_of(category: Category) -> tuple[Attribute, ...]:
    """Product properties of a category, then the sales properties all categories share."""
    return (*_PROPERTIES.get(category.root, ()), *SALES)


NEEDS_DIMENSION = ("Rumah & Kerajinan",)

BRANDS = {
    7_082_427_311_584_347_101 + n: name
    for n, name in enumerate(
        (
            "Rasa Kampung",
            "Dapur Bu Tini",
            "Kopi Lereng",
            "Teh Pucuk Gunung",
            "Sambal Nyonya Ratri",
            "Batik Sekar Ayu",
            "Tenun Ende Jaya",
            "Lurik Klaten Asri",
            "Kulit Garut Prima",
            "Anyam Tasik",
            "Gerabah Kasongan Indah",
            "Jamu Mbok Sari",
            "Sabun Tirta",
            "Madu Sumbawa Raya",
            "Benih Subur",
            "Ceria Anak",
        )
    )
}

TITLE_CHARS = (25, 255)  # Indonesia
DESCRIPTION_CHARS = 10_000
DESCRIPTION_IMAGES = 30
IMAGES = (1, 9)
SKUS_MOST = 100
KINDS_MOST = 3
KIND_CHARS, VALUE_CHARS = 20, 50
SELLER_SKU_CHARS = 50
CUSTOM_CHARS = 2000
STOCK_MOST = 99_999
MINIMUM_ORDER = (1, 20)
IDEMPOTENCY_CHARS = 128
PRICE_IDR = (100, 150_000_000)  # the documented range is on a page that could not be read; these bounds are ours
IDS_MOST = 20  # product ids in one call of activate, deactivate, delete
ORDER_IDS_MOST = 50  # order ids in one call; from older documents
PAGE_MOST = 100
