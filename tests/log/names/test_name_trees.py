"""The name trees of a release, against a slow twin that makes them anew, and what their proofs prove."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filterdns.errors import IndexFault, LogFault
from filterdns.lists.categories_file import CategoryTable, load_categories
from filterdns.lists.release import Release
from filterdns.lists.shipped import shipped_folder
from filterdns.log.names.leaves import hash_of, salt_of, texts_of
from filterdns.log.names.tree_file import TREES, TreeFile
from filterdns.log.names.tree_making import make_name_trees
from filterdns.log.names.tree_proof import NameProof, parse_name_proof
from filterdns.log.names.trees import NameTrees
from filterdns.names import parse_name
from filterdns.tlog.canonical import write_canonical
from filterdns.tlog.tree import EMPTY_ROOT, leaf_hash, root_of
from tests.lists.entries import own_entry, protected_entry
from tests.lists.home import Home


@pytest.fixture(scope="module")
def table() -> CategoryTable:
    return load_categories(shipped_folder() / "categories.yaml")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory, table: CategoryTable) -> Release:
    """Several subtrees of 256 leaves in `adult`, names in two lists and two categories, some of ours in `selfharm`."""
    shipped = tmp_path_factory.mktemp("shipped")
    (shipped / "categories.yaml").write_bytes((shipped_folder() / "categories.yaml").read_bytes())
    home = Home(shipped, tmp_path_factory.mktemp("state"))
    home.add_list("adult-a", "adult")
    home.add_list("adult-b", "adult", subdomains=False)
    home.add_list("bets", "gambling")
    long = "a-name-of-a-label-so-long-that-its-length-is-a-letter" + ".cdn" * 3
    names = [f"{prefix}{number}.example" for number in range(700) for prefix in ("n", "www.n")]
    home.use("adult-a", [*names, f"{long}.example", "both.example"])
    home.use("adult-b", [*names[::3], "only-b.example"])
    home.use("bets", ["both.example", "bet.example"])
    home.write("own/selfharm.yaml", "".join(own_entry(f"harm{number}.example") for number in range(5)))
    home.write("protected/p1.yaml", protected_entry("help.example", "crisis"))
    home.write("sources/household.yaml", HOUSEHOLD)
    home.use("ours", ["at-home.example", "both.example"])
    home.build()
    make_name_trees(home.release.folder, home.release.manifest, table)
    return home.release


HOUSEHOLD = """\
keeper: {name: this household}
redistribute: false
lists:
  - {id: ours, title: {en: Ours}, category: adult, urls: ["https://lists.example/ours"], format: domains,
     subdomains: true}
