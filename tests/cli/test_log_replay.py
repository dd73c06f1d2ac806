"""`filterdns log replay` tells of each release, and a publisher who says one thing and does another is found out."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from filterdns.cli.main import commands
from filterdns.lists import own_rules
from filterdns.lists.build import RecordFor, build_release
from filterdns.lists.manifest import FileDigest, Manifest, write_manifest
from filterdns.lists.own_data import OwnData
from filterdns.lists.release import DELTA, MANIFEST
from filterdns.lists.standing import Standings
from filterdns.lists.store import Recorder
from filterdns.log.keys.life import make_log, show_keys
from filterdns.log.places import public_folder
from filterdns.log.recording.recorder import recorder_for
from tests.lists.entries import own_entry
from tests.lists.home import Home
from tests.log.conftest import home_in
from tests.resolving import HandClock


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A publisher whose state lies where a command looks for it; its log has begun."""
    monkeypatch.setattr(own_rules, "load_public_suffixes", cache(own_rules.load_public_suffixes))
    home = home_in(tmp_path)
    home.state = tmp_path / "filterdns"
    make_log(home.state, "lists.example/log", tmp_path / "recovery", home.when)
    home.write("own/social.yaml", own_entry("club.example"))
    return home


def build(home: Home, record: Callable[[RecordFor], RecordFor] = lambda recording: recording) -> None:
    home.sleep(hours=1)
    recording = recorder_for(home.state, HandClock(when=home.when))  # type: ignore[arg-type]
    build_release(home.shipped, home.overlay, home.state, home.when, record=record(recording))


def replay(home: Home, *arguments: str) -> tuple[int, str]:
    environment = {**os.environ, "XDG_STATE_HOME": str(home.state.parent)}
    done = CliRunner().invoke(commands, ["log", "replay", *arguments], env=environment)
    return done.exit_code, done.output


def test_own_log_is_replayed_without_any_argument(home: Home) -> None:
    build(home)
    home.write("own/gore.yaml", own_entry("blood.example"))  # not for everybody, and here it is
    build(home)
    status, output = replay(home)
    assert status == 0, output
    assert "release 1 of 2026-11-24, 1 names, entry " in output
    assert output.endswith("2 of 2 releases are the same\n")


def test_log_without_releases_is_told(home: Home) -> None:
    assert replay(home) == (0, "0 of 0 releases are the same\n")


def test_release_that_is_not_what_the_log_says_ends_with_one(home: Home) -> None:
    def lying(recording: RecordFor) -> RecordFor:
        def record_for(own: OwnData, standings: Standings) -> Recorder:
            record = recording(own, standings)

            def record_another(folder: Path, manifest: Manifest) -> None:
                said = replace(manifest, files={**manifest.files, DELTA: FileDigest(0, "0" * 64)})
                (folder / MANIFEST).write_bytes(write_manifest(said))
                record(folder, said)

            return record_another

        return record_for

    build(home, lying)
    status, output = replay(home)
    assert status == 1
    assert "entry " in output
    assert ": DIFFERS\n" in output
    assert "delta: expected 000" in output
    assert "0 of 1 releases are the same" in output


def test_decision_that_the_log_was_not_told_of_ends_with_one(home: Home) -> None:
    def forgetful(recording: RecordFor) -> RecordFor:
        return lambda own, standings: recording(replace(own, listings=()), standings)

    build(home, forgetful)
    status, output = replay(home)
    assert status == 1
    assert "decision listing social club.example" in output
    assert "the release has it, and the log does not" in output


def test_decision_that_only_the_log_has_ends_with_one(home: Home) -> None:
    def inventive(recording: RecordFor) -> RecordFor:
        def record_for(own: OwnData, standings: Standings) -> Recorder:
            listing = own.listings[0][1]
            return recording(replace(own, listings=(*own.listings, (b"other.example", listing))), standings)

        return record_for

    build(home, inventive)
    status, output = replay(home)
    assert status == 1
    assert "other.example" in output
    assert "the log has it, and the release does not" in output


def test_log_of_somebody_else_needs_its_key(home: Home, tmp_path: Path) -> None:
    build(home)
    log = str(public_folder(home.state))
    status, output = replay(home, "--log", log)
    assert (status, "expected --vkey or --policy" in output) == (2, True)
    key = show_keys(home.state).held[0]
    status, output = replay(home, "--log", log, "--vkey", key)
    assert (status, "1 of 1 releases are the same" in output) == (0, True)
    status, output = replay(home, "--log", log, "--inputs", f"{log}/inputs", "--vkey", key)
    assert (status, "1 of 1 releases are the same" in output) == (0, True)
    make_log(tmp_path / "other", "other.example/log", tmp_path / "other-recovery", home.when)
    wrong = show_keys(tmp_path / "other").held[0]
    status, output = replay(home, "--log", log, "--inputs", f"{log}/inputs", "--vkey", wrong)
    assert (status, "Error: " in output) == (1, True)


def test_inputs_may_be_the_public_ones_and_what_is_not_opened_is_counted(home: Home) -> None:
    home.write("own/gore.yaml", own_entry("blood.example"))
    build(home)
    log = str(public_folder(home.state))
    key = show_keys(home.state).held[0]
    status, output = replay(home, "--log", log, "--inputs", f"{log}/inputs", "--vkey", key)
    assert status == 3
    assert "overlay/own/gore.yaml: " in output
    assert "statements that were not opened (erased, or not for everybody): 1" in output
    assert "decision " not in output
