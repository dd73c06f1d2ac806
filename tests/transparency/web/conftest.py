"""The pages as a stranger meets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from filterdns.transparency.web.current import CurrentRelease
from tests.transparency.lists import StoppedClock
from tests.transparency.published import PUBLISHER
from tests.transparency.web.served import Site


@pytest.fixture
def site(current: CurrentRelease, clock: StoppedClock) -> Site:
    return Site(current, clock)


@pytest.fixture
def public_site(published: Path, clock: StoppedClock) -> Site:
    """The pages of a publisher with a log."""
    current = CurrentRelease(published, print)
    current.follow()
    return Site(current, clock, settings=PUBLISHER)
