"""What a hostile mirror, a hostile publisher or a thief of an old key would try on a home."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from filterdns.errors import LogFault, StateFault
from filterdns.lists.shipped import publisher_folder
from filterdns.log.home.subscribe import MOST_EVIDENCE, poll
from filterdns.log.home.subscription import Subscription, load_seen, told
from filterdns.log.keys import life as keys
from filterdns.log.keys.key_file import load_keys
from filterdns.log.offering.decisions import Document, digest_of, write_document
from filterdns.log.offering.heads import body_path, head_path
from filterdns.log.offering.publish import refresh_heads
from filterdns.log.places import key_file
from filterdns.log.reading.files import MissingFile, Validators
from filterdns.log.reading.reader import open_local
from filterdns.log.record.entries import BEGIN, DAY, DECISIONS, REVOCATIONS, write_entry
from filterdns.log.writing.writer import open_writer
from filterdns.tlog.checkpoint import parse_checkpoint
from filterdns.tlog.note import Signer, read_note, sign_note, write_vkey
from filterdns.tlog.proof_file import parse_proof_file, write_proof_file
from filterdns.tlog.tree import inclusion_proof
from tests.lists.entries import own_entry
from tests.lists.home import NOON, Home
from tests.log.two_roles import ORIGIN, Author, Served, Subscriber, later
from tests.tlog.log_folders import LogFolder

CASINO, POKER = own_entry("casino.example"), own_entry("poker.example")


@pytest.fixture
def settled(author: Author, subscriber: Subscriber) -> Subscriber:
    author.decide("own/gambling.yaml", CASINO)
    subscriber.poll()
    return subscriber


def poll_from(subscriber: Subscriber, files: Served) -> None:
    home = subscriber.home
    poll(home.state, subscriber.subscription, "", home.when, lambda: 0.5, files, force=True)


# A thief of a key


class TwoFaced(Served):
    """A fork until the head of decisions is asked for, and then another folder, with this head in it."""

    def __init__(self, fork: Path, then: Path, head: bytes) -> None:
        super().__init__(fork)
        self._then, self._head = Served(then), head
        self._turned = False

    def read(self, path: str, most_octets: int) -> bytes:
        if path == head_path(DECISIONS):
            self._turned = True
            return self._head
        return self._then.read(path, most_octets) if self._turned else super().read(path, most_octets)


def test_a_key_that_a_fork_names_is_not_believed_of_the_log_either(
    author: Author, settled: Subscriber, tmp_path: Path
) -> None:
    """A thief of the key rewrites the end of the log and hands it over to a key of his own; then he signs with that one
    what the true log says, in which nobody ever named it."""
    thief = Author(Home(author.home.shipped, tmp_path / "thief", author.home.when), author.recovery)
    shutil.copytree(author.home.state, thief.home.state)
    author.decide("own/gambling.yaml", CASINO + POKER)
    settled.poll()
    known = load_seen(settled.home.state).keys
    for _ in range(3):
        keys.rotate(thief.home.state, thief.home.when)
        keys.finish_rotation(thief.home.state, thief.home.when)
    thief.add_day()
    (his,) = load_keys(key_file(thief.home.state))
    author.add_day()
    proof = parse_proof_file((author.folder / head_path(DECISIONS)).read_bytes())
    forged = sign_note(read_note(proof.checkpoint).text, [his.signer])
    head = write_proof_file(replace(proof, checkpoint=forged))
    poll_from(settled, TwoFaced(thief.folder, author.folder, head))
    assert settled.status.of(REVOCATIONS).fault
    assert settled.status.of(DECISIONS).fault
    assert load_seen(settled.home.state).keys == known
    settled.poll()
    assert not settled.status.of(DECISIONS).fault


# A mirror


def prove_again(author: Author, type_: str, index: int) -> None:
    """Put an old entry's proof under the newest checkpoint where the head of its type is."""
    reader = open_local(author.home.state)
    fresh = replace(reader.proof(index), extra=reader.entry(index))
    (author.folder / head_path(type_)).write_bytes(write_proof_file(fresh))


@pytest.mark.parametrize("between", [3, 300])
def test_who_comes_for_the_first_time_is_not_given_old_decisions(
    author: Author, subscriber: Subscriber, between: int
) -> None:
    author.decide("own/gambling.yaml", CASINO)
    old = parse_proof_file((author.folder / head_path(DECISIONS)).read_bytes()).index
    author.decide("own/gambling.yaml", CASINO + POKER)
    newest = parse_proof_file((author.folder / head_path(DECISIONS)).read_bytes()).index
    day = author.home.when.date().isoformat()
    with open_writer(author.home.state, author.home.when) as log:
        log.append([write_entry(DAY, author.home.when, date=day, appeals={})] * between)
    refresh_heads(author.home.state)
    prove_again(author, DECISIONS, old)
    subscriber.poll()
    assert f"which the log has, got entry {old}: held back" in subscriber.status.of(DECISIONS).fault
    prove_again(author, DECISIONS, newest)
    assert DECISIONS in subscriber.poll().accepted


