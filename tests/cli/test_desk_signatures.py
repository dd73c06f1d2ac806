"""`filterdns desk check` looks again at what reviewers signed, in the casebook and in the lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from filterdns.transparency.appeals import events as e
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.desk.signed import SIG
from tests.cli.test_desk_cases import SEEN, Run, an_appeal, book, decide, run, seat

__all__ = ["book", "run", "seat"]

Seat = Callable[..., Path]
ENTRY = (
    "- {{name: shop.example, scope: exact, definition: '1.0', basis: reviewed, reason: {{en: Seen.}}, "
    "evidence: [{{grade: E2, on: 2026-11-20, note: seen}}], listed_on: 2026-11-24, "
    "approvals: [{{by: rev-1, org: school, on: 2026-11-24, sig: '{sig}'}}, {{by: rev-2, org: uni, on: 2026-11-24}}]}}\n"
)


def listed(run: Run, book: Casebook, seat: Seat) -> str:
    """Two people list a site, each with their key; the first one's signature."""
    number = an_appeal(book, kind=e.PROPOSAL)
    for who, organisation in (("rev-1", "school"), ("rev-2", "university")):
        done = decide(run, number, "listed", who, seat(who, organisation), *SEEN, "--scope-reason", "all of it")
        assert done.exit_code == 0, done.output
    return next(str(event.data[SIG]) for event in book.events(number) if event.kind == e.APPROVED)


def test_signatures_are_verified_by_the_keys_that_are_registered(run: Run, book: Casebook, seat: Seat) -> None:
    listed(run, book, seat)
    checked = run("check")
    assert checked.exit_code == 0, checked.output
    assert "2 signatures are of those who are said to have signed\n" in checked.output


def test_a_reason_that_was_changed_afterwards_is_found(run: Run, book: Casebook, seat: Seat) -> None:
    number, key = an_appeal(book), seat("rev-1", "school")
    assert decide(run, number, "upheld", "rev-1", key).exit_code == 0
    with book._store._writers.begin() as connection:
        connection.execute(text("UPDATE events SET data = replace(data, 'clinic', 'casino') WHERE kind = 'decided'"))
        connection.execute(text("UPDATE cases SET reason = replace(reason, 'clinic', 'casino')"))
        connection.execute(text("UPDATE outbox SET deed = replace(deed, 'It is a clinic', 'It is a casino')"))
    checked = run("check")
    assert checked.exit_code == 1
    assert "the casebook is whole" in checked.output, "whoever changed it did so everywhere"
    assert "the signature of rev-1 is none" in checked.output


def test_keys_that_are_gone_are_counted_and_are_no_fault(run: Run, book: Casebook, seat: Seat) -> None:
    listed(run, book, seat)
    with book._store._writers.begin() as connection:
        connection.execute(text("UPDATE persons SET vkey = '' WHERE pseudonym = 'rev-1'"))
    checked = run("check")
    assert checked.exit_code == 0, checked.output
    assert "1 signatures are of those who are said to have signed, 1 are of keys" in checked.output


def test_an_approval_in_the_lists_that_nobody_gave_is_found(
    run: Run, book: Casebook, seat: Seat, tmp_path: Path
) -> None:
    sig = listed(run, book, seat)
    file = tmp_path / "lists" / "own" / "gambling.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(ENTRY.format(sig=sig))
    assert run("check").exit_code == 0
    file.write_text(ENTRY.format(sig=sig[:-4] + "AAA="))
    checked = run("check")
    assert checked.exit_code == 1
    assert "shop.example (gambling): the signature of rev-1 is of no approval in the casebook" in checked.output
