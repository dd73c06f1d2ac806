from __future__ import annotations

import json
from pathlib import Path

import pytest

from filterdns.lists.revocations import Revocation, revocations_file, store_revocations
from filterdns.transparency.reasons.wording import UNDISCLOSED
from filterdns.transparency.web.api import prefers_json
from filterdns.transparency.web.current import CurrentRelease
from tests.transparency.lists import StoppedClock, build
from tests.transparency.web.served import Site


def test_the_api_tells_what_the_page_tells(site: Site) -> None:
    reply = site.get("/api/v1/why/www.casino.example")
    assert reply.headers["Content-Type"].startswith("application/json")
    told = json.loads(reply.text)
    assert (told["name"], told["listed"], told["filtering"]) == ("www.casino.example", True, True)
    reviewed = next(listing for listing in told["listings"] if listing["basis"] == "reviewed")
    assert reviewed["name"] == "casino.example"
    assert reviewed["scope"] == "subdomains"
    assert reviewed["listed_on"] == "2026-11-05"
    assert reviewed["decides_for"] == ["small"]
    assert {fate["profile"]: fate["effect"] for fate in told["profiles"]} == {"small": "filtered", "adult": "open"}
    assert told["profiles"][0]["decided_by"] == "content"
    assert told["defaults_by_age"]["age13-15"] == "filtered"


def test_page_and_api_tell_of_a_suspension(tmp_path: Path, clock: StoppedClock) -> None:
    state = build(tmp_path)
    row = Revocation(b"help.casino.example", True, since="2026-11-30", reason="a <clinic>")
    store_revocations(revocations_file(state), [row])
    current = CurrentRelease(state, print)
    current.follow()
    site = Site(current, clock)
    told = json.loads(site.get("/api/v1/why/www.help.casino.example").text)
    assert not told["listed"]
    assert {fate["effect"] for fate in told["profiles"]} == {"open"}
    expected = {"kind": "suspended", "since": "2026-11-30", "until": None, "reason": "a <clinic>"}
    assert [listing["revoked"] for listing in told["listings"]] == [expected] * 2
    page = site.get("/why/help.casino.example").text
    assert "Suspended since 30 November 2026. Until that ends this listing does not count." in page
    assert "Why: <bdi>a &lt;clinic&gt;</bdi>" in page
    assert "Listed, but that does not count now, and open here" in page
    assert "You think this is wrong?" not in page
    assert json.loads(site.get("/api/v1/why/casino.example").text)["listed"]


def test_a_restricted_name_and_an_unlisted_one_differ_in_the_name_alone(site: Site) -> None:
    one, other = (site.get(f"/api/v1/why/{name}").text.replace(name, "NAME") for name in (
        "restricted-legal.filterdns.test", "nothing-at-all.filterdns.test"))  # fmt: skip
    assert one == other
    assert json.loads(one)["undisclosed_lists"] == UNDISCLOSED


def test_those_who_prefer_json_get_it_at_the_page(site: Site) -> None:
    reply = site.get("/why/casino.example", Accept="application/json")
    assert json.loads(reply.text)["listed"]
    assert reply.headers["Vary"] == "Accept, Accept-Language"
    assert site.get("/why/casino.example", Accept="text/html,*/*").text.startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("accept", "json_wins"),
    [
        ("application/json", True),
        ("text/html, application/json;q=0.9", False),
        ("text/html;q=0.5, application/json;q=0.9", True),
        ("*/*", False),
        ("", False),
        ("application/json;q=much", False),
    ],
)
def test_the_weights_of_an_accept_header_decide(accept: str, json_wins: bool) -> None:
    assert prefers_json(accept) is json_wins


def test_a_typing_error_is_told_as_json(site: Site) -> None:
    reply = site.get("/api/v1/why/casino..example")
    assert reply.status == 400
    assert json.loads(reply.text) == {"error": "not a name", "problem": "not a name", "proposal": "casino.example"}
