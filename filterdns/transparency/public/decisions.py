"""All decisions of the log, newest first, to be read by kind, category, action and time.

For each decision only a few octets are kept: its index, its second and which of few combinations of words it has.
What a page shows of it is read from the log again, checked by its root.  Names of categories that nobody should browse,
and of decisions about several categories, are never shown here, whatever the log has of them; whoever knows a name
reads its decisions on the name's own page.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from filterdns.errors import LogFault
from filterdns.lists.categories_file import CategoryTable
from filterdns.log.places import checkpoint_file, has_log
from filterdns.log.reading.reader import LogReader, open_local
from filterdns.log.record.entries import DECISION, read_entry
from filterdns.transparency.reasons.statement import VEILED

OPEN = "open"
SHARED_HOST = "shared_host"
PAGE = 50  # decisions on a page and in a feed
MOST_PAGES = 64  # kept until the log grows, about 20 KiB each
PROTECTIONS = frozenset({"p1", "p2", "hold"})  # stand where a category does

_IS_DECISION = b'"type":"decision"'  # canonical JSON: no text in an entry can hold this


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asks for; "" and None are all. `before`: indexes below it alone, -1 for the newest."""

    kind: str = ""
    category: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None
    before: int = -1


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision as it is shown. `name` is "" where it is not told here."""

    index: int
    at: datetime
    kind: str
    action: str
    category: str
    basis: str
    name: str
    source: str
    statement: str


@dataclass(frozen=True, slots=True)
class DecisionsPage:
    """`before`: where the next page begins, -1 if there is none; `total`: decisions that are as wanted."""

    decisions: tuple[Decision, ...]
    before: int
    total: int


Words = tuple[str, str, str]
"""Kind, category and action."""


class DecisionBook:
    """The decisions of the log in a state folder. For one thread at a time.

    `reader` is None where there is no log, or none that can be read.
    """

    def __init__(self, state: Path, table: CategoryTable | None, say: Callable[[str], None]) -> None:
        self._state, self._say = state, say
        rows = table.categories if table else ()
        self._told = PROTECTIONS | {row.id for row in rows if row.publication == OPEN} - VEILED
        self.reader: LogReader | None = None
        self._seen: tuple[int, int] | None = None
        self._read = 0  # entries of the log
        self._indexes, self._seconds, self._kinds = array("Q"), array("Q"), array("H")
        self._words: list[Words] = []
        self._pages: dict[Wanted, DecisionsPage] = {}  # under this reader
        self._number_of: dict[Words, int] = {}

    def follow(self) -> None:
        """Read what has come since. Never raises: what cannot be read leaves what was read last."""
        try:
            status = checkpoint_file(self._state).stat() if has_log(self._state) else None
            seen = (status.st_ino, status.st_mtime_ns) if status else None
            if seen == self._seen:
                return
            self._seen = seen
            if seen is not None:
                self._add(open_local(self._state))
        except (LogFault, OSError) as fault:
            self._say(f"pages: the decisions shown may be old: {fault}")

    def page(self, wanted: Wanted) -> DecisionsPage:
        """The newest decisions that are as wanted, up to PAGE. Raises LogFault."""
        if self.reader is None:
            return DecisionsPage((), -1, 0)
        page = self._pages.get(wanted)
        if page is None:
            if len(self._pages) >= MOST_PAGES:
                self._pages.clear()
            page = self._pages[wanted] = self._make_page(wanted)
        return page

    def _make_page(self, wanted: Wanted) -> DecisionsPage:
        places = list(self._places(wanted))
        below = [place for place in places if wanted.before < 0 or self._indexes[place] < wanted.before]
        shown = tuple(self._decision(self._indexes[place]) for place in below[:PAGE])
        return DecisionsPage(shown, shown[-1].index if len(below) > PAGE else -1, len(places))

    @property
    def categories(self) -> tuple[str, ...]:
        """Those that have a decision, in alphabetical order."""
        return tuple(sorted({category for _, category, _ in self._words if category}))

    def _add(self, reader: LogReader) -> None:
        if reader.size < self._read:
            raise LogFault(f"expected a log of at least {self._read} entries, got {reader.size}")
        for index, octets in enumerate(reader.entries(self._read, reader.size), self._read):
            if _IS_DECISION in octets:
                entry = read_entry(octets, index)
                fields = entry.fields
                words = (fields["kind"], fields["category"], fields["action"])
                number = self._number_of.setdefault(words, len(self._words))
                if number == len(self._words):
                    self._words.append(words)
                self._indexes.append(index)
                self._seconds.append(int(entry.at.timestamp()))
                self._kinds.append(number)
            self._read = index + 1
        self.reader = reader
        self._pages.clear()

    def _places(self, wanted: Wanted) -> Iterator[int]:
        """Where in our columns the wanted ones are, newest first."""
        asked = (wanted.kind, wanted.category, wanted.action)
        numbers = {number for number, words in enumerate(self._words) if _is_asked(asked, words)}
        since = _second(wanted.since) if wanted.since else 0
        until = _second(wanted.until + timedelta(days=1)) if wanted.until else 1 << 62
        kinds, seconds = self._kinds, self._seconds
        for place in range(len(kinds) - 1, -1, -1):
            if kinds[place] in numbers and since <= seconds[place] < until:
                yield place

    def _decision(self, index: int) -> Decision:
        assert self.reader is not None
        entry = read_entry(self.reader.entry(index), index)
        fields = entry.fields
        if entry.type != DECISION:
            raise LogFault(f"entry {index}: expected a decision, got {entry.type}")
        is_told = fields["category"] in self._told or fields["kind"] == SHARED_HOST
        return Decision(
            index=index,
            at=entry.at,
            kind=fields["kind"],
            action=fields["action"],
            category=fields["category"],
            basis=fields["basis"],
            name=fields.get("name", "") if is_told else "",
            source=fields.get("source", ""),
            statement=fields["statement"],
        )


def _is_asked(asked: Words, words: Words) -> bool:
    return all(not wanted or wanted == word for wanted, word in zip(asked, words, strict=True))


def _second(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
