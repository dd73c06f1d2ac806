"""Requirements J4 and J6, as far as the publisher's site alone can show them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from filterdns.config.settings import PublisherSettings, Role
from filterdns.transparency.appeals import events as e
from filterdns.transparency.web.appeal_pages import QUIET
from tests.transparency.fetched import NOW, Fetched, page_of
from tests.transparency.lists import StoppedClock, taxonomy
from tests.transparency.published import PUBLISHER
from tests.transparency.web.appeal_site import STATUS, SUGGEST, AppealSite, beside, code_of, words
from tests.transparency.web.test_reading_level import GRADE, grade_of, prose

FORUM, CLINIC, TRAP = "forum.example", "clinic.go.th", "trap.ac.th"
HOSPITAL = "hospital.example"
OWN = (
    f"- {{name: {FORUM}, scope: exact, basis: reviewed, definition: '1.0', reason: {{en: Seen.}}, "
    "evidence: [{grade: E3, on: 2026-11-03, lang: en, note: two records}], proposed_by: parent, "
    "approvals: [{by: rev-1, org: a clinic, on: 2026-11-04, role: health}, {by: rev-2, org: uni, on: 2026-11-05}], "
    "listed_on: 2026-11-05}\n"
)
SOURCES = page_of(
    "University, contact: lists@lists.example",
    ("uni-adult", "Adult of a university", "adult", "adult"),
    ("uni-malware", "Malware of a university", "malware", "malware"),
)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publisher whose public lists have, by mistake, a clinic of a state, and a hospital with a common name."""
    at = Fetched(tmp_path_factory.mktemp("clinic"))
    at.ship({"sources/university.yaml": SOURCES, "own/selfharm.yaml": OWN})
    for source, names in (("uni-adult", f"{CLINIC} {HOSPITAL}"), ("uni-malware", TRAP)):
        at.serve(source, names, NOW)
    at.write(at.overlay / "sources" / "choices.yaml", "{uni-adult: on, uni-malware: on}\n")
    at.build(NOW)
    return at.state


@pytest.fixture
def site(state: Path, tmp_path: Path) -> Iterator[AppealSite]:
    own = beside(state, tmp_path)
    with AppealSite(own, StoppedClock(NOW)) as running:
        yield running


# J4: a child that looks for help


def pages_of_a_child(site: AppealSite) -> list[tuple[str, str]]:
    received = site.appeal(FORUM)
    pages = {"form": site.get(f"/appeal/{FORUM}"), "received": received, "status": site.status(code_of(received))}
    return [(name, reply.text) for name, reply in pages.items()]


def test_j4_c_no_page_has_a_label_that_shames_nor_the_name_in_its_title(site: AppealSite) -> None:
    for name, text in pages_of_a_child(site):
        title = text.partition("<title>")[2].partition("</title>")[0]
        assert title in ("Ask for a second look · filterdns", "Received · filterdns", "How it stands · filterdns"), name
        shown = " ".join(re.sub(r"<[^>]+>", " ", text).split())
        assert not re.search(r"self-?harm|suicide|category", shown, re.IGNORECASE), name


def test_j4_c_no_referrer_leaves_no_cookie_is_set_and_nothing_is_cached(site: AppealSite) -> None:
    for path in (f"/appeal/{FORUM}", STATUS, SUGGEST, "/help"):
        headers = site.get(path).headers
        assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")
        assert headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in headers


def test_j4_a_child_is_told_what_a_child_needs(site: AppealSite) -> None:
    text = words(site.appeal(FORUM))
    day = (NOW + timedelta(hours=72)).date()
    assert f"Thanks. A person will look at this by {day:%A} {day.day} {day:%B}" in text
    for told in ("You did nothing wrong by asking.", "Keep this code", "You are not in trouble.", "Here is help"):
        assert told in text
    assert "works in health" in text


def test_j4_the_words_are_easy_and_do_not_scold(site: AppealSite) -> None:
    for name, text in pages_of_a_child(site):
        assert grade_of(prose(text)) < GRADE + 1, name


def test_j4_help_has_a_way_out(site: AppealSite) -> None:
    page = site.get("/help").page
    ways = [a for tag, a in page.tags if tag == "a" and (a.get("href") or "").startswith("https://www.wikipedia.org")]
    assert ways[0]["rel"] == "noreferrer"


def test_j4_every_quiet_category_has_words_for_children() -> None:
    table = taxonomy()
    assert all(row.for_children["en"] for category in QUIET if (row := table.get(category)))
    assert all(table.get(category) for category in QUIET)


def test_j4_e_without_a_number_that_two_people_have_checked_the_page_says_so(site: AppealSite) -> None:
    """With one that has been checked: `web/test_help`."""
    page = site.get("/help/TH")
    assert 'href="tel:' not in page.text
    shown = words(page)
    assert "within the last 180 days" in shown
    assert "emergency number of your country" in shown
    assert "childhelplineinternational.org/helplines" in page.text


