"""What came and went between two releases, against the plainest way to find it."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest

from filterdns.lists import compare as compare_module
from filterdns.lists.compare import Difference, compare, differences
from filterdns.lists.countries import country_of
from filterdns.lists.names_of import BASIS, CATEGORY, COUNTRY, LANGUAGE, SOURCE, ListedNames
from filterdns.lists.release import Release, open_release
from filterdns.names import name_text
from tests.lists.home import Home

EACH_WAY = ((CATEGORY,), (SOURCE,), (CATEGORY, SOURCE), (SOURCE, CATEGORY, BASIS), (COUNTRY, LANGUAGE))


@pytest.fixture
def two(home: Home) -> tuple[Release, Release]:
    """Two lists of which a part changed, one that came, and a name that we list ourselves."""
    draw = Random(3)
    ends = ("example", "de", "co.uk")
    names = [f"{'www.' * (number % 2)}n{number}.{ends[number % 3]}" for number in range(400)]
    home.add_list("one", "adult")
    home.add_list("two", "gambling")
    home.add_list("three", "games", switch="offered")
    home.write("own/adult.txt", "n1.example\nours.example\n")
    home.use("one", draw.sample(names, 300))
    home.use("two", [*draw.sample(names, 200), "co.uk"])
    home.build()
    home.sleep(days=1)
    home.write("own/adult.txt", "n1.example\n")
    home.use("one", draw.sample(names, 280))
    home.use("two", draw.sample(names, 210))
    home.switch(three=True)
    home.use("three", draw.sample(names, 50))
    home.build()
    return open_release(home.state, 1), open_release(home.state, 2)


def plainly(old: Release, new: Release, by: Iterable[str]) -> list[Difference]:
    """All names of both in memory."""
    then, now = (
        {
            (key, name_text(wire))
            for wire, kinds in ListedNames(release).walk()
            for key in kinds.keys(list(by), country_of(wire))
        }
        for release in (old, new)
    )
    return sorted([("-", *gone) for gone in then - now] + [("+", *come) for come in now - then])


@pytest.mark.parametrize("by", EACH_WAY, ids=",".join)
def test_each_difference_is_told_once(
    two: tuple[Release, Release], by: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for old, new in (two, two[::-1]):
        expected = plainly(old, new, by)
        assert len(expected) > 50
        assert sorted(differences(old, new, by)) == expected
        for most_waiting in (0, 3, 100_000):
            monkeypatch.setattr(compare_module, "MOST_WAITING", most_waiting)
            assert sorted(compare(old, new, by)) == expected


def test_a_release_does_not_differ_from_itself(two: tuple[Release, Release]) -> None:
    for by in EACH_WAY:
        assert list(differences(two[0], two[0], by)) == []


def test_what_a_release_noted_itself_is_what_its_names_say(two: tuple[Release, Release]) -> None:
    (two[0].folder / "index").unlink()  # not needed for what is noted
    noted = sorted(differences(*two, (CATEGORY,)))
    assert ("-", "adult", "ours.example") in noted
    assert {key for _, key, _ in noted} == {"adult", "gambling", "games"}


def test_a_protection_that_came_is_told_though_it_is_no_category(home: Home) -> None:
    home.add_list("one", "adult")
    home.use("one", ["a.example", "clinic.example"])
    home.build()
    entry = "- {name: clinic.example, kind: health, country: DE, language: de, source: a register, checked_on: }\n"
    (home.shipped / "protected" / "p2.test.yaml").write_text(entry)
    home.build()
    old, new = open_release(home.state, 1), open_release(home.state, 2)
    assert sorted(differences(old, new, (CATEGORY,))) == [
        ("+", "p2", "clinic.example"),
        ("-", "adult", "clinic.example"),
    ]


def test_a_listing_is_told_by_its_own_source(home: Home) -> None:
    """A name in two categories by two lists is in neither by the other one."""
    home.add_list("one", "adult")
    home.add_list("two", "gambling")
    home.build()
    home.use("one", ["a.example"])
    home.use("two", ["a.example"])
    home.build()
    came = differences(open_release(home.state, 1), open_release(home.state, 2), (CATEGORY, SOURCE, BASIS))
    assert sorted(came) == [("+", "adult one imported", "a.example"), ("+", "gambling two imported", "a.example")]


def test_a_part_of_a_name_is_found_across_its_dots(home: Home) -> None:
    home.write("own/adult.txt", "aa.bb.example\nab.example\na-b.example\n")
    home.build()
    names = ListedNames(home.release)

    def found(part: bytes) -> list[str]:
        return [name_text(wire) for wire, _ in names.walk(part)]

    assert found(b"a.b") == found(b"aa.bb") == ["aa.bb.example"]
    assert found(b".example") == ["a-b.example", "aa.bb.example", "ab.example"]
    assert found(b"b.e") == ["a-b.example", "aa.bb.example", "ab.example"]
    assert found(b"-") == ["a-b.example"]
    assert found(b"axb") == []
