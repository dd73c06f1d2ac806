"""The order of decision of requirements section 3, as a table and against a slow reading of it."""

from __future__ import annotations

from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.categories import EXACT, HOLD, P1, P2, Class
from filterdns.config.settings import Action, ProfileSettings
from filterdns.names import parse_name
from filterdns.resolver.policy.decision import ORDER, Decision, Match, Step
from filterdns.resolver.policy.evaluate import evaluate, verdict
from tests.resolver.listed import ALL, BITS, CATEGORIES, IDS, compiled, names, profile_of

NAME = parse_name("one.two.three.example")
SUFFIXES = ("one.two.three.example", "two.three.example", "three.example", "example")
MARK_OF = {
    Step.HOLD: "HOLD",
    Step.P1: "P1",
    Step.LEGAL: "legal_order",
    Step.P2: "P2",
    Step.SECURITY: "malware",
    Step.CONTENT: "gambling",
    Step.BYPASS: "bypass_vpn",
    Step.OVERUSE: "games",
}
ALLOWING = {Step.P1, Step.P2, Step.ALLOW}


def matches(marks: dict[str, str]) -> list[Match]:
    """Matches of NAME as an index gives them: suffix -> marks."""
    found = []
    for suffix in SUFFIXES:
        if suffix in marks:
            mask = sum(BITS[mark] for mark in set(marks[suffix].split()))
            found.append((NAME.index(parse_name(suffix)), mask, 1))
    return found


def decide(marks: dict[str, str], profile: ProfileSettings = ALL, shield: int = 0) -> Decision:
    return evaluate(NAME, matches(marks), compiled(profile), shield)


@pytest.mark.parametrize("step", [step for step in ORDER if step in MARK_OF])
def test_each_step_decides_where_it_stands_alone(step: Step) -> None:
    decision = decide({"three.example": MARK_OF[step]})
    assert (decision.step, decision.filtered) == (step, step not in ALLOWING)


def test_what_no_list_knows_is_allowed() -> None:
    decision = decide({})
    assert (decision.step, decision.filtered) == (Step.ALLOW, False)


@pytest.mark.parametrize(("first", "second"), list(combinations([s for s in ORDER if s in MARK_OF], 2)))
@pytest.mark.parametrize(("place", "other"), [*permutations(SUFFIXES[:3], 2), ("three.example", "three.example")])
def test_the_class_decides_before_the_length_of_the_name(first: Step, second: Step, place: str, other: str) -> None:
    marks = {other: MARK_OF[second]}
    marks[place] = f"{marks.get(place, '')} {MARK_OF[first]}"
    decision = decide(marks)
    assert (decision.step, decision.filtered) == (first, first not in ALLOWING)


@pytest.mark.parametrize(
    ("mark", "step", "filtered"),
    [
        ("HOLD", Step.HOLD, True),
        ("P1", Step.P1, False),
        ("legal_order", Step.LEGAL, True),
        ("P2", Step.P2, False),
        ("malware", Step.SECURITY, True),
        ("gambling", Step.HOUSEHOLD, False),
        ("bypass_vpn", Step.HOUSEHOLD, False),
        ("games", Step.HOUSEHOLD, False),
    ],
)
@pytest.mark.parametrize("listed", SUFFIXES[:3])
def test_an_allowance_reaches_content_bypass_and_over_use_and_nothing_else(
    mark: str, step: Step, filtered: bool, listed: str
) -> None:
    decision = decide({listed: mark}, profile_of(allow=names("two.three.example")))
    assert (decision.step, decision.filtered) == (step, filtered)


@pytest.mark.parametrize(
    ("mark", "step", "filtered"),
    [
        ("HOLD", Step.HOLD, True),
        ("P1", Step.P1, False),
        ("legal_order", Step.LEGAL, True),
        ("P2", Step.P2, False),
        ("malware", Step.HOUSEHOLD, True),
        ("gambling", Step.HOUSEHOLD, True),
        ("games", Step.HOUSEHOLD, True),
    ],
)
def test_a_denial_stands_behind_holds_p1_and_orders_and_has_no_effect_on_p2(
    mark: str, step: Step, filtered: bool
) -> None:
    decision = decide({"three.example": mark}, profile_of(deny=names("three.example")))
    assert (decision.step, decision.filtered) == (step, filtered)


@pytest.mark.parametrize(
    ("allow", "deny", "filtered"),
    [
        (("three.example",), ("two.three.example",), True),
        (("two.three.example",), ("three.example",), False),
        (("two.three.example",), ("two.three.example",), False),
        (("example",), ("one.two.three.example",), True),
        ((), ("other.example", "ne.two.three.example"), False),
        ((), ("sub.one.two.three.example",), False),
    ],
)
def test_of_the_households_rules_the_longest_name_wins_and_an_allowance_a_tie(
    allow: tuple[str, ...], deny: tuple[str, ...], filtered: bool
) -> None:
    assert decide({}, profile_of(allow=names(*allow), deny=names(*deny))).filtered == filtered


def test_inside_a_class_the_longest_name_decides() -> None:
    decision = decide({"three.example": "adult", "two.three.example": "gambling"})
    assert decision.category is not None
    assert decision.category.id == "gambling"
    assert NAME[decision.offset :] == parse_name("two.three.example")


def test_on_one_name_the_first_category_of_the_table_decides() -> None:
    decision = decide({"three.example": "gambling adult"})
    assert decision.category is not None
    assert decision.category.id == "adult"


