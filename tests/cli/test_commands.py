from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from filterdns import __version__
from filterdns.cli.state import default_state

Run = Callable[..., Result]


def test_a_bad_configuration_is_told_whole_and_is_an_error(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("workers: 0\nschool: maybe\n")
    result = run("config", "check", file)
    assert result.exit_code == 1
    assert f"{file}:1: workers: expected" in result.output
    assert f"{file}:2: school: expected" in result.output
    assert "2 to mend" in result.output


def test_a_good_configuration_is_told_in_words(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(
        "timezone: Asia/Bangkok\n"
        "profiles: {kids: {template: age8-12, times: {mon-fri: 15:00-18:00, sat: 09:00-12:00, daily: 06:00-07:00}}}\n"
        "clients: {192.168.1.20: kids}\n"
    )
    result = run("config", "check", file)
    assert result.exit_code == 0, result.output
    assert "profile kids, for 192.168.1.20/32; filtered names get nxdomain" in result.output
    assert "open mon-fri 15:00-18:00, sat 09:00-12:00, daily 06:00-07:00 (Asia/Bangkok)" in result.output
    assert "profile whole-home, for everybody else" in result.output


def test_lists_are_built_once_for_the_same_inputs(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "lists" / "own" / "gambling.txt"
    own.parent.mkdir(parents=True)
    own.write_text("casino.example\nnot a name\n")
    first = run("lists", "build", "--state", tmp_path)
    assert first.exit_code == 0, first.output
    assert ": release 1\n" in first.output
    assert "own/gambling.txt:2: expected one name in a line" in first.output
    assert "release 1 is current" in run("lists", "build", "--state", tmp_path).output


def test_a_release_is_verified_whole_and_damage_is_told(run: Run, tmp_path: Path) -> None:
    run("lists", "build", "--state", tmp_path)
    assert "release 1 is whole: " in run("lists", "verify", "--state", tmp_path).output
    index = tmp_path / "releases" / "00000001" / "index"
    octets = bytearray(index.read_bytes())
    octets[-1] ^= 1
    index.write_bytes(octets)
    damaged = run("lists", "verify", "--state", tmp_path)
    assert damaged.exit_code == 1
    assert "the file is damaged" in damaged.output


def test_the_version_is_told(run: Run) -> None:
    assert run("version").output.startswith(f"filterdns {__version__} ")


def test_help_names_every_command(run: Run) -> None:
    for name in ("serve", "check", "config", "lists", "version"):
        assert f"\n  {name} " in run("--help").output


def test_state_lies_in_the_users_state_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/var/state")
    assert default_state() == Path("/var/state/filterdns")
    monkeypatch.setenv("XDG_STATE_HOME", "relative")  # to be ignored, says the specification
    monkeypatch.setenv("HOME", "/home/someone")
    assert default_state() == Path("/home/someone/.local/state/filterdns")
