"""`filterdns log verify`: of the own log, of a publisher's, of any; in words and for programs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from filterdns.clock import Clock
from filterdns.log.home.subscription import Subscription, store_subscription
from tests.log.logs import ORIGIN, Written, begin, day, decision, imported
from tests.log.web import served

Run = Callable[..., Result]


@pytest.fixture
def log(tmp_path: Path) -> Written:
    log = begin(tmp_path / "state", tmp_path / "elsewhere", Clock().when())
    log.append(decision(log.state, log.when, "a.example"), day(log.when))
    return log


@pytest.fixture
def copy(log: Written, tmp_path: Path) -> Path:
    return Path(shutil.copytree(log.folder, tmp_path / "copy"))


def kept(state: Path) -> Path:
    return state / "seen" / "lists.example+log" / "verify.checkpoint"


def test_the_own_log_is_verified(log: Written, run: Run) -> None:
    result = run("log", "verify", "--state", log.state)
    assert result.exit_code == 0, result.output
    assert "lists.example/log: 3 entries, root " in result.output
    assert f"signed by {log.vkey}" in result.output
    assert "statements: 1 opened, 0 erased, 0 of hashed names" in result.output
    assert result.output.splitlines()[-1].startswith("Sound:")


def test_a_log_that_has_just_begun_is_told_in_words_that_fit(tmp_path: Path, run: Run) -> None:
    log = begin(tmp_path / "fresh", tmp_path / "elsewhere", Clock().when())
    output = run("log", "verify", "--state", log.state).output
    assert "lists.example/log: 1 entry, root " in output
    assert "; no day has been noted yet\n" in output
    assert "none" not in output
    log.append(day(log.when))
    output = run("log", "verify", "--state", log.state).output
    assert "2 entries, root " in output
    assert f"; its days are noted up to {log.when.date()}\n" in output


def test_what_was_seen_is_kept_and_continued(log: Written, run: Run) -> None:
    run("log", "verify", "--state", log.state)
    assert kept(log.state).read_bytes() == log.notes[3]
    log.append(imported(log.when, 1))
    assert f"it continues {kept(log.state)}" in run("log", "verify", "--state", log.state).output
    assert kept(log.state).read_bytes() == log.notes[4]


def test_an_altered_entry_is_told_and_ends_with_1(log: Written, run: Run) -> None:
    """A7 of requirements section 4.4."""
    path = log.folder / "tile" / "entries" / "000.p" / "3"
    path.write_bytes(path.read_bytes().replace(b"gambling", b"phishing"))
    result = run("log", "verify", "--state", log.state)
    assert result.exit_code == 1
    assert "FAULT entry 1: expected leaf hash" in result.output
    assert "altered" in result.output
    assert result.output.splitlines()[-1].startswith("NOT SOUND:")
    assert not kept(log.state).exists()


def test_a_log_that_was_put_back_is_told_by_our_own_record(log: Written, copy: Path, run: Run) -> None:
    log.append(imported(log.when, 1))
    shutil.rmtree(log.folder)
    copy.rename(log.folder)
    result = run("log", "verify", "--state", log.state)
    assert result.exit_code == 1
    assert "rolled back" in result.output


def test_any_log_is_verified_with_its_key(log: Written, copy: Path, tmp_path: Path, run: Run) -> None:
    seen = tmp_path / "seen"
    result = run("log", "verify", copy, "--vkey", log.vkey, "--seen", seen, "--state", tmp_path / "home")
    assert result.exit_code == 0, result.output
    assert seen.read_bytes() == log.notes[3]
    assert not (tmp_path / "home").exists()


def test_a_policy_says_whom_to_trust(log: Written, copy: Path, tmp_path: Path, run: Run) -> None:
    policy = tmp_path / "policy"
    policy.write_text(f"log {log.vkey}\nquorum none\n")
    assert run("log", "verify", copy, "--policy", policy, "--state", tmp_path / "home").exit_code == 0
    policy.write_text("nonsense\n")
    result = run("log", "verify", copy, "--policy", policy, "--state", tmp_path / "home")
    assert (result.exit_code, f"{policy}: policy: line 1" in result.output) == (1, True)


def test_a_log_of_others_needs_a_key(copy: Path, tmp_path: Path, run: Run) -> None:
    result = run("log", "verify", copy, "--state", tmp_path / "home")
    assert result.exit_code == 2
    assert "--vkey or --policy" in result.output


def test_a_log_of_another_key_is_not_believed(copy: Path, tmp_path: Path, run: Run) -> None:
    other = begin(tmp_path / "other", tmp_path / "other-elsewhere", Clock().when())
    result = run("log", "verify", copy, "--vkey", other.vkey, "--state", tmp_path / "home")
    assert result.exit_code == 1
    assert "nobody whom you trust has signed it" in result.output


def test_a_home_verifies_the_log_of_its_publisher(log: Written, tmp_path: Path, run: Run) -> None:
    home = tmp_path / "home"
    with served(log.folder) as url:
        store_subscription(home, Subscription(url, log.vkey, ("listings",)))
        result = run("log", "verify", "--state", home)
    assert result.exit_code == 0, result.output
    assert ORIGIN in result.output
    assert kept(home).exists()


def test_for_programs(log: Written, run: Run) -> None:
    told = json.loads(run("log", "verify", "--state", log.state, "--json").output)
    assert (told["sound"], told["size"], told["faults"]) == (True, 3, [])
    assert told["note"].encode() == log.notes[3]


@pytest.mark.parametrize(("place", "words"), [("", "a publisher that this home follows"), ("nothing", "no such file")])
def test_where_no_log_is_it_says_what_to_do(log: Written, tmp_path: Path, run: Run, place: str, words: str) -> None:
    place_and_key = [tmp_path / place, "--vkey", log.vkey] if place else []
    result = run("log", "verify", *place_and_key, "--state", tmp_path / "home")
    assert result.exit_code == 1
    assert words in result.output
