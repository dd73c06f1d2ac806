"""Each attack on a log is noticed, by `filterdns log verify` and by the checker of one file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filterdns.log.checking.findings import Report
from filterdns.log.checking.seen import SeenCheckpoint
from filterdns.log.checking.verify import verify_log
from filterdns.log.reading.files import FolderFiles
from filterdns.tlog import check_log
from filterdns.tlog.checkpoint import parse_checkpoint
from filterdns.tlog.note import read_note
from filterdns.tlog.policy import policy_of
from filterdns.tlog.tiles import bundle_path, tile_path
from tests.log.attacks import CHANGED, ON_FILES, REMOVED, WITH_THE_KEY, Attack, Copied, copy_of
from tests.log.logs import Written, begin, day, decision, release, write_log

ATTACKS = {**ON_FILES, **WITH_THE_KEY}
NEED_A_SEEN_CHECKPOINT = {  # the log as it is shown is sound in itself
    *("an older checkpoint put back", "a forked log", "an old entry altered", "old entries reordered"),
    *("an old entry dropped", "the log cut and signed"),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("log")
    return write_log(folder / "state", folder / "elsewhere")


@pytest.fixture
def copy(written: Written, tmp_path: Path) -> Copied:
    return copy_of(written, tmp_path / "copy")


def verify(copy: Copied, *, with_seen: bool = True) -> Report:
    since = [SeenCheckpoint("seen", parse_checkpoint(read_note(copy.seen).text), copy.seen)] if with_seen else []
    return verify_log(FolderFiles(copy.folder), policy_of(copy.log.vkey), copy.log.when, since)


def check(copy: Copied, *, with_seen: bool = True) -> str:
    """What the checker of one file says of it, "" if nothing is wrong."""
    key = check_log.Key(copy.log.vkey)
    since = [("seen", *key.open(copy.seen, "seen"))] if with_seen else []
    try:
        check_log.Log(check_log.Files(str(copy.folder)), key).check(since)
    except SystemExit as fault:
        return str(fault)
    except Exception as fault:  # its last lines tell these as faults
        return repr(fault)
    return ""


def test_the_log_as_it_was_written_is_sound(copy: Copied) -> None:
    report = verify(copy)
    assert report.faults == []
    assert report.held == ("seen",)
    assert (report.size, report.opened, report.erased, report.closed, report.releases) == (601, 22, 1, 1, 1)
    assert check(copy) == ""


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_noticed(copy: Copied, name: str) -> None:
    """Most of them also by who comes for the first time and has kept no checkpoint."""
    attack: Attack = ATTACKS[name]
    attack(copy)
    for with_seen in (True, *([] if name in NEED_A_SEEN_CHECKPOINT else [False])):
        report = verify(copy, with_seen=with_seen)
        assert report.faults, "verify saw nothing"
        assert all(str(fault) for fault in report.faults)
        assert check(copy, with_seen=with_seen), "check_log.py saw nothing"


@pytest.mark.parametrize("name", sorted(NEED_A_SEEN_CHECKPOINT - {"an older checkpoint put back"}))
def test_what_only_a_seen_checkpoint_shows_is_sound_in_itself(copy: Copied, name: str) -> None:
    """So that the tests above show what they say."""
    ATTACKS[name](copy)
    bare = verify(copy, with_seen=False)
    assert not [fault for fault in bare.faults if "release" not in fault.where]
    assert any("seen" in f"{fault.where}{fault.expected}" for fault in verify(copy).faults)


def test_two_views_of_one_size_are_told_as_a_rewritten_log(copy: Copied) -> None:
    ATTACKS["a forked log"](copy)
    (told,) = [fault for fault in verify(copy).faults if fault.where == "seen"]
    assert "over the first 329 entries" in told.expected
    assert "different logs" in told.means


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("an entry altered", "entry 5"),
        ("a tile gone", "tile/0/001"),
        ("a bundle gone", "tile/entries/001"),
        ("an upper tile altered", "tile/1/000.p/2"),
        ("an entry dated back", "entry 601"),
        ("an older checkpoint put back", "checkpoint"),
    ],
)
def test_a_fault_says_where_it_is(copy: Copied, name: str, where: str) -> None:
    ATTACKS[name](copy)
    assert where in [fault.where for fault in verify(copy).faults]


def test_whether_entry_or_tile_was_altered_is_told(copy: Copied) -> None:
    ATTACKS["an entry altered"](copy)
    (fault,) = [fault for fault in verify(copy).faults if fault.where == "checkpoint"]
    assert "The tiles of hashes are true" in fault.means


def test_a_bundle_that_is_gone_does_not_hide_what_else_is_wrong(copy: Copied) -> None:
    ATTACKS["a bundle gone"](copy)
    ATTACKS["a statement altered"](copy)
    report = verify(copy)
    assert {"tile/entries/001", copy.statement_of(3)} <= {fault.where for fault in report.faults}


def test_many_faults_are_counted_and_not_all_told(copy: Copied) -> None:
    copy.rewrite([*copy.entries, *[b"x"] * 300])
    report = verify(copy)
    assert len(report.faults) == 50
    assert report.more_faults >= 250


History = Callable[[Copied, datetime], list[bytes]]


@pytest.mark.parametrize(
    "history",
    {
        "removed without being added": lambda c, w: [decision(c.log.state, w, "never.example", "removed")],
        "changed without being added": lambda c, w: [decision(c.log.state, w, "never.example", "changed")],
        "added twice": lambda c, w: [decision(c.log.state, w, "n1.example")],
        "removed twice": lambda c, w: [decision(c.log.state, w, "n2.example", "removed")],
    }.items(),
    ids=lambda case: case[0],
)
def test_a_decision_that_cannot_follow_is_told(copy: Copied, history: tuple[str, History]) -> None:
    copy.rewrite([*copy.entries, *history[1](copy, copy.log.when)])
    copy_statements(copy)
    (fault,) = verify(copy).faults
    assert fault.where == "entry 601"
    assert "follow" in fault.expected


def test_a_history_whose_beginning_was_erased_is_no_fault(copy: Copied) -> None:
    """The statement of `gone.example` is erased, so nobody can say what followed it."""
    copy.rewrite([*copy.entries, decision(copy.log.state, copy.log.when, "gone.example", "removed")])
    copy_statements(copy)
    assert verify(copy).faults == []


def test_the_decisions_that_follow_others_are_there(copy: Copied) -> None:
    assert b'"changed"' in copy.entries[CHANGED]
    assert b'"removed"' in copy.entries[REMOVED]


def test_a_statement_of_another_decision_is_told(copy: Copied) -> None:
    """Committed to, but about another name."""
    entry = copy.entries[3].replace(b"n2.example", b"innocent.example")
    copy.rewrite([*copy.entries, entry])
    assert any("innocent.example" in fault.expected for fault in verify(copy).faults)


def test_what_was_erased_must_not_be_there_any_more(copy: Copied) -> None:
    path = copy.statement_of(326)
    copy.write(path, b"still here")
    assert [fault.where for fault in verify(copy).faults] == [path] * 2


def copy_statements(copy: Copied) -> None:
    """Those that were made after the log was copied."""
    for file in (copy.log.folder / "statements").rglob("*.json"):
        copy.write(str(file.relative_to(copy.log.folder)), file.read_bytes())


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Copied:
    folder = tmp_path_factory.mktemp("small")
    log = begin(folder / "state", folder / "elsewhere")
    log.append(decision(log.state, log.when, "a.example"), release(log.when, 1), day(log.when))
    log.lay_release(1, 2)
    return copy_of(log, folder / "copy")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_octet_can_be_changed_unseen(small: Copied, data: st.DataObject) -> None:
    """Of all that is looked at: not of tiles of a lesser size, nor, as keys have not changed, of `handovers`."""
    looked_at = [tile_path(0, 0, 4), bundle_path(0, 4), "checkpoint", small.statement_of(1)]
    looked_at += [f"releases/1/{name}" for name in ("manifest.json", "entry.json", "release.tlog-proof")]
    path = small.file(data.draw(st.sampled_from(looked_at)))
    before = path.read_bytes()
    at, bit = data.draw(st.integers(0, len(before) - 1)), data.draw(st.integers(0, 7))
    path.write_bytes(before[:at] + bytes([before[at] ^ 1 << bit]) + before[at + 1 :])
    try:
        assert verify(small, with_seen=False).faults
        assert check(small, with_seen=False) or path.suffix == ".tlog-proof"  # which it checks when it is asked to
    finally:
        path.write_bytes(before)
