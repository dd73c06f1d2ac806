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

from filterdns.errors import FilterdnsError, LogFault, StateFault
from filterdns.log.decided import Decided, Key
from filterdns.log.entries import DECISION, RELEASE, read_entry, write_entry
from filterdns.log.fold import Difference, differences, load_fold, store_fold
from filterdns.log.places import pending_file
from filterdns.log.soundness import get_refusal
from filterdns.log.statements import commit_all, erase
from filterdns.log.writer import LogWriter, open_writer


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

    def decide(self, now: Mapping[Key, Decided], kinds: Collection[str]) -> None:
        """Gather the decisions by which what stands now of these kinds is not what the log has."""
        self._differences += differences(self._state, self.fold, now, kinds)

    def add(self, entry: bytes) -> None:
        """Gather another entry, for behind the decisions."""
        self._others.append(entry)

    def write(self) -> list[NewDecision]:
        """Append all of it, if there is anything; the decisions. Raises LogFault and StateFault."""
        each = [(difference.action, difference.decided) for difference in self._differences]
        commitments = commit_all(self._state, [(decided.statement, decided.is_open) for _, decided in each])
        new = [NewDecision(commitment, *pair) for commitment, pair in zip(commitments, each, strict=True)]
        entries = [*map(self._entry, new), *self._others]
        self._differences, self._others = [], []
        if entries:
            begin = self._append(entries, commitments)
            for index, octets in enumerate(entries, begin):
                self.fold.take(self._state, index, octets)
            with suppress(StateFault):  # derived: whoever comes next folds it again
                store_fold(self._state, self.fold)
        return new

    def _append(self, entries: list[bytes], commitments: list[str]) -> int:
        """The index of the first. Of what will never be in the log no statement is left."""
        try:
            return self.writer.append(entries).first_index
        except FilterdnsError:
            if not pending_file(self._state).exists():  # or else whoever opens the log next goes on with it
                with suppress(FilterdnsError):
                    for commitment in commitments:
                        erase(self._state, commitment)
            raise

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
        yield Append(state, writer, when)
