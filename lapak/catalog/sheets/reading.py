"""From rows to product drafts, with every fault at its row and column.

Rows of one product are one group: those with the same variation code, else the same parent SKU, else the same name. A
group goes in whole or stays out whole.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from lapak.catalog.checks import CERTIFICATES, faults_of
from lapak.catalog.errors import Fault, SheetEmpty, SheetTooLong
from lapak.catalog.sheets.columns import HEADER_ROWS_MAX, Columns, find_columns, is_example
from lapak.catalog.sheets.opening import Cell, Row, first_table
from lapak.catalog.types import PRICE_MIN_IDR, ProductDraft, RowNote, VariantDraft
from lapak.core.errors import Invalid
from lapak.core.money import parse_rupiah

ROWS_MAX = 5_000
CELL_MAX = 10_000
_WHOLE = re.compile(r"-?(?:\d{1,3}(?:[.,]\d{3})+|\d{1,12})")
_WEIGHT = re.compile(r"(\d{1,9}(?:[.,]\d{1,3})?)\s*(kg|kilogram|gram|gr|g)?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """One row of a product. number counts from 1 as Excel does."""

    number: int
    cells: Row


@dataclass(frozen=True, kw_only=True)
class Group:
    """The rows of one product, the draft they make, and all that is wrong with it. photos: names as written."""

    rows: tuple[SheetRow, ...]
    draft: ProductDraft
    faults: tuple[Fault, ...]
    photos: tuple[str, ...]
    weights_differ: bool


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A whole product sheet, read."""

    columns: Columns
    groups: tuple[Group, ...]

    @property
    def row_count(self) -> int:
        return sum(len(group.rows) for group in self.groups)

    def note(self, group: Group, fault: Fault) -> RowNote:
        """A fault of a draft as the owner finds it in the sheet."""
        row = group.rows[fault.variant or 0]
        return RowNote(row=row.number, column=self._label(fault, group), reason=fault.reason, told=fault.told)

    def _label(self, fault: Fault, group: Group) -> str:
        at = self.columns.at
        name = fault.field
        if name == "sku" and fault.variant is None and "sku_parent" in at:
            name = "sku_parent"
        elif name == "option_names":
            name = "option_name_1"
        elif name == "options":
            wish = group.draft.variants[fault.variant or 0]
            name = "option_2" if len(group.draft.option_names) > 1 and len(wish.options) == 1 else "option_1"
        elif name == "variants":
            name = "sku"
        elif name == "attributes" and fault.told.get("name") in at:
            name = str(fault.told["name"])
        index = at.get(name)
        if index is None and name == "attributes":
            index = self.columns.attributes.get(str(fault.told.get("name")))
        return self.columns.labels.get(index, "") if index is not None else ""


def read_sheet(file: bytes) -> Sheet:
    """Read a workbook or text table. Raises: a SheetRefused when nothing in it can be read."""
    columns, head, rest = first_table(file, find=find_columns, peek=HEADER_ROWS_MAX)
    rows: list[SheetRow] = []
    for number, cells in enumerate(chain(head[columns.start :], rest), start=columns.start + 1):
        if not any(cell is not None for cell in cells) or is_example(cells):
            continue
        if len(rows) == ROWS_MAX:
            raise SheetTooLong(limit=ROWS_MAX)
        rows.append(SheetRow(number=number, cells=cells))
    if not rows:
        raise SheetEmpty
    groups = [_Reader(columns, group).read() for group in _grouped(columns, rows)]
    return Sheet(columns=columns, groups=tuple(_without_repeats(groups)))


def _grouped(columns: Columns, rows: Sequence[SheetRow]) -> list[list[SheetRow]]:
    groups: dict[tuple[str, str], list[SheetRow]] = {}
    by_title: dict[str, tuple[str, str]] = {}
    for row in rows:
        title = _text(_cell(columns, row, "title")).casefold()
        codes = ((field, _text(_cell(columns, row, field))) for field in ("group", "sku_parent"))
        key = next((code for code in codes if code[1]), None)
        if key is None:
            key = by_title.get(title, ("title", title)) if title else ("row", str(row.number))
        if title:
            by_title.setdefault(title, key)
        groups.setdefault(key, []).append(row)
    return list(groups.values())


def _without_repeats(groups: Sequence[Group]) -> Iterator[Group]:
    """A SKU that an earlier product of the same file has is a fault of the later one."""
    seen: set[str] = set()
    for group in groups:
        faults = [
            Fault(field="sku", reason="sku_twice", variant=index, told={"value": wish.sku})
            for index, wish in enumerate(group.draft.variants)
            if wish.sku and wish.sku in seen
        ]
        seen |= {wish.sku for wish in group.draft.variants}
        yield replace(group, faults=(*group.faults, *faults)) if faults else group


