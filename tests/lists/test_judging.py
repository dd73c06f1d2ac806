"""New copies measured against what counts: what comes and goes, and which protected names a list names."""

from __future__ import annotations

from pathlib import Path

import pytest

from filterdns.errors import StateFault
from filterdns.lists.copies import copy_path
from filterdns.lists.curate.finding import HOLD, P1_HIT, P2_HIT
from filterdns.lists.judging import MOST_EXAMPLES, change_between, help_names, with_hits
from filterdns.lists.own_data import load_own_data
from filterdns.lists.runs import make_run
from tests.lists.entries import protected_entry
from tests.lists.home import Home

SOUND = [f"n{number}.example" for number in range(20)]


@pytest.fixture
def home(home: Home) -> Home:
    home.write("protected/p1.yaml", protected_entry("help.example", "crisis"))
    home.write("protected/p2.yaml", protected_entry("clinic.example", "health"))
    home.add_list("adult", "adult", protected_allowance=1)
    home.add_list("strict", "adult")
    for id_ in ("adult", "strict"):
        home.serve(id_, SOUND)
    home.update()
    home.sleep(days=1)
    return home


def rules(home: Home, id_: str) -> set[str]:
    held = home.standing(id_).held
    return {finding.rule for finding in held.findings} if held else set()


@pytest.mark.parametrize("name", ["help.example", "www.help.example"])
def test_list_that_names_a_helpline_is_held_whatever_its_recipe_allows(home: Home, name: str) -> None:
    home.serve("adult", [*SOUND, "new.example", name])
    verdicts = home.update().verdicts
    assert verdicts is not None
    assert verdicts["adult"].action == HOLD
    assert rules(home, "adult") == {P1_HIT}
    assert name in home.standing("adult").held.findings[0].words  # type: ignore[union-attr]
    assert home.sources("new.example") == set()
    assert home.found("www.help.example") == {"p1"}


def test_measuring_host_below_a_helpline_is_set_aside_and_does_not_hold_the_list(home: Home) -> None:
    home.serve("adult", [*SOUND, "new.example", "metrics.help.example"])
    home.update()
    assert rules(home, "adult") == set()
    assert home.sources("new.example") == {("adult", "subdomains")}
    assert home.found("metrics.help.example") == {"p1"}
    assert home.refused("metrics.help.example") == {("protected", "adult", "adult")}
    assert home.standing("adult").p1_hits == ()


def test_more_protected_names_than_the_recipe_allows_hold_the_list(home: Home) -> None:
    home.serve("strict", [*SOUND, "clinic.example"])
    home.serve("adult", [*SOUND, "clinic.example", "x.clinic.example"])
    home.update()
    assert rules(home, "strict") == rules(home, "adult") == {P2_HIT}
    home.deeds.accept("strict", home.when)
    home.build()
    assert home.found("clinic.example") == {"p2"}  # accepting a list closes no clinic
    assert home.refused("clinic.example") == {("protected", "adult", "strict")}


def test_hits_are_looked_for_again_when_other_names_are_protected(home: Home) -> None:
    sha256 = home.serve("adult", [*SOUND, "x.help.example"])
    run = make_run(home.state, sha256, "domains")
    hits = run.path.with_suffix(".hits")
    home.write("protected/p2.yaml", "")
    names = help_names(load_own_data(home.shipped, home.overlay))
    assert with_hits(run, names).p2_hits == ("x.help.example",)
    kept = hits.read_bytes()
    assert with_hits(run, names).p2_hits == ("x.help.example",)
    hits.write_bytes(b"{damaged")
    assert with_hits(run, names).p2_hits == ("x.help.example",)
    assert hits.read_bytes() == kept
    home.write("protected/p2.yaml", protected_entry("n7.example", "health"))
    census = with_hits(run, help_names(load_own_data(home.shipped, home.overlay)))
    assert (census.p1_hits, census.p2_hits) == ((), ("n7.example", "x.help.example"))


def test_list_without_the_help_names_of_others_has_no_hits(home: Home) -> None:
    sha256 = home.serve("adult", ["ahelp.example", "help.example.org", "example.help"])
    census = with_hits(make_run(home.state, sha256, "domains"), help_names(load_own_data(home.shipped, home.overlay)))
    assert (census.p1_hits, census.p2_hits) == ((), ())


def test_change_counts_names_whatever_their_scope_and_shows_some(tmp_path: Path) -> None:
    home = Home(tmp_path, tmp_path)
    before = "".join(f"||n{number}.example^\n" for number in range(100))
    after = "".join(f"0.0.0.0 n{number}.example\n" for number in range(10, 160))
    change = change_between(*(make_run(tmp_path, home.serve("adult", text), "adblock") for text in (before, after)))
    assert (change.added, change.removed) == (60, 10)
    assert len(change.added_examples) == MOST_EXAMPLES
    assert set(change.removed_examples) == {f"n{number}.example" for number in range(10)}
    assert set(change.added_examples) <= {f"n{number}.example" for number in range(100, 160)}


def test_copy_whose_octets_are_gone_is_not_judged_and_stops_nothing(home: Home) -> None:
    sha256 = home.serve("adult", [*SOUND, "new.example"])
    copy_path(home.state, sha256).unlink()
    verdicts = home.update().verdicts
    assert verdicts is not None
    assert verdicts.keys() == {"strict"}
    assert home.sources("n1.example") == {("adult", "subdomains"), ("strict", "subdomains")}


def test_new_copy_is_judged_by_itself_when_the_one_that_counts_is_gone(home: Home) -> None:
    accepted = home.standing("adult").accepted
    assert accepted is not None
    copy_path(home.state, accepted.sha256).unlink()
    home.serve("adult", [*SOUND, "new.example"])
    try:
        home.update()
    except StateFault:
        pytest.fail("a copy that is gone stopped the update")
    assert ("adult", "subdomains") in home.sources("new.example")
