"""Every name that was written is found, and no other; the same input gives the same octets."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filterdns.categories import EXACT
from filterdns.errors import IndexFault
from filterdns.lists.index import hashing, layout, writer
from filterdns.lists.index.reader import ReleaseIndex
from filterdns.lists.index.verify import verify_index
from filterdns.lists.index.writer import Mark, write_index
from filterdns.names import label_offsets, parse_name

CATEGORIES = [("adult", "content", 17), ("malware", "security", 15)]
ADULT, MALWARE = 1 << 8, 1 << 9
SETS: list[tuple[Mark, ...]] = [
    (),
    (Mark(ADULT, True, 100),),
    (Mark(MALWARE, False, 50),),
    (Mark(ADULT, True, 100), Mark(MALWARE, False, 50)),
    (Mark(MALWARE, True),),
]


def written(names: dict[bytes, int], salt: bytes = b"salt", sets: list[tuple[Mark, ...]] = SETS) -> bytes:
    octets = write_index(names, sets, CATEGORIES, 7, salt)
    verify_index(octets)
    return octets


def oracle(names: dict[bytes, int], qname: bytes, today: int) -> list[tuple[int, int, int]]:
    """The slow twin: a dictionary and a walk over all suffixes."""
    found = []
    for at in label_offsets(qname):
        set_number = names.get(qname[at:], 0)
        marks = [mark for mark in SETS[set_number] if today <= mark.last_day]
        covering = sum({mark.mask for mark in marks if mark.subdomains})
        own = sum({mark.mask for mark in marks})
        mask = covering if at else own | (EXACT if own != covering else 0)
        if mask:
            found.append((at, mask, set_number))
    return found


# Few distinct labels, so that names meet each other's parents, children and siblings.
LABELS = st.sampled_from([b"a", b"b", b"www", b"-", b"\0\1a", b"x" * 62, b"\xff"])
NAMES = st.lists(LABELS, min_size=1, max_size=4).map(
    lambda labels: b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
)
DEEP = st.integers(1, 126).map(lambda n: b"\1a" * n + b"\0")


@settings(max_examples=400, deadline=None)
@given(
    st.dictionaries(NAMES | DEEP, st.integers(1, len(SETS) - 1), max_size=40),
    st.lists(NAMES | DEEP, max_size=40),
    st.sampled_from([0, 50, 51, 100, 101]),
)
def test_every_written_name_is_found_and_no_other(names: dict[bytes, int], others: list[bytes], today: int) -> None:
    index = ReleaseIndex(written(names), today)
    assert index.names == len(names)
    assert index.number == 7
    for qname in [*names, *others, b"\0", *(b"\1q" + name for name in names if len(name) < 250)]:
        expected = oracle(names, qname, today)
        assert index.matches(qname) == expected
        if len(offsets := label_offsets(qname)) > 1:
            assert index.matches(qname, offsets[-2]) == expected
        found = 0
        for _, mask, _ in expected:
            found |= mask
        assert index.find(qname) == found


@pytest.mark.parametrize("hash_kind", [layout.XXH32, layout.BLAKE2B])
def test_thousands_of_names_are_found_with_each_hash(hash_kind: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if hash_kind == layout.BLAKE2B:
        monkeypatch.setattr(hashing, "xxh32_intdigest", None)
    draw = random.Random(1)
    names = {
        parse_name(".".join(f"{draw.choice('abc')}{draw.randrange(99)}" for _ in range(draw.randrange(1, 6)))): 1
        for _ in range(20_000)
    }
    octets = written(names)
    index = ReleaseIndex(octets)
    assert layout.read_header(octets[: layout.HEADER.size], len(octets)).hash_kind == hash_kind
    assert all(index.find(name) for name in names)
    for _ in range(5_000):
        qname = parse_name(".".join(f"{draw.choice('abcd')}{draw.randrange(99)}" for _ in range(draw.randrange(1, 6))))
        assert index.matches(qname) == oracle(names, qname, 0)


def test_same_names_in_another_order_give_the_same_octets() -> None:
    names = {parse_name(f"n{number}.example"): number % 4 + 1 for number in range(500)}
    assert written(names) == written(dict(reversed(names.items())))
    assert written(names) != written(names, salt=b"other")


def test_listing_stops_counting_after_its_last_day() -> None:
    index = ReleaseIndex(written({parse_name("x.example"): 3}), today=50)
    assert index.find(parse_name("x.example")) == ADULT | MALWARE | EXACT
    assert index.find(parse_name("sub.x.example")) == ADULT
    index.today = 51
    assert index.find(parse_name("x.example")) == ADULT
    index.today = 101
    assert index.find(parse_name("x.example")) == 0
    assert index.matches(parse_name("x.example")) == []
    index.today = 50  # a clock that went back
    assert index.find(parse_name("x.example")) == ADULT | MALWARE | EXACT


def test_names_that_cluster_under_one_seed_get_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    first = hashing.seed_for(b"salt", 0)
    real = hashing.get_hash(layout.XXH32)
    assert real is not None
    monkeypatch.setattr(hashing, "xxh32_intdigest", lambda name, seed: 5 if seed == first else real(name, seed))
    names = {parse_name(f"n{number}.example"): 1 for number in range(500)}
    octets = written(names)
    header = layout.read_header(octets[: layout.HEADER.size], len(octets))
    assert (header.hash_kind, header.retries) == (layout.XXH32, 1)
    assert all(ReleaseIndex(octets).find(name) for name in names)


def test_names_that_cluster_under_every_seed_are_hashed_with_blake2b(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "xxh32_intdigest", lambda name, seed: 5)
    names = {parse_name(f"n{number}.example"): 1 for number in range(500)}
    octets = written(names)
    header = layout.read_header(octets[: layout.HEADER.size], len(octets))
    assert (header.hash_kind, header.retries) == (layout.BLAKE2B, 4)
    assert all(ReleaseIndex(octets).find(name) for name in names)


def test_a_few_equal_hashes_do_not_hide_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for equal in (0, 5, layout.GREATEST_TAG):
        monkeypatch.setattr(hashing, "xxh32_intdigest", lambda name, seed, equal=equal: equal)
        names = {parse_name(f"n{number}.example"): 1 for number in range(60)}
        index = ReleaseIndex(written(names))
        assert all(index.find(name) for name in names)
        assert index.find(parse_name("n60.example")) == 0
        assert index.find(parse_name("other")) == 0


def test_too_many_clusters_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "find_hash", lambda kind: lambda name, seed: 5)
    with pytest.raises(IndexFault):
        written({parse_name(f"n{number}.example"): 1 for number in range(500)})


def test_hash_that_this_machine_lacks_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    octets = written({parse_name("x.example"): 1})
    monkeypatch.setattr(hashing, "xxh32_intdigest", None)
    with pytest.raises(IndexFault, match="xxhash"):
        ReleaseIndex(octets)


def test_empty_index_finds_nothing() -> None:
    index = ReleaseIndex(written({}))
    assert index.find(parse_name("www.example.org")) == index.find(b"\0") == index.find(b"\3com\0") == 0


def test_index_cut_short_anywhere_is_refused() -> None:
    octets = written({parse_name(f"n{number}.example"): 1 for number in range(50)})
    for size in range(0, len(octets), 7):
        with pytest.raises(IndexFault):
            ReleaseIndex(octets[:size])


@settings(max_examples=500, deadline=None)
@given(st.integers(min_value=0), st.integers(0, 7))
def test_damaged_index_is_refused_or_another_valid_one(position: int, bit: int) -> None:
    names = {parse_name(f"n{number}.example"): 1 for number in range(20)}
    octets = bytearray(written(names))
    octets[position % len(octets)] ^= 1 << bit
    try:
        verify_index(bytes(octets))
    except IndexFault:
        return
    # Only what no reader follows, or what the digest alone can tell (a set, a day, a category), may have changed.
    index = ReleaseIndex(bytes(octets))
    assert all(index.find(name) is not None for name in names)
