"""Nothing lasts because nobody looked: what the clock and the outcomes of appeals bring up for people to look at.

A listing that is due for review, or about to run out, becomes a case of our own making; one that nobody looks at then
runs out as its dates say.  A source that errs too often is looked at as a whole, and one error is looked for again
where it may have been made: among the same source's names that look like it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from filterdns.transparency.appeals.events import MOVED, NARROWED, REMOVED

WARNING = timedelta(days=14)  # before a starter entry runs out ("Decided since" 4)
STARTER = "starter"

REVIEW_DUE, RUNNING_OUT, STARTER_ENDS = "review_due", "running_out", "starter_ends"

QUARTER = timedelta(days=91)
LEAST_DECIDED = 20  # appeals against a source; fewer say nothing of it
MOST_OVERTURNED = 0.20
MOST_WRONG_IN_SAMPLE = 0.05  # of a random sample that people looked at (requirements M5)
MOST_WRONG_OF_OURS = 0.02  # the same of what two people decided here
LEAST_SAMPLED = 20  # names of a source; of fewer one slip would be too much
OVERTURNING = frozenset({REMOVED, NARROWED, MOVED})

MOST_SIMILAR = 100  # names to look at because of one error
_WORD = re.compile(r"[a-z]{5,}")  # what may tell of a site's subject; shorter ones stand in too many names
_EVERYWHERE = frozenset({"online", "store", "official", "website", "world", "international", "center", "group"})


@dataclass(frozen=True, slots=True)
class Dated:
    """What of an own listing says how long it lasts; `name` in A-labels."""

    name: str
    category: str
    basis: str
    review_due: date | None
    expires: date | None


@dataclass(frozen=True, slots=True)
class Due:
    """A listing that somebody should look at. `on`: the day on which it is due, or counts no more."""

    name: str
    category: str
    why: str
    on: date


def due_listings(listings: Iterable[Dated], today: date) -> Iterator[Due]:
    """What is due today, each listing once, by the more urgent reason; what has run out is past looking at."""
    for listing in listings:
        ends, review = listing.expires, listing.review_due
        if ends is None or ends <= today:
            continue
        if ends - today <= WARNING:
            yield Due(listing.name, listing.category, STARTER_ENDS if listing.basis == STARTER else RUNNING_OUT, ends)
        elif review is not None and review <= today:
            yield Due(listing.name, listing.category, REVIEW_DUE, review)


@dataclass(frozen=True, slots=True)
class Decided:
    """An appeal against a source's listing, and how it ended."""

    source: str
    category: str
    on: date
    outcome: str


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """How often appeals against a source were won in a quarter."""

    source: str
    decided: int
    overturned: int

    @property
    def share(self) -> float:
        return self.overturned / self.decided if self.decided else 0.0

    @property
    def asks_for_review(self) -> bool:
        """Whether somebody has to look at the source as a whole ("Decided since" 6)."""
        return self.decided >= LEAST_DECIDED and self.share > MOST_OVERTURNED


def error_rates(decided: Iterable[Decided], today: date) -> list[ErrorRate]:
    """Of each source that appeals were decided against within the quarter, the worst first."""
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for each in decided:
        if timedelta() <= today - each.on < QUARTER:
            counts[each.source][0] += 1
            counts[each.source][1] += each.outcome in OVERTURNING
    rates = [ErrorRate(source, total, won) for source, (total, won) in counts.items()]
    return sorted(rates, key=lambda rate: (-rate.share, -rate.decided, rate.source))


def fails_sample(wrong: int, looked_at: int, *, is_ours: bool = False) -> bool:
    """Whether a source is suspended after people looked at a random sample of its names; ours: looked at as a whole."""
    most = MOST_WRONG_OF_OURS if is_ours else MOST_WRONG_IN_SAMPLE
    return looked_at >= LEAST_SAMPLED and wrong / looked_at > most


def similar_names(wrong: str, names: Iterable[str], *, most: int = MOST_SIMILAR) -> list[str]:
    """Names of the same source that may be the same error: below the same parent, or with a word in common.

    `wrong`: the name that was listed by mistake; `names`: the others, in any order; one pass, `most` at most.
    """
    parent = wrong.partition(".")[2]
    siblings = "." + parent if parent.count(".") else ""  # of a whole top-level domain nothing is the same
    words = words_of(wrong)
    found: list[str] = []
    for name in names:
        if name != wrong and ((siblings and name.endswith(siblings)) or words & words_of(name)):
            found.append(name)
            if len(found) == most:
                break
    return found


def words_of(name: str) -> frozenset[str]:
    """Words in a name that may tell of the site's subject; those of its top-level domain tell nothing."""
    return frozenset(_WORD.findall(name.rpartition(".")[0])) - _EVERYWHERE
