"""All sources of one run: each when it is due, a few hosts at once, every outcome told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import tzinfo
from pathlib import Path
from random import Random

from filterdns.clock import Clock
from filterdns.lists.fetch.asking import Way
from filterdns.lists.fetch.kept import only_fetch
from filterdns.lists.fetch.lanes import Lanes
from filterdns.lists.fetch.limits import FetchLimits
from filterdns.lists.fetch.network import Network
from filterdns.lists.fetch.outcome import Outcome, Report
from filterdns.lists.fetch.source import Run, fetch_source
from filterdns.lists.fetch.waits import Waits
from filterdns.lists.recipe import Recipe


async def fetch_sources(
    recipes: Sequence[Recipe],
    state: Path,
    clock: Clock,
    limits: FetchLimits,
    random: Random,
    report: Report,
    force: bool = False,
    network: Network | None = None,
    zone: tzinfo | None = None,
) -> list[Outcome]:
    """Fetch every source that is due, or all with `force`; outcomes in the order of `recipes`.

    `force` is for a person who asks now: it passes over intervals, pauses and what servers asked for in earlier runs,
    not over conditions nor over what a server asks for in this run.

    A source that fails keeps its copies, and its journal says why in words; nothing is raised for it. Each journal is
    stored as soon as its source is done, so that a crash loses at most what was on the way, and of that no more than
    `Partial` says. `zone` is for times in these words, None the machine's own. Raises StateFault if somebody else
    fetches into `state`, or nothing can be written there.
    """
    with only_fetch(state):
        waits = Waits(state, limits.most_pause_seconds, heeds_earlier=not force)
        waits.load(clock.when())
        way = Way(network or Network(), Lanes(limits.hosts), waits, limits, clock)
        run = Run(state, way, random, report, zone)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(fetch_source(recipe, run, force)) for recipe in recipes]
        return [task.result() for task in tasks]
