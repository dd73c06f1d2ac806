"""Deeds that count within seconds: suspensions and their ends, the bridge to a release, and what came of each case.

    revocations on the disk -> recorded and published -> outcomes in the log -> letters laid out -> deeds noted as done

None waits for a build.  What a release has to be made of stays in the outbox for `lasting`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filterdns.errors import FilterdnsError
from filterdns.keep.duties.letters import Letters
from filterdns.keep.duties.listed import Listed
from filterdns.keep.duties.noting import note_refused
from filterdns.keep.duties.outcomes import Outcome, forget_recorded, outcome_of, record_outcomes
from filterdns.keep.duties.suspensions import Change, adding, bridge, changed, lifting, suspension, unbridging
from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.revocations import fault_of, load_revocations, revise_revocations, revocations_file
from filterdns.log.recording.recorder import record_revocations
from filterdns.transparency.appeals import deeds as d
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.outbox import OutboxRow

MOST_ROWS = 5_000  # read at once: what lateness may suspend in a day, and what waits for a build, is far less
LASTING = (d.OPEN, d.UNPIN, d.CONFIRM, d.LIST, d.HOLD, d.PROTECT)  # what a release is made of


@dataclass(frozen=True, slots=True)
class AtOnce:
    """What a pass came to. `done`: deeds; `opened`: whether names may resolve now that did not; `lasting`: the number
    of the newest deed that waits for a build, 0 if none does."""

    done: int
    opened: bool
    lasting: int
    lines: tuple[str, ...]


class Outbox:
    """What is done of it at once, over a state folder. `mail`: whether there is somebody who carries letters."""

    def __init__(self, state: Path, book: Casebook, table: CategoryTable, letters: Letters) -> None:
        self._state, self._book, self._table, self._letters = state, book, table, letters

    def carry_out(self, listed: Listed, when: datetime) -> AtOnce:
        """One pass over what waits. Raises FilterdnsError; the next pass does what was not done by then."""
        pending = self._book.pending(MOST_ROWS)
        idle = _without_effect(pending, listed)
        rows = [row for row in pending if row not in idle]
        waiting = {row.event for row in rows if row.deed["do"] in LASTING}
        revoking = [row for row in rows if _revokes(row, waiting)]
        opened = self._revoke(revoking, when)
        lines = self._tell([row for row in rows if row.deed["do"] == d.TELL], listed, when)
        done = sum(self._book.done(row.number, when, "an import: nothing to date") for row in idle)
        for row in (*revoking, *rows):
            if row.deed["do"] == d.TELL or (row in revoking and row.deed["do"] not in LASTING):
                done += self._book.done(row.number, when, "done")
        if done:
            forget_recorded(self._state)
        lasting = max((row.number for row in rows if row.deed["do"] in LASTING), default=0)
        return AtOnce(done, opened, lasting, tuple(lines))

    def _revoke(self, rows: Sequence[OutboxRow], when: datetime) -> bool:
        """Make the revocations what these deeds say; whether anything has changed."""
        changes = [change for row in rows if (change := self._change(row, when)) is not None]
        if not changes:
            return False
        before = load_revocations(revocations_file(self._state))
        day = when.date()
        is_new = frozenset(changed(before, changes, day)) != frozenset(before)
        if is_new:
            revise_revocations(self._state, lambda stand: changed(stand, changes, day))
        record_revocations(self._state, self._table, when)  # also what a crash left unrecorded
        return is_new

    def _change(self, row: OutboxRow, when: datetime) -> Change | None:
        deed = row.deed
        if deed["do"] == d.LIFT:
            return None if self._is_still_suspended(row) else lifting(deed)
        if deed["do"] == d.UNPIN:
            return unbridging(deed)
        made = suspension(deed, row.at) if deed["do"] == d.SUSPEND else bridge(deed, row.at, when.date())
        if fault := fault_of(made):
            note_refused(self._book, deed, fault, when)
            return None
        return adding(made)

    def _is_still_suspended(self, row: OutboxRow) -> bool:
        """Whether another case about this listing keeps it suspended."""
        cases = self._book.find(row.deed["name"], row.deed["category"])
        return any(case.suspended for case in cases if case.id != row.deed["case"])

    def _tell(self, rows: Sequence[OutboxRow], listed: Listed, when: datetime) -> list[str]:
        """Record what came of cases, and lay out a letter for everybody who left an address."""
        outcomes: list[Outcome] = []
        lines = []
        for row in rows:
            try:
                made = outcome_of(self._book, listed, row.deed["case"], row.event)
            except FilterdnsError as fault:
                lines.append(f"desk: case {row.deed['case']}: {fault}")
                continue
            outcomes += [made] if made is not None else []
        record_outcomes(self._state, outcomes, when)
        for row in rows:
            self._letters.lay_out(self._book, row, when)
        return lines


def _without_effect(rows: Sequence[OutboxRow], listed: Listed) -> list[OutboxRow]:
    """Those that would confirm what is no listing of ours: an import lives by its list's days."""
    unpinned = {row.event for row in rows if row.deed["do"] == d.UNPIN}
    confirming = [row for row in rows if row.deed["do"] == d.CONFIRM and row.event not in unpinned]
    return [row for row in confirming if not listed.is_ours(*_about(row))]


def _about(row: OutboxRow) -> tuple[str, str]:
    return row.deed["name"], row.deed["category"]


def _revokes(row: OutboxRow, waiting: set[int]) -> bool:
    """Whether a deed changes revocations now. What is suspended stays so until the release that replaces it."""
    do = row.deed["do"]
    return do in (d.SUSPEND, d.OPEN, d.UNPIN) or (do == d.LIFT and row.event not in waiting)
