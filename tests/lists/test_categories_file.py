"""The shipped taxonomy keeps the promises of the requirements' table, and a wrong one is refused whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from filterdns.categories import Class
from filterdns.errors import DataFault
from filterdns.lists.categories_file import LETTERS, TEMPLATES, CategoryTable, load_categories
from filterdns.lists.shipped import shipped_folder

# id: class, EDE, severity, letters for the ages 0-7/8-12/13-15/16-17/18+, review days, appeal hours, publication
TABLE = {
    "restricted_legal": ("legal", 15, 4, "BBBBB", 7, 336, "counted"),
    "legal_order": ("legal", 16, 0, "BBBBB", 365, 72, "open"),
    "malware": ("security", 15, 4, "BBBBB", 7, 24, "open"),
    "phishing": ("security", 15, 4, "BBBBB", 7, 24, "open"),
    "fraud": ("security", 15, 3, "BBBBB", 60, 48, "open"),
    "adult": ("content", 17, 3, "BBBBA", 365, 168, "open"),
    "gore": ("content", 17, 3, "BBBBA", 365, 168, "hashed"),
    "selfharm": ("content", 17, 4, "BBBBA", 183, 72, "hashed"),
    "hate": ("content", 17, 3, "BBBAA", 183, 168, "open"),
    "harassment": ("content", 17, 3, "BBBBA", 183, 72, "hashed"),
    "image_abuse": ("content", 17, 4, "BBBBA", 183, 72, "hashed"),
    "age_goods": ("content", 17, 2, "BBBBA", 365, 168, "open"),
    "gambling": ("content", 17, 3, "BBBBA", 365, 168, "open"),
    "stranger_contact": ("content", 17, 3, "BBBBA", 183, 168, "open"),
    "trackers": ("content", 17, 1, "BBBBA", 183, 336, "open"),
    "iot_risk": ("content", 17, 3, "AAAAA", 183, 168, "open"),
    "p2p": ("content", 17, 2, "BBBAA", 365, 168, "open"),
    "bypass_vpn": ("bypass", 17, 1, "BBBAA", 183, 168, "open"),
    "bypass_encdns": ("bypass", 17, 1, "BBBCA", 183, 168, "open"),
    "bypass_tor": ("bypass", 17, 2, "BBBAA", 183, 168, "open"),
    "social": ("overuse", 17, 2, "BBSAA", 365, 336, "open"),
    "messaging": ("overuse", 17, 1, "BSAAA", 365, 336, "open"),
    "games": ("overuse", 17, 2, "SSSAA", 365, 336, "open"),
    "video": ("overuse", 17, 2, "SSSAA", 365, 336, "open"),
}


def test_table_is_that_of_the_requirements(table: CategoryTable) -> None:
    ages = TEMPLATES[:5]
    assert {
        row.id: (
            row.klass.value,
            row.ede,
            row.severity,
            "".join(row.defaults[age] for age in ages),
            row.review_days,
            row.appeal_hours,
            row.publication,
        )
        for row in table.categories
    } == TABLE


def test_guests_and_things_have_security_and_law(table: CategoryTable) -> None:
    for row in table.categories:
        always = row.klass in (Class.LEGAL, Class.SECURITY)
        assert row.defaults["guest"] == ("B" if always else "A")
        expected = {"trackers": "B", "iot_risk": "O"}.get(row.id, "B" if always else "A")
        assert row.defaults["things"] == expected


def test_whole_home_is_the_youngest_childs_without_overuse_and_bypass(table: CategoryTable) -> None:
    for row in table.categories:
        if row.klass in (Class.OVERUSE, Class.BYPASS):
            assert row.defaults["whole-home"] == ("C" if row.id == "bypass_encdns" else "A")
        else:
            assert row.defaults["whole-home"] == row.defaults["age8-12"]


def test_nothing_is_on_for_everybody_but_law_and_security(table: CategoryTable) -> None:
    for row in table.categories:
        if row.klass not in (Class.LEGAL, Class.SECURITY):
            assert row.defaults["adult"] == "A"


def test_expiry_follows_the_review(table: CategoryTable) -> None:
    for row in table.categories:
        factor = 1 if row.klass is Class.SECURITY else 1.5
        assert row.life_days == int(row.review_days * factor)


def test_texts_for_children_threaten_nobody(table: CategoryTable) -> None:
    threats = re.compile(r"crime|criminal|offence|illegal|police|punish|suspicious", re.IGNORECASE)
    for row in table.categories:
        for text in (*row.for_children.values(), *row.talk.values()):
            assert not threats.search(text), row.id


def test_only_the_open_categories_take_imports(table: CategoryTable) -> None:
    imports = {row.id for row in table.categories if row.imports}
    expected = {"malware", "phishing", "fraud", "adult", "gambling", "trackers", "p2p", "bypass_vpn", "bypass_encdns"}
    assert imports == expected


def test_bits_follow_the_order_of_the_table(table: CategoryTable) -> None:
    assert [category.bit for category in table.numbered()] == list(range(8, 8 + len(table.categories)))
    assert table.get("adult") is not None
    assert table.get("politics") is None


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = (shipped_folder() / "categories.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "categories.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_category_can_be_added_by_data_alone(tmp_path: Path) -> None:
    text = (shipped_folder() / "categories.yaml").read_text(encoding="utf-8")
    games = re.search(r"  games:\n(?:    .*\n|\n)+?(?=  \w)", text)
    assert games is not None
    path = changed(tmp_path, games[0], games[0] + games[0].replace("games:", "companions:", 1))
    companions = load_categories(path).get("companions")
    assert companions is not None
    assert companions.klass is Class.OVERUSE
    assert companions.test_name == "companions.filterdns.test"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("class: legal", "class: political"),
        ("ede: 15", "ede: 18"),
        ("severity: 4", "severity: 5"),
        ("age0-7: B", "age0-7: X"),
        ("age0-7: B, ", ""),
        ("{age0-7: B", "{babies: B, age0-7: B"),
        ("imports: false", "imports: NO"),
        ("review_days: 7", "review_days: 0"),
        ("publication: counted", "publication: secret"),
        ("  adult:\n", "  Adult:\n"),
        ("  adult:\n", "  gore:\n"),
        ("    aim:", "    goal:"),
        ('{en: "Scams."}', '{th: "x"}'),
        ("protected:", "guarded:"),
        ("  guest: {en", "  visitor: {en"),
        ("defaults_review_due: 2027-11-24", "defaults_review_due: some day"),
    ],
)
def test_wrong_taxonomy_is_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(DataFault) as caught:
        load_categories(changed(tmp_path, old, new))
    assert all("categories.yaml" in fault.where for fault in caught.value.faults)


def test_taxonomy_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(DataFault):
        load_categories(tmp_path / "categories.yaml")


def test_all_letters_are_in_use(table: CategoryTable) -> None:
    assert {letter for row in table.categories for letter in row.defaults.values()} == set(LETTERS)
