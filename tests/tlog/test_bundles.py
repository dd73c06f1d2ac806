"""Entry bundles hold their entries, exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.errors import LogFault
from filterdns.tlog.bundles import MOST_ENTRY_OCTETS, read_bundle, write_bundle


def test_a_bundle_has_the_octets_of_c2sp() -> None:
    assert write_bundle([b"ab", b"", b"c" * 258]) == b"\0\2ab" + b"\0\0" + b"\1\2" + b"c" * 258


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_what_was_written_is_read(entries: list[bytes]) -> None:
    assert read_bundle(write_bundle(entries), len(entries)) == entries


def test_the_longest_entry_fits_and_one_octet_more_does_not() -> None:
    assert read_bundle(write_bundle([bytes(MOST_ENTRY_OCTETS)]), 1) == [bytes(MOST_ENTRY_OCTETS)]
    with pytest.raises(LogFault, match="65535"):
        write_bundle([bytes(MOST_ENTRY_OCTETS + 1)])


@given(st.lists(st.binary(max_size=20), max_size=20), st.integers(0, 22))
def test_another_count_is_refused(entries: list[bytes], count: int) -> None:
    if count != len(entries):
        with pytest.raises(LogFault):
            read_bundle(write_bundle(entries), count)


@given(st.binary(max_size=200), st.integers(0, 20))
def test_octets_are_refused_or_written_the_same_again(octets: bytes, count: int) -> None:
    try:
        entries = read_bundle(octets, count)
    except LogFault:
        return
    assert write_bundle(entries) == octets
    assert len(entries) == count


def test_every_cut_is_refused() -> None:
    octets = write_bundle([b"one", b"", b"three"])
    for end in range(len(octets)):
        with pytest.raises(LogFault):
            read_bundle(octets[:end], 3)
    with pytest.raises(LogFault):
        read_bundle(octets + b"\0", 3)
