from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from filterdns.lists.release import open_current
from filterdns.lists.sightings import Sighting, Sightings
from filterdns.transparency.desk.sisters import MOST_SHOWN, find_sisters, site_of
from tests.transparency.desk.desk_site import DeskSite, ask
from tests.transparency.desk.test_pages import page
from tests.transparency.lists import OVERLAY, build

LISTED = "own/adult.imported.txt"
NAMES = [
    "www.hospital.example", "blog.hospital.example", "hospital.example", "nothospital.example", "hospital.test",
    "hospital.co.uk", "other.example", *(f"ward{n}.big.example" for n in range(60)),
]  # fmt: skip


@pytest.fixture(scope="module")
def sightings(tmp_path_factory: pytest.TempPathFactory) -> Sightings:
    overlay = {LISTED: "\n".join(NAMES), "own/video.txt": "video.hospital.example\n"}
    state: Path = build(tmp_path_factory.mktemp("sisters"), overlay)
    return Sightings(open_current(state))


def test_names_of_the_same_site_and_called_alike_are_found_on_the_same_list(sightings: Sightings) -> None:
    found = find_sisters(sightings, "www.hospital.example", {LISTED})
    assert found == ["blog.hospital.example", "hospital.co.uk", "hospital.example", "hospital.test"]


def test_what_other_lists_name_is_no_sister(sightings: Sightings) -> None:
    assert find_sisters(sightings, "hospital.example", {"own/video.txt"}) == ["video.hospital.example"]
    assert find_sisters(sightings, "hospital.example", set()) == []


def test_few_are_shown_of_many(sightings: Sightings) -> None:
    assert len(find_sisters(sightings, "ward7.big.example", {LISTED})) == MOST_SHOWN


def test_every_name_that_begins_or_ends_so_is_found(sightings: Sightings) -> None:
    everything = sorted(name.encode() for name in NAMES)
    for suffix in (b".example", b".hospital.example", b".uk", b".nothing"):
        found = sightings.ending(suffix, 1_000)
        assert sorted(name for name in found if name in everything) == [n for n in everything if n.endswith(suffix)]
    for prefix in (b"hospital.", b"ward1", b"w", b"zzz"):
        found = sightings.beginning(prefix, 1_000)
        assert sorted(name for name in found if name in everything) == [n for n in everything if n.startswith(prefix)]
    assert len(sightings.ending(b".example", 5)) == len(sightings.beginning(b"ward", 5)) == 5


@pytest.mark.parametrize(
    ("name", "site"),
    [("www.a.example", "a.example"), ("a.example", "a.example"), ("www.shop.co.uk", "shop.co.uk"),
     ("x.y.ac.th", "y.ac.th"), ("example", "example")],
)  # fmt: skip
def test_what_one_site_is_is_guessed(name: str, site: str) -> None:
    assert site_of(name) == site


def test_names_that_a_list_has_left_are_no_sisters() -> None:
    class Left:
        def named(self, name: bytes) -> list[Sighting]:
            day = date(2030, 1, 1)
            return [Sighting(name, LISTED, "", "adult", False, day, day, day)]

        def beginning(self, prefix: bytes, most: int) -> list[bytes]:
            return []

        def ending(self, suffix: bytes, most: int) -> list[bytes]:
            return [b"a.site.example"]

    assert find_sisters(Left(), "b.site.example", {LISTED}) == []


def test_the_page_of_a_case_shows_them(desk: DeskSite) -> None:
    assert "casino.example" in OVERLAY["own/gambling.imported.txt"]
    case = ask(desk.casebook, "sub.casino.example")
    shown = page(desk, case, "ada")
    assert "Sister names on the same lists" in shown.words
    assert '<a href="/why/casino.example">' in shown.text
