"""Which format a file has, by its first lines alone."""

from __future__ import annotations

import time

import pytest

from filterdns.lists.formats import FORMATS
from filterdns.lists.parse.detect import HEAD_OCTETS, detect
from filterdns.lists.recipe import FORMATS as NAMES

NAMED = [f"name-{number}.some.example" for number in range(50)]
LINES = {
    "domains": "{}",
    "hosts": "0.0.0.0 {}",
    "wildcard": "*.{}",
    "adblock": "||{}^",
    "dnsmasq": "local=/{}/",
    "unbound": 'local-zone: "{}" static',
    "rpz": "{} CNAME .",
}
OTHERS = [
    ("hosts", "127.0.0.1\t{} # why"),
    ("hosts", "216.239.38.120 {}"),
    ("hosts", "::1 {}"),
    ("wildcard", ".{}"),
    ("adblock", "@@||{}^$important"),
    ("adblock", "|{}^"),
    ("adblock", "{}##.banner"),
    ("dnsmasq", "server=/{}/127.0.0.1"),
    ("dnsmasq", "address=/{}/#"),
    ("unbound", 'local-data: "{} A 0.0.0.0"'),
    ("unbound", "  local-zone: {} always_nxdomain"),
    ("rpz", "{}\t60\tIN\tCNAME\t*."),
    ("domains", "{}.   # why"),
]


@pytest.mark.parametrize(("form", "line"), [*LINES.items(), *OTHERS])
def test_format_is_seen_in_the_lines_whatever_the_comments(form: str, line: str) -> None:
    lines = [line.format(name) for name in NAMED]
    for head in (
        "",
        "# A list\n#\n\n## Sites\n#---\n",
        "! Title: a list\n",
        "; a zone\n",
        "\ufeff",
        "[Adblock Plus]\n! x\n",
    ):
        text = head + "\n".join(lines)
        assert detect(text.encode()) == form
        assert detect(text.replace("\n", "\r\n").encode()) == form
        assert detect(text.replace("\n", "\r").encode()) == form


def test_file_called_hosts_may_hold_plain_domains() -> None:
    assert detect(b"# hosts\na.example\nb.example\n") == "domains"


def test_addresses_among_names_do_not_deceive() -> None:
    assert detect("\n".join(["192.0.2.1", "198.51.100.0/24", *NAMED]).encode()) == "domains"
    assert detect(b"192.0.2.1\n192.0.2.2\na.example\n") == "domains"


def test_format_that_takes_the_lines_of_others_is_seen() -> None:
    assert detect("\n".join([*NAMED, "*.a.example"]).encode()) == "wildcard"
    rules = [f"||{name}^" for name in NAMED[:10]]
    assert detect("\n".join([*NAMED[10:], *rules]).encode()) == "adblock"
    assert detect("\n".join([*(f"0.0.0.0 {name}" for name in NAMED[10:]), *rules]).encode()) == "adblock"
    assert detect("\n".join([*NAMED, "||a.example^"]).encode()) == "domains"


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html>\n<html><head><title>403</title>",
        "\n\n <html lang=en>",
        "<?xml version='1.0'?>\n<!DOCTYPE html>",
        "<!-- x -->\n<HTML>",
        "<head>",
        "<body>",
        "<p>\n<div>\n<a href='https://a.example'>\na.example\n<p>\n",
    ],
)
def test_error_page_is_seen(text: str) -> None:
    assert detect(text.encode()) == "html"
    assert detect(b"\xef\xbb\xbf" + text.encode()) == "html"


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\n\n",
        b"# a list without entries\n# 0 names\n",
        b"! Title: a list\n!\n",
        b"[Adblock Plus]\n",
        b"Not found",
        b"404: Not Found\n",
        b'{"error": "rate limit", "a": "b.c"}\n',
        b"\x1f\x8b\x08\x00" + bytes(range(256)),
        "a.example\nb.example\n".encode("utf-16"),
        b"a.example/page\nb.example/page?x=y\nhttps://c.example/\n192.0.2.1/x\n",
        b"name,category\na.example,adult\n",
        b"This is a readme of a list.\nIt has some lines of words.\nSee there.\n",
    ],
)
def test_what_is_no_list_of_names_is_nothing(octets: bytes) -> None:
    assert detect(octets) == ""


def test_line_that_is_cut_off_at_the_end_of_the_head_is_not_judged() -> None:
    text = b"||name.example^\n" * 5_000
    assert detect(text[:HEAD_OCTETS]) == detect(text) == "adblock"


def test_every_format_has_a_parser() -> None:
    assert tuple(FORMATS) == NAMES


@pytest.mark.parametrize(
    "line",
    [
        b"a." * 511,
        b":" * 1_023,
        b"a:" * 500,
        b"<!--" * 250,
        b" " * 1_000 + b"x",
        b"/" * 1_000,
        b"a#" * 500,
        b"a$" * 500,
        b"a" * 1_000,
        b"[" * 900,
        b"[adblock" * 120,
        b"1 " * 500,
    ],
)
def test_no_line_takes_long(line: bytes) -> None:
    start = time.process_time()
    detect((line + b"!\n") * 64)
    assert time.process_time() - start < 0.2
