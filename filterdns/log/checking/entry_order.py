"""What may follow what in a log, and what must lie beside it: judged entry by entry, in little memory.

Of each decision that stands a number is kept, and of each statement eight octets; of those that cannot be opened more.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from filterdns.errors import LogFault
from filterdns.log.checking.findings import Report
from filterdns.log.keys.signing_keys import KeyState, keys_after
from filterdns.log.places import statement_path
from filterdns.log.reading.files import LogFiles, MissingFile
from filterdns.log.record.entries import BEGIN, DAY, DECISION, END, ERASURE, KEY, OUTCOME, RELEASE, REMEDY, Entry
from filterdns.log.record.statements import MOST_STATEMENT_OCTETS, Body, check_opening, read_body

MOST_BACKWARD = timedelta(days=1)  # that an entry may seem older than one before it: a clock was set right meanwhile
MOST_AHEAD = timedelta(days=1)  # that an entry may be dated after the moment at which it is looked at
PUBLIC_KINDS = ("source", "copy", "taxonomy")  # of decisions that have no name to hide

_BACKDATED = "Somebody wants it to seem that this was decided earlier than it was."


class EntryOrder:
    """Takes the entries one after the other and tells the report what is wrong. `finish` when all have come."""

    def __init__(self, report: Report, files: LogFiles, when: datetime) -> None:
        self._report, self._files, self._latest_now = report, files, when + MOST_AHEAD
        self.keys: KeyState | None = None
        self._latest: datetime | None = None
        self._release = 0
        self._standing: set[int] = set()  # decisions, by the hash of kind and key
        self._unknown: set[tuple[str, str, str]] = set()  # what decisions are about whose statement cannot be read
        self._committed = array("Q")
        self._meant: list[tuple[int, str, str]] = []  # index, type and commitment of erasures and remedies
        self._absent: dict[str, int] = {}
        self._takers: Mapping[str, Callable[[int, Entry], None]] = {
            DECISION: self._take_decision,
            RELEASE: self._take_release,
            DAY: self._take_day,
            ERASURE: self._take_meant,
            REMEDY: self._take_meant,
            OUTCOME: self._take_outcome,
        }

    def take(self, index: int, entry: Entry) -> None:
        """The next entry, which is of the right form."""
        report = self._report
        report.types[entry.type] = report.types.get(entry.type, 0) + 1
        self._take_time(index, entry.at)
        if entry.type in (BEGIN, KEY, END) or index == 0:
            self._take_keys(index, entry)
        elif report.has_ended:
            report.add(f"entry {index}", "nothing after the end of the log", entry.type, "The log had ended for good.")
        taker = self._takers.get(entry.type)
        if taker is not None:
            taker(index, entry)

    def finish(self) -> None:
        """Judge what only the whole log can tell."""
        self._report.last_at = _text(self._latest) if self._latest else ""
        known = array("Q", sorted(self._committed))
        erased: set[str] = set()
        for index, type_, commitment in self._meant:
            number = _number(commitment)
            at = bisect_left(known, number)
            if at == len(known) or known[at] != number:
                self._report.add(
                    f"entry {index}", f"{type_} of a statement of this log", commitment, "It is about nothing."
                )
            elif type_ == ERASURE:
                erased.add(commitment)
                self._check_gone(index, commitment)
        self._report.erased = len(erased)
        for commitment, index in self._absent.items():
            if commitment not in erased:
                self._report.add(
                    statement_path(commitment),
                    f"the statement of entry {index}, or an erasure of it in the log",
                    "neither",
                    "A reason was taken away without a word.",
                )

    def _take_time(self, index: int, at: datetime) -> None:
        latest = self._latest
        if latest is None:
            self._report.first_at = _text(at)
        elif at < latest - MOST_BACKWARD:
            self._report.add(f"entry {index}", f"a moment that is not before {_text(latest)}", _text(at), _BACKDATED)
        if at > self._latest_now:
            means = "Either its clock or ours is wrong, or it was dated ahead."
            moment = _text(self._latest_now - MOST_AHEAD)
            self._report.add(f"entry {index}", f"a moment that is not after {moment}", _text(at), means)
        if latest is None or at > latest:
            self._latest = at

    def _take_keys(self, index: int, entry: Entry) -> None:
        try:
            self.keys = keys_after([entry], self.keys)
            self._report.has_ended = self.keys.has_ended
        except LogFault as fault:
            self._report.add(f"entry {index}", "a beginning, change of keys or end that can be", fault, "")

    def _take_release(self, index: int, entry: Entry) -> None:
        number = entry.fields["number"]
        if number <= self._release:
            means = "A release was put in the place of another, or an old one was made again under its old number."
            self._report.add(f"entry {index}", f"a release above number {self._release}", number, means)
        self._release = max(number, self._release)

    def _take_day(self, index: int, entry: Entry) -> None:
        day = date.fromisoformat(entry.fields["date"])
        if abs(day - entry.at.date()) > MOST_BACKWARD:
            self._report.add(f"entry {index}", f"the day {entry.at.date()} on which it was made", day, _BACKDATED)
        self._report.last_day = max(self._report.last_day, entry.fields["date"])

    def _take_meant(self, index: int, entry: Entry) -> None:
        self._meant.append((index, entry.type, entry.fields["statement"]))

    def _take_decision(self, index: int, entry: Entry) -> None:
        fields = entry.fields
        self._committed.append(_number(fields["statement"]))
        if "name" not in fields and fields["kind"] not in PUBLIC_KINDS:
            self._report.closed += 1
            return
        body = self._open(index, fields["statement"])
        about = fields["kind"], fields["category"], fields.get("name") or fields.get("source", "")
        if body is None:
            self._unknown.add(about)
            return
        self._check_said(index, fields, body)
        self._check_action(index, fields, body, is_vague=about in self._unknown)

    def _take_outcome(self, index: int, entry: Entry) -> None:
        """What came of a case: its statement is for all to read where the entry has the name."""
        fields = entry.fields
        self._committed.append(_number(fields["statement"]))
        decided = date.fromisoformat(fields["decided"])
        if fields["received"] > fields["decided"] or decided > entry.at.date() + MOST_BACKWARD:
            days = f"received {fields['received']}, decided {decided}"
            means = "A case was dated otherwise than it went."
            self._report.add(f"entry {index}", f"days in order, up to {entry.at.date()}", days, means)
        if "name" not in fields:
            self._report.closed += 1
        elif body := self._open(index, fields["statement"]):
            self._check_said(index, fields, body)

    def _open(self, index: int, commitment: str) -> Body | None:
        """The statement, if it is there and what was committed to."""
        path = statement_path(commitment)
        try:
            body = read_body(self._files.read(path, MOST_STATEMENT_OCTETS))
            check_opening(commitment, body)
        except MissingFile:
            self._absent[commitment] = index
            return None
        except LogFault as fault:
            means = "The reason that is shown is not the one that was given."
            self._report.add(path, f"the statement that entry {index} commits to", fault, means)
            return None
        self._report.opened += 1
        return body

    def _check_said(self, index: int, fields: Mapping[str, Any], body: Body) -> None:
        """What an entry says openly is what its statement says."""
        for word in ("kind", "name", "scope", "case", "outcome"):
            said = body.statement.get(word, fields.get(word))
            if word in fields and said != fields[word]:
                means = "The reason belongs to another decision."
                self._report.add(f"entry {index}", f"a statement with {word} {fields[word]}", said, means)

    def _check_action(self, index: int, fields: Mapping[str, Any], body: Body, *, is_vague: bool) -> None:
        """Only what stands can change or end, and what stands is not added again."""
        key = body.statement.get("key")
        if not isinstance(key, str):
            return
        number, action = hash((fields["kind"], key)), fields["action"]
        stands = number in self._standing
        if stands == (action == "added") and not is_vague:
            before = "stands already" if stands else "was never added, or has ended"
            means = "The history of this decision has a gap, or was put together later."
            self._report.add(
                f"entry {index}", "a decision that follows from those before", f"{action}: {before}", means
            )
        if action == "removed":
            self._standing.discard(number)
        else:
            self._standing.add(number)

    def _check_gone(self, index: int, commitment: str) -> None:
        path = statement_path(commitment)
        try:
            self._files.read(path, MOST_STATEMENT_OCTETS)
        except MissingFile:
            return
        except LogFault:
            pass
        means = "What was erased can still be read; whoever serves these files has to remove it."
        self._report.add(path, f"no file, since entry {index} erases it", "a file", means)


def _number(commitment: str) -> int:
    """Eight octets of a commitment, which is a digest: nobody can make two that meet in them and in the rest."""
    return int(commitment[:16], 16)


def _text(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