def test_evidence_does_not_fill_the_disk(author: Author, settled: Subscriber, tmp_path: Path) -> None:
    """The same fork with another meaningless signature each time."""
    fork = Author(Home(author.home.shipped, tmp_path / "fork", author.home.when), author.recovery)
    (fork.home.state / "log").mkdir(parents=True)
    shutil.copy(key_file(author.home.state), key_file(fork.home.state))
    fork.begin()
    fork.decide("own/gambling.yaml", POKER)
    path = fork.folder / head_path(DECISIONS)
    proof = parse_proof_file(path.read_bytes())
    for number in range(MOST_EVIDENCE + 3):
        noise = Signer(f"noise-{number}.example", bytes([number]) * 32)
        line = sign_note(read_note(proof.checkpoint).text, [noise]).rpartition(b"\n\n")[2]
        path.write_bytes(write_proof_file(replace(proof, checkpoint=proof.checkpoint + line)))
        settled.poll(folder=fork.folder)
    assert "two different trees" in settled.status.of(DECISIONS).fault
    assert len(list((publisher_folder(settled.home.state) / "evidence").iterdir())) == MOST_EVIDENCE


class Unpacking(Served):
    """A server that unpacks `.gz` on the way, or says that it packs: such a file cannot be had from it."""

    def read(self, path: str, most_octets: int) -> bytes:
        octets = super().read(path, most_octets)
        if path.endswith(".gz"):
            raise LogFault(f"{path}: expected the file as it is, got it packed, which was not asked for")
        return octets


def test_a_server_that_cannot_give_packed_files_gives_the_plain_one(author: Author, subscriber: Subscriber) -> None:
    author.decide("own/gambling.yaml", CASINO)
    poll_from(subscriber, Unpacking(author.folder))
    assert not subscriber.status.of(DECISIONS).fault
    subscriber.build()
    assert subscriber.home.found("casino.example") == {"gambling"}


def test_a_bomb_in_place_of_the_packed_document_is_not_blown_up(author: Author, subscriber: Subscriber) -> None:
    author.decide("own/gambling.yaml", CASINO)
    for path in (author.folder / "decisions").glob("*.gz"):
        path.write_bytes(gzip.compress(bytes(200 << 20), 9)[: 10 << 10])
    assert DECISIONS in subscriber.poll().accepted


# Clocks


def test_entries_dated_ahead_do_not_hide_that_a_log_stands_still(author: Author, settled: Subscriber) -> None:
    home = settled.home
    author.home.when += timedelta(days=400)
    author.add_day()
    assert any("dated 2027-12-29 12:00 UTC, after now: its clock is wrong" in line for line in settled.poll().lines)
    home.when += timedelta(hours=47)
    assert not settled.poll().lines
    home.when += timedelta(hours=2)
    assert any("has had no entry since" in line for line in settled.poll().lines)


def test_a_clock_that_was_far_behind_tells_no_lies_once_it_is_right(author: Author, subscriber: Subscriber) -> None:
    subscriber.home.when = NOON.replace(year=1970)
    author.decide("own/gambling.yaml", CASINO)
    lines = subscriber.poll().lines
    assert not any("has had no entry" in line for line in lines)
    assert any("its clock is wrong, or ours" in line for line in lines)
    later(author, subscriber, minutes=1)
    assert not subscriber.poll(force=False).lines
    assert not list(told(subscriber.home.state))[1:]


# A publisher


class Hostile:
    """A log of any octets as entries, the first of which begins it and the second names a document."""

    def __init__(self, folder: Path) -> None:
        self.log = LogFolder(folder, Signer(ORIGIN, bytes(range(32))))
        self.vkey = write_vkey(self.log.signer.key)
        document = write_document(Document({"own/gambling.yaml": CASINO}))
        sha256 = digest_of(document)
        self.entry = write_entry(DECISIONS, NOON, sha256=sha256, octets=len(document))
        (folder / "decisions").mkdir(parents=True)
        (folder / body_path(DECISIONS, sha256)).write_bytes(document)
        begin = write_entry(BEGIN, NOON, origin=ORIGIN, key=self.vkey, recovery="")
        self.add(begin, self.entry)

    def add(self, *entries: bytes) -> None:
        self.log.append(list(entries))
        folder = self.log.folder
        note = (folder / "checkpoint").read_bytes()
        size = parse_checkpoint(read_note(note).text).size
        proof = tuple(inclusion_proof(1, size, self.log.hashes().get))
        head = replace(parse_proof_file(_EMPTY + note), index=1, proof=proof, checkpoint=note, extra=self.entry)
        (folder / head_path(DECISIONS)).write_bytes(write_proof_file(head))


_EMPTY = b"c2sp.org/tlog-proof@v1\nindex 0\n\n"


@pytest.fixture
def hostile(tmp_path: Path) -> Hostile:
    return Hostile(tmp_path / "hostile")


@pytest.fixture
def victim(author: Author, hostile: Hostile, tmp_path: Path) -> Subscriber:
    home = Home(author.home.shipped, tmp_path / "victim", author.home.when)
    return Subscriber(home, Subscription(str(hostile.log.folder), hostile.vkey, ("listings",)), hostile.log.folder)


