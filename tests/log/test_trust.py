"""Where a log is required, a release without a proof is refused, and the last good one stays in use."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from filterdns.calendar import Calendar
from filterdns.cli.children import settle_log
from filterdns.config.settings import PublisherSettings, Settings
from filterdns.errors import LogFault
from filterdns.lists.release import Release, get_pointed, open_current
from filterdns.lists.shipped import publisher_folder
from filterdns.log.home.subscription import Subscription
from filterdns.log.keys import life as keys
from filterdns.log.places import DECISIONS_PROOF, signed_file
from filterdns.log.trust import check_release, trust_of
from filterdns.resolver.release_watch import ReleaseWatch
from filterdns.tlog.canonical import write_canonical
from filterdns.tlog.ed25519 import public_of
from filterdns.tlog.note import COSIGNATURE, VerifierKey, write_vkey
from filterdns.tlog.proof_file import parse_proof_file, write_proof_file
from tests.lists.entries import own_entry
from tests.log.life import LoggingPublisher
from tests.log.two_roles import Author, Subscriber, later

CASINO, POKER = own_entry("casino.example"), own_entry("poker.example")


@dataclass
class Demanding:
    """A home that demands proofs of its publisher's log."""

    subscriber: Subscriber
    settings: Settings

    @property
    def state(self) -> Path:
        return self.subscriber.home.state

    def check(self, release: Release | None = None) -> None:
        trust = trust_of(self.state, self.settings)
        assert trust is not None
        release = release or open_current(self.state)
        check_release(release.folder, release.manifest.inputs, trust)

    def refuses(self) -> str:
        with pytest.raises(LogFault) as raised:
            self.check()
        return str(raised.value)

    @property
    def proof(self) -> Path:
        return open_current(self.state).folder / DECISIONS_PROOF

    def see(self, **values: object) -> None:
        """As if this had been seen of the log."""
        path = publisher_folder(self.state) / "seen"
        path.write_text(json.dumps(json.loads(path.read_text()) | values))


@pytest.fixture
def demanding(author: Author, subscriber: Subscriber) -> Demanding:
    author.decide("own/gambling.yaml", CASINO)
    subscriber.poll()
    subscriber.build()
    publisher = PublisherSettings(subscriber.subscription.url, author.vkey)
    return Demanding(subscriber, Settings(publisher=publisher, require_log=True))


def test_a_release_of_decisions_that_the_log_has_is_used(demanding: Demanding) -> None:
    demanding.check()


def test_nothing_is_demanded_where_no_log_is_required(tmp_path: Path) -> None:
    assert trust_of(tmp_path, Settings()) is None


def test_the_log_may_grow_after_the_release(author: Author, demanding: Demanding) -> None:
    later(author, demanding.subscriber, hours=20)
    author.add_day()
    author.decide("own/gambling.yaml", CASINO + POKER)
    demanding.subscriber.poll()
    demanding.check()


def test_a_release_without_a_proof_is_refused(demanding: Demanding) -> None:
    demanding.proof.unlink()
    assert "expected the proof that a log has this" in demanding.refuses()


def test_a_release_of_the_programs_lists_alone_is_refused(demanding: Demanding) -> None:
    proof = demanding.proof.read_bytes()
    demanding.subscriber.home.write("own/games.yaml", own_entry("play.example"))
    demanding.subscriber.home.build()  # nobody asked whether a log has it
    demanding.proof.write_bytes(proof)
    assert "expected a release of the decisions that lie beside it" in demanding.refuses()


def test_a_release_of_other_decisions_than_those_proved_is_refused(author: Author, demanding: Demanding) -> None:
    proof = demanding.proof.read_bytes()
    author.decide("own/gambling.yaml", CASINO + POKER)
    demanding.subscriber.poll()
    demanding.subscriber.build()
    demanding.check()
    demanding.proof.write_bytes(proof)
    assert "got one of others" in demanding.refuses()


def test_a_checkpoint_that_was_never_seen_is_refused(demanding: Demanding) -> None:
    demanding.see(size=1)
    assert "expected a checkpoint of at most 1 entries" in demanding.refuses()


def test_another_tree_of_the_size_that_was_seen_is_refused(demanding: Demanding) -> None:
    demanding.see(root="00" * 32)
    assert "got another one of that size" in demanding.refuses()


def test_an_altered_proof_is_refused(demanding: Demanding) -> None:
    proof = parse_proof_file(demanding.proof.read_bytes())
    altered = proof.extra.replace(b'"octets":', b'"octets":1')
    demanding.proof.write_bytes(write_proof_file(type(proof)(proof.index, proof.proof, proof.checkpoint, altered)))
    assert demanding.refuses()


