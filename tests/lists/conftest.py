"""A small lists folder to build from."""

from __future__ import annotations

from pathlib import Path

import pytest

from filterdns.lists.categories_file import CategoryTable, load_categories
from filterdns.lists.shipped import shipped_folder
from tests.lists.home import Home


@pytest.fixture(scope="session")
def table() -> CategoryTable:
    return load_categories(shipped_folder() / "categories.yaml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shipped folder with the real taxonomy and nothing else."""
    shipped = tmp_path / "shipped"
    (shipped / "own").mkdir(parents=True)
    (shipped / "protected").mkdir()
    (shipped / "categories.yaml").write_bytes((shipped_folder() / "categories.yaml").read_bytes())
    return shipped


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    own = tmp_path / "overlay" / "own"
    own.mkdir(parents=True)
    return own.parent


@pytest.fixture
def home(folder: Path, tmp_path: Path) -> Home:
    """An installation of that folder without any lists yet."""
    return Home(folder, tmp_path / "state")
