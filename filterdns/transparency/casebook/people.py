"""Who sits at the desk: pseudonyms, what each may do, the secrets of signing in, what each has to do with whom."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from filterdns.errors import StateFault
from filterdns.transparency.casebook.store import Store
from filterdns.transparency.casebook.tables import interests, passkeys, persons, sessions

INTERESTS = ("employer", "competitor", "client", "sponsor")  # requirements 4.2: whose cases one does not decide


@dataclass(frozen=True, slots=True)
class Person:
    """One of them. `partner`: their kind in `lists.roles`; `categories`: empty is all that their kind may review.

    `password` is a PHC string, `totp` a secret in base 32, `totp_used` the last time step that was spent, `vkey` the
    key that signs at the command line.  Of somebody who was removed the pseudonym and the organisation stay.
    """

    pseudonym: str
    organisation: str
    partner: str
    duties: tuple[str, ...]
    categories: tuple[str, ...]
    password: str
    totp: str
    vkey: str
    added: datetime
    totp_used: int = 0
    removed: datetime | None = None

    @property
    def is_active(self) -> bool:
        return self.removed is None


@dataclass(frozen=True, slots=True)
class Interest:
    """Somebody is (or works for, or is paid by) this party: a name of a site, or of an organisation."""

    pseudonym: str
    kind: str
    party: str
    declared: datetime


class People:
    """The people of a casebook."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, person: Person) -> None:
        """Raises StateFault if the pseudonym is or was somebody's: it is never given twice."""

        def work(connection: Connection) -> None:
            if _get(connection, person.pseudonym) is not None:
                raise StateFault(f"{person.pseudonym}: this pseudonym is or was somebody's; choose another")
            connection.execute(insert(persons).values(asdict(person)))

        self._store.write(work)

    def all(self, *, removed: bool = False) -> list[Person]:
        """Those who are there, or also those who were, by pseudonym."""
        asked = select(persons).order_by(persons.c.pseudonym)
        if not removed:
            asked = asked.where(persons.c.removed.is_(None))
        with self._store.reading() as connection:
            return [Person(**row._mapping) for row in connection.execute(asked)]

    def get(self, pseudonym: str) -> Person | None:
        """Somebody by pseudonym, removed or not."""
        with self._store.reading() as connection:
            return _get(connection, pseudonym)

    def remove(self, pseudonym: str, when: datetime) -> bool:
        """End somebody's part: sessions and secrets go, the pseudonym stays. Whether there was such a person."""

        def work(connection: Connection) -> bool:
            _shut_out(connection, pseudonym)
            changed = connection.execute(
                update(persons)
                .where(persons.c.pseudonym == pseudonym, persons.c.removed.is_(None))
                .values(removed=when, password="", totp="", vkey="")
            )
            return changed.rowcount == 1

        return self._store.write(work, in_turn=False)

    def set_secrets(self, pseudonym: str, *, password: str, totp: str) -> bool:
        """A new password and TOTP secret; all sessions and passkeys end. Whether there is such a person."""

        def work(connection: Connection) -> bool:
            _shut_out(connection, pseudonym)
            changed = connection.execute(
                update(persons)
                .where(persons.c.pseudonym == pseudonym, persons.c.removed.is_(None))
                .values(password=password, totp=totp, totp_used=0)
            )
            return changed.rowcount == 1

        return self._store.write(work, in_turn=False)

    def keep_anew(self, pseudonym: str, password: str) -> None:
        """The same password in another PHC string: nothing else changes."""
        anew = update(persons).where(persons.c.pseudonym == pseudonym, persons.c.removed.is_(None))
        self._store.write(lambda c: c.execute(anew.values(password=password)), in_turn=False)

    def spend_totp(self, pseudonym: str, time_step: int) -> bool:
        """Whether a code of this time step may be used: it is later than any that was. It is spent then."""

        def work(connection: Connection) -> bool:
            changed = connection.execute(
                update(persons)
                .where(persons.c.pseudonym == pseudonym, persons.c.removed.is_(None), persons.c.totp_used < time_step)
                .values(totp_used=time_step)
            )
            return changed.rowcount == 1

        return self._store.write(work, in_turn=False)

    def declare(self, interest: Interest) -> None:
        """Somebody has to do with somebody. Declared twice is once. Raises StateFault for an unknown kind."""
        if interest.kind not in INTERESTS:
            raise StateFault(f"expected one of {', '.join(INTERESTS)}, got {interest.kind}")

        def work(connection: Connection) -> None:
            same = _same_interest(interest.pseudonym, interest.kind, interest.party)
            if connection.execute(select(interests.c.id).where(*same)).first() is None:
                connection.execute(insert(interests).values(asdict(interest)))

        self._store.write(work)

    def withdraw(self, pseudonym: str, kind: str, party: str) -> bool:
        """An interest is no more. Whether it was declared."""
        same = _same_interest(pseudonym, kind, party)
        return self._store.write(lambda c: c.execute(delete(interests).where(*same)).rowcount == 1, in_turn=False)

    def interests(self, pseudonym: str) -> list[Interest]:
        """What somebody has declared."""
        asked = select(interests.c.pseudonym, interests.c.kind, interests.c.party, interests.c.declared)
        asked = asked.where(interests.c.pseudonym == pseudonym).order_by(interests.c.id)
        with self._store.reading() as connection:
            return [Interest(*row) for row in connection.execute(asked)]


def _shut_out(connection: Connection, pseudonym: str) -> None:
    """Whatever somebody was let in by."""
    for table in (sessions, passkeys):
        connection.execute(delete(table).where(table.c.pseudonym == pseudonym))


def _get(connection: Connection, pseudonym: str) -> Person | None:
    row = connection.execute(select(persons).where(persons.c.pseudonym == pseudonym)).first()
    return Person(**row._mapping) if row is not None else None


def _same_interest(pseudonym: str, kind: str, party: str) -> tuple[ColumnElement[bool], ...]:
    return (interests.c.pseudonym == pseudonym, interests.c.kind == kind, interests.c.party == party)
