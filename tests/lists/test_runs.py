"""A parsed copy says of each name what the list says of it, on its shelf and in order, however long the list is."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filterdns.errors import StateFault
from filterdns.lists import heaps, runs
from filterdns.lists.copies import copy_path
from filterdns.lists.curate.below import Zones
from filterdns.lists.runs import EXACT, SCOPES, SUBDOMAINS, UNSAID, Run, make_run, remove_unused, run_path
from filterdns.lists.shelves import BOUNDS, SHELVES, shelf_of

RULES = """||wide.example^
||shop.example^
||a.b.wide.example^
@@||good.shop.example^
@@||exact.example^|
0.0.0.0 host.example
0.0.0.0 wide.example
||deep.x.y.z.example^
|exact.example^
"""


def lay_down(state: Path, text: str) -> str:
    octets = text.encode()
    sha256 = hashlib.sha256(octets).hexdigest()
    path = copy_path(state, sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(octets)
    return sha256


def run_of(state: Path, text: str, form: str = "domains") -> Run:
    return make_run(state, lay_down(state, text), form)


def section(run: Run, number: int) -> list[bytes]:
    """The names of a section; each lies on its shelf, and they are in order."""
    found: list[bytes] = []
    with run.path.open("rb") as file:
        for shelf in range(SHELVES):
            names = run.names(file, number, shelf)
            assert all(shelf_of(name) == shelf for name in names)
            found += names
    assert found == sorted(found)
    return found


def lines(names: Iterable[bytes]) -> str:
    return "".join(f"{name.decode()}\n" for name in names)


def names_of_every_shelf() -> list[bytes]:
    """Names at the beginning and at the end of each shelf."""
    bounds = [b"0", *(bound.rstrip(b".") for bound in BOUNDS)]
    return [
        form for bound in bounds for form in (bound + b".example", bound + b"-zz.co.example", b"x." + bound + b"x.net")
    ]


def test_names_lie_on_their_shelves_each_once_and_in_order(tmp_path: Path) -> None:
    names = names_of_every_shelf()
    shuffled = [*names, *names[:10], names[0]]
    random.Random(1).shuffle(shuffled)
    run = run_of(tmp_path, lines(shuffled))
    assert {shelf_of(name) for name in names} == set(range(SHELVES))
    assert section(run, UNSAID) == sorted(set(names))
    assert section(run, EXACT) == section(run, SUBDOMAINS) == []
    assert (run.census.names, run.census.duplicates) == (len(set(names)), len(shuffled) - len(set(names)))
    assert (run.census.lines, run.census.format, run.census.rejected) == (len(shuffled), "domains", 0)


def test_scopes_are_those_of_the_format_and_the_widest_of_each_name_holds(tmp_path: Path) -> None:
    run = run_of(tmp_path, RULES, "adblock")
    assert section(run, SUBDOMAINS) == [b"a.b.wide.example", b"deep.x.y.z.example", b"wide.example"]
    assert section(run, UNSAID) == [b"host.example"]
    assert section(run, EXACT) == [b"shop.example"]  # or what the list opens below it would be filtered
    assert (run.census.names, run.census.exceptions, run.census.duplicates) == (5, 2, 1)


def test_exceptions_take_out_what_they_open_and_narrow_what_lies_above(tmp_path: Path) -> None:
    text = "||a.example^\n||b.a.example^\n||c.b.a.example^\n||other.example^\n@@||b.a.example^\n"
    run = run_of(tmp_path, text, "adblock")
    assert section(run, SUBDOMAINS) == [b"other.example"]
    assert section(run, EXACT) == [b"a.example"]


def test_list_with_exceptions_that_stands_there_twice_is_counted_as_such(tmp_path: Path) -> None:
    run = run_of(tmp_path, "||a.example^\n||b.example^\n" * 5 + "@@||c.example^\n", "adblock")
    assert (run.census.names, run.census.duplicates) == (2, 8)


def test_suffixes_say_how_deep_the_deepest_name_below_lies(tmp_path: Path) -> None:
    run = run_of(tmp_path, "example.com\nwww.example.com\na.b.c.example.com\nx.other.net\nalone.org\n||x\n")
    depths = {suffix: depth for number, depth in enumerate(run.depths, len(SCOPES)) for suffix in section(run, number)}
    assert depths == {b"example.com": 5, b"other.net": 3}


@pytest.mark.parametrize("bound", [1, 2, 7, 50])
def test_list_longer_than_memory_gives_the_same_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: int
) -> None:
    draw = random.Random(bound)
    names = [b"%d.n%d.example" % (draw.randrange(3), draw.randrange(60)) for _ in range(200)] + names_of_every_shelf()
    rules = [*(f"||{name.decode()}^" for name in names[:90]), *(f"0.0.0.0 {name.decode()}" for name in names[40:])]
    for form, text in (("domains", lines(names)), ("adblock", "\n".join(rules)), ("adblock", RULES)):
        whole = run_of(tmp_path / "whole", text, form)
        with monkeypatch.context() as patched:
            patched.setattr(heaps, "MOST_NAMES_AT_ONCE", bound)
            parts = run_of(tmp_path / "parts", text, form)
        assert parts.census == whole.census
        assert [section(parts, scope) for scope in SCOPES] == [section(whole, scope) for scope in SCOPES]
        assert parts.depths == whole.depths
        for number in range(len(SCOPES), len(SCOPES) + len(whole.depths)):
            # A suffix may stand there for a lesser depth too, when it was seen in two parts: the greatest counts.
            assert set(section(parts, number)) >= set(section(whole, number))


LABELS = st.sampled_from(["a", "b", "www", "shop", "x-1"])
NAMES = st.lists(LABELS, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "example"]))
LINES = st.lists(st.tuples(st.sampled_from(["||{}^", "|{}^", "0.0.0.0 {}", "@@||{}^", "@@|{}^"]), NAMES), max_size=12)


@settings(max_examples=150, deadline=None)
@given(LINES)
def test_what_a_run_filters_is_what_the_rules_say(
    tmp_path_factory: pytest.TempPathFactory, rules: list[tuple[str, str]]
) -> None:
    state = tmp_path_factory.mktemp("run")
    run = run_of(state, "".join(rule.format(name) + "\n" for rule, name in rules), "adblock")
    alone = {name.decode() for name in section(run, EXACT)}
    covering = {name.decode() for scope in (SUBDOMAINS, UNSAID) for name in section(run, scope)}  # if they are meant
    assert len(covering) + len(alone) == run.census.names == len(covering | alone)
    named = {name for rule, name in rules if not rule.startswith("@@")}
    wide = {name for rule, name in rules if rule in ("||{}^", "0.0.0.0 {}")}
    opened = {name for rule, name in rules if rule.startswith("@@")}
    opened_wide = {name for rule, name in rules if rule == "@@||{}^"}
    for name in {name for _, name in rules} | {f"y.{name}" for _, name in rules}:
        above = {name.split(".", at)[at] for at in range(1, name.count("."))}
        is_filtered = name in covering | alone or bool(above & covering)
        if name in opened or above & opened_wide:
            assert not is_filtered, name
        elif name in named:
            assert is_filtered, name
        elif is_filtered:
            assert above & wide, name


def test_names_that_protected_ones_cover_are_found_in_every_section(tmp_path: Path) -> None:
    run = run_of(tmp_path, RULES, "adblock")
    assert run.covered(Zones([b"wide.example", b"shop.example", b"host.example", b"none.example"])) == (
        b"a.b.wide.example",
        b"host.example",
        b"shop.example",
        b"wide.example",
    )


def test_rejected_lines_are_counted_and_some_are_shown(tmp_path: Path) -> None:
    run = run_of(tmp_path, "ok.example\n" + "no name\n" * 200)
    assert (run.census.names, run.census.rejected) == (1, 200)
    assert len(run.census.rejected_examples) == runs.MOST_EXAMPLES
    assert run.census.rejected_examples[0] == '2: expected one name in a line, got "no name"'


@pytest.mark.parametrize(("text", "form"), [("<!doctype html><html><body>Not found</body></html>", "html"), ("", "")])
def test_what_is_no_list_gives_no_name_and_says_so(tmp_path: Path, text: str, form: str) -> None:
    run = run_of(tmp_path, text, "auto")
    assert (run.census.format, run.census.names) == (form, 0)
    assert [section(run, scope) for scope in SCOPES] == [[], [], []]


def test_run_is_kept_and_not_parsed_again(tmp_path: Path) -> None:
    sha256 = lay_down(tmp_path, "a.example\n")
    run = make_run(tmp_path, sha256, "auto")
    copy_path(tmp_path, sha256).unlink()
    assert make_run(tmp_path, sha256, "auto") == run
    with pytest.raises(StateFault, match="a copy of a list"):
        make_run(tmp_path, sha256, "hosts")
    remove_unused(tmp_path, {run.path})
    assert run.path.exists()
    remove_unused(tmp_path, set())
    assert list(run.path.parent.iterdir()) == []


def test_damage_at_any_place_is_noticed_and_the_run_made_anew(tmp_path: Path) -> None:
    text = lines(names_of_every_shelf()[:40])
    sha256 = lay_down(tmp_path, text)
    whole = make_run(tmp_path, sha256, "domains")
    octets = whole.path.read_bytes()
    texts_end = int.from_bytes(octets[8:16], "little")
    for at in (*range(0, texts_end, 31), *range(texts_end, len(octets), 211)):
        for damaged in (octets[:at], octets[:at] + bytes([octets[at] ^ 0x10]) + octets[at + 1 :]):
            whole.path.write_bytes(damaged)
            if make_run(tmp_path, sha256, "domains") != whole:
                # Only the words of the census can change unseen; a list of names is never another one.
                assert at > texts_end
            assert section(make_run(tmp_path, sha256, "domains"), UNSAID) == section(whole, UNSAID)
            whole.path.write_bytes(octets)
    whole.path.write_bytes(octets[:100] + bytes(len(octets) - 100))  # pages that a power cut took
    assert make_run(tmp_path, sha256, "domains") == whole
    assert whole.path.read_bytes() == octets


def test_disk_without_room_is_a_fault_and_leaves_nothing(tmp_path: Path) -> None:
    sha256 = lay_down(tmp_path, "a.example\n")
    (tmp_path / "runs").write_text("a file in its place")
    with pytest.raises(StateFault):
        make_run(tmp_path, sha256, "domains")
    (tmp_path / "runs").unlink()
    assert make_run(tmp_path, sha256, "domains").path == run_path(tmp_path, sha256, "domains")


def test_spans_hold_each_name_once_however_the_names_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "MOST_SPAN_OCTETS", 200)
    alike = [f"xx{number:04}.example".encode() for number in range(300)]
    first, second = run_of(tmp_path, lines(alike[::2])), run_of(tmp_path, lines([*alike[1::3], b"yes.example"]))
    for run in (first, second):
        found: list[bytes] = []
        with first.path.open("rb") as one, second.path.open("rb") as two:
            files = {first.path: one, second.path: two}
            for shelf in range(SHELVES):
                spans = runs.spans_of([(first, one), (second, two)], shelf)
                assert [end for _, end in spans[:-1]] == [start for start, _ in spans[1:]]
                assert len(spans) > 10 or shelf != shelf_of(alike[0])
                for span in spans:
                    names = run.names(files[run.path], UNSAID, shelf, span)
                    assert all(span[0] <= name and (not span[1] or name < span[1]) for name in names)
                    found += names
        assert found == section(run, UNSAID)
