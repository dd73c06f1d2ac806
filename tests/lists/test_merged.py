"""What a build keeps for the next one saves time and changes nothing, whatever becomes of lists and of what is kept."""

from __future__ import annotations

import random
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from filterdns.lists import runs
from filterdns.lists.index.numbers import numbers_of
from filterdns.lists.merged import keep_merged, load_merged, merged_path
from filterdns.lists.release import SEEN, SET_ASIDE
from filterdns.lists.set_aside import read_refusals
from filterdns.lists.shelves import SHELVES
from tests.lists.entries import protected_entry
from tests.lists.home import Home, files

LISTS = {"porn": "adult", "more-porn": "adult", "phish": "phishing", "bets": "gambling"}
LABELS = [f"{letter}{number}" for letter in "ahmswx" for number in range(8)]


def names(draw: random.Random) -> list[str]:
    hosts = [f"{label}.example" for label in draw.sample(LABELS, 30)]
    return hosts + [f"www.{host}" for host in draw.sample(hosts, 9)]


@pytest.fixture
def twin(home: Home, tmp_path: Path) -> Home:
    return Home(home.shipped, tmp_path / "twin")


@pytest.mark.parametrize("span_octets", [runs.MOST_SPAN_OCTETS, 64])
def test_builds_with_and_without_what_was_kept_are_the_same_octets(
    home: Home, twin: Home, span_octets: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "MOST_SPAN_OCTETS", span_octets)
    draw = random.Random(11)
    lists: dict[str, list[str]] = {}
    for step in range(6):
        if step == 0:
            changed = list(LISTS)
        else:
            changed = draw.sample(list(LISTS), draw.choice((1, 2)))
        for id_ in changed:
            lists[id_] = sorted({*draw.sample(lists.get(id_, []) or names(draw), 25), *names(draw)[:20]})
        for each in (home, twin):
            for id_, category in LISTS.items() if step == 0 else ():
                each.add_list(id_, category, subdomains=id_ != "bets")
            if step == 3:
                each.switch(**{"more-porn": False})
            if step == 5:
                each.switch(**{"more-porn": True})
                each.add_list("bets", "gambling", subdomains=True)
                each.write("own/adult.yaml", "[]\n")
            for id_ in changed:
                each.use(id_, lists[id_])
            each.sleep(days=150)
        shutil.rmtree(twin.state / "work", ignore_errors=True)
        home.build(), twin.build()
        assert dict(files(home.release)) == dict(files(twin.release))
        assert load_merged(home.state, home.release.manifest.files[SEEN].sha256) is not None


def test_rules_that_change_are_asked_about_all_names_and_the_same_rules_about_new_ones(home: Home, twin: Home) -> None:
    helps = {"m0.example": "health", "h1.example": "education", "x5.example": "health"}
    everything = [*names(random.Random(1)), *helps, *(f"www.{name}" for name in helps)]
    steps: list[tuple[list[str], list[str]]] = [  # protected names, and what a list names
        (["m0.example"], [name for name in everything if "h1" not in name]),
        (["m0.example"], everything),
        (["m0.example", "h1.example"], everything),
        (["h1.example"], everything),
        (["h1.example"], [name for name in everything if "h1" not in name]),
        (["h1.example"], everything),
    ]
    for protected, listed in steps:
        for each in (home, twin):
            each.add_list("porn", "adult")
            each.add_list("bets", "gambling")
            each.use("bets", names(random.Random(2)))
            each.use("porn", listed)
            each.write("protected/p2.yaml", "".join(protected_entry(name, helps[name]) for name in protected))
            each.sleep(days=1)
        shutil.rmtree(twin.state / "work", ignore_errors=True)
        home.build(), twin.build()
        assert dict(files(home.release)) == dict(files(twin.release))
        aside = {refusal.name.decode() for refusal in read_refusals(home.release.folder / SET_ASIDE)}
        assert aside == {form for name in protected for form in (name, f"www.{name}") if form in listed}


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "gone", "other"])
def test_damage_costs_time_alone(home: Home, twin: Home, damage: str) -> None:
    for each in (home, twin):
        for id_, category in LISTS.items():
            each.add_list(id_, category)
            each.use(id_, names(random.Random(id_)))
        each.build()
        each.use("phish", names(random.Random(5)))
        each.when += timedelta(days=1)
    path = merged_path(home.state)
    octets = path.read_bytes()
    damaged = {"cut": octets[:-9], "flip": octets[:40] + b"\xff" + octets[41:], "empty": b"", "other": b"x" * 99}
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(damaged[damage])
    assert load_merged(home.state, home.release.manifest.files[SEEN].sha256) is None
    home.build(), twin.build()
    assert dict(files(home.release)) == dict(files(twin.release))


@pytest.mark.parametrize("combinations", [[[0, 1], [65_535]], [[1, 2], [65_536, 3], [4]], [[70_000]], [[], [5]]])
def test_numbers_of_combinations_are_read_back_however_great_they_are(
    combinations: list[list[int]], tmp_path: Path
) -> None:
    with keep_merged(tmp_path) as kept:
        for part in combinations:
            kept.add(numbers_of(part, len(part)))
        for _ in range(SHELVES):
            kept.end_shelf()
        kept.finish([], [], "seen", "rules", [])
    before = load_merged(tmp_path, "seen")
    assert before is not None
    assert before.shelf(0).tolist() == [number for part in combinations for number in part]
    assert before.shelf(1).tolist() == []
