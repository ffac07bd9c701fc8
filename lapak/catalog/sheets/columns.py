"""Which column is which, in the sheets that sellers have.

Ours, in both languages, and Shopee's mass upload. Its first row holds machine names with two flags (`ps_price|1|1`),
the third the names people see, and products start in row 6 or 7 depending on the template's age. Names and their order
are those of the Indonesian "Shopee_mass_upload_…_basic_template.xlsx" as sellers' open source tools of 2025–2026 write
them; older files lack the flags, and files saved by other programs often lack the machine row.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lapak.catalog.errors import SheetColumnsMissing
from lapak.catalog.sheets.opening import Row

HEADER_ROWS_MAX = 10  # a header is looked for in so many rows
_GUIDE_ROWS = 6  # and so many rows after it may still explain it

# field → header names, lower case, without flags, stars and blanks at the ends.
_NAMES: dict[str, tuple[str, ...]] = {
    "sku_parent": ("sku induk", "parent sku", "ps_sku_parent_short", "et_title_parent_sku"),
    "title": ("nama produk", "product name", "ps_product_name", "et_title_product_name"),
    "description": (
        "deskripsi",
        "deskripsi produk",
        "description",
        "product description",
        "ps_product_description",
        "et_title_product_description",
    ),
    "category_hint": ("kategori", "category", "ps_category"),
    "brand": ("merek", "merk", "brand", "ps_brand"),
    "group": (
        "kode integrasi variasi",
        "variation integration no.",
        "variation integration no",
        "et_title_variation_integration_no",
    ),
    "option_name_1": ("nama variasi 1", "variation name 1", "variation name1", "et_title_variation_1"),
    "option_1": (
        "variasi 1",
        "varian untuk variasi 1",
        "variation 1",
        "option for variation 1",
        "et_title_option_for_variation_1",
    ),
    "option_name_2": ("nama variasi 2", "variation name 2", "variation name2", "et_title_variation_2"),
    "option_2": (
        "variasi 2",
        "varian untuk variasi 2",
        "variation 2",
        "option for variation 2",
        "et_title_option_for_variation_2",
    ),
    "sku": ("sku", "kode variasi", "sku variasi", "variation sku", "ps_sku_short", "et_title_variation_sku"),
    "price_idr": ("harga", "harga (rp)", "price", "price (rp)", "ps_price", "et_title_variation_price"),
    "on_hand": ("stok", "stock", "ps_stock", "et_title_variation_stock"),
    "weight_g": (
        "berat",
        "berat (gram)",
        "berat (gr)",
        "berat (g)",
        "berat (kg)",
        "weight",
        "weight (gram)",
        "weight (kg)",
        "ps_weight",
        "et_title_product_weight",
    ),
    "attributes": ("atribut", "attributes"),
    "No. P-IRT": ("no. p-irt", "no p-irt", "p-irt", "pirt"),
    "No. Sertifikat Halal": ("no. sertifikat halal", "no. halal", "sertifikat halal"),
    "No. BPOM": ("no. bpom", "no bpom", "bpom"),
}
_PHOTOS = re.compile(
    r"foto|photo|foto sampul|cover image|ps_item_cover_image|foto produk \d|item image \d|ps_item_image_\d"
)
_ATTRIBUTE = re.compile(r"(?:atribut|attribute)[ :]+(.+)")
RESULT_COLUMNS = {"id": ("Baris asal", "Kolom", "Alasan"), "en": ("Original row", "Column", "Reason")}
_OURS_AGAIN = {name.lower() for names in RESULT_COLUMNS.values() for name in names}
_NEEDED = {"title": "Nama Produk", "price_idr": "Harga", "on_hand": "Stok"}
_FIELD_OF = {name: field for field, names in _NAMES.items() for name in names}

_MARKS = {"wajib", "opsional", "wajib bersyarat", "mandatory", "optional", "conditional mandatory", "required"}
EXAMPLE_MARKS = ("panduan:", "contoh:", "guide:", "example:")


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Where things are. All indexes count from 0; start is the first row that may hold a product.

    at: field → column. photos, attributes (name → column): may be several. labels: column → header as the owner sees
    it. kept: columns of the owner, without those that a result sheet of ours had added. preamble: rows before start.
    """

    layout: str
    header: int
    start: int
    at: dict[str, int]
    photos: tuple[int, ...]
    attributes: dict[str, int]
    labels: dict[int, str]
    kept: tuple[int, ...]
    weight_in_kg: bool = False
    preamble: tuple[Row, ...] = field(default=())


