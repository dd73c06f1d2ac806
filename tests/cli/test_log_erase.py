"""`filterdns log erase`: in the right order nothing of a reason is left; in another one it says what comes first."""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from filterdns.cli.main import commands
from filterdns.clock import Clock
from filterdns.lists import own_rules
from filterdns.lists.build import build_release
from filterdns.lists.revocations import Revocation, revise_revocations
from filterdns.log.keys.life import make_log
from filterdns.log.reading.reader import open_local
from filterdns.log.record.entries import DECISION, read_entry
from filterdns.log.record.statements import open_statement
from filterdns.log.recording.recorder import recorder_for
from tests.lists.entries import own_entry
from tests.lists.home import Home
from tests.log.conftest import home_in


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A publisher that listed three sites; the reason of one of them tells of somebody's aunt."""
    monkeypatch.setattr(own_rules, "load_public_suffixes", cache(own_rules.load_public_suffixes))
    home = home_in(tmp_path)
    home.when = Clock().when()  # as the command has it
    make_log(home.state, "lists.example/log", tmp_path / "recovery", home.when)
    return home


def write(home: Home, *names: str) -> None:
    home.write(
        "own/gore.yaml", "".join(own_entry(name).replace("seen", f"shown by the aunt of {name}") for name in names)
    )
    build(home)


def build(home: Home) -> None:
    recording = recorder_for(home.state, Clock())
    build_release(home.shipped, home.overlay, home.state, home.when, record=recording)
    recording.record_rest()


def statements(home: Home, name: str) -> list[str]:
    reader = open_local(home.state)
    entries = [read_entry(octets) for octets in reader.entries(0, reader.size)]
    commitments = [entry.fields["statement"] for entry in entries if entry.type == DECISION]
    bodies = {commitment: open_statement(home.state, commitment) for commitment in commitments}
    return [commitment for commitment, body in bodies.items() if body and body.statement.get("name") == name]


def erase(home: Home, commitment: str) -> tuple[int, str]:
    arguments = ["log", "erase", commitment, "--why", "personal_data", "--state", str(home.state)]
    done = CliRunner().invoke(commands, arguments)
    return done.exit_code, done.output


def files_with(home: Home, word: bytes) -> list[Path]:
    found = []
    for path in (each for each in home.state.rglob("*") if each.is_file()):
        octets = path.read_bytes()
        if word in (gzip.decompress(octets) if path.suffix == ".gz" else octets):
            found.append(path)
    return found


def test_reason_of_what_stands_is_not_erased_and_the_command_says_what_comes_first(home: Home) -> None:
    write(home, "one.example", "two.example")
    (commitment,) = statements(home, "one.example")
    status, output = erase(home, commitment)
    assert status == 1
    assert "got that of a listing that stands; take the entry or its text out of overlay/own/gore.yaml first" in output
    assert "then `filterdns lists build`, then erase" in output
    assert open_statement(home.state, commitment) is not None


def test_in_the_right_order_nothing_is_left(home: Home) -> None:
    write(home, "one.example", "two.example")
    write(home, "two.example")
    commitment, ended = statements(home, "one.example")
    status, output = erase(home, commitment)
    assert status == 0, output
    assert f"filterdns log erase {ended}" in output
    assert f"filterdns log erase {statements(home, 'two.example')[0]}" not in output
    for path in re.findall(r"^  rm (.*)$", output, re.MULTILINE):
        Path(path).unlink()
    assert erase(home, ended)[0] == 0
    for number in range(4):  # old releases go
        write(home, "two.example", f"more-{number}.example")
    assert files_with(home, b"aunt of one") == []
    left = {"/".join(path.relative_to(home.state).parts[:2]) for path in files_with(home, b"one.example")}
    assert "log/opened" in left  # for a day, until it is seen to resolve
    assert all(part.startswith(("releases/", "log/opened")) for part in left), left  # the day on which it was listed
    assert files_with(home, b"aunt of two") != []
    build(home)  # and nothing of it is logged again
    assert statements(home, "one.example") == []
    assert erase(home, commitment) == (0, f"{commitment} was erased before\n")


def test_reason_of_a_suspension_is_erased_when_it_has_ended(home: Home) -> None:
    write(home, "one.example")
    suspension = Revocation(b"one.example", True, ("gore",), reason="the aunt of one asked")
    revise_revocations(home.state, lambda before: (suspension,))
    build(home)
    commitment = statements(home, "one.example")[-1]
    assert "end it first (`filterdns lists suspend one.example --end`)" in erase(home, commitment)[1]
    revise_revocations(home.state, lambda before: ())
    build(home)
    status, output = erase(home, commitment)
    assert status == 0, output
    assert "/public/log/revocations/" in output
