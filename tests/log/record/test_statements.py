from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from filterdns.errors import LogFault
from filterdns.log.erasing.erase import erase_statement
from filterdns.log.erasing.erasures import begin_erasure
from filterdns.log.places import erasing_folder, names_folder, statement_file
from filterdns.log.reading.reader import entries_about, open_local
from filterdns.log.record.entries import read_entry, write_entry
from filterdns.log.record.statements import Body, check_opening, commit, commit_all, erase, open_statement, write_body
from filterdns.tlog.canonical import write_canonical
from tests.lists.test_crash import killed_before
from tests.log.kept import WHEN, append, begin, check_whole

STATEMENT = {"name": "play.example", "scope": "exact", "reason": {"en": "Roulette for money, seen on 3 March."}}


def decision(statement: str, **named: str) -> bytes:
    fields = {"kind": "listing", "action": "added", "category": "adult", "basis": "reviewed", **named}
    return write_entry("decision", WHEN, statement=statement, **fields)


def test_commitment_is_the_digest_of_nonce_and_canonical_statement(tmp_path: Path) -> None:
    commitment = commit(tmp_path, STATEMENT, is_open=True)
    body = open_statement(tmp_path, commitment)
    assert body is not None
    assert len(body.nonce) == 32
    assert hashlib.sha256(body.nonce + write_canonical(STATEMENT)).hexdigest() == commitment
    assert body.statement == STATEMENT
    check_opening(commitment, body)


def test_same_statement_twice_has_two_commitments_that_tell_nothing(tmp_path: Path) -> None:
    first, second = commit_all(tmp_path, [(STATEMENT, True), (STATEMENT, False)])
    assert first != second


def test_open_bodies_lie_with_readers_and_hashed_ones_do_not(tmp_path: Path) -> None:
    is_open, hashed = commit_all(tmp_path, [(STATEMENT, True), (STATEMENT, False)])
    public = tmp_path / "public" / "log" / "statements" / is_open[:2] / f"{is_open}.json"
    private = tmp_path / "log" / "statements" / hashed[:2] / f"{hashed}.json"
    assert set(tmp_path.rglob("*.json")) == {public, private}
    assert stat.S_IMODE(private.stat().st_mode) & 0o007 == 0


def test_body_of_another_statement_opens_nothing(tmp_path: Path) -> None:
    commitment = commit(tmp_path, STATEMENT, is_open=True)
    other = Body(os.urandom(32), {**STATEMENT, "scope": "subdomains"})
    with pytest.raises(LogFault, match="got another"):
        check_opening(commitment, other)
    statement_file(tmp_path, commitment, is_open=True).write_bytes(write_body(other))
    with pytest.raises(LogFault, match=f"{commitment}.json: .*restore it from a copy"):
        open_statement(tmp_path, commitment)


@pytest.mark.parametrize("octets", [b"", b"{}", b"[]", b'{"nonce":"00","statement":{}}', b"x" * 70_000])
def test_damaged_body_is_told_with_its_file(tmp_path: Path, octets: bytes) -> None:
    commitment = commit(tmp_path, STATEMENT, is_open=False)
    path = statement_file(tmp_path, commitment, is_open=False)
    path.write_bytes(octets)
    with pytest.raises(LogFault, match=f"^{path}: "):
        open_statement(tmp_path, commitment)


@pytest.mark.parametrize("commitment", ["", "../../etc/passwd", "ab" * 31 + "/.", "AB" * 32, "ab" * 33])
def test_what_is_no_commitment_leads_to_no_file(tmp_path: Path, commitment: str) -> None:
    for ask in (open_statement, erase):
        with pytest.raises(LogFault, match="expected a commitment"):
            ask(tmp_path, commitment)


def test_statement_that_is_too_long_or_no_json_is_not_kept(tmp_path: Path) -> None:
    statements: list[dict[str, Any]] = [{"reason": "x" * 70_000}, {"weight": 0.5}, {"reason": {1: "x"}}]
    for statement in statements:
        with pytest.raises(LogFault):
            commit(tmp_path, statement, is_open=True)
    assert list(tmp_path.rglob("*.json")) == []


