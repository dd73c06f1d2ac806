"""The lists that we ship keep their own rules."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from filterdns.categories import P1, P2
from filterdns.lists.build import build_release
from filterdns.lists.categories_file import RESTRICTED, CategoryTable
from filterdns.lists.inspect import inspect_release
from filterdns.lists.recipes_file import load_recipes
from filterdns.lists.release import Release, open_current
from filterdns.lists.shipped import shipped_folder
from filterdns.names import parse_name
from filterdns.yaml_lines import load_yaml

SHIP_EMPTY = {"gore", "hate", "selfharm", "harassment", "image_abuse", "legal_order"}


OWN = sorted((shipped_folder() / "own").glob("*.yaml"))


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    state = tmp_path_factory.mktemp("state")
    report = build_release(shipped_folder(), None, state, datetime(2026, 11, 24, tzinfo=UTC))
    assert (report.rejected, report.set_aside) == (0, 0)
    return open_current(state)


def test_shipped_lists_make_a_whole_release(release: Release) -> None:
    inspect_release(release)


def test_every_category_but_the_restricted_one_can_be_tried(release: Release, table: CategoryTable) -> None:
    index = release.open_index()
    for row, category in zip(table.categories, table.numbered(), strict=True):
        expected = 0 if row.id == RESTRICTED else category.mask
        assert index.find(parse_name(row.test_name)) == expected
        assert index.find(parse_name("www." + row.test_name)) == expected
    assert index.find(parse_name("filterdns.test")) == 0


def test_test_names_never_end(release: Release) -> None:
    assert release.open_index(today=80_000).find(parse_name("adult.filterdns.test"))


def test_protected_names_can_be_tried(release: Release) -> None:
    index = release.open_index()
    assert index.find(parse_name("www.helpline.filterdns.test")) == P1
    assert index.find(parse_name("health.filterdns.test")) == P2
    assert index.find(parse_name("www.childline.org.uk")) == P1


def test_restricted_names_are_in_no_release(release: Release) -> None:
    assert RESTRICTED not in release.manifest.names_by_category
    rows = release.open_listings()
    assert all(row["category"] != RESTRICTED for number in range(rows.count) for row in rows.find(number))


def test_sensitive_categories_ship_with_their_test_name_only(release: Release) -> None:
    for category in SHIP_EMPTY:
        assert release.manifest.names_by_category[category] == 1


def test_what_a_family_tries_on_its_first_day_is_listed(release: Release) -> None:
    counts = release.manifest.names_by_category
    least = {"adult": 40, "gambling": 60, "games": 100, "social": 70, "video": 80, "messaging": 45, "bypass_vpn": 70}
    assert {category: counts[category] for category, names in least.items() if counts[category] < names} == {}
    assert sum(counts.values()) - len(counts) >= 560  # each category has a test name


def test_own_listings_say_in_one_sentence_why_and_stand_once() -> None:
    entries = [entry for path in OWN for entry in load_yaml(path.read_text(encoding="utf-8"), path.name).data]
    names = [entry["name"] for entry in entries]
    assert [name for name, times in Counter(names).items() if times > 1] == []
    reasons = {entry["name"]: entry["reason"]["en"] for entry in entries}
    assert [name for name, reason in reasons.items() if not reason.endswith(".") or len(reason) > 120] == []


def test_services_that_a_parent_names_are_known(release: Release) -> None:
    paths = sorted((shipped_folder() / "services").glob("*.yaml"))
    services = [entry for path in paths for entry in load_yaml(path.read_text(encoding="utf-8"), path.name).data]
    assert len({service["id"] for service in services}) == len(services) >= 120
    index = release.open_index()
    for service in services:
        found = {bool(index.find(parse_name(name))) for name in service["domains"]}
        assert found == {"category" in service}, service["id"]  # it and the category say the same


def test_what_is_beside_a_category_is_not_listed_with_it(release: Release) -> None:
    index = release.open_index()
    for name in ("education.minecraft.net", "www.torproject.org", "www.googletagmanager.com", "www.qq.com", "s.w.org"):
        assert index.find(parse_name(name)) == 0, name


def test_nobody_claims_to_have_looked_at_protected_names() -> None:
    for path in sorted((shipped_folder() / "protected").glob("*.yaml")):
        for entry in load_yaml(path.read_text(encoding="utf-8"), path.name).data:
            assert entry["checked_on"] is None


def test_helplines_of_many_countries_are_protected() -> None:
    paths = sorted((shipped_folder() / "protected").glob("p1*.yaml"))
    entries = [entry for path in paths for entry in load_yaml(path.read_text(encoding="utf-8"), path.name).data]
    countries = {entry["country"] for entry in entries if entry["kind"] in ("child_helpline", "crisis")}
    assert len(countries) > 35


def test_one_list_is_recommended_for_each_category_that_a_home_is_asked_about(table: CategoryTable) -> None:
    recipes = [recipe for recipe in load_recipes(shipped_folder(), None, table).all if recipe.recommended]
    assert Counter(recipe.category for recipe in recipes) == {"adult": 1, "gambling": 1, "p2p": 1}
    assert sum(recipe.most for recipe in recipes) < 500_000  # a small computer keeps up with them


def test_installed_package_brings_its_own_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "filterdns" / "lists"
    package.mkdir(parents=True)
    monkeypatch.setattr("filterdns.lists.shipped.__file__", str(package / "shipped.py"))
    assert shipped_folder() == tmp_path / "lists"
    (tmp_path / "filterdns" / "_lists").mkdir()
    assert shipped_folder() == tmp_path / "filterdns" / "_lists"
