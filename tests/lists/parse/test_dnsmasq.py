"""dnsmasq's configuration: what leads nowhere is a listing with all below it, what leads anywhere is none."""

from __future__ import annotations

import pytest

from tests.lists.parse.reading import names, rejected, rejected_lines


@pytest.mark.parametrize(
    ("key", "target"),
    [
        ("local", ""),
        ("server", ""),
        ("address", ""),
        ("server", "127.0.0.1"),
        ("server", "0.0.0.0"),
        ("address", "0.0.0.0"),
        ("address", "127.0.0.1"),
        ("address", "::"),
        ("address", "::1"),
        ("address", "#"),
    ],
)
def test_what_leads_nowhere_is_a_listing_with_all_below(key: str, target: str) -> None:
    text = (
        f"# a list\n{key}=/a.example/{target}\n{key}=/B.example/c.example/{target} # why\n{key}=/.d.example/{target}\n"
    )
    assert names("dnsmasq", text) == {"subdomains": ["a.example", "b.example", "c.example", "d.example"]}
    assert rejected("dnsmasq", text) == []


def test_name_that_is_asked_for_as_all_else_is_an_exception() -> None:
    text = "local=/a.example/\nserver=/www.a.example/#\n"
    assert names("dnsmasq", text) == {"subdomains": ["a.example"], "open_subdomains": ["www.a.example"]}


@pytest.mark.parametrize(
    "line",
    [
        "server=/a.example/192.0.2.1",
        "server=/a.example/127.0.0.1#5353",
        "address=/a.example/192.0.2.1",
        "address=/#/192.0.2.1",
        "server=192.0.2.1",
        "no-resolv",
        "cname=a.example,b.example",
        "conf-file=/etc/x",
        "server=/a.example/192.0.2.1@eth0",
        "local=/a.example",
        "ipset=/a.example/x",
        "server=/104.160.10.0/24",
        "a.example",
    ],
)
def test_what_leads_anywhere_is_rejected(line: str) -> None:
    text = f"local=/good.example/\n{line}\n"
    assert names("dnsmasq", text) == {"subdomains": ["good.example"]}
    assert rejected_lines("dnsmasq", text) == [2]


@pytest.mark.parametrize("word", ["de", "192.0.2.1", "*.a.example", "a*.example", "#", ""])
def test_each_word_is_judged_by_itself(word: str) -> None:
    text = f"local=/a.example/{word}/b.example/\n"
    assert names("dnsmasq", text) == {"subdomains": ["a.example", "b.example"]}
    assert [line for line, shown, _ in rejected("dnsmasq", text) if shown == word] == [1]
