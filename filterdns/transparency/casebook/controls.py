"""Proofs of control that appellants offer: asked for on the page of a case, looked for by `keep`, kept by receipt."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from filterdns.transparency.casebook.store import Store
from filterdns.transparency.casebook.tables import cases, controls, receipts

PROVEN = (
    select(receipts.c.case_id).join(controls, controls.c.receipt == receipts.c.id).where(controls.c.found.is_not(None))
)  # the cases in which somebody has proved control of the name


@dataclass(frozen=True, slots=True)
class Control:
    """One. `tried`: when it was last looked for; `found`: when it was there."""

    receipt: int
    name: str
    token: str
    asked: datetime
    tried: datetime | None
    found: datetime | None


class Controls:
    """The proofs of a casebook."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def ask(self, receipt: int, name: str, token: str, when: datetime) -> None:
        """Have it looked for, once more if it was looked for in vain; one that was found stays found."""

        def work(c: Connection) -> None:
            known = c.execute(select(controls.c.found).where(controls.c.receipt == receipt)).first()
            if known is None:
                c.execute(insert(controls).values(receipt=receipt, name=name, token=token, asked=when))
            elif known.found is None:
                c.execute(update(controls).where(controls.c.receipt == receipt).values(asked=when, tried=None))

        self._store.write(work)

    def get(self, receipt: int) -> Control | None:
        """The proof that was offered with a receipt."""
        with self._store.reading() as connection:
            row = connection.execute(select(controls).where(controls.c.receipt == receipt)).first()
        return Control(**row._mapping) if row is not None else None

    def waiting(self, limit: int = 50) -> list[Control]:
        """Those that have to be looked for, the longest asked first."""
        asked = select(controls).where(controls.c.tried.is_(None)).order_by(controls.c.asked).limit(limit)
        with self._store.reading() as connection:
            return [Control(**row._mapping) for row in connection.execute(asked)]

    def tried(self, receipt: int, when: datetime, *, found: bool) -> None:
        """It was looked for."""
        values = {"tried": when} | ({"found": when} if found else {})
        seen = update(controls).where(controls.c.receipt == receipt).values(values)
        self._store.write(lambda c: c.execute(seen), in_turn=False)

    def proven(self, case_ids: Collection[int]) -> set[int]:
        """Those of these cases in which somebody has proved control of the name: they come first."""
        with self._store.reading() as connection:
            return set(connection.scalars(PROVEN.where(receipts.c.case_id.in_(case_ids))))

    def forget(self, before: datetime) -> int:
        """Delete those of cases that nobody has to answer any more and that were asked before then; how many."""
        at_rest = select(receipts.c.id).join(cases).where(~cases.c.is_open)
        gone = delete(controls).where(controls.c.receipt.in_(at_rest), controls.c.asked < before)
        return self._store.write(lambda c: c.execute(gone).rowcount, in_turn=False)
