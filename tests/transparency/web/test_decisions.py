from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from filterdns.log.places import public_folder
from filterdns.transparency.public.decisions import PAGE, DecisionBook, Wanted
from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.decisions_feed import ATOM
from tests.transparency.lists import StoppedClock, taxonomy
from tests.transparency.published import HASHED_NAME, PUBLISHER, SITE, VEILED_NAME, publish
from tests.transparency.web.served import Site


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("published"))


@pytest.fixture
def public(published: Path) -> Site:
    current = CurrentRelease(published, print)
    current.follow()
    return Site(current, StoppedClock(), settings=PUBLISHER)


@pytest.fixture
def book(published: Path) -> DecisionBook:
    book = DecisionBook(published, taxonomy(), print)
    book.follow()
    return book


def indexes(text: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="entry-(\d+)"', text)]


def test_the_newest_decisions_come_first_and_pages_lead_to_all_of_them(public: Site, book: DecisionBook) -> None:
    total = book.page(Wanted()).total
    seen: list[int] = []
    path = "/decisions"
    while path:
        text = public.get(path).text
        seen += indexes(text)
        older = re.search(r'href="(/decisions\?[^"]*)" rel="next"', text)
        path = older[1] if older else ""
    assert len(seen) == total > PAGE
    assert seen == sorted(set(seen), reverse=True)


def test_filters_leave_what_was_asked_for(public: Site, book: DecisionBook) -> None:
    assert "casino.example" in public.get("/decisions?category=gambling").text
    protected = public.get("/decisions?kind=protected").text
    assert "casino.example" not in protected
    assert "inhope.org" in protected
    assert book.page(Wanted(kind="protected", category="gambling")).total == 0
    assert book.page(Wanted(action="removed")).total == 0
    assert book.page(Wanted(since=date(2026, 12, 2))).total == 0
    assert book.page(Wanted(until=date(2026, 11, 30))).total == 0
    assert book.page(Wanted(since=date(2026, 12, 1), until=date(2026, 12, 1))).total == book.page(Wanted()).total


@pytest.mark.parametrize("query", ["", "?category=adult", "?category=gore", "?kind=listing&category=gore"])
@pytest.mark.parametrize("path", ["/decisions", "/decisions.atom"])
def test_names_that_nobody_should_browse_are_not_told(public: Site, path: str, query: str) -> None:
    text = public.get(path + query).text
    assert VEILED_NAME not in text
    assert HASHED_NAME not in text
    assert "gore" in text or "adult" in text


def test_a_decision_on_such_a_name_is_still_counted(book: DecisionBook) -> None:
    page = book.page(Wanted(kind="listing", category="gore"))
    assert page.total == 1
    assert page.decisions[0].name == ""
    assert len(page.decisions[0].statement) == 64


@pytest.mark.parametrize(
    "query",
    ["kind=nonsense", "before=-5", "before=99999999999999999999", "since=2026-13-40", "category=../x", "before=x"],
)
def test_nonsense_asks_for_nothing_in_particular(public: Site, query: str) -> None:
    assert len(indexes(public.get(f"/decisions?{query}").text)) == PAGE


def test_the_feed_is_atom_and_its_identifiers_are_the_logs(public: Site) -> None:
    reply = public.get("/decisions.atom?category=gambling")
    assert reply.headers["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(reply.text)
    name = f"{{{ATOM}}}"
    assert feed.tag == f"{name}feed"
    ids = [entry.findtext(f"{name}id") for entry in feed.findall(f"{name}entry")]
    assert len(ids) == len(set(ids)) == PAGE
    assert all(id_ and id_.startswith("tag:lists.example,2026:filterdns/log:") for id_ in ids)
    assert feed.findtext(f"{name}updated") == "2026-12-01T12:00:00Z"
    link = feed.find(f"{name}entry/{name}link")
    assert link is not None
    assert link.attrib["href"].startswith(f"{SITE}/why/")


def test_a_feed_that_has_not_changed_is_not_sent_again(public: Site) -> None:
    reply = public.get("/decisions.atom")
    again = public.get("/decisions.atom", If_None_Match=reply.headers["ETag"])
    assert (again.status, again.text) == (304, "")
    assert public.get("/decisions.atom", If_None_Match='"other"').status == 200


def test_what_comes_later_is_read_and_nothing_before_it_again(published: Path) -> None:
    said: list[str] = []
    book = DecisionBook(published, taxonomy(), said.append)
    book.follow()
    first = book.reader
    book.follow()
    assert book.reader is first
    assert said == []


def test_a_damaged_log_is_said_and_shows_nothing(tmp_path: Path) -> None:
    state = publish(tmp_path)
    for bundle in public_folder(state).glob("tile/entries/**/*"):
        if bundle.is_file():
            bundle.write_bytes(bundle.read_bytes()[:-1] + b"!")
    said: list[str] = []
    book = DecisionBook(state, taxonomy(), said.append)
    book.follow()
    assert book.reader is None
    assert "may be old" in said[0]


def test_the_log_page_tells_size_and_root_and_how_to_check(public: Site, book: DecisionBook) -> None:
    text = public.get("/log").text
    assert book.reader is not None
    assert "lists.example/log" in text
    assert f"{book.reader.size:,}" in text
    assert "check_log.py" in text
    assert "--vkey lists.example/log+" in text
    reply = public.get("/check_log.py")
    assert reply.status == 200
    assert "attachment" in reply.headers["Content-Disposition"]
    assert "def " in reply.text
