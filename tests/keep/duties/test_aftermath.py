"""What a case is told once its decision counts: in force, seen to resolve."""

from __future__ import annotations

from collections.abc import Collection

from filterdns.log.recording.opened import settle_opened
from filterdns.transparency.appeals import events as e
from tests.keep.duties.office import Office, listed

CLINIC = "clinic.example"


def see(office: Office, *names: str) -> None:
    """Our own resolver is seen to resolve these."""

    def resolve(asked: Collection[str]) -> Collection[str]:
        return set(names) & set(asked)

    settle_opened(office.site.state, office.when, resolve)
    office.look()


def test_a_name_that_our_resolver_was_seen_to_resolve_is_told_once(office: Office) -> None:
    listed(office.site, CLINIC)
    case = office.appeal(CLINIC)
    office.decide(case, e.REMOVED)
    office.keep()
    assert office.told(case, e.SEEN) == []
    see(office, CLINIC)
    see(office, CLINIC)
    (told,) = office.told(case, e.SEEN)
    assert told.data["release"] == office.site.release.number
    assert office.case(case).seen_at == office.when


def test_a_suspension_is_seen_and_the_decision_behind_it_again(office: Office) -> None:
    listed(office.site, CLINIC)
    case = office.appeal(CLINIC)
    office.keep(days=7)
    see(office, CLINIC)
    assert len(office.told(case, e.SEEN)) == 1
    office.decide(case, e.REMOVED)
    office.keep(hours=1)
    see(office, CLINIC)
    assert len(office.told(case, e.SEEN)) == 2


def test_what_was_opened_below_a_narrowed_name_is_told_on_its_case(office: Office) -> None:
    listed(office.site, "portal.example")
    case = office.appeal("portal.example")
    office.decide(case, e.NARROWED, opened_names=[{"name": "clinic.portal.example", "subdomains": False}])
    office.keep()
    see(office, "clinic.portal.example")
    assert len(office.told(case, e.SEEN)) == 1


def test_what_nobody_decided_here_is_told_on_no_case(office: Office) -> None:
    listed(office.site, CLINIC, "other.example")
    case = office.appeal("other.example")
    office.decide(office.appeal(CLINIC), e.REMOVED)
    office.keep()
    see(office, CLINIC)
    assert office.told(case, e.SEEN) == []
