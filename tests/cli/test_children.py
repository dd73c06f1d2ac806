from datetime import UTC, datetime
from pathlib import Path

import pytest

from filterdns.cli.children import build, load, settle
from filterdns.errors import DataFault, StateFault
from filterdns.lists.release import open_current


def own_list(state: Path, text: str) -> None:
    file = state / "lists" / "own" / "gambling.txt"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_without_a_release_there_is_nothing_to_settle_on(tmp_path: Path) -> None:
    assert settle(tmp_path) == 0


def test_a_whole_release_stays(tmp_path: Path) -> None:
    build(tmp_path)
    assert settle(tmp_path) == 1


@pytest.mark.parametrize("damage", ["index", "listings", "manifest.json"])
def test_a_damaged_release_is_left_for_the_newest_whole_one(tmp_path: Path, damage: str) -> None:
    build(tmp_path)
    own_list(tmp_path, "casino.example\n")
    build(tmp_path)
    file = tmp_path / "releases" / "00000002" / damage
    octets = bytearray(file.read_bytes())
    octets[len(octets) // 2] ^= 0xFF
    file.write_bytes(octets)
    assert settle(tmp_path) == 1
    assert open_current(tmp_path).number == 1


def test_a_build_tells_what_could_not_be_read(tmp_path: Path) -> None:
    own_list(tmp_path, "casino.example\nnot a name\n")
    told = build(tmp_path)
    assert told.startswith("compiled ")
    assert "own/gambling.txt:2: expected one name in a line" in told
    assert build(tmp_path).startswith("release 1 is current")


def test_a_state_folder_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file in its place")
    with pytest.raises(StateFault, match="expected a folder"):
        build(tmp_path / "state")


def test_all_faults_of_the_configuration_are_raised(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("workers: 0\nschool: maybe\n")
    with pytest.raises(DataFault) as caught:
        load(file)
    assert len(caught.value.faults) == 2


def test_no_file_is_the_embedded_default() -> None:
    assert load(None).default_profile == "whole-home"


def test_a_release_is_of_today(tmp_path: Path) -> None:
    build(tmp_path)
    built = datetime.fromisoformat(open_current(tmp_path).manifest.built_at)
    assert abs((datetime.now(UTC) - built).total_seconds()) < 60
