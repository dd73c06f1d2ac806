from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from filterdns.cli.lists_suspend import command
from filterdns.lists.revocations import ALLOWED, Revocation, load_revocations, revocations_file, store_revocations

TODAY = datetime.now(UTC).date()


@pytest.fixture
def suspend(tmp_path: Path):  # type: ignore[no-untyped-def]
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(command, [*arguments, "--state", str(tmp_path)])

    return run


def stand(state: Path) -> tuple[Revocation, ...]:
    return load_revocations(revocations_file(state))


def test_a_suspension_is_written_with_its_reason_and_told(suspend, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    until = (TODAY + timedelta(days=30)).isoformat()
    result = suspend(
        "https://HILFE.bücher.example/x", "--reason", "a  help\nline", "--category", "adult", "--until", until
    )
    assert result.exit_code == 0, result.output
    (row,) = stand(tmp_path)
    assert (row.name, row.subdomains, row.categories) == (b"hilfe.xn--bcher-kva.example", True, ("adult",))
    assert (row.reason, row.until, row.since[:10], row.kind) == ("a help line", until, TODAY.isoformat(), "suspended")
    assert f"listings in adult do not count until {until}: a help line" in result.output


def test_another_for_the_same_name_and_category_replaces_it(suspend, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for more in (["--exact"], ["--category", "games"], []):
        assert suspend("a.example", "--reason", "why", *more).exit_code == 0
    assert [(row.categories, row.subdomains) for row in stand(tmp_path)] == [((), True), (("games",), True)]


def test_an_end_ends_all_of_the_name_or_one_category(suspend, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    other = Revocation(b"b.example", True, kind=ALLOWED)
    rows = [Revocation(b"a.example", True), Revocation(b"a.example", True, ("games",)), other]
    store_revocations(revocations_file(tmp_path), rows)
    assert "its listings count again" in suspend("a.example", "--end", "--category", "games").output
    assert stand(tmp_path) == (rows[0], other)
    assert suspend("a.example", "--end").exit_code == 0
    assert stand(tmp_path) == (other,)
    again = suspend("a.example", "--end")
    assert again.exit_code == 1
    assert "expected a suspension of a.example, got none" in again.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a.example"], "--reason: expected why"),
        (["a.example", "--reason", " "], "--reason: expected why"),
        (["a.example", "--reason", "x" * 501], "at most 500 characters, got 501"),
        (["com", "--reason", "why"], "expected the name of a site"),
        (["a..example", "--reason", "why"], "expected"),
        (["a.example", "--reason", "why", "--category", "fun"], "--category: expected one of"),
        (["a.example", "--reason", "why", "--category", "legal_order"], "orders from outside"),
        (["a.example", "--reason", "why", "--until", "soon"], "--until: expected a day such as"),
        (["a.example", "--reason", "why", "--until", TODAY.isoformat()], "expected a day to come"),
    ],
)
def test_what_cannot_be_meant_changes_nothing_and_is_told(suspend, tmp_path: Path, arguments, words: str) -> None:  # type: ignore[no-untyped-def]
    result = suspend(*arguments)
    assert result.exit_code == 1
    assert words in result.output
    assert stand(tmp_path) == ()


def test_a_damaged_file_is_not_written_over(suspend, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    revocations_file(tmp_path).write_bytes(b"nonsense")
    assert suspend("a.example", "--reason", "why").exit_code == 1
    assert revocations_file(tmp_path).read_bytes() == b"nonsense"
