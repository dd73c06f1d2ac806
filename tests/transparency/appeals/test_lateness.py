from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case, fold
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.appeals.lateness import Due, Valve, due_events, lacks_hands
from filterdns.transparency.appeals.rules import Terms
from tests.transparency.appeals.cases import ADULT, BEGIN, FRAUD, LEGAL, MALWARE, RULES, history, opened

WEEK = BEGIN + timedelta(days=7)
NEVER_SEEN: dict[str, datetime] = {}


def due(
    cases: list[Case], when: datetime, valve: Valve | None = None, hits: dict[str, datetime] = NEVER_SEEN
) -> list[Due]:
    return due_events(cases, when, RULES, valve or Valve({}), lambda name, category: hits.get(name))


def kinds(found: list[Due]) -> list[tuple[str, object]]:
    return [(each.kind, each.data.get("why")) for each in found]


def after(case: Case, found: Due, when: datetime) -> Case:
    from filterdns.transparency.appeals.case import step

    return step(case, Event(case.last + 1, case.id, when, found.kind, e.CLOCK, "", found.data))


def test_a3_late_means_suspended_at_the_hour_and_once() -> None:
    case = fold([opened()])
    assert due([case], WEEK - timedelta(seconds=1)) == []
    (found,) = due([case], WEEK)
    assert (found.kind, found.data["why"]) == (e.SUSPENDED, e.WHY_LATE)
    assert due([after(case, found, WEEK)], WEEK + timedelta(hours=1)) == []


def test_a4_malware_stays_while_a_feed_sees_it_and_goes_when_that_is_stale() -> None:
    case = fold([opened(MALWARE, days=1)])
    when = BEGIN + timedelta(days=1)
    fresh, stale = {case.name: when - timedelta(hours=1)}, {case.name: when - timedelta(hours=25)}
    (found,) = due([case], when, hits=fresh)
    assert kinds([found]) == [(e.LATE, e.BY_LIVE_HIT)]
    told = after(case, found, when)
    assert due([told], when + timedelta(hours=1), hits=fresh) == []
    assert kinds(due([told], when + timedelta(hours=24), hits=fresh)) == [(e.SUSPENDED, e.WHY_LATE)]
    assert kinds(due([case], when, hits=stale)) == [(e.SUSPENDED, e.WHY_LATE)]


def test_a_live_hit_counts_for_malware_and_phishing_alone() -> None:
    case = fold([opened(FRAUD, days=2)])
    when = BEGIN + timedelta(days=2)
    assert kinds(due([case], when, hits={case.name: when})) == [(e.SUSPENDED, e.WHY_LATE)]


def test_an_order_from_outside_is_told_and_never_opened() -> None:
    case = fold([opened(LEGAL, days=3)])
    (found,) = due([case], WEEK)
    assert kinds([found]) == [(e.LATE, e.BY_ISSUER)]
    assert due([after(case, found, WEEK)], WEEK + timedelta(days=365)) == []


def test_a_proposal_that_nobody_looks_at_is_closed_and_nothing_is_listed() -> None:
    case = fold([opened(kind=e.PROPOSAL, days=3)])
    assert [each.data["outcome"] for each in due([case], BEGIN + timedelta(days=3))] == [e.NOT_EXAMINED]
    taken = fold(history(opened(kind=e.PROPOSAL, days=3), (e.TAKEN, "a", "one", {"due": WEEK.isoformat()})))
    assert due([taken], BEGIN + timedelta(days=3)) == []
    assert [each.data["outcome"] for each in due([taken], WEEK)] == [e.NO_DECISION]


def flood(number: int, terms: Terms = ADULT, *, claim: bool = False) -> list[Case]:
    return [fold([opened(terms, case=n, number=n, name=f"n{n}.example", claim=claim)]) for n in range(1, number + 1)]


def test_the_valve_lets_fifty_a_day_go_or_one_in_a_hundred() -> None:
    cases = flood(200)
    few, many = Valve({"adult": 100}), Valve({"adult": 12_000})
    for valve, most in ((few, 50), (many, 120)):
        found = kinds(due(cases, WEEK, valve))
        assert found.count((e.SUSPENDED, e.WHY_LATE)) == most
        assert found.count((e.LATE, e.BY_VALVE)) == 200 - most
    assert kinds(due(cases, WEEK, replace(few, opened_today={"adult": 50}))).count((e.SUSPENDED, e.WHY_LATE)) == 0


def test_the_valve_never_holds_a_claim_of_protection() -> None:
    found = kinds(due([*flood(200), *flood(1_000, claim=True)[500:]], WEEK, Valve({"adult": 100})))
    assert found.count((e.SUSPENDED, e.WHY_LATE)) == 500 + 50


def test_the_valve_opens_by_itself_after_72_hours_and_at_the_latest_after_14_days() -> None:
    case = fold(history(opened(), (e.LATE, e.CLOCK, "", {"why": e.BY_VALVE}), hours=7 * 24))
    full = Valve({"adult": 100}, {"adult": 50})
    assert due([case], WEEK + timedelta(hours=71), full) == []
    assert kinds(due([case], WEEK + timedelta(hours=72), full)) == [(e.SUSPENDED, e.WHY_LATE)]
    extended = replace(full, extended_until={"adult": WEEK + timedelta(days=400)})
    assert due([case], WEEK + timedelta(days=13), extended) == []
    assert kinds(due([case], WEEK + timedelta(days=14), extended)) == [(e.SUSPENDED, e.WHY_LATE)]


def test_a_decision_ends_when_nobody_may_ask_again() -> None:
    case = fold(history(opened(), (e.DECIDED, "a", "one", {"outcome": e.UPHELD, "reason": "x"})))
    assert case.decided_at is not None
    assert due([case], case.decided_at + timedelta(days=59)) == []
    assert kinds(due([case], case.decided_at + timedelta(days=60))) == [(e.ENDED, None)]


def test_claims_come_first_and_then_what_is_due_first() -> None:
    late, later = fold([opened(case=1, days=5)]), fold([opened(case=2, number=2, days=6)])
    claim = fold([opened(case=3, number=3, days=7, claim=True)])
    assert [each.case for each in due([later, late, claim], WEEK)] == [3, 1, 2]


@pytest.mark.parametrize(("late", "lacking"), [(2, set()), (3, {"adult"})])
def test_three_late_cases_in_a_month_are_told_on_the_front_page(late: int, lacking: set[str]) -> None:
    cases = [replace(case, late_at=WEEK) for case in flood(late)]
    assert lacks_hands(cases, WEEK + timedelta(days=29), RULES) == lacking
    assert lacks_hands(cases, WEEK + timedelta(days=30), RULES) == set()
