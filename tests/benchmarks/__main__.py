"""`python -m tests.benchmarks`: measure and write docs/figures/. `--quick` only proves that it runs."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks import report, webhooks

ROOT = Path(__file__).resolve().parents[2]
FIGURES = ROOT / "docs" / "figures"


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="seconds instead of minutes, and no file is written")
    parser.add_argument("--data", type=Path, default=ROOT / ".lapak" / "bench", help="folder to work in; it is emptied")
    parser.add_argument("--out", type=Path, help="where the figures go (default: docs/figures)")
    given = parser.parse_args()
    found = webhooks.measure(given.data, webhooks.QUICK if given.quick else webhooks.Size())
    found = {"measured_at": f"{datetime.now(UTC):%Y-%m-%d}", "command": "make bench", **found}
    words = report.webhooks(found)
    print(words)  # noqa: T201  for who asked
    out = given.out or (None if given.quick else FIGURES)
    if out:
        out.mkdir(parents=True, exist_ok=True)
        (out / "webhooks.json").write_text(json.dumps(found, indent=1) + "\n")
        (out / "webhooks.md").write_text(words)


if __name__ == "__main__":
    main()
