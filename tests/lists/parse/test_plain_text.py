"""Names as people write them, in any script, and what a list says of itself at its beginning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.errors import NameFault
from filterdns.lists.parse.lines import read_header, read_name
from filterdns.names import name_text, parse_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("example.org", "example.org"),
        ("EXAMPLE.org.", "example.org"),
        ("_srv.ex-ample.org", "_srv.ex-ample.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("1.2.3.example", "1.2.3.example"),
        ("a.xn--p1ai", "a.xn--p1ai"),
        ("x" * 63 + ".example", "x" * 63 + ".example"),
    ],
)
def test_name_of_two_labels_or_more_is_read(text: str, name: str) -> None:
    assert read_name(text.encode()) == parse_name(name)


@pytest.mark.parametrize(
    "text",
    ["com", ".", "", "a..example", "192.0.2.1", "2001:db8::1", "*.example.org", "||example.org^", "https://example.org/",
     "a b.example", "-a.example", "a-.example", "x" * 64 + ".example", ("x" * 60 + ".") * 4 + "example.org",
     "a/b.example", "a\x00.example", "\\046.example", "a\u00a0b.example"],
)  # fmt: skip
def test_anything_else_is_no_name(text: str) -> None:
    with pytest.raises(NameFault):
        read_name(text.encode())


def test_octets_that_are_not_utf_8_are_no_name() -> None:
    with pytest.raises(NameFault):
        read_name(b"\xff\xfe.example")


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_octets_give_a_name_that_reads_back_or_a_fault(text: bytes) -> None:
    try:
        wire = read_name(text)
    except NameFault:
        return
    assert parse_name(name_text(wire)) == wire
    assert read_name(name_text(wire).encode()) == wire


def test_header_is_what_stands_before_the_first_name() -> None:
    lines = [
        b"# A list\n",
        b"# source: https://lists.example/a\n",
        b"#licence: CC0\n",
        b"a.example\n",
        b"# fetched_on: no\n",
    ]
    assert read_header(lines) == {"source": "https://lists.example/a", "licence": "CC0"}
