"""One time that letters are carried: in a child of its own, since a mail server may take its time.

Then addresses that were kept for long enough are deleted, in the casebook and in letters.  What is told is counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage

from filterdns.config.settings import MailSettings
from filterdns.errors import FilterdnsError
from filterdns.keep.duties.letters import Letter, Letters
from filterdns.keep.duties.outbox import MOST_ROWS
from filterdns.keep.duties.sending import Sent, send_all
from filterdns.keep.duties.wording import write_letter
from filterdns.keep.duty import DutyReport
from filterdns.transparency.appeals.deeds import TELL
from filterdns.transparency.appeals.rules import Rules
from filterdns.transparency.casebook.casebook import Casebook

MOST_AT_ONCE = 100  # letters of one time; the next follows at once
SECONDS = 3_600.0  # between two times while none waits: addresses are deleted within the hour
SECONDS_WHILE_WAITING = 60.0


class Post:
    """Over the letters of a state folder. `status_url`: where people ask with their code."""

    def __init__(
        self, letters: Letters, book: Casebook, mail: MailSettings | None, status_url: str, rules: Rules
    ) -> None:
        self._letters, self._book, self._mail = letters, book, mail
        self._status_url, self._rules = status_url, rules

    def carry(self, when: datetime, *, is_believed: bool) -> DutyReport:
        """Send what is due, forget what is over. A clock that is in doubt deletes nothing. Raises StateFault."""
        lines = []
        if is_believed:
            forgotten = self._book.forget_mail(when - self._rules.mail)
            forgotten += self._forget_old(when)
            lines += [f"desk: {forgotten} addresses deleted, whose time was over"] if forgotten else []
        counts = self._send(when, self._mail) if self._mail is not None else {}
        left = sum(1 for _ in self._letters.waiting())
        lines += _lines(counts, left)
        return DutyReport(SECONDS_WHILE_WAITING if left else SECONDS, worked=any(counts.values()), lines=tuple(lines))

    def _send(self, when: datetime, mail: MailSettings) -> Counter[Sent]:
        """Try those that are due; how many were sent, wait and are given up."""
        counts: Counter[Sent] = Counter()
        written = [(letter, self._written(letter, mail, when)) for letter in self._due(when)]
        due = [(letter, message) for letter, message in written if message is not None]
        results = iter(send_all([message for _, message in due], mail))
        for letter, message in written:
            result = Sent.NEVER if message is None else next(results)
            if result is not Sent.LATER:
                self._letters.forget(letter)
            elif not self._letters.put_off(letter, when):
                result = Sent.NEVER
            counts[result] += 1
        return counts

    def _due(self, when: datetime) -> list[Letter]:
        """Those whose time has come, and whose deed is noted as done: others may be laid out once more."""
        told = {row.event for row in self._book.pending(MOST_ROWS) if row.deed["do"] == TELL}
        due = [each for each in self._letters.waiting() if each.is_due(when) and each.event not in told]
        return due[:MOST_AT_ONCE]

    def _written(self, letter: Letter, mail: MailSettings, when: datetime) -> EmailMessage | None:
        """What a letter says; None if nothing that could be sent."""
        try:
            events = self._book.events(letter.case)
            return write_letter(letter, events, mail.sender, self._status_url, self._rules, when)
        except (FilterdnsError, ValueError, IndexError):  # the library's parser raises these for odd addresses
            return None

    def _forget_old(self, when: datetime) -> int:
        oldest = (when - self._rules.mail).isoformat(timespec="seconds")
        old = [each for each in self._letters.waiting() if each.laid_at < oldest]
        for each in old:
            self._letters.forget(each)
        return len(old)


def _lines(counts: Mapping[Sent, int], left: int) -> list[str]:
    if not any(counts.values()):
        return []
    sent, never = counts.get(Sent.SENT, 0), counts.get(Sent.NEVER, 0)
    waiting = f", {left} wait and are tried again" if left else ""
    given_up = f", {never} could not be sent and are given up" if never else ""
    return [f"desk: {sent} letters sent{waiting}{given_up}"]
