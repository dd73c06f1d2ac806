"""The short way takes a text only if each line is a name, and gives the names that the long way gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.errors import NameFault
from filterdns.lists.parse.name import find_name
from filterdns.lists.parse.plain import MOST_AFFIX_OCTETS, get_names

AFFIXES = [
    (b"", b""),
    (b"0.0.0.0 ", b""),
    (b"||", b"^"),
    (b"*.", b""),
    (b"", b"."),
    (b"", b" CNAME ."),
    (b'local-zone: "', b'" static'),
]
LABEL = b"x" * 63


@pytest.mark.parametrize(("before", "after"), AFFIXES)
def test_names_are_taken_from_between_what_every_line_has(before: bytes, after: bytes) -> None:
    names = [b"a.example", b"b-2.c_d.example", b"_x.1.2.xn--p1ai", LABEL + b".example"]
    text = b"".join(before + name + after + b"\n" for name in names)
    assert get_names(text, before, after) == names
    assert get_names(text.replace(b"a.example", b"A.Example"), before, after) == names
    assert get_names(before + b"a.example" + after + b"\n", before, after) == [b"a.example"]


@pytest.mark.parametrize(
    "odd",
    [b"", b"com", b"a..example", b".a.example", b"a.example.", b"-a.example", b"a-.example", b"a.-b.example", b"a.b-",
     b"192.0.2.1", b"a.example1", b"a.b_", b"a._b", b"a b.example", b"a.example ", b"#a.example", b"*.a.example",
     b"a.ex\xc3\xa4mple", b"a\0.example", b"a/b.example", b"a:b.example", b"\x80.example", LABEL + b"x.example",
     b".".join([LABEL, LABEL, LABEL, b"x" * 58, b"com"]), b"||a.example^", b"a.example\r"],
)  # fmt: skip
@pytest.mark.parametrize(("before", "after"), AFFIXES)
def test_one_odd_line_anywhere_is_left_to_the_long_way(before: bytes, after: bytes, odd: bytes) -> None:
    plain = [before + b"%d.a.example" % number + after for number in range(20)]
    for place in (0, 7, 20):
        lines = [*plain]
        lines.insert(place, before + odd + after)
        assert get_names(b"\n".join([*lines, b""]), before, after) is None


@pytest.mark.parametrize(("before", "after"), AFFIXES[1:])
def test_line_without_what_the_others_have_is_left_to_the_long_way(before: bytes, after: bytes) -> None:
    lines = [before + b"a.example" + after, before + b"b.example" + after, before + b"c.example" + after]
    for place in range(3):
        for instead in {b"x.example", before + b"x.example", b"x.example" + after} - {before + b"x.example" + after}:
            text = b"\n".join([*lines[:place], instead, *lines[place + 1 :], b""])
            assert get_names(text, before, after) is None


def test_what_stands_around_names_is_never_long() -> None:
    text = b" " * (MOST_AFFIX_OCTETS + 1) + b"a.example\n"
    assert get_names(text, b" " * (MOST_AFFIX_OCTETS + 1)) is None


def test_text_of_any_length_is_proved_or_left() -> None:
    text = b"some-name.of-a-list.example\n"
    for count in (1, 2, 100, 1_000, 1_170, 1_171, 3_000):
        names = get_names(text * count)
        assert names in (None, [b"some-name.of-a-list.example"] * count)
        assert (names is None) == (len(text) * count >= 32_768)
        assert get_names(text * (count - 1) + b"some-name..example\n") is None
        assert get_names(b".some-name.example\n" + text * (count - 1)) is None


OCTETS = st.sampled_from(b"aabbcz019--__...A\n\n \x00*")


@given(st.lists(OCTETS, max_size=60).map(bytes), st.sampled_from(AFFIXES))
def test_what_the_short_way_takes_the_long_way_takes(octets: bytes, affixes: tuple[bytes, bytes]) -> None:
    before, after = affixes
    lines = octets.split(b"\n")
    text = b"".join(before + line + after + b"\n" for line in lines)
    names = get_names(text, before, after)
    if names is None:
        return
    assert names == [find_name(line) for line in lines]


@given(st.lists(st.from_regex(rb"([a-z0-9_-]{1,8}\.){1,3}[a-z]{2,6}", fullmatch=True), min_size=1, max_size=50))
def test_names_that_end_in_letters_are_taken(names: list[bytes]) -> None:
    def is_name(name: bytes) -> bool:
        try:
            return find_name(name) == name
        except NameFault:
            return False

    taken = get_names(b"\n".join([*names, b""]))
    assert taken == (names if all(map(is_name, names)) else None)
