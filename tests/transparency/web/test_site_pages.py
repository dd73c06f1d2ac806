from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.templates import STATIC, fixed_file
from tests.transparency.lists import StoppedClock, taxonomy
from tests.transparency.published import PUBLISHER, SUBSCRIBER
from tests.transparency.web.served import Site

PAGES = ("/", "/process", "/categories", "/limits", "/help", "/privacy", "/api", "/about", "/decisions", "/log")
OUTSIDE_OF_HELP = {"childhelplineinternational.org", "www.inhope.org", "www.wikipedia.org"}  # this to leave quickly

# The table of requirements section 2, as it must be found on the page.
LIMITS = (
    "Bullying in a chat or a game is invisible to us",
    "Talking, saving proof, blocking the person and a helpline help more",
    "New fakes live hours. We catch part of them",
    "We see the name of a site, not the page",
    "cannot filter one video, post or picture on a large site; search results need SafeSearch",
    "It happens in private messages and calls. A filter does not see it and does not stop it",
    "These networks do not use our DNS",
    "cannot measure minutes, end a running video, or know who holds the tablet",
    "Not a DNS matter",
    "We see which servers a toy calls, not what it says",
    "Mobile data, another network, a VPN already installed, a fixed IP address or a browser with its own DNS pass by",
    "A filter is a fence in the garden, not a wall",
    "Over HTTPS the browser shows an error, not our page. We will not break encryption to change that",
    "works less as offenders move to hidden places",  # S32
    "one small part",  # S42
)


class Reading(HTMLParser):
    """What a page links to, its identifiers, and each text with whether it stands in an element with a source."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.unsourced: list[str] = []
        self.titles: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.links += [values[key] or "" for key in ("href", "src", "action") if key in values]
        if values.get("id"):
            self.ids.append(values["id"] or "")
        if tag not in ("meta", "link", "input", "br", "path", "circle", "rect"):
            self._open.append((tag, bool(values.get("data-source")) or (bool(self._open) and self._open[-1][1])))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open and not self._open[-1][1] and self._open[-1][0] not in ("style", "code"):
            self.unsourced.append(data)


@pytest.fixture
def publisher(current: CurrentRelease, clock: StoppedClock) -> Site:
    return Site(current, clock, settings=PUBLISHER)


def test_every_page_is_there_and_small_and_has_one_title(site: Site) -> None:
    for path, reply in zip(PAGES, site.each(PAGES), strict=True):
        assert reply.status == 200, path
        assert reply.text.count("<h1") == 1, path
        assert len(reply.text) < 100_000, path


def test_no_link_is_dead_and_none_leaves_but_for_help(site: Site) -> None:
    found: dict[str, list[str]] = {}
    replies = dict(zip(PAGES, site.each(PAGES), strict=True))
    for path, reply in replies.items():
        for link in Reading(reply.text).links:
            found.setdefault(link, []).append(path)
    hosts = {urlsplit(link).hostname for link in found if link.startswith("http")}
    assert hosts <= OUTSIDE_OF_HELP
    anchors = [(link, on) for link, pages in found.items() for on in pages if link.startswith("#")]
    for link, on in anchors:
        assert link[1:] in Reading(replies[on].text).ids, f"{on}: {link}"
    inner = sorted({urlsplit(link).path for link in found if link.startswith("/")} - {"/lists"})
    dead = [path for path, reply in zip(inner, site.each(inner), strict=True) if reply.status not in (200, 400)]
    assert dead == []
    assert len(inner) > 100  # every country has its page


def test_every_page_leads_to_every_other(site: Site) -> None:
    links = Reading(site.get("/limits").text).links
    assert set(PAGES) <= set(links)


def test_the_limits_are_all_on_the_page_in_the_size_of_the_benefits(site: Site) -> None:
    text = " ".join(site.get("/limits").text.split())
    for words in LIMITS:
        assert words in text
    sheet = (STATIC / "style.css").read_text()
    rules = [rule for rule in re.findall(r"\.limits-table td[^{]*\{[^}]*\}", sheet) if "::before" not in rule]
    assert rules
    assert not any("font" in rule for rule in rules)


def test_a_figure_without_a_source_fails(site: Site) -> None:
    """S07: percentages, and numbers in words of a survey, stand in an element that says where they are from."""
    figure = re.compile(r"\d ?%|\bper ?cent\b|\b(one|two|three) in (three|four|five|ten)\b|\d (million|thousand)")
    for path, reply in zip(PAGES, site.each(PAGES), strict=True):
        texts = Reading(reply.text).unsourced
        assert not [text for text in texts if figure.search(text)], path
    assert 'data-source="Open Rights Group' in site.get("/process").text


def test_the_front_tells_how_many_entries_nobody_checked(site: Site) -> None:
    text = site.get("/").text
    for words in ("no person here checked them", "Reviewed by two people", "Ordered by a court"):
        assert words in text
    shares = [float(part) for part in re.findall(r"<b>([0-9.]+) %</b>", text)]
    assert len(shares) == 4
    assert abs(sum(shares) - 100) < 0.1


def test_each_category_has_its_bounds_examples_and_deadlines(site: Site) -> None:
    text = site.get("/categories").text
    for row in taxonomy().categories:
        card = text.partition(f'id="{row.id}"')[2].partition("</article>")[0]
        assert card.count('class="is-') == 5, row.id
        assert "Examples, reasons and deadlines" in card
        assert {example.belongs for example in row.examples} == {True, False}, row.id
        assert (f"/why/{row.test_name}" in card) == (row.id != "restricted_legal")


def test_what_only_a_publisher_has_is_told_at_a_home(current: CurrentRelease, clock: StoppedClock, site: Site) -> None:
    assert "no record of decisions" in site.get("/decisions").text
    assert "There is no log here" in site.get("/log").text
    subscribed = Site(current, clock, settings=SUBSCRIBER)
    assert 'href="https://lists.example/decisions"' in subscribed.get("/decisions").text
    assert 'href="https://lists.example/log"' in subscribed.get("/log").text
    assert site.get("/decisions.atom").status == 404


def test_the_pages_say_whether_they_are_a_publishers(site: Site, publisher: Site) -> None:
    assert "This is a home or a school" in site.get("/about").text
    assert "This is a publisher" in publisher.get("/about").text
    assert "on this network" in site.get("/").text
    assert "on this network" not in publisher.get("/").text


def test_the_limits_of_the_api_are_written_where_programs_look(site: Site) -> None:
    text = site.get("/api").text
    assert f"{site.limits.requests_a_second:.0f} requests a second" in text
    assert "429" in text


def test_a_sheet_has_no_left_and_no_right() -> None:
    for name in ("style.css", "lists.css", "forms.css", "numbers.css"):
        assert not re.search(r"\b(left|right)\b", (STATIC / name).read_text()), name
    assert len(fixed_file("style.css").octets) < 21_000  # of the 30 KB that a help page may take
