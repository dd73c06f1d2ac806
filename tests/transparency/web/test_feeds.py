"""Web feeds of single names: valid Atom, items that keep their identity, nothing told of what is hidden."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from filterdns.lists.revocations import Revocation, revocations_file, store_revocations
from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.feeds import NAMESPACE
from tests.transparency.fetched import NOW, half_a_year
from tests.transparency.lists import StoppedClock, build
from tests.transparency.web.served import Reply, Site

A = f"{{{NAMESPACE}}}"


def entries(reply: Reply) -> list[ElementTree.Element]:
    assert reply.headers["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(reply.text).findall(f"{A}entry")


def text(element: ElementTree.Element, name: str) -> str:
    return element.findtext(f"{A}{name}") or ""


@pytest.mark.parametrize("name", ["casino.example", "nothing.example", "clinic.example", "xn--bcher-kva.example"])
def test_a_feed_has_all_that_atom_asks_for(public_site: Site, name: str) -> None:
    """RFC 4287 sections 4.1.1 and 4.1.2."""
    reply = public_site.get(f"/why/{name}/feed")
    feed = ElementTree.fromstring(reply.text)
    assert feed.tag == f"{A}feed"
    assert text(feed, "id") == f"https://lists.example/why/{name}"
    assert feed.find(f"{A}author/{A}name") is not None
    assert {link.get("rel"): link.get("href") for link in feed.findall(f"{A}link")}["self"] == text(
        feed, "id"
    ) + "/feed"
    for entry in [feed, *feed.findall(f"{A}entry")]:
        assert all(text(entry, part) for part in ("id", "title", "updated"))
        assert text(entry, "updated").endswith("Z")
    ids = [text(entry, "id") for entry in feed.findall(f"{A}entry")]
    assert len(set(ids)) == len(ids)


def test_decisions_are_named_by_the_log_and_their_entry(public_site: Site) -> None:
    decided = [entry for entry in entries(public_site.get("/why/casino.example/feed")) if "tag:" in text(entry, "id")]
    (entry,) = decided
    assert text(entry, "id").startswith("tag:lists.example,2026-12-01:log/entry/")
    assert "Put on the list" in text(entry, "title")
    assert "Roulette for money on the front page." in text(entry, "content")
    assert "Published on 1 December 2026" in text(entry, "content")


def test_a_feed_that_has_not_changed_is_not_sent_again(public_site: Site) -> None:
    first = public_site.get("/why/casino.example/feed")
    tag = first.headers["ETag"]
    again = public_site.get("/why/casino.example/feed", If_None_Match=f'"other", W/{tag}')
    assert (again.status, again.text, again.headers["ETag"]) == (304, "", tag)
    assert public_site.get("/why/casino.example/feed", If_None_Match='"other"').status == 200
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_a_home_tells_what_its_lists_say_and_keeps_identities(tmp_path: Path) -> None:
    at = half_a_year(tmp_path)
    site = serve(at.state)
    before = {text(entry, "id"): text(entry, "title") for entry in entries(site.get("/why/bets.example/feed"))}
    titles = set(before.values())
    assert "bets.example: on “Bets of a university” as gambling" in titles
    assert "bets.example: Was named by “A list of old” as gambling until 1 June 2026." in titles
    at.build(NOW)
    after = {
        text(entry, "id"): text(entry, "title") for entry in entries(serve(at.state).get("/why/bets.example/feed"))
    }
    assert after == before


def test_a_suspension_comes_as_an_item(tmp_path: Path, clock: StoppedClock) -> None:
    state = build(tmp_path)
    row = Revocation(b"casino.example", True, since="2026-11-30", reason="a <clinic> \x07")
    store_revocations(revocations_file(state), [row])
    first = entries(serve(state, clock).get("/why/casino.example/feed"))
    suspended = [entry for entry in first if "Suspended" in text(entry, "title")]
    assert [text(entry, "updated") for entry in suspended] == ["2026-11-30T00:00:00Z"]
    assert "a <clinic>" in text(suspended[0], "content")


def test_a_restricted_name_has_the_feed_of_an_unlisted_one(site: Site) -> None:
    one, other = (site.get(f"/why/{name}/feed").text.replace(name, "NAME") for name in (
        "restricted-legal.filterdns.test", "nothing-at-all.filterdns.test"))  # fmt: skip
    assert one == other


@pytest.mark.parametrize("path", ["/why/192.0.2.1/feed", "/why/a..b/feed", "/why/a%20b/feed"])
def test_what_is_no_name_has_no_feed(site: Site, path: str) -> None:
    assert site.get(path).status == 404


def test_the_page_leads_to_the_feed(site: Site) -> None:
    page = site.get("/why/xn--bcher-kva.example").text
    assert '<link rel="alternate" type="application/atom+xml" href="/why/xn--bcher-kva.example/feed"' in page


def serve(state: Path, clock: StoppedClock | None = None) -> Site:
    current = CurrentRelease(state, print)
    current.follow()
    return Site(current, clock or StoppedClock(NOW))
