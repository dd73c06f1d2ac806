"""What a whole and sound log is: also one whose keys changed, that has grown, that others have seen, that has ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from filterdns.errors import LogFault
from filterdns.log.checking.findings import Report
from filterdns.log.checking.seen import SeenCheckpoint, load_checkpoint, seen_file, store_checkpoint
from filterdns.log.checking.verify import verify_log
from filterdns.log.keys.life import finish_rotation, recover, rotate
from filterdns.log.reading.files import FolderFiles, MissingFile, WebFiles
from filterdns.log.record.entries import DAY, DECISIONS, END, read_entry, write_entry
from filterdns.tlog.checkpoint import parse_checkpoint
from filterdns.tlog.cosignature import cosign
from filterdns.tlog.note import (
    COSIGNATURE,
    SignedNote,
    Signer,
    VerifierKey,
    read_note,
    sign_note,
    write_note,
    write_vkey,
)
from filterdns.tlog.policy import Policy, parse_policy, policy_of
from filterdns.tlog.proof_file import parse_proof_file, write_proof_file
from tests.log.logs import Written, begin, day, decision, imported, outcome, release
from tests.log.web import served


@pytest.fixture
def log(tmp_path: Path) -> Written:
    log = begin(tmp_path / "state", tmp_path / "elsewhere")
    log.append(decision(log.state, log.when, "a.example"), day(log.when))
    return log


def verify(log: Written, policy: Policy | None = None, since: tuple[SeenCheckpoint, ...] = ()) -> Report:
    return verify_log(FolderFiles(log.folder), policy or policy_of(log.vkey), log.when, since)


def seen(note: bytes, where: str = "seen") -> SeenCheckpoint:
    return SeenCheckpoint(where, parse_checkpoint(read_note(note).text), note)


def test_what_was_looked_at_is_counted(log: Written) -> None:
    report = verify(log)
    assert report.is_sound
    assert report.types == {"begin": 1, "decision": 1, "day": 1}
    assert (report.origin, report.size, report.opened) == ("lists.example/log", 3, 1)
    assert (report.first_at, report.last_at, report.last_day) == (
        "2026-11-25T03:04:05Z",
        "2026-11-25T03:04:05Z",
        "2026-11-25",
    )
    assert report.signed_by == (log.vkey,)
    assert report.as_json()["sound"] is True


@pytest.mark.parametrize("size", [1, 255, 256, 257, 512, 513])
def test_logs_of_sizes_around_a_tile_are_sound(tmp_path: Path, size: int) -> None:
    log = begin(tmp_path / "state", tmp_path / "elsewhere")
    if size > 1:
        log.append(*(imported(log.when, number) for number in range(size - 1)))
    report = verify(log, since=(seen(log.notes[1]),))
    assert report.faults == []
    assert (report.size, report.held) == (size, ("seen",))


def test_it_tells_how_far_it_is(log: Written) -> None:
    log.append(*(imported(log.when, number) for number in range(300)))
    told: list[tuple[int, int]] = []
    verify_log(
        FolderFiles(log.folder), policy_of(log.vkey), log.when, tell=lambda done, size: told.append((done, size))
    )
    assert told == [(256, 303), (303, 303)]


def test_a_reader_with_an_old_key_gets_to_the_one_in_use(log: Written) -> None:
    old = log.vkey
    rotate(log.state, log.when)
    finish_rotation(log.state, log.when)
    log.append(day(log.when))
    assert log.vkey != old
    for vkey in (old, log.vkey):
        report = verify(log, policy_of(vkey))
        assert report.faults == []
        assert report.signed_by == (log.vkey,)


def test_a_log_whose_key_was_lost_is_sound(log: Written, tmp_path: Path) -> None:
    old = log.vkey
    (log.state / "log" / "key").unlink()
    recover(log.state, tmp_path / "elsewhere" / "recovery", log.when)
    report = verify(log, policy_of(old))
    assert report.faults == []
    assert report.signed_by != (old,)


def test_releases_that_an_old_key_signed_for_stay_right(log: Written) -> None:
    log.append(release(log.when, 1))
    log.lay_release(1, 3)
    rotate(log.state, log.when)
    finish_rotation(log.state, log.when)
    report = verify(log)
    assert (report.faults, report.releases) == ([], 1)


def test_releases_whose_proofs_were_made_anew_under_a_new_key_are_right(log: Written) -> None:
    log.append(release(log.when, 1))
    rotate(log.state, log.when)
    finish_rotation(log.state, log.when)
    log.lay_release(1, 3)
    report = verify(log)
    assert (report.faults, report.releases) == ([], 1)


def test_a_release_whose_proof_another_log_signed_is_told(log: Written, tmp_path: Path) -> None:
    log.append(release(log.when, 1))
    log.lay_release(1, 3)
    path = log.folder / "releases" / "1" / "release.tlog-proof"
    proof = parse_proof_file(path.read_bytes())
    note = sign_note(read_note(proof.checkpoint).text, [Signer("lists.example/log", bytes(32))])
    path.write_bytes(write_proof_file(replace(proof, checkpoint=note)))
    (fault,) = verify(log).faults
    assert fault.where == "releases/1/release.tlog-proof"


@pytest.mark.parametrize("octets", [b"decided", b"another", None])
def test_what_was_decided_last_lies_beside_the_log(log: Written, octets: bytes | None) -> None:
    digest = sha256(b"decided").hexdigest()
    log.append(write_entry(DECISIONS, log.when, sha256=digest, octets=7))
    if octets is not None:
        (log.folder / "decisions").mkdir()
        (log.folder / "decisions" / digest).write_bytes(octets)
    assert [fault.where for fault in verify(log).faults] == ([] if octets == b"decided" else [f"decisions/{digest}"])


def test_a_release_whose_proof_is_of_another_entry_is_told(log: Written) -> None:
    log.append(release(log.when, 1), release(log.when, 2))
    log.lay_release(1, 3)
    log.lay_release(2, 3)
    assert {fault.where for fault in verify(log).faults} == {"releases/2/entry.json", "releases/2/release.tlog-proof"}


def test_a_log_that_has_ended_is_sound(log: Written) -> None:
    log.append(write_entry(END, log.when, successor=""))
    report = verify(log)
    assert report.is_sound
    assert report.has_ended


def test_a_clock_that_was_set_right_by_hours_is_no_fault(log: Written) -> None:
    log.append(imported(log.later(hours=20), 1))
    log.append(imported(log.later(hours=-20), 1))
    assert verify(log).faults == []


def test_an_entry_of_next_week_is_told(log: Written) -> None:
    log.append(imported(log.later(days=7), 1))
    log.when -= timedelta(days=7)
    (fault,) = verify(log).faults
    assert (fault.where, fault.got) == ("entry 3", "2026-12-02T03:04:05Z")


def test_the_entry_of_a_day_long_past_is_told(log: Written) -> None:
    log.append(write_entry(DAY, log.when, date="2026-11-01", appeals={}))
    assert [fault.where for fault in verify(log).faults] == ["entry 3"]


def test_where_no_log_is_it_is_said(tmp_path: Path, log: Written) -> None:
    with pytest.raises(MissingFile):
        verify_log(FolderFiles(tmp_path), policy_of(log.vkey), log.when)


def test_a_checkpoint_of_another_log_says_nothing(log: Written) -> None:
    other = seen(log.notes[1].replace(b"lists.example/log\n1", b"other.example/log\n1"))
    (fault,) = verify(log, since=(other,)).faults
    assert "another log" in fault.means


class TestWitnesses:
    NAME = "witness.example/w1"
    SEED = bytes(range(32, 64))

    @pytest.fixture
    def policy(self, log: Written) -> Policy:
        vkey = write_vkey(VerifierKey(self.NAME, COSIGNATURE, Signer(self.NAME, self.SEED).key.public))
        return parse_policy(f"log {log.vkey}\nwitness w1 {vkey}\nquorum w1\n")

    def test_a_checkpoint_that_no_witness_saw_is_not_believed(self, log: Written, policy: Policy) -> None:
        (fault,) = verify(log, policy).faults
        assert "quorum" in fault.got

    def test_when_a_witness_saw_it_is_told(self, log: Written, policy: Policy) -> None:
        note = read_note(log.notes[3])
        cosignature = cosign(note.text, 1790000000, Signer(self.NAME, self.SEED))
        (log.folder / "checkpoint").write_bytes(write_note(SignedNote(note.text, (*note.signatures, cosignature))))
        report = verify(log, policy)
        assert (report.faults, report.cosigned) == ([], {"w1": 1790000000})


def test_a_log_behind_a_url_is_verified(log: Written) -> None:
    log.append(*(imported(log.when, number) for number in range(300)))
    with served(log.folder) as url:
        files = WebFiles(url)
        report = verify_log(files, policy_of(log.vkey), log.when)
        files.close()
    assert (report.faults, report.size, report.where) == ([], 303, url)


class TestSeen:
    def test_a_checkpoint_is_kept_as_it_is(self, log: Written, tmp_path: Path) -> None:
        path = seen_file(tmp_path, "lists.example/log")
        assert load_checkpoint(path) is None
        store_checkpoint(path, log.notes[3])
        kept = load_checkpoint(path)
        assert kept is not None
        assert (kept.note, kept.checkpoint.size) == (log.notes[3], 3)
        assert path.read_bytes() == log.notes[3]

    def test_a_damaged_one_is_not_taken_for_none(self, tmp_path: Path) -> None:
        path = tmp_path / "seen"
        for octets in (b"", b"lists.example/log\n3\n", b"\xff"):
            path.write_bytes(octets)
            with pytest.raises(LogFault, match="seen"):
                load_checkpoint(path)


def test_outcomes_of_cases_are_opened_and_held_against_what_was_said(log: Written) -> None:
    log.append(outcome(log.state, log.when), outcome(log.state, log.when, hashed=True))
    report = verify(log)
    assert (report.faults, report.types["outcome"], report.closed) == ([], 2, 1)
    wrong = read_entry(outcome(log.state, log.when, "other.example"))
    log.append(write_entry("outcome", log.when, **{**wrong.fields, "name": "clinic.example"}))
    (fault,) = verify(log).faults
    assert "a statement with name clinic.example" in str(fault)


def test_an_outcome_that_was_dated_otherwise_than_it_went_is_told(log: Written) -> None:
    ahead = (log.when + timedelta(days=3)).date().isoformat()
    log.append(outcome(log.state, log.when, received=ahead), outcome(log.state, log.when, decided=ahead))
    assert [fault.where for fault in verify(log).faults] == ["entry 3", "entry 4"]
