"""A home takes a publisher's decisions, and refuses whatever is not right while it keeps the last good ones (J7a)."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from filterdns.errors import LogFault, StateFault
from filterdns.lists.revocations import EMERGENCY, Revocation
from filterdns.lists.shipped import base_folder, publisher_folder
from filterdns.log.home.subscription import load_seen
from filterdns.log.home.taking import forget_publisher, ready_base
from filterdns.log.keys import life as keys
from filterdns.log.offering.decisions import Document, digest_of, write_document
from filterdns.log.offering.heads import body_path, head_path
from filterdns.log.offering.publish import refresh_heads
from filterdns.log.places import public_folder
from filterdns.log.reading.reader import open_local
from filterdns.log.record.entries import DECISIONS, REVOCATIONS, write_entry
from filterdns.log.writing.writer import open_writer
from filterdns.tlog.proof_file import parse_proof_file, write_proof_file
from tests.lists.entries import own_entry, protected_entry
from tests.lists.home import Home
from tests.log.two_roles import ORIGIN, Author, Subscriber, later

CASINO, POKER = own_entry("casino.example"), own_entry("poker.example")
EMERGENCIES = [Revocation(b"casino.example", True, ("gambling",), "2026-11-24", "", "a clinic", EMERGENCY)]


@pytest.fixture
def settled(author: Author, subscriber: Subscriber) -> Subscriber:
    """A home that has taken a first decision and built of it."""
    author.decide("own/gambling.yaml", CASINO)
    subscriber.poll()
    subscriber.build()
    return subscriber


def refused(subscriber: Subscriber, type_: str = DECISIONS) -> str:
    """Why the head is not taken; what was accepted is still there and is what would be built of."""
    assert ready_base(subscriber.home.state, subscriber.home.shipped) == base_folder(subscriber.home.state)
    assert subscriber.home.found("casino.example") == {"gambling"}
    return subscriber.status.of(type_).fault


# Taking


def test_a_decision_of_the_publisher_is_in_the_next_release_of_a_home(author: Author, subscriber: Subscriber) -> None:
    author.decide("own/gambling.yaml", CASINO)
    polled = subscriber.poll()
    assert polled.accepted == {DECISIONS, REVOCATIONS}
    release = subscriber.build()
    assert subscriber.home.found("casino.example") == {"gambling"}
    assert "decisions.json" in release.manifest.inputs
    assert (release.folder / "decisions.tlog-proof").exists()


def test_what_has_not_changed_is_asked_for_once_and_not_fetched(author: Author, settled: Subscriber) -> None:
    polled = settled.poll()
    assert not polled.accepted
    assert not polled.lines
    assert settled.files[-1].asked == [head_path(REVOCATIONS), head_path(DECISIONS)]


def test_heads_are_asked_for_when_they_are_due(author: Author, settled: Subscriber) -> None:
    settled.poll(force=False)
    assert not settled.files[-1].asked
    later(author, settled, minutes=31)
    polled = settled.poll(force=False)
    assert settled.files[-1].asked == [head_path(REVOCATIONS)]
    assert (polled.next_at - settled.home.when).total_seconds() == 1_800
    later(author, settled, hours=25)
    settled.poll(force=False)
    assert settled.files[-1].asked == [head_path(REVOCATIONS), head_path(DECISIONS)]


def test_a_new_decision_is_fetched_at_the_next_look_for_revocations(author: Author, settled: Subscriber) -> None:
    later(author, settled, minutes=31)
    author.decide("own/gambling.yaml", CASINO + POKER)
    assert settled.poll(force=False).accepted == {DECISIONS}


def test_what_changed_is_fetched_and_not_the_whole(author: Author, settled: Subscriber) -> None:
    many = CASINO + "".join(own_entry(f"n{number}.example") for number in range(20))
    author.decide("own/gambling.yaml", many)
    settled.poll()
    author.decide("own/gambling.yaml", many + POKER)
    settled.poll()
    bodies = [path for path in settled.files[-1].asked if path.startswith("decisions/")]
    assert len(bodies) == 1
    assert ".from." in bodies[0]
    settled.build()
    assert settled.home.found("poker.example") == {"gambling"}


def test_the_whole_is_fetched_where_what_changed_is_gone_or_damaged(author: Author, settled: Subscriber) -> None:
    author.decide("own/gambling.yaml", CASINO + POKER)
    for delta in author.folder.glob("decisions/*.from.*"):
        delta.write_bytes(b"{}")
    assert settled.poll().accepted == {DECISIONS}
    assert settled.files[-1].asked[-1].endswith(".gz")


def test_what_a_home_decided_itself_stays(author: Author, settled: Subscriber) -> None:
    """A delisting in either layer beats a listing in the other."""
    allow = """- {name: %s, scope: subdomains, kind: allow, categories: all, reason: {en: fine}, decided_by: maintainer,
   decided_on: 2026-11-24}\n"""
    settled.home.write("own/games.yaml", own_entry("play.example"))
    settled.home.write("allow/ours.yaml", allow % "casino.example")
    author.decide("allow/theirs.yaml", allow % "play.example")
    settled.poll()
    settled.build()
    assert settled.home.found("casino.example") == set()
    assert settled.home.found("play.example") == set()


def test_an_emergency_is_revoked_with_one_look_and_without_a_build(author: Author, settled: Subscriber) -> None:
    later(author, settled, minutes=31)
    author.revoke(*EMERGENCIES)
    assert settled.poll(force=False).accepted == {REVOCATIONS}
    row = settled.revoked["casino.example"]
    assert row.categories == ("gambling",)
    assert row.reason == f"{ORIGIN}: a clinic"
    later(author, settled, minutes=31)
    author.revoke()
    settled.poll(force=False)
    assert not settled.revoked


# Refusing


def test_a_bad_signature_is_refused(author: Author, settled: Subscriber) -> None:
    author.decide("own/gambling.yaml", POKER)
    for type_ in (DECISIONS, REVOCATIONS):
        head = author.folder / head_path(type_)
        proof = parse_proof_file(head.read_bytes())
        head.write_bytes(
            write_proof_file(replace(proof, checkpoint=proof.checkpoint.replace(b"\n\n", b"\nmore\n\n", 1)))
        )
    settled.poll()
    assert "signature" in refused(settled)


def test_a_wrong_key_is_refused(author: Author, settled: Subscriber, tmp_path: Path) -> None:
    """Somebody else's log of the same name."""
    home = Home(author.home.shipped, tmp_path / "other", author.home.when)
    other = Author(home, tmp_path / "elsewhere" / "other")
    other.begin()
    other.decide("own/gambling.yaml", POKER)
    settled.poll(folder=other.folder)
    assert "expected a signature of lists.example/log" in refused(settled)


