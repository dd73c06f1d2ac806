"""What is done to many names at once is what is done to each."""

from __future__ import annotations

import random
import subprocess
import sys
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.lists.index import numbers, records, table
from filterdns.lists.index.layout import HEAD, LONGEST_PROBE
from filterdns.lists.index.numbers import HAS_NUMPY, Known

if not HAS_NUMPY:
    pytest.skip("there is no numpy here, and nothing to compare", allow_module_level=True)

from filterdns.lists.index import columns

LABELS = st.text("abcz019-_", min_size=1, max_size=5).map(str.encode) | st.just(b"x" * 63)
NAMES = st.lists(LABELS, min_size=2, max_size=5).map(b".".join)


@given(st.lists(st.tuples(NAMES, st.integers(0, 2**32 - 1)), min_size=1, max_size=30))
def test_records_have_the_same_octets_wire_forms_and_places(rows: list[tuple[bytes, int]]) -> None:
    names, heads = [name for name, _ in rows], [head for _, head in rows]
    octets, wires, places = columns.lay_records(names, numbers.numbers_of(heads, len(heads)), 1000)
    forms = records.Wires().of(names)
    assert (bytes(octets), wires, places.tolist()) == (
        b"".join(HEAD.pack(head) + form for head, form in zip(heads, forms, strict=True)),
        forms,
        records.lay_records(forms, heads, 1000)[2].tolist(),
    )


@given(st.lists(NAMES, max_size=30))
def test_suffixes_have_their_greatest_depths(names: list[bytes]) -> None:
    deepest: dict[bytes, int] = {}
    for depth, suffixes in sorted(columns.suffixes_above(names)):
        deepest |= dict.fromkeys(suffixes, depth)
    assert deepest == records.deepest_below(names)


@pytest.mark.parametrize("count", [0, 1, 700, 20_000])
def test_tables_are_the_same(count: int) -> None:
    draw = random.Random(count)
    plain, quick = table.Entries(), columns.Entries()
    tags = array("I", (draw.getrandbits(32) for _ in range(count)))
    places = array("I", range(100, 100 + count))
    for start in range(0, count, 6_000):
        for entries in (plain, quick):
            entries.add(places[start : start + 6_000], tags[start : start + 6_000])
    slots, empty = int(count / 0.7) + 8, 0xFFFF_FFFF << 32 | 96
    assert b"".join(quick.table(slots, empty)) == b"".join(plain.table(slots, empty))


@pytest.mark.parametrize(("count", "fits"), [(LONGEST_PROBE + 1, True), (LONGEST_PROBE + 2, False)])
def test_what_sits_too_far_from_its_home_is_told_of_at_the_same_count(count: int, fits: bool) -> None:
    for entries in (table.Entries(), columns.Entries()):
        entries.add(array("I", range(count)), array("I", [1 << 31] * count))
        if fits:
            assert b"".join(entries.table(1000, 0))
        else:
            with pytest.raises(table.Crowded):
                list(entries.table(1000, 0))


class Doubled(dict[int, int]):
    """Makes what it does not know, and remembers in which order it was asked."""

    def __missing__(self, number: int) -> int:
        self[number] = 2 * number % 1_000_003
        return self[number]


@given(st.lists(st.lists(st.integers(0, 2**62) | st.integers(0, 9), max_size=40), max_size=4))
def test_known_numbers_are_those_of_the_dict_and_asked_for_in_order(portions: list[list[int]]) -> None:
    quick, slow = Doubled(), Doubled()
    known = Known(quick)
    for portion in portions:
        column = numbers.numbers_of(portion, len(portion))
        assert known.of(column).tolist() == [slow[number] for number in portion]
    assert list(quick) == list(slow)


def test_nothing_that_runs_all_day_imports_numpy() -> None:
    modules = (
        "resolver.worker",
        "resolver.release_watch",
        "resolver.revocation_watch",
        "transparency.web.app",
        "keep.run",
    )
    imports = "; ".join(f"import filterdns.{module}" for module in modules)
    subprocess.run([sys.executable, "-c", f"{imports}; import sys; assert 'numpy' not in sys.modules"], check=True)
