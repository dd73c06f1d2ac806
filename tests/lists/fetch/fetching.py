"""Fetching as tests do it: a state folder, a clock that stands where it is put, a small limit of size."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from filterdns.clock import Clock
from filterdns.lists.copies import Journal, copy_path, load_journal
from filterdns.lists.fetch.fetch import fetch_sources
from filterdns.lists.fetch.limits import FetchLimits
from filterdns.lists.fetch.network import Network
from filterdns.lists.fetch.outcome import Outcome, Progress
from filterdns.lists.recipe import Keeper, Recipe

LIMITS = FetchLimits(most_octets=1_000_000, sync_octets=4096, progress_seconds=0)


class SetClock(Clock):
    """Ages pass as they do; the date is what a test says."""

    def __init__(self) -> None:
        self.date = datetime(2026, 11, 25, 14, 5, tzinfo=UTC)

    def when(self) -> datetime:
        return self.date

    def pass_by(self, **time: float) -> None:
        self.date += timedelta(**time)


def recipe(*urls: str, name: str = "games", **more: Any) -> Recipe:
    values: dict[str, Any] = {"id": name, "title": name, "category": "games", "keeper": Keeper("a test"), "urls": urls}
    return Recipe(**values | more)


@dataclass
class Fetching:
    """`fetch(recipe, ...)` is one run; what it told is in `told`."""

    state: Path
    network: Network
    clock: SetClock = field(default_factory=SetClock)
    limits: FetchLimits = LIMITS
    random: Random = field(default_factory=lambda: Random(7))
    told: list[Progress] = field(default_factory=list)

    def fetch(self, *recipes: Recipe, force: bool = False, network: Network | None = None) -> list[Outcome]:
        self.told.clear()
        network = network or self.network

        async def run() -> list[Outcome]:
            return await fetch_sources(
                recipes, self.state, self.clock, self.limits, self.random, self.told.append, force, network, UTC
            )

        return asyncio.run(run())

    def fetch_one(self, what: Recipe, force: bool = True, network: Network | None = None) -> Outcome:
        return self.fetch(what, force=force, network=network)[0]

    def limit(self, **values: Any) -> None:
        self.limits = replace(self.limits, **values)

    def journal(self, name: str = "games") -> Journal:
        return load_journal(self.state, name)

    def kept(self, name: str = "games") -> bytes:
        """The octets of the newest copy."""
        newest = self.journal(name).newest
        assert newest is not None
        octets = copy_path(self.state, newest.sha256).read_bytes()
        assert len(octets) == newest.octets
        return octets

    def leftovers(self) -> list[str]:
        folder = self.state / "downloads" / "partial"
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def names_list(count: int, seed: int = 0) -> bytes:
    """A list of names that packs badly enough to have a middle."""
    random = Random(seed)
    return b"".join(b"%x.example\n" % random.getrandbits(64) for _ in range(count))


Reach = Callable[..., Fetching]
