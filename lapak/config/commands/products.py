"""Commands of the product list."""

import sys
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from lapak.config.commands.database import database


def import_(given: Namespace) -> int:
    """Take in a sheet, or rehearse it. 1 when rows were refused; the reasons are printed row by row."""
    file, folder = Path(given.file), Path(given.photos) if given.photos else None
    if not file.is_file() or (folder and not folder.is_dir()):
        print(f"{folder if file.is_file() else file} is not there → check the path", file=sys.stderr)
        return 2
    with database():
        from lapak.catalog.services import import_products
        from lapak.core.actor import system
        from lapak.core.ids import BusinessId
        from lapak.core.words import reason_words

        photos = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} if folder else {}
        result = import_products(
            actor=system("command line"), business_id=BusinessId(given.business), file=file.read_bytes(),
            filename=file.name, dry_run=given.dry_run, photos=photos, language="en",
        )  # fmt: skip
        for note in result.refusals:
            why = reason_words(note.reason, language="en", **note.told)
            print(f"row {note.row}, {note.column}: {why}", file=sys.stderr)
    counts = ", ".join(f"{name} {count}" for name, count in asdict(result.counts).items() if count)
    print(f"{'rehearsed, nothing written' if result.dry_run else 'taken in'}: {counts or 'nothing'}")
    return int(bool(result.refusals))


def template(given: Namespace) -> None:
    """Write the empty sheet to fill in."""
    from lapak.config.commands.database import set_up_django
    from lapak.config.home import APP_ROLE

    set_up_django(role=APP_ROLE)
    from lapak.catalog.selectors import import_template

    Path(given.file).write_bytes(import_template(given.language))
    print(given.file)
