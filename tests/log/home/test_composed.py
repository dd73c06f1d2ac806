"""A publisher's decisions become lists of a home: what is taken, what stays, and what is left out and told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from filterdns.config.settings import KINDS
from filterdns.errors import LogFault
from filterdns.lists.own_data import OwnData, load_own_data
from filterdns.lists.shipped import shipped_folder
from filterdns.log.home.composed import Composition, compose, made_of
from filterdns.log.home.scope import Scope
from filterdns.yaml_lines import render_yaml
from tests.lists.entries import own_entry, protected_entry

ALL = Scope(KINDS)


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """The real taxonomy, a few protected names and a listing."""
    folder = tmp_path / "shipped"
    files = {
        "own/gambling.yaml": own_entry("old.example"),
        "own/legal_order.yaml": order("ours.example"),
        "protected/p1.yaml": protected_entry("helpline.example", "child_helpline"),
        "protected/p2.yaml": protected_entry("clinic.example", "health"),
        "holds.yaml": "[]\n",
        "sources/uni.yaml": recipe(uni_gambling="gambling", uni_adult="adult"),
        "shared/hosts.yaml": "- {name: cdn.example, kind: cdn, why: {en: many}}\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "categories.yaml").write_bytes((shipped_folder() / "categories.yaml").read_bytes())
    return folder


def order(name: str) -> str:
    return (
        f"- name: {name}\n  scope: exact\n  definition: '1.0'\n  basis: ordered\n  reason: {{en: ordered}}\n"
        "  order: {authority: a court, law: a law, jurisdiction: NO, reference: '1'}\n"
        "  listed_on: 2026-11-24\n  expires: 2026-12-01\n"
    )


def recipe(**lists: str) -> str:
    page = {
        "keeper": {"name": "A university"},
        "home": "https://lists.example/",
        "licence": "CC0",
        "redistribute": True,
        "trusted_because": {"en": "for trying"},
        "lists": [
            {
                "id": id_.replace("_", "-"),
                "title": {"en": id_},
                "category": category,
                "urls": [f"https://lists.example/{id_}"],
                "subdomains": True,
                "subdomains_reason": {"en": "for trying"},
                "expected": {"least": 1, "most": 10},
                "switch": "offered",
            }
            for id_, category in lists.items()
        ],
    }
    return render_yaml(page)


def allow(name: str, categories: str = "all") -> str:
    return (
        f"- {{name: {name}, scope: subdomains, categories: {categories}, kind: allow, reason: {{en: fine}},\n"
        "   decided_on: 2026-11-24, decided_by: maintainer}\n"
    )


class Composed:
    def __init__(self, shipped: Path, files: Mapping[str, str], scope: Scope) -> None:
        trial = shipped.parent / "trial"
        self.made: Composition = compose(shipped, files, b"{}", scope, trial)
        self.own: OwnData = load_own_data(trial, None)

    @property
    def listed(self) -> dict[str, str]:
        return {name.decode(): listing.category for name, listing in self.own.listings}

    @property
    def left_out(self) -> str:
        return "\n".join(self.made.left_out.examples)


def test_what_the_publisher_decided_stands_in_the_place_of_what_is_shipped(shipped: Path) -> None:
    made = Composed(shipped, {"own/gambling.yaml": own_entry("casino.example")}, ALL)
    assert made.listed == {"casino.example": "gambling", "ours.example": "legal_order"}
    assert made.own.inputs.keys() >= {"decisions.json", "own/gambling.yaml", "shared/hosts.yaml"}


def test_a_file_of_which_nothing_is_left_out_is_the_publishers_to_the_octet(shipped: Path) -> None:
    text = "# why these\n" + own_entry("casino.example")
    assert Composed(shipped, {"own/gambling.yaml": text}, ALL).made.files["own/gambling.yaml"] == text.encode()


@pytest.mark.parametrize("name", ["helpline.example", "www.helpline.example", "clinic.example", "cdn.example"])
def test_a_listing_of_what_is_protected_or_shared_here_is_left_out(shipped: Path, name: str) -> None:
    """P1 and P2 are hit by the publisher's own listings (J7a): the entry does not count, the others do."""
    made = Composed(shipped, {"own/gambling.yaml": own_entry(name) + own_entry("casino.example")}, ALL)
    assert set(made.listed) == {"casino.example", "ours.example"}
    assert f"own/gambling.yaml: {name}" in made.left_out