def test_another_log_is_refused(author: Author, settled: Subscriber, tmp_path: Path) -> None:
    other = Author(Home(author.home.shipped, tmp_path / "other", author.home.when), tmp_path / "elsewhere" / "other")
    other.begin("other.example/log")
    other.decide("own/gambling.yaml", POKER)
    settled.poll(folder=other.folder)
    assert "lists.example/log" in refused(settled)
    settled.trust_for(vkey=other.vkey)  # a person says so: it begins anew
    assert settled.poll(folder=other.folder).accepted == {DECISIONS}
    assert load_seen(settled.home.state).origin == "other.example/log"


def test_an_older_version_is_refused(author: Author, settled: Subscriber, tmp_path: Path) -> None:
    """A rollback: what lay there yesterday, signatures and all."""
    old = author.copy(tmp_path / "old")
    author.decide("own/games.yaml", own_entry("play.example"))
    settled.poll()
    settled.build()
    polled = settled.poll(folder=old)
    assert "an old copy, or a log that was rewound" in refused(settled)
    assert any("stays in use" in line for line in polled.lines)
    assert not settled.poll(folder=old).lines  # told once
    assert settled.poll().accepted == set()
    assert not settled.status.of(DECISIONS).fault


def test_an_old_head_beside_a_new_checkpoint_is_refused(author: Author, settled: Subscriber) -> None:
    """A mirror that keeps a decision back, and proves the one before under the newest checkpoint."""
    old = parse_proof_file((author.folder / head_path(DECISIONS)).read_bytes())
    author.decide("own/games.yaml", own_entry("play.example"))
    fresh = open_local(author.home.state).proof(old.index)
    (author.folder / head_path(DECISIONS)).write_bytes(write_proof_file(replace(fresh, extra=old.extra)))
    settled.poll()
    assert "which the log has, got entry 1: held back" in refused(settled)


