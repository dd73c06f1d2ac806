"""Updates over days without a network: what a person decided lasts, whatever has been forgotten meanwhile."""

from __future__ import annotations

import pytest

from filterdns.errors import StateFault
from filterdns.lists.copies import MOST_COPIES, load_journal
from filterdns.lists.release import release_numbers
from filterdns.lists.runs import run_path
from tests.lists.entries import own_entry
from tests.lists.home import NOON, Home

BIG = [f"n{number}.example" for number in range(400)]
SMALL = BIG[:40]
ALLOW = """- {name: n1.example, scope: subdomains, kind: pin, categories: all, reason: {en: won}, decided_by: panel,
   decided_on: 2026-11-26}
"""


@pytest.fixture
def home(home: Home) -> Home:
    home.add_list("adult", "adult")
    home.serve("adult", BIG)
    home.update()
    return home


def serve_other_shrinks(home: Home, days: int) -> None:
    """Each day another content that is held, so that the journal forgets what came before."""
    for day in range(days):
        home.sleep(hours=2)  # less than after which a shrink is believed
        home.serve("adult", [*SMALL[:20], f"day{day}.example"])
        home.update()


def test_held_change_leaves_the_last_good_copy_and_is_told(home: Home) -> None:
    home.sleep(days=1)
    home.serve("adult", SMALL)
    report = home.update()
    assert home.sources("n300.example") == {("adult", "subdomains")}
    assert not report.built
    lines = "\n".join(report.lines)
    assert "adult: held, the copy of 2026-11-24 stays in use: lost 360 of 400 names (90 %)" in lines
    assert "`filterdns lists accept adult` or `filterdns lists keep-old adult`" in lines
    home.deeds.accept("adult", home.when)
    assert "  adult: 0 came, 360 went" in home.update().lines
    assert home.sources("n300.example") == set()
    assert home.seen("n300.example") == {"adult": (NOON.date(), NOON.date())}  # a held fetch does not count as seen


def test_accepted_copy_that_left_its_journal_is_still_used(home: Home) -> None:
    serve_other_shrinks(home, MOST_COPIES + 2)
    accepted = home.standing("adult").accepted
    assert accepted is not None
    assert load_journal(home.state, "adult").get_copy(accepted.sha256) is None
    home.write("own/games.yaml", own_entry("play.example"))
    assert home.update().built
    assert home.sources("n300.example") == {("adult", "subdomains")}
    assert home.rows("n300.example")[0]["about"]["fetched_on"] == "2026-11-24"


def test_undone_import_leads_back_to_a_copy_that_everybody_forgot(home: Home) -> None:
    home.sleep(days=1)
    home.serve("adult", [*BIG, "new.example"])
    home.update()
    serve_other_shrinks(home, MOST_COPIES + 2)
    for number in range(4):  # releases come and go
        home.sleep(hours=1)
        home.write("own/games.yaml", own_entry(f"play{number}.example"))
        home.update()
    assert home.deeds.undo("adult", home.when).startswith("adult: the import was undone")
    home.update()
    assert home.sources("new.example") == set()
    assert home.sources("n300.example") == {("adult", "subdomains")}
    assert home.rows("n300.example")[0]["expires"] > "2027"


def test_roll_back_makes_a_higher_release_of_older_lists_and_a_won_appeal_stays_won(home: Home) -> None:
    home.add_list("other", "gambling")
    home.sleep(days=1)
    home.serve("adult", [*BIG, "mistake.example"])
    home.serve("other", ["casino.example"])
    home.update()
    home.sleep(days=1)
    home.write("allow/appeals.yaml", ALLOW)
    home.write("own/games.yaml", own_entry("play.example"))
    home.update()
    assert home.sources("n1.example") == set()
    assert "back at the lists of release 1" in home.deeds.roll_back(1, home.when)
    report = home.update()
    assert (report.release, report.built) == (4, True)
    assert home.sources("mistake.example") == home.sources("casino.example") == set()
    assert home.sources("n2.example") == {("adult", "subdomains")}
    assert home.refused("n1.example") == {("pinned", "adult", "adult")}
    assert home.found("play.example") == {"games"}
    assert home.rows("n2.example")[0]["about"]["fetched_on"] == "2026-11-24"
    home.sleep(days=1)
    home.serve("adult", [*BIG, "mistake.example", "more.example"])
    home.update()
    assert home.sources("mistake.example") == set()  # what is newer waits for a person
    home.deeds.accept("adult", home.when)
    home.update()
    assert home.sources("more.example") == {("adult", "subdomains")}
    with pytest.raises(StateFault, match="expected one that is kept"):
        home.deeds.roll_back(99, home.when)


def test_list_that_was_off_for_long_counts_again_at_its_last_copy(home: Home) -> None:
    home.deeds.switch("adult", False, home.when)
    for day in range(6):
        home.sleep(days=1)
        home.write("own/games.yaml", own_entry(f"play{day}.example"))
        home.update()
    assert home.sources("n300.example") == set()
    assert home.seen("n300.example") == {"adult": (NOON.date(), NOON.date())}
    home.deeds.switch("adult", True, home.when)
    home.update()
    assert home.sources("n300.example") == {("adult", "subdomains")}
    assert home.seen("n300.example") == {"adult": (NOON.date(), None)}


def test_what_no_release_and_no_decision_needs_is_removed(home: Home) -> None:
    digests = []
    for day in range(6):
        home.sleep(days=1)
        digests.append(home.serve("adult", [*BIG, f"day{day}.example"]))
        home.update()
    kept = set(release_numbers(home.state))
    assert kept == {5, 6, 7}
    runs = {path.name for path in (home.state / "runs").iterdir()}
    assert runs == {
        path.name
        for sha256 in digests[-3:]
        for path in (
            run_path(home.state, sha256, "domains"),
            run_path(home.state, sha256, "domains").with_suffix(".hits"),
        )
    }
    known = {path.name for path in (home.state / "downloads").iterdir() if len(path.name) == 64}
    assert {copy.sha256 for copy in load_journal(home.state, "adult").copies} <= known
    assert digests[0] not in known


def test_nothing_new_makes_no_release(home: Home) -> None:
    assert not home.update().built
    home.sleep(hours=2)
    home.serve("adult", BIG)
    report = home.update()
    assert (report.release, report.built) == (1, False)
    assert report.lines[-1].endswith("nothing has changed")
    home.sleep(days=1)
    home.serve("adult", BIG)  # confirmed on another day: its names expire later
    assert home.update().built
