"""Names in any order come back in order and none is lost, however few fit into memory."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filterdns.lists import heaps
from filterdns.lists.heaps import Heap, Once, side_by_side

NAMES = st.lists(st.sampled_from([b"a.b", b"a.bc", b"b.a", b"c.d", b"aa.b", b"z.z"]), max_size=10)


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heaps, "MOST_NAMES_AT_ONCE", 3)


@pytest.mark.usefixtures("few_at_once")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(NAMES, max_size=6))
def test_all_names_come_back_in_order(additions: list[list[bytes]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        heap = Heap(Path(folder))
        for names in additions:
            heap.add(names)
        everything = sorted(name for names in additions for name in names)
        assert heap.is_empty == (not everything)
        for _ in range(2):  # it may be asked again
            assert [name for portion in heap.ordered() for name in portion] == everything
        once = Once(heap.ordered())
        assert [name for portion in once for name in portion] == sorted(set(everything))
        assert once.repeated == len(everything) - len(set(everything))
        assert os.listdir(folder) == []  # parts have no names that a crash could leave behind
        heap.close()
        assert heap.is_empty


def cut(names: list[bytes], sizes: list[int]) -> list[list[bytes]]:
    """Portions of these sizes in turn."""
    portions: list[list[bytes]] = []
    at = 0
    while at < len(names):
        size = sizes[len(portions) % len(sizes)]
        portions.append(names[at : at + size])
        at += size
    return portions


@given(st.lists(st.tuples(NAMES, st.lists(st.integers(1, 4), min_size=1, max_size=3)), max_size=4))
def test_equal_names_of_several_streams_come_together(streams: list[tuple[list[bytes], list[int]]]) -> None:
    distinct = [sorted(set(names)) for names, _ in streams]
    portions = [cut(names, sizes) for names, (_, sizes) in zip(distinct, streams, strict=True)]
    groups = list(side_by_side(portions))
    assert [[name for group in groups for name in group[number]] for number in range(len(streams))] == distinct
    places = Counter(name for group in groups for name in {name for names in group for name in names})
    assert all(count == 1 for count in places.values())
