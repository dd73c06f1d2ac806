from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from filterdns.lists import lint
from filterdns.lists.lint import RULES
from filterdns.lists.lint_tried import without_test_name
from tests.keep.duties.office import Office
from tests.log.site import Site, site
from tests.transparency.casebook.opened import new_casebook

__all__ = ["site"]

_MEMORY = Path("/dev/shm")  # a file there is as durable as these tests need it


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder where writing is quick."""
    path = Path(tempfile.mkdtemp(dir=_MEMORY if os.access(_MEMORY, os.W_OK) else None))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def office(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The lists of the test have no test names, which lint asks for in what is shipped."""
    monkeypatch.setattr(lint, "RULES", tuple(rule for rule in RULES if rule is not without_test_name))
    book = new_casebook(site.state)
    yield Office(site, book)
    book.close()
