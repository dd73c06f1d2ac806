"""`filterdns lists lint` as people run it."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from filterdns.cli.lists_lint import command
from filterdns.clock import Clock
from filterdns.lists.categories_file import load_categories
from filterdns.lists.shipped import shipped_folder
from tests.lists.entries import own_entry
from tests.lists.written import write, write_right_folder

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., Result]


@pytest.fixture
def right(tmp_path: Path) -> Path:
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "categories.yaml").write_bytes((shipped_folder() / "categories.yaml").read_bytes())
    today = Clock().when().date().isoformat()
    write_right_folder(folder, load_categories(folder / "categories.yaml"), today)
    return folder


def test_right_folder_ends_well(run: Run, right: Path) -> None:
    result = run("lists", "lint", right)
    assert result.exit_code == 0, result.output
    assert ": 0 faults, 0 warnings\n" in result.output
    assert "36 entries in 33 files checked in " in result.output
    assert "note: 4 protected names" in result.output


def test_faults_are_told_with_lines_and_end_badly(run: Run, right: Path) -> None:
    file = right / "own" / "hate.yaml"
    file.write_text(file.read_text() + own_entry("www.help.example") + own_entry("x"))
    result = run("lists", "lint", right)
    assert result.exit_code == 1
    name = f'{file}:15: [2].name: expected a domain name of two labels or more, got "x"\n'
    assert name in result.output
    got = f"{file}:8: [1].name: expected a name that is not protected, got a protected one (protected/p1.yaml:2)\n"
    assert got in result.output
    assert ": 2 faults, 0 warnings\n" in result.output


def test_warnings_alone_end_well(run: Run, right: Path) -> None:
    write(
        right,
        services__more="- {id: a, name: A, category: games, domains: [a.example], breaks: {en: x}, about: {en: x}}\n",
    )
    result = run("lists", "lint", right)
    assert result.exit_code == 0
    where = right / "services" / "more.yaml"
    assert (
        f"{where}:1: warning: a: domains: expected names that a listing of ours covers, got a.example; list it in"
        in result.output
    )


def test_one_file_is_told_of_alone(run: Run, right: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(right, own__adult=own_entry("x"), own__hate=own_entry("y"))
    result = run("lists", "lint", right / "own" / "adult.yaml")
    assert result.exit_code == 1
    assert "hate.yaml" not in result.output
    assert "0 entries in 1 file checked" in result.output
    monkeypatch.chdir(right / "own")
    assert "adult.yaml:1: [0].name" in run("lists", "lint", "adult.yaml").output
    monkeypatch.chdir(right)
    assert "\nown/hate.yaml:1: [0].name" in run("lists", "lint", ".").output
    assert "own/hate.yaml:1: [0].name" in run("lists", "lint", "own/hate.yaml").output


def test_own_lists_of_an_installation_are_checked(run: Run, tmp_path: Path) -> None:
    overlay = tmp_path / "state" / "lists"
    write(overlay, own__adult=own_entry("www.kidshelpline.com.au") + own_entry("x"))
    result = run("lists", "lint", "--state", tmp_path / "state")
    assert result.exit_code == 1
    assert f"{overlay / 'own' / 'adult.yaml'}:8: [1].name" in result.output
    warning = (
        f"{overlay / 'own' / 'adult.yaml'}:1: warning: www.kidshelpline.com.au: expected a name that may be listed"
    )
    assert warning in result.output
    alone = run("lists", "lint", overlay)
    assert "1 entry in 1 file checked" in alone.output
    assert run("lists", "lint", "--state", tmp_path / "none").exit_code in (0, 1)


def test_shipped_lists_are_checked_within_three_seconds_from_a_cold_start() -> None:
    code = "from filterdns.cli.lists_lint import command; command()"
    before = _children_cpu_seconds()
    arguments = [sys.executable, "-c", code, str(shipped_folder())]
    subprocess.run(arguments, check=False, cwd=ROOT, env=dict(os.environ), capture_output=True, timeout=60)
    assert 0 < _children_cpu_seconds() - before < 3  # a tenth of that is usual


def _children_cpu_seconds() -> float:
    """What ended children have used: time that other programs take from them is not theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_command_is_part_of_the_lists(run: Run) -> None:
    assert command.name == "lint"
    assert "\n  lint " in run("lists", "--help").output