def find_columns(head: Sequence[Row]) -> Columns:
    """Read the header among the first rows of a table. Raises: SheetColumnsMissing (told: columns)."""
    best = max(range(len(head)), key=lambda index: (len(_fields(head[index])), -index))
    at = _fields(head[best])
    missing = [name for needed, name in _NEEDED.items() if needed not in at]
    if missing:
        raise SheetColumnsMissing(columns=", ".join(missing))
    header = head[best]
    is_shopee = "group" in at or any(str(cell).startswith(("ps_", "et_title_")) for cell in header)
    start = _first_product(head, best, at)
    names = {index: _normal(cell) for index, cell in enumerate(header) if cell is not None}
    return Columns(
        layout="shopee" if is_shopee else "lapak",
        header=best,
        start=start,
        at=at,
        photos=tuple(index for index, name in names.items() if _PHOTOS.fullmatch(name)),
        attributes={
            str(header[index])[match.start(1) :].strip(" *"): index
            for index, name in names.items()
            if (match := _ATTRIBUTE.fullmatch(name)) and index not in at.values()
        },
        labels=_labels(head[best:start]),
        kept=tuple(index for index in range(max(map(len, head), default=0)) if names.get(index, "") not in _OURS_AGAIN),
        weight_in_kg=_in_kg(row[at["weight_g"]] for row in head[best:start] if len(row) > at.get("weight_g", 10**6)),
        preamble=tuple(head[:start]),
    )


def is_example(row: Row) -> bool:
    """Whether a row explains or shows, as the second and third of our template do."""
    first = next((cell for cell in row if cell is not None), None)
    return isinstance(first, str) and first.lower().startswith(EXAMPLE_MARKS)


def _fields(row: Row) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, cell in enumerate(row):
        name = _FIELD_OF.get(_normal(cell))
        if name is not None:
            found.setdefault(name, index)
    return found


def _normal(cell: object) -> str:
    """`Nama Produk*` and `ps_product_name|1|0` as they stand in the table above."""
    text = re.sub(r"\|\d\|\d$", "", str(cell or "").strip())
    return " ".join(text.replace("*", " ").lower().split())


def _first_product(head: Sequence[Row], header: int, at: dict[str, int]) -> int:
    """The row after the last one that still explains. A wrong product is none of these, and stays to be reported."""
    last = header
    for index in range(header + 1, min(header + 1 + _GUIDE_ROWS, len(head))):
        row = head[index]
        marks = sum(_normal(cell) in _MARKS for cell in row)
        price = row[at["price_idr"]] if len(row) > at["price_idr"] else None
        sentence = isinstance(price, str) and len(price.split()) >= 4
        if is_example(row) or marks >= 2 or len(_fields(row)) >= 3 or sentence:
            last = index
    return last + 1


def _labels(header_rows: Sequence[Row]) -> dict[int, str]:
    """What the owner sees above a column: of Shopee's header rows the one with the plain names."""
    labels: dict[int, str] = {}
    for row in header_rows:
        plain = len(_fields(row)) >= 3
        for index, cell in enumerate(row):
            if plain and cell is not None and (index not in labels or "_" in labels[index]):
                labels[index] = re.sub(r"\|\d\|\d$", "", str(cell)).strip(" *")
    return labels


def _in_kg(texts: Iterable[object]) -> bool:
    """The unit that the header names: templates of different years and countries differ. Without a word, grams."""
    for text in texts:
        kilograms = bool(re.search(r"\b(?:kg|kilogram)\b", str(text), re.IGNORECASE))
        grams = bool(re.search(r"\b(?:g|gr|gram)\b", str(text), re.IGNORECASE))
        if kilograms != grams:
            return kilograms
    return False
