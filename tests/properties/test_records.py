"""`read_answer` against dnspython: what is kept of an upstream's reply, and that what is kept can be read again."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from filterdns.errors import WireFault
from filterdns.resolver.message.answer import Answer
from filterdns.resolver.message.records import read_answer
from tests import oracle
from tests.properties.strategies import damaged, replies


def question_of(wire: bytes) -> bytes:
    at = 12
    while wire[at]:
        at += wire[at] + 1
    return wire[12 : at + 5]


def said_again(answer: Answer, question: bytes) -> bytes:
    """The answer as a message: header, a question of the same length, the body."""
    counts = (1).to_bytes(2, "big") + answer.ancount.to_bytes(2, "big") + answer.nscount.to_bytes(2, "big") + b"\0\0"
    return b"\0\1\x81" + bytes([0x80 | answer.rcode & 15]) + counts + question + answer.body


@given(replies(), st.booleans())
def test_exactly_the_records_on_the_chain_are_kept(wire: bytes, do: bool) -> None:
    message = oracle.read_reply(wire)
    assert message is not None
    question = question_of(wire)
    expected = oracle.kept_answer(message, do) if message.rcode() in (0, 3) else Counter()
    if expected is None:
        with pytest.raises(WireFault):
            read_answer(wire, question, do)
        return
    answer = read_answer(wire, question, do)
    again = oracle.read_reply(said_again(answer, question))
    assert again is not None, "what was kept cannot be read"
    event(f"{sum(expected.values())} records kept")
    assert oracle.rows(again.answer) == expected
    assert set(oracle.rows(again.authority)) <= set(oracle.rows(message.authority))


@given(replies(), st.booleans())
def test_ttl_offsets_are_those_of_the_records(wire: bytes, do: bool) -> None:
    question = question_of(wire)
    try:
        answer = read_answer(wire, question, do)
    except WireFault:
        assume(False)
    assert len(answer.ttls) == len(answer.ttl_offsets) == answer.ancount + answer.nscount
    marked = bytearray(answer.body)
    for number, at in enumerate(answer.ttl_offsets):
        marked[at : at + 4] = (1000 + number).to_bytes(4, "big")
    answer.body = bytes(marked)
    again = oracle.read_reply(said_again(answer, question))
    assert again is not None
    found = [rrset.ttl for rrset in again.answer + again.authority]
    assert found == [1000 + number for number in range(len(answer.ttls))]


@given(damaged(replies()), st.booleans())
def test_any_octets_are_an_answer_or_a_fault(wire: bytes, do: bool) -> None:
    """What our reader accepts can be said again so that dnspython reads it, RDATA of known types apart."""
    if len(wire) < 17:
        return
    try:
        question = question_of(wire)
    except IndexError:
        return
    try:
        answer = read_answer(wire, question, do)
    except WireFault:
        event("refused")
        return
    event("accepted")
    judged = oracle.read_reply(wire)
    again = said_again(answer, question)
    if judged is not None and not answer.truncated:
        assert oracle.read_reply(again) is not None
