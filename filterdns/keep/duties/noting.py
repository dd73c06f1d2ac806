"""What the keeper writes on a case: once, however often it is tried, behind whatever others wrote meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import CaseFault
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.faults import Changed

_TRIES = 5  # others write in between now and then, not five times


def note(
    book: Casebook,
    case_id: int,
    kind: str,
    data: Mapping[str, Any],
    when: datetime,
    *,
    unless: Callable[[Sequence[Event]], bool],
) -> bool:
    """Append an event of the keeper's, unless its events say that it is there; whether it was appended.

    Raises StateFault. What cannot happen to the case any more is left.
    """
    for _ in range(_TRIES):
        events = book.events(case_id)
        if not events or unless(events):
            return False
        try:
            book.append(case_id, kind, e.KEEPER, "", data, when, expected_last=events[-1].number)
        except Changed:
            continue
        except CaseFault:
            return False
        return True
    return False


def note_refused(book: Casebook, deed: Mapping[str, Any], words: str, when: datetime) -> None:
    """Tell on its case that a deed cannot be carried out, and why. Raises StateFault."""
    data = {"what": e.NOTED_REFUSED, "do": deed["do"], "of": deed["event"], "name": deed["name"], "words": words}
    about = {key: data[key] for key in ("what", "do", "of", "name")}
    note(book, deed["case"], e.NOTED, data, when, unless=lambda events: is_noted(events, about))


def is_noted(events: Sequence[Event], about: Mapping[str, Any]) -> bool:
    """Whether a note with these data is there."""
    return any(
        event.kind == e.NOTED and all(event.data.get(key) == value for key, value in about.items()) for event in events
    )


def last_decision(events: Sequence[Event]) -> Event | None:
    """The decision that stands."""
    return next((event for event in reversed(events) if event.kind == e.DECIDED), None)
