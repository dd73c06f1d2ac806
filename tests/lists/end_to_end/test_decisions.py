"""What a person decides about lists, each followed by a build, and looked at through the index."""

from __future__ import annotations

from pathlib import Path

import pytest

from filterdns.errors import DataFault, FilterdnsError, StateFault
from filterdns.lists.curate.finding import PERSON
from filterdns.lists.household_lists import NewList
from filterdns.lists.standing import KEPT_OLD, ROLLED_BACK, UNDONE
from tests.lists.end_to_end.online import BETS, CASINO, NUDE, Online, outcome_of, told
from tests.simulators.list_server import ListServer

GROWN = CASINO.names(count=4000)


@pytest.fixture
def grown(online: Online) -> Online:
    """A list that has doubled in size, which waits."""
    online.publish(CASINO)
    online.update()
    online.put(CASINO, GROWN)
    assert "casino: held" in told(online.next_day())
    return online


def test_accepted_change_counts_at_once_and_next_day_too(grown: Online) -> None:
    assert grown.deeds.accept("casino", grown.when) == "casino: the change was accepted"
    report = grown.build_only()
    assert (report.release, report.built) == (grown.number, True)
    assert "  gambling: 2,000 came, 0 went" in report.lines
    assert grown.closed(GROWN, "gambling") == 4000
    accepted = grown.standing("casino").accepted
    assert accepted is not None
    assert accepted.by == PERSON
    assert "held" not in told(grown.next_day())
    assert grown.closed(GROWN, "gambling") == 4000
    with pytest.raises(StateFault, match="waits for a decision, got none"):
        grown.deeds.accept("casino", grown.when)


def test_refused_change_is_not_asked_about_again_but_another_is(grown: Online) -> None:
    grown.deeds.keep_old("casino", grown.when)
    grown.build_only()
    for _ in range(2):
        report = grown.next_day()
        assert grown.standing("casino").held is None
        assert "filterdns lists accept" not in told(report)
        assert "a person has refused this very content" in told(report)
        assert grown.closed(GROWN, "gambling") == 2000
    assert grown.standing("casino").history[-1].what == KEPT_OLD
    grown.put(CASINO, CASINO.names(count=4100))
    assert "filterdns lists accept casino" in told(grown.next_day())
    grown.put(CASINO, [*CASINO.names(), "fresh.example"])
    assert "held" not in told(grown.next_day())
    assert grown.found("fresh.example") == {"gambling"}
    assert grown.closed(GROWN, "gambling") == 2000


def test_decision_is_about_the_change_that_was_shown(grown: Online) -> None:
    held = grown.standing("casino").held
    assert held is not None
    grown.put(CASINO, CASINO.names(count=4500))
    grown.next_day()
    with pytest.raises(StateFault, match="got a newer one; look at it and decide again"):
        grown.deeds.accept("casino", grown.when, held.sha256)
    grown.build_only()
    assert grown.closed(CASINO.names(count=4500), "gambling") == 2000


def test_undone_import_is_gone_and_does_not_come_back_tomorrow(online: Online) -> None:
    online.publish(CASINO, BETS)
    online.update()
    online.put(CASINO, [*CASINO.names(), "bad-idea.example"])
    online.next_day()
    assert online.found("bad-idea.example") == {"gambling"}
    online.deeds.undo("casino", online.when)
    online.build_only()
    assert online.found("bad-idea.example") == set()
    assert online.closed(CASINO.names(), "gambling") == CASINO.count
    online.put(CASINO, [*CASINO.names(), "bad-idea.example", "another.example"])
    report = online.next_day()
    assert "casino: held" in told(report)
    assert "a person went back to an earlier copy on 2026-11-25; what is newer waits" in told(report)
    assert online.found("another.example") == set()
    assert UNDONE in [step.what for step in online.standing("casino").history]
    online.deeds.accept("casino", online.when)
    online.build_only()
    assert online.found("another.example") == online.found("bad-idea.example") == {"gambling"}


def test_first_import_is_undone_to_nothing(online: Online) -> None:
    online.publish(CASINO, BETS)
    online.update()
    online.deeds.undo("casino", online.when)
    online.build_only()
    assert online.closed(CASINO.names(), "gambling") == 0
    assert online.closed(BETS.names(), "gambling") == BETS.count
    assert "casino: held, it is not used" in told(online.next_day())
    assert online.closed(CASINO.names(), "gambling") == 0


def test_list_is_switched_off_and_on(online: Online) -> None:
    online.publish(CASINO, NUDE)
    online.update()
    assert online.deeds.switch("casino", False, online.when) == "casino: switched off"
    report = online.build_only()
    assert "  gambling: 0 came, 2,000 went" in report.lines
    assert online.closed(CASINO.names(), "gambling") == 0
    assert online.closed(NUDE.names(), "adult") == NUDE.count
    asked = len(online.server.asked_for(CASINO.file))
    online.next_day()
    assert len(online.server.asked_for(CASINO.file)) == asked
    online.deeds.switch("casino", True, online.when)
    online.build_only()  # the copy that counted counts again, without a network
    assert online.closed(CASINO.names(), "gambling") == CASINO.count
    with pytest.raises(StateFault, match="expected the identifier of a list"):
        online.deeds.switch("no-such-list", True, online.when)


