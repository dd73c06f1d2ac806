"""The same inputs give the same octets of every file, whatever else a machine has kept; and few octets a name."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from filterdns.lists.release import FILES, INDEX, LISTINGS, SEEN
from filterdns.lists.shelves import shelf_of
from tests.lists.entries import own_entry, protected_entry
from tests.lists.home import Home, files

ROOT = Path(__file__).resolve().parents[2]
BUILD = """
import sys
if sys.argv.pop() == "plain":
    sys.modules["numpy"] = None  # as on a machine that has none
from datetime import datetime
from pathlib import Path
from filterdns.lists.build import build_release
shipped, state, when = sys.argv[1:]
build_release(Path(shipped), Path(state) / "lists", Path(state), datetime.fromisoformat(when))
"""
LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
ZONES = ("com", "net", "org", "co.uk", "de", "xyz", "com.br", "info", "ru", "top")


def lay_down(home: Home, day: int) -> None:
    """Lists in several formats that share names, with rules about some of them; each day a little else."""
    draw = random.Random(day)
    names = [f"{label}n{number}.example" for number in range(60) for label in ("", "www.", "a.b.")]
    for number, (category, form) in enumerate(
        [("adult", "domains"), ("adult", "adblock"), ("malware", "hosts"), ("fraud", "domains"), ("fraud", "domains")]
    ):
        id_ = f"list{number}"
        home.add_list(id_, category, keeper=f"K{number}", format=form, subdomains=number != 2)
        line = {"domains": "{}\n", "hosts": "0.0.0.0 {}\n", "adblock": "||{}^\n"}[form]
        home.use(id_, "".join(line.format(name) for name in draw.sample(names, 70)))
    home.write("protected/p2.yaml", "".join(protected_entry(f"help.n{n}.example", "health") for n in range(10, 20)))
    home.write("own/games.yaml", "".join(own_entry(f"n{number}.example") for number in range(day, day + 9)))
    home.write("own/adult.mine.txt", f"mine{day}.example\nn3.example\n")
    home.write(
        "allow/a.yaml",
        "".join(
            f"- {{name: n{n}.example, scope: subdomains, kind: allow, categories: all, reason: {{en: fine}}, "
            "decided_by: maintainer, decided_on: 2026-11-20}\n"
            for n in range(30, 35)
        ),
    )


def build_apart(home: Home, seed: str, way: str) -> None:
    """In a process of its own, with this seed of Python's hashes, which order its sets, and with or without numpy."""
    command = [sys.executable, "-c", BUILD, str(home.shipped), str(home.state), home.when.isoformat(), way]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": seed}, cwd=ROOT)


def test_same_inputs_give_the_same_octets_of_every_file_with_numpy_and_without(
    home: Home, folder: Path, tmp_path: Path
) -> None:
    homes = [home, Home(folder, tmp_path / "other")]
    for day in (0, 1):
        for each, seed, way in zip(homes, ("1", "2"), ("", "plain"), strict=True):
            each.sleep(days=day)
            lay_down(each, day)
            build_apart(each, seed, way)
        one, other = (dict(files(each.release)) for each in homes)
        assert one.keys() == {*FILES, "manifest.json"}
        assert one == other
    assert one["set_aside"]
    assert one["delta"]


def test_build_that_kept_everything_and_one_that_kept_nothing_give_the_same_octets(home: Home, tmp_path: Path) -> None:
    for day in range(4):
        home.sleep(days=1)
        before = home.release.number if day else 0
        lay_down(home, day)
        scratch = Home(home.shipped, tmp_path / f"scratch{day}", home.when)
        shutil.copytree(home.state, scratch.state)
        for kept in ("runs", "work"):
            shutil.rmtree(scratch.state / kept, ignore_errors=True)
        assert home.build().number == scratch.build().number == before + 1
        assert dict(files(home.release)) == dict(files(scratch.release))


def test_files_that_a_build_kept_and_that_are_damaged_change_nothing(home: Home, tmp_path: Path) -> None:
    lay_down(home, 0)
    home.build()
    home.sleep(days=1)
    lay_down(home, 1)
    other = Home(home.shipped, tmp_path / "other", home.when)
    shutil.copytree(home.state, other.state)
    for path in [*(other.state / "runs").iterdir(), *(other.state / "work").iterdir()]:
        octets = bytearray(path.read_bytes())
        octets[len(octets) // 3] ^= 1
        path.write_bytes(octets)
    home.build()
    other.build()
    assert dict(files(home.release)) == dict(files(other.release))


@pytest.fixture(scope="module")
def names() -> dict[str, list[str]]:
    """Names like real ones in ten lists: a third with three labels, a tenth in two lists."""
    draw = random.Random(7)
    lists: dict[str, list[str]] = {f"list{number}": [] for number in range(10)}
    for _ in range(50_000):
        name = f"{draw.choice(LETTERS)}{draw.getrandbits(32):x}.{draw.choice(ZONES)}"
        if draw.random() < 0.35:
            name = f"{draw.choice(('www', 'm', 'cdn', 'a1'))}.{name}"
        for id_ in draw.sample(sorted(lists), 2 if draw.random() < 0.1 else 1):
            lists[id_].append(name)
    return lists


def test_few_octets_are_kept_for_a_name(home: Home, names: dict[str, list[str]]) -> None:
    for number, (id_, listed) in enumerate(names.items()):
        home.add_list(id_, ("adult", "malware", "trackers")[number % 3])
        home.use(id_, listed)
    home.build()
    manifest = home.release.manifest
    of_names = sum(len(name) + 2 for name in {name for listed in names.values() for name in listed})  # on the wire
    assert manifest.names == 50_000
    assert (manifest.files[INDEX].octets - of_names) / manifest.names <= 30
    assert (manifest.files[LISTINGS].octets + manifest.files[SEEN].octets) / manifest.names <= 40
    rest = sum(manifest.files[name].octets for name in {*FILES} - {INDEX, LISTINGS, SEEN})
    assert rest < 1_000
    named: dict[str, set[str]] = {}
    for id_, listed in names.items():
        for name in listed:
            named.setdefault(name, set()).add(id_)
    by_shelf = {shelf_of(name.encode()): name for name in named}
    assert len(by_shelf) > 50
    for name in [*by_shelf.values(), *random.Random(1).sample(sorted(named), 60)]:
        assert {source for source, _ in home.sources(name)} == home.seen(name).keys() == named[name]
        assert home.sources(f"other.{name}") == set()
