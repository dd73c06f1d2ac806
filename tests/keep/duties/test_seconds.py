"""Real processes of a publisher and a home: how long after a decision at the desk a name resolves."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from filterdns.config.settings import DeskSettings
from filterdns.log.places import public_folder
from filterdns.transparency.appeals import events as e
from filterdns.transparency.casebook.casebook import find_casebook
from tests.lists.end_to_end.test_publisher_to_home import (
    NOERROR,
    NXDOMAIN,
    SECONDS,
    Both,
    half_an_hour_later,
    says,
    today_entry,
)
from tests.running import wait_until
from tests.simulators.behaviours import Plain
from tests.simulators.server import SimulatedUpstream
from tests.transparency.appeals.cases import ADULT
from tests.transparency.casebook.appealing import a_receipt

CLINIC = "clinic.example"
MOST_SECONDS = 30.0  # this machine does other things besides; alone it takes two or three, and five is what is promised


@pytest.fixture
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    with SimulatedUpstream(Plain(default="203.0.113.5")) as upstream:
        both = Both(upstream, tmp_path_factory.mktemp("both"))
        yield both
        both.stop()


def test_j3_d_from_a_decision_to_a_name_that_resolves_at_a_home(both: Both) -> None:
    publisher, state = both.publisher, both.publisher.state
    both.decide("own/gambling.yaml", today_entry(CLINIC))
    home = both.home()
    for each in (publisher, home):
        says(each, CLINIC, NXDOMAIN)
    wait_until(lambda: (state / "desk" / "cases.sqlite").exists(), SECONDS, "the pages have begun a casebook")
    book = find_casebook(state, DeskSettings())
    terms = type(ADULT)("gambling", ADULT.klass, ADULT.appeal, "open")
    when = datetime.now(UTC)
    case = book.open_or_join(
        terms,
        kind=e.APPEAL,
        name=CLINIC,
        subdomains=True,
        claim=False,
        when=when,
        due=when + ADULT.appeal,
        receipt=a_receipt(),
    ).case
    time.sleep(3)  # what the appeal has woken is over
    decided = {"outcome": e.REMOVED, "reason": {"en": "a clinic"}, "cause": "too_wide"}
    head = public_folder(state) / "revocations.head"
    before = head.read_bytes()
    begun = time.monotonic()
    book.append(case.id, e.DECIDED, "rev-1", "university", decided, datetime.now(UTC), expected_last=case.last)
    says(publisher, CLINIC, NOERROR)
    at_publisher = time.monotonic() - begun
    wait_until(lambda: head.read_bytes() != before, SECONDS, "homes are told")
    published = time.monotonic() - begun
    half_an_hour_later(home)
    says(home, CLINIC, NOERROR)
    at_home = time.monotonic() - begun
    times = f"{at_publisher:.2f} at the publisher, {published:.2f} until it was published, {at_home:.2f} at the home"
    print(f" seconds: {times}")
    assert at_home < MOST_SECONDS

    # A release follows, and the case is told; then our own resolver is seen to resolve it.
    def kinds() -> list[str]:
        return [event.kind for event in book.events(case.id)]

    wait_until(lambda: e.IN_FORCE in kinds(), SECONDS, f"a release has it:\n{publisher.output()}", every=0.2)
    wait_until(lambda: e.SEEN in kinds(), SECONDS, f"it was seen to resolve:\n{publisher.output()}", every=0.2)
    assert book.pending() == []
    says(publisher, CLINIC, NOERROR)
    book.close()
