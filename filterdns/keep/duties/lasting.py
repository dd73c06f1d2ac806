"""Deeds that a release is made of: written into the overlay, built and recorded, and then told on their cases.

    lasting = Lasting(...); lasting.write(when)     entries in STATE/lists; what lint refuses is told and done with
    a build and its record                          by whoever calls: `cli.keeping`
    lasting.conclude(when)                          suspensions that it replaces end; the cases know; deeds are done

Cut short anywhere, the next errand begins again: entries that stand are found, a build of the same is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from filterdns.categories import Class
from filterdns.config.settings import DeskSettings
from filterdns.keep.duties.aftermath import entry_of_release, note_in_force
from filterdns.keep.duties.entries import About, Edit, confirmed_edit, edit_of
from filterdns.keep.duties.listed import REVIEWED, STARTER
from filterdns.keep.duties.noting import note_refused
from filterdns.keep.duties.outbox import LASTING, MOST_ROWS
from filterdns.keep.duties.overlay import find_entry, write_edits
from filterdns.keep.duties.remembered import desk_folder
from filterdns.keep.duties.suspensions import Change, changed, closing, lifting, unbridging
from filterdns.keep.duties.worktree import Commit, lay_commit
from filterdns.lists.build import build_lock
from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.curate.allowances import get_subtracting
from filterdns.lists.curate.pins import BEFORE_PEOPLE
from filterdns.lists.curate.subject import Subject
from filterdns.lists.parse.allow import PIN, Allowance
from filterdns.lists.revocations import load_revocations, revise_revocations, revocations_file
from filterdns.lists.written import read_written
from filterdns.log.recording.recorder import record_revocations
from filterdns.transparency.appeals import deeds as d
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.outbox import OutboxRow

REFUSED = "refused: "
CONFIRMED = (STARTER, REVIEWED)  # an order is its issuer's to renew, a test name has no days
_NOBODY = frozenset({e.CLOCK, e.PUBLIC, e.KEEPER})


class Lasting:
    """Over a state folder and its casebook. `shipped`: the lists that this installation's own are read behind."""

    def __init__(self, state: Path, shipped: Path, book: Casebook, table: CategoryTable, desk: DeskSettings) -> None:
        self._state, self._shipped, self._book, self._table, self._desk = state, shipped, book, table, desk
        self._written: list[OutboxRow] = []

    def write(self, when: datetime) -> bool:
        """Write what waits into the overlay; whether a build is to follow. Raises FilterdnsError."""
        self._written = []
        for rows in _in_turn([row for row in self._book.pending(MOST_ROWS) if row.deed["do"] in LASTING]):
            self._write(rows, when)
        self._revise([self._closed(row) for row in self._written if row.deed["do"] == d.LIST], when)
        return bool(self._written)

    def _write(self, rows: Sequence[OutboxRow], when: datetime) -> None:
        edits = {row.number: edit for row in rows if (edit := self._edit(row, when)) is not None}
        with build_lock(self._state):
            overlay, scratch = self._state / "lists", desk_folder(self._state)
            refused = write_edits(self._shipped, overlay, scratch, list(edits.values()), when.date())
        whys = {id(each.edit): each.why for each in refused}
        for row in rows:
            if row.number in edits and id(edits[row.number]) in whys:
                self._refuse(row, whys[id(edits.pop(row.number))], when)
        written = [row for row in rows if row.number in edits]
        if self._desk.worktree:
            for row in written:
                lay_commit(self._state, Commit(row.event, row.number, edits[row.number], _message(row), row.at))
        self._written += written

    def conclude(self, when: datetime) -> None:
        """The current release has what was written. Raises FilterdnsError."""
        if not self._written:
            return
        events = {row.event for row in self._written}
        lifts = [row for row in self._book.pending(MOST_ROWS) if row.deed["do"] == d.LIFT and row.event in events]
        self._revise([lifting(row.deed) for row in lifts if not self._is_still_suspended(row)], when)
        release, entry = entry_of_release(self._state)
        for row in self._written:
            note_in_force(self._book, row.deed["case"], row.event, release, entry, when)
        for row in (*self._written, *lifts):
            self._book.done(row.number, when, f"release {release}")
        self._written = []

    def _edit(self, row: OutboxRow, when: datetime) -> Edit | None:
        """What a deed writes; None if that is nothing, which is told on its case."""
        try:
            if row.deed["do"] == d.CONFIRM:
                return self._confirmed(row, when)
            edit = edit_of(row.deed, self._about(row), self._table)
            if row.deed["do"] == d.LIST and (why := self._why_not_listed(row)):
                raise ValueError(why)
        except (ValueError, KeyError, TypeError) as error:
            self._refuse(row, str(error), when)
            return None
        return edit

    def _confirmed(self, row: OutboxRow, when: datetime) -> Edit | None:
        """The entry of ours that was looked at, dated anew; None if there is none of this name.

        What is shipped is copied beside it: of two entries that differ in this alone the younger counts.
        """
        file = f"own/{row.deed['category']}.yaml"
        for folder in (self._state / "lists", self._shipped):
            entry = find_entry(folder, file, row.deed["name"])
            if entry is not None and entry.get("basis") in CONFIRMED:
                return confirmed_edit(row.deed, entry, row.at.date(), self._table)
        self._book.done(row.number, when, "no entry of ours: nothing to date")
        return None

    def _refuse(self, row: OutboxRow, why: str, when: datetime) -> None:
        note_refused(self._book, row.deed, why[:500], when)
        self._book.done(row.number, when, f"{REFUSED}{why}")

    def _why_not_listed(self, row: OutboxRow) -> str:
        """What keeps a name off that two people want to list; "" if nothing does. The build would leave it out."""
        category = self._table.get(str(row.deed["category"]))
        is_security = category is not None and category.klass is Class.SECURITY
        overlay = self._state / "lists"
        written = read_written(self._shipped, overlay if overlay.is_dir() else None)
        name = str(row.deed["name"]).encode("ascii", "replace")
        listing = Subject(str(row.deed["category"]), is_security, None, row.at.date())
        about = [placed.value for placed in written.allowances if placed.value.covers(name)]
        allowance = get_subtracting(about, listing, row.at)
        return _off(allowance, is_security) if allowance is not None else ""

    def _about(self, row: OutboxRow) -> About:
        events = self._book.events(row.deed["case"])
        event = next(each for each in events if each.number == row.event)
        return About(row.at, self._decided_by(event, events), self._proposer(events[0]), event.data, self._desk.contact)

    def _decided_by(self, event: Event, events: Sequence[Event]) -> str:
        """The role in which it was decided."""
        if any(each.kind == e.ASKED_AGAIN and each.number < event.number for each in events):
            return "panel of three"
        person = self._book.people.get(event.by) if event.by not in _NOBODY else None
        return person.partner.replace("_", " ") if person is not None and person.partner else "reviewer"

    def _proposer(self, opened: Event) -> str | dict[str, str]:
        if opened.by in _NOBODY:
            return "visitor"
        person = self._book.people.get(opened.by)
        kind = "maintainer" if person is not None and person.partner == "maintainer" else "reviewer"
        return {"kind": kind, "by": opened.by, **({"org": opened.organisation} if opened.organisation else {})}

    def _closed(self, row: OutboxRow) -> Change:
        """What a listing ends: all that was open by a decision, and nothing that another case has yet to answer."""
        return unbridging(row.deed) if self._is_still_suspended(row) else closing(row.deed)

    def _is_still_suspended(self, row: OutboxRow) -> bool:
        cases = self._book.find(row.deed["name"], row.deed["category"])
        return any(case.suspended for case in cases if case.id != row.deed["case"])

    def _revise(self, changes: Sequence[Change], when: datetime) -> None:
        if not changes:
            return
        day = when.date()
        before = load_revocations(revocations_file(self._state))
        if frozenset(changed(before, changes, day)) != frozenset(before):
            revise_revocations(self._state, lambda stand: changed(stand, changes, day))
        record_revocations(self._state, self._table, when)


_BEFORE = {d.LIST: (d.OPEN, d.UNPIN), d.CONFIRM: (d.LIST,)}  # what has to be in the files before it


def _in_turn(rows: Iterable[OutboxRow]) -> Iterator[list[OutboxRow]]:
    """The rows in their order, in parts: whether a name may be listed is asked of what was opened before it, and an
    entry that is dated anew is the one that was written before."""
    part: list[OutboxRow] = []
    for row in rows:
        if any(each.deed["do"] in _BEFORE.get(row.deed["do"], ()) for each in part):
            yield part
            part = []
        part.append(row)
    if part:
        yield part


def _off(allowance: Allowance, is_security: bool) -> str:
    on = allowance.decided_on.isoformat()
    if allowance.kind != PIN:
        return f"it was taken off on {on}, and that stands"
    wait = "the day after" if is_security else f"{BEFORE_PEOPLE.days} days later"
    return f"it won an appeal on {on}; people may list it again {wait}"


def _message(row: OutboxRow) -> str:
    deed = row.deed
    return f"Case {deed['case']}: {deed['do']} {deed['name']} ({deed['category']})\n\nEvent {row.event} of the desk.\n"
