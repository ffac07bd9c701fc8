"""What an owner should mend before a product is sent, in words: one sentence a problem, the limit in it.

Channels name a problem by what it is about and how it is wrong (`title_low`, `weight_missing`); both halves have
their words here, so a new channel needs none of its own.
"""

from lapak.core.money import format_rupiah
from lapak.domain.listing import Problem
from lapak.web.sayings import field_label

WHOLE = {
    "category_missing": "Pilih kategori di bawah.",
    "category_unknown": "Kategori ini sudah tidak ada di toko. Pilih yang lain.",
    "category_not_leaf": "Kategori ini masih terlalu umum. Pilih yang lebih khusus.",
    "photos_missing": "Belum ada foto.",
    "weight_missing": "Berat belum diisi; tanpa berat, ongkos kirim tidak bisa dihitung.",
    "shipping_missing": "Toko Anda belum mengaktifkan jasa kirim. Aktifkan dulu di aplikasi tokonya.",
    "price_ratio": "Harga pilihan termahal paling banyak {limit} kali harga yang termurah.",
    "attribute_missing": "{label} wajib diisi di kategori ini.",
    "attribute_not_allowed": "{label} harus salah satu dari pilihan toko.",
    "brand_unknown": "Merek ini tidak dikenal di kategori ini. Kosongkan, atau pilih salah satu.",
    "brand_missing": "Kategori ini meminta merek.",
    "options_twice": "Ada dua pilihan yang sama: {limit}.",
    "sku_twice": "Ada dua pilihan dengan kode yang sama: {limit}.",
    "option_missing": "Ada pilihan yang belum lengkap namanya.",
    "title_low": "Nama produk terlalu pendek, sedikitnya {limit} huruf.",
    "title_high": "Nama produk terlalu panjang, paling banyak {limit} huruf.",
    "description_low": "Cerita produk terlalu pendek, sedikitnya {limit} huruf.",
    "description_high": "Cerita produk terlalu panjang, paling banyak {limit} huruf.",
    "photos_low": "Fotonya kurang, sedikitnya {limit}.",
    "photos_high": "Fotonya terlalu banyak, paling banyak {limit}.",
    "weight_high": "Terlalu berat untuk jasa kirim toko Anda, paling berat {limit} gram.",
}
HALVES = {
    "missing": "{label} belum diisi.",
    "low": "{label} terlalu rendah, sedikitnya {limit}.",
    "high": "{label} melewati batas, paling banyak {limit}.",
    "long": "{label} terlalu panjang, paling banyak {limit} huruf.",
    "many": "{label} terlalu banyak, paling banyak {limit}.",
    "twice": "{label} ada dua yang sama: {limit}.",
}


def problem_words(problem: Problem) -> str:
    """One sentence; it names the choice (SKU) when only that one is meant."""
    label = attribute_of(problem) or field_label(problem.field)
    limit = problem.limit
    if problem.field == "price" and limit.isdigit() and problem.code != "price_ratio":
        limit = format_rupiah(int(limit))
    sentence = WHOLE.get(problem.code) or HALVES.get(problem.code.rpartition("_")[2], "{label} perlu diperiksa.")
    which = f" (pilihan {problem.sku})" if problem.sku else ""
    return sentence.format(label=label, limit=limit) + which


def attribute_of(problem: Problem) -> str:
    """The name of the attribute a problem is about, else empty."""
    kind, _, name = problem.field.partition(".")
    return name if kind == "attributes" else ""
