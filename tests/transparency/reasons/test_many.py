from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from filterdns.names import parse_name
from filterdns.transparency.reasons.many import MOST_NAMES, read_many
from filterdns.transparency.reasons.typed import Problem


def test_names_may_stand_in_lines_or_with_anything_between_them() -> None:
    pasted = read_many("one.example\r\n https://two.example/x , three.example;\t\nfour.example")
    assert [item.qname for item in pasted.items] == [
        parse_name(f"{name}.example") for name in ("one", "two", "three", "four")
    ]


def test_a_name_in_two_forms_counts_once() -> None:
    pasted = read_many("BÜCHER.example xn--bcher-kva.example. http://bücher.example:80/")
    assert [item.qname for item in pasted.items] == [parse_name("xn--bcher-kva.example")]
    assert pasted.left_out == 0


def test_what_is_no_name_keeps_its_line_and_says_why() -> None:
    name, address, broken = read_many("casino.example 192.0.2.1 casino..example").items
    assert name.problem is None
    assert address.problem is Problem.ADDRESS
    assert (broken.problem, broken.proposal) == (Problem.NOT_A_NAME, "casino.example")


def test_what_is_too_many_is_counted() -> None:
    pasted = read_many("\n".join(f"n{number}.example" for number in range(MOST_NAMES + 7)))
    assert (len(pasted.items), pasted.left_out) == (MOST_NAMES, 7)
    pasted = read_many("\n".join(f"n{number}.example" for number in range(3 * MOST_NAMES)))
    assert (len(pasted.items), pasted.left_out) == (MOST_NAMES, 2 * MOST_NAMES)


@given(st.text(alphabet="ab.é ,;\n/:@-", max_size=400))
def test_any_text_is_a_bounded_list(text: str) -> None:
    pasted = read_many(text)
    assert len(pasted.items) <= MOST_NAMES
    assert all(bool(item.qname) is (item.problem is None) for item in pasted.items)
