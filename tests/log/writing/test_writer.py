from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filterdns.errors import LogFault, StateFault
from filterdns.log.places import (
    checkpoint_file,
    key_file,
    lock_file,
    pending_file,
    public_folder,
    signed_file,
)
from filterdns.log.reading.reader import open_local
from filterdns.log.record.entries import read_entry, write_entry
from filterdns.log.writing.durable import Disk
from filterdns.log.writing.writer import open_writer
from filterdns.tlog.note import Signer, sign_note
from filterdns.tlog.proof_file import write_proof_file
from tests.log.crashing import Crash, CrashingDisk
from tests.log.kept import ORIGIN, WHEN, Noting, append, begin, check_prefix, check_whole, days


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return begin(tmp_path)


def refusal(state: Path, entries: list[bytes] | None = None) -> str:
    """Why the log takes no entry; that nothing was written is checked."""
    before = everything(state)
    with pytest.raises(LogFault) as caught:
        append(state, entries or days(1, 900))
    assert everything(state) == before
    return str(caught.value)


def everything(state: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in state.rglob("*") if path.is_file() and path.parent.name != "names"}


def test_appended_entries_are_read_back_under_one_checkpoint(state: Path) -> None:
    appended = append(state, days(600))
    assert (appended.first_index, appended.size) == (1, 601)
    reader = check_whole(state)
    assert reader.note == appended.note == checkpoint_file(state).read_bytes()
    assert list(reader.entries(1, 601)) == days(600)


def test_each_checkpoint_is_a_prefix_of_the_next(state: Path) -> None:
    noting = Noting()
    for count in (1, 254, 1, 1, 255, 300, 2):
        with open_writer(state, WHEN, noting) as log:
            log.append(days(count, log.size))
    reader = check_whole(state)
    assert len(noting.signed) == 7
    for size, roots in noting.signed.items():
        (root,) = roots
        check_prefix(reader, size, root)


def test_partial_tiles_of_this_and_the_last_checkpoint_stay_and_older_ones_go(state: Path) -> None:
    for n in range(6):
        append(state, days(1, n))
    partial = public_folder(state) / "tile" / "0" / "000.p"
    bundles = public_folder(state) / "tile" / "entries" / "000.p"
    assert {path.name for path in partial.iterdir()} == {path.name for path in bundles.iterdir()} == {"6", "7"}
    append(state, days(300, 6))
    append(state, days(1, 306))
    append(state, days(1, 307))
    assert list(partial.iterdir()) == list(bundles.iterdir()) == []
    assert {path.name for path in (partial.parent / "001.p").iterdir()} == {"52", "53"}
    check_whole(state)


def test_ten_thousand_entries_are_one_checkpoint_and_few_synchronisations(state: Path) -> None:
    disk = CrashingDisk()
    entries = days(10_000)
    with open_writer(state, WHEN, disk=disk) as log:
        begun = time.process_time()
        log.append(entries)
    assert time.process_time() - begun < 5  # half a second as a rule
    assert disk.steps < 350  # 82 files: written, synchronised, renamed
    assert open_local(state).size == 10_001


@pytest.mark.parametrize("loses", [False, True])
def test_crash_at_any_step_never_leads_to_two_trees_of_one_size(state: Path, loses: bool) -> None:
    append(state, days(250))
    noting, stop_at, has_crashed = Noting(), 0, True
    while has_crashed:
        stop_at, has_crashed = stop_at + 1, False
        size = open_local(state).size
        try:
            with open_writer(state, WHEN, noting, disk=CrashingDisk(stop_at, loses)) as log:
                log.append(days(5, 10 * stop_at))
        except Crash:
            has_crashed = True
        with open_writer(state, WHEN, noting) as log:
            assert log.size in (size, size + 5)
            assert not pending_file(state).exists()
            log.append(days(5, 5_000 + 10 * stop_at))  # as many as those, and others
    reader = check_whole(state)
    for size, roots in noting.signed.items():
        assert len(roots) == 1, f"size {size} was signed with two roots"
        check_prefix(reader, size, next(iter(roots)))
    assert stop_at > 25


@pytest.mark.parametrize("loses", [False, True])
def test_crash_while_what_was_begun_is_finished_changes_nothing(tmp_path: Path, loses: bool) -> None:
    base = begin(tmp_path / "base")
    disk = CrashingDisk()
    with open_writer(base, WHEN, disk=disk) as log:
        before = disk.steps
        log.append(days(3))
    base = begin(tmp_path / "other")
    with pytest.raises(Crash), open_writer(base, WHEN, disk=CrashingDisk(before + 13)) as log:
        log.append(days(3))
    assert pending_file(base).exists()
    assert open_local(base).size == 1
    stop_at, has_crashed = 0, True
    while has_crashed:
        stop_at += 1
        state = tmp_path / str(stop_at)
        shutil.copytree(base, state)
        noting, has_crashed = Noting(), False
        try:
            with open_writer(state, WHEN, noting, disk=CrashingDisk(stop_at, loses)):
                pass
        except Crash:
            has_crashed = True
        with open_writer(state, WHEN, noting) as log:
            assert log.size == 4
        assert list(check_whole(state).entries(1, 4)) == days(3)
        assert all(len(roots) == 1 for roots in noting.signed.values())
    assert stop_at > 8


