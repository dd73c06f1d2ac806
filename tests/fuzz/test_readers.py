"""No octets make a reader raise anything but its own fault."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.packets import Run
from tests.fuzz.readers import READERS
from tests.fuzz.seeds import seeds
from tests.properties.strategies import damaged
from tests.resolving import index_of

INDEX = bytes(index_of({"casino.example": "gambling", "a.b.example.org": "malware"})._buffer)
SEEDS = [*seeds(), INDEX, b"\0" + seeds()[-1]]


@pytest.mark.parametrize("name", READERS)
def test_any_octets_are_read_or_refused(name: str) -> None:
    @given(st.one_of(st.binary(max_size=200), damaged(st.sampled_from(SEEDS))))
    def holds(octets: bytes) -> None:
        READERS[name](octets)

    holds()


def test_twenty_thousand_packets_through_the_pipeline() -> None:
    """The same run that is made by hand with millions."""
    run = Run(seed=1)
    run.push(20_000)
    assert min(run.queries, run.replies, run.answered, run.accepted) > 1_000
