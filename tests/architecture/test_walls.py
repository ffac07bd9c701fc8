"""The walls that the import linter does not see: keys, rights, locks, sizes, migrations."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models import Field, Model
from django_migration_linter import MigrationLinter

from lapak.config import rights
from lapak.config.reference import PACKAGE

ROOT = PACKAGE.parent
LOCKS = sorted(ROOT.glob("requirements*.lock"))
MODELS = [model for model in apps.get_models() if model.__module__.startswith("lapak.")]


def _layers() -> dict[str, int]:
    """Module → its height; higher ones know lower ones."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract.get("containers") == ["lapak"])
    return {name.strip(): -depth for depth, layer in enumerate(layers) for name in layer.split("|")}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_key_between_modules_points_down(model: type[Model]) -> None:
    height = _layers()
    here = model._meta.app_label
    for field in model._meta.get_fields():
        if not isinstance(field, Field) or field.related_model is None:
            continue
        other = apps.get_model(field.related_model) if isinstance(field.related_model, str) else field.related_model
        if other.__module__.startswith("lapak.") and other._meta.app_label != here:
            assert height[other._meta.app_label] < height[here], f"{field} looks up or sideways"


def test_tables_that_only_grow_are_tables_of_ours() -> None:
    tables = {model._meta.db_table for model in apps.get_models()}
    assert tables >= rights.APPEND_ONLY


@pytest.mark.django_db
def test_the_migrations_say_all_that_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_a_migration_is_safe_for_the_code_that_still_runs() -> None:
    """Tables made from nothing (a module's first migration) lock nobody; every later one is looked at."""
    ours = [config.label for config in apps.get_app_configs() if config.name.startswith("lapak.")]
    linter = MigrationLinter(
        path=str(ROOT), include_apps=ours, ignore_initial_migrations=True, no_cache=True, no_output=True
    )
    linter.lint_all_migrations()
    assert not linter.has_errors


@pytest.mark.django_db
def test_nothing_needs_more_than_postgresql_15() -> None:
    """The list of extensions is what a plain server and the embedded one both have, and an owner may create."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        assert {name for (name,) in cursor.fetchall()} <= {"plpgsql", "pg_trgm", "btree_gist", "citext"}


def test_migrations_have_names() -> None:
    files = [file.name for file in PACKAGE.glob("*/migrations/0*.py")]
    assert files
    assert [name for name in files if re.search(r"_auto_|^\d{4}\.py", name)] == []


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    files = [file for file in PACKAGE.rglob("*.py") if "migrations" not in file.parts]
    assert {str(file): lines for file in files if (lines := len(file.read_text("utf-8").splitlines())) > 400} == {}


def test_every_module_says_what_it_owns() -> None:
    assert [
        str(file) for file in PACKAGE.glob("*/__init__.py") if not file.read_text("utf-8").lstrip().startswith('"""')
    ] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_registry_and_checks_every_file(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    entries = [entry for entry in re.split(r"\n(?=\S)", text.strip()) if entry]
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)


def test_what_runs_is_a_part_of_what_developers_have() -> None:
    def pinned(name: str) -> set[str]:
        return set(re.findall(r"^(\S+==\S+)", (ROOT / name).read_text(), re.MULTILINE))

    assert pinned("requirements.lock") <= pinned("requirements-dev.lock")


def test_channels_and_shared_types_run_without_django() -> None:
    look = (
        "import sys, pkgutil, importlib, lapak.channels, lapak.domain\n"
        "for top in (lapak.channels, lapak.domain):\n"
        "    for one in pkgutil.walk_packages(top.__path__, top.__name__ + '.'):\n"
        "        importlib.import_module(one.name)\n"
        "print(sorted(name for name in sys.modules if name.partition('.')[0] == 'django'))"
    )
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True, cwd=ROOT)
    assert said.stdout.strip() == "[]"