Steps = st.lists(st.tuples(st.integers(1, 300), st.integers(0, 60), st.booleans()), min_size=1, max_size=6)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=Steps)
def test_any_appends_with_any_crashes_are_one_growing_log(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int, bool]]
) -> None:
    state, noting = begin(tmp_path_factory.mktemp("log")), Noting()
    for number, (count, stop_at, loses) in enumerate(steps):
        try:
            with open_writer(state, WHEN, noting, disk=CrashingDisk(stop_at, loses)) as log:
                log.append(days(count, 1_000 * number))
        except Crash:
            pass
    with open_writer(state, WHEN, noting):
        pass
    reader = check_whole(state)
    for size, roots in noting.signed.items():
        assert len(roots) == 1
        check_prefix(reader, size, next(iter(roots)))


class FullDisk(Disk):
    def write(self, path: Path, octets: bytes, mode: int) -> None:
        if path.name.startswith("checkpoint"):
            raise OSError(28, "No space left on device", str(path))
        super().write(path, octets, mode)


def test_log_whose_append_failed_takes_nothing_more_until_it_is_opened_again(state: Path) -> None:
    with open_writer(state, WHEN, disk=FullDisk()) as log:
        with pytest.raises(StateFault, match="No space left"):
            log.append(days(1))
        with pytest.raises(LogFault, match="open it again"):
            log.append(days(1, 7))
    append(state, days(1, 7))
    assert list(check_whole(state).entries(1, 3)) == [*days(1), *days(1, 7)]


# What is not the log that was signed last


def rewind(state: Path, to: Path) -> None:
    """Put an older copy of the public part in its place."""
    shutil.rmtree(public_folder(state))
    shutil.copytree(to, public_folder(state))


def test_rewound_log_is_noticed_by_what_was_signed_last(state: Path, tmp_path: Path) -> None:
    shutil.copytree(public_folder(state), tmp_path / "old")
    append(state, days(5))
    rewind(state, tmp_path / "old")
    text = refusal(state)
    assert "expected a log of 6 entries or more" in text
    assert "got one of 1: it was rewound; nothing was written; put the newest copy" in text
    shutil.rmtree(public_folder(state))
    assert "it was rewound" in refusal(state)


def test_rewound_log_is_noticed_by_a_release_that_is_ahead(state: Path, tmp_path: Path) -> None:
    shutil.copytree(state, tmp_path / "old")
    append(state, days(5))
    proof = write_proof_file(open_local(state).proof(5))
    release = tmp_path / "old" / "releases" / "00000003"
    release.mkdir(parents=True)
    (release / "release.tlog-proof").write_bytes(proof)
    text = refusal(tmp_path / "old")
    assert "release.tlog-proof" in text
    assert "it was rewound" in text


def test_forked_log_is_noticed_at_the_same_size_and_beyond(state: Path, tmp_path: Path) -> None:
    shutil.copytree(state, tmp_path / "fork")
    append(state, days(5))
    append(tmp_path / "fork", days(5, 100))
    rewind(state, public_folder(tmp_path / "fork"))
    assert "it was forked or altered" in refusal(state)
    append(tmp_path / "fork", days(3, 200))
    rewind(state, public_folder(tmp_path / "fork"))
    assert "it was forked or altered" in refusal(state)


def test_fork_is_noticed_by_a_release_too(state: Path, tmp_path: Path) -> None:
    shutil.copytree(state, tmp_path / "fork")
    append(tmp_path / "fork", days(5, 100))
    append(state, days(9))
    release = state / "releases" / "00000003"
    release.mkdir(parents=True)
    (release / "release.tlog-proof").write_bytes(write_proof_file(open_local(tmp_path / "fork").proof(5)))
    assert "it was forked or altered" in refusal(state)
    (release / "release.tlog-proof").write_bytes(b"damaged: for whoever reads the release")
    append(state, days(1, 50))


