"""Canonical JSON after RFC 8785: one value, one sequence of octets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.errors import LogFault
from filterdns.tlog.canonical import MOST_DEPTH, MOST_INTEGER, read_canonical, write_canonical
from tests.tlog.mutations import each_bit_changed, each_octet_left_out_or_twice

characters = st.characters(exclude_categories=["Cs"])
texts = st.text(characters, max_size=12)
scalars = st.none() | st.booleans() | st.integers(-MOST_INTEGER, MOST_INTEGER) | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12
)


def test_members_stand_in_the_order_of_rfc_8785() -> None:
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    octets = write_canonical({name: at for at, name in enumerate(names)})
    assert octets.decode() == '{"\\r":1,"1":3,"\u0080":5,"\u00f6":6,"\u20ac":0,"\U0001f600":4,"\ufb33":2}'


@pytest.mark.parametrize(
    ("value", "octets"),
    [
        ('\u20ac$\x0f\nA\'B"\\\\"/', '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),
        ("\b\t\n\f\r\x00\x1f\x7f\u2028", '"\\b\\t\\n\\f\\r\\u0000\\u001f\x7f\u2028"'),
        ([56, {"d": True, "10": None, "1": []}], '[56,{"1":[],"10":null,"d":true}]'),
        ({"": ""}, '{"":""}'),
        ({}, "{}"),
        (0, "0"),
        (-5, "-5"),
        (MOST_INTEGER, "9007199254740991"),
        (False, "false"),
        ({"b": {"z": 1, "a": 2}, "a": [{"y": 1, "x": 2}]}, '{"a":[{"x":2,"y":1}],"b":{"a":2,"z":1}}'),
    ],
)
def test_octets_of_values(value: Any, octets: str) -> None:
    assert write_canonical(value) == octets.encode()
    assert read_canonical(octets.encode()) == value


@given(values)
def test_what_was_written_is_read(value: Any) -> None:
    octets = write_canonical(value)
    assert read_canonical(octets) == value
    assert json.loads(octets) == value


@given(st.dictionaries(st.text(st.characters(max_codepoint=0xD7FF), max_size=5), st.integers(0, 9)))
def test_names_below_the_surrogates_stand_as_the_standard_library_sorts_them(value: dict[str, int]) -> None:
    expected = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert write_canonical(value).decode() == expected


@given(st.binary(max_size=60))
def test_octets_are_refused_or_written_the_same_again(octets: bytes) -> None:
    for whole in (octets, b'{"a":' + octets + b"}", b'"' + octets + b'"'):
        try:
            value = read_canonical(whole)
        except LogFault:
            continue
        assert write_canonical(value) == whole


def test_every_changed_octet_is_refused_or_another_value() -> None:
    value = {"at": "2026-11-25T03:04:05Z", "é\n": [1, None, True], "n": -12}
    octets = write_canonical(value)
    for changed in (*each_bit_changed(octets), *each_octet_left_out_or_twice(octets)):
        try:
            other = read_canonical(changed)
        except LogFault:
            continue
        assert (other == value) is (changed == octets)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b" 1",
        b"1\n",
        b"01",
        b"-0",
        b"+1",
        b"1.0",
        b"1e2",
        b"1E400",
        b"9007199254740992",
        b"-9007199254740992",
        b"9" * 10_000,
        b"NaN",
        b"Infinity",
        b"-Infinity",
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1,}',
        b"{'a':1}",
        b'"\\u0041"',
        b'"\\/"',
        b'"\\u000A"',
        b'"\\u001F"',
        b'"\\ud83d\\ude00"',
        b'"\\ud83d"',
        b'"\t"',
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b"\xef\xbb\xbf1",
        "1".encode("utf-16"),
        b"[1]]",
        b"true false",
        b"/**/1",
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_what_is_not_canonical_is_refused(octets: bytes) -> None:
    with pytest.raises(LogFault, match="canonical JSON"):
        read_canonical(octets)


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        b"octets",
        (1, 2),
        {1: 2},
        {None: 1},
        {"a": {1}},
        MOST_INTEGER + 1,
        -(2**53),
        10**400,
        "\ud800",
    ],
    ids=lambda value: repr(value)[:20],
)
def test_values_without_a_canonical_form_here_are_refused(value: Any) -> None:
    for whole in (value, [value], {"a": value}):
        with pytest.raises(LogFault, match="canonical JSON"):
            write_canonical(whole)


def test_a_lone_surrogate_in_a_name_is_refused() -> None:
    with pytest.raises(LogFault, match="surrogate"):
        write_canonical({"\udc00": 1})


def test_depth_has_an_end_for_writing_and_reading() -> None:
    deep: Any = 1
    for _ in range(MOST_DEPTH):
        deep = [deep]
    assert read_canonical(write_canonical(deep)) == deep
    with pytest.raises(LogFault, match="in each other"):
        write_canonical([deep])
    with pytest.raises(LogFault, match="in each other"):
        read_canonical(b"[" + write_canonical(deep) + b"]")


def test_the_value_that_was_given_stays_as_it_was() -> None:
    value = {"b": 1, "a": 2}
    write_canonical(value)
    assert list(value) == ["b", "a"]


PLAIN = b'{"at":"2026-11-25T03:04:05Z","counts":{"a":12,"b":[]},"is":true,"v":1}'
PIECES = [b"", b" ", b"0", b"-0", b"1.0", b"1e3", b"9" * 15, b"9" * 16, b"9" * 20, b'"v":1,', b'"is":true,', b"null",
          b"NaN", b"\\u0041", b"\\u00e9", b"\\ud800", b"\xc3\xa9", b"[" * 40, b"\\n", b"\x7f", b"{}"]  # fmt: skip


@given(st.data())
def test_one_piece_replaced_is_refused_or_written_the_same_again(data: st.DataObject) -> None:
    """What is plain ASCII is read in a shorter way; nothing gets through there that would not elsewhere."""
    begin = data.draw(st.integers(0, len(PLAIN)))
    end = data.draw(st.integers(begin, min(len(PLAIN), begin + 6)))
    changed = PLAIN[:begin] + data.draw(st.sampled_from(PIECES)) + PLAIN[end:]
    try:
        value = read_canonical(changed)
    except LogFault:
        return
    assert write_canonical(value) == changed


@pytest.mark.parametrize("number", [MOST_INTEGER, -MOST_INTEGER, MOST_INTEGER + 1, 10**16, -(10**15), 10**15])
def test_numbers_at_the_limit_are_judged_in_every_text(number: int) -> None:
    for beside in ("", "é"):
        octets = f'["{beside}",{number}]'.encode()
        if abs(number) <= MOST_INTEGER:
            assert read_canonical(octets) == [beside, number]
        else:
            with pytest.raises(LogFault, match="expected an integer"):
                read_canonical(octets)
