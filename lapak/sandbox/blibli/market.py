"""The practice market: its categories, attributes, brands and limits.

Invented, but shaped as an Indonesian shop meets them. A code comes from the place in the tree, so add at the end of a
branch, never in the middle.
"""

from __future__ import annotations

from dataclasses import dataclass

# Root (with the letters its codes begin with) -> branch -> leaves.
TREE: dict[tuple[str, str], dict[str, list[str]]] = {
    ("MA", "Makanan & Minuman"): {
        "Camilan": ["Keripik & Kerupuk", "Kue Kering", "Cokelat & Permen", "Manisan & Buah Kering"],
        "Minuman": ["Kopi", "Teh", "Jamu & Herbal", "Madu", "Sirup"],
        "Bahan Makanan": ["Sambal & Saus", "Bumbu & Rempah", "Gula Aren", "Beras & Tepung", "Abon & Dendeng"],
    },
    ("FW", "Fashion Wanita"): {
        "Pakaian": ["Blus", "Gaun", "Rok", "Blus Batik"],
        "Busana Muslim": ["Gamis", "Kerudung", "Mukena"],
    },
    ("FP", "Fashion Pria"): {"Pakaian": ["Kaus", "Kemeja", "Kemeja Batik", "Sarung"]},
    ("KA", "Kain & Wastra"): {"Kain": ["Batik Tulis", "Batik Cap", "Tenun", "Songket", "Selendang"]},
    ("TA", "Tas & Sepatu"): {"Tas": ["Tas Anyaman", "Tas Kulit", "Dompet"], "Sepatu": ["Sandal", "Sepatu Kulit"]},
    ("RU", "Rumah & Kerajinan"): {
        "Kerajinan": ["Anyaman", "Ukiran Kayu", "Gerabah & Keramik", "Suvenir"],
        "Dapur": ["Alat Masak", "Alat Makan", "Toples"],
    },
    ("KE", "Kecantikan"): {"Perawatan": ["Sabun", "Lulur", "Minyak Pijat", "Masker Wajah"]},
    ("TN", "Taman & Pertanian"): {"Tanam": ["Bibit & Benih", "Pupuk", "Pot"]},
    ("AN", "Ibu & Anak"): {"Anak": ["Mainan Edukasi", "Pakaian Anak", "Pakaian Bayi"]},
}


@dataclass(frozen=True)
class Category:
    """One node of the tree; `root` are the letters of its top."""

    code: str
    parent: str
    name: str
    leaf: bool
    root: str


def _grow() -> dict[str, Category]:
    grown: dict[str, Category] = {}
    for (letters, root), branches in TREE.items():
        top = f"{letters}-1000000"
        grown[top] = Category(top, "", root, False, letters)
        for m, (branch, leaves) in enumerate(branches.items(), start=1):
            middle = f"{letters}-{1_000_000 + 1000 * m}"
            grown[middle] = Category(middle, top, branch, False, letters)
            for k, leaf in enumerate(leaves, start=1):
                code = f"{letters}-{1_000_000 + 1000 * m + k}"
                grown[code] = Category(code, middle, leaf, True, letters)
    return grown


CATEGORIES = _grow()

# DEFINING: one of the options, DESCRIPTIVE: free text, PREDEFINED: one of the options, for the product as a whole.
DEFINING, DESCRIPTIVE, PREDEFINED = "DEFINING_ATTRIBUTE", "DESCRIPTIVE_ATTRIBUTE", "PREDEFINED_ATTRIBUTE"


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """A property the market asks of a product or of its variants."""

    code: str
    name: str
    type: str = DESCRIPTIVE
    mandatory: bool = False
    variant: bool = False
    special: bool = False
    options: tuple[str, ...] = ()


