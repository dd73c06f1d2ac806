"""The casebook: what may be asked of it, and how it is opened. Each method is one transaction; threads may share it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert
from sqlalchemy.engine import URL

from filterdns.config.settings import DeskSettings
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.appeals.lateness import Due, Valve
from filterdns.transparency.appeals.rules import Rules, Terms
from filterdns.transparency.casebook import figures, outbox, reading, receipts, writing
from filterdns.transparency.casebook.backup import back_up
from filterdns.transparency.casebook.check import faults_of
from filterdns.transparency.casebook.controls import Controls
from filterdns.transparency.casebook.figures import Decision
from filterdns.transparency.casebook.outbox import OutboxRow
from filterdns.transparency.casebook.passkeys import Passkeys
from filterdns.transparency.casebook.people import People
from filterdns.transparency.casebook.place import check_place, prepare_place, url_of
from filterdns.transparency.casebook.receipts import NewReceipt, Receipt
from filterdns.transparency.casebook.sessions import Sessions
from filterdns.transparency.casebook.store import Store
from filterdns.transparency.casebook.tables import valves
from filterdns.transparency.casebook.versions import bring_up_to_date
from filterdns.transparency.casebook.writing import NewCase, Opened

_RULES = Rules()
_DUES_AT_ONCE = 200  # in one transaction: others write in between


class Casebook:
    """Cases, what has to be done of them, and the people who answer them."""

    def __init__(self, url: str | URL, rules: Rules = _RULES) -> None:
        """Its tables are there: `open_casebook` sees to that."""
        self._store = Store(url)
        self._rules = rules
        self.people = People(self._store)
        self.sessions = Sessions(self._store)
        self.passkeys = Passkeys(self._store)
        self.controls = Controls(self._store)

    def close(self) -> None:
        """Close all connections."""
        self._store.close()

    def bring_up_to_date(self) -> None:
        """Make the tables what this program needs. Raises StateFault."""
        prepare_place(self._store.url)
        bring_up_to_date(self._store)

    # What happens

    def open_or_join(
        self,
        terms: Terms,
        *,
        kind: str,
        name: str,
        subdomains: bool,
        claim: bool,
        when: datetime,
        due: datetime | None,
        receipt: NewReceipt | None,
        by: str = e.PUBLIC,
        organisation: str = "",
    ) -> Opened:
        """The one open case on a listing: opened with its deadline, or joined by one more appeal. Raises CaseFault."""
        new = NewCase(terms, kind, name, subdomains, claim, due, by, organisation)
        return self._store.write(lambda c: writing.open_or_join(c, new, receipt, when, self._rules))

    def append(
        self,
        case_id: int,
        kind: str,
        by: str,
        organisation: str,
        data: Mapping[str, Any],
        when: datetime,
        *,
        expected_last: int,
        opens: tuple[NewCase, NewReceipt] | None = None,
    ) -> Case:
        """A case after one more event, whose deeds are in the outbox then.

        `opens`: what is brought forward with it: both stand there then, or neither.  Raises Changed if the case's last
        event is not `expected_last`, CaseFault for what cannot happen to it.
        """

        def write(connection: Connection) -> Case:
            after = writing.append(
                connection, case_id, kind, by, organisation, data, when, self._rules, expected_last=expected_last
            )
            if opens is not None:
                writing.open_or_join(connection, *opens, when, self._rules)
            return after

        return self._store.write(write)

    def append_due(self, dues: Sequence[Due], when: datetime) -> int:
        """Append what the clock wants to see, as far as it still holds; how many events that were."""
        parts = (dues[at : at + _DUES_AT_ONCE] for at in range(0, len(dues), _DUES_AT_ONCE))
        return sum(self._store.write(lambda c, p=part: writing.append_due(c, p, when, self._rules)) for part in parts)  # type: ignore[misc]

    # Cases

    def case(self, case_id: int) -> Case:
        """A case by its number. Raises Missing (a CaseFault)."""
        with self._store.reading() as connection:
            return writing.find_case(connection, case_id)

    def events(self, case_id: int) -> list[Event]:
        """All events of a case, in order."""
        with self._store.reading() as connection:
            return reading.events_of(connection, case_id)

    def open_cases(
        self,
        *,
        offset: int = 0,
        limit: int = 50,
        states: Collection[str] | None = None,
        category: str | None = None,
        kinds: Collection[str] | None = None,
        whose: str | None = None,
        due_before: datetime | None = None,
    ) -> list[Case]:
        """A page of what waits for an answer: claims of protection first, proven keepers next, then by deadline.

        `whose`: drawn for or taken by somebody, "" for what nobody has.
        """
        with self._store.reading() as connection:
            return reading.open_cases(connection, offset, limit, states, category, kinds, whose, due_before)

    def count_open(self) -> dict[tuple[str, str], int]:
        """How many cases wait, by (kind, category)."""
        with self._store.reading() as connection:
            return reading.count_open(connection)

    def find(self, name: str, category: str | None = None) -> list[Case]:
        """All cases about a listed name, decided ones too, the oldest first."""
        with self._store.reading() as connection:
            return reading.cases_about(connection, name, category)

    def names_after(self, case_id: int) -> list[tuple[int, str]]:
        """Numbers and names of the cases that were opened after one; 0 for all. Nothing renames a case."""
        with self._store.reading() as connection:
            return reading.names_after(connection, case_id)

    def due_before(self, when: datetime) -> list[Case]:
        """What `appeals.lateness.due_events` has to look at."""
        with self._store.reading() as connection:
            return reading.due_before(connection, when, self._rules)

    def late_since(self, begin: datetime) -> list[Case]:
        """Cases whose deadline was missed since then, for `appeals.lateness.lacks_hands`."""
        with self._store.reading() as connection:
            return reading.late_since(connection, begin)

    # Receipts

    def receipt(self, digest: bytes) -> Receipt | None:
        """The receipt of a code, by `appeals.codes.digest_of`."""
        with self._store.reading() as connection:
            return receipts.get_receipt(connection, digest)

    def receipts(self, case_id: int, limit: int = 100) -> list[Receipt]:
        """The first receipts of a case, as they came in: for the desk."""
        with self._store.reading() as connection:
            return receipts.receipts_of(connection, case_id, limit)

    def mail_of(self, case_id: int) -> list[tuple[str, str]]:
        """Addresses that asked to be told, each once, and the language of each."""
        with self._store.reading() as connection:
            return receipts.mail_of(connection, case_id)

    def forget_mail(self, before: datetime) -> int:
        """Delete the addresses of cases that were answered (or withdrawn) before then and wait no more; how many."""
        forgotten = self._store.write(lambda c: receipts.forget_mail(c, before))
        if forgotten:
            self._store.overwrite_what_was_deleted()
        return forgotten

    # The outbox

    def pending(self, limit: int = 100) -> list[OutboxRow]:
        """The first deeds that `keep` has not done, in the order of their events."""
        with self._store.reading() as connection:
            return outbox.pending(connection, limit)

    def done(self, number: int, when: datetime, result: str) -> bool:
        """A deed was done; whether it was not yet."""
        return self._store.write(lambda c: outbox.done(c, number, when, result), in_turn=False)

    # Figures

    def valve(self, when: datetime, listings: Mapping[str, int]) -> Valve:
        """The overload valve now. `listings`: of each category in the release."""
        with self._store.reading() as connection:
            return figures.valve_at(connection, when, listings)

    def extend_valve(self, category: str, until: datetime, by: str) -> None:
        """An auditor's word, the latest of a category counts; the longest that it can be is the rules' to say."""

        def work(connection: Any) -> None:
            connection.execute(delete(valves).where(valves.c.category == category))
            connection.execute(insert(valves).values(category=category, until=until, by=by))

        self._store.write(work)

    def decided_between(self, begin: datetime, end: datetime) -> list[Decision]:
        """Every decision of [begin, end), with its case before and after."""
        with self._store.reading() as connection:
            return list(figures.decided_between(connection, begin, end))

    def received_between(self, begin: datetime, end: datetime) -> dict[tuple[str, str], int]:
        """How much the public sent in [begin, end), by (kind of case, category)."""
        with self._store.reading() as connection:
            return figures.received_between(connection, begin, end)

    def oldest_open(self) -> dict[tuple[str, str], datetime]:
        """When the oldest case that waits was opened, by (kind, category)."""
        with self._store.reading() as connection:
            return figures.oldest_open(connection)

    def newest_event(self) -> int:
        """The number of the last event of all: what was counted holds while it is the same."""
        with self._store.reading() as connection:
            return figures.newest_event(connection)

    # The whole

    def check(self) -> list[str]:
        """What is wrong with it, in words; nothing if all is right."""
        return faults_of(self._store, self._rules)

    def backup(self, file: Path) -> None:
        """A copy of it in a new file, while others read and write. Raises StateFault."""
        back_up(self._store, file)


def open_casebook(state: Path, desk: DeskSettings, rules: Rules = _RULES) -> Casebook:
    """The casebook of an installation, made or brought up to date if need be. Raises StateFault."""
    casebook = Casebook(url_of(state, desk), rules)
    try:
        casebook.bring_up_to_date()
    except BaseException:
        casebook.close()
        raise
    return casebook


def find_casebook(state: Path, desk: DeskSettings, rules: Rules = _RULES) -> Casebook:
    """The casebook of an installation as it is. Raises StateFault if there is none."""
    url = url_of(state, desk)
    check_place(url)
    return Casebook(url, rules)
