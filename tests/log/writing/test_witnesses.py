from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from filterdns.errors import LogFault
from filterdns.log.places import checkpoint_file, pending_file, policy_file, public_folder
from filterdns.log.reading.files import FolderFiles
from filterdns.log.reading.reader import LogReader, TreeReader, open_local
from filterdns.log.writing.witnesses import Witnesses, WitnessLimits
from filterdns.log.writing.writer import open_writer
from filterdns.tlog.note import Signer, VerifierKey
from filterdns.tlog.policy import parse_policy
from tests.log.kept import ORIGIN, WHEN, append, begin, check_whole, days
from tests.simulators.certificates import Authority
from tests.simulators.witness import WitnessServer

QUICK = WitnessLimits(answer_seconds=0.3, total_seconds=0.6, rest_seconds=0.3)


class Watched:
    """A log and its witnesses, which stand in its policy with a quorum of two."""

    def __init__(self, state: Path, witnesses: list[WitnessServer]) -> None:
        self.state = state
        self.witnesses = witnesses
        names = [witness.line.split()[1] for witness in witnesses]
        text = policy_file(state).read_text().replace("quorum none\n", "")
        lines = [witness.line for witness in witnesses]
        policy_file(state).write_text(text + "".join(lines) + f"group g 2 {' '.join(names)}\nquorum g\n")

    @property
    def keys(self) -> list[VerifierKey]:
        return [log.key for log in parse_policy(policy_file(self.state).read_text()).logs]

    def append(self, count: int = 1, first: int = 0) -> None:
        ask = Witnesses(parse_policy(policy_file(self.state).read_text()), self.keys, QUICK)
        with open_writer(self.state, WHEN, ask) as log:
            log.append(days(count, first))

    def read(self) -> LogReader:
        """The log as a reader sees it who holds the policy."""
        return LogReader(FolderFiles(public_folder(self.state)), parse_policy(policy_file(self.state).read_text()))


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    state = begin(tmp_path)
    key = parse_policy(policy_file(state).read_text()).logs[0].key
    with ExitStack() as stack:
        servers = [stack.enter_context(WitnessServer(f"witness.example/w{n}", [key])) for n in (1, 2, 3)]
        yield Watched(state, servers)


def test_checkpoint_carries_the_cosignatures_of_all_who_answered(watched: Watched) -> None:
    with open_writer(watched.state, WHEN) as log:  # the witnesses of its own policy are asked without being named
        log.append(days(5))
    seconds = watched.read().checked.seconds
    assert seconds == {f"witness.example-w{n}": 1_790_000_000 for n in (1, 2, 3)}
    watched.append(3, 5)
    assert {witness.held[ORIGIN][0] for witness in watched.witnesses} == {9}
    check_whole(watched.state)


def test_witness_that_holds_less_is_asked_again_from_there(watched: Watched) -> None:
    watched.append(5)
    late = watched.witnesses[2]
    late.answer(503, b"")
    watched.append(300, 5)
    late.behave()
    watched.append(1, 305)
    assert late.asked == [1, 0, 306, 6]  # it knew nothing of the beginning, and then not of 300 entries
    assert len(watched.read().checked.seconds) == 3


@pytest.mark.parametrize("fault", ["hang", "trickle", "busy", "garbage", "endless", "stranger", "liar"])
def test_one_bad_witness_of_three_stops_nothing(watched: Watched, fault: str) -> None:
    bad = watched.witnesses[0]
    if fault == "hang":
        bad.hang()
    elif fault == "trickle":
        bad.trickle()
    elif fault == "busy":
        bad.answer(503, b"later")
    elif fault == "garbage":
        bad.answer(200, b"\xff\x00 no signature")
    elif fault == "endless":
        bad.answer(200, b"x" * 200_000)
    elif fault == "liar":
        bad.answer(409, b"3\n", "text/x.tlog.size")
    else:
        bad.keys = [Signer(ORIGIN, bytes(32)).key]
    watched.append(5)
    assert len(watched.read().checked.seconds) == 2


