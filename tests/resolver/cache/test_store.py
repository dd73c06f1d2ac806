"""Bounds of the cache: what it counts is what it takes, whatever comes."""

from __future__ import annotations

import gc
import random
import tracemalloc
from dataclasses import replace

import pytest

from filterdns.config.settings import CacheLimits
from filterdns.names import parse_name
from filterdns.resolver.cache.entry import Entry
from filterdns.resolver.cache.freshness import set_lifetime
from filterdns.resolver.cache.store import Cache, Generations

MIB = 1024 * 1024
LIMITS = CacheLimits()


def key(number: int, suffix: str = "example") -> bytes:
    return parse_name(f"host{number}.{suffix}") + b"\0\1\0\1"


def entry(octets: int = 16, *, negative: bool = False, ttls: int = 1, targets: tuple[bytes, ...] = ()) -> Entry:
    """An entry with a body of its own, as read from a reply."""
    made = Entry(3 if negative else 0, bytes(bytearray(max(octets, 4 * ttls))), 1, 0, (), (), targets)
    made.ttl_offsets = tuple(range(0, 4 * ttls, 4))
    made.ttls = tuple(300 + 0 * n for n in range(ttls))
    made.negative = negative
    set_lifetime(made, 300 if negative else None, 1000, LIMITS)
    return made


def seen_at(made: Entry, second: int) -> Entry:
    """Asked for once, so that a patched copy of the body is there."""
    made.at(second)
    return made


@pytest.mark.parametrize(
    ("octets", "ttls", "alias"), [(16, 1, False), (150, 4, True), (1200, 1, False), (30_000, 1, False)]
)
def test_the_octets_that_are_counted_are_the_octets_that_are_taken(octets: int, ttls: int, alias: bool) -> None:
    budget = 4 * MIB
    cache = Cache(replace(LIMITS, octets=budget))
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        most = counted = 0
        for number in range(3 * budget // (520 + 2 * octets)):
            targets = (parse_name(f"target{number}.cdn.example.net"),) if alias else ()
            cache.put(key(number), seen_at(entry(octets, ttls=ttls, targets=targets), 1001))
            if number % 64 == 0:
                most = max(most, tracemalloc.get_traced_memory()[0] - before)
                counted = max(counted, cache.positive.octets)
    finally:
        tracemalloc.stop()
    assert counted <= 0.75 * budget
    assert most <= 1.3 * 0.75 * budget, f"{most / MIB:.1f} MiB taken where {counted / MIB:.1f} were counted"
    assert most >= 0.3 * budget, "the cache is used"


def test_an_answer_that_grows_is_counted_as_it_is_now() -> None:
    """A zone may answer with 100 octets first and with 60,000 after a second."""
    cache = Cache(replace(LIMITS, octets=4 * MIB))
    for octets in (16, 20_000):
        for number in range(1_000):
            cache.put(key(number), entry(octets))
    bodies = [e for part in (cache.positive.young, cache.positive.old, cache.positive._dying) for e in part.values()]
    assert sum(len(e.body) for e in bodies) <= 4 * MIB


def test_large_answers_make_many_small_ones_go_at_once() -> None:
    """The generation that is let go must not stay beside two full ones."""
    cache = Generations(MIB)
    number = 0
    for octets in (16, 16, 30_000, 30_000, 16):
        for _ in range(MIB // (520 + 2 * octets)):
            number += 1
            cache.put(key(number), entry(octets))
            held = sum(e.octets(k) for part in (cache.young, cache.old, cache._dying) for k, e in part.items())
            assert held <= 1.1 * MIB


def test_random_names_do_not_push_out_what_people_use() -> None:
    cache = Cache(replace(LIMITS, octets=MIB))
    for number in range(100):
        cache.put(key(number), entry())
    for number in range(20_000):
        cache.put(key(number, "random.example"), entry(100, negative=True))
    assert all(cache.get(key(number)) is not None for number in range(100))
    assert cache.negative.octets <= 0.25 * MIB
    assert cache.positive.octets + cache.negative.octets <= MIB


def test_what_is_asked_for_stays_and_what_is_not_goes() -> None:
    cache = Cache(replace(LIMITS, octets=MIB))
    random_numbers = random.Random(1)
    for number in range(50):
        cache.put(key(number), entry())
    for number in range(100, 6_000):
        cache.put(key(number), entry())
        assert cache.get(key(random_numbers.randrange(25)))
    assert all(cache.get(key(number)) is not None for number in range(25))
    assert not any(cache.get(key(number)) for number in range(25, 50))


def test_a_negative_answer_takes_the_place_of_a_positive_one_and_the_other_way_round() -> None:
    cache = Cache(LIMITS)
    for negative in (False, True, False, True):
        made = entry(negative=negative)
        cache.put(key(1), made)
        assert cache.get(key(1)) is made
        assert cache.positive.entries + cache.negative.entries == 1


def test_failures_are_bounded_and_forgotten() -> None:
    cache = Cache(LIMITS)
    for number in range(25_000):
        cache.note_failure(key(number), 1000, 22, b"text")
    assert len(cache._failures) <= 10_000
    assert cache.get_failure(key(24_999), 1004) == (22, b"text")
    assert cache.get_failure(key(24_999), 1005) is None
    assert cache.get_failure(key(24_998), 999_999) is None


def test_kept_answers_are_few() -> None:
    cache = Cache(replace(LIMITS, octets=MIB))
    for number in range(6_000):
        cache.put(key(number), entry(), keep=True)
    assert sum(cache.get_kept(key(number)) is not None for number in range(6_000)) <= 4_096
    assert cache.get_kept(key(0)) is not None


def test_a_kept_answer_is_replaced_by_a_newer_good_one() -> None:
    cache = Cache(LIMITS)
    first, second = entry(), entry()
    cache.put(key(1), first, keep=True)
    cache.put(key(1), second, keep=True)
    cache.put(key(1), entry(negative=True), keep=True)
    assert cache.get_kept(key(1)) is second
