"""Somebody from outside, with an empty folder, the address of a log and its key: everything is looked at over HTTP."""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from subprocess import run

import pytest
from click.testing import CliRunner

from filterdns.cli.main import commands
from filterdns.lists.release import open_release
from filterdns.log.keys.life import finish_rotation, rotate, show_keys
from filterdns.log.places import public_folder
from filterdns.log.record.entries import write_entry
from filterdns.log.writing.writer import open_writer
from filterdns.tlog import check_log
from tests.lists.entries import own_entry
from tests.log.conftest import home_in
from tests.log.life import LoggingPublisher
from tests.log.web import served

LATER = datetime(2026, 11, 27, tzinfo=UTC)


@dataclass(frozen=True)
class Outsider:
    """`state`: a folder that does not exist yet. `public`: what the publisher serves, to be harmed."""

    url: str
    vkey: str
    state: Path
    public: Path

    def run(self, *arguments: str) -> tuple[int, str]:
        environment = {"XDG_STATE_HOME": str(self.state.parent / "nothing")}
        done = CliRunner().invoke(commands, arguments, env=environment)
        return done.exit_code, done.output

    def on_log(self, *arguments: str) -> tuple[int, str]:
        return self.run("log", *arguments, "--log", self.url, "--vkey", self.vkey, "--state", str(self.state))

    def on_lists(self, *arguments: str) -> str:
        status, output = self.run("lists", *arguments, "--state", str(self.state))
        assert status == 0, output
        return output


@pytest.fixture
def outsider(tmp_path: Path) -> Iterator[Outsider]:
    """Of a publisher with two releases."""
    publisher = LoggingPublisher(home_in(tmp_path))
    publisher.home.write("own/social.yaml", own_entry("club.example"))
    publisher.build()
    publisher.home.write("own/games.yaml", own_entry("play.example"))
    publisher.build(days=1)
    public = public_folder(publisher.home.state)
    with served(public) as url:
        yield Outsider(url, show_keys(publisher.home.state).held[0], tmp_path / "outside" / "again", public)


def test_releases_are_made_again_compared_looked_up_and_proven_from_the_address_and_the_key(
    outsider: Outsider, tmp_path: Path
) -> None:
    status, output = outsider.on_log("replay")
    assert status == 0, output
    assert "2 of 2 releases are the same" in output
    assert outsider.on_lists("diff", "1", "2", "--reasons").splitlines() == [
        "+games play.example",
        "    seen (overlay/own/games.yaml)",
        "games: +1 -0",
    ]
    names = tmp_path / "names.txt"
    names.write_text("www.play.example\nother.example\n")
    assert "www.play.example,play.example,games" in outsider.on_lists("look-up", str(names), "--release", "2")
    proof = tmp_path / "proof.json"
    status, output = outsider.on_log("prove", "club.example", "--out", str(proof))
    assert status == 0, output
    assert re.search("club.example with its subdomains is in social, by overlay/own/social.yaml: leaf 1 of 1", output)
    assert "listing added for social: entry " in output
    document = json.loads(proof.read_text())
    assert document["decisions"][0]["statement"]["statement"]["reason"] == {"en": "seen"}
    command = [sys.executable, str(check_log.__file__), "--vkey", outsider.vkey, "--name-proof", str(proof)]
    checked = run(command, capture_output=True, text=True, timeout=60)
    assert (checked.returncode, "FAULT" in checked.stdout) == (0, False), checked.stdout + checked.stderr
    _, output = outsider.on_log("prove", "play.example", "--release", "1")
    assert "play.example is provably not in" in output
    assert "games" in output.partition("provably not in")[2]


def test_key_that_was_changed_meanwhile_is_followed(outsider: Outsider, tmp_path: Path) -> None:
    state = outsider.public.parent.parent
    new = rotate(state, LATER).held[-1]
    finish_rotation(state, LATER)
    with open_writer(state, LATER) as log:
        log.append([write_entry("day", LATER, date=LATER.date().isoformat(), appeals={})])
    status, output = outsider.on_log("replay")
    assert (status, "2 of 2 releases are the same" in output) == (0, True), output
    status, output = outsider.on_log("prove", "club.example", "--out", str(tmp_path / "proof.json"))
    assert status == 0, output
    assert f"check_log --vkey {new} --name-proof" in output


def test_what_was_fetched_once_is_not_fetched_again(outsider: Outsider) -> None:
    assert outsider.on_log("replay")[0] == 0
    for file in (outsider.public / "inputs").iterdir():
        file.unlink()
    assert outsider.on_log("replay")[0] == 0


def test_missing_input_is_named_with_where_it_should_be_and_other_octets_are_refused_until_they_are_mended(
    outsider: Outsider,
) -> None:
    inputs = outsider.public / "inputs"
    assert outsider.on_log("replay")[0] == 0
    sha256 = open_release(outsider.state, 2).manifest.inputs["overlay/own/games.yaml"]
    file = inputs / f"{sha256}.gz"
    right = file.read_bytes()
    elsewhere = Outsider(outsider.url, outsider.vkey, outsider.state.with_name("anew"), outsider.public)
    file.unlink()
    status, output = elsewhere.on_log("replay")
    assert status == 3
    assert f"overlay/own/games.yaml: {sha256}: expected it in {outsider.url}/inputs, got nothing" in output
    file.write_bytes(gzip.compress(b"- name: another.example\n"))
    status, output = elsewhere.on_log("replay")
    assert status == 3
    assert f"expected octets of the digest {sha256}, got others" in output
    file.write_bytes(right)
    status, output = elsewhere.on_log("replay")
    assert (status, "2 of 2 releases are the same" in output) == (0, True)


def test_statement_that_was_altered_is_named(outsider: Outsider) -> None:
    file = next(
        file for file in (outsider.public / "statements").rglob("*.json") if b"club.example" in file.read_bytes()
    )
    file.write_bytes(file.read_bytes().replace(b"seen", b"sxxn"))
    status, output = outsider.on_log("replay")
    assert status == 1
    assert f"Error: {outsider.url}/{file.relative_to(outsider.public)}: " in output


def test_proof_needs_the_release_to_be_here_and_in_that_log(outsider: Outsider, tmp_path: Path) -> None:
    status, output = outsider.on_log("prove", "club.example")
    assert status == 1
    assert "first `filterdns log replay` with the same --log, --vkey and --state" in output
    assert outsider.on_log("replay", "--release", "1")[0] == 0
    status, output = outsider.on_log("prove", "club.example", "--release", "2")
    assert status == 1
    other = LoggingPublisher(home_in(tmp_path / "other"))
    other.home.write("own/social.yaml", own_entry("pub.example"))
    other.build()
    with served(public_folder(other.home.state)) as url:
        stranger = Outsider(url, show_keys(other.home.state).held[0], outsider.state, outsider.public)
        status, output = stranger.on_log("prove", "club.example", "--release", "1")
    assert status == 1
    assert "expected that of release 1, got another" in output


@pytest.mark.parametrize("command", ["verify", "replay", "prove"])
def test_address_without_a_log_is_told_as_such(outsider: Outsider, command: str) -> None:
    assert outsider.on_log("replay")[0] == 0
    url = f"{outsider.url}/releases"
    words = {
        "verify": ("verify", url),
        "replay": ("replay", "--log", url),
        "prove": ("prove", "a.example", "--log", url),
    }
    state = ("--vkey", outsider.vkey, "--state", str(outsider.state))
    status, output = outsider.run("log", *words[command], *state)
    assert status == 1
    assert "checkpoint: there is no such file (status 404); is that the address of a log?" in output
