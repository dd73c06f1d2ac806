from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.transparency.appeals.codes import ALPHABET, digest_of, is_same, make_code, parse_code
from filterdns.transparency.appeals.draw import draw
from filterdns.transparency.appeals.priority import opens_at_once
from filterdns.transparency.appeals.trusted import is_accredited
from tests.transparency.appeals.cases import ADULT, LEGAL, MALWARE

_OCTETS = st.binary(min_size=9, max_size=12)


@given(_OCTETS)
def test_a_code_is_read_as_it_was_made(octets: bytes) -> None:
    code = make_code(octets)
    assert parse_code(code) == code.replace("-", "")
    assert digest_of(code) == digest_of(code.replace("-", ""))
    said = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert parse_code(said) == code.replace("-", "")


@given(_OCTETS, st.integers(0, 13), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(octets: bytes, place: int, other: str) -> None:
    code = make_code(octets).replace("-", "")
    wrong = code[:place] + other + code[place + 1 :]
    assert (parse_code(wrong) is None) == (wrong != code)


@pytest.mark.parametrize("typed", ["", "K7QF2", "K7QF2-9XM4T-8RZW-8RZW", "?" * 14, "<script>", "é" * 14])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert parse_code(typed) is None


def test_a_code_needs_enough_chance() -> None:
    with pytest.raises(ValueError, match="9 random octets"):
        make_code(b"12345678")


def test_digests_are_compared_whole() -> None:
    one, other = digest_of(make_code(bytes(9))), digest_of(make_code(bytes(8) + b"\x80"))
    assert is_same(one, one)
    assert not is_same(one, other)


def test_anybody_can_draw_again() -> None:
    people = [f"rev-{n}" for n in range(20)]
    root = bytes(range(32))
    three = draw(root, 7, people, 3)
    assert three == draw(root, 7, set(people), 3)
    assert len(set(three)) == 3
    assert draw(root, 7, people) == three[:1]
    assert draw(root, 7, []) == []


def test_the_lot_falls_on_everybody_about_as_often() -> None:
    people = [f"rev-{n}" for n in range(5)]
    drawn = [draw(bytes(32), case, people)[0] for case in range(1_000)]
    assert all(120 < drawn.count(person) < 290 for person in people)


@pytest.mark.parametrize(
    ("name", "accredited"),
    [
        ("clinic.gov", True), ("gov", False), ("anu.edu.au", True), ("edu.au", False), ("www.ox.ac.uk", True),
        ("x.nhs.uk", True), ("kemkes.go.id", True), ("go.com", False), ("a.go.com", False), ("canada.gc.ca", True),
        ("gc.ca", False), ("evilgov.uk", False), ("ac.example.com", False), ("salud.gob.mx", True),
    ],
)  # fmt: skip
def test_accredited_suffixes(name: str, accredited: bool) -> None:
    assert is_accredited(name) is accredited


def test_a_trusted_signal_opens_an_import_at_once_and_never_what_was_seen_live() -> None:
    nobody: set[str] = set()
    assert opens_at_once("clinic.go.id", ADULT, imported=True, live_hit=False, known_help=nobody)
    assert opens_at_once("chat.help.example", ADULT, imported=True, live_hit=False, known_help={"help.example"})
    assert not opens_at_once("clinic.example", ADULT, imported=True, live_hit=False, known_help=nobody)
    assert not opens_at_once("clinic.go.id", ADULT, imported=False, live_hit=False, known_help=nobody)
    assert not opens_at_once("clinic.go.id", MALWARE, imported=True, live_hit=True, known_help=nobody)
    assert opens_at_once("clinic.go.id", MALWARE, imported=True, live_hit=False, known_help=nobody)
    assert not opens_at_once("clinic.go.id", LEGAL, imported=True, live_hit=False, known_help=nobody)
