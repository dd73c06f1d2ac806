"""`filterdns lists look-up`: many names at once, and nothing is sent."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Run = Callable[..., Result]


def rows(output: str) -> list[list[str]]:
    return list(csv.reader(output.splitlines()))


def test_each_name_has_a_row_for_each_listing_and_those_without_one_row(run: Run, state: Path, tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_text(
        "# mine\nhttps://www.casino.example/roulette\n\nnothing.example\nBÜCHER.example\nkidshelpline.com.au\n"
    )
    result = run("lists", "look-up", file, "--state", state)
    assert result.exit_code == 0, result.output
    head, *told = rows(result.output)
    assert head == ["name", "listed_name", "category", "basis", "source", "ends"]
    casino, nothing, books, helpline = told
    assert casino[:5] == ["www.casino.example", "casino.example", "gambling", "imported", "own/gambling.txt"]
    assert casino[5] > "2027"
    assert nothing == ["nothing.example", "", "", "", "", ""]
    assert books[:3] == ["xn--bcher-kva.example", "xn--bcher-kva.example", "gambling"]
    assert (helpline[1:4], helpline[5]) == (["kidshelpline.com.au", "p1", "protected"], "")


def test_what_is_suspended_here_does_not_count(run: Run, state: Path, tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_text("casino.example\n")
    suspended = run("lists", "suspend", "casino.example", "--reason", "a mistake", "--state", state)
    assert suspended.exit_code == 0, suspended.output
    try:
        told = run("lists", "look-up", file, "--state", state).output
    finally:
        (state / "revocations").unlink()
    assert rows(told)[1] == ["casino.example", "", "", "", "", ""]


def test_lines_that_are_no_names_are_told_with_their_place_and_the_others_are_looked_up(
    run: Run, state: Path, tmp_path: Path
) -> None:
    file = tmp_path / "names.txt"
    file.write_text("casino.example\n192.0.2.1\nbad.example\n")
    result = run("lists", "look-up", file, "--state", state)
    assert result.exit_code == 1
    assert f"{file}:2: expected a name such as example.org, got '192.0.2.1'" in result.output
    assert "casino.example,casino.example,gambling" in result.output
    assert "bad.example,bad.example,malware" in result.output
    assert "1 lines are no names" in result.output
