"""Who has to name a name before it is listed."""

from __future__ import annotations

import pytest

from filterdns.lists.curate import two_feeds

ONE, SAME_KEEPER, OTHER = ("fraud", "A keeper", False), ("fraud", "a KEEPER", False), ("fraud", "Another", False)


@pytest.mark.parametrize(
    ("feeds", "few"),
    [
        ([ONE], {"fraud"}),
        ([ONE, SAME_KEEPER], {"fraud"}),
        ([ONE, OTHER], set()),
        ([ONE, ("malware", "Another", False)], {"fraud"}),
        ([("malware", "A keeper", False)], set()),
        ([("fraud", "this household", True)], set()),  # the household has decided so
        ([], set()),
    ],
)
def test_fraud_needs_two_feeds_of_different_keepers(feeds: list[tuple[str, str, bool]], few: set[str]) -> None:
    assert two_feeds.too_few(feeds) == few