"""


@pytest.fixture(scope="module")
def trees(release: Release) -> NameTrees:
    return NameTrees(release)


@pytest.fixture(scope="module")
def twin(release: Release, table: CategoryTable) -> dict[str, dict[str, bytes]]:
    """Category -> name -> its leaf, as the design says it, from what the release says of each name."""
    home = Home(Path(), release.folder.parents[1])
    salt = salt_of(release.manifest.inputs_sha256)
    found: dict[str, dict[str, bytes]] = {}
    for name in NAMES:
        by_category: dict[str, list[dict[str, Any]]] = {}
        for row in home.rows(name):
            if row["source"] != "ours":
                by_category.setdefault(row["category"], []).append(row)
        for category, rows in by_category.items():
            said: dict[str, Any] = {
                "category": category,
                "scope": max(row["scope"] for row in rows),  # `subdomains` is the greater word
                "sources": sorted({row["source"] for row in rows}),
            }
            row_of = table.get(category)
            if row_of is not None and row_of.publication == "hashed":
                said["hash"] = hash_of(category, name.encode(), salt).hex()
            else:
                said["name"] = name
            found.setdefault(category, {})[name] = write_canonical(said)
    return found


NAMES = sorted(
    {f"{prefix}{number}.example" for number in range(700) for prefix in ("n", "www.n")}
    | {f"{name}.example" for name in ("both", "only-b", "bet", "help", "at-home", *(f"harm{n}" for n in range(5)))}
    | {"a-name-of-a-label-so-long-that-its-length-is-a-letter.cdn.cdn.cdn.example"}
    | {f"{row}.filterdns.test" for row in ("adult", "selfharm", "hate")}
)


def test_roots_are_those_of_the_leaves_in_order(trees: NameTrees, twin: dict[str, dict[str, bytes]]) -> None:
    for category, row in trees.trees.items():
        leaves = twin.get(category, {})
        order = sorted(leaves, key=lambda name: json.loads(leaves[name]).get("hash", name))
        assert (row.names, row.root) == (len(leaves), root_of([leaf_hash(leaves[name]) for name in order]).hex())
    assert {"adult", "gambling", "selfharm", "p1", "hold"} <= trees.trees.keys()
    assert trees.trees["adult"].names > 1_400
    assert "restricted_legal" not in trees.trees
    assert trees.trees["hold"].root == EMPTY_ROOT.hex()


def test_every_name_is_proven_where_it_is_and_where_it_is_not(
    trees: NameTrees, twin: dict[str, dict[str, bytes]]
) -> None:
    for category in ("adult", "gambling", "selfharm", "p1", "hold", "hate"):
        leaves = twin.get(category, {})
        for name in (*NAMES[::7], *sorted(leaves)[:20], "0.example", "zzz.example", "both.example"):
            proof = parse_name_proof(json.loads(json.dumps(trees.prove(category, name).as_json())))
            proof.check()
            assert proof.listed == (name in leaves), (category, name)
            if proof.listed:
                assert proof.leaves[0].leaf == leaves[name]


def test_what_a_household_added_is_in_no_tree(trees: NameTrees) -> None:
    assert not trees.prove("adult", "at-home.example").listed
    assert b"ours" not in trees.prove("adult", "both.example").leaves[0].leaf


def test_a_hashed_proof_tells_no_other_name(trees: NameTrees) -> None:
    proof = trees.prove("selfharm", "harm3.example")
    assert proof.listed
    assert "harm" not in json.dumps(proof.as_json()["leaves"]).replace("selfharm", "")


def altered(proof: NameProof, what: str) -> NameProof:
    """The proof with one thing changed."""
    first, *rest = proof.leaves
    match what:
        case "turned":
            return replace(proof, listed=not proof.listed)
        case "name":
            return replace(proof, name="n3.example")
        case "index":
            return replace(proof, leaves=(replace(first, index=first.index + 1), *rest))
        case "leaf":
            return replace(proof, leaves=(replace(first, leaf=first.leaf.replace(b"adult", b"advlt", 1)), *rest))
        case "sibling":
            return replace(proof, leaves=(replace(first, proof=(bytes(32), *first.proof[1:])), *rest))
        case "root":
            return replace(proof, root=bytes(32))
        case "names":
            return replace(proof, names=proof.names * 2)
        case "no leaves":
            return replace(proof, leaves=())
        case _:
            return replace(proof, leaves=proof.leaves[:1] if len(proof.leaves) == 2 else (first, first))


@pytest.mark.parametrize("name", ["both.example", "nothing.example"])
@pytest.mark.parametrize(
    "what", ["turned", "name", "index", "leaf", "sibling", "root", "names", "no leaves", "one leaf fewer or more"]
)
def test_an_altered_proof_proves_nothing(trees: NameTrees, name: str, what: str) -> None:
    proof = trees.prove("adult", name)
    proof.check()
    with pytest.raises(LogFault):
        altered(proof, what).check()


def test_neighbours_that_are_not_side_by_side_hide_no_name(trees: NameTrees) -> None:
    below, above = (trees.prove("adult", name).leaves[0] for name in ("n1.example", "n2.example"))
    with pytest.raises(LogFault):
        replace(trees.prove("adult", "n10.example"), listed=False, leaves=(below, above)).check()


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        {},
        {"leaves": 3},
        {"category": "adult", "name": "\ud800", "names": 0, "root": "00" * 32, "publication": "open", "salt": "",
         "listed": False, "leaves": []},
        {"leaves": [], "category": "adult", "name": "a.b", "names": True, "root": "00", "listed": False},
        {"category": "adult", "name": "a.b", "names": 0, "root": "00" * 32, "publication": "counted", "salt": "",
         "listed": False, "leaves": []},
    ],
)  # fmt: skip
def test_other_values_are_no_proof(values: object) -> None:
    with pytest.raises(LogFault):
        parse_name_proof(values)


def test_the_same_release_gives_the_same_trees(release: Release, table: CategoryTable) -> None:
    before = (release.folder / TREES).read_bytes()
    make_name_trees(release.folder, release.manifest, table)
    assert (release.folder / TREES).read_bytes() == before


@pytest.mark.parametrize("cut", [0, 10, 24, 300, -1, -33])
def test_a_damaged_file_is_no_file_of_trees(release: Release, cut: int) -> None:
    octets = (release.folder / TREES).read_bytes()
    with pytest.raises(IndexFault):
        TreeFile(octets[:cut])
    with pytest.raises(IndexFault):
        TreeFile(b"X" + octets[1:])


def test_trees_of_another_index_are_refused(release: Release, table: CategoryTable) -> None:
    other = replace(release.manifest.files["index"], sha256="00" * 32)
    manifest = replace(release.manifest, files={**release.manifest.files, "index": other})
    with pytest.raises(IndexFault, match="of another"):
        NameTrees(replace(release, manifest=manifest))


label = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_", min_size=1, max_size=63)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(label, min_size=1, max_size=3).map(".".join), min_size=0, max_size=20))
def test_wire_names_become_text_whatever_their_lengths(names: list[str]) -> None:
    assert texts_of([parse_name(name)[:-1] for name in names]) == [name.encode() for name in names]
