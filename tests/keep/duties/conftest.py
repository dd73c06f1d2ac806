from __future__ import annotations

from collections.abc import Iterator

import pytest

from filterdns.lists import lint
from filterdns.lists.lint import RULES
from filterdns.lists.lint_tried import without_test_name
from tests.keep.duties.office import Office
from tests.log.site import Site, site
from tests.transparency.casebook.opened import new_casebook

__all__ = ["site"]


@pytest.fixture
def office(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The lists of the test have no test names, which lint asks for in what is shipped."""
    monkeypatch.setattr(lint, "RULES", tuple(rule for rule in RULES if rule is not without_test_name))
    book = new_casebook(site.state)
    yield Office(site, book)
    book.close()
