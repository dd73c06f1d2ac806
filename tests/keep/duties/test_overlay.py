"""Entries put into files that people write: every other line stays, and what comes of it is what was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.errors import DataFault
from filterdns.keep.duties.entries import Edit
from filterdns.keep.duties.overlay import edited
from filterdns.yaml_lines import load_yaml, render_yaml

FILE = "own/adult.yaml"
TEXT = """# the heading
- name: a.example  # the first
  reason: {en: one}
# about b
- {name: b.example, reason: {en: "two"}}

# about c
- name: c.example
  reason: {en: three}
# the end
"""


def edit(name: str, reason: str = "new") -> Edit:
    return Edit(FILE, {"name": name, "reason": {"en": reason}}, ("name",))


def names(text: str) -> list[str]:
    return [entry["name"] for entry in load_yaml(text, FILE).data]


def test_a_new_entry_comes_behind_all_others() -> None:
    text = edited(TEXT, edit("d.example"), FILE)
    assert text == TEXT + "- name: d.example\n  reason:\n    en: new\n"


@pytest.mark.parametrize("name", ["a.example", "b.example", "c.example"])
def test_an_entry_takes_the_place_of_the_one_about_the_same(name: str) -> None:
    text = edited(TEXT, edit(name), FILE)
    assert names(text) == ["a.example", "b.example", "c.example"]
    for comment in ("# the heading", "# about b", "# about c", "# the end"):
        assert comment in text
    changed = [entry for entry in load_yaml(text, FILE).data if entry["reason"] == {"en": "new"}]
    assert [entry["name"] for entry in changed] == [name]
    assert edited(text, edit(name), FILE) == text


@pytest.mark.parametrize("text", ["", "[]\n", "# nothing yet\n[]\n", "---\n", "# only words\n"])
def test_a_file_without_entries_gets_the_first(text: str) -> None:
    written = edited(text, edit("d.example"), FILE)
    assert names(written) == ["d.example"]
    assert all(line in written for line in text.splitlines() if line.startswith("#"))


@pytest.mark.parametrize("text", ['[{name: a.example, reason: {en: "x"}}]\n', "  - {name: a.example}\n"])
def test_a_list_in_another_form_is_written_anew(text: str) -> None:
    assert names(edited(text, edit("d.example"), FILE)) == ["a.example", "d.example"]


def test_a_text_without_an_end_of_line_is_ended() -> None:
    assert names(edited("- name: a.example", edit("d.example"), FILE)) == ["a.example", "d.example"]


@pytest.mark.parametrize("text", ["name: a.example\n", "- [unclosed\n", "- name: a\n  name: b\n"])
def test_what_is_no_list_of_entries_is_left_as_it_is(text: str) -> None:
    with pytest.raises(DataFault):
        edited(text, edit("d.example"), FILE)


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), TEXTS), max_size=6), TEXTS, st.sampled_from("abcdefg"))
def test_any_words_come_back_as_they_were_meant(entries: list[tuple[str, str]], reason: str, name: str) -> None:
    before = [{"name": each, "reason": {"en": words}} for each, words in dict(entries).items()]
    text = "# kept\n" + (render_yaml(before) if before else "")
    after = load_yaml(edited(text, edit(name, reason), FILE), FILE).data
    wanted = {entry["name"]: entry for entry in before} | {name: dict(edit(name, reason).entry)}
    assert after == list(wanted.values())
