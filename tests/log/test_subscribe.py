"""A home takes a publisher's decisions, and refuses whatever is not right while it keeps the last good ones (J7)."""

from __future__ import annotations

from tests.lists.entries import own_entry
from tests.log.two_roles import Author, Subscriber, later


def test_a_decision_of_the_publisher_is_in_the_next_release_of_a_home(author: Author, subscriber: Subscriber) -> None:
    author.decide("own/gambling.yaml", own_entry("casino.example"))
    polled = subscriber.poll()
    assert polled.accepted == {"decisions", "revocations"}
    release = subscriber.build()
    assert subscriber.home.found("casino.example") == {"gambling"}
    assert "decisions.json" in release.manifest.inputs
    assert (release.folder / "decisions.tlog-proof").exists()
