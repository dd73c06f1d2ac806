"""The pages as a stranger meets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from filterdns.transparency.web.current import CurrentRelease
from tests.transparency.lists import StoppedClock
from tests.transparency.published import PUBLISHER, publish
from tests.transparency.web.appeal_site import MORE
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


@pytest.fixture(scope="session")
def published_for_appeals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publisher's state folder with what people may disagree about; the pages only read it."""
    return publish(tmp_path_factory.mktemp("appeals"), MORE)
