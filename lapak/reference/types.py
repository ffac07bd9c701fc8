"""What crosses the wall of the official lists."""

from dataclasses import dataclass

REGIONS_VERSION = "Kepmendagri 300.2.2-2138/2025"
KBLI_VERSION = "2020"
"""The version new businesses are registered under, as long as the shipped list is of it."""


@dataclass(frozen=True, kw_only=True)
class RegionRow:
    """A region. level: 1 province, 2 regency or city, 3 district, 4 village. path: its name up to the province."""

    code: str
    level: int
    parent_code: str
    name: str
    kind: str
    path: str
    version: str
    gone: bool

    @property
    def title(self) -> str:
        """Its own name as people say it: `Kec. Coblong`, `Kota Bandung`, `Jawa Barat`."""
        return f"{self.kind} {self.name}" if self.kind else self.name


@dataclass(frozen=True, kw_only=True)
class KbliRow:
    """A kind of business. level: 1 section, 2 division, 3 group, 4 class, 5 five digits. common: often met."""

    version: str
    code: str
    level: int
    name: str
    common: bool


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What loading a list did. fresh: whether anything was written."""

    list: str
    version: str
    rows: int
    fresh: bool
