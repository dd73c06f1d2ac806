"""What a worker filters beside decisions that opened a name: for how long they hold, and against what."""

from __future__ import annotations

import pytest

from filterdns.lists.lint import lint
from filterdns.lists.revocations import load_revocations
from filterdns.names import parse_name
from filterdns.resolver.revocation_watch import RevocationWatch
from tests.lists.entries import own_entry
from tests.lists.home import EPOCH, Home

PIN = """- {{name: {}, scope: subdomains, kind: pin, categories: [{}], reason: {{en: it is fine}}, decided_by: panel,
   decided_on: 2026-11-24}}
"""
REVIEWED = """- name: site.example
  scope: subdomains
  scope_reason: all of it
  definition: '1.0'
  basis: reviewed
  reason: {en: seen}
  evidence: [{grade: E3, on: 2026-11-20, note: seen}]
  approvals: [{by: a, org: x, role: academia, on: 2026-11-20}, {by: b, org: y, role: academia, on: 2026-11-20}]
  proposed_by: visitor
  listed_on: 2026-11-20
"""
SITE, PART = "site.example", "part.site.example"


@pytest.fixture
def lists(home: Home) -> Home:
    """Two lists, of which each test serves what it needs."""
    home.add_list("adult", "adult")
    home.add_list("bad", "malware")
    return home


def filtered(home: Home, name: str) -> set[str]:
    """The categories for which a worker that has just begun filters a name."""
    home.build()
    index = home.release.open_index((home.when.date() - EPOCH).days)
    watch = RevocationWatch(home.state, pytest.fail)
    watch.use_release(home.release.folder)
    mask = watch.over(index).find(parse_name(name))
    return {category.id for category in index.categories if mask & category.mask}


def test_pin_of_a_security_category_opens_the_name_in_no_other(lists: Home) -> None:
    lists.use("adult", [SITE])
    lists.write("allow/a.yaml", PIN.format(SITE, "malware"))
    assert filtered(lists, SITE) == {"adult"}
    assert load_revocations(lists.release.folder / "allowed") == ()  # one without categories would be of all


def test_what_people_listed_again_is_filtered_though_the_pin_runs_on(lists: Home) -> None:
    lists.use("adult", [SITE])
    lists.write("allow/a.yaml", PIN.format(SITE, "adult"))
    lists.write("own/adult.yaml", own_entry(SITE, "2026-12-24"))
    lists.sleep(days=31)
    assert filtered(lists, SITE) == filtered(lists, PART) == set()  # 30 days are not over on that day
    lists.write("own/adult.yaml", own_entry(SITE, "2026-12-25"))
    assert filtered(lists, SITE) == filtered(lists, PART) == {"adult"}


@pytest.mark.parametrize("opened", [SITE, PART])
def test_what_won_against_a_listing_of_ours_does_not_lose_by_the_clock(lists: Home, opened: str) -> None:
    lists.write("allow/a.yaml", PIN.format(opened, "adult"))
    lists.write("own/adult.yaml", REVIEWED)
    for days in (0, 179, 1, 200):
        lists.sleep(days=days)
        assert filtered(lists, PART) == set()
        assert filtered(lists, SITE) == ({"adult"} if opened == PART else set())
        warnings = lint(lists.shipped, lists.overlay, lists.when.date()).warnings
        assert not [each for each in warnings if "until" in each.path]  # whoever deleted it would close the name
    lists.sleep(days=200)
    assert filtered(lists, SITE) == set()  # it has run out


@pytest.mark.parametrize("opened", [SITE, PART])
def test_once_the_pin_has_ended_a_list_closes_the_name_again(lists: Home, opened: str) -> None:
    lists.write("allow/a.yaml", PIN.format(opened, "adult"))
    lists.use("adult", [SITE])
    lists.sleep(days=179)
    assert filtered(lists, PART) == set()
    lists.sleep(days=1)
    lists.use("adult", [SITE])
    assert filtered(lists, PART) == {"adult"}


def test_below_a_name_of_a_list_of_danger_a_pin_holds_from_a_day_after_it_was_confirmed(lists: Home) -> None:
    lists.write("allow/a.yaml", PIN.format(PART, "malware"))
    lists.use("bad", [SITE])
    lists.sleep(hours=23)
    assert filtered(lists, PART) == {"malware"}
    lists.sleep(hours=1)
    assert filtered(lists, PART) == set()
    assert filtered(lists, SITE) == {"malware"}
    (pin,) = load_revocations(lists.release.folder / "allowed")
    assert (pin.name.decode(), pin.categories) == (PART, ("malware",))
