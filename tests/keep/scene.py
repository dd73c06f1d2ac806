"""A keeper whose clock, network and children are in a test's hands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from filterdns.calendar import Calendar
from filterdns.clock import Clock
from filterdns.errors import FilterdnsError
from filterdns.keep import errand
from filterdns.keep.duty import Duty
from filterdns.keep.errand import Deed, Work
from filterdns.keep.keeper import Keeper
from filterdns.keep.rounds import GoRound
from filterdns.lists.progress import Bulletin, Progress, load_bulletin
from tests.resolving import HandClock

BUILT = datetime(2026, 12, 1, 12, tzinfo=UTC)


@dataclass
class Report:
    release: int = 1
    built: bool = True
    next_due: datetime | None = None
    lines: Sequence[str] = ("release 1",)


@dataclass
class Updates:
    """An update that notes how it was called."""

    report: Report = field(default_factory=Report)
    fault: str = ""
    steps: Sequence[Progress] = ()
    calls: list[tuple[bool, bool]] = field(default_factory=list)  # fetch, force
    when: datetime | None = None

    def __call__(
        self,
        shipped: Path,
        overlay: Path,
        state: Path,
        clock: Clock,
        report: Callable[[Progress], None],
        *,
        fetch: bool,
        force: bool,
    ) -> Report:
        assert overlay == state / "lists"
        self.calls.append((fetch, force))
        self.when = clock.when()
        for step in self.steps:
            report(step)
        if self.fault:
            raise FilterdnsError(self.fault)
        return self.report


class Held:
    """A starter whose child ends when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[[], Any], Callable[[Any], None], Callable[[FilterdnsError], None]]] = []

    def start(
        self,
        title: str,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[FilterdnsError], None],
    ) -> None:
        self.waiting.append((work, done, failed))

    def run(self) -> None:
        (work, done, failed), *self.waiting = self.waiting
        try:
            outcome = work()
        except FilterdnsError as fault:
            failed(FilterdnsError(str(fault)))
        else:
            done(outcome)

    def die(self) -> None:
        (_, _, failed), *self.waiting = self.waiting
        failed(FilterdnsError("lists: ended without a result (killed by SIGKILL)"))


class Scene:
    """`after(seconds)` lets time pass, has the keeper look, and its child, if one begins, come to its end."""

    def __init__(
        self,
        state: Path,
        *,
        fetching: bool = True,
        deeds: dict[str, Deed] | None = None,
        go_round: GoRound | None = None,
        duties: tuple[Duty, ...] = (),
    ) -> None:
        self.state = state
        self.clock = HandClock(when=BUILT)
        self.updates = Updates()
        self.children = Held()
        self.said: list[str] = []
        self.online = True
        self.right = False
        self.deeds = deeds or {}
        self.fetching = fetching
        self.go_round = go_round
        self.duties = duties
        self.keeper = self.made()

    def made(self) -> Keeper:
        return Keeper(
            Work(self.updates, self.deeds, Path("/shipped"), self.state, self.go_round, self.duties),
            self.children,
            Calendar(lambda base: self.right),
            self.clock,  # type: ignore[arg-type]
            Random(7).random,
            self.said.append,
            fetching=self.fetching,
            is_online=lambda: self.online,
        )

    def after(self, seconds: float) -> list[tuple[bool, bool]]:
        """(fetch, force) of the updates that this look began."""
        self.clock.advance(seconds)
        return self.look()

    def look(self) -> list[tuple[bool, bool]]:
        before = len(self.updates.calls)
        self.keeper.turn()
        while self.children.waiting:
            self.children.run()
        return self.updates.calls[before:]

    @property
    def bulletin(self) -> Bulletin:
        found = load_bulletin(self.state)
        assert found is not None
        return found


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Its errands run in the test's process, which must not step back."""
    monkeypatch.setattr(errand, "step_back", lambda **_: None)
    return Scene(tmp_path)
