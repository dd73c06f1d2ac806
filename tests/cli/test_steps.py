"""Why each step let a name pass, for every step that can decide."""

import pytest

from filterdns.categories import HOLD, P1, P2, number_categories
from filterdns.cli.steps import steps_of
from filterdns.config.settings import Action, ProfileSettings, Window
from filterdns.names import parse_name
from filterdns.resolver.policy.evaluate import evaluate
from filterdns.resolver.policy.profile import Profile

CATEGORIES = number_categories(
    [("legal_order", "legal", 16), ("malware", "security", 15), ("adult", "content", 17), ("games", "overuse", 17)]
)
LEGAL, MALWARE, ADULT, GAMES = (category.mask for category in CATEGORIES)
NAME = parse_name("www.site.example")
SITE = 4  # where site.example begins


def told(mask: int, settings: ProfileSettings) -> dict[str, tuple[str, str]]:
    """Step -> (outcome, reason) for the name whose parent is listed with this mask."""
    profile = Profile(settings, CATEGORIES)
    matches = [(SITE, mask, 1)] if mask else []
    decision = evaluate(NAME, matches, profile)
    return {row.step: (row.outcome, row.reason) for row in steps_of(decision, NAME, matches, profile, CATEGORIES)}


ALL = ProfileSettings("kids", {category.id: Action.FILTER for category in CATEGORIES})
DENY = ProfileSettings("kids", ALL.actions, deny=(parse_name("site.example"),))
ALLOW = ProfileSettings("kids", ALL.actions, allow=(parse_name("site.example"),))

DECIDING = [
    (HOLD | P1, ALL, "hold", "site.example is held back: a protected host that is compromised"),
    (P1 | ADULT, DENY, "p1", "site.example is protected: help, health or learning"),
    (LEGAL, ALLOW, "legal", "site.example is listed as legal_order, filtered for kids"),
    (0, DENY, "household", "a rule of this household closes site.example"),
    (ADULT, ALLOW, "household", "a rule of this household opens site.example"),
    (P2 | ADULT, ALL, "p2", "site.example is protected: help, health or learning"),
    (MALWARE | ADULT, ALLOW, "security", "site.example is listed as malware, filtered for kids"),
    (ADULT | GAMES, ALL, "content", "site.example is listed as adult, filtered for kids"),
    (GAMES, ALL, "overuse", "site.example is listed as games, filtered for kids"),
    (0, ALL, "allow", "so the name is looked up"),
]


@pytest.mark.parametrize(("mask", "settings", "step", "reason"), DECIDING)
def test_the_deciding_step_says_why(mask: int, settings: ProfileSettings, step: str, reason: str) -> None:
    steps = told(mask, settings)
    assert steps[step] == ("decides", reason)
    outcomes = [outcome for outcome, _ in steps.values()]
    at = outcomes.index("decides")
    assert outcomes == ["passed"] * at + ["decides"] + ["not reached"] * (9 - at)


def with_action(action: Action) -> ProfileSettings:
    return ProfileSettings("teens", {"games": action} if action is not Action.ALLOW else {})


@pytest.mark.parametrize(
    ("mask", "settings", "step", "reason"),
    [
        (P2, DENY, "household", "the rule that closes site.example yields to the protected names"),
        (P2, ALLOW, "household", "a rule opens site.example, which is open anyway"),
        (MALWARE, ALLOW, "household", "the rule that opens site.example does not reach past security"),
        (GAMES, with_action(Action.ALLOW), "overuse", "listed as games, which this profile allows"),
        (GAMES, with_action(Action.COUNT), "overuse", "listed as games, which this profile only counts"),
        (ADULT, ProfileSettings("open"), "content", "listed as adult, which this profile allows"),
        (ADULT, ProfileSettings("open"), "security", "not listed"),
    ],
)
def test_a_step_that_lets_pass_says_why(mask: int, settings: ProfileSettings, step: str, reason: str) -> None:
    assert told(mask, settings)[step] == ("passed", reason)


def test_what_is_by_time_is_told_apart_from_what_is_filtered() -> None:
    by_time = ProfileSettings("kids", {"games": Action.TIME}, windows=(Window(frozenset(range(7)), 0, 1),))
    assert told(GAMES, by_time)["overuse"] == (
        "decides",
        "site.example is listed as games, closed at this time for kids",
    )
