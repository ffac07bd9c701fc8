"""The practice market: its categories, attributes, brands, couriers and limits.

Invented, but shaped as an Indonesian shop meets them. An id comes from the place in the tree, so add at the end of a
branch, never in the middle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Root -> branch -> leaves. The n-th root has id 100000 + 1000 n, its m-th branch + 50 m, the k-th leaf of that + k.
TREE: dict[str, dict[str, list[str]]] = {
    "Makanan & Minuman": {
        "Makanan Ringan": [
            "Keripik & Kerupuk",
            "Kue Kering & Biskuit",
            "Cokelat & Permen",
            "Kacang & Biji-bijian",
            "Buah Kering & Manisan",
            "Abon & Dendeng",
        ],
        "Bumbu & Bahan Masak": [
            "Sambal & Saus",
            "Bumbu Siap Pakai",
            "Rempah Kering",
            "Gula & Pemanis",
            "Minyak & Cuka",
        ],
        "Makanan Pokok": ["Beras", "Mi & Bihun", "Tepung", "Makanan Siap Saji", "Lauk Beku"],
        "Minuman": ["Kopi", "Teh", "Minuman Bubuk", "Sirup & Jus", "Jamu & Minuman Herbal", "Madu"],
        "Roti & Kue": ["Roti", "Kue Basah & Jajan Pasar", "Bolu & Brownies"],
    },
    "Pakaian Pria": {
        "Atasan": ["Kaus", "Kemeja", "Kemeja Batik", "Jaket"],
        "Bawahan": ["Celana Panjang", "Celana Pendek", "Sarung"],
    },
    "Pakaian Wanita": {
        "Atasan": ["Blus", "Kemeja Wanita", "Blus Batik", "Kaus Wanita"],
        "Bawahan & Gaun": ["Rok", "Gaun", "Kulot & Celana"],
        "Busana Muslim": ["Gamis", "Kerudung", "Mukena"],
    },
    "Batik, Tenun & Kain": {
        "Kain": ["Kain Batik Tulis", "Kain Batik Cap", "Kain Tenun Ikat", "Songket", "Kain Lurik"],
        "Pelengkap": ["Selendang", "Ikat Kepala & Udeng"],
    },
    "Tas, Sepatu & Aksesori": {
        "Tas": ["Tas Anyaman", "Tas Kulit", "Ransel", "Dompet"],
        "Sepatu": ["Sandal", "Sepatu Kulit", "Sepatu Kain"],
        "Perhiasan": ["Gelang & Kalung Manik", "Perhiasan Perak", "Cincin & Anting"],
    },
    "Kerajinan & Suvenir": {
        "Kerajinan": [
            "Anyaman Bambu & Rotan",
            "Ukiran Kayu",
            "Gerabah & Keramik",
            "Kerajinan Logam",
            "Wayang & Topeng",
        ],
        "Suvenir": ["Suvenir Pernikahan", "Oleh-oleh Daerah", "Hampers & Bingkisan"],
    },
    "Kecantikan & Perawatan": {
        "Perawatan Tubuh": ["Sabun", "Lulur & Scrub", "Minyak Urut & Aromaterapi", "Losion"],
        "Perawatan Wajah": ["Masker Wajah", "Serum & Pelembap"],
        "Perawatan Rambut": ["Sampo", "Minyak Rambut"],
    },
    "Rumah Tangga": {
        "Dapur": ["Peralatan Masak", "Alat Makan", "Wadah & Toples"],
        "Dekorasi": ["Hiasan Dinding", "Lilin & Pengharum", "Taplak & Sarung Bantal"],
        "Perabot": ["Kursi & Meja", "Rak & Penyimpanan"],
        "Kebersihan": ["Sapu & Alat Pel", "Sabun Cuci"],
    },
    "Pertanian & Taman": {
        "Tanam": ["Bibit & Benih", "Pupuk", "Pot & Media Tanam", "Tanaman Hias"],
        "Peternakan": ["Pakan Ternak", "Telur Tetas & Bibit Ternak"],
    },
    "Ibu & Bayi": {
        "Bayi": ["Pakaian Bayi", "Gendongan", "Mainan Bayi"],
        "Anak": ["Mainan Edukasi", "Perlengkapan Sekolah"],
    },
}


@dataclass(frozen=True)
class Category:
    """One node of the tree; `root` is the name of its top."""

    category_id: int
    parent_id: int
    name: str
    leaf: bool
    root: str


def _grow() -> dict[int, Category]:
    grown: dict[int, Category] = {}
    for n, (root, branches) in enumerate(TREE.items(), start=1):
        root_id = 100_000 + 1000 * n
        grown[root_id] = Category(root_id, 0, root, False, root)
        for m, (branch, leaves) in enumerate(branches.items(), start=1):
            branch_id = root_id + 50 * m
            grown[branch_id] = Category(branch_id, root_id, branch, False, root)
            for k, leaf in enumerate(leaves, start=1):
                grown[branch_id + k] = Category(branch_id + k, branch_id, leaf, True, root)
    return grown


CATEGORIES = _grow()

# input_type: 1 drop-down, 2 drop-down or own words, 3 free text, 4 several, 5 several or own words.
# input_validation_type: 0 none, 1 int, 2 string, 3 float, 4 date. format_type: 1 plain, 2 with a unit.
DROP_DOWN, COMBO, FREE, SEVERAL, SEVERAL_COMBO = 1, 2, 3, 4, 5
NO_CHECK, WHOLE, WORDS, DECIMAL, DATE = 0, 1, 2, 3, 4


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """A property the market asks of a product. `values` are numbered from attribute_id * 10 + 1."""

    attribute_id: int
    name: str
    mandatory: bool = False
    input_type: int = FREE
    validation: int = WORDS
    units: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    max_values: int = 1

    def value_ids(self) -> dict[int, str]:
        """Offered values by id."""
        return {self.attribute_id * 10 + n: name for n, name in enumerate(self.values, start=1)}


_SHELF = Attribute(
    attribute_id=2001,
    name="Masa Penyimpanan",
    mandatory=True,
    input_type=COMBO,
    values=("Kurang dari 1 minggu", "1 bulan", "3 bulan", "6 bulan", "12 bulan", "24 bulan"),
)
_PERMIT = Attribute(attribute_id=2002, name="No. Izin Edar/P-IRT")
_NET = Attribute(attribute_id=2003, name="Berat Bersih", validation=DECIMAL, units=("g", "kg", "ml", "l"))
_EXPIRES = Attribute(attribute_id=2004, name="Tanggal Kedaluwarsa", validation=DATE)
_HALAL = Attribute(attribute_id=2005, name="Halal", input_type=DROP_DOWN, values=("Ya", "Tidak"))
_FABRIC = Attribute(
    attribute_id=2101,
    name="Bahan",
    mandatory=True,
    input_type=SEVERAL_COMBO,
    max_values=5,
    values=("Katun", "Rayon", "Sutra", "Linen", "Poliester", "Kulit", "Wol"),
)
_PATTERN = Attribute(
    attribute_id=2102, name="Motif", input_type=COMBO, values=("Polos", "Batik", "Tenun", "Garis", "Bunga")
)
_MATERIAL = Attribute(
    attribute_id=2201,
    name="Bahan Utama",
    input_type=COMBO,
    values=("Kayu", "Bambu", "Rotan", "Tanah Liat", "Logam", "Kain", "Plastik"),
)
_ORIGIN = Attribute(attribute_id=2202, name="Daerah Asal")
_BPOM = Attribute(attribute_id=2301, name="No. Izin BPOM", mandatory=True)
_SKIN = Attribute(
    attribute_id=2302,
    name="Jenis Kulit",
    input_type=SEVERAL,
    max_values=3,
    values=("Normal", "Kering", "Berminyak", "Sensitif"),
)
_QUANTITY = Attribute(attribute_id=2401, name="Isi per Kemasan", validation=WHOLE)
_AGE = Attribute(
    attribute_id=2501,
    name="Usia yang Disarankan",
    mandatory=True,
    input_type=DROP_DOWN,
    values=("0-12 bulan", "1-3 tahun", "4-6 tahun", "7 tahun ke atas"),
)

ATTRIBUTES: dict[str, tuple[Attribute, ...]] = {
    "Makanan & Minuman": (_SHELF, _PERMIT, _NET, _EXPIRES, _HALAL),
    "Pakaian Pria": (_FABRIC, _PATTERN),
    "Pakaian Wanita": (_FABRIC, _PATTERN),
    "Batik, Tenun & Kain": (_FABRIC, _PATTERN, _ORIGIN),
    "Tas, Sepatu & Aksesori": (_MATERIAL, _ORIGIN),
    "Kerajinan & Suvenir": (_MATERIAL, _ORIGIN),
    "Kecantikan & Perawatan": (_BPOM, _SKIN, _EXPIRES),
    "Rumah Tangga": (_MATERIAL,),
    "Pertanian & Taman": (_QUANTITY, _ORIGIN),
    "Ibu & Bayi": (_AGE, _MATERIAL),
}

NO_BRAND = "No Brand"
BRANDS = {
    1_100_001 + n: name
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
            "Lulur Keraton",
            "Madu Sumbawa Raya",
            "Benih Subur",
            "Ceria Anak",
        )
    )
}
BRAND_MANDATORY = ("Kecantikan & Perawatan", "Ibu & Bayi")

TITLE_CHARS = (5, 255)
DESCRIPTION_CHARS = (20, 5000)
PRICE_IDR = (99, 150_000_000)
STOCK = (0, 999_999)
IMAGES = (1, 9)
TIER_NAME_CHARS = (1, 14)
OPTION_CHARS = (1, 20)
DAYS_TO_SHIP = (7, 15)
TIERS_MOST = 2
MODELS_MOST = 50
PRICE_RATIO_MOST = 7  # dearest : cheapest variant, the rule for Indonesia
SKU_CHARS_MOST = 100
ITEMS_MOST = 1000

LOCATION = "IDZ"  # the one place where every practice shop keeps its stock

CHANNELS: dict[int, dict[str, Any]] = {
    8003: {
        "logistics_channel_name": "Reguler (Cashless)",
        "enabled": True,
        "cod_enabled": True,
        "mask_channel_id": 0,
        "fee_type": "SIZE_INPUT",
        "weight_limit": {"item_min_weight": 0.001, "item_max_weight": 50.0},
    },
    8005: {
        "logistics_channel_name": "Hemat",
        "enabled": True,
        "cod_enabled": False,
        "mask_channel_id": 0,
        "fee_type": "FIXED_DEFAULT_PRICE",
        "weight_limit": {"item_min_weight": 0.001, "item_max_weight": 5.0},
    },
    8006: {
        "logistics_channel_name": "Kargo",
        "enabled": False,
        "cod_enabled": False,
        "mask_channel_id": 0,
        "fee_type": "SIZE_INPUT",
        "weight_limit": {"item_min_weight": 5.0, "item_max_weight": 300.0},
    },
    80011: {
        "logistics_channel_name": "Kurir Latihan Ekspres",
        "enabled": True,
        "cod_enabled": True,
        "mask_channel_id": 8003,
        "fee_type": "SIZE_INPUT",
        "weight_limit": {"item_min_weight": 0.001, "item_max_weight": 50.0},
    },
    80099: {
        "logistics_channel_name": "Antar Sendiri",
        "enabled": True,
        "cod_enabled": False,
        "mask_channel_id": 0,
        "fee_type": "CUSTOM_PRICE",
        "weight_limit": {"item_min_weight": 0.001, "item_max_weight": 20.0},
    },
}
