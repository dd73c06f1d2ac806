"""`filterdns desk backup` and `desk check`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from filterdns.cli.main import commands
from tests.transparency.casebook.appealing import appeal
from tests.transparency.casebook.opened import casebook_file, new_casebook


@pytest.fixture
def desk(tmp_path: Path) -> Callable[..., Result]:
    """`desk("check")` on a casebook with one case."""
    book = new_casebook(tmp_path / "state")
    appeal(book)
    book.close()

    def run(*words: str) -> Result:
        return CliRunner().invoke(commands, ["desk", *words, "--state", str(tmp_path / "state")])

    return run


def test_whole_casebook_is_told(desk: Callable[..., Result]) -> None:
    told = desk("check")
    assert told.exit_code == 0
    assert told.output == "the casebook is whole\n"


def test_damage_is_told_and_is_no_success(desk: Callable[..., Result], tmp_path: Path) -> None:
    book = new_casebook(tmp_path / "other")
    appeal(book)
    with book._store._writers.begin() as connection:
        connection.execute(text("UPDATE cases SET appeals = 5"))
    book.close()
    casebook_file(tmp_path / "state").write_bytes(casebook_file(tmp_path / "other").read_bytes())
    told = desk("check")
    assert told.exit_code == 1
    assert "case 1: appeals: its events say 1, its row says 5" in told.output
    assert "go back to a backup" in told.output


def test_backup_is_written_once(desk: Callable[..., Result], tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    told = desk("backup", str(copy))
    assert told.exit_code == 0, told.output
    assert told.output == f"{copy}: {copy.stat().st_size} octets, checked\n"
    again = desk("backup", str(copy))
    assert again.exit_code == 1
    assert "expected a file that is not there yet" in again.output


def test_where_there_is_no_casebook_none_is_begun(tmp_path: Path) -> None:
    for words in (["check"], ["backup", str(tmp_path / "copy")]):
        told = CliRunner().invoke(commands, ["desk", *words, "--state", str(tmp_path / "nothing")])
        assert told.exit_code == 1
        assert "expected a casebook, got none" in told.output
    assert list(tmp_path.iterdir()) == []


def test_casebook_elsewhere_is_found_by_the_configuration(tmp_path: Path) -> None:
    new_casebook(tmp_path / "elsewhere").close()
    configuration = tmp_path / "filterdns.yaml"
    configuration.write_text(f"role: publisher\ndesk:\n  database: sqlite:///{casebook_file(tmp_path / 'elsewhere')}\n")
    told = CliRunner().invoke(commands, ["desk", "check", "--config", str(configuration)])
    assert told.output == "the casebook is whole\n"
    configuration.write_text("desk:\n  data_base: x\n")
    assert "filterdns.yaml:2" in CliRunner().invoke(commands, ["desk", "check", "--config", str(configuration)]).output
