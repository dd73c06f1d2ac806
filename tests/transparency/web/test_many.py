"""Many names at once, for people and for programs."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from filterdns.transparency.reasons.many import MOST_NAMES
from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.rates import PageLimits
from tests.transparency.lists import StoppedClock
from tests.transparency.web.served import Site

PASTED = quote("casino.example\r\nhttps://stream.example/x\nclinic.example nothing.example 192.0.2.1 casino..example")


def rows(page: str) -> list[str]:
    words = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in words]


def test_each_name_has_a_line_with_what_becomes_of_it_and_why(site: Site) -> None:
    reply = site.get(f"/why?names={PASTED}")
    assert reply.status == 200
    assert rows(reply.text) == [
        "casino.example Listed, and filtered here for some Betting, casinos and betting with game items. gambling",
        "stream.example Listed, and open here at set times Video and live streams. video",
        "clinic.example Protected: always open Help, health and learning",
        "nothing.example Not listed No list here has it.",
        "192.0.2.1 Not the name of a site",
        "casino..example Not the name of a site Did you mean this? casino.example",
    ]


def test_without_names_there_is_the_form(site: Site) -> None:
    text = site.get("/why?names=").text
    assert "<textarea" in text
    assert "<table" not in text


def test_fifty_names_fit_into_an_address_and_more_are_told(site: Site) -> None:
    names = [f"a-fairly-long-name-of-a-site-{number}.nothing.example" for number in range(MOST_NAMES + 3)]
    text = site.get(f"/why?names={quote(chr(10).join(names))}").text
    assert len(rows(text)) == MOST_NAMES
    assert "3 names more were left out" in text


def test_what_was_pasted_is_never_markup(site: Site) -> None:
    assert "<script" not in site.get("/why?names=%3C%2Ftextarea%3E%3Cscript%3E%22%27.example").text


def test_names_that_are_veiled_are_veiled_here_too(public_site: Site) -> None:
    page = public_site.get("/why?names=veiled.example,casino.example").text
    (line, _) = rows(page)
    assert line.startswith("v••••.example")


def test_the_api_tells_the_same(site: Site) -> None:
    told = json.loads(site.get(f"/api/v1/why?names={PASTED}").text)
    assert [line["typed"] for line in told["names"]][:2] == ["casino.example", "https://stream.example/x"]
    assert [line["statement"]["name"] if line["statement"] else None for line in told["names"]] == [
        "casino.example", "stream.example", "clinic.example", "nothing.example", None, None,
    ]  # fmt: skip
    assert told["names"][0]["statement"] == json.loads(site.get("/api/v1/why/casino.example").text)
    assert (told["names"][5]["problem"], told["names"][5]["proposal"]) == ("not a name", "casino.example")
    assert site.get("/api/v1/why").status == 400


def test_fifty_names_cost_the_sender_fifty_requests(current: CurrentRelease, clock: StoppedClock) -> None:
    """So that one address cannot keep the process busy for seconds at the price of a few requests."""
    site = Site(current, clock, PageLimits(requests_a_second=0.0, burst=60.0))
    path = "/api/v1/why?names=" + ",".join(f"n{number}.example" for number in range(MOST_NAMES))
    assert [reply.status for reply in site.each([path, path, "/why/casino.example"])] == [200, 429, 200]


def test_restricted_and_unlisted_names_have_the_same_line(site: Site) -> None:
    one, other = rows(site.get("/why?names=restricted-legal.filterdns.test,nothing-at-all.filterdns.test").text)
    assert one.partition(" ")[2] == other.partition(" ")[2]
