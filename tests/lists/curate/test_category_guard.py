"""A category does not drift: its lists together grow by no more than a fifth a week while nobody switched one on."""

from __future__ import annotations

import pytest

from filterdns.lists.curate.category_guard import SourceSize, judge_category


@pytest.mark.parametrize(
    ("sizes", "held"),
    [
        ([("a", 30_000, 30_000, 36_001)], {"a"}),
        ([("a", 30_000, 30_000, 36_000)], set()),  # a fifth
        ([("a", 10_000, 10_000, 15_000)], set()),  # 5,000 names
        ([("a", 10_000, 13_000, 13_000), ("b", 10_000, 10_000, 12_001)], {"b"}),  # `a` grew before
        ([("a", 10_000, 10_000, 13_000), ("b", 10_000, 10_000, 12_001)], {"a", "b"}),
        ([("a", 30_000, 30_000, 40_000), ("b", 30_000, 30_000, 28_000)], set()),  # together 13 %
        ([("a", 30_000, 30_000, 30_000), ("b", None, 0, 90_000)], set()),  # switched on by a person
        ([("a", 30_000, 30_000, 40_000), ("b", None, 0, 90_000)], {"a"}),
        ([], set()),
    ],
)  # fmt: skip
def test_growing_lists_are_held_if_their_category_grows_beyond_its_limit(
    sizes: list[tuple[str, int | None, int, int]], held: set[str]
) -> None:
    found = judge_category("malware", [SourceSize(*size) for size in sizes])
    assert set(found) == held
    assert all(finding.rule == "category" and "malware" in finding.words for finding in found.values())


def test_words_name_the_growth() -> None:
    found = judge_category("malware", [SourceSize("a", 30_000, 30_000, 40_000)])
    assert found["a"].words == (
        "the lists of malware would have 10,000 names more than a week ago (33 %), and nobody switched one on"
    )
