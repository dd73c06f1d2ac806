"""What lists did in public, over simulated days: the last good copy stays, and what is right gets through by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from filterdns.lists.curate.finding import ACCEPT, HOLD, SHRINK_RULE, SWITCH_OFF
from filterdns.lists.deciding import decide
from filterdns.lists.standing import accept, ask_again, keep_old, pin_to, switch_on, undo_accept
from tests.lists.feeds import CLINIC, HELPLINE, Content, House, names, recipe

FULL = Content(names(4_000))
CLEANED = Content(names(960))  # 76 % less


@pytest.fixture
def house() -> House:
    """A house whose list was accepted on first sight, a day ago."""
    house = House()
    assert house.fetch(FULL).action == ACCEPT
    house.sleep(days=1)
    return house


def test_list_that_is_empty_for_two_days_and_back_on_the_third_never_counts_as_empty(house: House) -> None:
    for day in range(2):
        for _ in range(4):
            verdict = house.fetch(Content(note=f"header of day {day}"))
            assert (verdict.action, verdict.rules) == (HOLD, {"empty", "shrank"})
            assert house.accepted() == FULL
            house.sleep(hours=6)
    back = Content(names(4_010))
    assert house.fetch(back).action == ACCEPT
    assert (house.accepted(), house.waits()) == (back, None)


def test_list_that_stays_empty_for_a_month_is_never_accepted_by_itself(house: House) -> None:
    for _ in range(30):
        assert house.fetch(Content()).action == HOLD
        house.sleep(days=1)
    held = house.standing().held
    assert held is not None
    assert (held.fetches, held.shrunk) == (30, None)
    assert held.since == "2026-03-02T04:00:00+00:00"


def test_list_that_lost_82_percent_for_a_day_keeps_its_names(house: House) -> None:
    for _ in range(4):
        assert house.fetch(Content(names(720))).rules == {"shrank"}
        house.sleep(hours=6)
    assert house.accepted() == FULL
    house.fetch(FULL)
    assert (house.accepted(), house.waits()) == (FULL, None)
    assert [decision.what for decision in house.standing().history] == ["accepted", "held", "let_go"]


def test_shrink_that_went_away_and_came_back_waits_anew(house: House) -> None:
    house.fetch(CLEANED)
    house.sleep(days=2)
    house.fetch(FULL)
    house.sleep(days=1)
    for _ in range(3):
        assert house.fetch(CLEANED).action == HOLD
        house.sleep(days=1)
    assert house.fetch(CLEANED).action == ACCEPT


def test_list_whose_names_all_stand_twice_for_a_week_is_held_and_comes_back(house: House) -> None:
    for day in range(7):
        verdict = house.fetch(Content(FULL.names, times=2, note=f"day {day}"))
        assert (verdict.action, verdict.rules, verdict.words) == (HOLD, {"doubled"}, "would change no name")
        house.sleep(days=1)
    assert house.accepted() == FULL
    assert house.fetch(Content(FULL.names, note="day 7")).action == ACCEPT
    assert house.waits() is None


def test_list_that_was_cleaned_for_good_is_accepted_after_three_fetches_and_72_hours(house: House) -> None:
    for _ in range(3):
        assert house.fetch(CLEANED).action == HOLD
        house.sleep(days=1)
    verdict = house.fetch(CLEANED)
    assert (verdict.action, verdict.by, verdict.rules) == (ACCEPT, SHRINK_RULE, {"shrank"})
    standing = house.standing()
    assert standing.accepted is not None
    assert (house.accepted(), standing.accepted.by, standing.held) == (CLEANED, SHRINK_RULE, None)
    house.sleep(days=1)
    assert house.fetch(Content(names(965))).action == ACCEPT


def test_cleaned_list_is_accepted_although_it_changes_a_little_each_day(house: House) -> None:
    for day in range(3):
        assert house.fetch(Content(names(960 + 2 * day, first=day))).action == HOLD
        house.sleep(days=1)
    assert house.fetch(Content(names(966, first=3))).by == SHRINK_RULE


def test_list_that_shrinks_further_and_further_waits_from_the_last_fall(house: House) -> None:
    for count in (2_000, 1_000, 500):
        house.fetch(Content(names(count)))
        house.sleep(days=2)
    assert house.accepted() == FULL
    assert house.fetch(Content(names(500))).action == HOLD
    house.sleep(hours=24)
    assert house.fetch(Content(names(500))).by == SHRINK_RULE


def test_cleaned_list_below_its_recipe_is_accepted_by_itself_too() -> None:
    house = House({"a-list": recipe(least=1_000)})
    house.fetch(FULL)
    for _ in range(3):
        house.sleep(days=1)
        assert house.fetch(CLEANED).rules == {"few", "shrank"}
    house.sleep(days=1)
    assert house.fetch(CLEANED).by == SHRINK_RULE
    house.sleep(days=1)
    assert house.fetch(Content(names(950))).action == ACCEPT  # not asked about each day


def test_list_that_is_too_short_on_first_sight_waits_however_long_it_stays() -> None:
    house = House({"a-list": recipe(least=1_000)})
    for _ in range(10):
        assert house.fetch(CLEANED).action == HOLD
        house.sleep(days=1)
    assert house.accepted() is None


def test_accepted_copy_that_is_read_anew_stays_accepted(house: House) -> None:
    """A parser that has learnt more finds more names in the same octets."""
    census = replace(FULL.census(), names=20_000, p1_hits=(HELPLINE,))
    news = replace(house.news("a-list", FULL, house.when), census=census)
    standings, verdicts = decide(house.standings, [news], house.when)
    accepted = standings.of("a-list").accepted
    assert accepted is not None
    assert (verdicts["a-list"].action, accepted.census) == (ACCEPT, census)


def test_fault_between_two_fetches_of_a_shrink_starts_the_time_again(house: House) -> None:
    house.fetch(CLEANED)
    house.sleep(days=2)
    house.fetch(Content(format="html"))
    for _ in range(3):
        house.sleep(days=1)
        assert house.fetch(CLEANED).action == HOLD
    house.sleep(days=1)
    assert house.fetch(CLEANED).action == ACCEPT


def test_builds_without_a_fetch_do_not_count_as_fetches(house: House) -> None:
    house.fetch(CLEANED)
    for _ in range(10):
        house.sleep(days=1)
        assert house.build()["a-list"].action == HOLD
    assert house.fetch(CLEANED).action == HOLD
    house.build()
    held = house.standing().held
    assert held is not None
    assert held.shrunk is not None
    assert (held.fetches, held.shrunk.fetches) == (2, 2)


def test_three_fetches_within_an_hour_are_not_enough(house: House) -> None:
    for _ in range(5):
        assert house.fetch(CLEANED).action == HOLD
        house.sleep(minutes=15)


def test_clock_that_was_a_year_ahead_delays_a_shrink_and_no_more(house: House) -> None:
    house.sleep(days=365)
    house.fetch(CLEANED)
    house.sleep(days=-365)
    for _ in range(3):
        assert house.fetch(CLEANED).action == HOLD
        house.sleep(days=1)
    assert house.fetch(CLEANED).action == ACCEPT


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        (Content(names(7_000)), {"grew"}),
        (Content(names(4_000, first=100_000)), {"replaced"}),
        (Content(names(900, first=100_000)), {"shrank", "replaced"}),
        (Content(frozenset({*FULL.names, f"www.{CLINIC}"})), {"p2"}),
        (Content(FULL.names, rejected=3_000), {"rejected"}),
        (Content(format="html"), {"html"}),
        (Content(format=""), {"html"}),
        (Content(names(30)), {"empty", "shrank"}),
    ],
)
def test_nothing_but_a_shrink_is_accepted_by_itself(house: House, content: Content, rules: set[str]) -> None:
    for _ in range(10):
        verdict = house.fetch(content)
        assert (verdict.action, verdict.rules) == (HOLD, rules)
        house.sleep(days=1)
    assert house.accepted() == FULL


def test_first_hit_on_a_helpline_holds_the_list_and_the_second_switches_it_off(house: House) -> None:
    hit = Content(frozenset({*FULL.names, HELPLINE}))
    for _ in range(5):
        assert house.fetch(hit).action == HOLD  # not mended yet: the same mistake, once
        house.sleep(days=1)
    house.fetch(FULL)
    house.sleep(days=30)
    verdict = house.fetch(Content(hit.names, note="later"))
    assert verdict.action == SWITCH_OFF
    off = house.standing().switched_off
    assert off is not None
    assert "second time within a quarter" in off.reason
    assert house.fetch(FULL).action == SWITCH_OFF  # until a person says otherwise
    house.do(switch_on)
    assert house.fetch(FULL).action == ACCEPT


def test_second_hit_after_a_quarter_is_a_first_one_again(house: House) -> None:
    hit = Content(frozenset({*FULL.names, HELPLINE}))
    house.fetch(hit)
    house.sleep(days=1)
    house.fetch(FULL)
    house.sleep(days=92)
    assert house.fetch(hit).action == HOLD


def test_another_helpline_is_another_hit_even_while_the_list_is_held(house: House) -> None:
    house.fetch(Content(frozenset({*FULL.names, HELPLINE})))
    house.sleep(days=1)
    assert house.fetch(Content(frozenset({*FULL.names, HELPLINE, f"sms.{HELPLINE}"}))).action == SWITCH_OFF


def test_hit_that_a_person_refused_is_not_counted_twice_while_it_lasts(house: House) -> None:
    house.fetch(Content(frozenset({*FULL.names, HELPLINE})))
    house.do(keep_old)
    house.sleep(days=1)
    assert house.fetch(Content(frozenset({*FULL.names, HELPLINE}), note="next day")).action == HOLD


def test_refused_content_is_not_asked_about_again_and_another_is(house: House) -> None:
    grown = Content(names(8_000))
    house.fetch(grown)
    house.do(keep_old)
    for _ in range(5):
        house.sleep(days=1)
        assert house.fetch(grown).rules == {"grew", "kept_old"}
        assert house.waits() is None
    assert house.fetch(Content(names(8_001))).rules == {"grew"}
    assert house.waits() is not None
    assert house.accepted() == FULL


def test_refused_content_can_be_asked_about_again(house: House) -> None:
    grown = Content(names(8_000))
    house.fetch(grown)
    house.do(keep_old)
    house.standings = ask_again(house.standings, "a-list", "person", house.when, grown.census().sha256)
    house.build()
    assert house.waits() == grown


def test_refused_shrink_is_not_accepted_by_time(house: House) -> None:
    house.fetch(CLEANED)
    house.do(keep_old)
    for _ in range(10):
        house.sleep(days=1)
        assert house.fetch(CLEANED).action == HOLD
    assert house.accepted() == FULL


def test_undone_import_stays_undone_when_the_list_moves_on(house: House) -> None:
    house.fetch(Content(names(4_100)))
    house.do(undo_accept)
    assert (house.accepted(), house.waits()) == (FULL, Content(names(4_100)))
    house.sleep(days=1)
    verdict = house.fetch(Content(names(4_110)))
    assert (verdict.action, verdict.rules) == (HOLD, {"pinned"})
    assert verdict.words == "would add 110 names"
    house.do(accept)
    house.sleep(days=1)
    assert house.fetch(Content(names(4_120))).action == ACCEPT  # decided: the guard goes on


def test_first_import_can_be_undone_and_done_again() -> None:
    house = House()
    house.fetch(FULL)
    house.do(undo_accept)
    assert (house.accepted(), house.build()["a-list"].action) == (None, HOLD)
    house.do(accept)
    assert house.accepted() == FULL


def test_rolled_back_source_waits_for_a_person(house: House) -> None:
    newer = Content(names(4_100))
    house.fetch(newer)
    house.do(pin_to, "a-list", FULL.census(), "person")
    for _ in range(5):
        assert house.build()["a-list"].rules == {"pinned"}
        house.sleep(days=1)
    assert (house.accepted(), house.waits()) == (FULL, newer)
    assert house.fetch(FULL).action == ACCEPT


def test_change_that_was_worked_out_against_another_copy_is_left_for_the_next_round(house: House) -> None:
    stale = house.news("a-list", Content(names(4_010)), house.when)
    house.fetch(Content(names(4_005)))
    before = house.standings
    assert decide(before, [stale], house.when) == (before, {})


def two_lists() -> House:
    house = House({source: recipe(source) for source in ("one", "two", "new")})
    house.fetch(Content(names(20_000)), "one")
    house.fetch(Content(names(20_000)), "two")
    return house


def test_lists_that_drift_together_are_held_before_their_category_grows_by_a_fifth() -> None:
    house = two_lists()
    for _ in range(8):
        house.sleep(days=1)
        house.build()
    house.sleep(days=1)
    assert house.fetch(Content(names(24_000)), "one").action == ACCEPT
    house.sleep(days=2)
    verdict = house.fetch(Content(names(24_500)), "two")
    assert (verdict.action, verdict.rules) == (HOLD, {"category"})
    house.sleep(days=1)
    assert house.fetch(Content(names(21_000)), "two").action == ACCEPT


def test_list_that_a_person_switched_on_is_no_drift() -> None:
    house = two_lists()
    house.sleep(days=10)
    house.do(switch_on, "new")
    assert house.fetch(Content(names(60_000, first=90_000)), "new").action == ACCEPT
    house.sleep(days=1)
    assert house.fetch(Content(names(20_100)), "one").action == ACCEPT


def test_growth_that_a_person_accepted_is_no_drift_of_the_next_days() -> None:
    house = two_lists()
    house.sleep(days=10)
    house.fetch(Content(names(60_000)), "one")
    house.do(accept, "one")
    for day in range(1, 5):
        house.sleep(days=1)
        assert house.fetch(Content(names(60_000 + 10 * day)), "one").action == ACCEPT


def test_slow_growth_is_no_drift() -> None:
    house = two_lists()
    for day in range(1, 40):
        house.sleep(days=1)
        assert house.fetch(Content(names(20_000 + 400 * day)), "one").action == ACCEPT
    assert len(house.standing("one").sizes) < 12
