"""A small lists folder to build from."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from filterdns.lists import own_rules
from filterdns.lists.categories_file import CategoryTable, load_categories
from filterdns.lists.shipped import shipped_folder
from tests.lists.home import Home


@pytest.fixture(scope="session", autouse=True)
def _read_suffixes_once() -> Iterator[None]:
    """Ten thousand rules that are the same in each of some thousand builds."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(own_rules, "load_public_suffixes", cache(own_rules.load_public_suffixes))
        yield


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
