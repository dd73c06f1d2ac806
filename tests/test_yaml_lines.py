"""YAML keeps its lines and loses its surprises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.errors import DataFault
from filterdns.yaml_lines import load_yaml, path_text, render_yaml


def test_words_of_yaml_1_1_stay_text() -> None:
    text = "a: NO\nb: on\nc: 21:30\nd: 0777\ne: 2030-03-03\nf: Yes\ng: 0x10\nh: 1_000\ni: .inf\nj: 1e3\n"
    assert load_yaml(text, "f").data == {
        "a": "NO",
        "b": "on",
        "c": "21:30",
        "d": "0777",
        "e": "2030-03-03",
        "f": "Yes",
        "g": "0x10",
        "h": "1_000",
        "i": ".inf",
        "j": "1e3",
    }


def test_core_values_are_read() -> None:
    text = "a: 1\nb: -2\nc: 1.5\nd: true\ne: false\nf: null\ng:\nh: \"1\"\ni: ~\nj: 'true'\nk: [x, {y: 2}]\n"
    assert load_yaml(text, "f").data == {
        "a": 1,
        "b": -2,
        "c": 1.5,
        "d": True,
        "e": False,
        "f": None,
        "g": None,
        "h": "1",
        "i": None,
        "j": "true",
        "k": ["x", {"y": 2}],
    }


def test_keys_are_always_text() -> None:
    assert load_yaml("NO: a\n15: b\nnull: c\n", "f").data == {"NO": "a", "15": "b", "null": "c"}


def test_lines_are_those_of_keys_and_items() -> None:
    document = load_yaml("a:\n  b:\n    - x\n    - y: 1\n      z: 2\n", "c.yaml")
    assert document.where(("a",)) == "c.yaml:1"
    assert document.where(("a", "b", 0)) == "c.yaml:3"
    assert document.where(("a", "b", 1, "z")) == "c.yaml:5"
    assert document.where(("a", "b", 1, "missing")) == "c.yaml:4"
    assert (
        str(document.fault(("a", "b", 1, "z"), "3", "2", "write 3")) == "c.yaml:5: a.b[1].z: expected 3, got 2; write 3"
    )


def test_all_duplicate_keys_are_told_at_once() -> None:
    with pytest.raises(DataFault) as caught:
        load_yaml("a: 1\na: 2\nb:\n  c: 1\n  c: 2\n", "f.yaml")
    assert [fault.where for fault in caught.value.faults] == ["f.yaml:2", "f.yaml:5"]


@pytest.mark.parametrize(
    "text",
    [
        "a: !!python/object:os.system x",
        "a: !!int 5",
        "a: &x 1\nb: *x",
        "a: &x [*x]",
        "? [1]\n: 2",
        "a: [1",
        "a: 1\n---\nb: 2",
        "a: \x00",
        "[" * 20_000,
    ],
)
def test_what_is_not_plain_yaml_is_a_fault(text: str) -> None:
    with pytest.raises(DataFault):
        load_yaml(text, "f")


def test_fault_of_syntax_says_the_line() -> None:
    with pytest.raises(DataFault) as caught:
        load_yaml("a: 1\nb: [1\nc: 2\n", "f.yaml")
    assert caught.value.faults[0].where.startswith("f.yaml:")


def test_empty_text_is_nothing() -> None:
    assert load_yaml("", "f").data is None


def test_long_digits_stay_text() -> None:
    assert load_yaml("a: " + "9" * 100_000, "f").data == {"a": "9" * 100_000}


def test_path_text() -> None:
    assert path_text(("upstreams", 1, "port")) == "upstreams[1].port"


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(texts, values, max_size=4))
def test_rendered_yaml_reads_back_as_it_was(data: dict[str, object]) -> None:
    assert load_yaml(render_yaml(data), "f").data == data
