"""Response policy zones: triggers on names, alone or with all below them, and everything that is reported instead."""

from __future__ import annotations

import random

import pytest

from tests.lists.parse.reading import names, read, rejected, rejected_lines

HEAD = """$TTL 1h
$ORIGIN rpz.publisher.example.
@ IN SOA ns.publisher.example. hostmaster.publisher.example. ( ; a comment ( here
      2030010101 ; serial
      3600 600 ) ; and
      86400 3600
@ 3600 IN NS ns.publisher.example.
   NS ns2.publisher.example.
"""
HEAD = HEAD.replace("600 ) ; and\n      86400 3600\n", "600 86400 3600 )\n")


def test_names_are_listed_alone_and_with_their_wildcard_with_all_below() -> None:
    text = HEAD + "a.example CNAME .\nb.example CNAME *.\nc.example CNAME .\n*.c.example CNAME .\n"
    assert names("rpz", text) == {"exact": ["a.example", "b.example"], "subdomains": ["c.example"]}
    assert rejected("rpz", text) == []


@pytest.mark.parametrize(
    "record",
    [
        "CNAME .",
        "IN CNAME .",
        "300 CNAME .",
        "300 IN CNAME .",
        "IN 300 CNAME .",
        "1h30m in cname .",
        "\t\tCNAME\t.",
        "CNAME *.",
        "CNAME . ; why",
        "CNAME ( . )",
        "IN (\n CNAME ; why\n\n . )",
    ],
)
def test_columns_stand_in_any_order(record: str) -> None:
    text = HEAD + f"a.example {record}\nB.Example {record}\nc.example.rpz.publisher.example. {record}\n"
    assert names("rpz", text) == {"exact": ["a.example", "b.example", "c.example"]}
    assert rejected("rpz", text) == []


def test_wildcard_alone_cannot_be_expressed() -> None:
    text = "a.example CNAME .\n*.b.example CNAME .\nc.example CNAME .\n"
    assert names("rpz", text) == {"exact": ["a.example", "c.example"]}
    assert rejected("rpz", text) == [
        (2, "*.b.example", "the name itself too: only what lies below it cannot be expressed")
    ]


def test_pair_may_stand_in_any_order_and_far_apart() -> None:
    every = [f"name-{number}.example" for number in range(4_000)]
    lines = [f"{name} CNAME ." for name in every] + [f"*.{name} CNAME ." for name in every]
    lines += ["*.alone.example CNAME ."]
    for _ in range(3):
        found = read("rpz", "\n".join(lines))
        assert set(found.subdomains) == {name.encode() for name in every}
        assert set(found.exact) <= set(found.subdomains)
        assert [line.text for line in found.rejected] == ["*.alone.example"]
        random.Random(7).shuffle(lines)


def test_pairs_side_by_side_are_read_wherever_blocks_are_cut() -> None:
    for before in range(3):
        lines = ["first.example CNAME ."] * before
        for number in range(2_000):
            lines += [f"name-{number}.example 60 IN CNAME .", f"*.name-{number}.example 60 IN CNAME ."]
        found = read("rpz", "\n".join(lines))
        assert {*found.subdomains} == {b"name-%d.example" % number for number in range(2_000)}
        assert {*found.exact} - {*found.subdomains} == ({b"first.example"} if before else set())
        assert found.rejected == []


def test_passthru_is_an_exception() -> None:
    text = "a.example CNAME rpz-passthru.\nb.example CNAME rpz-passthru.\n"
    text += "*.b.example CNAME RPZ-Passthru.\n*.c.example CNAME rpz-passthru.\n"
    assert names("rpz", text) == {"open_exact": ["a.example"], "open_subdomains": ["b.example"]}
    assert rejected_lines("rpz", text) == [4]


def test_a_listing_and_an_exception_are_no_pair() -> None:
    text = "a.example CNAME .\n*.a.example CNAME rpz-passthru.\n"
    assert names("rpz", text) == {"exact": ["a.example"]}
    assert rejected_lines("rpz", text) == [2]


@pytest.mark.parametrize(
    "record",
    [
        "a.example CNAME rpz-drop.",
        "a.example CNAME rpz-tcp-only.",
        "a.example CNAME wall.example.",
        "a.example CNAME rpz-passthru",
        "www.search.example CNAME force.search.example.",
        "a.example A 192.0.2.1",
        "a.example A 0.0.0.0",
        'a.example TXT "a ; b ( c"',
        "32.1.2.0.192.rpz-ip CNAME .",
        "128.1.zz.db8.2001.rpz-ip CNAME .",
        "ns.example.rpz-nsdname CNAME .",
        "24.0.2.0.192.rpz-nsip CNAME .",
        "32.1.2.0.192.rpz-client-ip CNAME .",
        "de CNAME .",
        "192.0.2.1 CNAME .",
        "a..example CNAME .",
        r"a\.b.example CNAME .",
        r"\*.a.example CNAME .",
        r"\195\188.example CNAME .",
        "a.*.example CNAME .",
        "a.example CNAME",
        "a.example CNAME . .",
        "a.example",
        ") a.example CNAME .",
        "$INCLUDE more",
        "$GENERATE 1-9 a$.example CNAME .",
        "a.example. CNAME .",
        "@ CNAME .",
        'a.example CNAME "',
        "||a.example^",
        "rpz.publisher.example. CNAME .",
    ],
)
def test_everything_else_is_reported(record: str) -> None:
    text = HEAD + f"good.example CNAME .\n{record}\nfine.example CNAME .\n"
    assert names("rpz", text) == {"exact": ["good.example", "fine.example"]}
    assert rejected_lines("rpz", text) == [len(HEAD.splitlines()) + 2]


