"""Receipts: everything that is kept of somebody who appeals, and for how long."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, exists, insert, select, update

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import CaseFault
from filterdns.transparency.appeals.codes import is_same
from filterdns.transparency.casebook.plain import check_text
from filterdns.transparency.casebook.tables import cases, events, receipts

MOST_TEXT = 1_000  # characters (requirements 4.4)
MOST_EMAIL = 254  # octets (RFC 5321 section 4.5.3.1.3, without the angle brackets)
MOST_LANGUAGE = 35  # characters (RFC 5646 section 4.4.1)
DIGEST_OCTETS = 32

APPELLANTS = ("owner", "visitor", "professional", "")
_NEVER_IN_AN_ADDRESS = set("()<>[]\\,;:\"'`")


@dataclass(frozen=True, slots=True)
class NewReceipt:
    """What somebody sends with an appeal; no other field is stored. Raises CaseFault for what is out of bounds."""

    digest: bytes
    appellant: str = ""
    text: str = ""
    language: str = ""
    email: str = ""
    outdated: bool = False

    def __post_init__(self) -> None:
        if len(self.digest) != DIGEST_OCTETS:
            raise CaseFault(f"expected a digest of {DIGEST_OCTETS} octets, got {len(self.digest)}")
        if self.appellant not in APPELLANTS:
            raise CaseFault(f"expected one of {', '.join(filter(None, APPELLANTS))} or nothing")
        check_text("text", self.text, MOST_TEXT)
        if len(self.language) > MOST_LANGUAGE or not _is_language(self.language):
            raise CaseFault("expected a language tag such as en or zh-Hans")
        if self.email and not is_address(self.email):
            raise CaseFault("expected an e-mail address such as name@example.org")


@dataclass(frozen=True, slots=True)
class Receipt:
    """One appeal in a case. `text` is for the desk alone; there is no time of day."""

    id: int
    case: int
    received: date
    appellant: str
    text: str
    language: str
    outdated: bool
    has_email: bool


def is_address(text: str) -> bool:
    """Whether a text can be put into the header of a mail as one address, and nothing else with it."""
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain or "@" in local or len(text.encode("utf-8", "replace")) > MOST_EMAIL:
        return False
    if any(character in _NEVER_IN_AN_ADDRESS or _is_unseen(character) for character in text):
        return False
    labels = domain.split(".")
    return all(label and not label.startswith("-") and not label.endswith("-") for label in labels)


def _is_unseen(character: str) -> bool:
    """Controls, surrogates, format characters, and every kind of space and end of line."""
    return unicodedata.category(character)[0] in "CZ"


def _is_language(text: str) -> bool:
    return text.isascii() and all(part.isalnum() for part in text.split("-")) if text else True


def add_receipt(connection: Connection, case_id: int, receipt: NewReceipt, when: datetime) -> int:
    """Keep one, with the day alone. Its number. Raises CaseFault if its code was given before."""
    if connection.scalar(select(receipts.c.id).where(receipts.c.digest == receipt.digest)) is not None:
        raise CaseFault("expected a code that was not given yet, got one that was; send it again with another")
    added = connection.execute(
        insert(receipts).values(
            case_id=case_id,
            digest=receipt.digest,
            received=when.date(),
            appellant=receipt.appellant,
            text=receipt.text,
            language=receipt.language,
            email=receipt.email,
            outdated=receipt.outdated,
        )
    )
    assert added.inserted_primary_key is not None
    return int(added.inserted_primary_key[0])


_ALL = select(
    *(receipts.c.id, receipts.c.case_id, receipts.c.received, receipts.c.appellant, receipts.c.text),
    *(receipts.c.language, receipts.c.outdated, (receipts.c.email != "").label("has_email")),
)


def get_receipt(connection: Connection, digest: bytes) -> Receipt | None:
    """The receipt of a code's digest. What a search by digest takes tells nothing of a code: it is random."""
    row = connection.execute(_ALL.add_columns(receipts.c.digest).where(receipts.c.digest == digest)).first()
    return Receipt(*row[:-1]) if row is not None and is_same(row.digest, digest) else None


def receipts_of(connection: Connection, case_id: int, limit: int) -> list[Receipt]:
    """The first of a case's receipts, as they came in."""
    found = connection.execute(_ALL.where(receipts.c.case_id == case_id).order_by(receipts.c.id).limit(limit))
    return [Receipt(*row) for row in found]


def mail_of(connection: Connection, case_id: int) -> list[tuple[str, str]]:
    """Addresses to tell what became of a case, each once, with the language asked for."""
    found = connection.execute(
        select(receipts.c.email, receipts.c.language)
        .where(receipts.c.case_id == case_id, receipts.c.email != "")
        .order_by(receipts.c.id)
    )
    return list({email: (email, language) for email, language in found}.values())


def forget_mail(connection: Connection, before: datetime) -> int:
    """Delete the addresses of cases that nobody has to answer any more, and had not at `before`; how many."""
    answered_later = exists().where(
        events.c.case_id == receipts.c.case_id, events.c.kind.in_((e.DECIDED, e.WITHDRAWN)), events.c.at > before
    )
    at_rest = select(cases.c.id).where(~cases.c.is_open)
    forgotten = connection.execute(
        update(receipts)
        .where(receipts.c.email != "", receipts.c.case_id.in_(at_rest), ~answered_later)
        .values(email="")
    )
    return forgotten.rowcount
