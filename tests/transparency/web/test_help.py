from __future__ import annotations

from pathlib import Path

import pytest

from filterdns.transparency.public.countries import ASIA_PACIFIC, COUNTRIES
from filterdns.transparency.public.helplines import HelpByCountry
from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.templates import fixed_file
from tests.lists.test_helplines_file import DAY, FIRST, LINE, SECOND
from tests.transparency.lists import StoppedClock
from tests.transparency.web.served import Site

DIRECTORY, PORTAL = "https://childhelplineinternational.org/helplines/", "https://www.inhope.org/"


def test_the_help_page_is_small_with_all_that_it_needs(site: Site) -> None:
    octets = len(site.get("/help").text.encode())
    octets += sum(len(fixed_file(name).octets) for name in ("style.css", "icon.svg"))
    assert octets < 30_000


def test_the_help_page_asks_nothing_and_leads_to_people(site: Site) -> None:
    text = site.get("/help").text
    assert "<form" not in text
    assert DIRECTORY in text
    assert PORTAL in text
    assert 'id="friend"' in text
    assert 'id="picture"' in text


def test_every_country_of_the_region_has_a_page_that_says_what_is_missing(site: Site) -> None:
    """S39: whichever the fourteen states are, they are among these."""
    pages = [f"/help/{code}" for code in ASIA_PACIFIC]
    for path, reply in zip(pages, site.each(pages), strict=True):
        assert reply.status == 200
        assert DIRECTORY in reply.text, path
        assert PORTAL in reply.text, path
        assert "emergency number of your country" in reply.text, path
        assert "within the last 180 days" in reply.text, path
        assert "Missing here" in reply.text or reply.text.count("<dt>") >= 10, path  # six kinds here, four anywhere
        assert "<form" not in reply.text
        assert len(reply.text.encode()) + len(fixed_file("style.css").octets) < 30_000


def test_a_country_is_found_in_small_letters_and_an_unknown_one_still_gives_help(site: Site) -> None:
    assert site.get("/help/th").text.partition("<h1>")[2].startswith("Help: Thailand")
    reply = site.get("/help/XX")
    assert reply.status == 404
    assert DIRECTORY in reply.text


def test_a_number_is_printed_once_two_people_have_checked_it(
    current: CurrentRelease, clock: StoppedClock, site: Site, tmp_path: Path
) -> None:
    assert 'href="tel:' not in site.get("/help/TH").text
    folder = current.state / "lists" / "helplines"
    folder.mkdir(parents=True)
    try:
        (folder / "here.yaml").write_text(LINE + FIRST + SECOND)
        text = Site(current, clock).get("/help/TH").text
    finally:
        (folder / "here.yaml").unlink()
        folder.rmdir()
    assert 'href="tel:1387"' in text
    assert "Checked by two people" in text


def test_files_are_read_again_when_they_change_and_kept_when_they_break(tmp_path: Path) -> None:
    said: list[str] = []
    (tmp_path / "helplines").mkdir()
    file = tmp_path / "helplines" / "here.yaml"
    file.write_text(LINE + FIRST)
    by_country = HelpByCountry([tmp_path], said.append)
    assert (by_country.of("TH", DAY).numbers, by_country.of("TH", DAY).waiting) == ((), 1)
    file.write_text(LINE + FIRST + SECOND)
    assert len(by_country.of("TH", DAY).numbers) == 1
    file.write_text("- nonsense")
    assert len(by_country.of("TH", DAY).numbers) == 1
    assert said


@pytest.mark.parametrize("code", ["AU", "TH", "IN"])
def test_sites_of_a_country_are_shown_with_what_is_not_known_of_them(site: Site, code: str) -> None:
    text = site.get(f"/help/{code}").text
    assert "Nobody has looked at them" in text
    assert 'rel="noreferrer"' in text


def test_every_country_has_a_name() -> None:
    assert all(len(code) == 2 and name for code, name in COUNTRIES.items())
    assert len(ASIA_PACIFIC) > 55
