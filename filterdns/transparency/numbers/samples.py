"""`STATE/desk/samples.json`: what people said of names that `filterdns lists sample` drew for them (requirements M5).

    [{"file": SHA-256 of what was handed in, "on", "by": pseudonym, "category", "source", "looked_at", "wrong"}, ...]

No name is in it: what is wrong with one is a case.  The same file handed in twice counts once.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

from filterdns.errors import StateFault
from filterdns.lists.store_file import store_file
from filterdns.transparency.appeals.life import QUARTER, fails_sample
from filterdns.transparency.numbers.rows import OWN

KEPT = timedelta(days=400)
MOST_OCTETS = 4 * 1024 * 1024  # of what is handed in: ten thousand names with notes
YES, NO = "yes", "no"

_FIELDS = ("name", "categories", "sources", "still_right")
_MOST_KEPT_OCTETS = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sampled:
    """Of one list in one file that was handed in. `source`: OWN for entries of ours."""

    file: str
    on: date
    by: str
    category: str
    source: str
    looked_at: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Precision:
    """Of one list in a quarter."""

    source: str
    category: str
    looked_at: int
    wrong: int

    @property
    def fails(self) -> bool:
        """Whether so many were wrong that the list does not go on like this."""
        return fails_sample(self.wrong, self.looked_at, is_ours=self.source == OWN)


def read_sample(text: str, category_of: Callable[[str], str]) -> dict[tuple[str, str], tuple[int, int]]:
    """{(source, category): (looked at, wrong)} of a file that people filled in. Raises ValueError, in words.

    `category_of`: of a source of the release, "" for one that is judged by nobody here.  A row that nobody has
    answered counts nowhere.
    """
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    rows = csv.DictReader(text.splitlines())
    if missing := [field for field in _FIELDS if field not in (rows.fieldnames or ())]:
        raise ValueError(f"expected the columns of `filterdns lists sample`, {missing[0]} among them")
    for row in rows:
        answer = (row["still_right"] or "").strip().lower()
        if answer not in (YES, NO, ""):
            raise ValueError(f"line {rows.line_num}: still_right: expected {YES}, {NO} or nothing, got {answer[:40]!r}")
        for source in (row["sources"] or "").split() if answer else ():
            if category := category_of(source):
                key = (source if "/" not in source else OWN), category
                looked_at, wrong = counts.get(key, (0, 0))
                counts[key] = looked_at + 1, wrong + (answer == NO)
    return counts


def load_samples(state: Path) -> tuple[Sampled, ...]:
    """Those that were handed in; none where there are none, or none that can be read."""
    try:
        with samples_file(state).open("rb") as file:
            rows = json.loads(file.read(_MOST_KEPT_OCTETS))
        return tuple(Sampled(**row | {"on": date.fromisoformat(row["on"])}) for row in rows)
    except (OSError, ValueError, TypeError, KeyError):
        return ()


def add_samples(state: Path, new: Sequence[Sampled], today: date) -> bool:
    """Keep what was handed in, and let go of what is old; False if it was there already. Raises StateFault."""
    known = load_samples(state)
    if {each.file for each in new} & {each.file for each in known}:
        return False
    kept = [each for each in known if today - each.on < KEPT]
    octets = json.dumps([asdict(each) for each in (*kept, *new)], default=date.isoformat, indent=1).encode() + b"\n"
    if len(octets) > _MOST_KEPT_OCTETS:
        raise StateFault(f"{samples_file(state)}: expected at most {_MOST_KEPT_OCTETS} octets, got {len(octets)}")
    store_file(samples_file(state), octets)
    return True


def precision_of(samples: Iterable[Sampled], today: date) -> list[Precision]:
    """Each list that was looked at within the quarter, by source."""
    return sorted(_precision(samples, today), key=lambda each: (each.source, each.category))


def samples_file(state: Path) -> Path:
    """Where they lie."""
    return state / "desk" / "samples.json"


def _precision(samples: Iterable[Sampled], today: date) -> Iterator[Precision]:
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for each in samples:
        if timedelta() <= today - each.on < QUARTER:
            looked_at, wrong = counts.get((each.source, each.category), (0, 0))
            counts[each.source, each.category] = looked_at + each.looked_at, wrong + each.wrong
    for (source, category), (looked_at, wrong) in counts.items():
        yield Precision(source, category, looked_at, wrong)
