"""The page and the API of names that lists named: what is listed, what was kept off, what was listed once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from filterdns.transparency.web.current import CurrentRelease
from tests.transparency.fetched import NOW, Fetched, half_a_year, page_of
from tests.transparency.lists import StoppedClock
from tests.transparency.web.served import Site

OUT = re.compile(r"<a [^>]*href=\"https?://[^>]*>")
NAMES = ("bets", "clinic", "cdn", "shop", "won", "gone", "once", "hers", "doubt", "cheat", "play")


def serve(at: Fetched) -> Site:
    current = CurrentRelease(at.state, print)
    current.follow()
    return Site(current, StoppedClock(NOW))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return serve(half_a_year(tmp_path_factory.mktemp("half")))


def shown(site: Site, name: str) -> str:
    """The words of a page, as a reader meets them."""
    reply = site.get(f"/why/{name}")
    assert reply.status == 200
    return " ".join(re.sub(r"<[^>]*>", " ", reply.text).split())


def told(site: Site, name: str) -> dict[str, Any]:
    return dict(json.loads(site.get(f"/api/v1/why/{name}").text))


def test_the_page_says_whose_list_it_is_and_where_to_complain(site: Site) -> None:
    text = shown(site, "bets.example")
    for words in (
        "On the list Bets of a university uni-bets called “jeux” there",
        "Kept by University lists.example/contact",
        "Licence CC BY-SA 4.0",
        "Basis Imported from a public list; no person has checked this entry.",
        "Seen there First on 1 June 2026, last confirmed on 30 November 2026.",
        "Review by 30 November 2027",
        "A mistake? Ask the keeper to remove it: lists.example/remove",
        "On the list What our aunt noted aunt A list that this household added; ask at home.",
        "Was named by “A list of old” as gambling until 1 June 2026.",
        "You are not in trouble.",
    ):
        assert words in text


def test_a_page_without_a_listing_says_calmly_who_named_it(site: Site) -> None:
    for name in ("won.example", "gone.example", "doubt.example", "www.shop.example"):
        text = shown(site, name)
        assert "Not listed Nothing is listed here for this name, nor for a name above it." in text
        assert "What is known of it Public lists hold millions of names, and some are there by mistake." in text
        assert "To be named on a list proves nothing." in text
    assert "What is known of it" not in shown(site, "nothing.example")


def test_pages_lead_to_keepers_and_licences_alone_and_tell_them_nothing(site: Site) -> None:
    for name in NAMES:
        text = site.get(f"/why/{name}.example").text
        for link in OUT.findall(text):
            assert 'rel="noreferrer"' in link
            assert re.search(r'href="https://(lists|licence)\.example/', link)
        assert "<img" not in text
        assert "src=" not in text


def test_what_a_recipe_says_is_neither_markup_nor_a_link_that_runs(tmp_path: Path) -> None:
    at = half_a_year(tmp_path)
    page = page_of('"<b>U</b>", contact: "javascript:alert(1)"', ("uni-bets", "<i>Bets</i>", "gambling", "<u>"))
    at.ship({"sources/university.yaml": page})
    at.build(NOW)
    text = serve(at).get("/why/bets.example").text
    assert "javascript:alert(1)" in text
    assert 'href="javascript' not in text
    for markup in ("<b>U", "<i>Bets", "<u>"):
        assert markup not in text


def test_the_api_has_stable_keys_for_lists_and_history(site: Site) -> None:
    listing = told(site, "bets.example")["listings"][1]
    assert (listing["list"]["id"], listing["list"]["household"]) == ("aunt", True)
    assert (listing["first_seen"], listing["confirmed_on"]) == ("2026-09-01", "2026-12-01")
    (event,) = told(site, "doubt.example")["history"]
    assert event == {
        "what": "set_aside",
        "name": "doubt.example",
        "source": "uni-fraud",
        "title": "Shops that cheat",
        "household": False,
        "category": "fraud",
        "categories": ["fraud"],
        "from": "2026-12-01",
        "until": None,
        "rule": "two_feeds",
        "reason": "",
        "words": "Named by “Shops that cheat” as fraud. First seen there on 1 December 2026. "
        "It is not listed, because one keeper alone names it, and here two are needed.",
    }
    decided = told(site, "won.example")["history"][0]
    assert (decided["what"], decided["from"], decided["until"]) == ("pinned", "2026-11-02", "2027-05-01")
    assert decided["reason"] == "It reports on sports."
    assert told(site, "clinic.example")["listings"][0]["list"] is None


def test_damaged_memory_of_a_release_is_told_as_such(tmp_path: Path) -> None:
    at = half_a_year(tmp_path)
    (seen,) = (at.state / "releases" / "00000003").glob("seen")
    seen.write_bytes(b"nonsense")
    site = serve(at)
    assert site.get("/why/bets.example").status == 503
    assert site.get("/api/v1/why/bets.example").status == 503
