"""Whatever a source serves and whatever people decide, in any order: what must never happen does not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from filterdns.errors import StateFault
from filterdns.lists.curate.finding import ACCEPT, GUARD, HOLD, SHRINK_RULE
from filterdns.lists.standing import accept, keep_old, pin_to, switch_on, undo_accept
from tests.lists.feeds import CLINIC, HELPLINE, Content, House, names

CONTENTS = (
    Content(names(400)),
    Content(names(410)),
    Content(names(400), note="the same names"),
    Content(names(90)),
    Content(names(95)),
    Content(names(80), note="cleaned"),
    Content(names(2_000)),
    Content(names(400, first=5_000)),
    Content(names(400), times=2),
    Content(names(400), rejected=300),
    Content(),
    Content(note="a header"),
    Content(format="html"),
    Content(frozenset({*names(400), HELPLINE})),
    Content(frozenset({*names(90), HELPLINE})),
    Content(frozenset({*names(400), f"sms.{HELPLINE}"})),
    Content(frozenset({*names(400), CLINIC})),
)

FETCHES = st.tuples(st.just("fetch"), st.sampled_from(CONTENTS))
AGAIN = st.tuples(st.just("again"), st.integers(1, 6))  # the same content, at so many fetches
PEOPLE = st.sampled_from(["accept", "keep_old", "undo", "roll_back", "switch_on", "build"]).map(lambda what: (what, 0))
STEPS = st.tuples(st.one_of(FETCHES, FETCHES, AGAIN, PEOPLE), st.integers(1, 60))  # what, and hours until the next


@dataclass
class Watch:
    """What an onlooker knows of one history, told without the code under test."""

    house: House = field(default_factory=House)
    agreed: set[str] = field(default_factory=set)  # digests that a person accepted and nobody took back
    shown: list[tuple[datetime, Content]] = field(default_factory=list)

    def fetch(self, content: Content) -> None:
        before = self.house.standing()
        accepted = self.house.accepted()
        self.shown.append((self.house.when, content))
        verdict = self.house.fetch(content)
        after, digest = self.house.standing(), content.census().sha256
        if before.switched_off:
            assert after == before
        elif digest in self.agreed and not before.pinned:
            assert verdict.action == ACCEPT
        if verdict.action == HOLD:
            assert after.accepted == before.accepted
        if after.accepted and after.accepted != before.accepted and after.accepted.by == SHRINK_RULE:
            assert accepted is not None
            self.check_shrink_stayed(accepted)

    def check_shrink_stayed(self, accepted: Content) -> None:
        """The last fetches, three or more over 72 hours, gave a list and less of it than may be lost."""
        count, first = 0, self.house.when
        for when, content in reversed(self.shown):
            if not 0 < len(content.names) < 0.7 * len(accepted.names) or content.census().p1_hits:
                break
            count, first = count + 1, when
        assert count >= 3
        assert self.house.when - first >= timedelta(hours=72)

    def decide(self, what: str) -> None:
        house, before = self.house, self.house.standing()
        if what == "accept":
            house.do(accept)
            assert before.held is not None
            self.agreed.add(before.held.sha256)
        elif what == "keep_old":
            house.do(keep_old)
            assert before.held is not None
            self.agreed.discard(before.held.sha256)
        elif what == "undo":
            house.do(undo_accept)
            assert before.accepted is not None
            self.agreed.discard(before.accepted.sha256)
        elif what == "roll_back":
            earlier = before.previous or before.accepted
            house.do(pin_to, "a-list", earlier.census if earlier else None, "person")
        elif what == "switch_on":
            house.do(switch_on)
        elif house.served:
            again = house.build()
            settled = house.standings
            assert house.build() == again
            assert house.standings == settled  # deciding again decides nothing

    def check(self) -> None:
        standing = self.house.standing()
        if standing.accepted:
            assert standing.accepted.sha256 in self.house.known  # it was fetched
        if standing.accepted and standing.accepted.by in (GUARD, SHRINK_RULE):
            census = standing.accepted.census
            assert census.names > 0
            assert census.format != "html"
            assert not census.p1_hits
            assert not census.p2_hits
        if standing.accepted and standing.held:
            assert standing.accepted.sha256 != standing.held.sha256
        assert len(standing.history) <= 50


@settings(max_examples=150)
@given(st.lists(STEPS, max_size=40))
def test_no_history_lets_in_what_must_not_come(steps: list[tuple[tuple[str, object], int]]) -> None:
    watch = Watch()
    for (what, value), hours in steps:
        try:
            if isinstance(value, Content):
                watch.fetch(value)
            elif what == "again":
                for _ in range(int(str(value)) if watch.shown else 0):
                    watch.house.sleep(hours=30)
                    watch.fetch(watch.shown[-1][1])
            else:
                watch.decide(what)
        except StateFault:
            pass  # there was nothing to decide
        watch.check()
        watch.house.sleep(hours=hours)
