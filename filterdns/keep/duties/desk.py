"""One time that the keeper looks after the desk: what is due by the clock, what is to be done at once, what came of it.

Each minute, and within a second of whatever happens at the desk.  A minute is what "within the hour, by itself" needs
with room for a keeper that was away, and costs an idle machine a hundredth of its time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from filterdns.config.settings import DeskSettings
from filterdns.errors import FilterdnsError
from filterdns.keep.duties.aftermath import look_around
from filterdns.keep.duties.deadlines import meet_deadlines
from filterdns.keep.duties.letters import Letters
from filterdns.keep.duties.listed import Listed
from filterdns.keep.duties.outbox import Outbox
from filterdns.keep.duties.remembered import watched_files
from filterdns.keep.duties.signals import heed_signals, hosts_of_helplines
from filterdns.keep.duties.worktree import has_commits, make_commits
from filterdns.keep.duty import DutyReport, signature_of
from filterdns.lists.categories_file import CategoryTable
from filterdns.transparency.appeals.rules import Rules
from filterdns.transparency.casebook.casebook import Casebook

SECONDS = 60.0  # between two looks
SECONDS_ELSEWHERE = 15.0  # where the casebook is no file here, whose change would be seen; `wake` makes it sooner
MOST_PASSES = 20  # of one time; what then is left is begun again with the next look


class Desk:
    """Over a state folder and its casebook. `shipped`: the lists that come with the program."""

    def __init__(
        self,
        state: Path,
        shipped: Path,
        book: Casebook,
        table: CategoryTable,
        desk: DeskSettings,
        rules: Rules,
    ) -> None:
        self._state, self._shipped, self._book, self._desk, self._rules = state, shipped, book, desk, rules
        self._outbox = Outbox(state, book, table, Letters(state, is_sent=desk.mail is not None))

    def go(self, when: datetime, *, is_believed: bool) -> DutyReport:
        """All of it, until nothing is left to do. By a clock that is in doubt nobody is late. Raises FilterdnsError."""
        listed = Listed(self._state, when)
        lines: list[str] = []
        worked, is_open, lasting = False, False, 0
        for _ in range(MOST_PASSES):
            seen = signature_of(watched_files(self._state))
            due = self._look_at_clock(listed, when, lines) if is_believed else 0
            came_to = self._outbox.carry_out(listed, when)
            lines += came_to.lines
            lasting, is_open = came_to.lasting, is_open or came_to.opened
            if not (due or came_to.done or came_to.opened):
                break
            worked = True
        worked = bool(self._try(lambda: look_around(self._state, self._book, listed, when), lines)) or worked
        if self._desk.worktree and has_commits(self._state):
            lines += make_commits(self._state, Path(self._desk.worktree))
        seconds = SECONDS_ELSEWHERE if self._desk.database else SECONDS
        return DutyReport(seconds, worked, tuple(lines), build=lasting, look=is_open, seen=seen)

    def _look_at_clock(self, listed: Listed, when: datetime, lines: list[str]) -> int:
        """What nobody has to press a button for; how many events that brought."""
        late = meet_deadlines(self._book, listed, self._rules, when)
        opened = self._try(lambda: self._heed(listed, when), lines)
        lines += [f"desk: {late} deadlines were missed or terms ended"] if late else []
        lines += [f"desk: {opened} listings opened on a trusted signal"] if opened else []
        return late + opened

    def _heed(self, listed: Listed, when: datetime) -> int:
        known = hosts_of_helplines([self._shipped, self._state / "lists"])
        return heed_signals(self._book, listed, known, self._rules, when)

    def _try(self, what: Callable[[], int], lines: list[str]) -> int:
        """What can wait keeps nobody from being suspended in time."""
        try:
            return what()
        except FilterdnsError as fault:
            lines.append(f"desk: {fault}")
            return 0
