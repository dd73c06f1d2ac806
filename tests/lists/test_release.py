"""A release is found, or the fault says which one and why; damage never passes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from filterdns.errors import IndexFault
from filterdns.lists.build import build_release
from filterdns.lists.inspect import inspect_release
from filterdns.lists.manifest import read_manifest, write_manifest
from filterdns.lists.release import (
    FILES,
    INDEX,
    LISTINGS,
    SEEN,
    newest_good,
    open_current,
    open_release,
    release_numbers,
    verify,
)
from filterdns.names import parse_name
from tests.lists.entries import own_entry

WHEN = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def state(folder: Path, tmp_path: Path) -> Path:
    """Two releases: the first filters a.example, the second b.example."""
    for name in ("a.example", "b.example"):
        (folder / "own" / "adult.yaml").write_text(own_entry(name))
        build_release(folder, None, tmp_path / "state", WHEN)
    return tmp_path / "state"


def test_current_release_is_opened(state: Path) -> None:
    release = open_current(state)
    verify(release)
    inspect_release(release)
    index = release.open_index()
    assert (release.number, index.number, index.names) == (2, 2, 1)
    assert index.find(parse_name("b.example"))


@pytest.mark.parametrize("text", [b"", b"x", b"-1", b"3", b"99999999999999999999999999999999999999"])
def test_pointer_to_nowhere_is_a_fault(state: Path, text: bytes) -> None:
    (state / "current").write_bytes(text)
    with pytest.raises(IndexFault):
        open_current(state)


def test_state_without_a_release_is_a_fault(tmp_path: Path) -> None:
    for find in (open_current, newest_good):
        with pytest.raises(IndexFault):
            find(tmp_path)


@pytest.mark.parametrize("name", FILES)
def test_every_flipped_bit_is_noticed(state: Path, name: str) -> None:
    release = open_current(state)
    path = release.folder / name
    octets = path.read_bytes()
    for at in range(0, len(octets), 97):
        path.write_bytes(octets[:at] + bytes([octets[at] ^ 4]) + octets[at + 1 :])
        with pytest.raises(IndexFault):
            verify(release)
    path.write_bytes(octets)
    verify(release)


@pytest.mark.parametrize("name", [INDEX, LISTINGS, SEEN])
@pytest.mark.parametrize("octets", [0, 1, 100, 200])
def test_file_cut_short_is_refused_by_verify_and_on_opening(state: Path, name: str, octets: int) -> None:
    release = open_current(state)
    path = release.folder / name
    path.write_bytes(path.read_bytes()[:octets])
    with pytest.raises(IndexFault):
        verify(release)
    with pytest.raises(IndexFault):
        {INDEX: release.open_index, LISTINGS: release.open_listings, SEEN: release.open_seen}[name]()


def test_newest_whole_release_is_found_behind_a_damaged_one(state: Path) -> None:
    assert newest_good(state).number == 2
    (state / "releases" / "00000002" / "index").unlink()
    assert newest_good(state).number == 1
    assert newest_good(state).open_index().find(parse_name("a.example"))
    (state / "releases" / "00000001" / "manifest.json").write_text("{}")
    with pytest.raises(IndexFault):
        newest_good(state)


def test_release_behind_the_pointer_never_became_current_and_is_not_taken(state: Path) -> None:
    (state / "current").write_text("1\n")
    assert newest_good(state, 1).number == 1
    (state / "releases" / "00000001" / "index").unlink()
    with pytest.raises(IndexFault):
        newest_good(state, 1)
    (state / "current").unlink()
    assert newest_good(state).number == 2


def test_release_with_the_manifest_of_another_is_refused(state: Path) -> None:
    (state / "releases" / "00000002").rename(state / "releases" / "00000003")
    with pytest.raises(IndexFault):
        open_release(state, 3)


def test_numbers_come_from_whole_names_alone(state: Path) -> None:
    for name in ("unfinished-00000009", "7", "notes.txt"):
        (state / "releases" / name).mkdir()
    assert list(release_numbers(state)) == [2, 1]


def test_manifest_reads_back_and_damage_is_a_fault(state: Path) -> None:
    octets = (open_current(state).folder / "manifest.json").read_bytes()
    assert write_manifest(read_manifest(octets)) == octets
    damaged = (b"", b"[]", b"{}", octets[:-9], octets.replace(b'"version": 2', b'"version": 1'), b"\xff",
               octets.replace(b'"number": 2', b'"number": "2"'))  # fmt: skip
    for other in damaged:
        with pytest.raises(IndexFault):
            read_manifest(other)


def test_index_of_another_release_is_noticed_on_inspection(state: Path) -> None:
    release = open_current(state)
    with pytest.raises(IndexFault):
        inspect_release(type(release)(release.number, state / "releases" / "00000001", release.manifest))


def test_mapped_release_stays_readable_after_it_is_removed(state: Path) -> None:
    index = open_release(state, 1).open_index()
    for file in (state / "releases" / "00000001").iterdir():
        file.unlink()
    assert index.find(parse_name("a.example"))
