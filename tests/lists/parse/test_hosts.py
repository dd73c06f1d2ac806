"""Hosts files: only what leads nowhere is a listing, word by word."""

from __future__ import annotations

import pytest

from tests.lists.parse.reading import names, rejected, rejected_lines

HEAD = """127.0.0.1 localhost
127.0.0.1 localhost.localdomain
127.0.0.1 local
255.255.255.255 broadcasthost
::1 localhost
::1 ip6-localhost ip6-loopback
fe80::1%lo0 localhost
fe00::0 ip6-localnet
ff00::0 ip6-mcastprefix
ff02::1 ip6-allnodes
ff02::2 ip6-allrouters
ff02::3 ip6-allhosts
0.0.0.0 0.0.0.0
"""


def test_names_of_the_machine_are_neither_listings_nor_faults() -> None:
    assert names("hosts", HEAD) == {}
    assert rejected("hosts", HEAD) == []
    assert names("hosts", "0.0.0.0 a.example\n" * 5 + HEAD + "0.0.0.0 a.example\n") == {"unsaid": ["a.example"] * 6}


@pytest.mark.parametrize("address", ["0.0.0.0", "127.0.0.1", "127.1.2.3", "::", "::1", "0", "::ffff:127.0.0.1"])
def test_address_that_leads_nowhere_makes_a_listing(address: str) -> None:
    text = f"{address} a.example\n{address}\tB.Example.  # both\n{address}    c.example d_e.example\n"
    assert names("hosts", text) == {"unsaid": ["a.example", "b.example", "c.example", "d_e.example"]}


def test_second_word_of_a_line_does_not_make_a_country_go_dark() -> None:
    text = "127.0.0.1 somesite.example de\n0.0.0.0 xxxhindi.example en\n"
    assert names("hosts", text) == {"unsaid": ["somesite.example", "xxxhindi.example"]}
    assert rejected("hosts", text) == [
        (1, "de", "a name of two labels or more, not a top-level domain"),
        (2, "en", "a name of two labels or more, not a top-level domain"),
    ]


def test_safe_search_list_is_rejected_line_by_line() -> None:
    text = "216.239.38.120 google.example\n216.239.38.120 www.google.example\n2001:db8::78 bing.example\n"
    assert names("hosts", text) == {}
    assert {expected for _, _, expected in rejected("hosts", text)} == {
        "an address that leads nowhere, such as 0.0.0.0, and a name"
    }
    assert rejected_lines("hosts", text) == [1, 2, 3]


def test_lines_that_are_no_hosts_are_rejected() -> None:
    text = "plain.example\n0.0.0.0\n0.0.0.0 192.0.2.1 -\n! no comment here\n<html>\n0.0.0.0 good.example\n"
    assert names("hosts", text) == {"unsaid": ["good.example"]}
    assert rejected_lines("hosts", text) == [1, 2, 3, 3, 4, 5]


def test_redirection_among_thousands_of_listings_is_found() -> None:
    lines = [f"0.0.0.0 name-{number}.example" for number in range(5_000)]
    lines[1_234] = "192.0.2.1 bank.example"
    lines[4_321] = "0.0.0.0 name.example de"
    found = names("hosts", "\n".join(lines))["unsaid"]
    assert len(found) == 4_999
    assert "bank.example" not in found
    assert rejected_lines("hosts", "\n".join(lines)) == [1_235, 4_322]


def test_own_name_of_two_labels_among_listings_is_none() -> None:
    lines = [f"127.0.0.1 name-{number}.example" for number in range(2_000)]
    lines[1_000] = "127.0.0.1 localhost.localdomain"
    for form in ("hosts", "adblock"):
        assert len(names(form, "\n".join(lines))["unsaid"]) == 1_999
        assert names(form, "127.0.0.1 localhost.localdomain\n") == {}
