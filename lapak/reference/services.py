"""Loading the official lists: from the files shipped with the package, or from a file an operator brings."""

import csv
import hashlib
import io
import lzma
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import python_calamine
from django.db import connection, transaction

from lapak.core.clock import now
from lapak.reference.errors import ListUnreadable
from lapak.reference.models import ReferenceVersion
from lapak.reference.selectors import key_of
from lapak.reference.types import KBLI_VERSION, REGIONS_VERSION, Loaded

DATA = Path(__file__).parent / "data"
REGIONS_FILE = DATA / "regions-2025.csv.xz"
KBLI_FILES = {"2020": DATA / "kbli-2020-common.csv"}

# "Daerah Istimewa Yogyakarta" is "DI Yogyakarta" wherever people write it.
_KINDS = (
    ("Daerah Khusus Ibukota ", "DKI"),
    ("Daerah Istimewa ", "DI"),
    ("Kabupaten Administrasi ", "Kab. Adm."),
    ("Kota Administrasi ", "Kota Adm."),
    ("Kabupaten ", "Kab."),
    ("Kota ", "Kota"),
)
_VILLAGES = {"1": "Kel.", "2": "Desa", "3": "Desa Adat"}
_PAPUA = frozenset({"91", "92", "93", "94", "95", "96"})  # its districts are called Distrik
_ALIASES = {"31": " dki", "34": " diy jogja jogjakarta"}
_REGION_COLUMNS = ("code", "level", "parent_code", "name", "kind", "path", "key", "search", "version", "gone")
_KBLI_COLUMNS = ("version", "code", "level", "name", "common", "search")


def load_reference(*, force: bool = False) -> dict[str, Loaded]:
    """Load every list that is shipped; nothing to do for one that is loaded already. Keys: `regions`, `kbli-2020`."""
    done = [load_regions(force=force)]
    done += [load_kbli(version=version, force=force) for version in KBLI_FILES]
    return {loaded.list: loaded for loaded in done}


def load_regions(*, force: bool = False) -> Loaded:
    """Load the regions shipped with the package, about two seconds the first time. Codes that left stay, as `gone`."""
    raw = REGIONS_FILE.read_bytes()
    rows = csv.DictReader(io.StringIO(lzma.decompress(raw).decode()))
    named = {row["code"]: row["name"] for row in rows}
    return _load("regions", REGIONS_VERSION, raw, _region_rows(named), force=force)


def load_kbli(path: Path | None = None, *, version: str = KBLI_VERSION, force: bool = False) -> Loaded:
    """Load a KBLI list: the one shipped, or a whole official one from a CSV or XLSX file.

    The file has a heading row with a code column (`kode`, `code`, `kode kbli`) and a name column (`judul`, `nama`,
    `name`, `uraian`); others are passed over. Codes are a letter or 2 to 5 digits. What the shipped list knows beside
    the official name (often met, everyday words) is kept. Raises: ListUnreadable, and then nothing has changed.
    """
    shipped = KBLI_FILES.get(version)
    if path is None:
        if shipped is None:
            raise ListUnreadable(file=f"KBLI {version}", why="daftar versi ini tidak disertakan; sebutkan berkasnya")
        raw, rows = shipped.read_bytes(), _shipped_kbli(shipped)
    else:
        raw, rows = _read(path), _official_kbli(path, _shipped_kbli(shipped) if shipped else {})
    columns = [
        (version, code, _kbli_level(code), name, common, f" {_words(f'{name} {words}')}"[:600])
        for code, (name, common, words) in sorted(rows.items())
    ]
    return _load(f"kbli-{version}", version, raw, columns, force=force)


def _load(name: str, version: str, raw: bytes, rows: Iterable[Sequence[object]], *, force: bool) -> Loaded:
    """Write a list by COPY into a temporary table and one upsert. No-op when the same file is loaded."""
    digest = hashlib.sha256(raw).hexdigest()
    known = ReferenceVersion.objects.filter(list=name).first()
    if known and known.digest == digest and known.version == version and not force:
        return Loaded(list=name, version=version, rows=known.rows, fresh=False)
    table, columns, key = (
        ("reference_region", _REGION_COLUMNS, ("code",))
        if name == "regions"
        else ("reference_kbli", _KBLI_COLUMNS, ("version", "code"))
    )
    listed, others = ", ".join(columns), [column for column in columns if column not in key]
    with transaction.atomic(), connection.cursor() as cursor:
        # Two processes that start at once load one after the other; the second finds the work done by its upsert.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('lapak.reference', 0))")
        cursor.execute(f"CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT {listed} FROM {table} LIMIT 0")  # noqa: S608
        count = 0
        with cursor.copy(f"COPY incoming ({listed}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
                count += 1
        cursor.execute(
            f"INSERT INTO {table} ({listed}) SELECT {listed} FROM incoming"  # noqa: S608
            f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in others)}"
            f" WHERE ({', '.join(f'{table}.{c}' for c in others)})"
            f" IS DISTINCT FROM ({', '.join(f'excluded.{c}' for c in others)})"
        )
        if name == "regions":
            cursor.execute(
                "UPDATE reference_region SET gone = true WHERE NOT gone AND code NOT IN (SELECT code FROM incoming)"
            )
        cursor.execute("DROP TABLE incoming")
        ReferenceVersion.objects.update_or_create(
            list=name, defaults={"version": version, "digest": digest, "rows": count, "loaded_at": now()}
        )
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")
    return Loaded(list=name, version=version, rows=count, fresh=True)


