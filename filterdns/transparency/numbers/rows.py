"""What figures are made of, and the one shape that all of them have: page, JSON and CSV show the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

OWN = "own"  # stands where the identifier of a public list does


@dataclass(frozen=True, slots=True)
class Answer:
    """One decision of a case. `asked`: the public asked, and not we alone; `until`: from when the name was open again.

    `source`: the public list that named it, OWN for a listing of ours; `wrong_since`: when that began, None if unknown.
    """

    case: int
    kind: str
    category: str
    asked: bool
    step: int
    received: datetime
    decided: datetime
    in_time: bool
    outcome: str
    source: str = OWN
    wrong_since: date | None = None
    until: date | None = None
    organisations: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()  # kinds of those who decided (requirements 4.2)
    counts_at: datetime | None = None  # seen to resolve again, of what was opened; in a release, of what was listed


@dataclass(frozen=True, slots=True)
class LateCase:
    """A case whose deadline was missed. `opened`: the listing was suspended for it; `waits`: it is open still."""

    category: str
    at: datetime
    opened: bool
    waits: bool
    is_legal: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """Open cases of a kind and category, and when the oldest was opened."""

    kind: str
    category: str
    cases: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Cases:
    """What the casebook has of a period. `received`: by the first day of a month, kind and category.

    `lacking_hands`: late cases of the last 30 days, of categories that had too many.
    """

    answers: Sequence[Answer] = ()
    received: Mapping[tuple[date, str, str], int] = field(default_factory=dict)
    late: Sequence[LateCase] = ()
    waiting: Sequence[Waiting] = ()
    lacking_hands: Mapping[str, int] = field(default_factory=dict)
    legal: frozenset[str] = frozenset()  # categories that an office outside decides


@dataclass(frozen=True, slots=True)
class Feed:
    """A public list in the release. `confirmed`: the last day on which what is used was what it serves."""

    source: str
    category: str
    names: int
    confirmed: date | None


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """One of our own listings that counts. `confirmed`: the last day on which a person agreed to it."""

    category: str
    basis: str
    confirmed: date | None
    review_due: date | None
    expires: date | None
    authority: str = ""  # of an order: whose, and of which country


@dataclass(frozen=True, slots=True)
class Lists:
    """What the release in use has. `bases`: entries by how they came."""

    release: int = 0
    bases: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, int] = field(default_factory=dict)  # by category
    feeds: Sequence[Feed] = ()
    own: Sequence[OwnEntry] = ()
    ordered: Sequence[date] = ()  # days on which an order was entered


COUNT, SHARE, DAYS, HOURS = "count", "share", "days", "hours"  # units
HIDDEN, MARKED, REVIEW = "hidden", "marked", "review"  # what is to be noticed about a row
TOTAL, CATEGORY, SOURCE, MONTH, BASIS, AUTHORITY, ORGANISATION, PARTNER = (
    *("total", "category", "source", "month", "basis", "authority", "organisation", "partner"),
)  # what rows are broken down by


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. From `begin` on and before `end`; a state of today has the same day for both.

    A share is `part` of `of`, `low` and `high` are its interval.  HIDDEN rows have no numbers.  `within`: the category
    of an organisation's share.
    """

    figure: str
    by: str
    key: str
    begin: date
    end: date
    unit: str
    value: float | None
    part: float | None = None
    of: int | None = None
    low: float | None = None
    high: float | None = None
    mark: str = ""
    within: str = ""
