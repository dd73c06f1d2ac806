"""Everything that the page is made of, as it lies in the state folder. What has not changed is not read again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from filterdns.errors import DataFault, IndexFault, StateFault
from filterdns.lists.categories_file import CategoryTable, load_categories
from filterdns.lists.copies import Journal, journal_path, load_journal
from filterdns.lists.keep_lock import is_kept
from filterdns.lists.manifest import Manifest
from filterdns.lists.orders import Done, Order, load_done, load_ordered
from filterdns.lists.progress import Bulletin, load_bulletin
from filterdns.lists.recipes_file import Recipes, load_recipes
from filterdns.lists.release import MANIFEST, current_file, open_current, open_release, release_numbers, releases_folder
from filterdns.lists.shipped import base_folder
from filterdns.lists.sources import CATEGORIES
from filterdns.lists.standing import Standings
from filterdns.lists.standing_file import load_standings, standing_path
from filterdns.log.home.subscription import told

MOST_RELEASES = 8  # looked at; fewer are kept

_FOLDERS = ("sources", "own")  # where recipes come from

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How the lists stand. `releases`: those that are kept and whole, the newest first; `current` is one of them."""

    table: CategoryTable
    recipes: Recipes = field(default_factory=Recipes)
    standings: Standings = field(default_factory=Standings)
    journals: Mapping[str, Journal] = field(default_factory=dict)
    releases: tuple[Manifest, ...] = ()
    current: Manifest | None = None
    bulletin: Bulletin | None = None
    is_kept: bool = False  # somebody carries out what is ordered
    ordered: tuple[Order, ...] = ()  # waits, or is being carried out
    done: tuple[Done, ...] = ()
    publisher: tuple[str, ...] = ()  # how it stands with those whose decisions are taken, in words
    faults: tuple[str, ...] = ()  # what cannot be read, in words; the rest is shown all the same


class Loader:
    """Loads snapshots. For one thread at a time."""

    def __init__(self, shipped: Path, state: Path) -> None:
        self._given, self._state = shipped, state
        self._kept: dict[str, tuple[object, Any]] = {}  # what: (identity of the files, what was in them)

    @property
    def _shipped(self) -> Path:
        return base_folder(self._state, self._given)

    def load(self) -> Snapshot:
        """How the lists stand now. Raises DataFault if the categories cannot be read."""
        table = self._once("table", _identity(self._shipped / CATEGORIES), self._load_table)
        faults: list[str] = []
        recipes = self._or_fault(faults, Recipes(), lambda: self._recipes(table))
        standings = self._or_fault(faults, Standings(), self._standings)
        current = self._current()
        return Snapshot(
            table=table,
            recipes=recipes,
            standings=standings,
            journals={recipe.id: self._journal(recipe.id) for recipe in recipes.all},
            releases=tuple(self._releases()),
            current=current,
            bulletin=load_bulletin(self._state),
            is_kept=is_kept(self._state),
            ordered=load_ordered(self._state),
            done=load_done(self._state),
            faults=tuple(faults),
            publisher=tuple(told(self._state)),
        )

    def _load_table(self) -> CategoryTable:
        return load_categories(self._shipped / CATEGORIES)

    def _recipes(self, table: CategoryTable) -> Recipes:
        overlay = self._state / "lists"
        files = tuple(identity for folder in (self._shipped, overlay) for identity in _identities(folder))
        layer = overlay if overlay.is_dir() else None
        return self._once("recipes", files, lambda: load_recipes(self._shipped, layer, table))

    def _standings(self) -> Standings:
        return self._once("standings", _identity(standing_path(self._state)), lambda: load_standings(self._state))

    def _journal(self, source: str) -> Journal:
        identity = _identity(journal_path(self._state, source))
        return self._once(f"journal {source}", identity, lambda: load_journal(self._state, source))

    def _releases(self) -> Iterator[Manifest]:
        numbers = list(release_numbers(self._state))[:MOST_RELEASES]
        gone = [key for key in self._kept if key.startswith("release ") and int(key[8:]) not in numbers]
        for key in gone:
            del self._kept[key]
        for number in numbers:
            identity = _identity(releases_folder(self._state) / f"{number:08d}" / MANIFEST)
            try:
                yield self._once(f"release {number}", identity, partial(self._manifest, number))
            except IndexFault:
                continue  # of another version, or damaged: nobody can go back to it

    def _manifest(self, number: int) -> Manifest:
        return open_release(self._state, number).manifest

    def _current(self) -> Manifest | None:
        try:
            return self._once(
                "current", _identity(current_file(self._state)), lambda: open_current(self._state).manifest
            )
        except IndexFault:
            return None

    def _once(self, what: str, identity: object, load: Callable[[], T]) -> T:
        """What was loaded before if the files are the same, else what is loaded now."""
        kept = self._kept.get(what)
        if kept is not None and kept[0] == identity:
            value: T = kept[1]
            return value
        value = load()
        self._kept[what] = (identity, value)
        return value

    @staticmethod
    def _or_fault(faults: list[str], otherwise: T, load: Callable[[], T]) -> T:
        try:
            return load()
        except (DataFault, StateFault) as fault:
            faults.append(str(fault))
            return otherwise


def _identity(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file does; None if there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def _identities(folder: Path) -> Iterator[tuple[str, object]]:
    """Each file that says something of recipes, and what changes when it does."""
    for part in _FOLDERS:
        try:
            paths = sorted(os.scandir(folder / part), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in paths:
            yield entry.path, _identity(Path(entry.path))
