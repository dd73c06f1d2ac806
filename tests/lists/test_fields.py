"""Fields give values or harmless ones, and every fault has its line."""

from __future__ import annotations

from datetime import date

import pytest

from filterdns.lists.fields import NO_DAY, Fields, read_day, read_entries
from filterdns.yaml_lines import load_yaml


def fields(text: str) -> Fields:
    return Fields(load_yaml(text, "f.yaml"))


def test_right_fields_are_read() -> None:
    entry = fields(
        "text: a\nword: b\nnumber: 3\nflag: true\nday: 2030-03-05\ntexts: {en: x, zh-Hant: y}\n"
        "part: {text: z}\nparts: [{text: q}]\nmapping: {k: {text: v}}\n"
    )
    assert entry.text("text") == "a"
    assert entry.word("word", ("a", "b")) == "b"
    assert entry.number("number", 1, 5) == 3
    assert entry.flag("flag") is True
    assert entry.day("day") == date(2030, 3, 5)
    assert entry.texts("texts") == {"en": "x", "zh-Hant": "y"}
    assert entry.part("part").text("text") == "z"
    assert [part.text("text") for part in entry.parts("parts")] == ["q"]
    assert [(key, part.text("text")) for key, part in entry.mapping("mapping")] == [("k", "v")]
    entry.no_more()
    assert entry.faults == []


def test_every_wrong_field_is_told_with_its_line() -> None:
    entry = fields(
        "text: 5\nword: c\nnumber: 9\nflag: maybe\nday: 2030-02-30\ntexts: {EN: x}\npart: 1\nparts: 2\nunknown: 1\n"
    )
    assert entry.text("text") == ""
    assert entry.word("word", ("a", "b")) == "a"
    assert entry.number("number", 1, 5) == 1
    assert entry.flag("flag") is False
    assert entry.day("day") == NO_DAY
    entry.texts("texts")
    entry.part("part").text("text")
    assert entry.parts("parts") == []
    assert entry.text("missing") == ""
    entry.no_more()
    lines = [fault.where for fault in entry.faults]
    assert lines == [*(f"f.yaml:{n}" for n in (1, 2, 3, 4, 5, 6, 6, 7, 8)), "f.yaml:1", "f.yaml:9"]
    assert str(entry.faults[2]) == "f.yaml:3: number: expected a whole number from 1 to 5, got 9"


def test_part_that_is_missing_is_told_once() -> None:
    entry = fields("a: 1")
    part = entry.part("part")
    part.text("x")
    part.texts("y")
    part.no_more()
    assert [fault.path for fault in entry.faults] == ["part"]


def test_true_is_no_number() -> None:
    entry = fields("number: true")
    assert entry.number("number", 0, 5) == 0
    assert len(entry.faults) == 1


def test_entries_are_a_list() -> None:
    faults: list = []
    assert read_entries(load_yaml("", "f"), faults) == []
    assert not faults
    assert read_entries(load_yaml("a: 1", "f"), faults) == []
    assert len(faults) == 1


@pytest.mark.parametrize("text", ["", "2030-3-5", "1970-01-01", "9999-12-31", "2030-13-01", "2030-03-05T00:00"])
def test_what_is_no_day_gives_none(text: str) -> None:
    assert read_day(text) is None


def test_lists_of_texts_are_read_and_each_fault_has_its_line() -> None:
    entry = fields("a: [x, y]\nb:\n  - x\n  - 5\n  - x\n  - y\nc: x\nd: []\ne: []\n")
    assert entry.text_list("a", 1, 2) == [(0, "x"), (1, "y")]
    assert entry.text_list("b", 1, 4) == [(0, "x"), (3, "y")]
    assert entry.text_list("c", 1, 2) == []
    assert entry.text_list("d", 1, 2) == []
    assert entry.text_list("e", 0, 2) == []
    assert entry.text_list("a", 1, 1) == []
    entry.refuse_item("b", 3, "no y", "y")
    assert [f"{fault.where} {fault.path}" for fault in entry.faults] == [
        "f.yaml:4 b[1]", "f.yaml:5 b[2]", "f.yaml:7 c", "f.yaml:8 d", "f.yaml:1 a", "f.yaml:6 b[3]",
    ]  # fmt: skip


def test_fields_that_may_be_one_or_the_other_are_told_apart() -> None:
    entry = fields("a: {x: 1}\nb: x\nc: 1\n")
    assert [entry.has_mapping(key) for key in "abcd"] == [True, False, False, False]
    assert [entry.get_text(key) for key in "abcd"] == ["", "x", "", ""]
    assert entry.faults == []
    assert (entry.part("a").line, entry.where) == (1, "f.yaml:1")


def test_fault_can_be_named_and_fields_about_persons_are_refused_as_such() -> None:
    entry = fields("a: 1\ngender: f\n")
    assert str(entry.fault("a", "b", "c", "d", what="x")) == "f.yaml:1: x: expected b, got c; d"
    assert entry.faults == []
    entry.number("a", 0, 1)
    entry.no_more()
    assert "who a person is" in entry.faults[0].remedy


def test_item_that_is_no_mapping_is_told_and_left_out() -> None:
    faults: list = []
    entries = read_entries(load_yaml("- a: [{x: 1}, y, {x: 2}]\n-\n- 5\n", "f.yaml"), faults)
    assert len(entries) == 1
    assert [part.number("x", 1, 2) for part in entries[0].parts("a")] == [1, 2]
    assert [f"{fault.where} {fault.path}" for fault in faults] == ["f.yaml:2 [1]", "f.yaml:3 [2]", "f.yaml:1 [0].a[1]"]
