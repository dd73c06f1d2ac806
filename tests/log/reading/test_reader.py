from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filterdns.errors import LogFault
from filterdns.log.places import names_folder, policy_file, public_folder
from filterdns.log.reading.files import FolderFiles, MissingFile
from filterdns.log.reading.reader import LogReader, TreeReader, entries_about, open_local
from filterdns.log.record.entries import write_entry
from filterdns.log.record.statements import commit
from filterdns.log.writing.writer import open_writer
from filterdns.tlog.policy import parse_policy, policy_of
from filterdns.tlog.proof_file import parse_proof_file, write_proof_file
from filterdns.tlog.tree import check_consistency, leaf_hash, root_of
from tests.log.kept import WHEN, append, begin, days

SIZE = 1_000


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of a thousand entries in two checkpoints."""
    state = begin(tmp_path_factory.mktemp("log"))
    append(state, days(SIZE // 2 - 1))
    append(state, days(SIZE // 2, SIZE // 2 - 1))
    return state


@pytest.fixture
def copy(state: Path, tmp_path: Path) -> Path:
    """The public part, to do harm to."""
    shutil.copytree(public_folder(state), tmp_path / "log")
    return tmp_path / "log"


def reader_of(folder: Path) -> LogReader:
    return LogReader(FolderFiles(folder), parse_policy((folder / "policy").read_text()))


@settings(max_examples=40)
@given(st.integers(0, SIZE - 1))
def test_every_proof_holds_by_itself(state: Path, index: int) -> None:
    reader = open_local(state)
    proof = parse_proof_file(write_proof_file(reader.proof(index)))
    checked = proof.check(reader.entry(index), parse_policy(policy_file(state).read_text()))
    assert checked.checkpoint == reader.checkpoint
    with pytest.raises(LogFault):
        proof.check(reader.entry((index + 1) % SIZE), parse_policy(policy_file(state).read_text()))


@settings(max_examples=40)
@given(st.integers(0, SIZE), st.integers(0, SIZE))
def test_any_part_of_the_log_is_what_was_appended(state: Path, one: int, other: int) -> None:
    begin_, end = sorted((one, other))
    reader = open_local(state)
    everything = [reader.entry(0), *days(SIZE - 1)]
    assert list(reader.entries(begin_, end)) == everything[begin_:end]


@settings(max_examples=40)
@given(st.integers(1, SIZE))
def test_every_earlier_size_is_shown_to_be_a_prefix(state: Path, size: int) -> None:
    reader = open_local(state)
    old_root = _root(reader, size)
    check_consistency(size, old_root, reader.size, reader.checkpoint.root, reader.consistency(size))
    with pytest.raises(LogFault):
        check_consistency(size, bytes(32), reader.size, reader.checkpoint.root, reader.consistency(size))


def _root(reader: TreeReader, size: int) -> bytes:
    return root_of([leaf_hash(entry) for entry in reader.entries(0, size)])


@pytest.mark.parametrize("index", [-1, SIZE, SIZE + 7])
def test_entry_beyond_the_checkpoint_is_not_there(state: Path, index: int) -> None:
    with pytest.raises(LogFault, match=f"expected an index below the size {SIZE}, got {index}"):
        open_local(state).entry(index)
    with pytest.raises(LogFault):
        list(open_local(state).entries(0, SIZE + 1))


def test_reader_stays_at_its_checkpoint_while_the_log_grows(tmp_path: Path) -> None:
    state = begin(tmp_path)
    append(state, days(300))
    reader = open_local(state)
    append(state, days(1, 300))
    assert reader.size == 301
    assert list(reader.entries(1, 301)) == days(300)
    append(state, days(500, 301))  # its partial tiles are still there, or full now
    fresh = TreeReader(reader.files, reader.checkpoint, reader.note)
    assert list(fresh.entries(1, 301)) == days(300)
    fresh.proof(299)


HARM = {
    "an entry altered": ("tile/entries/001", lambda octets: octets.replace(b'"adult":300', b'"adult":301')),
    "two entries swapped": ("tile/entries/001", lambda octets: octets[200:] + octets[:200]),
    "a bundle cut": ("tile/entries/001", lambda octets: octets[:-1]),
    "a bundle too long": ("tile/entries/001", lambda octets: octets + b"\0\0"),
    "an upper tile altered": ("tile/1/000.p/3", lambda octets: bytes(32) + octets[32:]),
    "a tile cut": ("tile/1/000.p/3", lambda octets: octets[:-1]),
}


@pytest.mark.parametrize("harm", HARM)
def test_what_is_not_under_the_root_is_told_with_its_file(copy: Path, harm: str) -> None:
    path, change = HARM[harm]
    before = (copy / path).read_bytes()
    (copy / path).write_bytes(change(before))
    assert (copy / path).read_bytes() != before
    with pytest.raises(LogFault, match=f"{copy}: tile/entries/"):
        list(reader_of(copy).entries(0, SIZE))


def test_missing_bundle_is_told_as_missing(copy: Path) -> None:
    (copy / "tile/entries/002").unlink()
    reader = reader_of(copy)
    reader.entry(0)
    with pytest.raises(MissingFile, match="tile/entries/002"):
        reader.entry(600)


def test_log_of_another_key_is_not_read(state: Path, tmp_path: Path) -> None:
    other = begin(tmp_path)
    vkey = policy_file(other).read_text().split("log ")[-1].split()[0]
    with pytest.raises(LogFault, match="expected a signature of"):
        LogReader(FolderFiles(public_folder(state)), policy_of(vkey))
    with pytest.raises(MissingFile):
        LogReader(FolderFiles(tmp_path / "nowhere"), policy_of(vkey))


# What is about a name


def decision(statement: str, name: str = "") -> bytes:
    named = {"name": name, "scope": "exact"} if name else {}
    return write_entry(
        "decision",
        WHEN,
        kind="listing",
        action="added",
        category="adult",
        basis="reviewed",
        statement=statement,
        **named,
    )


@pytest.fixture
def named(tmp_path: Path) -> Path:
    """1 and 4: play.example, 2: other.example, 3: veiled.example (HASHED), 5: a remedy for 2."""
    state = begin(tmp_path)
    hashed = commit(state, {"name": "veiled.example", "scope": "exact"}, is_open=False)
    append(
        state,
        [
            decision("aa" * 32, "play.example"),
            decision("bb" * 32, "other.example"),
            decision(hashed),
            decision("cc" * 32, "play.example"),
        ],
    )
    append(state, [write_entry("remedy", WHEN, statement="bb" * 32, release=3), *days(2)])
    return state


def check_found(state: Path) -> None:
    assert entries_about(state, "play.example") == [1, 4]
    assert entries_about(state, "other.example") == [2]
    assert entries_about(state, "bb" * 32) == [2, 5]
    assert entries_about(state, "veiled.example") == [3]
    for absent in ("play.exampl", "lay.example", "example", "", "play.example 1", "ü", "\ud800"):
        assert entries_about(state, absent) == []


def test_entries_about_a_name_are_found_hashed_ones_too(named: Path) -> None:
    check_found(named)


def test_index_that_is_missing_behind_or_damaged_gives_the_same_answers(named: Path) -> None:
    folder = names_folder(named)
    whole = {path.name: path.read_bytes() for path in folder.iterdir()}

    def restore() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, octets in whole.items():
            (folder / name).write_bytes(octets)

    shutil.rmtree(folder)
    check_found(named)
    for name in whole:
        for octets in (b"\0" * len(whole[name]), whole[name][:-3]):
            restore()
            (folder / name).write_bytes(octets)
            check_found(named)
    with open_writer(named, WHEN):
        pass  # whoever opens the log makes the index again
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == whole
    check_found(named)
    append(named, days(1))
    restore()  # of an older log: behind
    check_found(named)


def test_what_a_crash_left_behind_the_index_does_not_count(named: Path) -> None:
    for path in names_folder(named).iterdir():
        if path.name != "complete":
            path.write_bytes(path.read_bytes() + b"play.example 2\nother.exa")
    check_found(named)
    append(named, [decision("dd" * 32, "play.example")])
    assert entries_about(named, "play.example") == [1, 4, 8]
