"""What is told on cases once their decisions count: in force, seen to resolve, and what a pin keeps off since.

    STATE/desk/looked     {"release": the last whose pins were looked at, "entries": up to where the log was}

Both are looked at again from where they were: a note that is on its case is not written twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from filterdns.errors import LogFault
from filterdns.keep.duties.entries import ALLOW_FILE
from filterdns.keep.duties.listed import Listed
from filterdns.keep.duties.noting import is_noted, last_decision, note
from filterdns.keep.duties.remembered import load_values, looked_file, store_values
from filterdns.lists.release import get_pointed, releases_folder
from filterdns.log.places import PROOF, has_log
from filterdns.log.reading.reader import open_local
from filterdns.log.record.entries import REMEDY, read_entry
from filterdns.log.record.statements import open_statement
from filterdns.tlog.proof_file import parse_proof_file
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.yaml_lines import load_yaml

_IS_REMEDY = b'"type":"remedy"'  # canonical JSON: no text of an entry can hold this
_MOST_PINS = 10_000


def entry_of_release(state: Path) -> tuple[int, int]:
    """Number of the current release and its entry in the log; 0 where there is none."""
    number = get_pointed(state) or 0
    try:
        proof = parse_proof_file((releases_folder(state) / f"{number:08d}" / PROOF).read_bytes())
    except (OSError, LogFault):
        return number, 0
    return number, proof.index


def note_in_force(book: Casebook, case_id: int, decision: int, release: int, entry: int, when: datetime) -> None:
    """Tell on a case that its decision, the event of this number, is carried out, unless a newer one stands."""

    def is_told(events: Sequence[Event]) -> bool:
        last = last_decision(events)
        told = any(each.kind == e.IN_FORCE and each.number > decision for each in events)
        return last is None or last.number != decision or told

    note(book, case_id, e.IN_FORCE, {"release": release, "entry": entry}, when, unless=is_told)


def look_around(state: Path, book: Casebook, listed: Listed, when: datetime) -> int:
    """Note what is new: names that were seen to resolve, and lists that name again what won; how many notes.

    Raises LogFault and StateFault.
    """
    looked = load_values(looked_file(state))
    size = _size(state)
    noted = 0
    begin = looked.get("entries")
    if type(begin) is not int or not 0 <= begin <= size:
        begin = 0
    if size > begin:
        noted += _note_seen(state, book, begin, size, when)
    if listed.number != looked.get("release"):
        noted += _note_pinned(state, book, listed, when)
    now = {"release": listed.number, "entries": size}
    if now != looked:
        store_values(looked_file(state), now)
    return noted


def _size(state: Path) -> int:
    return open_local(state).size if has_log(state) else 0


def _note_seen(state: Path, book: Casebook, begin: int, end: int, when: datetime) -> int:
    """Our own test resolver has seen names that were opened (`log.opened`): their cases are told."""
    noted = 0
    for index, octets in enumerate(open_local(state).entries(begin, end), begin):
        if _IS_REMEDY not in octets:
            continue
        entry = read_entry(octets, index)
        body = open_statement(state, entry.fields["statement"]) if entry.type == REMEDY else None
        if body is None:
            continue
        for case in _cases_opened(book, body.statement):
            data = {"release": entry.fields["release"]}
            noted += note(book, case.id, e.SEEN, data, when, unless=_is_seen)
    return noted


def _is_seen(events: Sequence[Event]) -> bool:
    """Whether it was seen since it was opened last."""
    for event in reversed(events):
        if event.kind == e.SEEN:
            return True
        if event.kind in (e.DECIDED, e.SUSPENDED):
            return False
    return True


def _cases_opened(book: Casebook, statement: Mapping[str, Any]) -> Iterator[Case]:
    """The cases that opened the name of a statement: about it, or about one above it that was narrowed."""
    name, categories = str(statement.get("name", "")), statement.get("categories") or ()
    labels = name.split(".")
    for at in range(max(0, len(labels) - 1)):
        above = ".".join(labels[at:])
        for case in book.find(above):
            if categories and case.category not in categories:
                continue
            is_open_now = bool(case.suspended) or case.outcome in (e.REMOVED, e.MOVED, e.NARROWED)
            if is_open_now and (not at or _has_opened(book, case, name)):
                yield case


def _has_opened(book: Casebook, case: Case, name: str) -> bool:
    decision = last_decision(book.events(case.id)) if case.outcome == e.NARROWED else None
    opened = decision.data.get("opened_names", ()) if decision is not None else ()
    return any(each.get("name") == name for each in opened)


def _note_pinned(state: Path, book: Casebook, listed: Listed, when: datetime) -> int:
    """A list names again what won an appeal: the build keeps it off, and the case is told which list that is (A6)."""
    noted = 0
    for name, category in _pins(state):
        for source in listed.pinned_sources(name, category):
            about = {"what": e.NOTED_PINNED, "source": source, "name": name}
            words = f"{source} names {name}, which won an appeal; the list is not followed there"
            for case in book.find(name, category):
                if case.outcome in (e.REMOVED, e.MOVED):
                    noted += note(
                        book,
                        case.id,
                        e.NOTED,
                        {**about, "words": words, "release": listed.number},
                        when,
                        unless=lambda events, about=about: is_noted(events, about),  # type: ignore[misc]
                    )
    return noted


def _pins(state: Path) -> list[tuple[str, str]]:
    """(name, category) of what the desk has pinned. What cannot be read is told by the build."""
    path = state / "lists" / ALLOW_FILE
    try:
        entries = load_yaml(path.read_text(encoding="utf-8"), ALLOW_FILE).data or []
        pinned = [each for each in entries if each.get("kind") == "pin"]
        return [(each["name"], category) for each in pinned for category in each["categories"]][:_MOST_PINS]
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        return []
