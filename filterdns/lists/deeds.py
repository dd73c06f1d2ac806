"""What a person decides about lists, carried out: on the command line at once, from the pages by the keeper.

Each takes what it needs, changes the overlay or the standing of a source, and says in a sentence what it did.  The next
build is made of it.  Doing one twice comes to the same as doing it once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from filterdns.errors import IndexFault, StateFault
from filterdns.lists import standing as standings_of
from filterdns.lists.categories_file import load_categories
from filterdns.lists.copies import copy_path
from filterdns.lists.curate.finding import PERSON
from filterdns.lists.fetch.faults import FetchFault
from filterdns.lists.fetch.own_files import read_own
from filterdns.lists.household_lists import NewList, add_household_list, remove_household_list, store_choices
from filterdns.lists.own_data import load_own_data
from filterdns.lists.recipe import NEVER
from filterdns.lists.recipes_file import Recipes, load_recipes
from filterdns.lists.release import open_release
from filterdns.lists.runs import make_run
from filterdns.lists.shipped import base_folder
from filterdns.lists.sources import CATEGORIES, MOST_OCTETS
from filterdns.lists.standing import Standings
from filterdns.lists.standing_file import change_standings, load_standings

Change = Callable[[Standings], Standings]


class Deeds:
    """Decisions in one installation. All raise FilterdnsError in words for people, and then nothing has changed."""

    def __init__(self, shipped: Path, state: Path) -> None:
        self._given, self._state = shipped, state
        self._overlay = state / "lists"

    @property
    def _shipped(self) -> Path:
        return base_folder(self._state, self._given)

    def accept(self, source: str, when: datetime, sha256: str = "") -> str:
        """Let the held copy of a list count."""
        self._check_known(source)
        self._change(lambda standings: standings_of.accept(standings, source, PERSON, when, sha256))
        return f"{source}: the change was accepted"

    def keep_old(self, source: str, when: datetime, sha256: str = "") -> str:
        """Stay at the old copy; this content is not asked about again."""
        self._check_known(source)
        self._change(lambda standings: standings_of.keep_old(standings, source, PERSON, when, sha256))
        return f"{source}: the old copy stays; this change is not asked about again"

    def undo(self, source: str, when: datetime, sha256: str = "") -> str:
        """Go back to the copy before the accepted one; what is newer waits for a person.

        `sha256`: the accepted copy that the person saw, if it is known.
        """
        self._check_known(source)
        accepted = load_standings(self._state).of(source).accepted
        if sha256 and accepted is not None and accepted.sha256 != sha256:
            raise StateFault(f"{source}: another copy counts by now; look again")
        self._change(lambda standings: standings_of.undo_accept(standings, source, PERSON, when))
        return f"{source}: the import was undone; what is newer waits until it is accepted"

    def switch(self, source: str, on: bool, when: datetime) -> str:
        """Turn a list on or off."""
        recipe = self._load().find(source)
        if on and recipe.switch == NEVER:
            about = recipe.about.get("en", "its recipe says why")
            raise StateFault(f"{source}: expected a list that may be used, got one that never is: {about}")
        store_choices(self._overlay, {source: on})
        if on:
            self._change(lambda standings: standings_of.switch_on(standings, source, PERSON, when))
        return f"{source}: switched {'on' if on else 'off'}"

    def add(self, new: NewList) -> str:
        """Add a list of the household's own; the sentence begins with its identifier."""
        if new.address.startswith("/"):
            _check_readable(new.address)
        taken = {recipe.id for recipe in self._load().all}
        recipe = add_household_list(self._overlay, new, load_categories(self._shipped / CATEGORIES), taken)
        return f"{recipe.id}: added as a list of this household, for {recipe.category}; nobody but you keeps it"

    def remove(self, source: str) -> str:
        """Forget a list that the household added."""
        self._check_known(source)
        remove_household_list(self._overlay, source, load_categories(self._shipped / CATEGORIES))
        self._change(lambda standings: standings_of.forget(standings, source))
        return f"{source}: removed"

    def roll_back(self, number: int, when: datetime) -> str:
        """Let those copies of fetched lists count that an earlier release was made of.

        Own data, allowances and expiry stay as they are today: what was decided since is not undone.
        """
        try:
            used = open_release(self._state, number).manifest.lists
        except IndexFault as fault:
            raise StateFault(f"release {number}: expected one that is kept, got none ({fault})") from fault
        recipes = [r for r in load_own_data(self._shipped, self._layer()).recipes.all if r.urls]

        def back(standings: Standings) -> Standings:
            for recipe in recipes:
                then = used.get(recipe.id)
                known = then is not None and copy_path(self._state, then.sha256).exists()
                census = make_run(self._state, then.sha256, recipe.format).census if then and known else None
                if census is not None or standings.of(recipe.id).accepted is not None:
                    standings = standings_of.pin_to(standings, recipe.id, census, PERSON, when)
            return standings

        self._change(back)
        return f"back at the lists of release {number}; newer copies wait until they are accepted"

    def _check_known(self, source: str) -> None:
        """Raises StateFault for what is no list and was none."""
        if source not in load_standings(self._state).sources:
            self._load().find(source)

    def _load(self) -> Recipes:
        return load_recipes(self._shipped, self._layer(), load_categories(self._shipped / CATEGORIES))

    def _layer(self) -> Path | None:
        return self._overlay if self._overlay.is_dir() else None

    def _change(self, change: Change) -> None:
        change_standings(self._state, lambda standings: (change(standings), None))


def _check_readable(path: str) -> None:
    """Raises StateFault for a file or folder that no release could be made of: it would stop every build."""
    try:
        for _ in read_own(path, MOST_OCTETS):
            pass
    except FetchFault as fault:
        raise StateFault(f"{path}: expected a file or folder of names, got none: {fault}") from fault
