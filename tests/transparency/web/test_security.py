from __future__ import annotations

from random import Random
from urllib.parse import quote_from_bytes

import pytest

from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.rates import PageLimits
from tests.transparency.lists import StoppedClock
from tests.transparency.web.served import Site

PATHS = (
    "/",
    "/help",
    "/why/casino.example",
    "/api/v1/why/casino.example",
    "/why?name=x.example",
    "/nowhere",
    "/why/..",
)


@pytest.mark.parametrize("path", PATHS)
def test_every_response_is_closed_to_scripts_frames_referrers_and_indexes(site: Site, path: str) -> None:
    headers = site.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "noindex" in headers["X-Robots-Tag"]
    assert headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in headers
    assert headers["Server"] == "filterdns"


def test_no_page_has_a_script_an_inline_style_or_another_host_in_it(site: Site) -> None:
    for path in PATHS:
        text = site.get(path).text
        assert "<script" not in text
        assert "style=" not in text
        assert 'src="' not in text


def test_the_style_sheet_is_found_on_every_host_and_kept_for_good(site: Site) -> None:
    page = site.get("/", Host="casino.example").text
    path = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    reply = site.get(path, Host="casino.example")
    assert reply.status == 200
    assert reply.headers["Content-Type"].startswith("text/css")
    assert "immutable" in reply.headers["Cache-Control"]


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8053", "[::1]:8053", "localhost", "FILTER.home.arpa.", "filter.school.example", "192.0.2.1"]
)
def test_our_own_names_and_addresses_get_our_pages(site: Site, host: str) -> None:
    assert site.get("/why/casino.example", Host=host).status == 200


@pytest.mark.parametrize("path", ["/why/casino.example", "/api/v1/why/casino.example", "/help"])
def test_another_host_reads_nothing_of_ours(site: Site, path: str) -> None:
    reply = site.get(path, Host="rebound.example")
    assert reply.status == 403
    assert "Roulette" not in reply.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_nothing_but_reading_is_done(site: Site, method: str) -> None:
    reply = site.ask(method, "/why/casino.example", {})
    assert reply.status == 405
    assert reply.headers["Allow"] == "GET, HEAD"


def test_head_gives_the_headers_of_get(site: Site) -> None:
    reply = site.ask("HEAD", "/why/casino.example", {})
    assert (reply.status, reply.text) == (200, "")
    assert reply.headers["Referrer-Policy"] == "no-referrer"


def test_no_path_is_a_fault_of_ours(site: Site) -> None:
    """Octets at random, the same each time, below each route that takes a part of its path as data."""
    octets = Random(4)
    parts = [quote_from_bytes(octets.randbytes(octets.randint(1, 40))) for _ in range(60)]
    prefixes = ("/why/", "/api/v1/why/", "/why?name=", "/why?names=", "/help/", "/decisions?before=", "/")
    paths = [prefix + part for part in parts for prefix in prefixes]
    for path, reply in zip(paths, site.each(paths), strict=True):
        assert reply.status in (200, 303, 400, 404), path


def test_a_body_is_refused_unread(site: Site) -> None:
    assert site.ask("GET", "/", {}, body=b"x" * 100_000).status == 413


def test_addresses_of_pages_and_headers_are_bounded(site: Site) -> None:
    assert site.get("/why/" + "a" * 20_000).status == 400
    assert site.get("/", X_Long="a" * 20_000).status == 400
    assert site.get("/why/" + "a" * 3_000).status == 400


def test_one_address_gets_so_many_pages_and_then_waits(current: CurrentRelease, clock: StoppedClock) -> None:
    site = Site(current, clock, PageLimits(requests_a_second=1, burst=3))
    assert site.ask("GET", "/help", {}, times=3).status == 200
    reply = site.ask("GET", "/help", {}, times=4)
    assert (reply.status, reply.headers["Retry-After"]) == (429, "1")


def test_a_fault_of_ours_is_told_without_the_name(
    site: Site, current: CurrentRelease, capfd: pytest.CaptureFixture[str]
) -> None:
    current.shown = "not a release"  # type: ignore[assignment]
    reply = site.get("/why/secret.example")
    assert reply.status == 500
    assert "our fault" in reply.text
    said = capfd.readouterr()
    assert "AttributeError" in said.err
    assert "secret" not in said.err + said.out


def test_before_the_first_release_pages_say_so(tmp_path_factory: pytest.TempPathFactory, clock: StoppedClock) -> None:
    site = Site(CurrentRelease(tmp_path_factory.mktemp("empty"), print), clock)
    assert site.get("/").status == 200
    assert site.get("/why/casino.example").status == 503
    assert site.get("/api/v1/why/casino.example").status == 503
