"""What stands against a copy of a list, rule by rule, and in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.lists.census import Census, Change
from filterdns.lists.curate.finding import ACCEPT, HOLD, SHRINK_RULE, SWITCH_OFF, Verdict
from filterdns.lists.curate.guard import Helplines, Limits, Stay, judge
from filterdns.lists.recipe import Recipe
from tests.lists.feeds import BEGIN, recipe

OLD = Census("old", "domains", lines=10_000, names=10_000, duplicates=0, rejected=0)
FEED = recipe(least=100, most=100_000)


def seen(
    new: Census,
    accepted: Census | None = OLD,
    change: Change | None = None,
    feed: Recipe = FEED,
    helplines: Helplines | None = None,
    stay: Stay | None = None,
) -> Verdict:
    return judge(
        feed,
        new,
        accepted,
        change,
        helplines=helplines or Helplines(),
        stay=stay or Stay(),
        when=BEGIN,
        limits=Limits(),
    )


def copy(names: int = 10_000, **facts: object) -> Census:
    return replace(OLD, **{"sha256": "new", "names": names, "lines": names, **facts})  # type: ignore[arg-type]


def words(verdict: Verdict) -> list[str]:
    return [finding.words for finding in verdict.findings]


@pytest.mark.parametrize(
    ("new", "rules"),
    [
        (copy(), set()),
        (copy(7_000), set()),
        (copy(6_999), {"shrank"}),
        (copy(15_000), set()),
        (copy(15_001), {"grew"}),
        (copy(100), {"shrank"}),
        (copy(99), {"few", "shrank", "empty"}),
        (copy(0), {"empty", "shrank"}),
        (copy(200_000), {"many", "grew"}),
        (copy(duplicates=2_500, lines=12_500), set()),
        (copy(duplicates=2_501, lines=12_501), {"doubled"}),
        (copy(duplicates=10_000, lines=90_000), {"doubled"}),  # comments do not hide it
        (copy(rejected=4_285, lines=14_285), set()),
        (copy(rejected=4_286, lines=14_286), {"rejected"}),
        (copy(rejected=4_286, lines=40_000), {"rejected"}),
        (copy(0, rejected=500, lines=500), {"empty", "shrank", "rejected"}),
        (copy(0, format="html", rejected=500, lines=500), {"html"}),
        (copy(0, format=""), {"html"}),
        (copy(p1_hits=("help.example",)), {"p1"}),
        (copy(p2_hits=("clinic.example",)), {"p2"}),
    ],
)
def test_rules_stand_against_a_copy_beyond_their_limits(new: Census, rules: set[str]) -> None:
    verdict = seen(new)
    assert verdict.rules == rules
    assert verdict.action == (HOLD if rules else ACCEPT)


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [(150, 51, set()), (150, 49, {"shrank"}), (1_000, 1_999, set()), (1_000, 2_001, {"grew"}), (0, 900, set())],
)
def test_short_lists_may_change_by_a_greater_share(before: int, after: int, rules: set[str]) -> None:
    feed = recipe(least=1)
    assert seen(copy(after), copy(before), feed=feed).rules == rules


@pytest.mark.parametrize(
    ("new", "rules"),
    [
        (copy(), set()),
        (copy(99), {"few"}),
        (copy(0), {"empty"}),
        (copy(100_001), {"many"}),
        (copy(0, format="html"), {"html"}),
        (copy(duplicates=10_000, lines=20_000), {"doubled"}),
        (copy(rejected=10_000, lines=20_000), {"rejected"}),
        (copy(p1_hits=("help.example",)), {"p1"}),
        (copy(p2_hits=("clinic.example",)), {"p2"}),
    ],
)
def test_on_first_sight_all_is_asked_but_for_what_changed(new: Census, rules: set[str]) -> None:
    assert seen(new, None).rules == rules


def test_formats_that_say_a_name_in_two_lines_are_not_doubled() -> None:
    pairs = copy(format="rpz", duplicates=10_000, lines=20_000)
    assert seen(pairs, None).rules == set()
    assert seen(replace(pairs, sha256="next"), pairs).rules == set()
    assert seen(copy(format="rpz", duplicates=30_000, lines=40_000), pairs).rules == {"doubled"}
    assert seen(copy(format="rpz", duplicates=20_000, lines=30_000), None).rules == {"doubled"}


def test_share_that_the_accepted_copy_had_already_is_no_news() -> None:
    before = copy(rejected=6_000, lines=16_000)
    assert seen(copy(rejected=6_500, lines=16_500), before).rules == set()
    assert seen(copy(rejected=12_000, lines=22_000), before).rules == {"rejected"}


def test_size_that_was_accepted_against_the_recipe_is_not_asked_about_each_day() -> None:
    assert seen(copy(90), copy(95)).rules == set()
    assert seen(copy(120_500), copy(120_000)).rules == set()


def test_exchanged_names_are_no_everyday_change_but_for_feeds_of_new_fakes() -> None:
    exchanged = Change(added=6_000, removed=6_000)
    assert seen(copy(), change=exchanged).rules == {"replaced"}
    assert seen(copy(), change=exchanged, feed=recipe(category="phishing")).rules == set()
    assert seen(copy(), change=Change(added=4_900, removed=4_900)).rules == set()
    small = copy(90)
    assert seen(small, replace(small, sha256="old"), Change(90, 90), recipe()).rules == set()


def test_protected_names_within_the_allowance_or_known_do_not_hold_a_list() -> None:
    hits = copy(p2_hits=("a.example", "b.example"))
    assert seen(hits, feed=replace(FEED, protected_allowance=2)).rules == set()
    assert seen(hits, feed=replace(FEED, protected_allowance=1)).rules == {"p2"}
    assert seen(copy(p2_hits=("a.example",)), replace(hits, sha256="old")).rules == set()
    assert seen(copy(p2_hits=("c.example",)), replace(hits, sha256="old")).rules == {"p2"}


def test_allowance_is_for_p2_alone_and_p1_is_held_each_time() -> None:
    hit = copy(p1_hits=("help.example",))
    assert seen(hit, replace(hit, sha256="old"), feed=replace(FEED, protected_allowance=9)).rules == {"p1"}


@pytest.mark.parametrize(
    ("days", "known", "action"),
    [(10, (), SWITCH_OFF), (92, (), SWITCH_OFF), (93, (), HOLD), (-400, (), SWITCH_OFF), (1, ("help.example",), HOLD)],
)
def test_second_hit_on_a_helpline_within_a_quarter_switches_off(days: int, known: tuple[str, ...], action: str) -> None:
    helplines = Helplines([BEGIN.date() - timedelta(days=days)], known)
    assert seen(copy(p1_hits=("help.example",)), helplines=helplines).action == action


def test_earlier_hits_are_held_against_no_copy_without_one() -> None:
    assert seen(copy(), helplines=Helplines([date(2026, 2, 28)])).action == ACCEPT


STAYED = Stay(3, timedelta(hours=72))


@pytest.mark.parametrize(
    ("stay", "action"),
    [(STAYED, ACCEPT), (Stay(2, timedelta(days=9)), HOLD), (Stay(9, timedelta(hours=71, minutes=59)), HOLD)],
)
def test_shrink_is_accepted_after_three_fetches_and_72_hours(stay: Stay, action: str) -> None:
    verdict = seen(copy(2_400), stay=stay)
    assert verdict.action == action
    assert (verdict.by == SHRINK_RULE) == (action == ACCEPT)


CENSUSES = st.builds(
    Census,
    sha256=st.just("new"),
    format=st.sampled_from(["domains", "hosts", "rpz", "html", ""]),
    lines=st.integers(0, 50_000),
    names=st.integers(0, 50_000),
    duplicates=st.integers(0, 50_000),
    rejected=st.integers(0, 50_000),
    p1_hits=st.sampled_from([(), ("help.example",)]),
    p2_hits=st.sampled_from([(), ("clinic.example",)]),
)


@given(CENSUSES, st.one_of(st.none(), CENSUSES))
def test_time_lets_in_nothing_but_fewer_names_of_a_list(new: Census, accepted: Census | None) -> None:
    at_once, later = seen(new, accepted), seen(new, accepted, stay=STAYED)
    assert at_once.findings == later.findings
    if at_once.action != later.action:
        assert later.by == SHRINK_RULE
        assert accepted is not None
        assert 0 < new.names < accepted.names
        assert not new.p1_hits
        assert new.format not in ("html", "")


@given(CENSUSES, st.one_of(st.none(), CENSUSES))
def test_every_copy_that_is_not_accepted_says_why_in_words(new: Census, accepted: Census | None) -> None:
    verdict = seen(new, accepted)
    assert verdict.words.startswith("would ")
    assert (verdict.action == ACCEPT) == (not verdict.findings)
    assert all(finding.words for finding in verdict.findings)


@pytest.mark.parametrize(
    ("new", "accepted", "change", "text"),
    [
        (copy(50_000), OLD, Change(40_000, 12), "would add 40,000 names and remove 12"),
        (copy(), OLD, Change(1, 0), "would add 1 name"),
        (copy(), OLD, Change(0, 2), "would remove 2 names"),
        (copy(), OLD, Change(0, 0), "would change no name"),
        (copy(), None, None, "would bring 10,000 names"),
        (copy(9), OLD, None, "would have 9 names instead of 10,000"),
        (
            copy(p1_hits=("a.example",), p2_hits=("b.example", "c.example")),
            OLD,
            Change(3, 0),
            "would add 3 names; three of them are help sites: a.example, b.example, c.example",
        ),
        (copy(p2_hits=("b.example",)), OLD, Change(3, 0), "would add 3 names; one of them is a help site: b.example"),
        (
            copy(p2_hits=tuple(f"{n}.example" for n in range(20))),
            OLD,
            Change(30, 0),
            "would add 30 names; 20 of them are help sites: "
            "0.example, 1.example, 2.example, 3.example, 4.example and 15 others",
        ),
    ],
)  # fmt: skip
def test_what_a_copy_would_change_is_said_in_a_sentence(
    new: Census, accepted: Census | None, change: Change | None, text: str
) -> None:
    assert seen(new, accepted, change).words == text


def test_findings_give_the_numbers_in_words() -> None:
    assert words(seen(copy(1_800))) == ["lost 8,200 of 10,000 names (82 %)"]
    assert words(seen(copy(24_000))) == ["14,000 names more than the 10,000 before (140 %)"]
    assert words(seen(copy(2), copy(5_000), feed=recipe()))[0] == "2 names left of 5,000: as good as empty"
    assert words(seen(copy(99), None)) == ["99 names, and 100 or more are expected"]
    assert words(seen(copy(rejected=10_000, lines=20_000, rejected_examples=("7: x",)))) == [
        "10,000 lines cannot be read as names (50 %); the first: 7: x"
    ]
