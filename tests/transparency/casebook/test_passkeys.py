"""Passkeys of those who sit at the desk: how many, whose, and a counter that goes forward alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.passkeys import MOST_OF_A_PERSON, NotKept, Passkey
from tests.transparency.appeals.cases import BEGIN
from tests.transparency.casebook.test_people import ADA, BOB

LATER = BEGIN + timedelta(days=1)
KEY = Passkey(b"\0\xff" * 16, "ada", "Téléphone", b"\xa5\0", 0, BEGIN)


@pytest.fixture(autouse=True)
def seats(book: Casebook) -> None:
    book.people.add(ADA)
    book.people.add(BOB)


def test_they_are_read_as_they_were_added(book: Casebook) -> None:
    other = replace(KEY, id=b"x" * 1_023, name="Key", added=LATER, counter=2**32 - 1)
    book.passkeys.add(other)
    book.passkeys.add(KEY)
    assert book.passkeys.of("ada") == [KEY, other]
    assert book.passkeys.get(KEY.id) == KEY
    assert book.passkeys.get(b"") is None
    assert book.passkeys.of("bob") == []
    assert book.check() == []


def test_nobody_has_more_than_five_also_when_they_come_at_once(book: Casebook) -> None:
    def add(number: int) -> bool:
        try:
            book.passkeys.add(replace(KEY, id=bytes([number])))
        except NotKept:
            return False
        return True

    with ThreadPoolExecutor(4) as devices:
        assert sum(devices.map(add, range(MOST_OF_A_PERSON + 3))) == MOST_OF_A_PERSON
    with pytest.raises(NotKept, match="which is the most"):
        book.passkeys.add(KEY)
    book.passkeys.add(replace(KEY, pseudonym="bob", id=b"of bob"))


def test_one_that_is_here_is_nobody_elses(book: Casebook) -> None:
    book.passkeys.add(KEY)
    for whose in ("ada", "bob"):
        with pytest.raises(NotKept, match="here already"):
            book.passkeys.add(replace(KEY, pseudonym=whose, key=b"another"))
    assert not book.passkeys.remove("bob", KEY.id)
    assert book.passkeys.get(KEY.id) == KEY
    assert book.passkeys.remove("ada", KEY.id)
    assert not book.passkeys.remove("ada", KEY.id)
    assert book.passkeys.get(KEY.id) is None


@pytest.mark.parametrize(("kept", "shown", "is_used"), [(0, 0, True), (0, 1, True), (4, 5, True), (4, 4, False),
                                                        (4, 3, False), (4, 0, False)])  # fmt: skip
def test_a_counter_goes_forward_or_the_passkey_opens_nothing_any_more(
    book: Casebook, kept: int, shown: int, is_used: bool
) -> None:
    book.passkeys.add(replace(KEY, counter=kept))
    for digest, pseudonym in ((b"a" * 32, "ada"), (b"b" * 32, "bob")):
        book.sessions.new(digest, pseudonym, BEGIN)
    assert book.passkeys.use(KEY.id, shown, LATER) is is_used
    found = book.passkeys.get(KEY.id)
    assert found is not None
    expected = (shown, LATER, None) if is_used else (kept, None, LATER)
    assert (found.counter, found.used, found.doubted) == expected
    assert book.passkeys.use(KEY.id, kept + 10, LATER + timedelta(1)) is is_used
    assert (book.sessions.get(b"a" * 32) is not None) is is_used
    assert book.sessions.get(b"b" * 32) is not None
    if not is_used:
        assert book.passkeys.get(KEY.id) == found


def test_two_with_the_same_counter_at_once_are_told_apart(book: Casebook) -> None:
    book.passkeys.add(KEY)
    with ThreadPoolExecutor(4) as devices:
        assert sum(devices.map(lambda _: book.passkeys.use(KEY.id, 7, LATER), range(4))) == 1
    assert not book.passkeys.use(b"unknown", 1, LATER)


@pytest.mark.parametrize("way", ["renew", "remove"])
def test_they_end_with_the_secrets_of_their_owner(book: Casebook, way: str) -> None:
    book.passkeys.add(KEY)
    book.passkeys.add(replace(KEY, id=b"of bob", pseudonym="bob"))
    if way == "renew":
        assert book.people.set_secrets("ada", password="$scrypt$y", totp="ABCDEFGH")
    else:
        assert book.people.remove("ada", LATER)
        with pytest.raises(NotKept, match="Nobody"):
            book.passkeys.add(KEY)
    assert book.passkeys.get(KEY.id) is None
    assert book.passkeys.of("ada") == []
    assert len(book.passkeys.of("bob")) == 1


def test_a_password_that_is_kept_anew_ends_nothing(book: Casebook) -> None:
    book.passkeys.add(KEY)
    book.sessions.new(b"d" * 32, "ada", BEGIN)
    book.people.spend_totp("ada", 9)
    book.people.keep_anew("ada", "$scrypt$z")
    assert book.people.get("ada") == replace(ADA, password="$scrypt$z", totp_used=9)
    assert book.passkeys.of("ada") == [KEY]
    assert book.sessions.get(b"d" * 32) is not None