def test_the_hostile_log_is_taken_as_long_as_it_does_no_harm(victim: Subscriber) -> None:
    victim.poll()
    assert victim.status.of(DECISIONS).fault == ""


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (b'{"at":"0001-01-01T00:00:00+23:00","type":"x","v":9}', ""),  # there is no such moment in UTC
        (b'{"at":"9999-12-31T23:59:59-23:00","type":"x","v":9}', ""),
        (b'{"action":"added","at":"2026-11-24T12:00:00Z","role":"log","type":"key","v":1}', "expected a verifier key"),
        (b'{"action":"added","role":"log","type":"key","v":1,"vkey":7}', "expected a verifier key"),
        (b'{"at":7,"type":["key"],"v":1}', ""),
        (b"\xff\x00", ""),
        (b'{"successor":[1],"type":"end","v":1}', "expected a verifier key"),
    ],
)
def test_odd_entries_are_refused_or_passed_over(hostile: Hostile, victim: Subscriber, entry: bytes, fault: str) -> None:
    victim.poll()
    hostile.add(entry)
    victim.poll()
    assert fault in victim.status.of(DECISIONS).fault
    assert bool(fault) == bool(victim.status.of(DECISIONS).fault)


def test_a_thousand_keys_are_not_kept(hostile: Hostile, victim: Subscriber) -> None:
    victim.poll()
    signers = [Signer(ORIGIN, number.to_bytes(32, "big")) for number in range(1_000)]
    added = {"role": "log", "action": "added"}
    hostile.add(*(write_entry("key", NOON, vkey=write_vkey(signer.key), **added) for signer in signers))
    victim.poll()
    assert "expected the log to have 1 to 8 keys" in victim.status.of(DECISIONS).fault
    assert load_seen(victim.home.state).keys == (hostile.vkey,)


def test_nothing_that_a_publisher_writes_is_obeyed_by_a_terminal(author: Author, subscriber: Subscriber) -> None:
    """Escapes in a name, in a reason and in a file that is no YAML."""
    author.home.write("own/gambling.yaml", CASINO)
    author.publish()
    files = {
        "own/games.yaml": own_entry('"\\e[31mplay.example"'),
        "own/gambling.yaml": CASINO.replace("seen", '"\\e]0;owned\\a"') + POKER,
        "own/social.yaml": "\x1b[2J: [",
    }
    document = write_document(Document(files))
    when, sha256 = author.home.when, digest_of(document)
    (author.folder / body_path(DECISIONS, sha256)).write_bytes(document)
    with open_writer(author.home.state, when) as log:
        index = log.append([write_entry(DECISIONS, when, sha256=sha256, octets=len(document))]).first_index
    prove_again(author, DECISIONS, index)
    subscriber.poll()
    subscriber.build()
    assert subscriber.home.found("poker.example") == {"gambling"}
    assert subscriber.home.found("casino.example") == set()  # of a reason that a terminal would obey there is none
    status = subscriber.status
    said = [*told(subscriber.home.state), *status.left_out_examples, *status.left_out]
    assert len(status.left_out_examples) >= 3
    assert all(text.isprintable() for text in said), said


# The disk


@pytest.mark.parametrize(
    "harm", [{"next_at": "soon"}, {"next_at": 7}, {"tried_at": "2026-11-24"}, {"succeeded_at": "x"}, {"more": 1}]
)
def test_a_damaged_status_is_as_none(author: Author, settled: Subscriber, harm: dict[str, object]) -> None:
    path = publisher_folder(settled.home.state) / "status"
    values = json.loads(path.read_text())
    values["asked"][DECISIONS] |= harm
    path.write_text(json.dumps(values))
    settled.poll(force=False)
    assert settled.files[-1].asked == [head_path(REVOCATIONS), head_path(DECISIONS)]


@pytest.mark.parametrize(
    "harm",
    [{"newest_at": "x"}, {"root": "zz"}, {"size": "7"}, {"size": -1}, {"keys": [7]}, {"newest": {"decisions": "1"}},
     {"grown_at": "2026-11-24T12:00:00"}, {"accepted": 7}],
)  # fmt: skip
def test_a_damaged_memory_is_told(author: Author, settled: Subscriber, harm: dict[str, object]) -> None:
    path = publisher_folder(settled.home.state) / "seen"
    path.write_text(json.dumps(json.loads(path.read_text()) | harm))
    with pytest.raises(StateFault, match="damaged octets; remove"):
        settled.poll()


class Raising(Served):
    """Where every file is something else than it seems."""

    def __init__(self, folder: Path, fault: Callable[[str], Exception]) -> None:
        super().__init__(folder)
        self._fault = fault

    def read_changed(self, path: str, most_octets: int, known: Validators) -> tuple[bytes, Validators]:
        raise self._fault(path)


@pytest.mark.parametrize("fault", [LogFault, MissingFile])
def test_whatever_reading_raises_is_told_and_kept(
    author: Author, settled: Subscriber, fault: Callable[[str], Exception]
) -> None:
    poll_from(settled, Raising(author.folder, fault))
    assert settled.status.of(DECISIONS).failures == 1
