"""Files of the lists folders, by their names."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from filterdns.errors import DataFault
from filterdns.lists.sources import find_sources


def test_files_come_shipped_first_and_with_their_digests(folder: Path, overlay: Path) -> None:
    for name in ("own/adult.more.yaml", "own/adult.txt", "protected/p1.yaml", "allow/a.yaml", "sources/uni.yaml",
                 "services/games.yaml", "shared/hosts.yaml", "shared/popular.more.yaml", "holds.yaml"):  # fmt: skip
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(name)
    for name in ("own/hate.hosts", "sources/household.yaml", "sources/choices.yaml"):
        (overlay / name).parent.mkdir(exist_ok=True)
        (overlay / name).write_text(name)
    (overlay / "sources" / ".lock").write_text("")
    (overlay / "sources" / "choices.yaml~").write_text("")
    found = find_sources(folder, overlay)
    assert [(source.name, source.kind, source.subject) for source in found] == [
        ("categories.yaml", "categories", ""),
        ("protected/p1.yaml", "protected", "p1"),
        ("holds.yaml", "holds", ""),
        ("own/adult.more.yaml", "yaml", "adult"),
        ("own/adult.txt", "txt", "adult"),
        ("allow/a.yaml", "allow", "a"),
        ("shared/hosts.yaml", "shared", "hosts"),
        ("shared/popular.more.yaml", "shared", "popular"),
        ("services/games.yaml", "services", "games"),
        ("sources/uni.yaml", "recipes", "uni"),
        ("overlay/own/hate.hosts", "hosts", "hate"),
        ("overlay/sources/choices.yaml", "choices", "choices"),
        ("overlay/sources/household.yaml", "household", "household"),
    ]
    assert [source.is_overlay for source in found] == [False] * 10 + [True] * 3
    assert found[2].sha256 == hashlib.sha256(b"holds.yaml").hexdigest()


@pytest.mark.parametrize(
    "name",
    [
        "own/adult.csv",
        "allow/A.yaml",
        "shared/other.yaml",
        "services/list.json",
        "sources/uni.yml",
        "protected/p3.yaml",
    ],
)
def test_files_whose_names_say_nothing_are_told(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("")
    with pytest.raises(DataFault) as caught:
        find_sources(folder, None)
    assert [fault.where for fault in caught.value.faults] == [str(folder / name)]