def test_j4_f_what_is_said_to_somebody_in_need_is_english_in_every_language(site: AppealSite) -> None:
    english = page_of_help(site, "en")
    for language in ("ar", "hi", "id", "ja", "th", "zh-Hans"):
        assert page_of_help(site, language) == english, language
    ask = site.get(f"/appeal/{FORUM}", Accept_Language="th")
    assert re.search(r'<[a-z]+[^>]* lang="en"[^>]*>[^<]*You are not in trouble', ask.text)


def page_of_help(site: AppealSite, language: str) -> str:
    """What it says, but for the line in the reader's language that it is in English."""
    main = site.get("/help", Accept_Language=language).text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r'<p class="machine".*?</p>\s*', "", main)


def test_j4_g_nobody_is_told_but_the_desk(site: AppealSite) -> None:
    """No alert to a parent: what an appeal changes is one case, and nothing is in the outbox."""
    site.appeal(FORUM, text="let me in")
    assert not site.book.pending()
    assert [event.kind for event in site.book.events(1)] == [e.OPENED]


# J6: a clinic on a list by mistake


def test_j6_b_a_claim_on_a_trusted_name_opens_what_only_a_machine_listed_at_once(site: AppealSite) -> None:
    text = words(site.appeal(CLINIC, claim="yes"))
    assert "Open for now" in text
    assert "no person had checked the listing" in text
    (case,) = site.book.find(CLINIC)
    assert (case.suspended, case.claim, case.due) == (e.WHY_SIGNAL, True, NOW + timedelta(hours=24))
    assert [row.deed["do"] for row in site.book.pending()] == ["suspend", "tell"]


def test_j6_b_an_ordinary_name_is_looked_at_within_a_day(site: AppealSite) -> None:
    assert "Open for now" not in words(site.appeal(HOSPITAL, claim="yes"))
    (case,) = site.book.find(HOSPITAL)
    assert (case.suspended, case.due) == ("", NOW + timedelta(hours=24))


def test_j6_a_trusted_name_does_not_lift_malware_that_a_feed_saw_within_a_day(site: AppealSite) -> None:
    text = words(site.appeal(TRAP, claim="yes"))
    assert "Open for now" not in text
    assert "unless a feed saw the danger during the last 24 hours" in text
    assert site.book.find(TRAP)[0].suspended == ""


def test_j6_the_second_nurse_joins_and_learns_that_it_is_open(site: AppealSite) -> None:
    site.appeal(CLINIC, claim="yes")
    second = site.appeal(CLINIC, claim="yes")
    assert "Yours joins theirs" in words(second)
    assert "Open for now" in words(second)
    assert "suspended while people look" in words(site.get(f"/why/{CLINIC}?shown=1"))
    (case,) = site.book.find(CLINIC)
    assert (case.appeals, len(site.book.pending())) == (2, 2)


def test_j6_without_the_claim_nothing_opens_before_somebody_looks(site: AppealSite) -> None:
    site.appeal(CLINIC)
    assert site.book.find(CLINIC)[0].suspended == ""
    assert "Open for now" in words(site.appeal(CLINIC, claim="yes"))  # the next one says what it is


def test_j6_d_the_page_says_when_it_was_opened_and_why_it_was_wrong(site: AppealSite) -> None:
    code = code_of(site.appeal(CLINIC, claim="yes"))
    case = site.book.find(CLINIC)[0]
    said = {"outcome": e.REMOVED, "reason": "It is a clinic.", "cause": "import_error"}
    site.book.append(case.id, e.DECIDED, "ada", "uni", said, NOW + timedelta(hours=3), expected_last=case.last)
    text = words(site.status(code))
    for told in (
        "It is a clinic.",
        "A public list was wrong, and we took it over.",
        "No list may bring it back for 180",
    ):
        assert told in text


def test_a_home_leads_a_nurse_to_the_publisher(state: Path, tmp_path: Path) -> None:
    own = beside(state, tmp_path)
    publisher = PublisherSettings("https://lists.example/log", "key", frozenset(), frozenset())
    home = replace(PUBLISHER, role=Role.HOME, publisher=publisher)
    with AppealSite(own, StoppedClock(NOW), settings=home) as site:
        there = f"https://lists.example/appeal/{HOSPITAL}"
        assert f'href="{there}"' in site.get(f"/why/{HOSPITAL}?shown=1").text
        assert f'href="{there}"' in site.get(f"/appeal/{HOSPITAL}").text
        assert "Your code" not in site.get(STATUS).text
        assert STATUS not in site.get("/appeal").text
        assert site.send(f"/appeal/{HOSPITAL}", {}).status == 405
