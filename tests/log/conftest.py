"""A publisher with a small lists folder, whose releases can be made again."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from filterdns.lists import own_rules
from filterdns.lists.shipped import shipped_folder
from tests.lists.home import Home
from tests.log.life import Publisher


@pytest.fixture
def publisher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Publisher:
    """Of the real taxonomy and nothing else; the ten thousand rules of the suffix list are read once."""
    monkeypatch.setattr(own_rules, "load_public_suffixes", cache(own_rules.load_public_suffixes))
    shipped = tmp_path / "shipped"
    (shipped / "own").mkdir(parents=True)
    (shipped / "categories.yaml").write_bytes((shipped_folder() / "categories.yaml").read_bytes())
    return Publisher(Home(shipped, tmp_path / "state"))