def test_a_log_that_stands_still_is_told(author: Author, settled: Subscriber) -> None:
    later(author, settled, hours=47)
    assert not settled.poll().lines
    later(author, settled, hours=2)
    assert any("has had no entry since" in line for line in settled.poll().lines)
    author.add_day()
    settled.poll()
    assert not settled.status.frozen_since


def test_a_fork_is_refused_and_its_evidence_kept(author: Author, settled: Subscriber, tmp_path: Path) -> None:
    """Two logs with the same key: what one household is shown is not what others are."""
    fork = Author(Home(author.home.shipped, tmp_path / "fork", author.home.when), author.recovery)
    Path(tmp_path / "fork" / "log").mkdir(parents=True)
    shutil.copy(author.home.state / "log" / "key", tmp_path / "fork" / "log" / "key")
    fork.begin()
    fork.decide("own/gambling.yaml", POKER)
    seen = load_seen(settled.home.state).size
    assert seen == open_local(fork.home.state).size
    settled.poll(folder=fork.folder)
    assert "two different trees" in refused(settled)
    fork.decide("own/gambling.yaml", POKER + CASINO)
    settled.poll(folder=fork.folder)
    assert "does not continue the one of" in refused(settled)
    evidence = [json.loads(path.read_text()) for path in (publisher_folder(settled.home.state) / "evidence").iterdir()]
    assert len(evidence) >= 2
    assert all(set(each) == {"seen", "shown", "at"} and each["seen"] != each["shown"] for each in evidence)


@pytest.mark.parametrize("damage", ["other", "cut", "gone"])
def test_a_body_that_is_not_the_one_of_the_entry_is_refused(author: Author, settled: Subscriber, damage: str) -> None:
    author.decide("own/gambling.yaml", CASINO + POKER)
    for path in (author.folder / "decisions").iterdir():
        if damage == "other":
            path.write_bytes(write_document(Document({"own/gambling.yaml": POKER})))
        elif damage == "cut":
            path.write_bytes(path.read_bytes()[:50])
        else:
            path.unlink()
    settled.poll()
    assert refused(settled)


def test_heads_cannot_stand_for_each_other(author: Author, settled: Subscriber) -> None:
    """Mix and match: the head of revocations in the place of that of decisions."""
    author.revoke(*EMERGENCIES)
    octets = (author.folder / head_path(REVOCATIONS)).read_bytes()
    (author.folder / head_path(DECISIONS)).write_bytes(octets)
    settled.poll()
    assert "expected an entry of type decisions" in refused(settled)
    assert "casino.example" in settled.revoked  # they have a head of their own, which is right


def test_a_head_that_is_none_is_refused(author: Author, settled: Subscriber) -> None:
    (author.folder / head_path(DECISIONS)).write_bytes(b"<html>sign in to the hotel's network</html>")
    settled.poll()
    assert "proof file" in refused(settled)
    (author.folder / head_path(DECISIONS)).unlink()
    settled.poll()
    assert "there is none" in refused(settled)


def test_pauses_after_failures_grow_up_to_the_interval(author: Author, settled: Subscriber, tmp_path: Path) -> None:
    pauses = []
    for _ in range(9):
        settled.poll(folder=tmp_path / "nothing")
        at = settled.status.of(REVOCATIONS).next_at
        pauses.append(round((type(settled.home.when).fromisoformat(at) - settled.home.when).total_seconds()))
    assert pauses == [20, 40, 80, 160, 320, 640, 1280, 1800, 1800]


