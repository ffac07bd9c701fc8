"""Questions to the official lists."""

import re
from collections.abc import Mapping

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction

from lapak.core.errors import NotFound
from lapak.reference.models import Kbli, Region
from lapak.reference.types import KBLI_VERSION, KbliRow, RegionRow

_COLUMNS = "code, level, parent_code, name, kind, path, version, gone"
_FIELDS = tuple(_COLUMNS.split(", "))
_KBLI_FIELDS = ("version", "code", "level", "name", "common")
NEAR = 0.4
"""Word similarity (pg_trgm, 0 to 1) from which a spelling counts as near; `coblng` is 0.57 from `coblong`."""

# What people write before a name, and the kinds it stands for.
KIND_WORDS = {
    "provinsi": (),
    "prov": (),
    "propinsi": (),
    "kabupaten": ("Kab.", "Kab. Adm."),
    "kab": ("Kab.", "Kab. Adm."),
    "kota": ("Kota", "Kota Adm."),
    "kotamadya": ("Kota", "Kota Adm."),
    "kecamatan": ("Kec.", "Distrik"),
    "kec": ("Kec.", "Distrik"),
    "distrik": ("Kec.", "Distrik"),
    "kelurahan": ("Kel.",),
    "kel": ("Kel.",),
    "desa": ("Desa", "Desa Adat"),
    "ds": ("Desa", "Desa Adat"),
}


def key_of(text: str) -> str:
    """A name as it is searched: lower case, words only, without the kind before it (unless nothing else is left)."""
    words = re.findall(r"\w+", text.lower().replace("'", "").replace('"', ""))
    while len(words) > 1 and words[0] in KIND_WORDS:
        words.pop(0)
    return " ".join(words)


def region(code: str) -> RegionRow:
    """The region of a code. Raises: NotFound."""
    row = Region.objects.filter(code=code).values_list(*_FIELDS).first()
    if row is None:
        raise NotFound(region_code=code)
    return RegionRow(**dict(zip(_FIELDS, row, strict=True)))


def region_exists(code: str) -> bool:
    """Whether the code is, or once was, on the list."""
    return Region.objects.filter(code=code).exists()


def regions_below(code: str = "") -> list[RegionRow]:
    """The regions right below one, by name; without a code the provinces."""
    rows = Region.objects.filter(parent_code=code, gone=False).order_by("name", "code").values(*_FIELDS)
    return [RegionRow(**row) for row in rows]


def search_regions(text: str, *, level: int | None = None, limit: int = 10) -> list[RegionRow]:
    """Regions by what people type: `coblong`, `kec coblong bandung`, `kota bandung`, `bandnug`.

    The own name comes before names that only begin so, those before names of which a parent fits; larger regions before
    smaller; a kind typed with the name tips the scale. When nothing is found, near spellings down to districts.
    At least two letters. A few indexed queries.
    """
    key = key_of(text)
    if len(key) < 2:
        return []
    typed = re.findall(r"\w+", text.lower())
    kinds = [kind for word in typed[: len(typed) - len(key.split())] for kind in KIND_WORDS.get(word, ())]
    facts: dict[str, str | int | list[str] | None] = {
        "key": key,
        "begins": f"{key}%",
        "kinds": kinds,
        "level": level,
        "limit": limit,
    }
    found = _ranked("key LIKE %(begins)s", facts)
    if len(found) < limit:
        words = {f"word{at}": f"% {word}%" for at, word in enumerate(key.split())}
        fits = " AND ".join(f"search LIKE %({name})s" for name in words)
        found |= _ranked(f"level <= 3 AND {fits}", {**facts, **words})
        if len(found) < limit:
            found |= _ranked(f"level = 4 AND {fits}", {**facts, **words})
    if not found:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(NEAR)])
            found = _ranked("level <= 3 AND %(key)s <%% search", facts, first="word_similarity(%(key)s, key) DESC,")
        return list(found)
    return sorted(found, key=lambda row: (found[row], len(row.name), row.code))[:limit]


def _ranked(
    condition: str, facts: Mapping[str, str | int | list[str] | None], *, first: str = ""
) -> dict[RegionRow, float]:
    """Regions with their rank, the best first."""
    of_level = "AND level = %(level)s" if facts["level"] else ""
    query = f"""
        SELECT {_COLUMNS}, level
            + CASE WHEN key = %(key)s THEN 0 WHEN key LIKE %(begins)s THEN 1.5 ELSE 2 END
            - CASE WHEN kind = ANY(%(kinds)s) THEN 0.5 ELSE 0 END AS rank
        FROM reference_region WHERE NOT gone {of_level} AND {condition}
        ORDER BY {first} rank, length(key), code LIMIT %(limit)s
    """  # noqa: S608 - our own text
    with connection.cursor() as cursor:
        cursor.execute(query, facts)
        return {RegionRow(**dict(zip(_FIELDS, row, strict=False))): float(row[-1]) for row in cursor.fetchall()}


def kbli(code: str, *, version: str = KBLI_VERSION) -> KbliRow:
    """The kind of business of a code. Raises: NotFound."""
    row = Kbli.objects.filter(version=version, code=code).values(*_KBLI_FIELDS).first()
    if row is None:
        raise NotFound(kbli_code=code, version=version)
    return KbliRow(**row)


def kbli_exists(code: str, *, version: str = KBLI_VERSION) -> bool:
    """Whether the code is on the list of that version."""
    return Kbli.objects.filter(version=version, code=code).exists()


def search_kbli(text: str, *, limit: int = 10, version: str = KBLI_VERSION) -> list[KbliRow]:
    """Five-digit kinds of business by name, everyday word (`seblak`, `hijab`) or the beginning of a code.

    Every word typed must begin a word; those often met come first. If nothing is found, near spellings.
    """
    words = re.findall(r"\w+", text.lower())
    if not words:
        return []
    rows = Kbli.objects.filter(version=version, level=5)
    if words[0].isdigit():
        rows = rows.filter(code__startswith=words[0])
    else:
        for word in words:
            rows = rows.filter(search__contains=f" {word}")
    found = [KbliRow(**row) for row in rows.order_by("-common", "code").values(*_KBLI_FIELDS)[:limit]]
    if found:
        return found
    near = Kbli.objects.filter(version=version, level=5).annotate(near=TrigramWordSimilarity(" ".join(words), "search"))
    rows = near.filter(near__gt=NEAR).order_by("-near", "-common", "code")
    return [KbliRow(**row) for row in rows.values(*_KBLI_FIELDS)[:limit]]