def test_a_name_that_the_program_protects_stays_protected(shipped: Path) -> None:
    files = {"protected/p1.yaml": protected_entry("new.example", "crisis"), "protected/p2.yaml": "[]\n"}
    made = Composed(shipped, files, ALL)
    assert set(made.own.p1) == {b"helpline.example", b"new.example"}
    assert set(made.own.p2) == {b"clinic.example"}


def test_a_protection_by_the_publisher_beats_a_listing_of_the_program(shipped: Path) -> None:
    """Any protected mark by a trusted publisher wins (J7d)."""
    files = {"protected/p2.yaml": protected_entry("old.example", "health")}
    made = Composed(shipped, files, Scope(frozenset({"protected"})))
    assert b"old.example" in made.own.p2
    assert set(made.listed) == {"ours.example"}


def test_kinds_that_are_not_trusted_stay_as_the_program_brings_them(shipped: Path) -> None:
    files = {"own/gambling.yaml": own_entry("casino.example"), "allow/theirs.yaml": allow("fine.example")}
    made = Composed(shipped, files, Scope(frozenset({"allow"})))
    assert set(made.listed) == {"old.example", "ours.example"}
    assert [each.name for each in made.own.allowances] == [b"fine.example"]
    assert made.made.left_out.counts["of a kind that the publisher is not trusted for"] == 1


def test_categories_that_are_not_trusted_stay_as_the_program_brings_them(shipped: Path) -> None:
    files = {
        "own/gambling.yaml": own_entry("casino.example"),
        "own/games.yaml": own_entry("play.example"),
        "allow/theirs.yaml": allow("fine.example") + allow("other.example", "[gambling]"),
        "sources/uni.yaml": recipe(uni_gambling="gambling", uni_adult="adult", uni_more="gambling"),
    }
    made = Composed(shipped, files, Scope(KINDS, frozenset({"games", "adult"})))
    assert made.listed == {"old.example": "gambling", "play.example": "games", "ours.example": "legal_order"}
    assert [(each.name, each.categories) for each in made.own.allowances] == [(b"fine.example", {"games", "adult"})]
    assert {each.id for each in made.own.recipes.all} == {"uni-gambling", "uni-adult"}
    assert made.made.left_out.counts["in a category that the publisher is not trusted for"] == 4


@pytest.mark.parametrize(
    "url",
    ["https://192.168.1.1/reboot", "https://router.lan/x", "https://[::1]:8053/lists", "https://localhost/",
     "https://2130706433/", "https://[::ffff:10.0.0.1]/x"],
)  # fmt: skip
def test_a_recipe_does_not_lead_into_the_house(shipped: Path, url: str) -> None:
    """A household may fetch from its own machines; nobody else sends it there."""
    text = recipe(uni_x="gambling", uni_y="gambling").replace("https://lists.example/uni_x", url)
    made = Composed(shipped, {"sources/theirs.yaml": text}, ALL)
    ids = {each.id for each in made.own.recipes.all}
    assert "uni-y" in ids
    assert "uni-x" not in ids
    assert sum(count for why, count in made.made.left_out.counts.items() if "of the house" in why) == 1


def test_a_category_that_is_not_known_here_is_refused(shipped: Path) -> None:
    files = {
        "own/news.yaml": own_entry("paper.example"),
        "own/gambling.yaml": own_entry("casino.example"),
        "sources/more.yaml": recipe(more="politics"),
    }
    made = Composed(shipped, files, ALL)
    assert "paper.example" not in made.listed
    assert made.made.left_out.counts["in a category that this filterdns does not know"] == 2


