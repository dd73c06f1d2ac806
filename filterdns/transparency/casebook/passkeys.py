"""Passkeys of those who sit at the desk: the public half of each, whose it is, and how far its counter has come.

Nobody who reads the database can sign in with what is here.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from filterdns.errors import StateFault
from filterdns.transparency.casebook.store import Store
from filterdns.transparency.casebook.tables import passkeys, persons, sessions

MOST_OF_A_PERSON = 5  # telephones, computers and keys that somebody has at hand, each of which opens the desk


class NotKept(StateFault):
    """A passkey that cannot be added; the text says to its owner why."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """One. `id`: what its device calls it; `key`: the public one, as COSE; `counter`: its device's, 0 if it has none.

    `doubted`: since when it opens nothing, because its counter went back.
    """

    id: bytes
    pseudonym: str
    name: str
    key: bytes
    counter: int
    added: datetime
    used: datetime | None = None
    doubted: datetime | None = None


class Passkeys:
    """The passkeys of a casebook. With somebody's other secrets they go too: `People.set_secrets`, `People.remove`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, passkey: Passkey) -> None:
        """Raises NotKept if there are MOST_OF_A_PERSON, if it is here already, or if nobody sits there."""

        def work(connection: Connection) -> None:
            theirs = select(func.count()).where(passkeys.c.pseudonym == passkey.pseudonym)
            if connection.execute(theirs).scalar_one() >= MOST_OF_A_PERSON:
                raise NotKept(f"There are {MOST_OF_A_PERSON} already, which is the most: remove one first.")
            if connection.execute(select(passkeys.c.id).where(passkeys.c.id == passkey.id)).first() is not None:
                raise NotKept("This passkey is here already.")
            sits = and_(persons.c.pseudonym == passkey.pseudonym, persons.c.removed.is_(None))
            if connection.execute(select(persons.c.pseudonym).where(sits)).first() is None:
                raise NotKept("Nobody of this pseudonym sits at the desk.")
            connection.execute(insert(passkeys).values(asdict(passkey)))

        self._store.write(work)

    def get(self, id: bytes) -> Passkey | None:
        """The passkey that a device calls so, of somebody who was not removed; a doubted one too."""
        asked = select(passkeys).join(persons).where(passkeys.c.id == id, persons.c.removed.is_(None))
        with self._store.reading() as connection:
            row = connection.execute(asked).first()
        return Passkey(**row._mapping) if row is not None else None

    def of(self, pseudonym: str) -> list[Passkey]:
        """Somebody's, the oldest first."""
        asked = select(passkeys).where(passkeys.c.pseudonym == pseudonym).order_by(passkeys.c.added, passkeys.c.id)
        with self._store.reading() as connection:
            return [Passkey(**row._mapping) for row in connection.execute(asked)]

    def use(self, id: bytes, counter: int, when: datetime) -> bool:
        """Whether it may be used: its counter has gone on, or it has none.

        If not it is doubted from now on, and whoever is signed in as its owner, by whatever, is so no more.
        """
        goes_on = passkeys.c.counter < counter if counter else passkeys.c.counter == 0
        trusted = and_(passkeys.c.id == id, passkeys.c.doubted.is_(None))

        def work(connection: Connection) -> bool:
            used = connection.execute(update(passkeys).where(trusted, goes_on).values(counter=counter, used=when))
            if used.rowcount == 1:
                return True
            connection.execute(update(passkeys).where(trusted).values(doubted=when))
            owner = select(passkeys.c.pseudonym).where(passkeys.c.id == id).scalar_subquery()
            connection.execute(delete(sessions).where(sessions.c.pseudonym == owner))
            return False

        return self._store.write(work)

    def remove(self, pseudonym: str, id: bytes) -> bool:
        """It opens nothing any more. Whether this person had it."""
        gone = delete(passkeys).where(passkeys.c.pseudonym == pseudonym, passkeys.c.id == id)
        return self._store.write(lambda c: c.execute(gone).rowcount == 1, in_turn=False)
