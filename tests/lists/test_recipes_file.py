"""Recipes of shipped files, of an operator and of a household, and what is on."""

from __future__ import annotations

from pathlib import Path

import pytest

from filterdns.errors import DataFault
from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.recipe import Keeper, Recipe
from filterdns.lists.recipes_file import load_recipes
from tests.lists.written import SOURCE, write

HOME_LIST = """\
keeper: {name: this household}
redistribute: false
lists:
  - id: mine
    title: {en: Mine}
    category: hate
    path: /srv/lists/mine.txt
    subdomains: true
    switch: on
"""


def faults_of(folder: Path, overlay: Path | None, table: CategoryTable) -> list[str]:
    with pytest.raises(DataFault) as caught:
        load_recipes(folder, overlay, table)
    return [f"{Path(fault.where).name}: {fault.path}: {fault.got}" for fault in caught.value.faults]


def test_recipe_has_everything_that_was_written(folder: Path, table: CategoryTable) -> None:
    write(folder, sources__uni=SOURCE)
    recipes = load_recipes(folder, None, table)
    (recipe,) = recipes.all
    assert recipe == Recipe(
        id="uni-gambling",
        title="Gambling of a university",
        category="gambling",
        keeper=Keeper("A university", "https://lists.example/contact", "https://lists.example/remove"),
        home="https://lists.example/",
        called_there="casinos",
        urls=("https://lists.example/a", "https://mirror.example/a"),
        format="domains",
        licence="CC BY-SA 4.0",
        redistribute=True,
        subdomains=True,
        subdomains_reason={"en": "Registered domains."},
        trusted_because={"en": "Kept by people who can be asked."},
        least=10,
        most=60_000,
        update_hours=12,
        switch="offered",
        where="sources/uni.yaml:7",
    )
    assert recipes.get("uni-gambling") is recipe
    assert recipes.get("other") is None


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: uni-gambling", "id: Uni_Gambling", 'uni.yaml:7: lists[0].id: "Uni_Gambling"'),
        ("category: gambling", "category: politics", 'uni.yaml:9: lists[0].category: "politics"'),
        ("category: gambling", "category: hate", 'uni.yaml:9: lists[0].category: "hate"'),
        ("category: gambling", "category: legal_order", 'uni.yaml:9: lists[0].category: "legal_order"'),
        ("switch: offered", "switch: on", "uni.yaml:17: lists[0].switch: on"),
        (
            "switch: offered",
            "switch: never\n    recommended: true",
            "uni.yaml:18: lists[0].recommended: one that is \"never\"",
        ),
        ("switch: offered", "switch: true", "uni.yaml:17: lists[0].switch: true"),
        ("https://mirror.example/a", "http://mirror.example/a", 'uni.yaml:11: lists[0].urls[1]: "http://mirror.example/a"'),
        ("https://mirror.example/a", "ftp://mirror.example/a", 'uni.yaml:11: lists[0].urls[1]: "ftp://mirror.example/a"'),
        ("https://mirror.example/a", "https://a:b@m.example", 'uni.yaml:11: lists[0].urls[1]: "https://a:b@m.example"'),
        ("https://mirror.example/a", "https://:99999", 'uni.yaml:11: lists[0].urls[1]: "https://:99999"'),
        ("https://mirror.example/a", "https://lists.example/a",
         'uni.yaml:11: lists[0].urls[1]: "https://lists.example/a" again'),
        ("urls: [https://lists.example/a, https://mirror.example/a]", "path: /srv/a",
         "uni.yaml:11: lists[0].path: a path of one machine"),
        ("    switch: offered\n", "", "uni.yaml:7: lists[0].switch: nothing"),
        ("least: 10", "least: 60000", "uni.yaml:15: lists[0].expected: 60000 and 60000"),
        ("least: 10, most", "most", "uni.yaml:15: lists[0].expected.least: nothing"),
        ("format: domains", "format: csv", 'uni.yaml:12: lists[0].format: "csv"'),
        ('    subdomains_reason: {en: "Registered domains."}\n', "", "uni.yaml:7: lists[0].subdomains_reason: nothing"),
        ("switch: offered", "switch: offered\n    kind: decisions", "uni.yaml:18: lists[0].kind: decisions"),
        ("licence: CC BY-SA 4.0\n", "", "uni.yaml:1: licence: nothing"),
        ("licence: CC BY-SA 4.0", "licence: unknown", "uni.yaml:4: redistribute: true"),
        ("update_hours: 12", "update_hours: 0", "uni.yaml:16: lists[0].update_hours: 0"),
        ("keeper: {name: A university", "keeper: {person: Ann", "uni.yaml:1: keeper.name: nothing"),
        ("home: https://lists.example/", "home: lists.example", 'uni.yaml:2: home: "lists.example"'),
        ("switch: offered", "switch: offered\n    priority: 1", 'uni.yaml:18: lists[0].priority: "priority"'),
    ],
)  # fmt: skip
def test_each_fault_is_told_at_its_line(folder: Path, table: CategoryTable, old: str, new: str, expected: str) -> None:
    assert old in SOURCE
    write(folder, sources__uni=SOURCE.replace(old, new))
    assert faults_of(folder, None, table)[0] == expected


