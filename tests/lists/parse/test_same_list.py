"""The same list in several syntaxes gives the same names; what a format can express survives being written and read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filterdns.lists.formats import FORMATS
from filterdns.lists.parse.detect import detect
from filterdns.unicode_names import to_unicode
from tests.lists.parse.reading import names, rejected

LABEL = st.from_regex(r"[a-z0-9_]([a-z0-9_-]{0,12}[a-z0-9_])?", fullmatch=True).filter(
    lambda label: not label.startswith("rpz-")
)
TOP = st.sampled_from(["example", "com", "org", "xn--p1ai", "x1y", "a-b"])
NAME = st.builds(lambda labels, top: ".".join([*labels, top]), st.lists(LABEL, min_size=1, max_size=4), TOP)
NAMES = st.lists(NAME, min_size=1, max_size=60, unique=True)

# (format, how a name is written, the scope it comes back with)
SYNTAXES = [
    ("domains", "{}", "unsaid"),
    ("domains", "{}.", "unsaid"),
    ("domains", "{}  # why", "unsaid"),
    ("hosts", "0.0.0.0 {}", "unsaid"),
    ("hosts", "127.0.0.1\t{} # why", "unsaid"),
    ("hosts", ":: {}", "unsaid"),
    ("wildcard", "*.{}", "subdomains"),
    ("wildcard", ".{}", "subdomains"),
    ("wildcard", "{}", "unsaid"),
    ("squidguard", "{}", "subdomains"),
    ("adblock", "||{}^", "subdomains"),
    ("adblock", "||{}^$important", "subdomains"),
    ("adblock", "|{}^", "exact"),
    ("adblock", "{}", "unsaid"),
    ("adblock", "0.0.0.0 {}", "unsaid"),
    ("adblock", "@@||{}^", "open_subdomains"),
    ("adblock", "@@|{}^", "open_exact"),
    ("dnsmasq", "local=/{}/", "subdomains"),
    ("dnsmasq", "server=/{}/127.0.0.1", "subdomains"),
    ("dnsmasq", "address=/{}/0.0.0.0", "subdomains"),
    ("dnsmasq", "server=/{}/#", "open_subdomains"),
    ("unbound", 'local-zone: "{}" static', "subdomains"),
    ("unbound", 'local-zone: "{}." always_nxdomain', "subdomains"),
    ("unbound", "local-zone: {} refuse", "subdomains"),
    ("unbound", 'local-data: "{} A 0.0.0.0"', "exact"),
    ("unbound", 'local-zone: "{}" transparent', "open_subdomains"),
    ("rpz", "{} CNAME .", "exact"),
    ("rpz", "{}\t300\tIN\tCNAME\t*.\t; why", "exact"),
    ("rpz", "{0} CNAME .\n*.{0} CNAME .", "subdomains"),
    ("rpz", "{} CNAME rpz-passthru.", "open_exact"),
    ("rpz", "{0} CNAME rpz-passthru.\n*.{0} CNAME rpz-passthru.", "open_subdomains"),
]


@pytest.mark.parametrize(("form", "line", "scope"), SYNTAXES)
@given(listed=NAMES, line_end=st.sampled_from(["\n", "\r\n", "\r"]), head=st.sampled_from(["", "\ufeff"]))
@settings(max_examples=15)
def test_what_is_written_is_read(form: str, line: str, scope: str, listed: list[str], line_end: str, head: str) -> None:
    text = "\n".join(line.format(name) for name in listed).replace("\n", line_end)
    for octets in (head + text, head + text + line_end, head + text.replace("example", "Example")):
        assert names(form, octets) == {scope: listed}
        assert rejected(form, octets) == []


@pytest.mark.parametrize("count", [1, 700, 5_000])
def test_same_list_in_every_syntax_has_the_same_names(count: int) -> None:
    listed = [f"name-{number}.of_a.list-{number % 7}.example" for number in range(count)]
    for form, line, scope in SYNTAXES:
        assert names(form, "\n".join(line.format(name) for name in listed)) == {scope: listed}, (form, line)


def test_names_of_all_scripts_are_the_same_in_every_syntax() -> None:
    listed = ["xn--bcher-kva.example", "xn--e1afmkfd.xn--p1ai", "xn--r8jz45g.xn--zckzah", "plain.example"]
    written = [to_unicode(name) for name in listed]
    assert written[0] == "bücher.example"
    for form, line, scope in SYNTAXES:
        assert names(form, "\n".join(line.format(name) for name in written)) == {scope: listed}, (form, line)


def test_detected_format_is_the_written_one() -> None:
    listed = [f"name-{number}.example" for number in range(100)]
    for form, line, _ in SYNTAXES:
        text = "\n".join(line.format(name) for name in listed)
        seen = detect(text.encode())
        assert names(seen, text) == names(form, text) or form in ("squidguard", "adblock"), (form, line)
        assert seen in FORMATS