def _region_rows(named: dict[str, str]) -> Iterator[Sequence[object]]:
    """Rows for COPY. Parents come before children, because codes sort so."""
    path: dict[str, str] = {}
    search: dict[str, str] = {}
    for code in sorted(named):
        parts = code.split(".")
        parent = ".".join(parts[:-1])
        kind, name = _kind(parts, named[code])
        title = f"{kind} {name}" if kind else name
        key = key_of(named[code]) if len(parts) > 2 else key_of(name)
        path[code] = f"{title}, {path[parent]}" if parent else title
        search[code] = f" {key}{search[parent]}" if parent else f" {key}{_ALIASES.get(code, '')}"
        yield code, len(parts), parent, name, kind, path[code], key, search[code], REGIONS_VERSION, False


def _kind(parts: list[str], name: str) -> tuple[str, str]:
    if len(parts) == 4:
        return _VILLAGES.get(parts[3][0], ""), name
    if len(parts) == 3:
        return ("Distrik" if parts[0] in _PAPUA else "Kec."), name
    for prefix, kind in _KINDS:
        if name.startswith(prefix):
            return kind, name.removeprefix(prefix)
    return "", name


def _shipped_kbli(file: Path) -> dict[str, tuple[str, bool, str]]:
    """code → (name, often met, everyday words)."""
    rows = csv.DictReader(io.StringIO(file.read_text("utf-8")))
    return {row["code"]: (row["name"], row["common"] == "1", row["words"]) for row in rows}


def _official_kbli(path: Path, shipped: dict[str, tuple[str, bool, str]]) -> dict[str, tuple[str, bool, str]]:
    cells = list(_cells(path))
    if not cells:
        raise ListUnreadable(file=path.name, why="berkas kosong")
    heading = [cell.strip().lower() for cell in cells[0]]
    code_at = _column(heading, ("kode", "code", "kode kbli", "kbli"))
    name_at = _column(heading, ("judul", "nama", "name", "uraian", "judul kbli"))
    if code_at is None or name_at is None:
        raise ListUnreadable(file=path.name, why="baris pertama harus memuat kolom kode dan judul", row=1)
    found: dict[str, tuple[str, bool, str]] = {}
    for at, row in enumerate(cells[1:], start=2):
        code = row[code_at].strip().upper() if code_at < len(row) else ""
        name = " ".join(row[name_at].split()) if name_at < len(row) else ""
        if not code and not name:
            continue
        if not re.fullmatch(r"[A-Z]|\d{2,5}", code):
            raise ListUnreadable(file=path.name, why=f"kode '{code}' pada baris {at} bukan kode KBLI", row=at)
        if not name:
            raise ListUnreadable(file=path.name, why=f"judul pada baris {at} kosong", row=at)
        if code in found:
            raise ListUnreadable(file=path.name, why=f"kode {code} muncul dua kali (baris {at})", row=at)
        _, common, words = shipped.get(code, ("", False, ""))
        found[code] = (name[:300], common, words)
    if not any(len(code) == 5 for code in found):
        raise ListUnreadable(file=path.name, why="tidak ada kode lima angka di dalamnya")
    return found


def _cells(path: Path) -> Iterator[list[str]]:
    if path.suffix.lower() in {".xlsx", ".xls", ".ods"}:
        try:
            sheet = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        except (python_calamine.CalamineError, OSError) as broken:
            raise ListUnreadable(file=path.name, why="bukan lembar kerja yang bisa dibuka") from broken
        for row in sheet.to_python():
            yield [_text(cell) for cell in row]
        return
    try:
        text = _read(path).decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise ListUnreadable(file=path.name, why="berkas CSV harus berkode UTF-8") from broken
    delimiter = ";" if text[:200].count(";") > text[:200].count(",") else ","
    yield from csv.reader(io.StringIO(text), delimiter=delimiter)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as missing:
        raise ListUnreadable(file=path.name, why="berkas tidak ada atau tidak boleh dibaca") from missing


def _text(cell: object) -> str:
    """A cell as text; a code typed as a number comes as a float."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _column(heading: list[str], names: Sequence[str]) -> int | None:
    return next((heading.index(name) for name in names if name in heading), None)


def _kbli_level(code: str) -> int:
    return 1 if code.isalpha() else len(code)


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
