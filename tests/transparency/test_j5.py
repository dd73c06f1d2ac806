"""Journey J5 (requirements section 5): somebody audits from outside. The lines about the site; those about the log and
its releases are in `tests/log/checking/test_j5.py`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

from filterdns.lists.names_of import BASIS, CATEGORY, ListedNames
from filterdns.lists.release import open_current
from filterdns.transparency.public.words import SHARES
from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.rates import PUBLIC, Rates
from tests.transparency.lists import StoppedClock
from tests.transparency.published import PUBLISHER
from tests.transparency.web.served import Site

READER = {"X_Forwarded_For": "198.51.100.7"}
MOST_SECONDS = 600.0  # for ten thousand names, by a program that waits when it is told to


def site_of(state: Path) -> Site:
    current = CurrentRelease(state, print)
    current.follow()
    return Site(current, StoppedClock(), PUBLIC, PUBLISHER)


def number(pattern: str, text: str) -> float:
    (found,) = re.findall(pattern, text)
    return float(found.replace(",", ""))


def test_j5_e_limits_of_the_api_stand_on_its_page_and_in_its_description_and_are_kept(published: Path) -> None:
    site = site_of(published)
    page = site.get("/api").text
    burst = number(r"requests a second for each address, and ([0-9,]+) at once", page)
    path = "/api/v1/why/nothing.example"
    *let_in, refused = site.each([path] * int(burst + 1), headers=READER)
    assert {reply.status for reply in let_in} == {200}
    assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
    assert json.loads(refused.text) == {"error": "too many requests"}
    described = json.loads(site.get("/api/v1/openapi.json").text)["paths"]
    for path in described.values():
        assert "Retry-After" in path["get"]["responses"]["429"]["description"]


def test_j5_e_ten_thousand_names_are_read_in_ten_minutes_without_a_key(published: Path) -> None:
    site = site_of(published)
    page = site.get("/api").text
    assert number(r"([0-9,]+) requests a second for each address", page) == site.limits.requests_a_second
    rates, seconds = Rates(site.limits), 0.0
    for _ in range(10_000):
        while not rates.admit("198.51.100.7", seconds):
            seconds += 1.0
    assert seconds < MOST_SECONDS
    fifty = ",".join(f"n{n}.example" for n in range(50))
    many = json.loads(site.get(f"/api/v1/why?names={fifty}", **READER).text)
    assert len(many["names"]) == 50  # in one request


def test_j5_f_front_page_tells_the_share_of_each_basis_as_the_release_has_them(published: Path) -> None:
    page = site_of(published).get("/").text
    shares = page.partition('class="shares"')[2].partition("</dl>")[0]
    told = dict(re.findall(r"<dt>([^<]*)</dt>.*?<b>[^<]*</b> · ([0-9,]+)", shares, re.DOTALL))
    entries: Counter[str] = Counter()  # an entry is a name in a category; what people wrote of it goes before a list
    for _, kinds in ListedNames(open_current(published)).walk():
        listed = [key.split(" ") for key in kinds.keys((CATEGORY, BASIS))]
        people = {category for category, basis in listed if basis != "imported"}
        entries.update(basis for category, basis in listed if basis != "imported" or category not in people)
    assert {title: int(count.replace(",", "")) for title, count in told.items()} == {
        title: entries[basis] for basis, title in SHARES.items()
    }
    assert entries["imported"] == 6
    assert entries["reviewed"] == 1
