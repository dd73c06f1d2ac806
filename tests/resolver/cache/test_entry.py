"""One cached answer at later seconds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.config.settings import CacheLimits
from filterdns.resolver.cache.entry import Entry
from filterdns.resolver.cache.freshness import is_stale_usable, set_lifetime, wants_prefetch

LIMITS = CacheLimits()


def entry(*ttls: int, negative: bool = False, minimum: int | None = None, limits: CacheLimits = LIMITS) -> Entry:
    body = b"".join(b"name" + ttl.to_bytes(4) for ttl in ttls)
    made = Entry(0, body, len(ttls), 0, tuple(8 * n + 4 for n in range(len(ttls))), ttls, ())
    made.negative = negative
    set_lifetime(made, minimum, 1000, limits)
    return made


def ttls_of(body: bytes) -> list[int]:
    return [int.from_bytes(body[at + 4 : at + 8]) for at in range(0, len(body), 8)]


@given(
    st.lists(st.sampled_from([0, 1, 2, 60, 86_400, 10**6, 2**31 - 1, 2**31, 2**32 - 1]), min_size=1, max_size=4),
    st.lists(st.integers(1000, 100_000), min_size=1, max_size=5),
)
def test_no_ttl_grows_and_nothing_else_changes(ttls: list[int], seconds: list[int]) -> None:
    made = entry(*ttls)
    last = ttls_of(made.body)
    assert all(now <= min(said, 86_400) for now, said in zip(last, ttls, strict=True))
    for second in sorted(seconds):
        body = made.at(second)
        now = ttls_of(body)
        assert all(a <= b for a, b in zip(now, last, strict=True))
        assert body[:4] == b"name"
        assert len(body) == len(made.body)
        assert all(0 <= left <= max(0, 86_400 - (second - 1000)) for left in now)
        last = now


def test_an_answer_is_fresh_for_its_least_ttl() -> None:
    made = entry(300, 60, 900)
    assert (made.born, made.expires) == (1000, 1060)


def test_ttls_lie_between_their_bounds() -> None:
    limits = replace(LIMITS, least_ttl_seconds=30, most_ttl_seconds=600)
    assert ttls_of(entry(5, 100, 10_000, limits=limits).body) == [30, 100, 600]


def test_a_ttl_with_the_highest_bit_is_0() -> None:
    """RFC 2181 section 8."""
    assert ttls_of(entry(2**31).body) == [0]
    assert ttls_of(entry(2**32 - 1).body) == [0]


@pytest.mark.parametrize(("minimum", "seconds"), [(60, 60), (None, 0), (100_000, 3600), (0, 0)])
def test_a_negative_answer_lives_as_long_as_its_soa_says(minimum: int | None, seconds: int) -> None:
    made = entry(86_400, negative=True, minimum=minimum)
    assert made.expires - made.born == seconds
    assert ttls_of(made.body) == [seconds]


def test_stale_for_a_day_and_no_longer() -> None:
    made = entry(60)
    assert is_stale_usable(made, 1060 + 86_399, LIMITS)
    assert not is_stale_usable(made, 1060 + 86_400, LIMITS)
    assert ttls_of(made.with_ttl(30)) == [30]


def test_popular_and_about_to_expire() -> None:
    made = entry(100)
    for second in (1001, 1002):
        made.at(second)
    assert not wants_prefetch(made, 1095), "asked for in two seconds only"
    made.at(1003)
    assert not wants_prefetch(made, 1089)
    assert wants_prefetch(made, 1090)


def test_the_ttl_is_that_of_the_seconds_end() -> None:
    """An answer may be repeated until its second ends (the answers of this second)."""
    made = entry(60)
    assert ttls_of(made.at(1000)) == [59]
    assert ttls_of(made.at(1058)) == [1]
    assert ttls_of(made.at(1059)) == [0]


@given(st.integers(0, 100), st.integers(0, 200), st.integers(0, 60))
def test_a_ttl_can_be_held_below_a_boundary(ttl: int, age: int, most: int) -> None:
    assert all(left <= most for left in ttls_of(entry(ttl, ttl).aged(age, most)))
    assert all(left <= most for left in ttls_of(entry(ttl).aged(age, most)))
