"""The memory of who named a name says what was written, of every name on every shelf, and nothing of any other."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filterdns.errors import IndexFault
from filterdns.lists.index.numbers import numbers_of
from filterdns.lists.index.seen import CURRENT, History, SeenFeed, SeenNames
from filterdns.lists.index.seen_writer import SeenWriter
from filterdns.lists.shelves import BOUNDS, SHELVES, shelf_of

FEEDS = [
    SeenFeed("a-list", 20_000, "A list", "adult"),
    SeenFeed("own/games.mine.txt", 20_001, "games.mine.txt", "games", True),
    SeenFeed("gone", 19_000),
]


def written(shelves: list[dict[bytes, History]], feeds: list[SeenFeed] = FEEDS) -> bytes:
    file = BytesIO()
    seen = SeenWriter(file, len(shelves))
    histories: list[History] = [()]
    for names in shelves:
        histories += sorted(set(names.values()).difference(histories))
        seen.add_shelf(sorted(names), numbers_of([histories.index(names[name]) for name in sorted(names)], len(names)))
    seen.finish(feeds, histories)
    return file.getvalue()


DAYS = st.integers(0, 0xFFFE)
HISTORIES = st.dictionaries(st.integers(0, 2), st.tuples(DAYS, st.one_of(DAYS, st.just(CURRENT))), min_size=1).map(
    lambda days: tuple((feed, *days[feed]) for feed in sorted(days))
)
# Names that begin alike or lie in each other, as a search for whole lines has to tell them apart.
LABELS = st.sampled_from(["a", "ab", "a-b", "b", "www", "0", "z", "xn--a", "_a"])
NAMES = st.lists(LABELS, min_size=2, max_size=3).map(lambda labels: ".".join(labels).encode())


@settings(max_examples=200)
@given(st.lists(st.dictionaries(NAMES, HISTORIES, max_size=12), min_size=1, max_size=3), st.sets(NAMES))
def test_what_was_written_is_read_back(shelves: list[dict[bytes, History]], others: set[bytes]) -> None:
    seen = SeenNames(written(shelves))
    assert seen.feeds == FEEDS
    assert seen.names == sum(map(len, shelves))
    for number, names in enumerate(shelves):
        read, codes = seen.shelf(number)
        assert read == sorted(names)
        assert [seen.history(code) for code in codes] == [names[name] for name in read]
        for name in names.keys() | others:
            assert seen.get(name, number) == names.get(name, ())


def test_first_and_last_name_of_every_shelf_are_found_and_their_neighbours_are_not() -> None:
    bounds = [b"0", *(bound.rstrip(b".") for bound in BOUNDS)]
    shelves: list[dict[bytes, History]] = [{} for _ in range(SHELVES)]
    for number, bound in enumerate(bounds):
        for name in (bound + b".example", bound + b"-z.example", bound + b"zzzz.example"):
            shelves[shelf_of(name)][name] = ((number % 3, number, CURRENT),)
    assert all(shelves)
    seen = SeenNames(written(shelves))
    assert seen.histories == SHELVES + 1
    for number, names in enumerate(shelves):
        for name, history in names.items():
            assert seen.get(name, number) == history
            for other in (name[:-1], name + b"x", name[1:], b"x" + name, b"", b"\n", name.replace(b".", b"\n")):
                assert seen.get(other, number) == names.get(other, ())


def test_each_name_of_shelves_of_many_octets_has_its_own_history() -> None:
    shelves: list[dict[bytes, History]] = [
        {b"%c%05x.%s.example" % (letter, n, b"x" * (n % 60)): ((0, n, CURRENT),) for n in range(1_500)}
        for letter in b"ab"
    ]
    seen = SeenNames(written(shelves))
    for number, names in enumerate(shelves):
        assert all(seen.get(name, number) == history for name, history in names.items())
        assert not any(seen.get(name[:-1], number) for name in names)


def test_feeds_of_a_shorter_time_ago_are_read() -> None:
    octets = written([{}]).replace(b'["gone",19000,"","",false]', b'["gone",19000]'.ljust(26))
    assert SeenNames(octets).feeds == FEEDS


def test_writer_wants_every_shelf() -> None:
    seen = SeenWriter(BytesIO(), 2)
    seen.add_shelf([], numbers_of([], 0))
    with pytest.raises(IndexFault, match="expected 2 shelves"):
        seen.finish([], [()])


def some() -> bytes:
    return written([{b"n%d.example" % number: ((number % 3, number, CURRENT),)} for number in range(SHELVES)])


def test_file_of_another_length_is_refused() -> None:
    octets = some()
    for size in range(0, len(octets), 13):
        with pytest.raises(IndexFault):
            SeenNames(octets[:size])
    with pytest.raises(IndexFault):
        SeenNames(octets + b"\0")


@pytest.mark.parametrize("at", [0, 7, 8, 11])
def test_another_magic_or_version_is_refused(at: int) -> None:
    octets = bytearray(some())
    octets[at] ^= 1
    with pytest.raises(IndexFault):
        SeenNames(bytes(octets))


@settings(max_examples=400, deadline=None)
@given(st.integers(min_value=0), st.integers(0, 7))
def test_damaged_octets_are_a_fault_or_another_memory_but_nothing_worse(position: int, bit: int) -> None:
    octets = bytearray(some())
    octets[position % len(octets)] ^= 1 << bit
    try:
        seen = SeenNames(bytes(octets))
        for shelf in range(SHELVES):
            seen.get(b"n%d.example" % shelf, shelf)
            names, codes = seen.shelf(shelf)
            assert len(names) == len(codes)
            for code in codes:
                seen.history(code)
    except IndexFault:
        return
