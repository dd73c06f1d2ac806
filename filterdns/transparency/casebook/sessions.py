"""Who is signed in. Of a session's token only the digest is kept: whoever reads the database cannot sign in with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, or_, select, update

from filterdns.transparency.casebook.store import Store
from filterdns.transparency.casebook.tables import persons, sessions


@dataclass(frozen=True, slots=True)
class Session:
    """One. `used`: when it was last seen, as often as the desk says so."""

    digest: bytes
    pseudonym: str
    begun: datetime
    used: datetime


class Sessions:
    """The sessions of a casebook."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def new(self, digest: bytes, pseudonym: str, when: datetime) -> Session:
        """Begin one. `digest`: SHA-256 of its token."""
        session = Session(digest, pseudonym, when, when)
        values = {"digest": digest, "pseudonym": pseudonym, "begun": when, "used": when}
        self._store.write(lambda c: c.execute(insert(sessions).values(values)), in_turn=False)
        return session

    def get(self, digest: bytes) -> Session | None:
        """The session of a token's digest, of somebody who was not removed. How old it may be is the desk's to say."""
        asked = select(sessions).join(persons).where(sessions.c.digest == digest, persons.c.removed.is_(None))
        with self._store.reading() as connection:
            row = connection.execute(asked).first()
        return Session(**row._mapping) if row is not None else None

    def touch(self, digest: bytes, when: datetime) -> None:
        """It was used."""
        seen = update(sessions).where(sessions.c.digest == digest).values(used=when)
        self._store.write(lambda c: c.execute(seen), in_turn=False)

    def end(self, digest: bytes) -> None:
        """Sign out."""
        gone = delete(sessions).where(sessions.c.digest == digest)
        self._store.write(lambda c: c.execute(gone), in_turn=False)

    def end_all(self, pseudonym: str) -> int:
        """Sign somebody out everywhere; how often they were signed in."""
        gone = delete(sessions).where(sessions.c.pseudonym == pseudonym)
        return self._store.write(lambda c: c.execute(gone).rowcount, in_turn=False)

    def end_others(self, pseudonym: str, but: bytes) -> None:
        """Sign somebody out everywhere but in one session."""
        gone = delete(sessions).where(sessions.c.pseudonym == pseudonym, sessions.c.digest != but)
        self._store.write(lambda c: c.execute(gone), in_turn=False)

    def expire(self, *, used_before: datetime, begun_before: datetime) -> int:
        """Delete those that were not used, or have begun, for so long; how many."""
        gone = delete(sessions).where(or_(sessions.c.used < used_before, sessions.c.begun < begun_before))
        return self._store.write(lambda c: c.execute(gone).rowcount, in_turn=False)
