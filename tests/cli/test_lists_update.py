"""`filterdns lists update` and what is fetched after a decision: one list alone, a keeper at work, a clock in doubt."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from filterdns.cli.believed_clock import believed_clock
from filterdns.clock import Clock
from filterdns.confirmed import confirm_clock
from filterdns.lists.fetch.kept import only_fetch
from filterdns.lists.household_lists import store_choices
from filterdns.lists.keep_lock import keep_lock
from filterdns.lists.orders import UPDATE_NOW, load_ordered
from filterdns.lists.progress import FETCH, Bulletin, Progress, store_bulletin
from filterdns.lists.release import open_current
from tests.resolving import HandClock

Run = Callable[..., Result]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A state folder without a release."""
    state = tmp_path / "state"
    state.mkdir()
    return state


@pytest.fixture
def keeper(here: Path) -> Iterator[None]:
    """Somebody keeps the lists, and is fetching."""
    with keep_lock(here).open("w") as file, only_fetch(here):
        fcntl.flock(file, fcntl.LOCK_EX)
        store_bulletin(here, Bulletin(progress=Progress(FETCH, "urlhaus", 1, 7, 2_100_000)))
        yield


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--only", "urlhouse"), "urlhouse: expected the identifier of a list, got none; did you mean urlhaus?"),
        (("--only", "threatfox"), "threatfox: expected a list that is on, got one that is not"),
    ],
)
def test_only_a_list_that_is_on_can_be_asked_for(run: Run, here: Path, words: tuple[str, ...], said: str) -> None:
    result = run("lists", "update", *words, "--state", here)
    assert result.exit_code == 1
    assert said in result.output


@pytest.mark.usefixtures("keeper")
def test_an_update_while_the_keeper_fetches_says_so(run: Run, here: Path) -> None:
    result = run("lists", "update", "--state", here)
    assert result.exit_code == 1
    assert "lists are being fetched already; wait until that is done; `filterdns lists status` says" in result.output
    assert load_ordered(here) == ()
    status = run("lists", "status", "--state", here).output
    assert "Fetching" in status
    assert "Nothing keeps these lists" not in status
    record = json.loads(run("lists", "status", "--json", "--state", here).output)
    assert record["keeper"]["runs"]
    assert record["keeper"]["progress"]["source"] == "urlhaus"


@pytest.mark.usefixtures("keeper")
def test_what_is_decided_while_the_keeper_fetches_is_left_to_it(run: Run, here: Path) -> None:
    result = run("lists", "sources", "on", "threatfox", "--state", here)
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "threatfox: switched on",
        "the keeper of these lists is fetching right now (fetching 1 of 7: urlhaus, 2.1 MB); it takes this up next",
    ]
    (order,) = load_ordered(here)
    assert order.order == UPDATE_NOW


def test_what_is_decided_while_another_command_fetches_is_done_and_told(run: Run, here: Path) -> None:
    with only_fetch(here):
        result = run("lists", "sources", "on", "threatfox", "--state", here)
    assert result.exit_code == 1
    assert "threatfox: switched on\n" in result.output
    assert "lists are being fetched already" in result.output
    assert load_ordered(here) == ()


def test_a_file_that_no_release_could_be_made_of_is_not_added(run: Run, here: Path, tmp_path: Path) -> None:
    for path, why in ((tmp_path / "missing.txt", "No such file or directory"), (here, "has no file in it")):
        result = run("lists", "sources", "add", path, "--category", "gambling", "--state", here)
        assert result.exit_code == 1
        assert f"{path}: expected a file or folder of names, got none" in result.output
        assert why in result.output
    assert not (here / "lists").exists()


def test_sources_tell_how_many_names_are_in_use(run: Run, here: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("a.example\nb.example\n")
    assert run("lists", "sources", "add", tmp_path / "mine.txt", "--category", "games", "--state", here).exit_code == 0
    lines = run("lists", "sources", "--state", here).output.splitlines()
    (mine,) = (line for line in lines if "mine-txt" in line)
    assert mine.split() == ["on", "mine-txt", "2", "this", "household,", "licence", "not", "known"]


def test_status_without_a_keeper_says_how_to_fetch(run: Run, here: Path) -> None:
    store_choices(here / "lists", {"threatfox": True})
    status = run("lists", "status", "--state", here)
    assert status.exit_code == 0
    assert "There is no release yet, so nothing is filtered." in status.output
    assert "`filterdns lists update` fetches what is due." in status.output
    record = json.loads(run("lists", "status", "--json", "--state", here).output)
    assert (record["release"], record["keeper"], record["clock_believed"]) == (None, {"runs": False}, True)


def test_a_clock_behind_the_lists_is_not_believed_until_somebody_vouches_for_it(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("filterdns.confirmed.is_synchronised", lambda: False)
    said: list[str] = []
    assert believed_clock(here, said.append).when() - Clock().when() < timedelta(seconds=5)  # nothing to compare with
    assert run("lists", "build", "--state", here).exit_code == 0
    built = datetime.fromisoformat(open_current(here).manifest.built_at)
    behind = HandClock(when=datetime(2020, 1, 1, tzinfo=UTC))
    steady = believed_clock(here, said.append, behind)  # type: ignore[arg-type]
    assert steady.when() == built
    assert "the clock says 2020-01-01 00:00 UTC, before the lists were made: it is not believed until" in said[0]
    assert "confirm-clock" in said[0]
    confirm_clock(here, behind.now(), behind.when())
    assert believed_clock(here, said.append, behind).when() == behind.when()  # type: ignore[arg-type]
    assert len(said) == 1
