"""What the release and the log say of a case's name. Asked beside the event loop's other pages, in its own thread."""

from __future__ import annotations

from dataclasses import dataclass

from filterdns.errors import IndexFault, LogFault, NameFault
from filterdns.names import parse_name
from filterdns.transparency.numbers.notes import FollowedNotes, Notes
from filterdns.transparency.reasons.past import Past
from filterdns.transparency.reasons.statement import Statement
from filterdns.transparency.web.find import Reasons


@dataclass(frozen=True, slots=True)
class Known:
    """None and nothing where it cannot be read."""

    statement: Statement | None
    past: tuple[Past, ...]


class Library:
    """Over the statements of reasons."""

    def __init__(self, reasons: Reasons) -> None:
        self._reasons = reasons
        self._notes = FollowedNotes(reasons.current.state)

    @property
    def notes(self) -> Notes | None:
        """What the keeper found that people should look at as a whole."""
        return self._notes.get()

    def known(self, name: str) -> Known:
        """What is known of a name in A-labels."""
        try:
            statement = self._reasons.state(parse_name(name))
            past = self._reasons.past(statement) if statement else ()
        except (NameFault, IndexFault, LogFault):
            return Known(None, ())
        return Known(statement, past)

    def statement(self, name: str) -> Statement | None:
        """The statement of reasons alone."""
        try:
            return self._reasons.state(parse_name(name))
        except (NameFault, IndexFault):
            return None
