"""A stranger's file becomes rows of plain cells, with bounded memory, or one clear refusal.

A workbook is unpacked once under a byte counter before any parser sees it, so that a bomb, an XML entity or a damaged
part is met there. The parser then streams; a cell at the far corner of the grid costs nothing.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import TypeVar

import openpyxl

from lapak.catalog.checks import clean_text
from lapak.catalog.errors import (
    SheetBroken,
    SheetEmpty,
    SheetLocked,
    SheetRefused,
    SheetTooLarge,
    SheetTooOld,
    SheetTooWide,
    SheetUnknown,
)

FILE_MAX_BYTES = 20 * 1024**2
UNPACKED_MAX_BYTES = 200 * 1024**2
RATIO_MAX = 200  # sheets that people fill pack 5 to 50 fold; only above a size that could hurt
RATIO_FREE_BYTES = 5 * 1024**2
COLUMNS_MAX = 200
BLANK_ROWS_MAX = 10_000  # formatted to the bottom of the sheet; what follows so late is not a product
_SEPARATORS = ",;\t"

Cell = str | int | float | None
Row = Sequence[Cell]
Found = TypeVar("Found")


def tables_in(file: bytes) -> Iterator[Iterator[Row]]:
    """The tables of a file: one for a text file, one for each visible sheet of a workbook.

    Cells are cleaned text, numbers or None; formulas count with the value they last had. Rows keep their places, so the
    first is row 1. Raises: a SheetRefused.
    """
    if len(file) > FILE_MAX_BYTES:
        raise SheetTooLarge(limit_mb=FILE_MAX_BYTES // 1024**2)
    if not file.strip(b"\0 \t\r\n"):
        raise SheetEmpty
    if file.startswith(b"PK\x03\x04"):
        return _workbook(file)
    if file.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        # An OLE container: a workbook with a password hides its package in a stream of this name, else it is old.
        raise (SheetLocked if "EncryptedPackage".encode("utf-16-le") in file else SheetTooOld)
    return iter([_text_table(file)])


def _workbook(file: bytes) -> Iterator[Iterator[Row]]:
    _inspect(file)
    try:
        book = openpyxl.load_workbook(io.BytesIO(file), read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    except Exception as broken:  # a stranger's file can break the parser anywhere; the file is refused, nothing retried
        raise SheetBroken from broken
    for sheet in sheets:
        sheet.reset_dimensions()  # what the file claims of its size is often wrong, and then rows would be lost
        yield _sheet_rows(sheet.iter_rows(max_col=COLUMNS_MAX + 1, values_only=True))


def _sheet_rows(rows: Iterator[tuple[object, ...]]) -> Iterator[Row]:
    blank = 0
    while blank <= BLANK_ROWS_MAX:
        try:
            values = next(rows, None)
        except Exception as broken:  # as above: the sheet's own part is parsed as we go
            raise SheetBroken from broken
        if values is None:
            return
        row = _trimmed([_cell(value) for value in values])
        blank = 0 if row else blank + 1
        yield row


def _inspect(file: bytes) -> None:
    """Unpack every part once, counting. Raises: SheetBroken, SheetUnknown, SheetTooLarge."""
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as package:
            names = set(package.namelist())
            if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
                raise SheetUnknown
            if sum(part.file_size for part in package.infolist()) > UNPACKED_MAX_BYTES:
                raise SheetTooLarge(limit_mb=UNPACKED_MAX_BYTES // 1024**2)
            total = 0
            for part in package.infolist():
                if part.flag_bits & 1:
                    raise SheetLocked
                total += _unpack(package, part, UNPACKED_MAX_BYTES - total)
            if total > RATIO_FREE_BYTES and total > RATIO_MAX * len(file):
                raise SheetBroken(unpacked_mb=total // 1024**2)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as broken:
        raise SheetBroken from broken


def _unpack(package: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """Bytes of one part. A document type is refused: no spreadsheet program writes one, entities live there."""
    size, tail = 0, b""
    is_xml = part.filename.endswith((".xml", ".rels", ".vml"))
    with package.open(part) as stream:
        while chunk := stream.read(1024**2):
            size += len(chunk)
            if size > left:
                raise SheetTooLarge(limit_mb=UNPACKED_MAX_BYTES // 1024**2)
            if is_xml:
                seen = tail + chunk.replace(b"\0", b"")  # also in UTF-16
                if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                    raise SheetBroken
                tail = seen[-9:]
    return size


def _text_table(file: bytes) -> Iterator[Row]:
    text = _decoded(file)
    if len(re.findall("[\x00-\x08\x0e-\x1f]", text)) > len(text) // 20 or text.lstrip().startswith(("<", "%PDF", "{")):
        raise SheetUnknown
    text = text.replace("\0", "")
    first = next((line for line in text.splitlines() if line.strip()), None)
    if first is None:
        raise SheetEmpty
    separator = max(_SEPARATORS, key=lambda mark: len(next(csv.reader([first], delimiter=mark), [])))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    while True:
        try:
            values = next(lines, None)
        except csv.Error as broken:
            raise SheetBroken from broken
        if values is None:
            return
        yield _trimmed([clean_text(value) or None for value in values])


def _decoded(file: bytes) -> str:
    if file.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return file.decode("utf-16")
        except UnicodeDecodeError as broken:
            raise SheetUnknown from broken
    for encoding in ("utf-8-sig", "cp1252"):  # cp1252: what Excel on Windows calls CSV
        try:
            return file.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetUnknown


def _cell(value: object) -> Cell:
    if value is None:
        return None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, int):
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return clean_text(str(value)) or None


def _trimmed(cells: list[Cell]) -> Row:
    while cells and cells[-1] is None:
        cells.pop()
    if len(cells) > COLUMNS_MAX:
        raise SheetTooWide(limit=COLUMNS_MAX)
    return cells


def first_table(
    file: bytes, *, find: Callable[[list[Row]], Found], peek: int
) -> tuple[Found, list[Row], Iterator[Row]]:
    """The first table in which `find` finds what it wants among the first `peek` rows.

    Returns: what it found, these rows, and the rows after them still to be read. Raises: SheetEmpty when no table holds
    anything, else what `find` raised for the last table.
    """
    refusal: SheetRefused = SheetEmpty()
    for rows in tables_in(file):
        try:
            head = list(islice(rows, peek))
            if any(head):
                return find(head), head, rows
        except SheetRefused as fault:
            refusal = fault
    raise refusal
