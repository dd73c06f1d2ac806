"""Lists with a name a line: plain, with wildcards, and squidGuard's; every line is a name or is told why not."""

from __future__ import annotations

import pytest

from tests.lists.parse.reading import names, rejected, rejected_lines


def test_names_are_read_among_comments() -> None:
    text = """# A list
! and another way to say so
; and a third
// and a fourth

a.example
B.Example.  # why
  c.example
d.example\t// why
e.example#why
"""
    assert names("domains", text) == {"unsaid": ["a.example", "b.example", "c.example", "d.example", "e.example"]}
    assert rejected("domains", text) == []


def test_what_is_no_name_is_rejected_with_its_line_and_why() -> None:
    text = "\n".join(
        [
            "# top",
            "192.0.2.1",
            "192.0.2.0/24",
            "2001:db8::1",
            "com",
            "site.example/page",
            "http://site.example",
            "*.site.example",
            "two.example names.example",
            "x" * 64 + ".example",
            "good.example",
            "0.0.0.0 hosts.example",
            "||rule.example^",
        ]
    )
    assert names("domains", text) == {"unsaid": ["good.example"]}
    assert [(line, expected) for line, _, expected in rejected("domains", text)] == [
        (2, "a name, not an address"),
        (3, "a name, not a network"),
        (4, "a name, not an address"),
        (5, "a name of two labels or more, not a top-level domain"),
        (6, "a name, not an address of a page"),
        (7, "a name, not an address of a page"),
        (8, "a name without a wildcard"),
        (9, "one name in a line"),
        (10, "labels of at most 63 octets, names of at most 253"),
        (12, "one name in a line"),
        (13, "a name of letters, digits, hyphens and underscores"),
    ]


def test_rejected_text_is_shown_without_what_a_terminal_would_obey() -> None:
    ((line, shown, _),) = rejected("domains", b"evil\x1b[2J\x00\xff.example\n")
    assert (line, shown) == (1, r"evil\x1b[2J\x00\xff.example")


def test_list_of_whole_top_level_domains_gives_nothing() -> None:
    text = "\n".join(["de", "mx", ".barclaycard", "xn--p1ai", "so          # Somalia"])
    for form in ("domains", "wildcard", "squidguard"):
        assert names(form, text) == {}
        assert rejected_lines(form, text) == [1, 2, 3, 4, 5]


def test_line_numbers_are_those_of_the_file_in_long_lists() -> None:
    lines = [f"name-{number}.example" for number in range(30_000)]
    for number in (0, 999, 12_345, 29_999):
        lines[number] = "192.0.2.1"
    assert rejected_lines("domains", "\r\n".join(lines)) == [1, 1_000, 12_346, 30_000]
    assert len(names("domains", "\r\n".join(lines))["unsaid"]) == 29_996


def test_wildcards_mean_the_name_and_all_below() -> None:
    text = "# casinos\n*.casino.example\n.bets.example\nplain.example\n*.Slots.Example.   # why\n"
    assert names("wildcard", text) == {
        "subdomains": ["casino.example", "bets.example", "slots.example"],
        "unsaid": ["plain.example"],
    }


@pytest.mark.parametrize("line", ["*.com", "*", "*.", "a.*.example", "*a.example", "**.a.example", "*..a.example", "."])
def test_other_wildcards_are_rejected(line: str) -> None:
    assert names("wildcard", f"{line}\n") == {}
    assert rejected_lines("wildcard", f"{line}\n") == [1]


def test_squidguard_means_all_below_but_not_only_what_is_below() -> None:
    text = "casino.example\nwww.bets.example\n.only-below.example\n"
    assert names("squidguard", text) == {"subdomains": ["casino.example", "www.bets.example"]}
    assert rejected_lines("squidguard", text) == [3]


def test_list_of_pages_is_never_turned_into_names() -> None:
    text = (
        "site.pages.example/about/\nother.example/login.php?a=b\n192.0.2.7/x\nhttps://third.example/\nfourth.example/\n"
    )
    for form in ("squidguard", "domains", "wildcard"):
        assert names(form, text) == {}
        assert rejected_lines(form, text) == [1, 2, 3, 4, 5]
