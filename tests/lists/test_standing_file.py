"""How sources stand survives on disk, and what is damaged is told instead of passed over."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filterdns.errors import StateFault
from filterdns.lists.curate.finding import Finding
from filterdns.lists.standing import Standing, Standings, accept, forget, keep_old, undo_accept
from filterdns.lists.standing_file import change_standings, load_standings, standing_path, store_standings
from tests.lists.feeds import CLINIC, HELPLINE, Content, House, names


def eventful() -> Standings:
    """Standings in which every field is used."""
    house = House()
    house.fetch(Content(names(200)))
    for content in (Content(names(2_000)), Content(frozenset({*names(200), CLINIC, HELPLINE}), rejected=200)):
        house.sleep(days=1)
        house.fetch(content)
        house.do(accept)
    house.do(undo_accept)
    house.fetch(Content(names(90)))
    house.do(keep_old)
    house.fetch(Content(frozenset({*names(2_001), f"sms.{HELPLINE}"})))
    standings = house.standings
    other = House()
    other.fetch(Content(names(400)))
    other.fetch(Content(names(40)))
    return standings.put("b-list", other.standing())


def test_what_was_stored_is_loaded(tmp_path: Path) -> None:
    standings = eventful()
    store_standings(tmp_path, standings)
    assert load_standings(tmp_path) == standings
    first = standing_path(tmp_path).read_bytes()
    store_standings(tmp_path, load_standings(tmp_path))
    assert standing_path(tmp_path).read_bytes() == first
    standing, other = standings.of("a-list"), standings.of("b-list")
    assert standing.switched_off
    assert standing.p1_hits
    assert standing.kept_old
    assert standing.pinned
    assert other.held
    assert other.held.shrunk


@settings(max_examples=40)
@given(st.text(max_size=20), st.dictionaries(st.text(max_size=5), st.integers()))
def test_words_of_any_script_survive(
    tmp_path_factory: pytest.TempPathFactory, words: str, numbers: dict[str, int]
) -> None:
    state = tmp_path_factory.mktemp("state")
    held = eventful_held()
    standings = Standings(
        {"x": Standing(held=type(held)(held.census, (Finding("r", words, numbers),), words, "", 0, ""))}
    )
    store_standings(state, standings)
    assert load_standings(state) == standings


def eventful_held() -> Any:
    house = House()
    house.fetch(Content())
    return house.standing().held


def test_without_a_file_nothing_is_accepted_yet(tmp_path: Path) -> None:
    assert load_standings(tmp_path) == Standings()


def stored(state: Path) -> dict[str, Any]:
    store_standings(state, eventful())
    return dict(json.loads(standing_path(state).read_bytes()))


def refused(state: Path, octets: bytes) -> str:
    standing_path(state).write_bytes(octets)
    with pytest.raises(StateFault) as caught:
        load_standings(state)
    assert standing_path(state).read_bytes() == octets
    return str(caught.value)


@pytest.mark.parametrize(
    "octets", [b"", b"\0" * 100, b"{", b"[]", b"{}", b'{"sources": []}', b"\xff\xfe", b"[" * 100_000]
)
def test_damaged_file_says_what_to_do(tmp_path: Path, octets: bytes) -> None:
    text = refused(tmp_path, octets)
    assert str(standing_path(tmp_path)) in text
    assert "put an earlier copy of the file in its place, or remove it" in text


def test_file_that_is_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    store_standings(tmp_path, eventful())
    octets = standing_path(tmp_path).read_bytes()
    for end in range(1, len(octets) - 2, 997):
        refused(tmp_path, octets[:end])


def test_file_of_a_newer_version_is_refused_as_such(tmp_path: Path) -> None:
    page = {**stored(tmp_path), "version": 2}
    text = refused(tmp_path, json.dumps(page).encode())
    assert "expected version 1, got 2; install the filterdns that wrote it, or a newer one" in text


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("colour",), "red", "a-list: expected fields that this version knows, got colour"),
        (("accepted", "census", "names"), "many", 'a-list.accepted.census.names: expected int, got "many"'),
        (("accepted", "census", "names"), True, "expected int, got true"),
        (("accepted", "census"), None, "a-list.accepted.census: expected Census, got null"),
        (("accepted", "accepted_on"), "yesterday", "yesterday"),
        (("pinned",), "2026-03-01T04:00:00", "a-list.pinned: expected a time with its zone"),
        (("sizes",), [{"on": "1 March", "names": 3}], "1 March"),
        (("kept_old",), "all", "a-list.kept_old: expected tuple"),
        (("kept_old",), [1], "a-list.kept_old[0]: expected str, got 1"),
        (("p1_hits",), [{"on": "2026-03-01"}], "a-list.p1_hits[0]: expected names, got nothing"),
    ],
)
def test_field_that_is_wrong_is_named(tmp_path: Path, path: tuple[str, ...], value: object, says: str) -> None:
    page = stored(tmp_path)
    part = page["sources"]["a-list"]
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    assert says in refused(tmp_path, json.dumps(page).encode())


def test_fields_that_an_older_version_did_not_know_have_their_defaults(tmp_path: Path) -> None:
    page = stored(tmp_path)
    del page["sources"]["a-list"]["kept_old"]
    del page["sources"]["a-list"]["accepted"]["census"]["p2_hits"]
    standing_path(tmp_path).write_text(json.dumps(page))
    assert load_standings(tmp_path).of("a-list").kept_old == ()


def test_changes_of_two_writers_are_both_kept(tmp_path: Path) -> None:
    house = House()
    house.fetch(Content(names(10)))

    def add(number: int) -> None:
        change_standings(tmp_path, lambda standings: (standings.put(f"list-{number}", house.standing()), None))

    threads = [Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(load_standings(tmp_path).sources) == 8


def test_change_that_fails_or_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(StateFault):
        change_standings(tmp_path, lambda standings: (accept(standings, "x", "person", House().when), None))
    assert change_standings(tmp_path, lambda standings: (forget(standings, "x"), "told")) == "told"
    assert not standing_path(tmp_path).exists()
