"""The pages as a stranger meets them."""

from __future__ import annotations

import pytest

from filterdns.transparency.web.current import CurrentRelease
from tests.transparency.lists import StoppedClock
from tests.transparency.web.served import Site


@pytest.fixture
def site(current: CurrentRelease, clock: StoppedClock) -> Site:
    return Site(current, clock)
