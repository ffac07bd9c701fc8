"""Commands of the official lists."""

from argparse import Namespace
from pathlib import Path

from lapak.config.commands.database import database


def load(given: Namespace) -> None:
    """Load the regions, or a KBLI list: the one shipped, or the whole official one from a file."""
    with database():
        from lapak.reference.services import load_kbli, load_regions

        if given.list == "regions":
            loaded = load_regions(force=True)
        else:
            loaded = load_kbli(Path(given.file) if given.file else None, version=given.version, force=True)
    print(f"{loaded.list}, version {loaded.version}: {loaded.rows} rows")
