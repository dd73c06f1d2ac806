"""A log of ours under a witness that others wrote: its cosignatures, as the log grows, lags, breaks off and forks."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from filterdns.cli.main import commands
from filterdns.errors import LogFault
from filterdns.log.keys.life import finish_rotation, rotate
from filterdns.log.places import checkpoint_file, pending_file, policy_file, public_folder
from filterdns.log.reading.files import FolderFiles
from filterdns.log.reading.reader import LogReader
from filterdns.log.writing.writer import open_writer
from filterdns.tlog.note import COSIGNATURE, VerifierKey, parse_vkey, write_vkey
from filterdns.tlog.policy import parse_policy
from tests.log.kept import ORIGIN, WHEN, begin, check_whole, days
from tests.log.logs import imported
from tests.peers.go_programs import WITNESS, build
from tests.peers.litewitness import LiteWitness
from tests.running import LOOPBACK, free_port

DEAD = write_vkey(VerifierKey("dead.example", COSIGNATURE, bytes(range(32))))


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(WITNESS, tmp_path_factory.mktemp("litewitness"))


@pytest.fixture
def witness(program: Path, tmp_path: Path) -> Iterator[LiteWitness]:
    folder = tmp_path / "witness"
    folder.mkdir()
    running = LiteWitness(program, folder, "witness.example/lite")
    try:
        yield running.start()
    finally:
        running.stop()


@dataclass(frozen=True)
class Watched:
    """The log of a publisher."""

    state: Path

    @property
    def key(self) -> VerifierKey:
        return parse_policy(policy_file(self.state).read_text()).logs[0].key

    @property
    def note(self) -> bytes:
        return checkpoint_file(self.state).read_bytes()

    def demand(self, *lines: str, quorum: str) -> None:
        """Whom its policy names, and who must have seen a checkpoint before it is published."""
        kept = [line for line in policy_file(self.state).read_text().splitlines(True) if line.startswith("log ")]
        policy_file(self.state).write_text("".join((*kept, *lines, f"quorum {quorum}\n")))

    def append(self, count: int, first: int = 0) -> None:
        """Append as `keep` does, which is not told whom to ask: the policy says it."""
        with open_writer(self.state, WHEN) as log:
            log.append(days(count, first))

    def read(self) -> LogReader:
        """The log as a reader sees it who holds the policy."""
        return LogReader(FolderFiles(public_folder(self.state)), parse_policy(policy_file(self.state).read_text()))


@pytest.fixture
def log(tmp_path: Path, witness: LiteWitness) -> Watched:
    watched = Watched(begin(tmp_path))
    witness.watch(watched.key)
    watched.demand(witness.line, quorum="witness.example-lite")
    return watched


def test_each_checkpoint_of_a_growing_log_meets_a_policy_with_this_witness(log: Watched, witness: LiteWitness) -> None:
    size = 1
    for count in (1, 3, 250, 2, 300):  # over the ends of tiles, and up to them
        began = int(time.time())
        log.append(count, size)
        size += count
        seconds = log.read().checked.seconds
        assert set(seconds) == {"witness.example-lite"}
        assert began <= seconds["witness.example-lite"] <= time.time()
        assert witness.size(ORIGIN) == log.read().checkpoint.size == size
    check_whole(log.state)


def test_auditor_with_the_policy_is_told_which_witness_saw_the_log_and_when(
    log: Watched, witness: LiteWitness, tmp_path: Path
) -> None:
    with open_writer(log.state, WHEN) as writer:
        writer.append([imported(WHEN, number) for number in range(3)])

    def verify(*lines: str, quorum: str) -> tuple[int, str]:
        policy = tmp_path / "policy"
        policy.write_text("".join((f"log {write_vkey(log.key)}\n", *lines, f"quorum {quorum}\n")))
        own = ("--policy", str(policy), "--seen", str(tmp_path / "seen"), "--state", str(tmp_path / "nothing"))
        done = CliRunner().invoke(commands, ["log", "verify", str(public_folder(log.state)), *own])
        return done.exit_code, done.output

    status, output = verify(witness.line, quorum="witness.example-lite")
    assert (status, "seen by witness.example-lite at 20" in output) == (0, True), output
    status, output = verify(f"witness dead {DEAD}\n", quorum="dead")
    assert (status, "expected quorum dead, got witnesses: none" in output) == (1, True), output


def test_witness_that_saw_less_gets_the_proof_from_there(log: Watched, witness: LiteWitness) -> None:
    log.append(5)
    log.demand(quorum="none")
    log.append(300, 5)
    assert witness.size(ORIGIN) == 6
    log.demand(witness.line, quorum="witness.example-lite")
    log.append(1, 305)
    assert witness.size(ORIGIN) == 307
    assert log.read().checked.seconds


def test_witness_that_signed_what_was_never_published_signs_the_same_tree_again(
    log: Watched, witness: LiteWitness
) -> None:
    log.append(2)
    dead = f"witness dead {DEAD} http://{LOOPBACK}:{free_port()}\n"
    log.demand(witness.line, dead, "group both all witness.example-lite dead\n", quorum="both")
    before = log.note
    with pytest.raises(LogFault, match=r"expected quorum both for size 5, got 1 of 2 \(dead: "):
        log.append(2, 2)
    assert (witness.size(ORIGIN), log.note) == (5, before)
    log.demand(witness.line, quorum="witness.example-lite")
    log.append(1, 90)
    assert list(log.read().entries(1, 6)) == [*days(4), *days(1, 90)]
    assert witness.size(ORIGIN) == 6


def test_fork_gets_no_cosignature_and_is_published_nowhere(log: Watched, witness: LiteWitness, tmp_path: Path) -> None:
    log.append(1)
    fork = Watched(Path(shutil.copytree(log.state, tmp_path / "fork")))
    log.append(5, 1)
    before = fork.note
    with pytest.raises(LogFault, match="status 422: the consistency proof does not fit what it holds"):
        fork.append(5, 100)  # of the same size
    with pytest.raises(LogFault, match="expected quorum"):
        fork.append(300, 105)
    assert fork.note == before
    assert pending_file(fork.state).exists()
    log.append(1, 6)
    assert log.read().checkpoint.size == 8


def test_log_put_back_to_an_older_copy_is_told_so(log: Watched, tmp_path: Path) -> None:
    log.append(1)
    older = Watched(Path(shutil.copytree(log.state, tmp_path / "older")))
    log.append(5, 1)
    with pytest.raises(LogFault, match="it holds size 7, larger than ours: was this log put back to an older copy"):
        older.append(1, 90)


def test_witness_that_was_not_told_of_a_new_key_is_named_and_the_log_goes_on_once_it_knows(
    log: Watched, witness: LiteWitness
) -> None:
    log.append(3)
    new = rotate(log.state, WHEN).held[-1]
    finish_rotation(log.state, WHEN)
    assert log.read().checked.seconds  # both keys have signed so far, and it knows one of them
    with pytest.raises(LogFault, match="status 403: it does not know the key that signed"):
        log.append(1, 3)
    witness.trust(parse_vkey(new))
    log.append(1, 4)
    assert [write_vkey(key.key) for key in parse_policy(policy_file(log.state).read_text()).logs] == [new]
    assert witness.size(ORIGIN) == log.read().checkpoint.size == 8
    check_whole(log.state)
