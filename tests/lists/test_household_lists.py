"""Lists that a household adds and removes, and what it turns on: written whole, or not at all."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from filterdns.errors import DataFault, StateFault
from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.household_lists import NewList, add_household_list, remove_household_list, store_choices
from filterdns.lists.recipes_file import Recipes, load_recipes
from filterdns.lists.store_file import store_file
from tests.lists.written import SOURCE, write

NEW = NewList("https://lists.example/names.txt", "gambling")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation's lists folder that is not there yet."""
    return tmp_path / "state" / "lists"


def loaded(folder: Path, home: Path, table: CategoryTable) -> Recipes:
    return load_recipes(folder, home, table)


def test_added_list_is_there_and_on(folder: Path, home: Path, table: CategoryTable) -> None:
    new = NewList("https://lists.example:8443/x.txt", "hate", "My list: «on»", "hosts", subdomains=False)
    recipe = add_household_list(home, new, table, taken=())
    recipes = loaded(folder, home, table)
    assert recipes.all == (recipe,)
    assert recipes.is_on(recipe)
    assert (recipe.id, recipe.title, recipe.category) == ("lists-example", "My list: «on»", "hate")
    assert (recipe.urls, recipe.path, recipe.format) == (("https://lists.example:8443/x.txt",), "", "hosts")
    assert (recipe.subdomains, recipe.household, recipe.keeper.name) == (False, True, "this household")


def test_identifiers_come_from_the_place_and_are_unique(folder: Path, home: Path, table: CategoryTable) -> None:
    write(folder, sources__uni=SOURCE.replace("uni-gambling", "lists-example"))
    ids = [add_household_list(home, NEW, table, taken=("lists-example",)).id for _ in range(2)]
    ids.append(add_household_list(home, NewList("/srv/my lists/Böse Namen.txt", "adult"), table, taken=()).id)
    ids.append(add_household_list(home, NewList("/srv/名前", "adult"), table, taken=()).id)
    assert ids == ["lists-example-2", "lists-example-3", "b-se-namen-txt", "list"]
    recipes = loaded(folder, home, table)
    assert [recipe.id for recipe in recipes.all] == ["lists-example", *ids]
    assert recipes.all[3].title == "Böse Namen.txt"
    assert recipes.all[3].path == "/srv/my lists/Böse Namen.txt"


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (NewList("https://lists.example/", "politics"), "a category among"),
        (NewList("https://lists.example/", "legal_order"), "a category among"),
        (NewList("http://lists.example/", "adult"), "an address with TLS"),
        (NewList("lists.example", "adult"), "an address such as"),
        (NewList("https://a:b@lists.example/", "adult"), "without a name or password"),
        (NewList("https://[lists.example/", "adult"), "an address such as"),
        (NewList("https://lists.example/", "adult", "x" * 121), "a text of 1 to 120"),
        (NewList("https://lists.example/", "adult", format="csv"), "one of auto"),
    ],
)
def test_what_is_no_list_is_not_written(home: Path, table: CategoryTable, new: NewList, expected: str) -> None:
    with pytest.raises(DataFault) as caught:
        add_household_list(home, new, table, taken=())
    assert expected in caught.value.faults[0].expected
    assert not (home / "sources" / "household.yaml").exists()


def test_halves_of_characters_do_no_harm(home: Path, table: CategoryTable) -> None:
    recipe = add_household_list(home, NewList("https://lists.example/\ud800", "adult", "\udfff"), table, taken=())
    assert (recipe.urls, recipe.title) == (("https://lists.example/?",), "?")


def test_address_without_tls_is_added_with_its_reason(folder: Path, home: Path, table: CategoryTable) -> None:
    new = NewList("http://192.0.2.1/names", "adult", plain_http="It is in this house.")
    assert add_household_list(home, new, table, taken=()).plain_http == "It is in this house."
    assert loaded(folder, home, table).all[0].id == "192-0-2-1"


def test_removed_list_is_gone_with_its_choice(folder: Path, home: Path, table: CategoryTable) -> None:
    first = add_household_list(home, NEW, table, taken=())
    second = add_household_list(home, NEW, table, taken=())
    store_choices(home, {first.id: False, second.id: False})
    remove_household_list(home, first.id, table)
    recipes = loaded(folder, home, table)
    assert recipes.all == (replace(second, where=recipes.all[0].where),)
    assert recipes.choices == {second.id: False}
    assert recipes.warnings == ()
    remove_household_list(home, second.id, table)
    assert loaded(folder, home, table).all == ()


def test_only_what_the_household_added_is_removed(home: Path, table: CategoryTable) -> None:
    add_household_list(home, NEW, table, taken=())
    before = (home / "sources" / "household.yaml").read_bytes()
    for id_, remedy in (("uni-gambling", "turn it off instead"), ("own/gambling.txt", "delete the file")):
        with pytest.raises(DataFault) as caught:
            remove_household_list(home, id_, table)
        assert remedy in caught.value.faults[0].remedy
    assert (home / "sources" / "household.yaml").read_bytes() == before


def test_choices_are_changed_one_by_one(folder: Path, home: Path, table: CategoryTable) -> None:
    write(folder, sources__uni=SOURCE)
    store_choices(home, {"uni-gambling": True})
    store_choices(home, {"other": False})
    recipes = loaded(folder, home, table)
    assert recipes.choices == {"uni-gambling": True, "other": False}
    assert recipes.is_on(recipes.all[0])
    store_choices(home, {"other": None, "uni-gambling": None})
    assert loaded(folder, home, table).choices == {}


def test_file_that_somebody_broke_is_told_and_left(home: Path, table: CategoryTable) -> None:
    write(home, sources__household="lists: no\n", sources__choices="- a\n")
    with pytest.raises(DataFault, match="mend the file first"):
        add_household_list(home, NEW, table, taken=())
    with pytest.raises(DataFault, match="mend the file first"):
        store_choices(home, {"a": True})
    assert (home / "sources" / "household.yaml").read_text() == "lists: no\n"


def test_writers_wait_for_each_other(folder: Path, home: Path, table: CategoryTable) -> None:
    threads = [threading.Thread(target=add_household_list, args=(home, NEW, table, ())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loaded(folder, home, table).all) == 8


def test_disk_that_refuses_leaves_the_old_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store_choices(home, {"a": True})
    file = home / "sources" / "choices.yaml"
    before = file.read_bytes()

    def refuse(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(StateFault, match="No space left"):
        store_choices(home, {"b": True})
    assert file.read_bytes() == before
    with pytest.raises(StateFault):
        store_file(file / "below" / "x", b"")


def test_folder_that_cannot_be_made_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "lists").write_text("a file")
    with pytest.raises(StateFault):
        store_choices(tmp_path / "lists", {"a": True})