def test_an_order_of_another_country_is_never_taken_unasked(shipped: Path) -> None:
    files = {"own/legal_order.yaml": order("theirs.example"), "own/gambling.yaml": own_entry("casino.example")}
    assert set(Composed(shipped, files, ALL).listed) == {"casino.example", "ours.example"}
    asked = Composed(shipped, files, Scope(KINDS, frozenset({"legal_order"})))
    assert asked.listed == {"old.example": "gambling", "theirs.example": "legal_order"}


@pytest.mark.parametrize(
    "text",
    [
        "- name: [",
        "just words",
        "- {name: casino.example, name: other.example}\n",
        own_entry("casino.example").replace("'1.0'", "'99.0'"),
        own_entry("casino.example", more="  surname: Nord\n"),
        own_entry("*.example"),
        "- 7\n- ~\n",
        "lists: 3\n",
    ],
)
def test_entries_with_a_fault_are_left_out_and_told(shipped: Path, text: str) -> None:
    made = Composed(shipped, {"own/gambling.yaml": text, "own/games.yaml": own_entry("play.example")}, ALL)
    assert set(made.listed) == {"play.example", "ours.example"}
    assert "own/gambling.yaml" in made.left_out


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("allow/theirs.yaml", allow("fine.example") + allow("bad name")),
        ("protected/p2.yaml", protected_entry("fine.example", "health") + protected_entry("fine.example", "health")),
        ("protected/p3.yaml", protected_entry("fine.example", "health")),
        ("holds.yaml", "- {name: clinic.example}\n"),
        ("sources/bad.yaml", recipe(uni_x="gambling").replace("https://lists.example/uni_x", "http://10.0.0.1/x")),
        ("sources/path.yaml", recipe(uni_x="gambling").replace("urls:", "path: /etc/passwd\n  urls:")),
        ("sources/on.yaml", recipe(uni_x="gambling").replace("switch: offered", "switch: 'on'")),
        ("own/Odd Name.yaml", own_entry("casino.example")),
    ],
)
def test_one_fault_leaves_the_others_and_the_build_alone(shipped: Path, name: str, text: str) -> None:
    made = Composed(shipped, {name: text, "own/games.yaml": own_entry("play.example")}, ALL)
    assert "play.example" in made.listed
    assert name.partition("/")[2].partition(".")[0] in made.left_out


def test_a_fault_of_the_program_itself_is_not_blamed_on_the_publisher(shipped: Path) -> None:
    (shipped / "shared" / "hosts.yaml").write_text("- {name: cdn.example}\n")
    with pytest.raises(LogFault, match=r"shared/hosts\.yaml"):
        Composed(shipped, {"own/gambling.yaml": own_entry("casino.example")}, ALL)


def test_the_same_inputs_give_the_same_lists_and_others_are_noticed(shipped: Path) -> None:
    files = {"own/gambling.yaml": own_entry("casino.example")}
    assert Composed(shipped, files, ALL).made.sha256 == Composed(shipped, files, ALL).made.sha256
    before = made_of(shipped, b"{}", ALL)
    assert before == made_of(shipped, b"{}", Scope(frozenset(sorted(KINDS))))
    assert before != made_of(shipped, b"{}", Scope(KINDS, frozenset({"games"})))
    assert before != made_of(shipped, b'{"index":2}', ALL)
    (shipped / "own" / "gambling.yaml").write_text(own_entry("newer.example"))
    assert before != made_of(shipped, b"{}", ALL)


def test_all_that_the_project_decided_can_be_taken_as_it_is(tmp_path: Path) -> None:
    """The first publisher is the project: nothing of it is left out but the name for trying orders out."""
    shipped, files = shipped_folder(), {}
    for part in ("own", "allow", "protected", "sources"):
        files |= {f"{part}/{path.name}": path.read_text() for path in sorted((shipped / part).glob("*.yaml"))}
    files["holds.yaml"] = (shipped / "holds.yaml").read_text()
    made = compose(shipped, files, b"{}", ALL, tmp_path / "trial")
    assert list(made.left_out.counts.values()) == [1]
    assert "own/legal_order.yaml" in made.left_out.examples[0]