def test_all_faults_of_all_files_are_told_at_once(folder: Path, overlay: Path, table: CategoryTable) -> None:
    write(
        folder, sources__a=SOURCE.replace("licence", "license"), sources__b=SOURCE, sources__c=SOURCE, sources__d="x: ["
    )
    write(overlay, sources__choices="uni-gambling: perhaps\n")
    (overlay / "own" / "legal_order.txt").write_text("a.example\n")
    assert faults_of(folder, overlay, table) == [
        "a.yaml:1: licence: nothing",
        'a.yaml:3: license: "license"',
        'b.yaml:7: lists[0].id: "uni-gambling" again (first at ' + f"{folder / 'sources' / 'a.yaml'}:7)",
        'c.yaml:7: lists[0].id: "uni-gambling" again (first at ' + f"{folder / 'sources' / 'a.yaml'}:7)",
        "d.yaml:2: : did not find expected node content",
        "legal_order.txt: : an import",
        'choices.yaml:1: uni-gambling: "perhaps"',
    ]


def test_address_without_tls_needs_a_reason(folder: Path, table: CategoryTable) -> None:
    plain = SOURCE.replace("https://lists.example/a", "http://lists.example/a")
    write(folder, sources__uni=plain + "    plain_http: The keeper has no certificate.\n")
    assert load_recipes(folder, None, table).all[0].plain_http == "The keeper has no certificate."
    write(folder, sources__uni=SOURCE + "    plain_http: No reason.\n")
    assert faults_of(folder, None, table) == ["uni.yaml:18: lists[0].plain_http: none"]


def test_security_lists_may_come_on_by_themselves(folder: Path, table: CategoryTable) -> None:
    write(folder, sources__uni=SOURCE.replace("category: gambling", "category: malware").replace("offered", "on"))
    recipes = load_recipes(folder, None, table)
    assert recipes.is_on(recipes.all[0])


def test_operator_may_import_what_the_project_may_not(folder: Path, overlay: Path, table: CategoryTable) -> None:
    write(overlay, sources__uni=SOURCE.replace("category: gambling", "category: hate").replace("offered", "on"))
    recipes = load_recipes(folder, overlay, table)
    assert recipes.is_on(recipes.all[0])
    assert not recipes.all[0].household
    write(overlay, sources__uni=SOURCE.replace("category: gambling", "category: legal_order"))
    assert faults_of(folder, overlay, table) == ['uni.yaml:9: lists[0].category: "legal_order"']


def test_household_leaves_most_out(folder: Path, overlay: Path, table: CategoryTable) -> None:
    write(overlay, sources__household=HOME_LIST)
    (recipe,) = load_recipes(folder, overlay, table).all
    assert (recipe.household, recipe.keeper.name, recipe.category) == (True, "this household", "hate")
    assert (recipe.path, recipe.format, recipe.licence, recipe.switch) == ("/srv/lists/mine.txt", "auto", "", "on")
    assert recipe.where == "overlay/sources/household.yaml:4"
    write(overlay, sources__household=HOME_LIST.replace("/srv", "srv"))
    assert faults_of(folder, overlay, table) == ['household.yaml:7: lists[0].path: "srv/lists/mine.txt"']


