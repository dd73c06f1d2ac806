"""A desk with five people over one release, its casebook empty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.desk import desk as desk_module
from tests.transparency.casebook.opened import new_casebook
from tests.transparency.desk.desk_site import CHEAP, DeskSite
from tests.transparency.lists import build


@pytest.fixture(scope="session")
def desk_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def desk_state(desk_release: Path, tmp_path: Path) -> Path:
    """A state folder with the release, for a casebook of its own."""
    state = tmp_path / "state"
    state.mkdir()
    for part in desk_release.iterdir():
        (state / part.name).symlink_to(part)
    return state


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Digests that take little time; what the real ones cost has tests of its own."""
    monkeypatch.setattr(desk_module, "COST", CHEAP)


@pytest.fixture
def casebook(desk_state: Path) -> Iterator[Casebook]:
    book = new_casebook(desk_state)
    yield book
    book.close()


@pytest.fixture
def desk(desk_state: Path, casebook: Casebook) -> Iterator[DeskSite]:
    with DeskSite(desk_state, casebook) as site:
        yield site
