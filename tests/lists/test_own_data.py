"""Everything that people wrote, in one object: what it holds, what it refuses, what it sets aside."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from filterdns.errors import DataFault
from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.own_data import load_own_data
from filterdns.lists.own_rules import SUFFIX_LIST
from filterdns.lists.shipped import shipped_folder
from filterdns.lists.sources import find_sources, suffix_source
from tests.lists.entries import own_entry, protected_entry
from tests.lists.written import ALLOWANCE, REVIEWED, write, write_right_folder


@pytest.fixture
def right(folder: Path, table: CategoryTable) -> Path:
    write_right_folder(folder, table)
    return folder


def test_names_are_text_and_everything_is_there(right: Path, overlay: Path, table: CategoryTable) -> None:
    write(
        overlay,
        own__games=own_entry("Spiele.Bücher.example"),
        allow__mine=ALLOWANCE.replace("shop", "casino"),
        protected__p1=protected_entry("help.example", "violence") + protected_entry("more.example", "crisis"),
        sources__choices="uni-gambling: on\n",
    )
    (overlay / "own" / "gambling.mine.txt").write_text("a.example\n")
    data = load_own_data(right, overlay)
    listings = dict(data.listings)
    assert data.table == table
    assert len(data.listings) == 26
    assert listings[b"spiele.xn--bcher-kva.example"].source == "overlay/own/games.yaml"
    assert listings[b"casino.example"].expires == date(2028, 5, 24)
    assert set(data.p1) == {b"helpline.filterdns.test", b"help.example", b"more.example"}
    assert data.p1[b"help.example"].about["kind"] == "crisis"  # what is shipped comes first
    assert set(data.p2) == {b"health.filterdns.test", b"nhs.example"}
    assert [name for name, _ in data.holds] == [b"help.example"]
    assert [allowance.name for allowance in data.allowances] == [b"shop.example", b"casino.example"]
    assert data.shared_hosts[b"cdn.example"].kind == "cdn"
    assert data.popular[b"social.example"].approved_for == {"social"}
    assert data.safe_search == {b"safe.search.example"}
    assert [service.domains for service in data.services] == [(b"play.example", b"cdn.play.example")]
    assert [recipe.id for recipe in data.recipes.all] == ["uni-gambling", "own/gambling.mine.txt"]
    assert all(data.recipes.is_on(recipe) for recipe in data.recipes.all)
    files = (*find_sources(right, overlay), suffix_source(SUFFIX_LIST))  # which no folder of lists has
    assert data.inputs == {source.name: source.sha256 for source in files}
    assert (data.set_aside, data.warnings) == ((), ())


def test_all_faults_of_all_files_are_told_at_once(right: Path, overlay: Path) -> None:
    (right / "own" / "adult.csv").write_text("")
    write(
        right,
        own__adult=own_entry("www.help.example") + own_entry("x"),
        own__politics=own_entry("a.example"),
        protected__p2="- a: [\n",
        sources__uni="lists: []\n",
        services__games="a: b\n",
    )
    write(overlay, allow__mine="- name: x\n", own__legal_order=own_entry("a.example"))
    (overlay / "own" / "restricted_legal.txt").write_text("a.example\n")
    with pytest.raises(DataFault) as caught:
        load_own_data(right, overlay)
    assert {Path(fault.where.split(":")[0]).name for fault in caught.value.faults} == {
        "adult.csv", "adult.yaml", "politics.yaml", "p2.yaml", "uni.yaml", "games.yaml", "mine.yaml",
        "legal_order.yaml", "restricted_legal.txt",
    }  # fmt: skip
    assert sum("adult.yaml" in fault.where for fault in caught.value.faults) == 2


def test_what_an_installation_wrote_is_set_aside_and_stops_nothing(right: Path, overlay: Path) -> None:
    write(
        overlay,
        own__adult=own_entry("www.help.example") + own_entry("blogspot.com") + own_entry("porn.example"),
        own__games=own_entry("social.example") + own_entry("cdn.example") + own_entry("safe.search.example"),
        own__social=own_entry("social.example"),
        sources__choices="gone: on\n",
    )
    data = load_own_data(right, overlay)
    assert [str(entry) for entry in data.set_aside] == [
        "overlay/own/adult.yaml: www.help.example: protected",
        "overlay/own/adult.yaml: blogspot.com: shared by many, at or above a public suffix",
        "overlay/own/games.yaml: social.example: popular, and not approved for games",
        "overlay/own/games.yaml: cdn.example: shared by many (cdn)",
        "overlay/own/games.yaml: safe.search.example: a safe-search target",
    ]
    own = [(name, listing.category) for name, listing in data.listings if listing.source.startswith("overlay/")]
    assert own == [(b"porn.example", "adult"), (b"social.example", "social")]
    assert [warning.got for warning in data.warnings] == ['"gone"']


def test_third_approval_opens_what_strangers_share(right: Path) -> None:
    third = REVIEWED.replace("  listed_on", "    - {by: rev-40, org: clinic, on: 2026-11-23}\n  listed_on")
    names = ("cdn.example", "social.example", "github.io")
    write(right, own__gambling="".join(third.replace("casino.example", name) for name in names))
    assert {name.encode() for name in names} <= {name for name, _ in load_own_data(right, None).listings}
    same = third.replace("org: clinic", "org: school")
    write(right, own__gambling=same.replace("casino.example", "cdn.example"))
    with pytest.raises(DataFault, match="third approval"):
        load_own_data(right, None)


def test_names_below_what_strangers_share_may_be_listed(right: Path) -> None:
    write(right, own__adult=own_entry("one.cdn.example") + own_entry("one.github.io") + own_entry("a.social.example"))
    assert len(load_own_data(right, None).listings) == 28 - 1


def test_shipped_data_are_read_quickly() -> None:
    begun = time.process_time()  # of this process alone: the machine may have other work
    data = load_own_data(shipped_folder(), None)
    assert time.process_time() - begun < 2  # a fifth of that is usual
    assert data.set_aside == ()
    assert data.warnings == ()
