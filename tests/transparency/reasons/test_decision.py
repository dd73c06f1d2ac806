"""`reasons.decision` and the resolver's `policy` never import each other: here one is held against the other."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from filterdns.categories import HOLD, P1, P2, number_categories
from filterdns.config.settings import Action, ProfileSettings, Window
from filterdns.names import label_offsets, parse_name
from filterdns.resolver.policy.decision import Match
from filterdns.resolver.policy.decision import Step as ResolverStep
from filterdns.resolver.policy.evaluate import evaluate
from filterdns.resolver.policy.profile import Profile
from filterdns.transparency.reasons.decision import Step, decide

CATEGORIES = number_categories(
    [
        ("order", "legal", 16),
        ("malware", "security", 15),
        ("phishing", "security", 15),
        ("adult", "content", 17),
        ("gambling", "content", 17),
        ("vpn", "bypass", 17),
        ("video", "overuse", 17),
        ("games", "overuse", 17),
    ]
)
QNAME = parse_name("a.b.c.example")
SUFFIXES = [QNAME[at:] for at in label_offsets(QNAME)]
MONDAY_FIVE_TO_SIX = (Window(frozenset({0}), 17 * 60, 18 * 60),)
OPEN = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
CLOSED = datetime(2026, 11, 23, 12, tzinfo=UTC)

bits = st.sampled_from([*(category.mask for category in CATEGORIES), HOLD, P1, P2])
masks = st.lists(bits, min_size=1, max_size=3).map(lambda chosen: sum(set(chosen)))
matches = st.dictionaries(st.sampled_from(label_offsets(QNAME)), masks, max_size=4).map(
    lambda found: [(at, found[at], number) for number, at in enumerate(sorted(found))]
)
rules = st.lists(st.sampled_from(SUFFIXES), max_size=2, unique=True).map(tuple)
profiles = st.builds(
    ProfileSettings,
    id=st.just("p"),
    actions=st.dictionaries(st.sampled_from([c.id for c in CATEGORIES]), st.sampled_from(Action)),
    windows=st.just(MONDAY_FIVE_TO_SIX),
    allow=rules,
    deny=rules,
)


@given(matches, profiles, st.booleans())
def test_pages_and_resolver_decide_alike(found: list[Match], settings: ProfileSettings, windows_open: bool) -> None:
    profile = Profile(settings, CATEGORIES)
    profile.new_second(OPEN if windows_open else CLOSED)
    expected = evaluate(QNAME, found, profile)
    got = decide(QNAME, found, CATEGORIES, settings, windows_open=windows_open)
    assert (got.filtered, got.category) == (expected.filtered, expected.category)
    same = Step.NONE if expected.step is ResolverStep.ALLOW else Step[expected.step.name]
    assert got.step is same
    if expected.filtered:
        assert got.offset == expected.offset


def test_steps_are_those_of_the_resolver_in_its_order() -> None:
    assert [step.name for step in Step][:-1] == [step.name for step in ResolverStep][:-1]