def test_a_quorum_of_witnesses_is_demanded_if_the_policy_says_so(demanding: Demanding, tmp_path: Path) -> None:
    vkey = demanding.subscriber.subscription.vkey
    witness = write_vkey(VerifierKey("witness.example", COSIGNATURE, public_of(b"w" * 32)))
    policy = tmp_path / "policy"
    policy.write_text(f"log {vkey}\nquorum none\n")
    demanding.settings = replace(demanding.settings, log_policy_file=str(policy))
    demanding.check()
    policy.write_text(f"log {vkey}\nwitness w {witness}\nquorum w\n")
    assert "expected quorum w" in demanding.refuses()


def test_a_release_stays_good_when_the_log_changes_its_key(author: Author, demanding: Demanding) -> None:
    keys.rotate(author.home.state, author.home.when)
    keys.finish_rotation(author.home.state, author.home.when)
    author.decide("own/games.yaml", own_entry("play.example"))
    demanding.subscriber.poll()
    demanding.check()
    demanding.subscriber.build()
    demanding.check()


# A publisher demands it of itself


@pytest.fixture
def own_log(logging_publisher: LoggingPublisher) -> Demanding:
    home = logging_publisher.home
    home.write("own/gambling.yaml", CASINO)
    logging_publisher.build()
    return Demanding(Subscriber(home, Subscription("", "", ()), home.state), Settings(require_log=True))


def test_a_publisher_uses_a_release_that_its_own_log_has(own_log: Demanding) -> None:
    own_log.check()


def test_a_publisher_refuses_a_release_that_its_log_has_not(own_log: Demanding) -> None:
    folder = open_current(own_log.state).folder
    manifest = folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"rejected": 0', b'"rejected": 1'))
    assert "expected the release that entry" in own_log.refuses()
    (folder / "release.tlog-proof").unlink()
    assert "expected the proof that a log has this" in own_log.refuses()


def test_a_publisher_refuses_a_proof_that_is_ahead_of_what_it_signed(own_log: Demanding, tmp_path: Path) -> None:
    """A log that was put back from a copy: `signed` is of before."""
    signed = signed_file(own_log.state)
    values = json.loads(signed.read_text())
    signed.write_bytes(write_canonical(values | {"size": 1}))
    assert "expected a checkpoint of at most 1 entries" in own_log.refuses()


# Whoever uses a release


def test_a_worker_keeps_the_last_release_that_is_proved(demanding: Demanding) -> None:
    said: list[str] = []
    watch = ReleaseWatch(demanding.state, said.append, Calendar(), demanding.settings)
    when = demanding.subscriber.home.when
    first = watch.look(0.0, when)
    assert first is not None
    demanding.subscriber.home.write("own/games.yaml", own_entry("play.example"))
    demanding.subscriber.home.build()
    assert watch.look(1.0, when) is None
    assert watch.index is first
    assert f"release {first.number} stays in use" in said[0]
    assert "expected the proof that a log has this" in said[0]


def test_a_worker_without_any_proved_release_filters_nothing_and_says_so(demanding: Demanding) -> None:
    demanding.proof.unlink()
    said: list[str] = []
    watch = ReleaseWatch(demanding.state, said.append, Calendar(), demanding.settings)
    assert watch.look(0.0, demanding.subscriber.home.when) is None
    assert "NOT FILTERING" in said[0]


def test_the_start_goes_back_to_the_last_release_that_is_proved(demanding: Demanding) -> None:
    good = get_pointed(demanding.state)
    demanding.subscriber.home.write("own/games.yaml", own_entry("play.example"))
    demanding.subscriber.home.build()
    said = settle_log(demanding.settings, demanding.state)
    assert get_pointed(demanding.state) == good
    assert f"release {good + 1 if good else 0} is not used" in said
    assert settle_log(demanding.settings, demanding.state) == ""


def test_the_start_begins_with_none_where_none_is_proved(demanding: Demanding) -> None:
    demanding.proof.unlink()
    assert "no release here stands in a log" in settle_log(demanding.settings, demanding.state)
    assert get_pointed(demanding.state) is None
    assert settle_log(demanding.settings, demanding.state) == ""


def test_a_worker_looks_again_at_what_it_refused_and_tells_it_once(demanding: Demanding) -> None:
    """A proof that was written anew, after a change of keys, counts without another release."""
    said: list[str] = []
    octets = demanding.proof.read_bytes()
    demanding.proof.unlink()
    watch = ReleaseWatch(demanding.state, said.append, Calendar(), demanding.settings)
    when = demanding.subscriber.home.when
    assert watch.look(100.0, when) is None
    assert watch.look(161.0, when) is None
    (open_current(demanding.state).folder / DECISIONS_PROOF).write_bytes(octets)
    assert watch.look(200.0, when) is None  # not yet
    assert watch.look(222.0, when) is not None
    assert watch.look(400.0, when) is None
    assert len(said) == 1
    assert "NOT FILTERING" in said[0]
