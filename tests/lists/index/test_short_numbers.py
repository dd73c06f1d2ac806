"""Numbers that wait to be written come out as they were taken, whatever their size."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.lists.index import short_numbers
from filterdns.lists.index.numbers import numbers_of
from filterdns.lists.index.short_numbers import ShortNumbers

SMALL, ANY = st.integers(0, (1 << 16) - 1), st.integers(0, (1 << 32) - 1)
PORTIONS = st.lists(st.lists(SMALL, max_size=9) | st.lists(ANY, max_size=9), max_size=5)


@given(PORTIONS)
def test_what_was_taken_is_written_in_four_octets_and_kept_in_as_few_as_fit(portions: list[list[int]]) -> None:
    numbers, all_of_them = ShortNumbers(), [number for portion in portions for number in portion]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(short_numbers, "_OCTETS_AT_ONCE", 8)
        for portion in portions:
            numbers.add(numbers_of(portion, len(portion)))
        assert array("I", b"".join(numbers.words())).tolist() == all_of_them
    assert array(numbers.type_code, bytes(numbers.octets)).tolist() == all_of_them
    assert len(numbers) == len(all_of_them)
    assert numbers.type_code == ("H" if max(all_of_them, default=0) < 1 << 16 else "I")