def test_missed_quorum_publishes_nothing_and_the_next_one_goes_on_with_the_same_tree(watched: Watched) -> None:
    before = checkpoint_file(watched.state).read_bytes()
    for witness in watched.witnesses[:2]:
        witness.answer(503, b"")
    with pytest.raises(LogFault) as caught:
        watched.append(5)
    text = str(caught.value)
    assert "expected quorum g for size 6, got 1 of 3 (witness.example-w" in text
    assert "status 503" in text
    assert "nothing was published" in text
    assert checkpoint_file(watched.state).read_bytes() == before
    assert pending_file(watched.state).exists()
    with pytest.raises(LogFault, match="expected quorum g for size 6"):
        watched.append(1, 77)
    assert checkpoint_file(watched.state).read_bytes() == before
    for witness in watched.witnesses:
        witness.behave()
    watched.append(1, 77)
    assert list(watched.read().entries(1, 7)) == [*days(5), *days(1, 77)]
    assert not pending_file(watched.state).exists()


def test_log_that_was_put_back_with_its_record_is_noticed_by_the_witnesses(watched: Watched, tmp_path: Path) -> None:
    watched.append(1)
    shutil.copytree(watched.state, tmp_path / "copy")
    watched.append(5, 1)
    shutil.rmtree(watched.state)
    shutil.copytree(tmp_path / "copy", watched.state)
    with pytest.raises(LogFault, match=r"it holds size 7, larger than ours: was this log put back to an older copy"):
        watched.append(1, 90)
    with pytest.raises(LogFault):
        watched.append(1, 90)
    assert open_local(watched.state).size == 2


def test_fork_is_cosigned_by_nobody(watched: Watched, tmp_path: Path) -> None:
    watched.append(1)
    shutil.copytree(watched.state, tmp_path / "fork")
    watched.append(5, 1)
    fork = Watched.__new__(Watched)
    fork.state, fork.witnesses = tmp_path / "fork", watched.witnesses
    with pytest.raises(LogFault, match=r"status (422|409)"):
        fork.append(5, 100)


def test_answers_are_believed_only_with_a_good_cosignature(watched: Watched) -> None:
    """One witness repeats what it said of another checkpoint."""
    watched.append(1)
    old = [line for line in checkpoint_file(watched.state).read_text().splitlines() if "witness.example/w1" in line]
    watched.witnesses[0].answer(200, f"{old[0]}\n".encode())
    watched.witnesses[1].answer(200, f"{old[0]}\n".encode())
    with pytest.raises(LogFault, match=r"does not fit the checkpoint.*expected a cosignature of witness.example/w2"):
        watched.append(1, 1)


@pytest.mark.parametrize(
    "url", ["http://192.0.2.1/w", "ftp://127.0.0.1/", "https:///x", "http://", "http://127.0.0.1:1"]
)
def test_witness_is_asked_over_tls_or_on_this_machine_only(tmp_path: Path, url: str) -> None:
    state = begin(tmp_path)
    reader = open_local(state)
    witness = WitnessServer("w.example", [])
    policy = parse_policy(f"witness w {witness.vkey} {url}\nquorum w\n")
    with pytest.raises(LogFault, match=r"got 0 of 1 \(w: "):
        Witnesses(policy, [], QUICK).cosign(reader.note, TreeReader(reader.files, reader.checkpoint, reader.note), 0)


def test_witness_over_tls_needs_a_certificate_that_the_system_believes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = begin(tmp_path)
    key = parse_policy(policy_file(state).read_text()).logs[0].key
    authority = Authority(tmp_path)
    with WitnessServer("w.example", [key], authority.server_context("IP:127.0.0.1")) as witness:
        policy = parse_policy(f"{witness.line}quorum w.example\n")
        with (
            pytest.raises(LogFault, match="certificate verify failed"),
            open_writer(state, WHEN, Witnesses(policy, [key], QUICK)) as log,
        ):
            log.append(days(1))
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.trust_file))
        with open_writer(state, WHEN, Witnesses(policy, [key], QUICK)) as log:
            assert log.size == 2
    assert witness.held[ORIGIN][0] == 2


def test_policy_without_witnesses_needs_none(tmp_path: Path) -> None:
    state = begin(tmp_path)
    append(state, days(1))
    assert open_local(state).checked.seconds == {}
