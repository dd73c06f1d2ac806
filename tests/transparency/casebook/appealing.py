"""Appeals for tests of the casebook."""

from __future__ import annotations

import hashlib
import itertools
import os
from datetime import datetime, timedelta
from typing import Any

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.rules import Terms
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.receipts import NewReceipt
from filterdns.transparency.casebook.writing import Opened
from tests.transparency.appeals.cases import ADULT, BEGIN

_codes = itertools.count(1)


def digest(code: object) -> bytes:
    return hashlib.sha256(str(code).encode()).digest()


def a_receipt(**fields: Any) -> NewReceipt:
    return NewReceipt(**{"digest": digest(f"{os.getpid()} {next(_codes)}"), **fields})


def appeal(
    book: Casebook,
    name: str = "clinic.example",
    terms: Terms = ADULT,
    *,
    kind: str = e.APPEAL,
    claim: bool = False,
    days: float | None = 7,
    when: datetime = BEGIN,
    receipt: NewReceipt | None = None,
) -> Opened:
    return book.open_or_join(
        terms,
        kind=kind,
        name=name,
        subdomains=True,
        claim=claim,
        when=when,
        due=None if days is None else when + timedelta(days=days),
        receipt=receipt or a_receipt(),
    )
