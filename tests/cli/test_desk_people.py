from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from filterdns.cli.main import commands
from filterdns.config.settings import DeskSettings
from filterdns.transparency.casebook.casebook import open_casebook
from filterdns.transparency.casebook.passkeys import Passkey
from filterdns.transparency.desk import one_time, passwords
from tests.transparency.casebook.opened import new_casebook


@pytest.fixture
def state(tmp_path: Path) -> Path:
    new_casebook(tmp_path).close()
    return tmp_path


def desk(state: Path, *arguments: str) -> Result:
    return CliRunner().invoke(commands, ["desk", *arguments, "--state", str(state)])


def test_a_seat_comes_with_a_code_and_a_picture_once(state: Path) -> None:
    done = desk(state, "add", "rev-1", "--org", "School A", "--role", "school", "--interest", "sponsor:acme.example",
                "--interest", "Acme")  # fmt: skip
    assert done.exit_code == 0, done.output
    found = re.search(r"set-up code\s+(\S+)", done.output)
    secret = re.search(r"TOTP secret\s+([A-Z2-7]{32})", done.output)
    assert found is not None
    assert secret is not None
    assert f"secret={secret[1]}" in done.output
    assert "▄" in done.output
    book = open_casebook(state, DeskSettings())
    person = book.people.get("rev-1")
    assert person is not None
    assert (person.partner, person.duties, person.organisation) == ("school", ("panel", "review", "triage"), "School A")
    assert passwords.opens_setup(person.password, found[1], person.added)
    assert one_time.address(person.totp, "rev-1").startswith("otpauth://totp/")
    assert [(each.kind, each.party) for each in book.people.interests("rev-1")] == [
        ("sponsor", "acme.example"),
        ("employer", "Acme"),
    ]
    book.close()
    shown = desk(state, "list").output
    assert "rev-1  School A" in shown
    assert "keeps away from acme.example (sponsor)" in shown
    assert "has not chosen a password yet" in shown
    assert found[1] not in shown
    assert secret[1] not in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("Rev", "--org", "A", "--role", "school"), "expected 2 to 32"),
        (("rev $(x)", "--org", "A", "--role", "school"), "expected 2 to 32"),
        (("rev-1", "--org", " ", "--role", "school"), "--org"),
        (("rev-1", "--org", "A", "--role", "police"), "no seat"),
        (("rev-1", "--org", "A", "--role", "school", "--role", "health"), "expected one of"),
        (("rev-1", "--org", "A", "--role", "review"), "duties alone"),
        (("rev-1", "--org", "A", "--role", "school", "--role", "audit"), "school"),
        (("rev-1", "--org", "A", "--role", "health", "--role", "audit", "--role", "panel"), "nobody audits"),
        (("rev-1", "--org", "A", "--role", "school", "--interest", "friend:x"), "--interest"),
        (("rev-1", "--org", "A", "--role", "school", "--vkey", "x"), "--vkey"),
    ],
)
def test_what_is_no_seat_is_refused_and_nothing_is_kept(state: Path, arguments: tuple[str, ...], said: str) -> None:
    done = desk(state, "add", *arguments)
    assert done.exit_code == 1
    assert said in done.output
    assert "nobody sits at the desk" in desk(state, "list").output


def test_a_pseudonym_is_given_once(state: Path) -> None:
    assert desk(state, "add", "rev-1", "--org", "A", "--role", "health", "--role", "audit").exit_code == 0
    assert "is or was somebody's" in desk(state, "add", "rev-1", "--org", "A", "--role", "school").output
    assert desk(state, "remove", "rev-1").exit_code == 0
    assert desk(state, "remove", "rev-1").exit_code == 1
    assert "is or was somebody's" in desk(state, "add", "rev-1", "--org", "A", "--role", "school").output


def test_who_lost_the_telephone_gets_another_set_up(state: Path) -> None:
    desk(state, "add", "rev-1", "--org", "A", "--role", "school")
    again = desk(state, "renew", "rev-1")
    assert again.exit_code == 0, again.output
    code = re.search(r"set-up code\s+(\S+)", again.output)
    assert code is not None
    book = open_casebook(state, DeskSettings())
    person = book.people.get("rev-1")
    assert person is not None
    assert passwords.opens_setup(person.password, code[1], person.added)
    book.close()
    assert desk(state, "renew", "rev-9").exit_code == 1


@pytest.mark.parametrize("way", ["renew", "remove"])
def test_passkeys_are_told_and_end_with_the_secrets_of_a_seat(state: Path, way: str) -> None:
    desk(state, "add", "rev-1", "--org", "A", "--role", "school")
    book = open_casebook(state, DeskSettings())
    added = datetime(2026, 12, 1, tzinfo=UTC)
    for id in (b"1", b"2"):
        book.passkeys.add(Passkey(id, "rev-1", "My own telephone", b"key", 1, added))
    assert not book.passkeys.use(b"1", 1, added)
    told = desk(state, "list").output
    assert told.count("has a passkey since 2026-12-01") == 2
    assert told.count("may have been copied") == 1
    assert "telephone" not in told
    assert desk(state, way, "rev-1").exit_code == 0
    assert book.passkeys.of("rev-1") == []
    book.close()
