"""Rows for people: found by set number, damage told."""

from __future__ import annotations

import pytest

from filterdns.errors import IndexFault
from filterdns.lists.index.rows import ListingRows, write_rows

SETS = [[], [{"category": "adult", "reason": {"th": "เหตุผล"}}], [{"category": "malware"}, {"category": "fraud"}]]


def test_rows_written_are_found() -> None:
    rows = ListingRows(write_rows(SETS))
    assert [rows.find(number) for number in range(rows.count)] == SETS


def test_set_that_is_not_there_is_a_fault() -> None:
    rows = ListingRows(write_rows(SETS))
    for number in (-1, 3):
        with pytest.raises(IndexFault):
            rows.find(number)


def test_file_cut_short_is_refused() -> None:
    octets = write_rows(SETS)
    for size in range(len(octets)):
        with pytest.raises(IndexFault):
            ListingRows(octets[:size])


def test_damaged_text_is_a_fault() -> None:
    octets = bytearray(write_rows(SETS))
    octets[-1] = 0
    with pytest.raises(IndexFault):
        ListingRows(octets).find(2)
    assert ListingRows(octets).find(1) == SETS[1]


def test_no_sets_can_be_written() -> None:
    assert ListingRows(write_rows([])).count == 0
