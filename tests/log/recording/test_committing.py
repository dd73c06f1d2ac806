"""Of a statement that never came into the log no body is left, wherever the machine stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from filterdns.errors import LogFault
from filterdns.log.places import names_folder, pending_file, private_folder
from filterdns.log.reading.reader import entries_about, open_local
from filterdns.log.record.entries import DECISION, read_entry, write_entry
from filterdns.log.recording.appending import open_append
from filterdns.log.writing.writer import LogWriter
from tests.lists.test_crash import killed_before
from tests.log.kept import WHEN, begin, check_whole

OPEN = {"v": 1, "kind": "listing", "name": "open.example"}
HASHED = {"v": 1, "kind": "listing", "name": "hashed.example"}


def append(state: Path) -> None:
    with open_append(state, WHEN) as log:
        for statement, is_open in ((OPEN, True), (HASHED, False), (OPEN, True)):
            commitment = log.commit(statement, is_open=is_open)
            said = {"name": statement["name"], "scope": "exact"} if is_open else {}
            fields = {"kind": "listing", "action": "added", "category": "adult", "basis": "reviewed", **said}
            log.add(write_entry(DECISION, WHEN, statement=commitment, **fields))
        log.write()


def kept(state: Path) -> set[str]:
    """Names of all files with a body, whole or not."""
    return {path.name for path in state.rglob("statements/*/*") if path.is_file()}


def logged(state: Path) -> set[str]:
    reader = open_local(state)
    entries = (read_entry(octets) for octets in reader.entries(0, reader.size))
    return {f"{entry.fields['statement']}.json" for entry in entries if entry.type == DECISION}


def test_killed_before_any_change_bodies_and_entries_agree_once_somebody_writes(tmp_path: Path) -> None:
    state = begin(tmp_path)
    step, left_behind = 0, 0
    while True:
        step += 1
        if not killed_before(step, state, lambda: append(state)):
            break
        left_behind += kept(state) != logged(state)
        with open_append(state, WHEN):
            pass
        assert kept(state) == logged(state), step
        assert not (private_folder(state) / "committing").exists()
    assert left_behind > 5
    assert kept(state) == logged(state)
    check_whole(state)


def test_what_an_append_refuses_leaves_nothing_and_the_next_one_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = begin(tmp_path)
    append(state)
    before = kept(state)

    def refuse(writer: LogWriter, entries: object) -> None:
        raise LogFault("expected a day, got another")

    with monkeypatch.context() as patched:
        patched.setattr(LogWriter, "append", refuse)
        with pytest.raises(LogFault):
            append(state)
    assert kept(state) == before
    append(state)
    assert kept(state) == logged(state)
    assert entries_about(state, "hashed.example") == [2, 5]


def test_statements_of_an_append_that_waits_for_its_quorum_are_kept(tmp_path: Path) -> None:
    """They will be in the log: whoever opens it next goes on with it."""
    state = begin(tmp_path)

    class Missing:
        def cosign(self, note: bytes, tree: object, old_size: int) -> bytes:
            raise LogFault("expected quorum")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(LogWriter, "_own_witnesses", lambda writer, signers: Missing())
        with pytest.raises(LogFault, match="expected quorum"):
            append(state)
        assert pending_file(state).exists()
        assert len(kept(state)) == 3
        with pytest.raises(LogFault, match="expected quorum"):
            append(state)
    assert len(kept(state)) == 3
    append(state)
    assert len(kept(state)) == 6
    assert kept(state) == logged(state)
    assert names_folder(state).is_dir()


def test_a_note_that_a_crash_cut_is_no_note(tmp_path: Path) -> None:
    state = begin(tmp_path)
    append(state)
    for octets in (b"", b"{", b'{"size":1}', b"[]"):
        (private_folder(state) / "committing").write_bytes(octets)
        append(state)
    assert kept(state) == logged(state)
