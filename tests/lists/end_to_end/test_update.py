"""Lists of every format from a server to a release, and again, and a day later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from filterdns.lists.copies import copy_path
from filterdns.lists.release import open_release, release_numbers
from filterdns.lists.runs import run_path
from filterdns.lists.standing import ACCEPTED
from tests.lists.end_to_end.online import ALL, BETS, CASINO, NUDE, Online, told


def test_all_lists_are_fetched_judged_and_enforced(online: Online) -> None:
    online.publish(*ALL)
    report = online.update()
    assert report.built
    assert report.release == online.number == 1
    assert {outcome.source: outcome.result for outcome in report.outcomes} == {each.id: "new" for each in ALL}
    assert told(report).startswith("asked for 8 lists: 8 new (0.")
    for each in ALL:
        assert online.closed(each.names(), each.category) == each.count, each.id
        assert online.found(f"www.{each.names()[0]}") == {each.category}, each.id
        assert online.release.manifest.lists[each.id].format == each.format
        assert online.release.manifest.lists[each.id].names == each.count
        assert [(step.by, step.what) for step in online.standing(each.id).history] == [("guard", ACCEPTED)]
        assert online.journal(each).fault == ""
    assert online.found("casino-2000.example") == set()
    manifest = online.release.manifest
    assert manifest.names_by_category["gambling"] == CASINO.count + BETS.count
    assert manifest.names_by_category["phishing"] == 500
    assert manifest.set_aside == manifest.rejected == 0
    assert online.seen("nude-7.example") == {"nude": (date(2026, 11, 24), None)}
    (row,) = online.rows("nude-7.example")
    assert (row["about"]["keeper"], row["about"]["licence"], row["basis"]) == ("A keeper", "CC0", "imported")
    assert report.next_due is not None
    assert 21 < (report.next_due - online.when).total_seconds() / 3600 < 24


def test_nothing_is_downloaded_twice(online: Online) -> None:
    online.publish(*ALL)
    online.update()
    asked = len(online.server.asked)
    online.sleep(minutes=10)
    report = online.update()
    assert report.lines[0] == "no list is due"
    assert len(online.server.asked) == asked
    report = online.update(force=True)
    again = online.server.asked[asked:]
    assert len(again) == len(ALL)
    assert all("if-none-match" in each.headers and each.status == 304 and each.octets == 0 for each in again)
    assert {outcome.result for outcome in report.outcomes} == {"unchanged"}
    assert report.lines[0] == "asked for 8 lists: 0 new (0.0 MB), 8 unchanged"
    assert not report.built
    assert (report.release, online.number) == (1, 1)
    assert "nothing has changed" in report.lines[-1]


def test_what_comes_and_goes_is_told_and_remembered(online: Online) -> None:
    online.publish(CASINO, BETS)
    online.update()
    online.put(CASINO, [*CASINO.names()[10:], "new.example", "bets-3.example"])
    report = online.next_day()
    assert (report.built, report.release) == (True, 2)
    assert report.lines[0].startswith("asked for 2 lists: 1 new")
    assert "  gambling: 1 came, 10 went" in report.lines
    assert online.found("casino-3.example") == set()
    assert online.found("new.example") == {"gambling"}
    assert online.sources("bets-3.example") == {("casino", "subdomains"), ("bets", "subdomains")}
    first, second = date(2026, 11, 24), date(2026, 11, 25)
    assert online.seen("casino-3.example")["casino"][0] == first
    assert online.seen("casino-3.example")["casino"][1] is not None
    assert online.seen("bets-3.example") == {"bets": (first, None), "casino": (second, None)}
    assert ("+", "gambling", "new.example") in online.delta()


def test_a_day_later_the_same_lists_are_confirmed(online: Online) -> None:
    """Nothing new came, and the day of confirmation, from which names expire, moves on."""
    online.publish(NUDE)
    online.update()
    expires = online.rows("nude-1.example")[0]["expires"]
    report = online.next_day()
    assert {outcome.result for outcome in report.outcomes} == {"unchanged"}
    assert report.built
    assert online.rows("nude-1.example")[0]["expires"] > expires
    assert online.delta() == set()


def test_two_lists_with_the_same_content_do_not_take_each_other_along(online: Online) -> None:
    """One file under two addresses, for two categories: kept once, and kept while one of them needs it."""
    copied = replace(CASINO, id="copied", category="games")
    online.publish(CASINO, copied)
    online.put(copied, CASINO.names())
    online.update()
    assert online.closed(CASINO.names(), "gambling", "games") == CASINO.count
    digests = [used.sha256 for used in online.release.manifest.lists.values()]
    assert len(set(digests)) == 1
    (online.overlay / "sources" / "copied.yaml").unlink()
    for _ in range(3):
        online.next_day()
        assert online.closed(CASINO.names(), "gambling") == CASINO.count
    assert copy_path(online.state, digests[0]).exists()


def test_names_of_copies_that_no_release_needs_are_removed(online: Online) -> None:
    online.publish(BETS)
    for day in range(6):
        online.put(BETS, [*BETS.names(), f"day-{day}.example"])
        online.next_day()
    assert online.found("day-5.example") == {"gambling"}
    assert online.found("day-4.example") == set()
    kept = {online.release.manifest.lists["bets"].sha256}
    kept |= {open_release(online.state, number).manifest.lists["bets"].sha256 for number in (4, 5)}
    assert list(release_numbers(online.state)) == [6, 5, 4]
    runs = set((online.state / "runs").glob("*.run"))
    assert runs == {run_path(online.state, sha256, BETS.format) for sha256 in kept}
