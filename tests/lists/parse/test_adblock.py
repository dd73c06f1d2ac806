"""Adblock lists as AdGuard DNS reads them: what names can express is taken whole, the rest not at all."""

from __future__ import annotations

import pytest

from tests.lists.parse.reading import names, read, rejected, rejected_lines

NOT_FOR_ALL_QUESTIONS = "a rule that holds for every question for a name, without such modifiers"


def test_rules_on_whole_names_are_taken_with_their_scope() -> None:
    text = """[Adblock Plus 3.13]
! Title: A list
# another comment
#
||a.example^
||B.Example.^
||c.example^|
||d.example|
|e.example^
|f.example|
://g.example^
||_h.example^ ! why
||i.example^! why
||j.example^ # why
||bücher.example^
"""
    below = ["a.example", "b.example", "c.example", "d.example", "_h.example", "i.example", "j.example"]
    assert names("adblock", text) == {
        "subdomains": [*below, "xn--bcher-kva.example"],
        "exact": ["e.example", "f.example", "g.example"],
    }
    assert rejected("adblock", text) == []


def test_exceptions_open() -> None:
    text = "@@||a.example^\n||b.example^\n@@|c.example^|\n@@||d.example^$important\n@@||e.example^! Issue 93\n"
    assert names("adblock", text) == {
        "subdomains": ["b.example"],
        "open_subdomains": ["a.example", "d.example", "e.example"],
        "open_exact": ["c.example"],
    }


def test_hosts_and_plain_names_say_nothing_of_subdomains() -> None:
    text = "||a.example^\n0.0.0.0 b.example c.example de # why\n127.0.0.1 localhost\n"
    text += "d.example\ne.example # why\n192.0.2.1 f.example\n"
    assert names("adblock", text) == {
        "subdomains": ["a.example"],
        "unsaid": ["b.example", "c.example", "d.example", "e.example"],
    }
    assert rejected_lines("adblock", text) == [2, 6]


@pytest.mark.parametrize(
    "modifiers", ["important", "all", "document", "doc", "popup", "document,popup", "IMPORTANT,all", "important,"]
)
def test_modifiers_that_mean_the_whole_name_are_taken(modifiers: str) -> None:
    assert names("adblock", f"||a.example^${modifiers}\n") == {"subdomains": ["a.example"]}


@pytest.mark.parametrize(
    "modifiers",
    ["third-party", "~third-party", "dnstype=AAAA", "dnstype=~CNAME", "client=127.0.0.1", "ctag=device_phone",
     "dnsrewrite=192.0.2.1", "dnsrewrite=NXDOMAIN;;", "denyallow=b.a.example", "domain=b.example|c.example", "script",
     "important,dnstype=A", "~document", "badfilter,dnstype=A", "app=x", "unheard-of"],
)  # fmt: skip
@pytest.mark.parametrize("start", ["||", "|", "@@||", "@@|"])
def test_rule_with_any_other_modifier_is_never_half_applied(start: str, modifiers: str) -> None:
    text = f"{start}a.example^${modifiers}\n"
    assert names("adblock", text) == {}
    assert rejected("adblock", text) == [(1, text.strip(), NOT_FOR_ALL_QUESTIONS)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("/^ads[0-9]+\\./", "a name, not a regular expression"),
        ("@@/^.*\\.top$/$important", "a name, not a regular expression"),
        ("||*.a.example^", "a name without a wildcard"),
        ("||ads*.a.example^", "a name without a wildcard"),
        ("*ads.example^", "a name without a wildcard"),
        ("||*.top^$dnstype=~CNAME", "a name without a wildcard"),
        ("||a.example^*/banner", "a name without a wildcard"),
        ("||a.example/banner^", "a name, not an address of a page"),
        ("|https://a.example^", "a name, not an address of a page"),
        ("http://a.example/", "a name, not an address of a page"),
        ("a.example/banner", "a name, not an address of a page"),
        ("||a.example:8080^", "a name without a port"),
        ("a.example##.banner", "a rule on names, not on parts of pages"),
        ("##.banner", "a rule on names, not on parts of pages"),
        ("###banner", "a rule on names, not on parts of pages"),
        ("a.example#@#.banner", "a rule on names, not on parts of pages"),
        ("a.example#?#div:has(> a)", "a rule on names, not on parts of pages"),
        ("a.example#$#body { display: none }", "a rule on names, not on parts of pages"),
        ("a.example#%#//scriptlet('x')", "a rule on names, not on parts of pages"),
        ("a.example$$script[x]", "a rule on names, not on parts of pages"),
        ("||a.example", "^ after the name: without it, longer names are meant too"),
        ("||a.example.", "^ after the name: without it, longer names are meant too"),
        ("a.example^", "|| before the name: without it, the ends of other names are meant too"),
        (".a.example^", "|| before the name: without it, the ends of other names are meant too"),
        ("-ads.example^", "|| before the name: without it, the ends of other names are meant too"),
        ("||com^", "a name of two labels or more, not a top-level domain"),
        ("@@||de^", "a name of two labels or more, not a top-level domain"),
        ("||192.0.2.1^", "a name, not an address"),
        ("192.0.2.1", "a name, not an address"),
        ("||a..example^", "a name without empty labels"),
        ("a.example b.example", "one name or rule in a line"),
        ("192.0.2.1 a.example", "an address that leads nowhere, such as 0.0.0.0, and a name"),
    ],
)
def test_what_names_cannot_express_is_rejected_with_why(rule: str, expected: str) -> None:
    text = f"! a list\n{rule}\n||good.example^\n"
    assert names("adblock", text) == {"subdomains": ["good.example"]}
    assert rejected("adblock", text) == [(2, rule, expected)]


