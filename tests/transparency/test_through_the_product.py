"""Requirements 4.4, J3, J4 and J6 from the form to the name that resolves: pages over HTTP, keeper, lists, log."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema_rs import Draft202012Validator

from filterdns.cli.main import commands
from filterdns.log.places import public_folder
from filterdns.log.reading.reader import open_local
from filterdns.tlog.bundles import read_bundle, write_bundle
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case
from filterdns.transparency.appeals.control import control_token
from filterdns.transparency.web.openapi import openapi_document
from tests.keep.duties.conftest import office, site, tmp_path
from tests.keep.duties.office import Office, listed
from tests.lists.entries import protected_entry
from tests.transparency.lists import StoppedClock
from tests.transparency.web.appeal_site import STATUS, SUGGEST, AppealSite, code_of, words

__all__ = ["office", "site", "tmp_path"]

DOCUMENT = openapi_document("https://lists.example")
STATEMENT = Draft202012Validator({"$ref": "#/components/schemas/Statement", "components": DOCUMENT["components"]})
CLINIC, CASINO = "clinic.example", "casino.example"


@dataclass
class Publisher:
    """`office`: the keeper and the desk; `pages`: what strangers see, at the same moment."""

    office: Office
    pages: AppealSite

    def keep(self, **later: float) -> None:
        self.office.keep(**later)
        self.pages.clock.at = self.office.when
        self.pages.current.follow()

    def why(self, name: str) -> str:
        return words(self.pages.get(f"/why/{name}?shown=1"))

    def json(self, name: str) -> dict[str, Any]:
        """What programs get, which is of the shape that is written down."""
        record = dict(json.loads(self.pages.get(f"/api/v1/why/{name}").text))
        assert [str(fault) for fault in STATEMENT.iter_errors(record)] == []
        return record

    def case(self, name: str) -> Case:
        return self.office.book.find(name)[-1]


@pytest.fixture
def publisher(office: Office) -> Iterator[Publisher]:
    listed(office.site, CLINIC, CASINO)
    with AppealSite(office.site.state, StoppedClock(office.when)) as pages:
        yield Publisher(office, pages)


def test_a3_late_opens_the_name_and_everybody_can_read_why(publisher: Publisher) -> None:
    office = publisher.office
    code = code_of(publisher.pages.appeal(CLINIC))
    (case,) = publisher.json(CLINIC)["cases"]
    assert (case["state"], case["due"], case["suspended"]) == ("received", "2026-12-01", "")
    publisher.keep(days=6, hours=23)
    assert office.filtered(CLINIC) == {"adult"}
    publisher.keep(hours=1, minutes=1)
    assert office.filtered(CLINIC) == set()
    assert "suspended: we were late" in publisher.why(CLINIC)
    assert "Suspended: we were late" in words(publisher.pages.status(code))
    (case,) = publisher.json(CLINIC)["cases"]
    assert (case["suspended"], case["suspended_on"], case["outcome"]) == ("late", "2026-12-01", "")
    assert [each["outcome"] for each in office.outcomes] == ["suspended_late"]
    assert office.filtered(CASINO) == {"adult"}, "nothing else opens"


def test_a6_a_pinned_name_that_a_feed_names_again_is_told_on_every_page(publisher: Publisher) -> None:
    office = publisher.office
    code = code_of(publisher.pages.appeal(CLINIC))
    office.decide(publisher.case(CLINIC), e.REMOVED)
    publisher.keep(hours=1)
    assert "No list may bring it back for 180 days." in words(publisher.pages.status(code))
    office.site.use("a-list", [CLINIC, CASINO])
    office.site.publish(days=10)
    publisher.keep(minutes=1)
    assert office.filtered(CLINIC) == set()
    history = {(each["what"], each["rule"], each["source"]) for each in publisher.json(CLINIC)["history"]}
    assert ("set_aside", "pinned", "a-list") in history
    (receipt,) = office.book.receipts(publisher.case(CLINIC).id)
    office.book.controls.ask(receipt.id, CLINIC, control_token(b"x", CLINIC), office.when)
    office.book.controls.tried(receipt.id, office.when, found=True)
    shown = words(publisher.pages.status(code))
    assert "A list names it again and is not followed there, because it won an appeal" in shown
    assert "noted" not in shown


def test_a7_an_altered_line_breaks_the_command(publisher: Publisher) -> None:
    office, state = publisher.office, publisher.office.site.state
    office.decide(office.appeal(CLINIC), e.REMOVED)
    office.look()

    def verify() -> int:
        return CliRunner().invoke(commands, ["log", "verify", "--state", str(state)]).exit_code

    assert verify() == 0
    size = open_local(state).size
    path = public_folder(state) / "tile" / "entries" / f"000.p/{size}"
    entries = read_bundle(path.read_bytes(), size)
    path.write_bytes(write_bundle([each.replace(b'"outcome":"removed"', b'"outcome":"upheld"') for each in entries]))
    assert verify() != 0


PAGES = (
    *("/", "/process", "/categories", "/limits", "/privacy", "/api", "/about", "/help", "/numbers", "/decisions"),
    *("/log", "/why", f"/why/{CLINIC}?shown=1", f"/why/{CASINO}/proof", "/why/nothing.example", "/why?names=a.example"),
    *(f"/appeal/{CLINIC}", "/appeal", STATUS, SUGGEST, "/desk", "/nothing-here"),
)


def test_a9_every_page_of_a_publisher_is_without_scripts_and_third_parties(publisher: Publisher) -> None:
    publisher.pages.appeal(CLINIC)
    for path in PAGES:
        page = publisher.pages.get(path)
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "script-src" not in policy, path
        for tag, attributes in page.page.tags:
            assert tag not in ("script", "iframe", "object", "embed"), path
            assert not any(name.startswith("on") for name in attributes), path
            loaded = attributes.get("src") or (attributes.get("href") if tag == "link" else "") or ""
            assert not re.match(r"(https?:)?//", loaded), (path, loaded)


def test_j3_d_after_a_second_step_the_page_says_that_it_is_listed_again(publisher: Publisher) -> None:
    office = publisher.office
    code = code_of(publisher.pages.appeal(CASINO))
    case = publisher.case(CASINO)
    office.decide(case, e.REMOVED)
    publisher.keep(hours=1)
    assert "Opened" in publisher.why(CASINO)
    assert not publisher.json(CASINO)["listed"]
    assert publisher.json(CASINO)["cases"] == [], "what is not listed has no listing to disagree with"
    office.add(case, e.ASKED_AGAIN, e.PUBLIC, {"due": (office.when + timedelta(days=14)).isoformat()})
    office.add(case, e.DRAWN, e.KEEPER, {"people": ["p-1", "p-2", "p-3"], "size": 9})
    said = {"outcome": e.UPHELD, "reason": {"en": "It is a casino after all."}}
    for by in ("p-1", "p-2"):
        office.add(case, e.VOTED, by, said)
    office.add(case, e.DECIDED, "p-2", said)
    publisher.keep(hours=1)
    assert office.filtered(CASINO) == {"adult"}
    shown = publisher.why(CASINO)
    assert "Opening ended" in shown
    assert "Suspension ended" in shown
    assert "It is a casino after all." in shown
    assert "may not come back" not in shown
    assert "The listing stays" in words(publisher.pages.status(code))
    record = publisher.json(CASINO)
    assert record["listed"]
    assert [(each["step"], each["outcome"]) for each in record["cases"]] == [(2, e.UPHELD)]
    actions = [(each["kind"], each["action"]) for each in record["decisions"]]
    assert ("allowance", "removed") in actions


def test_j3_what_people_looked_at_again_says_so(publisher: Publisher) -> None:
    office = publisher.office
    office.close(office.propose("betting.example"), e.LISTED)
    publisher.keep(days=1)
    publisher.pages.appeal("betting.example")
    office.decide(publisher.case("betting.example"), e.UPHELD)
    publisher.keep(days=1)
    (listing,) = publisher.json("betting.example")["listings"]
    assert listing["confirmed_on"] == "2026-11-25"
    assert listing["listed_on"] == "2026-11-24"
    assert "Looked at again 25 November 2026" in publisher.why("betting.example")


def test_j6_a_a_clinic_that_is_known_as_help_never_gets_into_a_release(publisher: Publisher) -> None:
    office = publisher.office
    office.site.write("protected/p2.yaml", protected_entry("family.example", "health"))
    office.site.use("a-list", [CASINO, "family.example", "www.family.example"])
    office.site.publish(days=1)
    assert office.filtered("www.family.example") <= {"p2"}
    assert {rule for rule, _, _ in office.site.refused("family.example")} == {"protected"}


@pytest.mark.parametrize("people_look", [False, True])
def test_j6_b_from_the_report_to_the_name_that_resolves_25_hours_at_the_worst(
    publisher: Publisher, people_look: bool
) -> None:
    office, begin = publisher.office, publisher.office.when
    reply = publisher.pages.appeal(CLINIC, claim="yes")
    assert "by Wednesday 25 November 2026" in words(reply)
    if people_look:
        office.sleep(hours=20)
        office.decide(publisher.case(CLINIC), e.REMOVED)
    while office.filtered(CLINIC) and office.when - begin < timedelta(days=3):
        publisher.keep(minutes=30)
    assert office.filtered(CLINIC) == set()
    assert office.when - begin <= timedelta(hours=25)


def test_j6_d_the_log_and_the_page_say_for_how_many_days_it_was_wrong(publisher: Publisher) -> None:
    office = publisher.office
    publisher.keep(days=9)
    publisher.pages.appeal(CLINIC, claim="yes")
    office.decide(publisher.case(CLINIC), e.REMOVED)
    publisher.keep(hours=1)
    (outcome,) = office.outcomes
    assert (outcome["days_wrong"], outcome["cause"], outcome["name"]) == (9, "import_error", CLINIC)
    assert "2 days" not in words(publisher.pages.get("/numbers"))
    assert "9 days" in words(publisher.pages.get("/numbers"))
