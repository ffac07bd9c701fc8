"""Workbooks that we hand out: the template to fill in, and the rows that an import refused.

Text is written as text whatever it starts with, so that `=…`, `+62…` or `-5` typed by somebody never becomes a formula
on somebody else's machine, and comes back as it was.
"""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from lapak.catalog.reasons import reason_text
from lapak.catalog.sheets.columns import RESULT_COLUMNS
from lapak.catalog.sheets.guide import GUIDES, Guide
from lapak.catalog.sheets.opening import Cell, Row
from lapak.catalog.sheets.reading import Sheet
from lapak.catalog.types import RowNote

_NEEDED = PatternFill("solid", fgColor="FFE08A")
_FREE = PatternFill("solid", fgColor="E3EEDF")
_HINT = PatternFill("solid", fgColor="F6F3EC")
_WRONG = PatternFill("solid", fgColor="F9D7CF")


_DROP_DOWN_ROWS = 2_000


def import_template(language: str = "id") -> bytes:
    """The workbook to fill in, language "id" or "en": row 1 headers, row 2 a guide, row 3 an example (both skipped)."""
    guide = GUIDES[language]
    book, sheet = _titled(guide)
    for index, column in enumerate(guide.columns, start=1):
        _put(sheet, 2, index, column.guide, fill=_HINT, wrap=True)
        _put(sheet, 3, index, column.example, fill=_HINT, wrap=True)
        if column.choices:
            letter = get_column_letter(index)
            choices = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"', showErrorMessage=False)
            choices.add(f"{letter}4:{letter}{_DROP_DOWN_ROWS}")
            sheet.add_data_validation(choices)
    sheet.freeze_panes = "A4"
    _explain(book, guide)
    return _saved(book)


def product_sheet(rows: Iterable[Sequence[Cell]], *, language: str = "id") -> bytes:
    """A filled sheet in our template's layout: each row has a cell for each column of the guide."""
    book, sheet = _titled(GUIDES[language])
    for number, row in enumerate(rows, start=2):
        _put_row(sheet, number, row)
    sheet.freeze_panes = "A2"
    return _saved(book)


def result_sheet(sheet: Sheet, refusals: Sequence[RowNote], *, language: str = "id") -> bytes:
    """The refused rows as they came, under the header they came with, and why: mend them and upload this file."""
    why: dict[int, list[RowNote]] = {}
    for note in refusals:
        why.setdefault(note.row, []).append(note)
    kept = sheet.columns.kept
    book = _book()
    page = book.create_sheet("Produk" if language == "id" else "Products")
    for offset, (title, width) in enumerate(zip(RESULT_COLUMNS[language], (12, 24, 70), strict=True), start=1):
        page.column_dimensions[get_column_letter(len(kept) + offset)].width = width
        _put(page, sheet.columns.header + 1, len(kept) + offset, title, fill=_WRONG, bold=True)
    for number, cells in enumerate(sheet.columns.preamble, start=1):
        _put_row(page, number, [_at(cells, column) for column in kept])
    refused = sorted((row.number, row.cells) for group in sheet.groups for row in group.rows if row.number in why)
    for line, (number, cells) in enumerate(refused, start=len(sheet.columns.preamble) + 1):
        _put_row(page, line, [_at(cells, column) for column in kept])
        columns = dict.fromkeys(note.column for note in why[number] if note.column)
        reasons = (reason_text(note.reason, language=language, told=note.told) for note in why[number])
        for offset, text in enumerate((str(number), ", ".join(columns), " ".join(reasons)), start=1):
            _put(page, line, len(kept) + offset, text, fill=_WRONG)
    return _saved(book)


def _titled(guide: Guide) -> tuple[Workbook, Worksheet]:
    book = _book()
    sheet: Worksheet = book.create_sheet(guide.sheet)
    for index, column in enumerate(guide.columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = column.width
        header = f"{column.header}*" if column.needed else column.header
        _put(sheet, 1, index, header, fill=_NEEDED if column.needed else _FREE, bold=True)
    return book, sheet


def _explain(book: Workbook, guide: Guide) -> None:
    page: Worksheet = book.create_sheet(guide.help_sheet)
    page.column_dimensions["A"].width = 26
    page.column_dimensions["B"].width = 90
    lines = [(line, "") for line in guide.help_lines] + [("", "")]
    for number, (left, right) in enumerate([*lines, *((c.header, c.guide) for c in guide.columns)], start=1):
        _put(page, number, 1, left, bold=bool(right))
        _put(page, number, 2, right, wrap=True)


def _book() -> Workbook:
    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    book.properties.creator = "Lapak"
    return book


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _put_row(sheet: Worksheet, row: int, cells: Row) -> None:
    for index, value in enumerate(cells, start=1):
        if value is not None:
            _put(sheet, row, index, value)


def _put(
    sheet: Worksheet,
    row: int,
    column: int,
    value: str | int | float,
    *,
    fill: PatternFill | None = None,
    bold: bool = False,
    wrap: bool = False,
) -> None:
    cell = sheet.cell(row=row, column=column)
    assert isinstance(cell, SheetCell)  # we never merge cells
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl would take a leading "=" for a formula, and "#N/A" for an error
        cell.number_format = "@"
    if fill is not None:
        cell.fill = fill
    if bold:
        cell.font = Font(bold=True)
    if wrap:
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _at(cells: Row, index: int) -> Cell:
    return cells[index] if index < len(cells) else None
