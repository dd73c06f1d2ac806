"""Watching a log for one name: what is new about it since the last look, and whether the log behaves.

What is about a name is about every name above it that covers it and every name below it as well, so all of these are
told.  Decisions on HASHED names have no name in their entries: nobody can watch for them by name, but who knows the
commitment of such a statement can watch for that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from filterdns.errors import LogFault
from filterdns.log.checking.seen import SeenCheckpoint
from filterdns.log.keys.handovers import follow_keys
from filterdns.log.places import statement_path
from filterdns.log.reading.files import LogFiles
from filterdns.log.reading.reader import LogReader
from filterdns.log.record.entries import END, ERASURE, FRESH, NAMED, REMEDY, Entry, read_entry
from filterdns.log.record.statements import MOST_STATEMENT_OCTETS, check_opening, read_body
from filterdns.tlog.policy import Policy
from filterdns.tlog.tiles import TILE_WIDTH
from filterdns.tlog.tree import check_consistency

MOST_BUNDLES_BACK = 64  # in which the newest day is looked for: an update of all lists logs a hundred entries
NOT_BY_NAME = "Decisions on hashed names cannot be watched by name; the commitment of a statement can be watched for."


@dataclass(frozen=True, slots=True)
class Watched:
    """A name in A-labels, lower case, or the commitment of a statement."""

    name: str = ""
    commitment: str = ""

    def concerns(self, entry: Entry) -> bool:
        """Whether an entry is about it, or about a name above or below it."""
        if self.commitment:
            return bool(entry.fields.get("statement") == self.commitment)
        other = entry.fields.get("name", "") if entry.type in NAMED else ""
        return bool(other) and (is_at_or_below(other, self.name) or is_at_or_below(self.name, other))


@dataclass(frozen=True, slots=True)
class News:
    """One entry that is new. `statement`: what it says, None if that was erased or is not public."""

    index: int
    type: str
    at: str
    fields: dict[str, Any]
    statement: dict[str, Any] | None = None


@dataclass(slots=True)
class Look:
    """What one look came to. `begin` and `end`: the entries that were looked at; `note`: to be kept for the next,
    nothing if this one failed."""

    begin: int = 0
    end: int = 0
    news: list[News] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    note: bytes = b""

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return {key: value for key, value in asdict(self).items() if key != "note"}


def is_at_or_below(name: str, suffix: str) -> bool:
    """Whether a name is the other one or lies below it."""
    return name == suffix or name.endswith(f".{suffix}")


def look(
    files: LogFiles,
    policy: Policy,
    watched: Watched,
    seen: SeenCheckpoint | None,
    known: list[SeenCheckpoint],
    when: datetime,
) -> Look:
    """Look at what is new since `seen`, or at all of the log; `known` are other checkpoints that it must continue.

    What is wrong with the log is an alarm; entries are told only of a log that continues what was seen.
    """
    found = Look()
    try:
        reader = LogReader(files, follow_keys(files, policy))
        for each in [*([seen] if seen else []), *known]:
            _check_continues(each, reader)
    except LogFault as fault:
        found.alarms.append(f"This log cannot be relied on: {fault}")
        return found
    found.begin, found.end = seen.checkpoint.size if seen else 0, reader.size
    try:
        _take_entries(found, reader, watched)
        found.alarms += _stale(reader, when)
    except LogFault as fault:
        found.alarms.append(f"This log cannot be read: {fault}")
    else:
        found.note = reader.note
    return found


def _check_continues(seen: SeenCheckpoint, reader: LogReader) -> None:
    old, new = seen.checkpoint, reader.checkpoint
    if old.origin != new.origin:
        raise LogFault(f"expected the log {old.origin} as in {seen.where}, got {new.origin}")
    if old.size > new.size:
        raise LogFault(f"expected {old.size} entries or more as in {seen.where}, got {new.size}: it was rolled back")
    try:
        check_consistency(old.size, old.root, new.size, new.root, reader.consistency(old.size))
    except LogFault as fault:
        raise LogFault(
            f"expected a log that continues {seen.where}, got another; keep both checkpoints ({fault})"
        ) from fault


def _take_entries(found: Look, reader: LogReader, watched: Watched) -> None:
    about: set[str] = set()  # commitments of decisions that concern it
    others: list[tuple[int, Entry]] = []  # remedies and erasures: they have no name
    told: list[tuple[int, Entry]] = []
    for index, entry in _with_statement(reader, found.begin, found.end):
        if watched.concerns(entry):
            about.add(entry.fields["statement"])
            told.append((index, entry))
        elif entry.type in (REMEDY, ERASURE):
            others.append((index, entry))
    wanted = {entry.fields["statement"] for _, entry in others} - about
    if wanted and not watched.commitment:
        earlier = _with_statement(reader, 0, found.begin)
        about |= {e.fields["statement"] for _, e in earlier if e.fields["statement"] in wanted and watched.concerns(e)}
    told += [(index, entry) for index, entry in others if entry.fields["statement"] in about]
    for index, entry in sorted(told, key=lambda each: each[0]):
        found.news.append(News(index, entry.type, _text(entry.at), dict(entry.fields), _statement(reader.files, entry)))


def _with_statement(reader: LogReader, begin: int, end: int) -> Iterator[tuple[int, Entry]]:
    """Decisions, outcomes of cases, remedies and erasures; the other entries are not read."""
    for index, octets in enumerate(reader.entries(begin, end), begin):
        if b'"statement":"' in octets:  # canonical JSON: no text of an entry can hold this
            yield index, read_entry(octets, index)


def _statement(files: LogFiles, entry: Entry) -> dict[str, Any] | None:
    """What the entry commits to. One that is not what was committed to is not shown: `verify` tells of it."""
    commitment = entry.fields.get("statement", "")
    try:
        body = read_body(files.read(statement_path(commitment), MOST_STATEMENT_OCTETS))
        check_opening(commitment, body)
    except LogFault:
        return None
    return dict(body.statement)


def _stale(reader: LogReader, when: datetime) -> Iterator[str]:
    """Whether the log stands still: its newest entry, or its newest day."""
    last = read_entry(reader.entry(reader.size - 1), reader.size - 1)
    day = _newest_day(reader)
    hours = f"{FRESH.total_seconds() / 3600:.0f} hours"
    stands_still = "the log stands still, or an old copy of it is shown"
    if last.type == END:
        yield f"The log has ended. The log that follows it: {last.fields['successor'] or 'none'}."
    elif when - last.at > FRESH:
        yield f"The newest entry is of {_text(last.at)}, more than {hours} ago: {stands_still}."
    elif day is not None and when - day > FRESH:
        yield f"The newest entry of a day is of {_text(day)}, more than {hours} ago: nobody keeps this log as promised."


def _newest_day(reader: LogReader) -> datetime | None:
    """When the newest entry of a day was made; None if there is none in the last bundles."""
    last = (reader.size - 1) // TILE_WIDTH
    for n in range(last, max(-1, last - MOST_BUNDLES_BACK), -1):
        for at, octets in reversed(list(enumerate(reader.bundle(n), n * TILE_WIDTH))):
            if b'"type":"day"' in octets:
                return read_entry(octets, at).at
    return None


def _text(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
