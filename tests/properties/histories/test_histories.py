"""Whatever happens in whatever order, and wherever the machine stops: all that is told of a name agrees.

`FILTERDNS_HISTORIES=1000-1999` lives through the histories of these numbers, by hand; each is the same every time.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from random import Random

import pytest

from filterdns.lists import categories_file
from filterdns.transparency.web.current import CurrentRelease
from tests.keep.duties.conftest import office, site, tmp_path
from tests.keep.duties.office import Office
from tests.log.site import Site
from tests.properties.histories.agreeing import check, check_made_again
from tests.properties.histories.follower import follower_of
from tests.properties.histories.shorter import shorten
from tests.properties.histories.steps import Keep, Step, draw_history
from tests.properties.histories.world import BEGUN, LISTS, SteadyOffice, World
from tests.transparency.casebook.opened import new_casebook

__all__ = ["office", "site", "tmp_path"]

NUMBERS = "FILTERDNS_HISTORIES"
_FEW = "1-4"
_MOST_TRIES = 120  # to make one that fails shorter

NewWorld = Callable[[], World]


@pytest.fixture
def new_world(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[NewWorld]:
    """A publisher that has just begun: each is a copy of one, and takes the place of the one before."""
    monkeypatch.setattr(categories_file, "read_yaml", cache(categories_file.read_yaml))  # a third of the time else
    first = office.site
    for list_id, category in LISTS.items():
        first.add_list(list_id, category, switch="offered")
    first.switch(**dict.fromkeys(LISTS, True))
    with ExitStack() as stack:

        def make() -> World:
            stack.close()
            place = Path(tempfile.mkdtemp(dir=first.state.parent))
            stack.callback(shutil.rmtree, place)
            site = Site(first.shipped, place / "state")
            office.book.close()
            shutil.copytree(first.state, site.state)
            shutil.rmtree(site.state / "desk")
            book = new_casebook(site.state)
            stack.callback(book.close)
            world = World(SteadyOffice(site, book))
            for list_id, names in BEGUN.items():
                world.serve(list_id, names)
            world.keep_wholly()
            return world

        yield make


class Disagreement(AssertionError):
    """What does not agree, and after which step, counted from 0."""

    def __init__(self, step: int) -> None:
        super().__init__(f"step {step}")
        self.step = step


def live(world: World, history: Sequence[Step]) -> None:
    """Let all of it happen; after each round that nothing disturbs, all agree."""
    state = world.office.site.state
    current = CurrentRelease(state, lambda words: pytest.fail(words))
    follower = follower_of(world, state.with_name("home"))
    for number, step in enumerate([*history, Keep()]):
        try:
            if isinstance(step, Keep):
                world.keep_wholly()
                check(world, current, follower)
            else:
                step.do(world)
            if number == len(history):
                check_made_again(world, state.with_name("again"))
        except Exception as fault:
            raise Disagreement(number) from fault


def get_fault(new_world: NewWorld, history: Sequence[Step]) -> Disagreement | None:
    """What does not agree; None if all does."""
    try:
        live(new_world(), history)
    except Disagreement as fault:
        return fault
    return None


@pytest.mark.timeout(0)
def test_whatever_happens_all_that_is_told_agrees(new_world: NewWorld) -> None:
    first, _, last = os.environ.get(NUMBERS, _FEW).partition("-")
    for number in range(int(first), int(last or first) + 1):
        history = draw_history(Random(number))
        fault = get_fault(new_world, history)
        if fault is not None:
            history = history[: fault.step + 1]
            history = shorten(history, lambda shorter: get_fault(new_world, shorter) is not None, _MOST_TRIES)
            told = "\n".join(f"    {step}," for step in history)
            print(f"history {number}, made shorter:\n{told}")
            live(new_world(), history)
            pytest.fail("it does not fail each time")
