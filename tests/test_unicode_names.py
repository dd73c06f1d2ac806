"""Names in any script reach the wire, and nothing invisible does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.errors import NameFault
from filterdns.names import parse_name
from filterdns.unicode_names import parse_unicode_name, to_ascii, to_unicode


@pytest.mark.parametrize(
    ("name", "ascii_name"),
    [
        ("example.org", "example.org"),
        ("_dns.example.org", "_dns.example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("ไทย.example", "xn--o3cw4h.example"),
        ("例え。example", "xn--r8jz45g.example"),
        ("faß.example", "xn--fa-hia.example"),
    ],
)
def test_name_in_any_script_becomes_a_labels(name: str, ascii_name: str) -> None:
    assert to_ascii(name) == ascii_name
    assert parse_unicode_name(name) == parse_name(ascii_name)


def test_label_that_idna_refuses_is_taken_as_plain_punycode() -> None:
    assert to_ascii("i❤.example") == "xn--i-7iq.example"


@pytest.mark.parametrize("name", ["a\u00a0b.example", "ü\u0000.example", "é..example", "ü\u2028.example"])
def test_what_no_name_can_hold_is_a_fault(name: str) -> None:
    with pytest.raises(NameFault):
        parse_unicode_name(name)


def test_names_are_shown_in_their_script() -> None:
    assert to_unicode("xn--bcher-kva.example") == "bücher.example"
    assert to_unicode("www.example") == "www.example"
    assert to_unicode("xn--i-7iq.example") == "xn--i-7iq.example"
    assert to_unicode("xn--\x80.example") == "xn--\x80.example"


@given(st.text(max_size=80))
def test_any_text_is_a_name_or_a_fault(text: str) -> None:
    try:
        wire = parse_unicode_name(text)
    except NameFault:
        return
    assert 1 <= len(wire) <= 255


@given(st.text(max_size=40))
def test_any_text_can_be_shown(text: str) -> None:
    assert isinstance(to_unicode(text), str)
