"""Which datagrams are replies to a question."""

from __future__ import annotations

from filterdns.names import parse_name
from filterdns.resolver.forward.verify import answers, answers_in_other_case

QUESTION = b"\3wWw\7eXaMpLe\3oRG\0\0\1\0\1"
KEY = parse_name("www.example.org") + b"\0\1\0\1"
HEAD = b"\x12\x34\x81\x80\0\1\0\0\0\0\0\0"


def test_exact_question_is_an_answer() -> None:
    assert answers(HEAD + QUESTION, QUESTION)


def test_letter_case_name_type_and_class_must_fit() -> None:
    for other in (KEY, QUESTION[:-3] + b"\x1c\0\1", QUESTION[:-1] + b"\3", b"\3xWw" + QUESTION[4:], QUESTION[:-1]):
        assert not answers(HEAD + other, QUESTION)


def test_query_other_opcode_and_other_count_are_no_answer() -> None:
    for head in (b"\x12\x34\x01", b"\x12\x34\xa1", b"\x12\x34\x89"):
        assert not answers(head + HEAD[3:] + QUESTION, QUESTION)
    assert not answers(HEAD[:5] + b"\2" + HEAD[6:] + QUESTION, QUESTION)


def test_short_datagrams_are_no_answer() -> None:
    assert not any(answers((HEAD + QUESTION)[:length], QUESTION) for length in range(len(HEAD + QUESTION)))
    assert not any(answers_in_other_case((HEAD + QUESTION)[:length], KEY) for length in range(len(HEAD + QUESTION)))


def test_other_case_is_told_apart_from_another_name() -> None:
    assert answers_in_other_case(HEAD + KEY, KEY)
    assert answers_in_other_case(HEAD + QUESTION, KEY)
    assert not answers_in_other_case(HEAD + parse_name("www.example.net") + b"\0\1\0\1", KEY)


def test_a_type_that_looks_like_a_letter_has_no_other_case() -> None:
    https, other = KEY[:-4] + b"\0\x41\0\1", KEY[:-4] + b"\0\x61\0\1"
    assert answers_in_other_case(HEAD + https, https)
    assert not answers_in_other_case(HEAD + other, https)
    assert not answers_in_other_case(HEAD + https, other)
