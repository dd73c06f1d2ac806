"""What is kept of an appellant: what was asked for, for as long as it is needed, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import CaseFault
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.plain import clean_text
from filterdns.transparency.casebook.receipts import MOST_TEXT, NewReceipt, is_address
from filterdns.transparency.casebook.tables import receipts
from tests.transparency.appeals.cases import BEGIN
from tests.transparency.casebook.appealing import a_receipt, appeal, digest
from tests.transparency.casebook.conftest import Place
from tests.transparency.casebook.opened import casebook_file

ADDRESS = "nurse.with.a.rare.name@clinic.example"


def test_a2_a_receipt_has_room_for_nothing_but_what_was_asked_for() -> None:
    assert set(receipts.c.keys()) == {
        *("id", "case_id", "digest", "received", "appellant", "text", "language", "email", "outdated"),
    }
    with pytest.raises(TypeError):
        NewReceipt(digest("x"), telephone="555 1234")  # type: ignore[call-arg]


def test_receipt_is_found_by_the_digest_of_its_code(book: Casebook) -> None:
    sent = NewReceipt(digest("K7"), "owner", "we are a clinic\nin a valley", "zh-Hans", ADDRESS, outdated=True)
    opened = appeal(book, receipt=sent)
    found = book.receipt(digest("K7"))
    assert found is not None
    assert (found.id, found.case, found.appellant, found.text) == (opened.receipt_id, 1, "owner", sent.text)
    assert (found.language, found.outdated, found.has_email) == ("zh-Hans", True, True)
    assert book.receipt(digest("K8")) is None
    assert book.receipts(opened.case.id) == [found]


def test_receipt_knows_the_day_and_no_time(book: Casebook) -> None:
    appeal(book, receipt=a_receipt(digest=digest("day")), when=BEGIN)
    found = book.receipt(digest("day"))
    assert found is not None
    assert type(found.received) is date
    assert found.received == BEGIN.date()


def test_code_is_given_once(book: Casebook) -> None:
    appeal(book, receipt=a_receipt(digest=digest("twice")))
    before = book.case(1)
    with pytest.raises(CaseFault, match="code"):
        appeal(book, receipt=a_receipt(digest=digest("twice")))
    assert book.case(1) == before


@pytest.mark.parametrize(
    "fields",
    [
        {"digest": b"short"},
        {"appellant": "king"},
        {"text": "x" * (MOST_TEXT + 1)},
        {"text": "a\0b"},
        {"text": "a\x1b[2Jb"},
        {"text": "a\ud800b"},
        {"language": "en\nBcc: x"},
        {"language": "x" * 36},
        {"email": "nobody"},
    ],
    ids=repr,
)
def test_what_is_out_of_bounds_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(CaseFault, match="expected"):
        a_receipt(**fields)


@pytest.mark.parametrize(
    "text",
    [
        "a@example.org\r\nBcc: all@example.org",
        "a@example.org\nBcc: all@example.org",
        "a@example.org\u2028Bcc: x@example.org",
        "a@example.org\x85Bcc",
        "a@example.org,b@example.org",
        "a@example.org;b@example.org",
        "A <a@example.org>",
        '"a b"@example.org',
        "a@b@example.org",
        "a b@example.org",
        "a@exam\u200bple.org",
        "a@",
        "@example.org",
        "a@example..org",
        "a@-example.org",
        "a@[127.0.0.1]",
        "a\\@example.org",
        "a\ud800@example.org",
        "a" * 250 + "@b.example",
        "é" * 125 + "@b.example",
    ],
    ids=ascii,
)
def test_what_could_be_more_than_one_address_in_a_header_is_none(text: str) -> None:
    assert not is_address(text)


@pytest.mark.parametrize("text", ["a@example.org", "a.b+c_d-e@sub.example.org", "ครู@โรงเรียน.example", "a@localhost"])
def test_addresses(text: str) -> None:
    assert is_address(text)


@given(st.text(max_size=40).map(lambda text: text + "@example.org"))
def test_address_is_one_line_and_one_word(text: str) -> None:
    if is_address(text):
        assert text.splitlines() == [text]
        assert text.split() == [text]
        assert text.isprintable()


@given(st.text(max_size=60), st.integers(0, 50))
def test_cleaned_text_can_be_stored(text: str, most: int) -> None:
    cleaned = clean_text(text, most)
    assert len(cleaned) <= most
    a_receipt(text=cleaned)
    cleaned.encode()


def decide(book: Casebook, case_id: int, outcome: str = e.UPHELD) -> None:
    book.append(case_id, e.DECIDED, "ada", "uni", {"outcome": outcome}, BEGIN, expected_last=book.case(case_id).last)


def test_those_who_left_an_address_are_told_once_each(book: Casebook) -> None:
    appeal(book, receipt=a_receipt(email="a@example.org", language="th"))
    appeal(book, receipt=a_receipt())
    appeal(book, receipt=a_receipt(email="b@example.org", language="en"))
    appeal(book, receipt=a_receipt(email="a@example.org", language="hi"))
    appeal(book, "other.example", receipt=a_receipt(email="c@example.org"))
    assert book.mail_of(1) == [("a@example.org", "hi"), ("b@example.org", "en")]


def test_addresses_are_forgotten_thirty_days_after_the_answer(book: Casebook) -> None:
    for name in ("answered.example", "waiting.example", "withdrawn.example"):
        appeal(book, name, receipt=a_receipt(email=ADDRESS))
    decide(book, 1)
    later = BEGIN + timedelta(days=10)
    book.append(3, e.WITHDRAWN, e.PUBLIC, "", {}, later, expected_last=3)
    assert book.forget_mail(BEGIN - timedelta(seconds=1)) == 0
    assert book.forget_mail(BEGIN) == 1
    assert [bool(book.mail_of(case)) for case in (1, 2, 3)] == [False, True, True]
    assert book.forget_mail(later) == 1
    assert [bool(book.mail_of(case)) for case in (1, 2, 3)] == [False, True, False]
    assert not book.receipts(1)[0].has_email


def test_address_is_kept_while_the_second_step_waits(book: Casebook) -> None:
    appeal(book, receipt=a_receipt(email=ADDRESS))
    decide(book, 1)
    book.append(1, e.ASKED_AGAIN, e.PUBLIC, "", {}, BEGIN, expected_last=2)
    assert book.forget_mail(BEGIN + timedelta(days=400)) == 0


def test_end_of_the_term_does_not_prolong_it(book: Casebook) -> None:
    appeal(book, receipt=a_receipt(email=ADDRESS))
    decide(book, 1)
    book.append(1, e.ENDED, e.CLOCK, "", {}, BEGIN + timedelta(days=60), expected_last=2)
    assert book.forget_mail(BEGIN) == 1


def test_forgotten_address_is_in_no_file(place: Place) -> None:
    if not place.is_sqlite:
        pytest.skip("PostgreSQL overwrites what was deleted when it vacuums")
    book = place.open()
    appeal(book, receipt=a_receipt(email=ADDRESS))
    for number in range(20):
        appeal(book, f"n{number}.example", receipt=a_receipt(email=f"n{number}@example.org"))
    decide(book, 1)
    folder = casebook_file(place.state).parent
    assert any(ADDRESS.encode() in file.read_bytes() for file in folder.iterdir())
    assert book.forget_mail(BEGIN) == 1
    assert not any(ADDRESS.encode() in file.read_bytes() for file in folder.iterdir())