def test_escapes_that_say_nothing_are_read() -> None:
    assert names("rpz", r"\097b\_c.\x.example CNAME ." + "\n") == {"exact": ["ab_c.x.example"]}


def test_line_without_an_owner_means_the_last_one() -> None:
    text = 'a.example TXT "x"\n CNAME .\n\tIN CNAME .\n'
    assert names("rpz", text) == {"exact": ["a.example", "a.example"]}
    assert rejected_lines("rpz", text) == [1]
    assert rejected_lines("rpz", " CNAME .\n") == [1]
    many = "".join(f"name-{number}.example CNAME .\n" for number in range(200))
    assert names("rpz", many + "  IN CNAME .\n")["exact"][-2:] == ["name-199.example"] * 2
    assert rejected_lines("rpz", "foo.example CNAME .\n other.example CNAME .\n") == [2]


def test_names_are_relative_to_the_apex_whatever_the_origin() -> None:
    text = HEAD + "$ORIGIN com.rpz.publisher.example.\na CNAME .\n*.a CNAME .\nb.com.rpz.publisher.example. CNAME .\n"
    text += "$ORIGIN org\nc CNAME .\n$ORIGIN .\nd.example.rpz.publisher.example CNAME .\nelsewhere.example CNAME .\n"
    assert names("rpz", text) == {"subdomains": ["a.com"], "exact": ["b.com", "c.org.com", "d.example"]}
    assert rejected_lines("rpz", text) == [len(text.splitlines())]


def test_owner_of_the_soa_is_the_apex() -> None:
    head = "rpz.publisher.example. 60 IN SOA ns. host. 1 2 3 4 5\n"
    end = "rpz.publisher.example. 60 IN CNAME ."
    text = head + f"a.example.{end}\n*.a.example.{end}\nb.example CNAME .\n"
    assert names("rpz", text) == {"subdomains": ["a.example"], "exact": ["b.example"]}
    many = head + "".join(f"name-{number}.example.RPZ.publisher.example. CNAME .\n" for number in range(3_000))
    assert len(names("rpz", many)["exact"]) == 3_000


def test_file_that_does_not_say_its_apex_has_relative_names_alone() -> None:
    text = "a.example CNAME .\nb.example. CNAME .\n"
    assert names("rpz", text) == {"exact": ["a.example"]}
    assert rejected_lines("rpz", text) == [2]


def test_parenthesis_that_nobody_closes_does_not_swallow_a_list() -> None:
    lines = ["broken.example CNAME ( ."] + [f"name-{number}.example CNAME ." for number in range(100)]
    found = read("rpz", "\n".join(lines))
    assert len(found.exact) == 80
    assert [line.expected for line in found.rejected] == ["a closing parenthesis within 20 lines"]
    assert rejected_lines("rpz", "a.example CNAME .\nb.example CNAME (\n") == [2]


def test_octets_that_are_held_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("filterdns.lists.parse.wild_pairs.MOST_HELD_WILDCARDS", 2)
    monkeypatch.setattr("filterdns.lists.parse.wild_pairs.MOST_HELD_OCTETS", 1)
    text = (
        "".join(f"*.name-{number}.example CNAME .\n" for number in range(3))
        + "a.example CNAME .\n*.a.example CNAME .\n"
    )
    assert names("rpz", text) == {"subdomains": ["a.example"]}
    assert sorted(rejected_lines("rpz", text)) == [1, 2, 3]


def test_other_triggers_are_found_among_thousands_of_names() -> None:
    lines = [f"name-{number}.example CNAME ." for number in range(3_000)]
    lines[2_000] = "32.1.2.0.192.rpz-ip CNAME ."
    lines[2_001] = "ns.example.rpz-nsdname CNAME ."
    lines[2_002] = "a.rpz-ip.example CNAME ."
    found = read("rpz", "\n".join(lines))
    assert len(found.exact) == 2_998
    assert b"a.rpz-ip.example" in found.exact
    assert [line.line for line in found.rejected] == [2_001, 2_002]


def test_wildcard_after_comments_keeps_its_line() -> None:
    text = "; a comment\n\n*.a.example CNAME .\nb.example CNAME .\n*.b.example CNAME .\n"
    assert names("rpz", text) == {"subdomains": ["b.example"]}
    assert rejected_lines("rpz", text) == [3]
