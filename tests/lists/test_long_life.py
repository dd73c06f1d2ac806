"""A home over years, thing by thing: each release says exactly what a slow look at all lists and rules says."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from filterdns.lists.inspect import inspect_release
from filterdns.names import parse_name
from tests.lists.home import Home, files
from tests.lists.world import World

STEPS = 40


def check(world: World) -> None:
    """Everything that the current release says."""
    home = world.home
    release = home.release
    inspect_release(release)
    index, rows = release.open_index(), release.open_listings()
    by_category: Counter[str] = Counter()
    for name in world.every_name:
        matched = {offset: (mask, number) for offset, mask, number in index.matches(parse_name(name))}
        mask, number = matched.get(0, (0, 0))
        listed, refused = world.said(name)
        found = {(row["source"], row["category"], row["scope"]) for row in rows.find(number)}
        assert found == listed, name
        assert {(source, category, rule) for rule, category, source in home.refused(name)} == refused, name
        by_category.update({category for _, category, _ in listed})
        assert bool(mask & 8) == bool(listed and world.is_open_below(name)), name
        # No scope is wider than the recipe says: below the name only what covers its subdomains counts.
        below = {offset: mask for offset, mask, _ in index.matches(parse_name(f"y.{name}"))}
        assert bool(below.get(2, 0) & ~8) == any(scope == "subdomains" for _, _, scope in listed), name
        assert home.seen(name) == {source: days for (of, source), days in world.named.items() if of == name}, name
    assert release.manifest.names_by_category == dict(by_category)
    assert release.manifest.names == sum(bool(world.said(name)[0]) for name in world.every_name)
    assert release.open_seen().names == len({name for name, _ in world.named})


def check_from_scratch(home: Home, before: int, scratch: Path) -> None:
    """Without anything that builds keep for each other, but for the release before, the same octets come out."""
    shutil.copytree(home.state, scratch)
    for kept in ("runs", "work", f"releases/{home.release.number:08d}"):
        shutil.rmtree(scratch / kept, ignore_errors=True)
    (scratch / "current").write_text(f"{before}\n")
    again = Home(home.shipped, scratch, home.when)
    again.build()
    assert dict(files(again.release)) == dict(files(home.release))
    shutil.rmtree(scratch)


@pytest.mark.parametrize("seed", range(2))
def test_each_release_of_a_long_life_says_what_a_slow_look_says(home: Home, tmp_path: Path, seed: int) -> None:
    world = World(home, Random(seed))
    built = buried = 0
    for step in range(STEPS):
        for _ in range(world.draw.choice([1, 1, 2, 6])):
            world.change()
        world.pass_by()
        before = home.release.number if built else 0
        if not home.build().built:
            continue
        built += 1
        assert home.delta() == (set(world.delta()) if before else set()), step
        world.remember()
        buried += any(last for _, last in world.named.values())
        check(world)
        if before and step % 9 == 8:
            check_from_scratch(home, before, tmp_path / "scratch")
    assert built > STEPS // 2
    assert buried