def test_list_that_is_never_used_cannot_be_switched_on(online: Online) -> None:
    online.publish(CASINO)
    online.add_list("never", "adult", switch="never")
    with pytest.raises(StateFault, match="got one that never is"):
        online.deeds.switch("never", True, online.when)


def test_household_adds_a_list_of_its_own_and_removes_it(online: Online) -> None:
    online.publish(NUDE)
    online.put_text(BETS, "".join(f"{name}\n" for name in [*BETS.names(), "childline.org.uk.example"]))
    sentence = online.deeds.add(NewList(online.server.url(BETS.file), "gambling", title="The club's"))
    id_ = sentence.partition(":")[0]
    assert sentence == f"{id_}: added as a list of this household, for gambling; nobody but you keeps it"
    report = online.update()
    assert {outcome.source: outcome.result for outcome in report.outcomes} == {id_: "new", "nude": "new"}
    assert online.closed(BETS.names(), "gambling") == BETS.count
    (row,) = online.rows(BETS.names()[0])
    assert (row["about"]["household"], row["about"]["list"]) == ("yes", "The club's")
    online.deeds.remove(id_)
    report = online.build_only()
    assert online.closed(BETS.names(), "gambling") == 0
    assert online.closed(NUDE.names(), "adult") == NUDE.count
    assert online.standing(id_).accepted is None
    online.next_day()
    assert len(online.server.asked_for(BETS.file)) == 1
    with pytest.raises(FilterdnsError, match="expected"):
        online.deeds.remove(id_)


def test_household_list_may_lie_in_the_house_but_leads_nowhere_else_in_it(
    online: Online, tmp_path: Path, authority: object
) -> None:
    """The router's pages and a printer are not asked because a server says so."""
    online.put(CASINO, CASINO.names())
    with ListServer(online.server.folder, None, host="127.0.0.2") as printer:
        online.server.misbehave(CASINO.file, "redirect", to=printer.plain_url("status"))
        id_ = online.deeds.add(NewList(online.server.url(CASINO.file), "gambling")).partition(":")[0]
        report = online.update()
        assert printer.asked == []
    assert report.outcomes[0].result == "failed"
    assert online.number == 1  # with no list in it
    online.server.behave(CASINO.file)
    online.next_day()
    assert online.closed(CASINO.names(), "gambling") == CASINO.count
    assert online.sources("casino-0.example") == {(id_, "subdomains")}


def test_file_of_the_household_is_a_list_too(online: Online, tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("mine.example\n")
    online.deeds.add(NewList(str(file), "games"))
    online.update()
    assert online.found("mine.example") == {"games"}
    file.write_text("other.example\n")
    online.update()
    assert (online.found("mine.example"), online.found("other.example")) == (set(), {"games"})


def test_address_without_tls_needs_a_reason(online: Online) -> None:
    online.put(CASINO, CASINO.names())
    address = online.server.plain_url(CASINO.file)
    with pytest.raises(DataFault):
        online.deeds.add(NewList(address, "gambling"))
    online.deeds.add(NewList(address, "gambling", plain_http="our own server in this house"))
    online.update()
    assert online.closed(CASINO.names(), "gambling") == CASINO.count


def test_roll_back_to_an_earlier_release_lasts_until_a_person_says_otherwise(online: Online) -> None:
    online.publish(CASINO, NUDE)
    online.update()
    online.put(CASINO, [*CASINO.names()[5:], "second.example"])
    online.next_day()
    online.publish(BETS)
    online.put(CASINO, [*CASINO.names()[9:], "third.example"])
    online.next_day()
    before = online.number
    assert online.found("third.example") == {"gambling"}
    assert "back at the lists of release 1" in online.deeds.roll_back(1, online.when)
    online.build_only()
    assert online.number == before + 1
    assert online.closed(CASINO.names(), "gambling") == CASINO.count
    assert online.closed(BETS.names(), "gambling") == 0  # it was not in release 1
    assert online.found("second.example") == online.found("third.example") == set()
    report = online.next_day()
    assert "casino: held, the copy of" in told(report)
    assert online.found("third.example") == set()
    assert outcome_of(report, CASINO).result == "unchanged"
    assert ROLLED_BACK in [step.what for step in online.standing("casino").history]
    for id_ in ("casino", "bets"):
        online.deeds.accept(id_, online.when)
    online.build_only()
    assert online.found("third.example") == {"gambling"}
    assert online.closed(BETS.names(), "gambling") == BETS.count
    with pytest.raises(StateFault, match="expected one that is kept"):
        online.deeds.roll_back(99, online.when)


def test_deeds_done_twice_come_to_the_same(grown: Online) -> None:
    grown.deeds.undo("casino", grown.when)
    for number in (1, 1):
        grown.deeds.roll_back(number, grown.when)
        grown.deeds.switch("casino", True, grown.when)
        grown.build_only()
    assert grown.closed(GROWN, "gambling") == 2000
