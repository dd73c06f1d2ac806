"""From exec to the first answer, on a release that is compiled already."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.running import Running, free_port

MOST_SECONDS = 1.0


def test_the_first_answer_comes_within_a_second(running: Callable[..., Running]) -> None:
    filterdns = running(free_port())
    seconds = []
    for _ in range(3):  # the best of three: another process may have the machine
        filterdns.stop()
        begun = time.monotonic()
        filterdns.start()
        seconds.append(time.monotonic() - begun)
    assert min(seconds) <= MOST_SECONDS