_TASTE = Attribute(
    code="RA-M000101",
    name="Varian",
    type=DEFINING,
    mandatory=True,
    variant=True,
    options=("Original", "Balado", "Keju", "Pedas", "Manis", "Cokelat", "Jagung", "250 g", "500 g", "1 kg"),
)
_SHELF = Attribute(
    code="MA-M000102",
    name="Masa Simpan",
    type=PREDEFINED,
    mandatory=True,
    options=("1 bulan", "3 bulan", "6 bulan", "12 bulan", "24 bulan"),
)
_PERMIT = Attribute(code="NO-M000103", name="Nomor P-IRT")
_COLOUR = Attribute(
    code="WA-0000002",
    name="Warna",
    type=DEFINING,
    mandatory=True,
    variant=True,
    options=("Hitam", "Putih", "Merah", "Biru", "Hijau", "Kuning", "Cokelat", "Aneka Warna"),
)
_SIZE = Attribute(
    code="UK-M000296",
    name="Ukuran",
    type=DEFINING,
    mandatory=True,
    variant=True,
    options=("S", "M", "L", "XL", "XXL", "Semua Ukuran"),
)
_FABRIC = Attribute(
    code="BA-2000032", name="Bahan", type=PREDEFINED, mandatory=True, options=("Katun", "Rayon", "Sutra", "Linen")
)
_MATERIAL = Attribute(
    code="MA-0000006", name="Material", type=PREDEFINED, options=("Kayu", "Bambu", "Rotan", "Tanah Liat", "Kulit")
)
_FAMILY = Attribute(code="FA-2000060", name="Family Colour", special=True)
_BPOM = Attribute(code="NO-M000301", name="Nomor BPOM", mandatory=True)
_AGE = Attribute(
    code="US-M000401",
    name="Usia",
    type=PREDEFINED,
    mandatory=True,
    options=("0-12 bulan", "1-3 tahun", "4-6 tahun", "7 tahun ke atas"),
)

_CLOTHES = (_COLOUR, _SIZE, _FABRIC, _FAMILY)
ATTRIBUTES: dict[str, tuple[Attribute, ...]] = {
    "MA": (_TASTE, _SHELF, _PERMIT),
    "FW": _CLOTHES,
    "FP": _CLOTHES,
    "KA": (_COLOUR, _FABRIC, _FAMILY),
    "TA": (_COLOUR, _MATERIAL),
    "RU": (_COLOUR, _MATERIAL),
    "KE": (_TASTE, _BPOM),
    "TN": (_TASTE,),
    "AN": (_COLOUR, _AGE),
}

BRANDS = {
    f"BR-{100_001 + n}": name
    for n, name in enumerate(
        (
            "No Brand",
            "Rasa Kampung",
            "Dapur Bu Tini",
            "Kopi Lereng",
            "Sambal Nyonya Ratri",
            "Batik Sekar Ayu",
            "Tenun Ende Jaya",
            "Kulit Garut Prima",
            "Anyam Tasik",
            "Jamu Mbok Sari",
            "Sabun Tirta",
            "Ceria Anak",
        )
    )
}

NAME_CHARS = 150  # not documented; ours
DESCRIPTION_CHARS = 5000
SELLING_POINT_CHARS = 400
ATTRIBUTE_CHARS = 255
SKU_CHARS = 50  # not documented; ours
PRODUCTS_MOST = 10
ITEMS_MOST = 100  # variants of a product; not documented, ours
SKUS_MOST = 100  # SKUs of one bulk update, products of one archiving
IMAGES = (1, 8)
IMAGE_BYTES = 4 * 1024 * 1024
IMAGE_SIDE_PX = 600
PRICE_IDR = (100, 1_000_000_000)  # not documented; ours
STOCK_MOST = 999_999  # not documented; ours
SIDE_CM, WEIGHT_G = (1, 500), (1, 500_000)  # not documented; ours
PRODUCT_TYPES = (1, 2, 3)
PAGE_MOST = 100
ORDER_PAGE_MOST = 50
ORDERS_KEPT_S = 365 * 86_400
QUEUE_KEPT_S = 60 * 86_400
