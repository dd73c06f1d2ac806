from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from filterdns.cli.lists_clock import command
from filterdns.clock import Clock
from filterdns.confirmed import is_confirmed


def test_a_clock_that_a_person_vouches_for_is_confirmed(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["--state", str(tmp_path)])
    assert result.exit_code == 0
    assert "UTC is confirmed" in result.output
    clock = Clock()
    assert is_confirmed(tmp_path, clock.when().timestamp() - clock.now())


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["--state", str(tmp_path / "missing")])
    assert result.exit_code == 1
    assert "expected room for a line" in result.output
