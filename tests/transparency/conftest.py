"""One release for all tests that only read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from filterdns.transparency.reasons.statement import Statement
from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.find import Reasons
from tests.transparency.lists import SETTINGS, StoppedClock, build, taxonomy
from tests.transparency.published import publish


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publisher's state folder with its log; tests that add to it make their own."""
    return publish(tmp_path_factory.mktemp("published"))


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def current(state: Path) -> CurrentRelease:
    said: list[str] = []
    current = CurrentRelease(state, said.append)
    current.follow()
    assert not said
    return current


@pytest.fixture
def reasons(current: CurrentRelease, clock: StoppedClock) -> Reasons:
    return Reasons(SETTINGS, current, taxonomy(), clock)


@pytest.fixture
def ask(reasons: Reasons) -> Callable[[str], Statement]:
    """`ask("casino.example")` is the statement of that name."""

    def ask_for(typed: str) -> Statement:
        statement = reasons.get(typed)
        assert statement is not None
        return statement

    return ask_for