def test_a_damaged_memory_of_the_log_is_told_and_not_begun_anew(author: Author, settled: Subscriber) -> None:
    (publisher_folder(settled.home.state) / "seen").write_text("{")
    with pytest.raises(StateFault, match="damaged octets; remove"):
        settled.poll()


# Keys


def test_a_rotation_of_keys_is_followed(author: Author, settled: Subscriber) -> None:
    keys.rotate(author.home.state, author.home.when)
    author.decide("own/games.yaml", own_entry("play.example"))
    settled.poll()
    keys.finish_rotation(author.home.state, author.home.when)
    author.decide("own/games.yaml", own_entry("more.example"))
    assert settled.poll().accepted == {DECISIONS}
    assert load_seen(settled.home.state).keys == keys.show_keys(author.home.state).held


def test_a_home_that_slept_through_a_rotation_follows_it_by_the_handovers(
    author: Author, settled: Subscriber, tmp_path: Path
) -> None:
    first = load_seen(settled.home.state).keys
    keys.rotate(author.home.state, author.home.when)
    keys.finish_rotation(author.home.state, author.home.when)
    author.decide("own/games.yaml", own_entry("play.example"))
    assert settled.poll().accepted == {DECISIONS}
    assert load_seen(settled.home.state).keys == keys.show_keys(author.home.state).held != first
    assert load_seen(settled.home.state).past_keys == first


def test_the_end_of_a_log_is_told(author: Author, settled: Subscriber) -> None:
    keys.end_log(author.home.state, "", author.home.when)
    refresh_heads(author.home.state)
    assert any("this log has ended" in line for line in settled.poll().lines)
    assert not refused(settled)


# Trusting


def test_what_the_publisher_is_not_trusted_for_is_left_out_and_counted(author: Author, subscriber: Subscriber) -> None:
    subscriber.trust_for(categories=("games",), kinds=("listings", "revocations"))
    author.home.write("own/games.yaml", own_entry("play.example"))
    author.home.write("protected/p2.yaml", protected_entry("school.example", "education"))
    author.decide("own/gambling.yaml", CASINO + POKER)
    author.revoke(*EMERGENCIES, replace(EMERGENCIES[0], name=b"play.example", categories=()))
    subscriber.poll()
    subscriber.build()
    assert subscriber.home.found("casino.example") == set()
    assert subscriber.home.found("school.example") == set()
    assert subscriber.home.found("play.example") == {"games"}
    left_out = subscriber.status.left_out
    assert left_out["in a category that the publisher is not trusted for"] == 2
    assert left_out["of a kind that the publisher is not trusted for"] >= 1
    assert {name: row.categories for name, row in subscriber.revoked.items()} == {"play.example": ("games",)}


def test_a_change_of_what_is_trusted_counts_without_asking_anybody(author: Author, settled: Subscriber) -> None:
    settled.trust_for(categories=("games",))
    settled.poll(folder=Path("/nowhere"))
    settled.build()
    assert settled.home.found("casino.example") == set()


def test_without_a_publisher_it_is_the_program_that_decides_again(author: Author, settled: Subscriber) -> None:
    forget_publisher(settled.home.state)
    settled.build()
    assert settled.home.found("casino.example") == set()
    assert not publisher_folder(settled.home.state).exists()


def test_decisions_that_this_version_cannot_read_leave_the_last_ones_in_use(
    author: Author, settled: Subscriber
) -> None:
    octets = b'{"files":{},"v":2}'
    sha256 = digest_of(octets)
    state, when = author.home.state, author.home.when
    (public_folder(state) / body_path(DECISIONS, sha256)).write_bytes(octets)
    with open_writer(state, when) as log:
        at = log.append([write_entry(DECISIONS, when, sha256=sha256, octets=len(octets))]).first_index
    reader = open_local(state)
    proof = replace(reader.proof(at), extra=reader.entry(at))
    (public_folder(state) / head_path(DECISIONS)).write_bytes(write_proof_file(proof))
    settled.poll()
    with pytest.raises(LogFault, match="is filterdns up to date"):
        settled.build()
    assert settled.home.found("casino.example") == {"gambling"}
