from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.names import name_text, parse_name
from filterdns.transparency.reasons.typed import Problem, TypedFault, read_typed, shown_name

BOOKS = "xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("casino.example", "casino.example"),
        ("  CASINO.Example. ", "casino.example"),
        ("https://www.casino.example/bets?id=1#top", "www.casino.example"),
        ("http://user:secret@casino.example:8080/", "casino.example"),
        ("//casino.example/x", "casino.example"),
        ("http:/casino.example", "casino.example"),
        ("http//casino.example", "casino.example"),
        ("htp:/casino.example", "casino.example"),
        ("htps://casino.example/x", "casino.example"),
        ("hhttp;//casino.example", "casino.example"),
        ("ttps:casino.example", "casino.example"),
        ("http.//casino.example", "casino.example"),
        ("https;casino.example", "casino.example"),
        ("casino.example..", "casino.example"),
        ("tts.example:80", "tts.example"),
        ("spt:8080", "spt"),
        ("stp/path", "stp"),
        ("casino.example:443", "casino.example"),
        ("casino.example/index.html", "casino.example"),
        ("<casino.example>", "casino.example"),
        ("“casino.example”", "casino.example"),
        ("somebody@casino.example", "casino.example"),
        ("mailto:somebody@casino.example", "casino.example"),
        ("Bücher.example", BOOKS),
        ("bücher。example", BOOKS),
        ("b%C3%BCcher.example", BOOKS),
        (BOOKS.upper(), BOOKS),
        ("_dmarc.casino.example", "_dmarc.casino.example"),
        ("casino\u200b.example", "casino.example"),
        ("https:\\\\casino.example\\bets", "casino.example"),
        ("onion", "onion"),
        ("http.example", "http.example"),
    ],
)
def test_what_people_paste_is_understood(typed: str, name: str) -> None:
    assert read_typed(typed) == parse_name(name)


@pytest.mark.parametrize(
    ("typed", "problem", "proposal"),
    [
        ("", Problem.EMPTY, ""),
        (" . ", Problem.EMPTY, ""),
        ("https://", Problem.EMPTY, ""),
        ("192.0.2.7", Problem.ADDRESS, ""),
        ("http://[2001:db8::1]:80/", Problem.ADDRESS, ""),
        ("2001:db8::1", Problem.ADDRESS, ""),
        ("casino example", Problem.SPACES, "casino.example"),
        ("www casino example", Problem.SPACES, "www.casino.example"),
        ("www,casino;example", Problem.SPACES, "www.casino.example"),
        ("how do I open this", Problem.SPACES, ""),
        ("casino, example", Problem.SPACES, "casino.example"),
        ("casino .example", Problem.SPACES, "casino.example"),
        ("casino..example", Problem.NOT_A_NAME, "casino.example"),
        (f"{'a' * 64}.example", Problem.NOT_A_NAME, ""),
        ("a" * 3_000, Problem.TOO_LONG, ""),
    ],
)
def test_what_is_no_name_is_told_with_what_may_be_meant(typed: str, problem: Problem, proposal: str) -> None:
    with pytest.raises(TypedFault) as caught:
        read_typed(typed)
    assert (caught.value.problem, caught.value.proposal) == (problem, proposal)


def test_names_are_shown_in_their_own_script() -> None:
    assert shown_name(parse_name(BOOKS)) == "bücher.example"


@given(st.text(max_size=300))
def test_any_text_is_a_name_or_a_fault(text: str) -> None:
    try:
        qname = read_typed(text)
    except TypedFault:
        return
    assert 1 < len(qname) <= 255
    shown_name(qname)


@given(st.text(alphabet="ab.-_\"'(;$\\é0<&", min_size=1, max_size=60))
def test_the_address_of_a_names_page_leads_back_to_the_name(text: str) -> None:
    try:
        qname = read_typed(text)
    except TypedFault:
        return
    assert read_typed(name_text(qname)) == qname
