"""The words of the template: its columns, what to write in them, and an example. Indonesian first, then English."""

from dataclasses import dataclass

CATEGORIES_ID = (
    "Makanan Ringan",
    "Kue & Roti",
    "Bumbu & Sambal",
    "Minuman",
    "Kopi & Teh",
    "Batik & Busana",
    "Kerajinan",
    "Aksesoris",
    "Perawatan Diri",
    "Lainnya",
)
CATEGORIES_EN = (
    "Snacks",
    "Cakes & Bread",
    "Spices & Sambal",
    "Drinks",
    "Coffee & Tea",
    "Batik & Clothing",
    "Crafts",
    "Accessories",
    "Personal Care",
    "Other",
)


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of the template. width in characters; choices become a drop-down that also takes other words."""

    header: str
    guide: str
    example: str | int
    width: int = 16
    needed: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Guide:
    """The template in one language."""

    sheet: str
    help_sheet: str
    help_lines: tuple[str, ...]
    columns: tuple[Column, ...]


# The first cell of rows 2 and 3 starts with a mark that the reader skips (`EXAMPLE_MARKS`).
GUIDES = {
    "id": Guide(
        sheet="Produk",
        help_sheet="Panduan",
        help_lines=(
            "Satu baris untuk satu varian. Baris dengan SKU Induk (atau Nama Produk) yang sama menjadi satu produk.",
            "Kolom kuning wajib diisi. Baris panduan dan contoh boleh dibiarkan; keduanya dilewati.",
            "Unggah dulu dengan pilihan “Coba dulu”: Anda melihat hasilnya, dan belum ada yang disimpan.",
            "Baris yang belum benar kembali dalam satu file, lengkap dengan alasannya. Perbaiki, lalu unggah lagi.",
            "Mengunggah file yang sama dua kali tidak menggandakan apa pun.",
        ),
        columns=(
            Column(
                header="SKU Induk",
                guide="Panduan: kode produk, sama untuk semua variannya. Boleh kosong.",
                example="Contoh: KRP-PISANG",
                width=22,
            ),
            Column(
                header="Nama Produk",
                guide="Nama yang dibaca pembeli, paling panjang 255 huruf.",
                example="Keripik Pisang Kepok Renyah",
                width=36,
                needed=True,
            ),
            Column(
                header="Deskripsi",
                guide="Bahan, rasa, ukuran, cara simpan. Sebaiknya lebih dari 60 huruf.",
                example="Keripik dari pisang kepok tua, digoreng tipis tanpa pengawet. Simpan di wadah kedap udara.",
                width=48,
            ),
            Column(
                header="Kategori",
                guide="Pilih yang paling dekat, atau tulis sendiri.",
                example="Makanan Ringan",
                width=18,
                choices=CATEGORIES_ID,
            ),
            Column(header="Merek", guide="Kosongkan kalau tidak ada.", example="Dapur Melati"),
            Column(
                header="Nama Variasi 1",
                guide="Yang membedakan varian, misalnya Rasa. Kosongkan kalau tidak ada varian.",
                example="Rasa",
                choices=("Rasa", "Ukuran", "Isi", "Warna", "Motif"),
            ),
            Column(header="Variasi 1", guide="Pilihan pada baris ini.", example="Cokelat"),
            Column(
                header="Nama Variasi 2",
                guide="Hanya kalau ada pembeda kedua, misalnya Ukuran.",
                example="Ukuran",
                choices=("Rasa", "Ukuran", "Isi", "Warna", "Motif"),
            ),
            Column(header="Variasi 2", guide="Pilihan pada baris ini.", example="250 g"),
            Column(
                header="SKU",
                guide="Kode varian ini, tidak boleh sama dengan yang lain. Kosong: kami buatkan.",
                example="KRP-PISANG-COK",
                width=22,
            ),
            Column(header="Harga", guide="Rupiah per satuan: 18000 atau 18rb.", example=18000, needed=True),
            Column(header="Stok", guide="Jumlah yang ada sekarang, angka bulat.", example=24, needed=True),
            Column(
                header="Berat (gram)",
                guide="Berat satu paket dengan kemasannya: 280, atau 0,28 kg.",
                example=280,
                needed=True,
            ),
            Column(
                header="Foto",
                guide="Nama file foto; beberapa dipisah titik koma. Foto diunggah bersama file ini.",
                example="keripik-pisang.jpg",
                width=26,
            ),
            Column(
                header="Atribut",
                guide="Keterangan lain: Nama=Isi, dipisah titik koma.",
                example="Masa Penyimpanan=6 Bulan; Asal=Lampung",
                width=36,
            ),
            Column(header="No. P-IRT", guide="15 angka atau lebih, misalnya 2061234567890-29.", example="", width=20),
            Column(header="No. Sertifikat Halal", guide="Nomor sertifikat, diawali ID.", example="", width=22),
            Column(header="No. BPOM", guide="Diawali MD atau ML.", example="", width=18),
        ),
    ),
    "en": Guide(
        sheet="Products",
        help_sheet="Guide",
        help_lines=(
            "One row for one variant. Rows with the same Parent SKU (or Product Name) become one product.",
            "Yellow columns must be filled. The guide and example rows may stay; both are skipped.",
            "Upload with “Try first”: you see the outcome, and nothing is saved yet.",
            "Rows that are not right come back to you in one file, with the reason. Mend them and upload it.",
            "Uploading the same file twice doubles nothing.",
        ),
        columns=(
            Column(
                header="Parent SKU",
                guide="Guide: code of the product, the same for all its variants. May be empty.",
                example="Example: KRP-PISANG",
                width=22,
            ),
            Column(
                header="Product Name",
                guide="The name buyers read, at most 255 characters.",
                example="Crispy Kepok Banana Chips",
                width=36,
                needed=True,
            ),
            Column(
                header="Description",
                guide="Ingredients, taste, size, how to keep it. More than 60 characters is best.",
                example="Chips of ripe kepok bananas, fried thin without preservatives. Keep in an airtight jar.",
                width=48,
            ),
            Column(
                header="Category",
                guide="Choose the nearest, or write your own.",
                example="Snacks",
                width=18,
                choices=CATEGORIES_EN,
            ),
            Column(header="Brand", guide="Leave empty if there is none.", example="Dapur Melati"),
            Column(
                header="Variation Name 1",
                guide="What tells variants apart, such as Taste. Empty if there are none.",
                example="Taste",
                choices=("Taste", "Size", "Content", "Colour", "Pattern"),
            ),
            Column(header="Variation 1", guide="The choice of this row.", example="Chocolate"),
            Column(
                header="Variation Name 2",
                guide="Only if there is a second difference, such as Size.",
                example="Size",
                choices=("Taste", "Size", "Content", "Colour", "Pattern"),
            ),
            Column(header="Variation 2", guide="The choice of this row.", example="250 g"),
            Column(
                header="SKU",
                guide="Code of this variant, unlike any other. Empty: we make one.",
                example="KRP-PISANG-COK",
                width=22,
            ),
            Column(header="Price", guide="Rupiah for one: 18000 or 18rb.", example=18000, needed=True),
            Column(header="Stock", guide="What is there now, a whole number.", example=24, needed=True),
            Column(
                header="Weight (gram)",
                guide="Weight of one parcel as packed: 280, or 0.28 kg.",
                example=280,
                needed=True,
            ),
            Column(
                header="Photo",
                guide="Name of the photo file; several with semicolons. Upload the photos with this file.",
                example="keripik-pisang.jpg",
                width=26,
            ),
            Column(
                header="Attributes",
                guide="Anything else: Name=Value, with semicolons between.",
                example="Masa Penyimpanan=6 Bulan; Asal=Lampung",
                width=36,
            ),
            Column(header="No. P-IRT", guide="15 digits or more, such as 2061234567890-29.", example="", width=20),
            Column(
                header="No. Sertifikat Halal", guide="Number of the certificate, starts with ID.", example="", width=22
            ),
            Column(header="No. BPOM", guide="Starts with MD or ML.", example="", width=18),
        ),
    ),
}