def spoil(path: Path) -> None:
    octets = bytearray(path.read_bytes())
    octets[len(octets) // 2] ^= 1
    path.write_bytes(octets)


Attack = Callable[[Path], object]
ATTACKS: dict[str, tuple[Attack, str]] = {
    "tile altered": (lambda log: spoil(log / "tile/0/001.p/45"), "a tile is damaged"),
    "full tile altered": (lambda log: spoil(log / "tile/0/000"), "tile/0/000: expected the hashes of its entries"),
    "upper tile altered": (lambda log: spoil(log / "tile/1/000.p/1"), "a tile is damaged"),
    "bundle altered": (lambda log: spoil(log / "tile/entries/001.p/45"), "tile/entries/001.p/45: "),
    "full bundle altered": (lambda log: spoil(log / "tile/entries/000"), "tile/entries/000: "),
    "tile removed": (lambda log: (log / "tile/0/001.p/45").unlink(), "there is no such file"),
    "bundle cut": (lambda log: (log / "tile/entries/001.p/45").write_bytes(b"\0"), "cut off"),
    "checkpoint altered": (lambda log: spoil(log / "checkpoint"), "checkpoint: "),
    "checkpoint emptied": (lambda log: (log / "checkpoint").write_bytes(b""), "checkpoint: "),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_damaged_log_takes_nothing_and_says_what_to_do(state: Path, attack: str) -> None:
    append(state, days(300))
    change, expected = ATTACKS[attack]
    change(public_folder(state))
    text = refusal(state)
    assert str(public_folder(state)) in text
    assert "nothing was written; put the newest copy of the log back" in text
    with pytest.raises(LogFault, match=expected):
        append(state, days(1, 900))


def test_checkpoint_of_another_key_or_origin_is_not_ours(state: Path) -> None:
    text = open_local(state).checkpoint.text
    stranger = Signer(ORIGIN, bytes(32))
    checkpoint_file(state).write_bytes(sign_note(text, [stranger]))
    assert "expected a signature of lists.example.org/log" in refusal(state)


@pytest.mark.parametrize("octets", [b"", b"{}", b"garbage", b'{"before":0,"root":"00","size":1}', b'{"size":-1}'])
def test_damaged_record_is_told_with_its_file(state: Path, octets: bytes) -> None:
    for path in (signed_file(state), pending_file(state)):
        before = path.read_bytes() if path.exists() else None
        path.write_bytes(octets)
        assert f"{path}: " in refusal(state)
        path.write_bytes(before) if before else path.unlink()


def test_record_that_is_gone_is_a_fault(state: Path) -> None:
    signed_file(state).unlink()
    assert "expected a record of what was signed last" in refusal(state)


def test_pending_tree_whose_tiles_are_damaged_is_not_signed(state: Path) -> None:
    with pytest.raises(Crash), open_writer(state, WHEN, disk=CrashingDisk(14)) as log:
        log.append(days(3))
    assert pending_file(state).exists()
    spoil(public_folder(state) / "tile/0/000.p/4")
    assert "a tile is damaged" in refusal(state)


# What may not be appended


def test_entry_that_is_none_refuses_the_whole_append(state: Path) -> None:
    assert "entry 2: " in refusal(state, [*days(1), b'{"type":"gossip"}'])
    assert "expected 1 to 100000 entries, got 0" in refusal_of(state, [])


def refusal_of(state: Path, entries: list[bytes]) -> str:
    with pytest.raises(LogFault) as caught:
        append(state, entries)
    return str(caught.value)


@pytest.mark.parametrize("away", [timedelta(days=2), timedelta(days=-2)])
def test_entry_dated_back_or_ahead_is_refused(state: Path, away: timedelta) -> None:
    assert "expected to be dated within a day of now (2026-11-25)" in refusal(state, days(1, 0, WHEN + away))


def test_begin_and_changes_of_keys_stand_by_themselves(state: Path) -> None:
    begin_entry = open_local(state).entry(0)
    vkey = read_entry(begin_entry).fields["key"]
    assert "begin: expected it once" in refusal(state, [begin_entry])
    change = write_entry("key", WHEN, vkey=vkey, role="log", action="removed")
    assert "by themselves" in refusal(state, [change, *days(1)])
    assert "the last one removed" in refusal(state, [change])


def test_log_that_was_not_begun_takes_nothing(state: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "log").mkdir(parents=True)
    shutil.copy2(key_file(state), key_file(other))
    with pytest.raises(LogFault, match="expected a log that was begun"):
        append(other, days(1))
    with pytest.raises(LogFault, match=r"log/key: expected secret keys"):
        append(tmp_path / "nowhere", days(1))


class Impatient:
    """A clock that runs by its naps."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds

    def nap(self, seconds: float) -> None:
        self.seconds += seconds


def test_only_one_writes_and_the_other_waits_and_then_says_so(state: Path) -> None:
    clock = Impatient()
    with open_writer(state, WHEN) as log:
        only = f"{lock_file(state)}: expected to be the only one who writes"
        with pytest.raises(LogFault, match=only), open_writer(state, WHEN, clock=clock):  # type: ignore[arg-type]
            pass
        log.append(days(1))
    assert clock.seconds >= 60
    append(state, days(1, 1))
