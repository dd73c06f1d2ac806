"""From entries of the log to what a page tells of a decision. Entries are read from octets, as the log has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from filterdns.log.record.entries import Entry, read_entry, write_entry
from filterdns.transparency.reasons.past import Mark, Past, past_of
from filterdns.transparency.reasons.past_words import ENGLISH

AT = datetime(2026, 11, 25, 3, 4, 5, tzinfo=UTC)
ONE, OTHER = "a" * 64, "b" * 64


def decision(statement: str, hours: int = 0, **fields: str) -> Entry:
    about = {"kind": "listing", "action": "added", "category": "gambling", "basis": "reviewed", **fields}
    return read_entry(write_entry("decision", AT + timedelta(hours=hours), statement=statement, **about))


def remedy(statement: str, hours: int) -> Entry:
    return read_entry(write_entry("remedy", AT + timedelta(hours=hours), statement=statement, release=8))


def told(*entries: tuple[int, Entry], releases: tuple[Mark, ...] = ()) -> tuple[Past, ...]:
    bodies = {ONE: {"reason": {"en": "Roulette."}}, OTHER: None}
    return past_of(entries, lambda entry: "casino.example", bodies.get, releases)


def test_a_decision_is_published_by_the_first_release_behind_it() -> None:
    marks = tuple(Mark(index, AT, number) for index, number in ((3, 6), (9, 7), (12, 8)))
    first, second = told((10, decision(OTHER)), (4, decision(ONE)), releases=marks)
    assert (first.index, first.published) == (4, marks[1])
    assert (second.index, second.published) == (10, marks[2])
    assert (first.reason, first.is_open) == ({"en": "Roulette."}, True)
    assert (second.reason, second.is_open) == ({}, False)


def test_what_no_release_has_yet_says_so() -> None:
    (event,) = told((20, decision(ONE)), releases=(Mark(3, AT, 6),))
    assert event.published is None
    assert ENGLISH.published(event) == "Not yet in a release."


def test_a_remedy_belongs_to_the_decision_with_its_statement() -> None:
    opened = decision(OTHER, 1, kind="revocation", basis="suspended")
    first, second = told((4, decision(ONE)), (5, opened), (9, remedy(OTHER, 3)))
    assert first.seen_working is None
    assert second.seen_working == Mark(9, AT + timedelta(hours=3), 8)
    assert ENGLISH.seen_working(second) == (
        "Seen resolving again by our own test resolver on 25 November 2026, 06:04 UTC (entry 9)."
    )
    assert (ENGLISH.opens(first), ENGLISH.opens(second)) == (False, True)
    assert (ENGLISH.what(first), ENGLISH.what(second)) == ("Put on the list", "Suspended")


def test_kinds_without_words_are_told_as_they_are() -> None:
    (event,) = told((4, decision(ONE, kind="copy", action="changed")))
    assert ENGLISH.what(event) == "copy: changed"
