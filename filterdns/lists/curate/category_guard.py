"""The guard of a category: lists that are each within their limits must not make a category drift together.

More than a fifth in a week, while nobody switched a source on, is how a filter becomes a smokescreen (requirements,
S26): the growing sources wait for a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from filterdns.lists.curate.finding import CATEGORY, Finding
from filterdns.lists.curate.guard_words import count, share

WEEK_DAYS = 7
GREW_SHARE = 0.20  # of what the category's sources had a week ago
GREW_NAMES = 5_000  # and so many names at least: small categories double within their sources' limits


@dataclass(frozen=True, slots=True)
class SourceSize:
    """Names of one source: a week ago or when a person decided last, in the accepted copy, and in the next release.

    `week_ago` is None for a source that nobody had on then: switching one on is a decision and no drift.
    """

    source: str
    week_ago: int | None
    accepted: int
    next: int


def judge_category(category: str, sizes: Iterable[SourceSize]) -> dict[str, Finding]:
    """The sources of a category whose growth waits for a person, and why; none if it has not grown beyond its limit."""
    rows = [(size, size.week_ago) for size in sizes]
    before = sum(week_ago for _, week_ago in rows if week_ago is not None)
    after = sum(size.next for size, week_ago in rows if week_ago is not None)
    more = after - before
    if more <= GREW_NAMES or more <= GREW_SHARE * before:
        return {}
    words = (
        f"the lists of {category} would have {count(more, 'name')} more than a week ago ({share(more, before)}), "
        "and nobody switched one on"
    )
    finding = Finding(CATEGORY, words, {"more": more, "before": before})
    return {size.source: finding for size, week_ago in rows if week_ago is not None and size.next > size.accepted}