def test_a_category_that_the_profile_does_not_filter_does_not_hide_one_that_it_does() -> None:
    decision = decide({"three.example": "adult", "two.three.example": "gambling"}, profile_of(["adult"]))
    assert decision.category is not None
    assert decision.category.id == "adult"
    assert NAME[decision.offset :] == parse_name("three.example")


@pytest.mark.parametrize("action", [Action.ALLOW, Action.COUNT, Action.CANARY])
def test_actions_that_do_not_filter_do_not_filter(action: Action) -> None:
    assert not decide({"three.example": "gambling"}, ProfileSettings("home", {"gambling": action})).filtered


def test_the_protection_of_the_question_covers_its_targets() -> None:
    assert not decide({"three.example": "malware"}, shield=P1).filtered
    assert not decide({"three.example": "legal_order"}, shield=P1).filtered
    assert not decide({"three.example": "gambling malware"}, shield=P2).filtered
    assert not decide({}, profile_of(deny=names("three.example")), shield=P2).filtered
    assert decide({"three.example": "legal_order"}, shield=P2).filtered
    assert decide({"three.example": "HOLD"}, shield=P1).filtered


marks_drawn = st.dictionaries(
    st.sampled_from(SUFFIXES),
    st.lists(st.sampled_from([*IDS, *IDS, "HOLD", "P1", "P2"]), min_size=1, max_size=3, unique=True).map(" ".join),
    max_size=3,
)
rules_drawn = st.lists(st.sampled_from(SUFFIXES), max_size=2, unique=True)
actions_drawn = st.dictionaries(st.sampled_from(IDS), st.sampled_from(list(Action)))


def slow_reading(marks: dict[str, str], profile: ProfileSettings) -> tuple[Step, bool]:
    """Requirements section 3 word by word, without masks."""
    present = {mark for text in marks.values() for mark in text.split()}
    filtered = {id_ for id_, action in profile.actions.items() if action in (Action.FILTER, Action.TIME)}
    classes = {category.id: category.klass for category in CATEGORIES}

    def denies(klass: Class) -> bool:
        return any(classes[id_] is klass for id_ in present & filtered)

    rule = None
    for suffix in map(parse_name, SUFFIXES):
        if rule is None and suffix in (*profile.allow, *profile.deny):
            rule = suffix in profile.allow
    if "HOLD" in present:
        return Step.HOLD, True
    if "P1" in present:
        return Step.P1, False
    if any(classes[i] is Class.LEGAL and profile.actions.get(i) is Action.FILTER for i in present & filtered):
        return Step.LEGAL, True
    if "P2" in present:
        return Step.P2, False
    if rule is False:
        return Step.HOUSEHOLD, True
    if denies(Class.SECURITY):
        return Step.SECURITY, True
    if rule is True:
        return Step.HOUSEHOLD, False
    for klass, step in ((Class.CONTENT, Step.CONTENT), (Class.BYPASS, Step.BYPASS), (Class.OVERUSE, Step.OVERUSE)):
        if denies(klass):
            return step, True
    return Step.ALLOW, False


@given(marks_drawn, rules_drawn, rules_drawn, actions_drawn)
def test_the_decision_is_what_the_requirements_say(
    marks: dict[str, str], allow: list[str], deny: list[str], actions: dict[str, Action]
) -> None:
    settings = ProfileSettings("home", actions, allow=names(*allow), deny=names(*deny))
    decision = decide(marks, settings)
    assert (decision.step, decision.filtered) == slow_reading(marks, settings)
    if decision.filtered and decision.category is not None:  # explained by a listing that is really there
        suffix = next(s for s in SUFFIXES if parse_name(s) == NAME[decision.offset :])
        assert decision.category.id in marks[suffix].split()


@given(marks_drawn, rules_drawn, rules_drawn, st.sets(st.sampled_from(IDS)), st.sampled_from(IDS), st.booleans())
def test_adding_a_category_to_a_profile_or_to_a_name_never_un_filters(
    marks: dict[str, str], allow: list[str], deny: list[str], filtered: set[str], more: str, to_name: bool
) -> None:
    rules = {"allow": names(*allow), "deny": names(*deny)}
    before = decide(marks, profile_of(filtered, **rules))
    if to_name:
        after = decide(marks | {SUFFIXES[1]: f"{marks.get(SUFFIXES[1], '')} {more}"}, profile_of(filtered, **rules))
    else:
        after = decide(marks, profile_of(filtered | {more}, **rules))
    assert after.filtered or not before.filtered


@given(st.sets(st.sampled_from([*IDS, "HOLD", "P1", "P2", "ALLOWED_BELOW"]), min_size=1), st.booleans(), actions_drawn)
def test_a_remembered_verdict_says_what_evaluate_says(marks: set[str], exact: bool, actions: dict[str, Action]) -> None:
    mask = sum(BITS[mark] for mark in marks) | (EXACT if exact else 0)
    profile = compiled(ProfileSettings("home", actions))
    for _ in range(2):
        known, fresh = verdict(mask, profile), evaluate(NAME, [(0, mask, 1)], profile)
        assert (known.step, known.filtered, known.category) == (fresh.step, fresh.filtered, fresh.category)
        assert known.mask == fresh.mask


def test_protected_marks_are_no_categories() -> None:
    """HOLD, P1 and P2 decide for a profile that filters nothing at all."""
    nothing = ProfileSettings("home")
    assert decide({"example": "HOLD"}, nothing).filtered
    for mark in (P1, P2):
        assert not evaluate(NAME, [(0, mask, 1) for mask in (mark, BITS["adult"])], compiled(nothing)).filtered
    assert HOLD not in (P1, P2)
