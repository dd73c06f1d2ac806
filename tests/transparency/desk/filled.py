"""A desk with one of everything that its pages can show."""

from __future__ import annotations

from datetime import timedelta

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.people import Interest
from tests.transparency.desk.desk_site import WHEN, DeskSite, ask

MARKUP = '<script>alert(1)</script> "quoted" & <b>bold</b>'


def then(casebook: Casebook, case: Case, kind: str, by: str = e.CLOCK, organisation: str = "", **data: object) -> Case:
    return casebook.append(case.id, kind, by, organisation, data, WHEN, expected_last=case.last)


def fill(desk: DeskSite) -> dict[str, int]:
    """Cases by what they show."""
    book = desk.casebook
    book.people.declare(Interest("bo", "sponsor", "casino.example", WHEN))
    early = WHEN - timedelta(days=3)
    letters = ask(
        book, "blog.clinic.example", "adult", text="This is the page of our clinic.", claim=True, language="en"
    )
    ask(book, "blog.clinic.example", "adult", text="هذه عيادة، وليست موقعًا للقمار.", language="ar")
    ask(book, "blog.clinic.example", "adult", text=MARKUP)
    long = ask(book, "a-very-long-name-that-somebody-has-registered-for-what-ever-reason.and-more.example", "adult")
    late = ask(book, "bad.example", "malware", when=early)
    then(book, late, e.LATE, why=e.BY_LIVE_HIT)
    suspended = then(book, ask(book, "short.example", when=early), e.SUSPENDED, why=e.WHY_LATE)
    proposal = ask(book, "new.example", kind=e.PROPOSAL, text="Roulette, seen today.")
    voice = {
        "outcome": e.LISTED, "role": "academia", "on": "2026-12-01", "reason": {"en": "Roulette for money."},
        "evidence": [{"grade": "E2", "on": "2026-12-01", "note": "front page"}], "scope_reason": "all of it",
    }  # fmt: skip
    proposal = then(book, proposal, e.APPROVED, "ada", "university", **voice)
    decided = ask(book, "casino.example", text="Please look.")
    decided = then(book, decided, e.DECIDED, "ada", "university", outcome=e.UPHELD, reason={"en": "It is a casino."})
    second = then(book, decided, e.ASKED_AGAIN, e.PUBLIC, due=(WHEN + timedelta(days=14)).isoformat())
    hold = ask(book, "clinic.example", "malware", kind=e.HOLD, by="bo")
    removed = ask(book, "both.example", text="Not gambling.")
    removed = then(
        book, removed, e.DECIDED, "cy", "health service",
        outcome=e.REMOVED, reason={"en": "A clinic.", "th": "คลินิก"}, cause="import_error",
    )  # fmt: skip
    then(book, removed, e.IN_FORCE, e.KEEPER, release=7, entry=42)
    return {
        "letters": letters.id, "long": long.id, "late": late.id, "suspended": suspended.id, "proposal": proposal.id,
        "second": second.id, "hold": hold.id, "removed": removed.id,
    }  # fmt: skip