def test_unknown_statement_opens_to_none(tmp_path: Path) -> None:
    assert open_statement(tmp_path, "ab" * 32) is None


def test_erased_body_is_gone_from_both_places_and_twice_is_as_good(tmp_path: Path) -> None:
    commitment = commit(tmp_path, STATEMENT, is_open=True)
    private = statement_file(tmp_path, commitment, is_open=False)
    private.parent.mkdir(parents=True)
    private.write_bytes(statement_file(tmp_path, commitment, is_open=True).read_bytes())
    assert erase(tmp_path, commitment)
    assert not erase(tmp_path, commitment)
    assert open_statement(tmp_path, commitment) is None
    assert list(tmp_path.rglob("*.json")) == []


def test_erasing_leaves_a_tombstone_and_nothing_else(tmp_path: Path) -> None:
    state = begin(tmp_path)
    commitment = commit(state, STATEMENT, is_open=True)
    append(state, [decision(commitment, name="play.example", scope="exact")])
    assert erase_statement(state, commitment, "personal_data", WHEN)
    reader = check_whole(state)
    tombstone = read_entry(reader.entry(reader.size - 1))
    assert (tombstone.type, tombstone.fields) == ("erasure", {"statement": commitment, "why": "personal_data"})
    assert open_statement(state, commitment) is None
    assert entries_about(state, commitment) == [1, 2]
    assert not erase_statement(state, commitment, "personal_data", WHEN)
    assert open_local(state).size == 3
    assert b"Roulette" not in b"".join(path.read_bytes() for path in state.rglob("*") if path.is_file())


def test_name_of_an_erased_hashed_decision_is_nowhere_on_the_disk(tmp_path: Path) -> None:
    state = begin(tmp_path)
    commitment, other = commit_all(state, [(STATEMENT, False), ({**STATEMENT, "name": "other.example"}, False)])
    append(state, [decision(commitment), decision(other)])
    assert entries_about(state, "play.example") == [1]
    assert any(b"play.example" in path.read_bytes() for path in names_folder(state).iterdir())
    erase_statement(state, commitment, "law", WHEN)
    assert entries_about(state, "play.example") == []
    assert entries_about(state, "other.example") == [2]
    assert not any(b"play.example" in path.read_bytes() for path in state.rglob("*") if path.is_file())


def test_statement_that_the_log_does_not_have_is_not_erased(tmp_path: Path) -> None:
    state = begin(tmp_path)
    with pytest.raises(LogFault, match="is it copied whole"):
        erase_statement(state, "ab" * 32, "harm", WHEN)
    with pytest.raises(LogFault, match="expected one of personal_data"):
        erase_statement(state, commit(state, STATEMENT, is_open=True), "because", WHEN)
    assert open_local(state).size == 1


def test_erasure_that_was_noted_is_finished_by_whoever_writes_next(tmp_path: Path) -> None:
    state = begin(tmp_path)
    commitment = commit(state, STATEMENT, is_open=False)
    append(state, [decision(commitment)])
    begin_erasure(state, commitment, "harm")
    append(state, [decision("cd" * 32)])
    assert open_statement(state, commitment) is None
    assert read_entry(open_local(state).entry(2)).type == "erasure"
    assert list(erasing_folder(state).iterdir()) == []


def test_erasure_killed_before_any_change_ends_whole_with_one_tombstone(tmp_path: Path) -> None:
    state = begin(tmp_path)
    step, was_killed = -1, True
    while was_killed:
        step += 2
        commitment = commit(state, STATEMENT, is_open=True)
        size = append(state, [decision(commitment, name="play.example", scope="exact")]).size
        was_killed = killed_before(step, state, lambda: erase_statement(state, commitment, "law", WHEN))  # noqa: B023
        if open_local(state).size > size:  # the log says so: then it is so, as soon as somebody writes
            append(state, [decision("cd" * 32)])
        else:
            erase_statement(state, commitment, "law", WHEN)
        assert open_statement(state, commitment) is None
        reader = open_local(state)
        assert [read_entry(entry).type for entry in reader.entries(size, reader.size)].count("erasure") == 1
    check_whole(state)
    assert step > 20
