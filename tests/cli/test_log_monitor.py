"""`filterdns log monitor`: made for a timer, so its exit status says it all."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result

from filterdns.clock import Clock
from filterdns.log.record.entries import read_entry
from tests.log.logs import Written, begin, day, decision, imported

Monitor = Callable[..., Result]


@pytest.fixture
def log(tmp_path: Path) -> Written:
    log = begin(tmp_path / "state", tmp_path / "elsewhere", Clock().when())
    log.append(decision(log.state, log.when, "www.xn--bcher-kva.example"), day(log.when))
    return log


@pytest.fixture
def monitor(log: Written, run: Callable[..., Result]) -> Monitor:
    return lambda *arguments: run("log", "monitor", *arguments, "--state", log.state)


def test_news_end_with_1_and_none_with_0(log: Written, monitor: Monitor) -> None:
    first = monitor("bücher.example")
    assert first.exit_code == 1, first.output
    assert "new entries: 3, about xn--bcher-kva.example: 1" in first.output
    assert "entry 1 of" in first.output
    assert '"roulette at www.xn--bcher-kva.example"' in first.output
    assert "hashed names cannot be watched by name" in first.output
    log.append(imported(log.when, 1))
    second = monitor("bücher.example")
    assert (second.exit_code, "new entries: 1, about xn--bcher-kva.example: 0" in second.output) == (0, True)


@pytest.mark.parametrize(
    "text", ["www.xn--bcher-kva.example", "WWW.Bücher.example", "*.example", ".example", "a.www.bücher.example"]
)
def test_a_name_is_taken_as_people_write_it(monitor: Monitor, text: str) -> None:
    assert monitor(text).exit_code == 1


def test_each_name_has_its_own_last_look(monitor: Monitor) -> None:
    assert monitor("bücher.example").exit_code == 1
    assert monitor("example").exit_code == 1
    assert monitor("other.example").exit_code == 0


def test_names_that_somebody_watches_are_not_on_the_disk(log: Written, monitor: Monitor) -> None:
    monitor("my-own-secret.example")
    looks = list((log.state / "seen").rglob("*"))
    assert looks
    assert not [path for path in looks if "secret" in path.name or (path.is_file() and b"secret" in path.read_bytes())]


def test_a_statement_is_watched_by_its_commitment(log: Written, monitor: Monitor) -> None:
    hashed = decision(log.state, log.when, "hidden.example", hashed=True)
    log.append(hashed)
    commitment = read_entry(hashed).fields["statement"]
    result = monitor(commitment)
    assert result.exit_code == 1
    assert f"statement {commitment}, which nobody can read here" in result.output
    assert monitor("hidden.example").exit_code == 0


def test_a_log_that_stands_still_ends_with_2(tmp_path: Path, run: Callable[..., Result]) -> None:
    log = begin(tmp_path / "old", tmp_path / "elsewhere", Clock().when() - timedelta(hours=50))
    result = run("log", "monitor", "example.org", "--state", log.state)
    assert result.exit_code == 2
    assert result.output.startswith("ALARM The newest entry is of ")


def test_a_rewound_log_ends_with_2_until_it_is_back(log: Written, monitor: Monitor) -> None:
    monitor("example")
    newest = (log.folder / "checkpoint").read_bytes()
    (log.folder / "checkpoint").write_bytes(log.notes[1])
    for _ in range(2):
        result = monitor("example")
        assert (result.exit_code, "rolled back" in result.output) == (2, True)
    (log.folder / "checkpoint").write_bytes(newest)
    assert monitor("example").exit_code == 0


def test_a_log_that_cannot_be_found_ends_with_2(tmp_path: Path, run: Callable[..., Result]) -> None:
    result = run("log", "monitor", "example.org", "--state", tmp_path / "nothing")
    assert result.exit_code == 2
    assert result.output.startswith("ALARM")


def test_another_log_is_watched_with_its_key(log: Written, tmp_path: Path, run: Callable[..., Result]) -> None:
    asked = ["--log", log.folder, "--vkey", log.vkey, "--seen", tmp_path / "last", "--state", tmp_path / "home"]
    assert run("log", "monitor", "example", *asked).exit_code == 1
    assert (tmp_path / "last").read_bytes() == log.notes[3]
    assert run("log", "monitor", "example", *asked).exit_code == 0


def test_for_programs(monitor: Monitor) -> None:
    told = json.loads(monitor("example", "--json").output)
    assert (told["begin"], told["end"], told["alarms"]) == (0, 3, [])
    assert told["news"][0]["fields"]["name"] == "www.xn--bcher-kva.example"
    assert told["news"][0]["statement"]["reason"] == {"en": "roulette at www.xn--bcher-kva.example"}


@pytest.mark.parametrize("text", ["", ".", "a..b", "x" * 300])
def test_what_is_no_name_is_refused(monitor: Monitor, text: str) -> None:
    """As a usage that is wrong, which is no news."""
    assert monitor(text).exit_code == 2