def test_files_of_a_household_have_no_place_among_the_shipped(folder: Path, table: CategoryTable) -> None:
    write(folder, sources__household=HOME_LIST, sources__choices="mine: on\n")
    assert faults_of(folder, None, table) == ["choices.yaml: : choices.yaml", "household.yaml: : household.yaml"]


def test_choices_beat_what_is_on_by_itself(folder: Path, overlay: Path, table: CategoryTable) -> None:
    never = SOURCE.replace("uni-gambling", "never").replace("offered", "never")
    write(folder, sources__uni=SOURCE, sources__never=never)
    write(overlay, sources__household=HOME_LIST, sources__choices="uni-gambling: on\nmine: off\ngone: on\nnever: on\n")
    recipes = load_recipes(folder, overlay, table)
    assert {recipe.id: recipes.is_on(recipe) for recipe in recipes.all} == {
        "never": False, "uni-gambling": True, "mine": False,
    }  # fmt: skip
    assert [f"{Path(w.where).name}: {w.got}" for w in recipes.warnings] == [
        'choices.yaml:3: "gone"',
        "choices.yaml:4: on",
    ]


def test_empty_choices_choose_nothing(folder: Path, overlay: Path, table: CategoryTable) -> None:
    write(folder, sources__uni=SOURCE)
    write(overlay, sources__choices="# nothing yet\n")
    recipes = load_recipes(folder, overlay, table)
    assert not recipes.is_on(recipes.all[0])
    assert recipes.warnings == ()


def test_plain_files_of_an_installation_are_recipes_too(folder: Path, overlay: Path, table: CategoryTable) -> None:
    domains, hosts = overlay / "own" / "gambling.mine.txt", overlay / "own" / "hate.hosts"
    domains.write_text("# source: https://lists.example/\n# licence: CC0\na.example\n")
    hosts.write_text("0.0.0.0 b.example\n")
    recipes = load_recipes(folder, overlay, table)
    first, second = recipes.all
    assert (first.id, first.title, first.keeper.name) == (
        "own/gambling.mine.txt",
        "gambling.mine.txt",
        "this household",
    )
    assert (first.path, first.format, first.subdomains) == (str(domains), "domains", True)
    assert (first.home, first.licence, first.household) == ("https://lists.example/", "CC0", True)
    assert (second.id, second.category, second.format, second.subdomains) == ("own/hate.hosts", "hate", "hosts", False)
    assert all(recipes.is_on(recipe) for recipe in recipes.all)
    write(overlay, sources__choices="own/hate.hosts: off\n")
    recipes = load_recipes(folder, overlay, table)
    assert [recipes.is_on(recipe) for recipe in recipes.all] == [True, False]


def test_plain_file_of_a_shipped_name_is_refused(folder: Path, overlay: Path, table: CategoryTable) -> None:
    for place in (folder, overlay):
        (place / "own" / "gambling.txt").write_text("a.example\n")
    assert faults_of(folder, overlay, table) == ["gambling.txt: : own/gambling.txt"]
    (overlay / "own" / "gambling.txt").unlink()
    (shipped,) = load_recipes(folder, overlay, table).all
    assert (shipped.keeper.name, shipped.household) == ("this project", False)


@pytest.mark.parametrize("name", ["politics.txt", "restricted_legal.txt", "legal_order.hosts"])
def test_plain_file_that_must_not_be_is_refused(folder: Path, overlay: Path, table: CategoryTable, name: str) -> None:
    (overlay / "own" / name).write_text("a.example\n")
    assert len(faults_of(folder, overlay, table)) == 1


def test_project_imports_only_where_the_taxonomy_says_so(folder: Path, table: CategoryTable) -> None:
    (folder / "own" / "hate.txt").write_text("a.example\n")
    assert faults_of(folder, None, table) == ["hate.txt: : one"]
