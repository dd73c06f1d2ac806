"""What a person does with lists on the command line, on a list of their own: add, look up, compare, undo."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from filterdns.cli.progress_line import ProgressLine, bar
from filterdns.lists.progress import BUILD, FETCH, Progress

Run = Callable[..., Result]


@pytest.fixture
def add(run: Run, tmp_path: Path) -> Callable[..., str]:
    """Add a list of these names as a household's own; its identifier."""

    def add(*names: str, category: str = "gambling") -> str:
        file = tmp_path / "my-casinos.txt"
        file.write_text("".join(f"{name}\n" for name in names))
        added = run("lists", "sources", "add", file, "--category", category, "--state", tmp_path / "state")
        assert added.exit_code == 0, added.output
        assert "added as a list of this household" in added.output
        return added.output.partition(":")[0]

    return add


def lists(run: Run, state: Path, *words: object) -> str:
    result = run("lists", *words, "--state", state / "state")
    assert result.exit_code == 0, result.output
    return result.output


def test_a_list_of_ones_own_is_added_looked_up_and_removed(run: Run, add: Callable[..., str], tmp_path: Path) -> None:
    id_ = add("casino.example", "*.bets.example")
    told = lists(run, tmp_path, "show", "https://www.casino.example/roulette?x=1")
    assert "casino.example and names below it: gambling" in told
    assert f"({id_}), kept by this household" in told
    assert "imported; no person has checked this" in told
    assert "last confirmed" in told
    assert "ends" in told
    assert f"  {id_}" in lists(run, tmp_path, "status")
    lists(run, tmp_path, "sources", "remove", id_)
    told = lists(run, tmp_path, "show", "casino.example")
    assert "no list in force names it" in told
    assert "nobody names it now" in told


def test_what_a_list_may_not_close_is_told_with_the_rule(run: Run, add: Callable[..., str], tmp_path: Path) -> None:
    id_ = add("kidshelpline.com.au", "co.uk", "forcesafesearch.google.com", "casino.example")
    for name, words in (
        ("kidshelpline.com.au", "it is help, health or learning, which no list can close"),
        ("co.uk", "strangers have sites of their own below it"),
        ("forcesafesearch.google.com", "safe search needs it"),
    ):
        assert f"{name}: named as gambling by {id_}. It is not listed, because {words}." in lists(
            run, tmp_path, "show", name
        )


def test_show_as_json_has_every_listing_and_what_was_set_aside(
    run: Run, add: Callable[..., str], tmp_path: Path
) -> None:
    id_ = add("casino.example", "co.uk")
    record = json.loads(lists(run, tmp_path, "show", "casino.example", "--json"))
    assert record["listed"]
    assert [row["source"] for row in record["listings"]] == [id_]
    assert record["sightings"][0]["last"] is None
    record = json.loads(lists(run, tmp_path, "show", "co.uk", "--json"))
    assert not record["listed"]
    assert record["set_aside"] == [{"name": "co.uk", "rule": "public_suffix", "category": "gambling", "list": id_}]


def test_search_finds_parts_of_names_and_says_when_there_are_none(
    run: Run, add: Callable[..., str], tmp_path: Path
) -> None:
    add("the-casino-royal.example", "other.example")
    assert lists(run, tmp_path, "search", "Casino-R") == "the-casino-royal.example  gambling\n"
    assert "no listed name contains" in lists(run, tmp_path, "search", "nowhere-at-all")


def test_two_releases_are_compared_by_category_and_by_source(run: Run, add: Callable[..., str], tmp_path: Path) -> None:
    lists(run, tmp_path, "build")
    id_ = add("casino.example", "bets.example")
    assert lists(run, tmp_path, "diff", 1, 2) == "gambling: +2 -0\n"
    assert lists(run, tmp_path, "diff", 2, 1, "--by", "source") == f"{id_}: +0 -2\n"
    assert "+gambling bets.example" in lists(run, tmp_path, "diff", 1, 2, "--names")
    assert "no name came or went" in lists(run, tmp_path, "diff", 2, 2)
    wrong = run("lists", "diff", 1, 2, "--by", "colour", "--state", tmp_path / "state")
    assert wrong.exit_code == 1
    assert "expected some of category, source, basis" in wrong.output


def test_the_same_seed_draws_the_same_names_and_another_draws_others(
    run: Run, add: Callable[..., str], tmp_path: Path
) -> None:
    add(*(f"n{number}.example" for number in range(300)))
    drawn = [
        lists(run, tmp_path, "sample", "--seed", seed, "--count", 20, "--category", "gambling") for seed in (1, 1, 2)
    ]
    assert drawn[0] == drawn[1] != drawn[2]
    rows = list(csv.DictReader(io.StringIO(drawn[0])))
    assert len({row["name"] for row in rows}) == 20
    assert all("gambling" in row["categories"] and row["still_right"] == "" for row in rows)


def test_going_back_makes_a_new_release(run: Run, add: Callable[..., str], tmp_path: Path) -> None:
    lists(run, tmp_path, "build")
    add("casino.example")
    told = lists(run, tmp_path, "rollback", 1)
    assert "back at the lists of release 1" in told
    missing = run("lists", "rollback", 99, "--state", tmp_path / "state")
    assert missing.exit_code == 1
    assert "release 99: expected one that is kept" in missing.output


def test_decisions_about_lists_that_do_not_wait_say_so(run: Run, tmp_path: Path) -> None:
    for words in (("accept", "urlhaus"), ("keep-old", "urlhaus"), ("undo", "urlhaus")):
        refused = run("lists", *words, "--state", tmp_path / "state")
        assert refused.exit_code == 1
        assert "urlhaus: expected" in refused.output
    unknown = run("lists", "sources", "off", "urlhouse", "--state", tmp_path / "state")
    assert unknown.exit_code == 1
    assert "urlhouse: expected the identifier of a list, got none; did you mean urlhaus?" in unknown.output


def test_every_list_is_shown_with_its_switch_and_one_that_is_never_used_says_why(run: Run, tmp_path: Path) -> None:
    shown = lists(run, tmp_path, "sources")
    assert "  on       urlhaus" in shown
    never = run("lists", "sources", "on", "ut1-phishing", "--state", tmp_path / "state")
    assert never.exit_code == 1
    assert "ut1-phishing: expected a list that may be used" in never.output


def test_status_as_json_is_for_programs(run: Run, add: Callable[..., str], tmp_path: Path) -> None:
    id_ = add("casino.example")
    record = json.loads(lists(run, tmp_path, "status", "--json"))
    assert record["release"]["names_by_category"]["gambling"] >= 1
    states = {row["id"]: row["state"] for row in record["lists"]}
    assert states[id_] == "on"
    assert states["urlhaus"] == "coming"


class Screen(io.StringIO):
    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


class HandClock:
    seconds = 0.0

    def now(self) -> float:
        return self.seconds


def test_a_terminal_sees_one_line_and_a_file_a_line_now_and_then() -> None:
    for is_terminal in (True, False):
        screen, clock = Screen(is_terminal), HandClock()
        line = ProgressLine(screen, clock)  # type: ignore[arg-type]
        for number in range(1, 101):
            clock.seconds += 0.1
            line(Progress(BUILD, number=number, of=100))
        line.close()
        told = screen.getvalue()
        if is_terminal:
            assert "\n" not in told
            assert told.endswith("\r")
        else:
            assert told.count("\n") == 3
            assert "building 30 of 100" in told
    assert bar(Progress(FETCH, number=1, of=4)) == "[######------------------]"
    assert bar(Progress(FETCH)) == ""
