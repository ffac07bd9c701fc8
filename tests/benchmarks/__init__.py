"""Measurements of the running product, beside the bare limits of the machine. `make bench`, or see `--help`.

Each writes `docs/figures/<name>.json` and `.md`. Nothing here decides whether a test passes: times depend on the
machine; what must hold everywhere (nothing lost, nothing doubled) is asserted also here.
"""
