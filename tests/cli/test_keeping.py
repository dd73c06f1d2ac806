"""What is ordered on pages, carried out on real lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from filterdns.cli.keeping import work_in
from filterdns.clock import Clock
from filterdns.config.settings import Settings
from filterdns.keep import errand
from filterdns.keep.errand import Errand, Outcome
from filterdns.keep.timetable import KeepLimits
from filterdns.lists.orders import ADD, REMOVE, SWITCH_OFF, SWITCH_ON, UPDATE_NOW, Order, load_done, place_order
from filterdns.lists.progress import Bulletin, load_bulletin
from filterdns.lists.release import open_current
from filterdns.names import parse_name

LISTED = parse_name("www.casino.example")
Run = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run(Order(...), ...)` carries them out in this process and builds."""
    monkeypatch.setattr(errand, "step_back", lambda **_: None)
    clock = Clock()

    def carry_out(*orders: Order) -> Outcome:
        for order in orders:
            place_order(tmp_path, order, clock.when())
        return Errand(
            work_in(tmp_path, Settings()),
            False,
            True,
            Bulletin(fetching=False),
            clock,
            KeepLimits(write_seconds=0),
            None,
        ).run()

    return carry_out


def is_listed(state: Path) -> bool:
    return bool(open_current(state).open_index().find(LISTED))


def test_a_list_of_the_household_is_added_switched_off_and_on_and_removed(tmp_path: Path, run: Run) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("casino.example\n", encoding="utf-8")
    add = Order(ADD, url=str(mine), category="gambling", title="Mine")
    outcome = run(add)
    assert outcome.built
    assert is_listed(tmp_path)
    id_ = load_done(tmp_path)[-1].text.partition(":")[0]
    outcome = run(add)  # as after a crash between deed and note
    assert outcome.ordered == (f"add: {id_}: is a list of this household already, for gambling",)
    assert not outcome.built
    run(Order(SWITCH_OFF, id_))
    assert not is_listed(tmp_path)
    run(Order(SWITCH_ON, id_))
    assert is_listed(tmp_path)
    run(Order(REMOVE, id_))
    assert not is_listed(tmp_path)
    assert all(done.is_done for done in load_done(tmp_path))
    bulletin = load_bulletin(tmp_path)
    assert bulletin is not None
    assert bulletin.progress is not None


def test_what_cannot_be_done_is_said_and_the_lists_are_built_all_the_same(tmp_path: Path, run: Run) -> None:
    outcome = run(
        Order(SWITCH_ON, "no-such-list"),
        Order(ADD, url="ftp://lists.example/a", category="gambling"),
        Order(ADD, url="https://lists.example/a", category="fun"),
        Order(REMOVE, "ut1-gambling"),
        Order("rollback", release=77),
        Order("accept", "no-such-list"),
        Order("undo", "ut1-gambling"),
        Order("keep_old", "ut1-gambling"),
        Order(UPDATE_NOW),
    )
    assert outcome.built
    assert len(load_done(tmp_path)) == 9
    assert not any(done.is_done for done in load_done(tmp_path)), load_done(tmp_path)
    assert all(done.text for done in load_done(tmp_path))
