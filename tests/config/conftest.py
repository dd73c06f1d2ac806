"""The shipped category table, and a configuration from text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from filterdns.config.loader import load
from filterdns.config.settings import Settings
from filterdns.errors import DataFault, Fault
from filterdns.lists.categories_file import CategoryTable, load_categories

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def table() -> CategoryTable:
    return load_categories(ROOT / "lists" / "categories.yaml")


@pytest.fixture
def settings_of(tmp_path: Path, table: CategoryTable) -> Callable[[str], Settings]:
    """`settings_of("workers: 2")`"""

    def read(text: str) -> Settings:
        file = tmp_path / "config.yaml"
        file.write_text(dedent(text), encoding="utf-8")
        return load(file, table)

    return read


@pytest.fixture
def faults_of(settings_of: Callable[[str], Settings]) -> Callable[[str], tuple[Fault, ...]]:
    """All faults of a text, none if it is good."""

    def read(text: str) -> tuple[Fault, ...]:
        try:
            settings_of(text)
        except DataFault as fault:
            return fault.faults
        return ()

    return read
