"""A module's tables are its own: whoever needs a row asks the module that owns it."""

import ast
from pathlib import Path

import pytest

import lapak

PACKAGE = Path(lapak.__file__).parent
OWNERS = sorted(path.parent.name for path in PACKAGE.glob("*/models.py") if path.parent.name != "core")


@pytest.mark.parametrize("owner", OWNERS)
def test_nobody_else_opens_a_modules_tables(owner: str) -> None:
    strangers = [path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0] != owner]
    guilty = [
        str(path.relative_to(PACKAGE.parent))
        for path in strangers
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.ImportFrom) and node.module == f"lapak.{owner}.models")
        or (isinstance(node, ast.Import) and any(name.name == f"lapak.{owner}.models" for name in node.names))
    ]  # fmt: skip
    assert not guilty
