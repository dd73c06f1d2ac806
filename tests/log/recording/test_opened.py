"""Names that a decision opened: seen to resolve, or given up after a day."""

from __future__ import annotations

from collections.abc import Collection

from filterdns.lists.categories_file import load_categories
from filterdns.lists.revocations import SUSPENDED, Revocation, revise_revocations
from filterdns.log.recording import opened
from filterdns.log.recording.opened import get_opened, settle_opened
from filterdns.log.recording.recorder import record_revocations
from tests.lists.entries import own_entry
from tests.log.site import Site, site

__all__ = ["site"]

ALLOW = """\
- {name: shop.example, scope: exact, kind: allow, categories: [adult], reason: {en: fine}, decided_by: panel,
   decided_on: 2026-11-24}
"""


def nothing(names: Collection[str]) -> Collection[str]:
    return ()


def test_removed_listings_allowances_and_revocations_open_names(site: Site) -> None:
    site.write("own/adult.yaml", own_entry("adult.example") + own_entry("stays.example"))
    site.write("own/selfharm.yaml", own_entry("harm.example"))
    site.publish()
    assert get_opened(site.state) == []
    site.write("own/adult.yaml", own_entry("stays.example"))
    site.write("own/selfharm.yaml", "")
    site.write("allow/ours.yaml", ALLOW)
    site.publish(minutes=5)
    table = load_categories(site.shipped / "categories.yaml")
    revise_revocations(site.state, lambda rows: [Revocation(b"late.example", True, reason="late", kind=SUSPENDED)])
    record_revocations(site.state, table, site.when)
    assert {name for _, name, _ in get_opened(site.state)} == {
        *("adult.example", "harm.example", "shop.example", "late.example"),
    }
    revise_revocations(site.state, lambda rows: [])
    record_revocations(site.state, table, site.when)
    assert len(get_opened(site.state)) == 4  # the end of a suspension opens nothing


def test_a_name_that_is_seen_to_resolve_is_in_the_log_by_its_decision(site: Site) -> None:
    site.write("allow/ours.yaml", ALLOW)
    site.publish()
    size = site.size
    assert settle_opened(site.state, site.when, nothing) == 1
    assert site.size == size
    assert settle_opened(site.state, site.when, lambda names: names) == 0
    (remedy,) = site.of("remedy")
    (decision,) = [each for each in site.of("decision") if each["kind"] == "allowance"]
    assert remedy == {"statement": decision["statement"], "release": 1}
    assert settle_opened(site.state, site.when, lambda names: names) == 0
    assert len(site.of("remedy")) == 1


def test_a_name_is_given_up_after_a_day(site: Site) -> None:
    site.write("allow/ours.yaml", ALLOW)
    site.publish()
    site.sleep(hours=23)
    assert settle_opened(site.state, site.when, nothing) == 1
    site.sleep(hours=1)
    assert settle_opened(site.state, site.when, lambda names: names) == 0
    assert site.of("remedy") == []


def test_many_names_are_asked_for_in_turns(site: Site) -> None:
    names = [f"n{number}.example" for number in range(opened.MOST_A_ROUND + 10)]
    site.write("allow/ours.yaml", "".join(ALLOW.replace("shop.example", name) for name in names))
    site.publish()
    asked: list[str] = []

    def resolve(some: Collection[str]) -> Collection[str]:
        asked.extend(some)
        return ()

    settle_opened(site.state, site.when, resolve)
    settle_opened(site.state, site.when, resolve)
    assert set(asked) == set(names)
