"""One append: decisions that the log does not have and other entries, gathered and then written with one checkpoint.

    with open_append(state, when) as append:
        append.decide(now, kinds)           # what of these kinds was decided, changed or ended since
        append.add(write_entry(...))
        append.write()

The fold of the log (`fold`) is held against what stands now, and kept for the next time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from filterdns.errors import FilterdnsError, LogFault, StateFault
from filterdns.log.places import pending_file
from filterdns.log.record.entries import DECISION, RELEASE, read_entry, write_entry
from filterdns.log.record.statements import Body, make_body
from filterdns.log.recording.committing import begin_committing, end_committing, sweep
from filterdns.log.recording.decided import Decided, Key
from filterdns.log.recording.fold import Difference, differences, load_fold, store_fold
from filterdns.log.recording.soundness import get_refusal
from filterdns.log.writing.writer import LogWriter, open_writer


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A decision that came into the log."""

    commitment: str
    action: str
    decided: Decided


class Append:
    """What is to be appended. `at`: the time of its entries, never before those that are there."""

    def __init__(self, state: Path, writer: LogWriter, when: datetime) -> None:
        self._state = state
        self.writer = writer
        self.fold = load_fold(state, writer.tree)
        self.at = max(when, read_entry(writer.tree.entry(writer.size - 1)).at) if writer.size else when
        self._differences: list[Difference] = []
        self._others: list[bytes] = []
        self._bodies: list[tuple[Body, bool]] = []

    def decide(self, now: Mapping[Key, Decided], kinds: Collection[str]) -> None:
        """Gather the decisions by which what stands now of these kinds is not what the log has."""
        self._differences += differences(self._state, self.fold, now, kinds)

    def add(self, entry: bytes) -> None:
        """Gather another entry, for behind the decisions."""
        self._others.append(entry)

    def commit(self, statement: Mapping[str, Any], *, is_open: bool) -> str:
        """The commitment of a statement for an entry to `add`; it is kept when that is written."""
        body = make_body(statement)
        self._bodies.append((body, is_open))
        return body.commitment

    def write(self) -> list[NewDecision]:
        """Append all of it, if there is anything; the decisions. Raises LogFault and StateFault."""
        new = [NewDecision(self._commit(each), each.action, each.decided) for each in self._differences]
        entries, bodies = [*map(self._entry, new), *self._others], self._bodies
        self._differences, self._others, self._bodies = [], [], []
        if entries:
            begin = self._append(entries, bodies)
            for index, octets in enumerate(entries, begin):
                self.fold.take(self._state, index, octets)
            with suppress(StateFault):  # derived: whoever comes next folds it again
                store_fold(self._state, self.fold)
        return new

    def _commit(self, difference: Difference) -> str:
        return self.commit(difference.decided.statement, is_open=difference.decided.is_open)

    def _append(self, entries: list[bytes], bodies: list[tuple[Body, bool]]) -> int:
        """The index of the first. Of what will never be in the log no statement is left."""
        try:
            begin_committing(self._state, self.writer.size, bodies)
            first = self.writer.append(entries).first_index
        except FilterdnsError:
            if not pending_file(self._state).exists():  # or else whoever opens the log next goes on with it
                with suppress(FilterdnsError):
                    sweep(self._state, self.writer.tree)
            raise
        end_committing(self._state)
        return first

    def find_release(self, number: int) -> int | None:
        """Where the log has the release of this number; None if it has none."""
        if number > self.fold.release:
            return None
        for index, octets in enumerate(self.writer.tree.entries(0, self.writer.size)):
            if b'"type":"release"' in octets:
                entry = read_entry(octets, index)
                if entry.type == RELEASE and entry.fields["number"] == number:
                    return index
        return None

    def _entry(self, new: NewDecision) -> bytes:
        decided = new.decided
        return write_entry(
            DECISION, self.at, kind=decided.kind, action=new.action, statement=new.commitment, **decided.fields
        )


@contextmanager
def open_append(state: Path, when: datetime) -> Iterator[Append]:
    """The log of a state folder, for one append, by one process at a time. Raises LogFault if it is not sound."""
    refusal = get_refusal(state)
    if refusal:
        raise LogFault(refusal)
    with open_writer(state, when) as writer:
        sweep(state, writer.tree)
        yield Append(state, writer, when)