@pytest.mark.parametrize(
    "lines", [["@@||a.example^", "||a.example^$important"], ["||a.example^$important", "@@||a.example^"]]
)
def test_important_rule_overrules_an_exception_wherever_it_stands(lines: list[str]) -> None:
    found = read("adblock", "\n".join(lines))
    assert (found.subdomains, found.open_subdomains) == ([b"a.example"], [])
    assert [(line.line, line.text) for line in found.rejected] == [
        (lines.index("@@||a.example^") + 1, "@@||a.example^")
    ]


def test_important_rule_overrules_what_lies_below_it_only_if_it_means_that() -> None:
    text = "||a.example^$important\n|b.example^$important\n"
    text += "@@||www.a.example^\n@@||www.b.example^\n@@|b.example^\n@@||c.example^\n"
    assert names("adblock", text) == {
        "subdomains": ["a.example"],
        "exact": ["b.example"],
        "open_subdomains": ["www.b.example", "c.example"],
    }
    assert rejected_lines("adblock", text) == [3, 5]


def test_important_exception_overrules_an_important_rule() -> None:
    text = "@@||a.example^\n||a.example^$important\n@@||a.example^$important\n"
    assert names("adblock", text) == {"subdomains": ["a.example"], "open_subdomains": ["a.example"]}
    assert rejected("adblock", text) == []


def test_badfilter_takes_back_the_same_rule_wherever_it_stands() -> None:
    text = "||a.example^$badfilter\n||a.example^\n||www.a.example^\n"
    text += "@@||b.example^\n@@||b.example^$badfilter\n@@|b.example^\n"
    assert names("adblock", text) == {
        "subdomains": ["a.example", "www.a.example"],
        "open_exact": ["a.example", "b.example"],
    }
    important = "||a.example^$important\n||a.example^$important,badfilter\n@@||a.example^\n"
    assert names("adblock", important) == {
        "subdomains": ["a.example"],
        "open_exact": ["a.example"],
        "open_subdomains": ["a.example"],
    }


def test_exceptions_among_thousands_of_rules_are_found() -> None:
    lines = [f"||name-{number}.example^" for number in range(5_000)]
    lines[777] = "@@||name-3.example^! Issue 204"
    lines[3_000] = "! a comment"
    lines[4_000] = "||name.example^$dnstype=A"
    found = read("adblock", "\n".join(lines))
    assert len(found.subdomains) == 4_997
    assert found.open_subdomains == [b"name-3.example"]
    assert [line.line for line in found.rejected] == [4_001]
