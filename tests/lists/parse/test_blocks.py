"""From octets to blocks of whole lines, whatever system wrote them and however they come."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.lists.parse.blocks import BLOCK_OCTETS, read_blocks
from filterdns.lists.parse.found import Block
from filterdns.lists.parse.lines import MOST_LINE_OCTETS
from tests.lists.parse.reading import names, read, rejected

MARK = b"\xef\xbb\xbf"


def blocks_of(octets: bytes, most: int = 1 << 30) -> list[Block]:
    file = io.BytesIO(octets)
    read_some: Callable[[int], bytes] = lambda size: file.read(min(size, most))  # noqa: E731
    return list(read_blocks(read_some))


def text_of(blocks: list[Block]) -> bytes:
    return b"".join(block.text for block in blocks)


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"", b""),
        (MARK, b""),
        (b"a\nb\n", b"a\nb\n"),
        (b"a\nb", b"a\nb\n"),
        (b"a\r\nb\r\n", b"a\nb\n"),
        (b"a\rb\r", b"a\nb\n"),
        (b"a\r\rb", b"a\n\nb\n"),
        (b"a\n\r\nb\r", b"a\n\nb\n"),
        (MARK + b"a\n", b"a\n"),
        (MARK + MARK + b"a\n", MARK + b"a\n"),
        (b"a\0b\n", b"a\0b\n"),
        (b"\n", b"\n"),
        (b"\r", b"\n"),
    ],
)
@pytest.mark.parametrize("most", [1, 2, 3, 1000])
def test_lines_end_with_line_feeds_and_no_mark_is_left(octets: bytes, text: bytes, most: int) -> None:
    assert text_of(blocks_of(octets, most)) == text


@given(
    st.binary(max_size=300) | st.lists(st.sampled_from([b"a", b"\r", b"\n", b"\r\n", MARK]), max_size=40).map(b"".join)
)
def test_portions_make_no_difference(octets: bytes) -> None:
    whole = text_of(blocks_of(octets))
    assert text_of(blocks_of(octets, 1)) == text_of(blocks_of(octets, 7)) == whole
    plain = octets.removeprefix(MARK).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    assert whole == (plain + b"\n" if plain and not plain.endswith(b"\n") else plain)


def test_blocks_know_the_number_of_their_first_line() -> None:
    lines = [b"name-%d.example" % number for number in range(10_000)]
    blocks = blocks_of(b"\r\n".join(lines))
    assert len(blocks) > 5
    assert max(len(block.text) for block in blocks) <= BLOCK_OCTETS + MOST_LINE_OCTETS
    for block in blocks:
        assert block.text.startswith(lines[block.first_line - 1] + b"\n")
        assert block.text.endswith(b"\n")
    assert text_of(blocks) == b"\n".join([*lines, b""])


def test_carriage_return_at_the_end_of_a_portion_is_half_a_line_end() -> None:
    octets = b"x" * (BLOCK_OCTETS - 1) + b"\r\nb.example\n"
    assert len(text_of(blocks_of(octets)).split(b"\n")) == 3


@pytest.mark.parametrize("length", [MOST_LINE_OCTETS + 1, 20_000, 300_000])
def test_overlong_line_is_rejected_once_and_its_neighbours_read(length: int) -> None:
    for filler in ("x", " ", "a.example ", "\0"):
        long_line = "b.example " + filler * (length // len(filler)) + " c.example"
        text = f"a.example\n{long_line}\nd.example\n"
        assert names("domains", text) == {"unsaid": ["a.example", "d.example"]}
        assert [(line, expected) for line, _, expected in rejected("domains", text)] == [
            (2, "a line of at most 1024 octets")
        ]


def test_overlong_comment_is_a_comment() -> None:
    assert names("domains", "# " + "x" * 100_000 + "\na.example\n") == {"unsaid": ["a.example"]}
    assert rejected("domains", "# " + "x" * 100_000 + "\na.example\n") == []


def test_memory_does_not_grow_with_a_line_that_never_ends() -> None:
    left = [500]

    def endless(size: int) -> bytes:
        left[0] -= 1
        return b"x" * size if left[0] else b""

    (block,) = read_blocks(endless)
    assert len(block.text) < 3 * BLOCK_OCTETS


def test_file_in_utf_16_gives_no_name() -> None:
    found = read("domains", "a.example\nb.example\n".encode("utf-16"))
    assert not found.unsaid
    assert found.rejected
