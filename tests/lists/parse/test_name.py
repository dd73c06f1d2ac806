"""What a name in a public list is, and what is said of a word that is none."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from filterdns.errors import NameFault
from filterdns.lists.parse.name import find_name
from filterdns.names import name_text, parse_name

LONG = "x" * 63


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("example.org", "example.org"),
        ("EXAMPLE.Org.", "example.org"),
        ("_srv._tcp.ex-ample.org", "_srv._tcp.ex-ample.org"),
        ("a_b.example.org", "a_b.example.org"),
        ("1.2.3.example", "1.2.3.example"),
        ("a.xn--p1ai", "a.xn--p1ai"),
        (f"{LONG}.example", f"{LONG}.example"),
        (".".join([LONG, LONG, LONG, "x" * 57, "com"]), ".".join([LONG, LONG, LONG, "x" * 57, "com"])),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("ｅｘａｍｐｌｅ.ｏｒｇ", "example.org"),
        ("i❤️.example", "xn--i-7iq.example"),  # the selector after the heart says how to draw it, no more
        ("exam\u200bple.org", "example.org"),
        ("\ufeffexample.org", "example.org"),
        ("example.org\u00a0", "example.org"),
    ],
)
def test_name_is_read_in_any_script_and_case(text: str, name: str) -> None:
    assert find_name(text.encode()) == name.encode()


def test_latin_1_is_read_where_utf_8_is_not() -> None:
    assert find_name("bücher.example".encode("latin-1")) == b"xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("com", "top-level domain"),
        ("xn--p1ai", "top-level domain"),
        (".barclaycard", "top-level domain"),
        ("", "empty labels"),
        (".", "empty labels"),
        ("a..example", "empty labels"),
        (".example.org", "empty labels"),
        ("example.org..", "empty labels"),
        ("192.0.2.1", "not an address"),
        ("192.0.2.1.", "not an address"),
        ("192.0.2", "not an address"),
        ("2001:db8::1", "not an address"),
        ("[2001:db8::1]", "not an address"),
        ("::", "not an address"),
        ("192.0.2.0/24", "not a network"),
        ("2001:db8::/32", "not a network"),
        ("example.org/", "not an address of a page"),
        ("https://example.org/", "not an address of a page"),
        ("192.0.2.1/login.php", "not an address of a page"),
        ("example.org:8080", "without a port"),
        ("*.example.org", "without a wildcard"),
        ("ads*.example.org", "without a wildcard"),
        ("x" * 64 + ".example", "at most 63 octets"),
        (".".join([LONG, LONG, LONG, "x" * 58, "com"]), "names of at most 253"),
        ("ü" * 64 + ".example", "at most 63 octets"),
        ("ü" * 60 + ".example", "at most 63 octets"),  # its A-label has 64 octets
        ("-a.example", "begin nor end with a hyphen"),
        ("a-.example", "begin nor end with a hyphen"),
        ("||example.org^", "letters, digits, hyphens"),
        ("a\x00.example", "letters, digits, hyphens"),
        ("\\046.example", "letters, digits, hyphens"),
        ("a.example_", "last label has letters"),
        ("example.123", "last label has letters"),
        ("a\u00a0b.example", "IDNA or Punycode"),
    ],
)
def test_word_that_is_no_name_is_told_what_was_expected(text: str, expected: str) -> None:
    with pytest.raises(NameFault, match=expected):
        find_name(text.encode())


def test_number_as_last_label_is_no_name() -> None:
    for text in (b"example.123", b"a.0", b"1.2.3.4.5"):
        with pytest.raises(NameFault):
            find_name(text)


@given(
    st.binary(max_size=80) | st.text(max_size=80).map(str.encode) | st.from_regex(rb"[a-z0-9_.-]{1,90}", fullmatch=True)
)
@example(b"\xff\xfe.example")
@example("\u2024a.example".encode())
@example("a\u3002.example".encode())
@example(b"xn--.example")
def test_any_octets_give_a_canonical_name_or_a_fault(text: bytes) -> None:
    try:
        name = find_name(text)
    except NameFault:
        return
    assert name_text(parse_name(name.decode())).encode() == name
    assert name == name.lower()
    assert name.count(b".") >= 1
    assert any(97 <= octet <= 122 for octet in name.rpartition(b".")[2])
    assert find_name(name) == name


@pytest.mark.parametrize(
    "octets",
    [b":" * 1024, b"a:" * 512, b"-" * 1024, b"a-" * 512, b"a." * 512, b"1." * 511 + b"!", b"." * 1024,
     "ü".encode() * 512, "".join(map(chr, range(0x4E00, 0x4E00 + 340))).encode(), b"a" * 1023 + b"!"],
)  # fmt: skip
def test_no_line_takes_long(octets: bytes) -> None:
    start = time.process_time()
    for _ in range(20):
        with pytest.raises(NameFault):
            find_name(octets)
    assert time.process_time() - start < 0.2