class _Reader:
    """Reads one group. Where a value cannot be read, one that can stands in, so that the rest is checked as well."""

    def __init__(self, columns: Columns, rows: Sequence[SheetRow]) -> None:
        self.columns = columns
        self.rows = tuple(rows)
        self.faults: list[Fault] = []

    def read(self) -> Group:
        self._refuse_long_cells()
        option_names = tuple(
            name for field in ("option_name_1", "option_name_2") if (name := self._agreed(field, "option_names"))
        )
        weights = [self._weight(index, row) for index, row in enumerate(self.rows)]
        is_asked = self.columns.layout == "lapak" and "weight_g" in self.columns.at
        if is_asked and not self._has("weight_g"):
            self.faults.append(Fault(field="weight_g", reason="required"))
        draft = ProductDraft(
            sku=self._agreed("sku_parent", "sku"),
            title=self._agreed("title", "title"),
            description=self._first("description"),
            category_hint=self._first("category_hint"),
            brand=self._first("brand"),
            weight_g=max(weights),  # one parcel weight for a product: the heaviest never costs the seller postage
            option_names=option_names,
            attributes=self._attributes(),
            variants=tuple(self._variant(index, row, len(option_names)) for index, row in enumerate(self.rows)),
        )
        unread = {(fault.field, fault.variant) for fault in self.faults}
        more = [fault for fault in faults_of(draft) if (fault.field, fault.variant) not in unread]
        return Group(
            rows=self.rows,
            draft=draft,
            faults=(*self.faults, *more),
            photos=self._photos(),
            weights_differ=len({weight for weight in weights if weight}) > 1,
        )

    def _variant(self, index: int, row: SheetRow, options: int) -> VariantDraft:
        values = (_text(_cell(self.columns, row, f"option_{number}")) for number in (1, 2))
        return VariantDraft(
            sku=_text(_cell(self.columns, row, "sku")),
            options=tuple(value for value in values if value) if options else self._stray_options(index, row),
            price_idr=self._price(index, _cell(self.columns, row, "price_idr")),
            on_hand=self._stock(index, _cell(self.columns, row, "on_hand")),
        )

    def _stray_options(self, index: int, row: SheetRow) -> tuple[str, ...]:
        """Options of a product whose variation has no name."""
        if any(_text(_cell(self.columns, row, f"option_{number}")) for number in (1, 2)):
            self.faults.append(Fault(field="option_names", reason="option_name_missing", variant=index))
        return ()

    def _price(self, index: int, cell: Cell) -> int:
        if cell is None:
            self.faults.append(Fault(field="price_idr", reason="required", variant=index))
            return PRICE_MIN_IDR
        typed = _text(cell)
        try:
            if len(typed) > 40:
                raise Invalid(field="price_idr", reason="not_money")
            return parse_rupiah(cell, field="price_idr")
        except Invalid as fault:
            told = {"typed": typed[:40]}
            self.faults.append(Fault(field="price_idr", reason=str(fault.told["reason"]), variant=index, told=told))
            return PRICE_MIN_IDR

    def _stock(self, index: int, cell: Cell) -> int:
        if cell is None and self.columns.layout == "shopee":
            return 0  # their template leaves it open, and shows such a product as sold out
        if cell is None:
            self.faults.append(Fault(field="on_hand", reason="required", variant=index))
            return 0
        typed = _text(cell)
        if not _WHOLE.fullmatch(typed):
            told = {"typed": typed[:40]}
            self.faults.append(Fault(field="on_hand", reason="not_whole", variant=index, told=told))
            return 0
        return int(re.sub(r"[.,]", "", typed))

    def _weight(self, index: int, row: SheetRow) -> int:
        cell = _cell(self.columns, row, "weight_g")
        if cell is None:
            return 0
        typed = _text(cell)
        match = _WEIGHT.fullmatch(typed)
        if match:
            unit = (match[2] or "").lower()
            in_kg = unit.startswith("k") if unit else self.columns.weight_in_kg
            number = match[1].replace(",", ".")
            # "1.500" typed as grams is one and a half thousand; the number 1.5 of a cell is not typed text.
            thousands = isinstance(cell, str) and not in_kg and len(number.partition(".")[2]) == 3
            grams = float(number.replace(".", "") if thousands else number) * (1000 if in_kg else 1)
            if grams == round(grams):
                return round(grams)
        reason = "below_zero" if typed.startswith("-") else "not_a_weight"
        self.faults.append(Fault(field="weight_g", reason=reason, variant=index, told={"typed": typed[:40]}))
        return 0

    def _attributes(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for pair in re.split(r"[;\n]", self._first("attributes")):
            name, equals, value = pair.partition("=")
            if equals:
                found[name.strip()] = value.strip()
            elif pair.strip():
                self.faults.append(Fault(field="attributes", reason="bad_attribute", told={"name": pair.strip()[:40]}))
        for name in CERTIFICATES:
            if value := self._first(name):
                found[name] = value
        for name, column in self.columns.attributes.items():
            if value := next((text for row in self.rows if (text := _text(_at(row.cells, column)))), ""):
                found[name] = value
        return found

    def _photos(self) -> tuple[str, ...]:
        names = (
            name.strip()
            for row in self.rows
            for column in self.columns.photos
            for name in re.split(r"[;|\n]", _text(_at(row.cells, column)))
        )
        return tuple(dict.fromkeys(name for name in names if name))

    def _has(self, field: str) -> bool:
        return any(_cell(self.columns, row, field) is not None for row in self.rows)

    def _first(self, field: str) -> str:
        return next((text for row in self.rows if (text := _text(_cell(self.columns, row, field)))), "")

    def _agreed(self, field: str, of_draft: str) -> str:
        """The value of the first row that has one; another value further down is a fault."""
        found = self._first(field)
        for index, row in enumerate(self.rows):
            text = _text(_cell(self.columns, row, field))
            if text and text != found:
                told = {"value": text[:40], "first": found[:40]}
                self.faults.append(Fault(field=of_draft, reason="disagrees", variant=index, told=told))
        return found

    def _refuse_long_cells(self) -> None:
        for index, row in enumerate(self.rows):
            for field, column in self.columns.at.items():
                length = len(_text(_at(row.cells, column)))
                if length > CELL_MAX:
                    told = {"limit": CELL_MAX, "length": length}
                    self.faults.append(Fault(field=field, reason="too_long", variant=index, told=told))


def _cell(columns: Columns, row: SheetRow, field: str) -> Cell:
    index = columns.at.get(field)
    return None if index is None else _at(row.cells, index)


def _at(cells: Row, index: int) -> Cell:
    return cells[index] if index < len(cells) else None


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)
