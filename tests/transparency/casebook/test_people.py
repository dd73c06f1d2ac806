"""Who sits at the desk, and who is signed in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from filterdns.errors import StateFault
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.people import Interest, Person
from filterdns.transparency.casebook.sessions import Session
from tests.transparency.appeals.cases import BEGIN
from tests.transparency.casebook.appealing import digest

ADA = Person(
    "ada", "University of X", "academia", ("review", "audit"), ("adult", "fraud"), "$scrypt$x", "JBSWY3DP", "k", BEGIN
)
BOB = replace(ADA, pseudonym="bob", organisation="School of Y", partner="school", duties=("triage",), categories=())


def test_people_are_read_as_they_were_added(book: Casebook) -> None:
    book.people.add(BOB)
    book.people.add(ADA)
    assert book.people.all() == [ADA, BOB]
    assert book.people.get("ada") == ADA
    assert book.people.get("cy") is None


def test_pseudonym_is_never_given_twice(book: Casebook) -> None:
    book.people.add(ADA)
    book.people.remove("ada", BEGIN)
    with pytest.raises(StateFault, match="choose another"):
        book.people.add(ADA)


def test_of_somebody_who_was_removed_no_secret_and_no_session_is_left(book: Casebook) -> None:
    book.people.add(ADA)
    book.sessions.new(digest("token"), "ada", BEGIN)
    assert book.people.remove("ada", BEGIN)
    assert not book.people.remove("ada", BEGIN)
    assert book.people.all() == []
    (ada,) = book.people.all(removed=True)
    assert not ada.is_active
    assert (ada.password, ada.totp, ada.vkey, ada.organisation) == ("", "", "", "University of X")
    assert book.sessions.get(digest("token")) is None
    assert not book.people.spend_totp("ada", 10**9)
    assert not book.people.set_secrets("ada", password="x", totp="y")


def test_code_of_a_time_step_is_spent_once_also_at_once(book: Casebook) -> None:
    book.people.add(ADA)
    with ThreadPoolExecutor(8) as devices:
        assert sum(devices.map(lambda _: book.people.spend_totp("ada", 59_000_000), range(8))) == 1
    assert not book.people.spend_totp("ada", 58_999_999)
    assert book.people.spend_totp("ada", 59_000_001)
    assert not book.people.spend_totp("nobody", 59_000_001)


def test_new_secrets_end_what_was_signed_in_with_the_old_ones(book: Casebook) -> None:
    book.people.add(ADA)
    book.people.spend_totp("ada", 7)
    book.sessions.new(digest("token"), "ada", BEGIN)
    assert book.people.set_secrets("ada", password="$scrypt$y", totp="ABCDEFGH")
    assert book.people.get("ada") == replace(ADA, password="$scrypt$y", totp="ABCDEFGH")
    assert book.sessions.get(digest("token")) is None


def test_interests_are_declared_once_and_withdrawn(book: Casebook) -> None:
    book.people.add(ADA)
    interest = Interest("ada", "client", "casino.example", BEGIN)
    book.people.declare(interest)
    book.people.declare(replace(interest, declared=BEGIN + timedelta(days=1)))
    assert book.people.interests("ada") == [interest]
    with pytest.raises(StateFault, match="employer"):
        book.people.declare(replace(interest, kind="friend"))
    assert book.people.withdraw("ada", "client", "casino.example")
    assert not book.people.withdraw("ada", "client", "casino.example")
    assert book.people.interests("ada") == []


def test_sessions_begin_are_used_and_end(book: Casebook) -> None:
    book.people.add(ADA)
    begun = book.sessions.new(digest("token"), "ada", BEGIN)
    assert book.sessions.get(digest("token")) == begun == Session(digest("token"), "ada", BEGIN, BEGIN)
    later = BEGIN + timedelta(minutes=5)
    book.sessions.touch(digest("token"), later)
    assert book.sessions.get(digest("token")) == replace(begun, used=later)
    book.sessions.end(digest("token"))
    assert book.sessions.get(digest("token")) is None


def test_sessions_that_were_not_used_or_are_old_expire(book: Casebook) -> None:
    book.people.add(ADA)
    book.people.add(BOB)
    hour = timedelta(hours=1)
    for number, (begun, used) in enumerate([(0, 9), (5, 5), (5, 9)]):
        book.sessions.new(digest(number), "ada", BEGIN + begun * hour)
        book.sessions.touch(digest(number), BEGIN + used * hour)
    assert book.sessions.expire(used_before=BEGIN + 8 * hour, begun_before=BEGIN + 2 * hour) == 2
    assert book.sessions.get(digest(2)) is not None
    book.sessions.new(digest("bob"), "bob", BEGIN)
    assert book.sessions.end_all("ada") == 1
    assert book.sessions.get(digest("bob")) is not None
